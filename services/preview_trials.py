"""What an input would give if it were read another way: tried, never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from geo.crs import zone_of
from geo.errors import GeoError, Param
from geo.gauss_kruger import GaussKrugerZone
from geo.intake import ReadOptions, Refusal
from services.errors import ServiceError
from services.intake import LookedThrough
from services.preview_rows import cell_text

__all__ = ["Changes", "Read", "Trial", "Trials", "crs_candidates"]

Read = Callable[[ReadOptions], LookedThrough]
Changes = Mapping[str, str | bool | Path | None]

# a page must not wait long for what it only proposes
MOST_SECONDS = 4.0
ROWS_TRIED = 20
TEXTS_SHOWN = 3
LONLAT = "EPSG:4490"


@dataclass(frozen=True, slots=True)
class Trial:
    """Outcome of one way of reading.

    `code` is the reason that most of the refused share, `None` when nothing was refused;
    `texts` are the first texts beyond ASCII, which show the encoding.
    """

    kept: int
    refused: int
    code: str | None = None
    params: Mapping[str, Param] = field(default_factory=dict)
    texts: tuple[str, ...] = ()


class Trials:
    """Readings with changed options, until the time for them is used up."""

    def __init__(self, read: Read, options: ReadOptions, *, seconds: float = MOST_SECONDS) -> None:
        self._read = read
        self._options = options
        self._ends = monotonic() + seconds

    def of(self, changes: Changes) -> Trial | None:
        """Outcome with these changes; `None` when there is no time left to try."""
        if monotonic() > self._ends:
            return None
        try:
            looked = self._read(replace(self._options, **changes))  # type: ignore[arg-type]  # by name
        except (GeoError, ServiceError) as error:
            return Trial(0, 0, error.code, error.params)
        refused = looked.intake.refused
        first = _commonest(refused)
        return Trial(
            kept=len(looked.intake.frame),
            refused=sum(refusal.index is not None for refusal in refused),
            code=None if first is None else first.code,
            params={} if first is None else first.params,
            texts=_foreign_texts(looked),
        )


def _commonest(refused: Sequence[Refusal]) -> Refusal | None:
    """First of the refusals whose code occurs most."""
    if not refused:
        return None
    ((code, _),) = Counter(refusal.code for refusal in refused).most_common(1)
    return next(refusal for refusal in refused if refusal.code == code)


def _foreign_texts(looked: LookedThrough) -> tuple[str, ...]:
    """Texts beyond ASCII of the first rows, or else names of columns."""
    tables = [raw.frame.drop(columns=["geometry", "source_index"]) for _, raw in looked.raws]
    values = [
        cell_text(value)
        for table in tables
        for row in table.head(ROWS_TRIED).values
        for value in row
    ]
    names = [str(name) for table in tables for name in table.columns]
    for texts in (values, names):
        foreign = [text for text in texts if not text.isascii()]
        if foreign:
            return tuple(dict.fromkeys(foreign))[:TEXTS_SHOWN]
    return ()


def crs_candidates(working_crs: str) -> tuple[str, ...]:
    """Systems that a file of this county is most often in, the likeliest first.

    The zone of the workspace with and without its number in the eastings, degrees, the
    6-degree zone around it, and the neighbouring 3-degree zones.
    """
    zone = zone_of(working_crs)
    if zone is None:
        return (working_crs, LONLAT)
    meridian = zone.central_meridian_deg
    three, six = round(meridian / 3), meridian // 6 + 1
    zones = [
        *(GaussKrugerZone(three, 3, prefixed) for prefixed in (True, False)),
        *(GaussKrugerZone(six, 6, prefixed) for prefixed in (True, False)),
        *(
            GaussKrugerZone(number, 3, prefixed)
            for number in (three - 1, three + 1)
            for prefixed in (True, False)
        ),
    ]
    # a zone of 6 degrees is the same as one of 3 on its meridian but for the number in front
    by_projection: dict[tuple[int, float], str] = {}
    for each in zones:
        if each.crs is not None:
            by_projection.setdefault((each.central_meridian_deg, each.false_easting_m), each.crs)
    first, second, *others = by_projection.values()
    return (first, second, LONLAT, *others)
