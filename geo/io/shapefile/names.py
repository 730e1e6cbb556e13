"""Field names of a shapefile: ten bytes at most, no sign cut, no two alike."""

from __future__ import annotations

from collections.abc import Sequence

from geo.io.shapefile.dbf_writer import MOST_NAME_BYTES, cut_to_bytes

__all__ = ["short_names"]

NAMELESS = "FIELD"


def short_names(names: Sequence[str], encoding: str) -> list[str]:
    """Names that fit, in the order given; those that fit already keep theirs.

    A name that is too long loses its end; one that is taken (whatever its case) gets a
    figure at the end in place of so many signs.

    Raises
    ------
    UnicodeEncodeError
        A name has a sign that the encoding lacks.
    """
    short: dict[int, str] = {}
    used: set[str] = set()
    fitting_first = sorted(range(len(names)), key=lambda at: not _fits(names[at], encoding))
    for at in fitting_first:
        name = _free_name(names[at].strip() or NAMELESS, used, encoding)
        used.add(name.casefold())
        short[at] = name
    return [short[at] for at in range(len(names))]


def _fits(name: str, encoding: str) -> bool:
    return name == name.strip() != "" and len(name.encode(encoding)) <= MOST_NAME_BYTES


def _free_name(name: str, used: set[str], encoding: str) -> str:
    candidate, figure = _cut(name, MOST_NAME_BYTES, encoding), 0
    while candidate.casefold() in used:
        figure += 1
        end = f"_{figure}"
        candidate = _cut(name, MOST_NAME_BYTES - len(end), encoding) + end
    return candidate


def _cut(name: str, most: int, encoding: str) -> str:
    return cut_to_bytes(name, most, encoding).decode(encoding).rstrip()
