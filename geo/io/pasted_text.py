"""What a text is that somebody pasted: WKT, GeoJSON, a coordinate TXT or a list of coordinates."""

from __future__ import annotations

from geo.io.file_kind import FileKind, head_kind

__all__ = ["pasted_kind", "pasted_suffix"]

SUFFIXES = {
    FileKind.JSON: ".geojson",
    FileKind.WKT: ".wkt",
    FileKind.COORDINATE_TABLE: ".csv",
    FileKind.BOUNDARY_TXT: ".txt",
}
HEAD_SIGNS = 4096


def pasted_kind(text: str) -> FileKind:
    """Kind of a pasted text; one that is no other kind is taken for a coordinate TXT."""
    return head_kind(text[:HEAD_SIGNS].encode("utf-8", "replace"), "pasted.txt")


def pasted_suffix(text: str) -> str:
    """Suffix under which a pasted text is kept as a file; `.txt` unless it is of another kind."""
    return SUFFIXES.get(pasted_kind(text), ".txt")
