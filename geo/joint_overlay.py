"""The common refinement of a site by many layers: every square metre lies in one cell.

Rules about several layers at once (land outside the allowed zone that is neither built on nor
approved) become filters over cells, and no area is counted twice. Pieces are built by GEOS in
local coordinates; each split is checked by its sum, retried on a fine grid, and refused as
undecidable if the sum still fails: GEOS answers wrongly on some valid input without an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import EngineDisagreementError

__all__ = ["JointCells", "JointLayer", "joint_cells"]

OUTSIDE = ""
JOINT = "|"
# one unit of the engine's integer areas; the noise of an overlay in local coordinates is below
LEAST_AREA_M2 = 1e-6
RETRY_GRID_M = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class JointLayer:
    """The features of one layer that share area with the site.

    Attributes
    ----------
    name
        For messages.
    geometries
        k polygons or multipolygons, in the same local coordinates as the plots.
    columns
        Per column name k texts.
    overlapping
        Whether any two of the features share area.
    """

    name: str
    geometries: NDArray[np.object_]
    columns: Mapping[str, NDArray[np.object_]]
    overlapping: bool


@dataclass(frozen=True, slots=True, eq=False)
class JointCells:
    """n cells: the plots that hold each, texts per column, area in m², outline (a polygon)."""

    plots: tuple[tuple[int, ...], ...]
    columns: Mapping[str, NDArray[np.object_]]
    area_m2: NDArray[np.float64]
    geometry: NDArray[np.object_]


@dataclass(slots=True, eq=False)
class _Split:
    """Cells after one layer: outline, the cell each came from, the features that hold it."""

    geometry: list[BaseGeometry]
    source: list[int]
    features: list[tuple[int, ...]]

    def add(self, geometry: BaseGeometry, source: int, features: tuple[int, ...]) -> None:
        """Add a piece, part by part: a cell is one polygon, so that it lies in one place."""
        for part in shapely.get_parts(geometry):
            self.geometry.append(part)
            self.source.append(source)
            self.features.append(features)


def joint_cells(plots: NDArray[np.object_], layers: Sequence[JointLayer]) -> JointCells:
    """Split the union of plots by every layer in turn.

    Parameters
    ----------
    plots
        p valid polygons or multipolygons in a metre CRS, shifted near the origin; where two
        overlap, the common part is one cell of both.
    layers
        Layers in any order; the order changes the order of cells, never their areas.

    Raises
    ------
    EngineDisagreementError
        The pieces of a cell do not add up to the cell, on the fine grid either.
    """
    geometry, members = _plots_apart(plots)
    columns: dict[str, NDArray[np.object_]] = {}
    for layer in layers:
        split = _split_by(geometry, layer)
        source = np.array(split.source, dtype=np.intp)
        columns = {name: texts[source] for name, texts in columns.items()}
        for name, texts in layer.columns.items():
            columns[name] = _texts_of(split.features, texts)
        members = [members[cell] for cell in source]
        geometry = np.array(split.geometry, dtype=object)
    return JointCells(tuple(members), columns, shapely.area(geometry), geometry)


def _plots_apart(
    plots: NDArray[np.object_],
) -> tuple[NDArray[np.object_], list[tuple[int, ...]]]:
    """Cells of the plots themselves; only those that overlap another need to be cut."""
    tangled = _overlapping(plots)
    cells = _Split([], [], [])
    for position in range(len(plots)):
        if position not in tangled:
            cells.add(plots[position], 0, (position,))
    for piece, members in _disentangled(plots, sorted(tangled)):
        cells.add(piece, 0, members)
    return np.array(cells.geometry, dtype=object), cells.features


def _overlapping(plots: NDArray[np.object_]) -> set[int]:
    one, other = shapely.STRtree(plots).query(plots, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    shared = shapely.area(shapely.intersection(plots[one], plots[other])) > LEAST_AREA_M2
    return {int(position) for position in np.concatenate([one[shared], other[shared]])}


def _disentangled(
    plots: NDArray[np.object_], tangled: Sequence[int]
) -> list[tuple[BaseGeometry, tuple[int, ...]]]:
    """Pieces of plots that overlap, each with the plots that hold it."""
    cells: list[tuple[BaseGeometry, tuple[int, ...]]] = []
    for position in tangled:
        rest = plots[position]
        grown = []
        for cell, members in cells:
            if not _share_area(cell, plots[position]):
                grown.append((cell, members))
                continue
            for piece, inside in _cut_in_two(cell, plots[position], "plots"):
                grown.append((piece, (*members, position) if inside else members))
            rest = _areal(shapely.difference(rest, cell))
        if rest.area > LEAST_AREA_M2:
            grown.append((rest, (position,)))
        cells = grown
    return cells


def _share_area(one: BaseGeometry, other: BaseGeometry) -> bool:
    return bool(
        shapely.intersects(one, other)
        and shapely.area(shapely.intersection(one, other)) > LEAST_AREA_M2
    )


def _split_by(cells: NDArray[np.object_], layer: JointLayer) -> _Split:
    split = _Split([], [], [])
    tree = shapely.STRtree(layer.geometries)
    cell_of, feature_of = tree.query(cells, predicate="intersects")
    order = np.lexsort((feature_of, cell_of))
    cell_of, feature_of = cell_of[order], feature_of[order]
    starts = np.searchsorted(cell_of, np.arange(len(cells) + 1))
    for position, cell in enumerate(cells):
        features = feature_of[starts[position] : starts[position + 1]]
        for piece, holders in _pieces_of(cell, features, layer):
            split.add(piece, position, holders)
    return split


def _pieces_of(
    cell: BaseGeometry, features: NDArray[np.intp], layer: JointLayer
) -> list[tuple[BaseGeometry, tuple[int, ...]]]:
    if len(features) == 0:
        return [(cell, ())]
    cut = _cut_by_overlapping if layer.overlapping else _cut_by_exclusive
    for grid in (None, RETRY_GRID_M):
        pieces = cut(cell, features, layer, grid)
        allowed = LEAST_AREA_M2 * (len(features) + 1) + (grid or 0.0) * cell.length
        if abs(sum(piece.area for piece, _ in pieces) - cell.area) <= allowed:
            return pieces
    raise EngineDisagreementError("overlay_sum_fails", layer=layer.name)


def _cut_by_exclusive(
    cell: BaseGeometry, features: NDArray[np.intp], layer: JointLayer, grid: float | None
) -> list[tuple[BaseGeometry, tuple[int, ...]]]:
    outlines = layer.geometries[features]
    inside = _areal_parts(shapely.intersection(outlines, cell, grid_size=grid))
    areas = shapely.area(inside)
    held = areas > LEAST_AREA_M2
    if held.sum() == 1 and abs(cell.area - areas[held][0]) <= LEAST_AREA_M2:
        return [(cell, (int(features[held][0]),))]
    pieces: list[tuple[BaseGeometry, tuple[int, ...]]] = [
        (piece, (int(feature),))
        for piece, feature in zip(inside[held], features[held], strict=True)
    ]
    if cell.area - areas[held].sum() > LEAST_AREA_M2:
        holders = shapely.union_all(outlines[held], grid_size=grid)
        rest = _areal(shapely.difference(cell, holders, grid_size=grid))
        if rest.area > LEAST_AREA_M2:
            pieces.append((rest, ()))
    return pieces


def _cut_by_overlapping(
    cell: BaseGeometry, features: NDArray[np.intp], layer: JointLayer, grid: float | None
) -> list[tuple[BaseGeometry, tuple[int, ...]]]:
    pieces: list[tuple[BaseGeometry, tuple[int, ...]]] = [(cell, ())]
    for feature in features:
        grown = []
        for piece, holders in pieces:
            for part, inside in _cut_in_two(piece, layer.geometries[feature], layer.name, grid):
                grown.append((part, (*holders, int(feature)) if inside else holders))
        pieces = grown
    return pieces


def _cut_in_two(
    piece: BaseGeometry,
    knife: BaseGeometry,
    layer: str,
    grid: float | None = None,
) -> list[tuple[BaseGeometry, bool]]:
    if not shapely.intersects(piece, knife):
        return [(piece, False)]
    inside = _areal(shapely.intersection(piece, knife, grid_size=grid))
    if inside.area <= LEAST_AREA_M2:
        return [(piece, False)]
    if piece.area - inside.area <= LEAST_AREA_M2:
        return [(piece, True)]
    outside = _areal(shapely.difference(piece, knife, grid_size=grid))
    allowed = 2 * LEAST_AREA_M2 + (grid or 0.0) * piece.length
    if abs(inside.area + outside.area - piece.area) > allowed:
        if grid is None:
            return _cut_in_two(piece, knife, layer, RETRY_GRID_M)
        raise EngineDisagreementError("overlay_sum_fails", layer=layer)
    return [(inside, True), (outside, False)]


def _areal(geometry: BaseGeometry) -> BaseGeometry:
    """Polygon part of a result that may carry points and lines where outlines touch."""
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        return geometry
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _areal_parts(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([_areal(geometry) for geometry in geometries], dtype=object)


def _texts_of(
    features: Sequence[tuple[int, ...]], texts: NDArray[np.object_]
) -> NDArray[np.object_]:
    joined = [
        str(texts[holders[0]])
        if len(holders) == 1
        else JOINT.join(sorted({str(texts[holder]) for holder in holders}))
        for holders in features
    ]
    return np.array(joined, dtype=object)
