"""What a collection holds beside its polygons, counted so that nothing goes without a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo.intake import Note
from geo.reading_codes import Remark

__all__ = ["Leftover", "leftover_of", "reduced_note"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Lines, points and anything else that was not taken of one feature."""

    lines: int = 0
    points: int = 0
    others: int = 0

    def __bool__(self) -> bool:
        """Whether anything was left out."""
        return bool(self.lines or self.points or self.others)


def leftover_of(kinds: Iterable[str]) -> Leftover:
    """Count geometries by the names of their types, as GeoJSON, WKT and KML write them.

    A multi-part line or set of points counts once.
    """
    lines = points = others = 0
    for kind in kinds:
        word = kind.lower()
        if "line" in word or word in ("track", "circularstring", "compoundcurve", "multicurve"):
            lines += 1
        elif "point" in word:
            points += 1
        else:
            others += 1
    return Leftover(lines, points, others)


def reduced_note(index: int, leftover: Leftover) -> Note:
    """Remark that only the polygons of a feature were taken."""
    facts = {
        "feature": index + 1,
        "lines": leftover.lines,
        "points": leftover.points,
        "others": leftover.others,
    }
    return Note(Remark.COLLECTION_REDUCED, facts, index)
