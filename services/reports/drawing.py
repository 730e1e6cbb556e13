"""A sheet of paper to draw on in millimetres; Agg only, no state outside the object."""

from __future__ import annotations

import io
from dataclasses import dataclass

import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from services.reports.callouts import CALLOUT_RADIUS_MM
from services.reports.figure_text import drawable, fitted, font

__all__ = ["Paper", "Pen"]

MM_PER_INCH = 25.4
DPI = 200
INK, PAPER = "#1f2933", "#ffffff"


@dataclass(frozen=True, slots=True)
class Pen:
    """Fill, outline (points) and hatch of a shape; `None` leaves it out."""

    fill: str | None = None
    line: str | None = None
    width: float = 0.6
    hatch: str | None = None


class Paper:
    """A white sheet of `width` × `height` millimetres, origin at the lower left."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), dpi=DPI)
        self._figure.patch.set_facecolor(PAPER)
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(0, height)
        self._axes.axis("off")
        self._order = 0

    def _next(self) -> int:
        """What is drawn later lies on top."""
        self._order += 1
        return self._order

    def shape(self, geometry: BaseGeometry, pen: Pen) -> None:
        """Polygons with their holes."""
        rings = [
            shapely.get_coordinates(ring)
            for part in shapely.get_parts(geometry)
            if part.geom_type == "Polygon" and not part.is_empty
            for ring in (part.exterior, *part.interiors)
        ]
        if not rings:
            return
        outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
        self._axes.add_patch(
            PathPatch(
                outline,
                facecolor=pen.fill or "none",
                edgecolor=pen.line or "none",
                linewidth=pen.width if pen.line else 0,
                hatch=pen.hatch,
                joinstyle="miter",
                zorder=self._next(),
            )
        )

    def box(self, left: float, bottom: float, width: float, height: float, pen: Pen) -> None:
        """A rectangle."""
        self._axes.add_patch(
            Rectangle(
                (left, bottom),
                width,
                height,
                facecolor=pen.fill or "none",
                edgecolor=pen.line or "none",
                linewidth=pen.width if pen.line else 0,
                hatch=pen.hatch,
                zorder=self._next(),
            )
        )

    def line(self, xs: tuple[float, ...], ys: tuple[float, ...], pen: Pen) -> None:
        """A polyline."""
        self._axes.add_line(
            Line2D(
                xs,
                ys,
                color=pen.line or INK,
                linewidth=pen.width,
                zorder=self._next(),
            )
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 7.5,
        across: str = "left",
        upright: bool = False,
        haloed: bool = False,
    ) -> None:
        """One line of foreign text, centred on its height; never read as a formula."""
        self._axes.text(
            x,
            y,
            drawable(text),
            fontproperties=font(size),
            color=INK,
            ha=across,
            va="center",
            rotation=90 if upright else 0,
            parse_math=False,
            path_effects=[withStroke(linewidth=2, foreground=PAPER)] if haloed else None,
            zorder=self._next(),
        )

    def text_in(self, x: float, y: float, text: str, *, width: float, size: float = 7.5) -> None:
        """The same, cut to a width in millimetres."""
        self.text(x, y, fitted(text, width, size), size=size)

    def callout(self, anchor: Point, place: Point, number: str) -> None:
        """A number in a circle, tied to what it names."""
        self.line((anchor.x, place.x), (anchor.y, place.y), Pen(line=PAPER, width=1.8))
        self.line((anchor.x, place.x), (anchor.y, place.y), Pen(line=INK, width=0.7))
        self._axes.add_patch(
            Circle(
                (place.x, place.y),
                CALLOUT_RADIUS_MM,
                facecolor=PAPER,
                edgecolor=INK,
                linewidth=0.8,
                zorder=self._next(),
            )
        )
        self.text(place.x, place.y, number, size=7, across="center")

    def png(self) -> bytes:
        """The sheet as a picture, without time or origin."""
        picture = io.BytesIO()
        self._figure.savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
        return picture.getvalue()
