"""What reading a file may end in, whatever the file: sound polygons or a refusal in words.

Anything else - another exception, a feature that is neither kept nor refused, an outline that
is no polygon, a file left behind - is a fault of plotwise and raises `ReaderFaultError`.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import DatabaseError, connect

import numpy as np
import shapely

from geo.errors import GeoError
from geo.intake import Intake, ReadOptions
from services.errors import ServiceError
from services.file_reading import IN_PROCESS
from services.intake import take_in
from services.messages import catalogue, message_of, remedy_of
from services.printable import printable

WORKING_CRS = "EPSG:4527"
INDEX_BYTES, HEADER_BYTES = 8, 100
# a heading in brackets, or a key with its value
HEADING = re.compile(r"[\[【].*[\]】]$|[^,，\t]*[=＝]")


class ReaderFaultError(AssertionError):
    """The reader did what no file may make it do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a file ended: features kept and refused, or the code of its refusal."""

    kept: int = 0
    refused: int = 0
    code: str | None = None


def outcome_of(path: Path, options: ReadOptions | None = None) -> Outcome:
    """Take a file in and judge what came of it.

    Raises
    ------
    ReaderFaultError
        See the module.
    """
    left_before = _left_behind()
    try:
        intake = take_in(
            (path,), options or ReadOptions(), working_crs=WORKING_CRS, reading=IN_PROCESS
        )
    except (GeoError, ServiceError) as refusal:
        _require_words(refusal)
        outcome = Outcome(code=refusal.code)
    else:
        outcome = _sound(intake, path)
    left = _left_behind() - left_before
    if left:
        raise ReaderFaultError(f"{path.name}: left behind {sorted(left)}")
    return outcome


def _left_behind() -> set[str]:
    return {item.name for item in Path(tempfile.gettempdir()).glob("plotwise-*")}


def _require_words(refusal: GeoError | ServiceError) -> None:
    codes = [(refusal.code, refusal.params)]
    codes += [(each.code, each.params) for each in getattr(refusal, "refused", ())]
    for code, params in codes:
        if code not in catalogue():
            raise ReaderFaultError(f"{code} has no words")
        for words in (message_of(code, params), remedy_of(code, params)):
            if any(printable(text) != text for text in (words.zh, words.en)):
                raise ReaderFaultError(f"{code}: control signs in {words.en!r}")


def _sound(intake: Intake, path: Path) -> Outcome:
    outlines = np.asarray(intake.frame.geometry.array, dtype=object)
    if not shapely.is_valid(outlines).all() or shapely.is_empty(outlines).any():
        raise ReaderFaultError(f"{path.name}: an outline that is invalid or empty")
    if not set(shapely.get_type_id(outlines)) <= {3, 6}:
        raise ReaderFaultError(f"{path.name}: an outline that is no polygon")
    kept = intake.frame["source_index"].tolist()
    refused = [each.index for each in intake.refused if each.index is not None]
    if sorted([*kept, *refused]) != list(range(len(kept) + len(refused))):
        raise ReaderFaultError(
            f"{path.name}: kept {kept} and refused {refused} do not make a whole"
        )
    counted = features_in(path)
    if counted is not None and counted != len(kept) + len(refused):
        raise ReaderFaultError(
            f"{path.name}: {counted} features in, {len(kept)} + {len(refused)} out"
        )
    return Outcome(len(kept), len(refused))


def features_in(path: Path) -> int | None:
    """Features of a file counted without our readers; `None` where that cannot be told."""
    counter = COUNTERS.get(path.suffix.lower())
    return None if counter is None else counter(path)


def _in_json(path: Path) -> int | None:
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    features = document.get("features") if isinstance(document, dict) else None
    return len(features) if isinstance(features, list) else None


def _in_shapefile(path: Path) -> int | None:
    index = path.with_suffix(".shx")
    if not index.exists():
        return None
    return (index.stat().st_size - HEADER_BYTES) // INDEX_BYTES


def _in_geopackage(path: Path) -> int | None:
    try:
        with closing(connect(f"file:{path}?mode=ro", uri=True)) as database:
            tables = database.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
            ).fetchall()
            if len(tables) != 1:
                return None
            name = str(tables[0][0]).replace('"', '""')
            return int(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
    except DatabaseError:
        return None


def _in_boundary_txt(path: Path) -> int | None:
    """Lines with the mark of a parcel; headings in brackets are none."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            lines = re.split(r"\r\n|\r|\n", data.decode(encoding))
        except UnicodeDecodeError:
            continue
        marked = [line.strip() for line in lines if "@" in line or "＠" in line]
        return sum(HEADING.match(line) is None for line in marked) or None
    return None


def _in_kml(path: Path) -> int | None:
    return len(re.findall(rb"<Placemark[\s>/]", path.read_bytes()))


COUNTERS: dict[str, Callable[[Path], int | None]] = {
    ".geojson": _in_json,
    ".gpkg": _in_geopackage,
    ".kml": _in_kml,
    ".shp": _in_shapefile,
    ".txt": _in_boundary_txt,
}
