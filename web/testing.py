"""Services that answer from memory, and hostile texts, for tests of pages and maps."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from geo.intake import Detected, Note, ReadOptions, Refusal, Repair, SourceFile
from services.domain.intake_record import IntakeRecord, Purpose
from services.domain.issue import Duty, Issue, Severity
from services.domain.project import UseScheme
from services.domain.verdict import CheckResult
from services.domain.wording import Language, Wording
from services.errors import IntakeNotFoundError, ResultNotFoundError
from services.issue_log import issue_of
from services.issue_table import write_issues
from services.preview import Counts, Preview, PreviewFile
from services.preview_rows import RowState, Sample, SampleColumn, SampleRow
from services.repositories import ResultLine
from services.siting.request import CheckRequest, CheckRun
from services.testing import example_result
from web.ports import Choice, Services, Surroundings

__all__ = ["HOSTILE_TEXTS", "fake_services", "hostile_result", "preview_of", "run_of"]

MARK = "window.PWN=1"
HOSTILE_TEXTS = (
    f"<img src=x onerror={MARK}>",
    f"</script><script>{MARK}</script>",
    f"${{{MARK}}}",
    f"`+({MARK})+`",
    f"'-({MARK})-'",
    f'"-({MARK})-"',
    f'\\"+({MARK})//',
    f"javascript:{MARK}",
    f'" autofocus onfocus="{MARK}" x="',
    f"<svg/onload={MARK}>",
    f"<!--<script>{MARK}",
    f"</style><img src=x onerror={MARK}>",
    "{{ 7*7 }}{{ this.__class__.__mro__ }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{# hidden #}%s%(a)s{0}",
    "\u202egnp.exe\u202c \u2067rtl\u2069",
    "line\u2028separator\u2029here\x7f",
    "&lt;img src=x onerror=window.PWN=1&gt;",
    "https://outside.invalid/x.png",
    "长" * 10_000,
)


@dataclass(frozen=True, slots=True)
class _Documents:
    sheet: Path
    workbook: Path


def _write_report(result: CheckResult, folder: Path, *, language: Language) -> _Documents:
    files = _Documents(folder / f"{result.number}.docx", folder / f"{result.number}.xlsx")
    for path in (files.sheet, files.workbook):
        path.write_text(f"{path.suffix} {language} {result.site.name}", "utf-8")
    return files


def run_of(results: Iterable[CheckResult]) -> CheckRun:
    """A run with a repaired, a refused and a noted feature."""
    return CheckRun(
        results=tuple(results),
        refused=(Refusal(2, "S3", "no_file_chosen"),),
        repaired=(Repair(1, "S2", "self_intersection", 100.0, 100.02),),
        detected=Detected("GeoJSON", crs="EPSG:4490", notes=(Note("http_400"),)),
    )


def _issues(text: str = "S3") -> tuple[Issue, ...]:
    """A refused feature in a box, and a remark on the file."""
    refused = issue_of(
        "no_file_chosen",
        {},
        severity=Severity.ERROR,
        duty=Duty.SUPPLIER,
        file=text,
        feature=3,
        site=text,
        bounds=(39_524_300.0, 3_850_000.0, 39_524_400.0, 3_850_100.0),
    )
    noted = issue_of("http_400", {}, severity=Severity.INFO, duty=Duty.NOBODY, file=text, feature=1)
    return refused, noted


def _record(number: str) -> IntakeRecord:
    """Record of a reading of three features, one of them refused."""
    return IntakeRecord(
        taken_at="2026-11-24T09:30:00+08:00",
        taken_by="tester",
        purpose=Purpose.CHECK,
        subjects=(number,),
        files=("红线.txt",),
        sha256="0" * 64,
        kept=2,
        refused=1,
        repaired=1,
        detected=Detected("GeoJSON", crs="EPSG:4490"),
        issues=_issues(),
    )


def preview_of(text: str = "甲地块") -> Preview:
    """A preview of two plots and one refused, with one text in every place of a file."""
    boxes = [(39_524_000, 39_524_100), (39_524_150, 39_524_250)]
    frame = gpd.GeoDataFrame(
        {"source_index": [0, 1], "site_id": ["1", "2"], "site_name": [text, text]},
        geometry=[shapely.box(west, 3_850_000, east, 3_850_100) for west, east in boxes],
        crs="EPSG:4527",
    )
    detected = Detected(text, dialect=text, encoding=text, crs="EPSG:4527", notes=())
    counts = Counts(read=3, kept=2, refused=1, repaired=1)
    rows = tuple(
        SampleRow(text, number, state, (text, "1.5"))
        for number, state in enumerate(RowState, start=1)
    )
    columns = (SampleColumn(text, is_number=False), SampleColumn("面积", is_number=True))
    return Preview(
        files=(PreviewFile(SourceFile(text, 0, 3, "0" * 64, detected), counts),),
        counts=counts,
        sample=Sample(columns, rows, total=3),
        fields=(text,),
        use=text,
        frame=frame,
        repaired=frozenset({1}),
        issues=_issues(text),
        questions=(),
    )


def fake_services(
    results: Iterable[CheckResult] = (),
    *,
    fails: Exception | None = None,
    layers: int = 3,
    uploads: Path | None = None,
) -> tuple[Services, list[CheckRequest]]:
    """Services over given results, and the list of requests that they were sent.

    `fails` is raised by the check in place of an answer. `uploads` is the folder of the
    uploads; without one it is made when a file comes. A preview carries the first text of
    the file in every place that a file can fill.
    """
    stored = {result.number: result for result in (results or (example_result(),))}
    asked: list[CheckRequest] = []

    def check(request: CheckRequest) -> CheckRun:
        asked.append(request)
        for path in request.paths:
            path.read_bytes()
        if fails is not None:
            raise fails
        return run_of(stored.values())

    def load(number: str) -> CheckResult:
        if number not in stored:
            raise ResultNotFoundError(number=number)
        return stored[number]

    def preview(paths: Sequence[Path], options: ReadOptions) -> Preview:
        return preview_of(paths[0].read_text("utf-8"))

    def reading(number: str) -> IntakeRecord:
        if not any(asked):
            raise IntakeNotFoundError(subject=number)
        return _record(number)

    services = Services(
        crs="EPSG:4527",
        uploads=uploads or Path(tempfile.gettempdir()) / f"plotwise-{secrets.token_hex(8)}",
        preview=preview,
        reading=reading,
        write_issues=write_issues,
        datum_files=tuple,
        datum_file=Path,
        check=check,
        load=load,
        recent=lambda limit: tuple(_line(item) for item in stored.values())[:limit],
        write_report=_write_report,
        uses=_uses,
        project_types=lambda: (Choice("industry", Wording("工业", "Industry")),),
        layer_count=lambda: layers,
        surroundings=_surroundings,
    )
    return services, asked


def _uses(scheme: UseScheme) -> tuple[Choice, ...]:
    code, name = ("M2", "二类工业用地") if scheme is UseScheme.GB50137 else ("1001", "工业用地")
    return (Choice(code, Wording(zh=name, en=name)),)


def _line(result: CheckResult) -> ResultLine:
    return ResultLine(
        number=result.number,
        computed_at=result.computed_at,
        as_of=result.as_of,
        site_name=result.site.name,
        verdict=result.verdict,
        outcome=result.outcome,
    )


def _surroundings() -> Surroundings:
    ring = [[117.2, 34.7], [117.3, 34.7], [117.3, 34.8], [117.2, 34.8], [117.2, 34.7]]
    town: dict[str, Any] = {"type": "Polygon", "coordinates": [ring]}
    return Surroundings((34.7, 117.1, 34.9, 117.4), (("常庄街道", town),))


def hostile_result(text: str, number: str = "2026-000001") -> CheckResult:
    """The example with one text in every place that a file or a layer can fill."""
    result = example_result(name=text, number=number)
    words = Wording(zh=text, en=text)
    spoken: dict[str, Any] = dict.fromkeys(("message", "remedy", "clause", "document"), words)
    findings = tuple(replace(item, code=text, rule=text, **spoken) for item in result.findings)
    classes = tuple(
        replace(line, code=text, name=text) for line in result.themes[0].layers[0].classes
    )
    layer = replace(result.themes[0].layers[0], classes=classes, version=text, date=text)
    return replace(
        result,
        findings=findings,
        themes=(replace(result.themes[0], layers=(layer,)), *result.themes[1:]),
        plots=tuple(replace(plot, name=text, id=text) for plot in result.plots),
        hits=tuple(replace(hit, code=text, name=text) for hit in result.hits),
        not_checked=tuple(replace(gap, role=text, remedy=words) for gap in result.not_checked),
        project=dict.fromkeys(result.project, text),
        rule_set=text,
    )
