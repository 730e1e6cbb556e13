"""Static map of a site: red line, what it meets, legend, grid, scale bar, title block."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import shapely
from shapely.geometry import GeometryCollection, Polygon, box
from shapely.geometry.base import BaseGeometry

from services.domain.verdict import CheckResult
from services.domain.wording import Language
from services.reports.callouts import Callouts, inner_point
from services.reports.case import Case
from services.reports.content import FigureSubject
from services.reports.datum import crs_wording
from services.reports.drawing import INK, PAPER, Paper, Pen
from services.reports.map_frame import MapFrame, projected
from services.reports.map_subject import Drawn, drawn_of
from services.reports.words import Words

__all__ = ["draw_site_figure"]

WIDTH_MM = 170.0
FRAME_LEFT_MM, FRAME_RIGHT_MM, TOP_MM = 6.0, 169.5, 4.5
MAP_HEIGHT_MM, LOW_MAP_HEIGHT_MM = 145.0, 95.0
# a site this much wider than high gets the low map
LOW_ASPECT = 1.9
MARGIN_MM = 14.0
GRID_LABELS_MM = 4.5
# English names are longer
LEGEND_COLUMNS = {Language.ZH: 3, Language.EN: 2}
LEGEND_ROW_MM, LEGEND_HEAD_MM, LEGEND_ROWS = 5.5, 6.0, 8
BLOCK_ROW_MM, BLOCK_ROWS, BLOCK_LABEL_MM = 6.5, 3, 17.0
RED = "#d62828"
HAIRLINE = Pen(line="#7f8894", width=0.5)
RED_LINE, THIN_RED_LINE = Pen(line=RED, width=1.9), Pen(line=RED, width=0.7)
CASING = Pen(line=PAPER, width=3.6)
NARROW_RADIUS_MM = 0.9
LABEL_RADIUS_MM, PLOT_RADIUS_MM = 3.2, 2.2
LARGEST_NUMBER_OF_PLOT_MARKS = 60


def draw_site_figure(
    result: CheckResult,
    *,
    language: Language,
    subject: FigureSubject = FigureSubject.FINDINGS,
) -> bytes:
    """PNG of 170 mm width at 200 dots an inch; its scale holds when printed at that width.

    Coordinates of the result (longitude and latitude) are projected back to the CRS of the
    site, whose full eastings and northings stand at the grid.

    Raises
    ------
    ValueError
        The result has no geometry.
    """
    case = Case(result, Words(language))
    plots = projected(result.geometry, result.site.crs)
    if not plots:
        raise ValueError("a result without geometry has no figure")
    drawn = drawn_of(case, subject)
    legend = _legend_entries(case, drawn)
    outline = GeometryCollection(plots)
    below = _height_below(legend, LEGEND_COLUMNS[language])
    map_height = _map_height(outline)
    paper = Paper(WIDTH_MM, TOP_MM + map_height + GRID_LABELS_MM + below)
    frame = MapFrame.around(
        outline,
        (FRAME_LEFT_MM, GRID_LABELS_MM + below, FRAME_RIGHT_MM - FRAME_LEFT_MM, map_height),
        MARGIN_MM,
    )
    _draw_grid(paper, frame)
    _draw_map(paper, frame, case, plots, drawn)
    _draw_neatline(paper, frame, case)
    _draw_legend(paper, case, legend, below)
    _draw_title_block(paper, frame, case, subject)
    return paper.png()


def _map_height(outline: BaseGeometry) -> float:
    west, south, east, north = outline.bounds
    return LOW_MAP_HEIGHT_MM if east - west > LOW_ASPECT * (north - south) else MAP_HEIGHT_MM


def _marks_plots(case: Case) -> bool:
    return 1 < len(case.result.plots) <= LARGEST_NUMBER_OF_PLOT_MARKS


def _legend_entries(case: Case, drawn: Sequence[Drawn]) -> list[tuple[str, Pen]]:
    """Each entry once, the red line first; what is too much is counted."""
    entries: dict[str, Pen] = {case.words("figure.site"): RED_LINE}
    for item in reversed(drawn):
        name = f"{item.mark}　{item.legend}" if item.numbered else item.legend
        entries.setdefault(name, item.pen)
    if _marks_plots(case):
        entries[case.words("figure.plot_numbers")] = Pen()
    listed = list(entries.items())
    room = LEGEND_ROWS * LEGEND_COLUMNS[case.words.language]
    if len(listed) > room:
        left_out = len(listed) - room + 1
        listed = listed[: room - 1]
        listed.append((case.words("figure.more", count=left_out), Pen()))
    return listed


def _height_below(legend: Sequence[tuple[str, Pen]], columns: int) -> float:
    rows = ceil(len(legend) / columns)
    return LEGEND_HEAD_MM + rows * LEGEND_ROW_MM + 2 + BLOCK_ROWS * BLOCK_ROW_MM + 1


def _draw_grid(paper: Paper, frame: MapFrame) -> None:
    """Crosses inside, ticks and full coordinates at the frame."""
    top, right = frame.bottom + frame.height, frame.left + frame.width
    eastings, northings = frame.grid_eastings(), frame.grid_northings()
    for _, x in eastings:
        for _, y in northings:
            paper.line((x - 1.5, x + 1.5), (y, y), HAIRLINE)
            paper.line((x, x), (y - 1.5, y + 1.5), HAIRLINE)
    for easting, x in eastings:
        for edge, inward in ((frame.bottom, 2), (top, -2)):
            paper.line((x, x), (edge, edge + inward), HAIRLINE)
        paper.text(x, frame.bottom - 2.4, str(easting), size=6, across="center")
        paper.text(x, top + 2.4, str(easting), size=6, across="center")
    for northing, y in northings:
        for edge, inward in ((frame.left, 2), (right, -2)):
            paper.line((edge, edge + inward), (y, y), HAIRLINE)
        paper.text(frame.left - 2.6, y, str(northing), size=6, across="center", upright=True)


def _draw_map(
    paper: Paper,
    frame: MapFrame,
    case: Case,
    plots: Sequence[BaseGeometry],
    drawn: Sequence[Drawn],
) -> None:
    for item in drawn:
        paper.shape(frame.on_paper(item.geometry), item.pen)
    outlines = [frame.on_paper(plot) for plot in plots]
    for pen in _red_line(outlines):
        for outline in outlines:
            paper.shape(outline, pen)
    for item in drawn:
        if item.mark and not item.numbered:
            _mark_inside(paper, frame, item)
    callouts = _callouts(frame, outlines)
    if _marks_plots(case):
        _mark_plots(paper, case, outlines, callouts)
    for item in reversed(drawn):
        if item.numbered:
            anchor, _ = inner_point(_largest(frame.on_paper(item.geometry)))
            paper.callout(anchor, callouts.place(anchor), item.mark)


def _red_line(outlines: Sequence[BaseGeometry]) -> tuple[Pen, ...]:
    """Casing and line; of a road that is narrower than they are, a thin line alone."""
    widest = max(inner_point(_largest(outline))[1] for outline in outlines)
    return (THIN_RED_LINE,) if widest < NARROW_RADIUS_MM else (CASING, RED_LINE)


def _callouts(frame: MapFrame, outlines: Sequence[BaseGeometry]) -> Callouts:
    """Places for numbers: inside the frame, off the red line, off arrow and scale bar."""
    top, right = frame.bottom + frame.height, frame.left + frame.width
    room = box(frame.left, frame.bottom, right, top)
    lines = shapely.union_all([outline.boundary for outline in outlines])
    callouts = Callouts(room, lines)
    callouts.reserve(right - 12, top - 14, right, top)
    callouts.reserve(frame.left, frame.bottom, frame.left + 60, frame.bottom + 9)
    return callouts


def _largest(geometry: BaseGeometry) -> Polygon:
    return max(_polygons(geometry), key=lambda part: part.area)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]


def _mark_inside(paper: Paper, frame: MapFrame, item: Drawn) -> None:
    """The class code inside its shape where there is room, so that it reads in grey."""
    for part in _polygons(frame.on_paper(item.geometry)):
        middle, radius = inner_point(part)
        if radius >= LABEL_RADIUS_MM:
            paper.text(middle.x, middle.y, item.mark, size=7, across="center", haloed=True)


def _mark_plots(
    paper: Paper, case: Case, outlines: Sequence[BaseGeometry], callouts: Callouts
) -> None:
    """Number every plot: inside where there is room, else beside it on a leader."""
    middles = [inner_point(_largest(outline)) for outline in outlines]
    for middle, radius in middles:
        if radius >= PLOT_RADIUS_MM:
            callouts.take(middle)
    for plot, (middle, radius) in zip(case.result.plots, middles, strict=True):
        spot = middle
        if radius < PLOT_RADIUS_MM:
            spot = callouts.place(middle)
            paper.line((middle.x, spot.x), (middle.y, spot.y), Pen(line=INK, width=0.5))
        number = str(plot.index + 1)
        paper.text(spot.x, spot.y, number, size=7.5, across="center", haloed=True)


def _draw_neatline(paper: Paper, frame: MapFrame, case: Case) -> None:
    paper.box(frame.left, frame.bottom, frame.width, frame.height, Pen(line=INK, width=1.0))
    _draw_north(paper, frame.left + frame.width - 6, frame.bottom + frame.height - 12.5, case)
    _draw_scale_bar(paper, frame)


def _draw_north(paper: Paper, x: float, y: float, case: Case) -> None:
    """An arrow half black, half white; up is grid north."""
    left = Polygon([(x, y + 8), (x - 2, y), (x, y + 1.6)])
    right = Polygon([(x, y + 8), (x + 2, y), (x, y + 1.6)])
    paper.shape(left, Pen(fill=INK, line=INK, width=0.5))
    paper.shape(right, Pen(fill=PAPER, line=INK, width=0.5))
    paper.text(x, y + 10, case.words("figure.north"), size=7.5, across="center", haloed=True)


def _draw_scale_bar(paper: Paper, frame: MapFrame) -> None:
    """Four fields, black and white in turn; lengths in metres."""
    field_m = frame.grid_step_m / 4
    field_mm = field_m * 1000 / frame.scale
    left, bottom = frame.left + 4, frame.bottom + 2.6
    edges = [left + field_mm * step for step in range(5)]
    paper.box(left - 2.5, bottom - 1.2, field_mm * 4 + 12, 7, Pen(fill=PAPER))
    for step, (start, end) in enumerate(pairwise(edges)):
        fill = INK if step % 2 == 0 else PAPER
        paper.box(start, bottom, end - start, 1.3, Pen(fill=fill, line=INK, width=0.5))
    for step in (0, 2, 4):
        unit = " m" if step == 4 else ""
        text = f"{field_m * step:g}{unit}"
        paper.text(edges[step], bottom + 3.4, text, size=6.5, across="center")


def _draw_legend(paper: Paper, case: Case, legend: Sequence[tuple[str, Pen]], below: float) -> None:
    top = below - LEGEND_HEAD_MM / 2
    paper.text(FRAME_LEFT_MM, top, case.words("figure.legend"), size=8)
    columns = LEGEND_COLUMNS[case.words.language]
    column_width = (FRAME_RIGHT_MM - FRAME_LEFT_MM) / columns
    for place, (name, pen) in enumerate(legend):
        row, column = divmod(place, columns)
        x = FRAME_LEFT_MM + column * column_width
        y = below - LEGEND_HEAD_MM - (row + 0.5) * LEGEND_ROW_MM
        paper.box(x, y - 1.8, 8, 3.6, pen)
        paper.text_in(x + 10, y, name, width=column_width - 12, size=7)


def _draw_title_block(paper: Paper, frame: MapFrame, case: Case, subject: FigureSubject) -> None:
    """Three rows: figure and project; coordinate system; scale, number, date."""
    words, result = case.words, case.result
    width = FRAME_RIGHT_MM - FRAME_LEFT_MM
    rows = (
        (("name", words(f"figure_title.{subject}"), 0.5), ("project", result.site.name, 0.5)),
        (("datum", words.of(crs_wording(result.site.crs)), 1.0),),
        (
            ("scale", f"1:{frame.scale:,}", 0.3),
            ("result", result.number, 0.35),
            ("drawn", result.computed_at[:10], 0.35),
        ),
    )
    for place, row in enumerate(rows):
        y = 0.5 + (BLOCK_ROWS - 1 - place) * BLOCK_ROW_MM
        x = FRAME_LEFT_MM
        for name, value, share in row:
            paper.box(x, y, BLOCK_LABEL_MM, BLOCK_ROW_MM, Pen(fill="#eef1f4", line=INK))
            paper.box(x, y, width * share, BLOCK_ROW_MM, Pen(line=INK, width=0.6))
            middle = y + BLOCK_ROW_MM / 2
            paper.text(x + 1.5, middle, words(f"figure.{name}"), size=7)
            room = width * share - BLOCK_LABEL_MM - 3
            paper.text_in(x + BLOCK_LABEL_MM + 1.5, middle, value, width=room, size=7)
            x += width * share
