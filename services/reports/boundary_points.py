"""The table of boundary points (界址点成果表) as pages of lines; the writer computes nothing.

Rings begin at their north-west corner and run clockwise, points are numbered through all
rings of a plot, and the first point of a ring closes it again. A length is the plane distance
between the coordinates as they are printed, so that it can be checked by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt

import geopandas as gpd
import shapely

from geo.crs import crs_label, require_projected
from geo.errors import GeoError
from geo.intake import Note
from geo.io.boundary.fields import CLASS_COLUMN, USE_COLUMN
from geo.io.boundary.printing import FEWEST_DIGITS, PrintedOutline, printed_outlines
from geo.reading_codes import Fault, Remark
from geo.ring_nesting import assembled
from services.printable import shortened
from services.reports.areas import area_cells
from services.reports.content import Quantity
from services.reports.datum import crs_wording

__all__ = ["LINES_ON_PAGE", "PointLine", "PointPage", "PointTable", "RingLine", "point_table"]

# lines of a page with five facts; a sixth and a seventh take the room of a line each
LINES_ON_PAGE, LEAST_FACTS = 23, 5
NAME_COLUMN, NUMBER_COLUMN, PROJECT_COLUMN = "site_name", "site_id", "项目名称"
CENTS_PER_M2 = 100


@dataclass(frozen=True, slots=True)
class PointLine:
    """One point, and the length to the next one of its ring; the closing point has none."""

    label: str
    north: Quantity
    east: Quantity
    edge: Quantity | None


@dataclass(frozen=True, slots=True)
class RingLine:
    """What the points that follow are the ring of."""

    text: str


@dataclass(frozen=True, slots=True)
class PointPage:
    """One page: its place among those of its plot, facts of the plot, and lines."""

    number: int
    count: int
    facts: tuple[tuple[str, str], ...]
    lines: tuple[PointLine | RingLine, ...]

    @property
    def blank_lines(self) -> int:
        """Lines to the foot of the page, so that all pages look alike."""
        return LINES_ON_PAGE - len(self.facts) + LEAST_FACTS - len(self.lines)


@dataclass(frozen=True, slots=True)
class PointTable:
    """Pages of all plots in the order of the frame, and what was changed in printing."""

    pages: tuple[PointPage, ...]
    notes: tuple[Note, ...]


def point_table(frame: gpd.GeoDataFrame, *, project: str = "") -> PointTable:
    """Table of the boundary points of all plots.

    Parameters
    ----------
    frame
        Valid polygons or multipolygons in a CRS in metres; `site_id`, `site_name` and
        `项目名称` name a plot, `地块用途` and `地类编码` describe it where present.
    project
        Name of the project for plots that state none.

    Raises
    ------
    GeoError
        No plot (`nothing_to_write`), or one that does not survive printing
        (`txt_not_printable`); see `geo.crs.require_projected`.
    InvalidGeometryError
        A geometry is missing, empty, invalid or no polygon.
    """
    crs = crs_label(require_projected(frame))
    if not len(frame):
        raise GeoError(Fault.NOTHING_TO_WRITE)
    system = crs_wording(crs).zh
    outlines = printed_outlines(frame.geometry)
    pages: list[PointPage] = []
    for row, outline in enumerate(outlines):
        facts = _facts(frame, row, outline, system, project)
        sheets = list(_paged(list(_lines(outline)), LINES_ON_PAGE - len(facts) + LEAST_FACTS))
        pages.extend(
            PointPage(number, len(sheets), facts, tuple(lines))
            for number, lines in enumerate(sheets, start=1)
        )
    return PointTable(tuple(pages), tuple(_notes(outlines)))


def _notes(outlines: Sequence[PrintedOutline]) -> Iterator[Note]:
    repeated = sum(outline.repeated for outline in outlines)
    if repeated:
        yield Note(Remark.TXT_POINTS_MERGED, {"count": repeated})
    finer = [outline.digits for outline in outlines if outline.digits > FEWEST_DIGITS]
    if finer:
        yield Note(Remark.POINTS_FINER_DIGITS, {"count": len(finer), "digits": max(finer)})


def _facts(
    frame: gpd.GeoDataFrame, row: int, outline: PrintedOutline, system: str, project: str
) -> tuple[tuple[str, str], ...]:
    cents = outline.area(CENTS_PER_M2)
    cells = area_cells(cents, cents)
    name, number = (_text(frame, row, column) for column in (NAME_COLUMN, NUMBER_COLUMN))
    area = f"{cells.m2.text} 平方米　{cells.ha.text} 公顷　{cells.mu.text} 亩"
    return (
        ("项目名称", _text(frame, row, PROJECT_COLUMN) or project),
        ("地块名称", name or ("" if number else f"地块{row + 1}")),
        ("地块编号", number),
        *(
            (column, text)
            for column in (USE_COLUMN, CLASS_COLUMN)
            if (text := _text(frame, row, column))
        ),
        ("面积", area),
        ("坐标系", system),
    )


def _text(frame: gpd.GeoDataFrame, row: int, column: str) -> str:
    value = frame[column].iloc[row] if column in frame.columns else ""
    return shortened(value) if isinstance(value, str) else ""


def _lines(outline: PrintedOutline) -> Iterator[PointLine | RingLine]:
    titles = _ring_titles(outline)
    first = 1
    for title, steps in zip(titles, outline.rings, strict=True):
        if len(titles) > 1:
            yield RingLine(title)
        corners = steps.tolist()
        around = [*corners, corners[0]]
        labels = [*range(first, first + len(corners)), first]
        for at, (east, north) in enumerate(around):
            onward = around[at + 1] if at < len(corners) else None
            edge = None if onward is None else _edge((east, north), onward, outline.digits)
            yield PointLine(
                f"J{labels[at]}",
                Quantity(north, outline.digits),
                Quantity(east, outline.digits),
                edge,
            )
        first += len(corners)


def _edge(start: Sequence[int], end: Sequence[int], digits: int) -> Quantity:
    """Length to the last printed digit, rounded half up from whole steps without error."""
    square = (end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2
    return Quantity((isqrt(4 * square) + 1) // 2, digits)


def _ring_titles(outline: PrintedOutline) -> list[str]:
    """What each ring is, by the nesting that a reader of the table will find."""
    rings = [ring.astype(float) for ring in outline.rings]
    holes = {
        shapely.get_coordinates(hole).tobytes()
        for part in shapely.get_parts(assembled(rings))
        for hole in part.interiors
    }
    titles = []
    for number, ring in enumerate(rings, start=1):
        is_hole = shapely.get_coordinates(shapely.LinearRing(ring)).tobytes() in holes
        kind = "内圈，从面积中扣除" if is_hole else "外圈"
        titles.append(f"第 {number} 圈（{kind}），自西北角起顺时针")
    return titles


def _paged(
    lines: Sequence[PointLine | RingLine], most: int
) -> Iterator[list[PointLine | RingLine]]:
    """Lines of each page; the title of a ring is never the last line of one."""
    page: list[PointLine | RingLine] = []
    for line in lines:
        if len(page) == most or (isinstance(line, RingLine) and len(page) == most - 1):
            yield page
            page = []
        page.append(line)
    yield page
