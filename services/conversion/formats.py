"""The formats that can be written, known by the end of the name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from services.errors import InvalidOptionError

__all__ = ["IN_DEGREES", "TargetFormat", "format_of", "is_known_suffix"]


class TargetFormat(StrEnum):
    """A format to write; the value is the end of the name, and what `--format` takes."""

    TXT = "txt"
    SHAPEFILE = "shp"
    ZIPPED_SHAPEFILE = "zip"
    GEOPACKAGE = "gpkg"
    GEOJSON = "geojson"
    KML = "kml"
    FLATGEOBUF = "fgb"
    GEOPARQUET = "parquet"
    POINT_TABLE = "xlsx"


OTHER_SUFFIXES = {".json": TargetFormat.GEOJSON}
# longitude and latitude belong to the format
IN_DEGREES = frozenset({TargetFormat.GEOJSON, TargetFormat.KML})
# formats that users ask for: what to do instead stands with the code
NOT_WRITTEN = {
    ".dxf": "convert_to_dxf",
    ".dwg": "convert_to_dxf",
    ".vct": "convert_to_vct",
    ".gdb": "convert_to_gdb",
    ".kmz": "convert_to_kmz",
    ".csv": "convert_to_csv",
}


def format_of(path: Path) -> TargetFormat:
    """Format that the name of a file asks for.

    Raises
    ------
    InvalidOptionError
        The format is not written; the code says what to do instead.
    """
    suffix = path.suffix.lower()
    if suffix in OTHER_SUFFIXES:
        return OTHER_SUFFIXES[suffix]
    try:
        return TargetFormat(suffix.removeprefix("."))
    except ValueError:
        code = NOT_WRITTEN.get(suffix, "convert_format_unknown")
        raise InvalidOptionError(
            code, file=path.name, formats="、".join(f".{each}" for each in TargetFormat)
        ) from None


def is_known_suffix(path: Path) -> bool:
    """Whether a name ends like a file of some format rather than like a folder."""
    suffix = path.suffix.lower()
    return suffix in OTHER_SUFFIXES or suffix in NOT_WRITTEN or suffix[1:] in list(TargetFormat)
