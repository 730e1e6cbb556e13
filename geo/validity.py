"""Outlines on their way in: admitted, mended with a record, or refused with a reason.

An invalid outline is mended only where that hardly changes its area; the yardstick is the
signed ring area, what the corners alone enclose. Never by a buffer of width zero, which
loses half of a bow-tie without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from geo.crs import require_projected
from geo.errors import Param
from geo.intake import Note, Refusal, Repair
from geo.leftover import leftover_of, reduced_note
from geo.reading_codes import Fault, Mend, Remark
from geo.refusals import Reason, refusals, site_labels
from geo.tangles import crosses_itself_more_than
from geo.winding import disputed_area

__all__ = ["Admission", "admit_polygons"]

# limits of a silent repair: product rule "One rule everywhere"
REPAIR_LIMIT_SHARE = 0.001
REPAIR_LIMIT_M2 = 10.0
# one unit of the areas that the engine reports
SMALLEST_AREA_M2 = 1e-6

# crossings of one outline, beside two a corner, up to which a repair is tried: about a second
LEAST_TANGLE = 50_000
# products of larger ones are no numbers any more
LARGEST_COORDINATE = 1e100
# features named one by one; more of the same kind are counted
NOTES_SHOWN = 20
# GEOS builds the new rings one by one, and rounding may let two of them cross
MOST_MENDINGS = 2
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7
TYPE_NAMES = {
    0: "Point",
    1: "LineString",
    2: "LinearRing",
    4: "MultiPoint",
    5: "MultiLineString",
    7: "GeometryCollection",
}
MENDS = (
    ("hole lies outside", Mend.HOLE_OUTSIDE),
    ("nested", Mend.NESTED_PARTS),
)


@dataclass(frozen=True, slots=True, eq=False)
class Admission:
    """Features kept, refused and mended; every feature is kept or refused, never both."""

    frame: gpd.GeoDataFrame
    refused: tuple[Refusal, ...]
    repaired: tuple[Repair, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class _Mended:
    """How one outline was mended: areas in m², and where it was at fault."""

    mend: Mend
    before: float
    after: float
    place: tuple[float, float] | None


@dataclass(slots=True)
class _Ledger:
    """What happens to each feature while it is looked at, by position in the frame."""

    kept: NDArray[np.bool_]
    faults: dict[int, Reason] = field(default_factory=dict)
    mends: dict[int, _Mended] = field(default_factory=dict)

    def refuse(
        self, position: int, fault: Fault, params: Mapping[str, Param] = MappingProxyType({})
    ) -> None:
        """Refuse a feature; the first reason stays."""
        if self.kept[position]:
            self.kept[position] = False
            self.faults[position] = (fault, params)

    def refuse_where(self, bad: NDArray[np.bool_], fault: Fault) -> None:
        """Refuse all features that are marked and still kept."""
        for position in np.flatnonzero(bad & self.kept):
            self.refuse(int(position), fault)


def admit_polygons(
    frame: gpd.GeoDataFrame, *, accept_repairs: bool, max_vertices: int = 2_000_000
) -> Admission:
    """Valid polygons and multipolygons of a frame.

    Heights and measures are dropped, exact repetitions of a point removed, polygons taken
    out of collections; the notes name the features. An invalid outline is mended
    (`make_valid`, structure) when that changes its area by no more than min(0.1 %, 10 m²), or
    by any amount with `accept_repairs`.

    Parameters
    ----------
    frame
        In a projected CRS of metres, with `source_index`; `site_id` and `site_name` are used
        for the record where present. Geometry may be missing, of any type, and invalid.
    accept_repairs
        Mend without a limit, on the user's word.
    max_vertices
        Most vertices that one feature may have.

    Raises
    ------
    GeographicCRSError, MissingCRSError
        The frame is not in metres.
    """
    require_projected(frame)
    flat = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    geometries = np.array(flat, dtype=object)
    ledger = _Ledger(np.ones(len(frame), dtype=bool))
    index = frame["source_index"].to_numpy()
    notes = _reduce_to_polygons(geometries, ledger, index)
    _refuse_unusable(geometries, ledger, max_vertices)
    _mend_invalid(geometries, ledger, accept_repairs=accept_repairs)
    notes += _without_repetitions(geometries, ledger, index)
    areas = np.zeros(len(frame))
    areas[ledger.kept] = shapely.area(geometries[ledger.kept])
    ledger.refuse_where(~(areas >= SMALLEST_AREA_M2), Fault.ZERO_AREA)
    return _admission(frame, geometries, ledger, notes)


def _admission(
    frame: gpd.GeoDataFrame,
    geometries: NDArray[np.object_],
    ledger: _Ledger,
    notes: list[Note],
) -> Admission:
    moved = gpd.GeoSeries(geometries, index=frame.index, crs=frame.crs)
    index = frame["source_index"].to_numpy()
    labels = site_labels(frame)
    bounds = np.asarray(shapely.bounds(geometries), dtype=float).reshape(-1, 4)
    refused = refusals(frame, ledger.faults, bounds)
    repaired = tuple(
        Repair(int(index[at]), labels[at], done.mend, done.before, done.after, done.place)
        for at, done in sorted(ledger.mends.items())
        if ledger.kept[at]
    )
    admitted = frame.set_geometry(moved)
    if not ledger.kept.all():
        admitted = admitted.loc[ledger.kept].reset_index(drop=True)
    return Admission(admitted, refused, repaired, tuple(notes))


def _reduce_to_polygons(
    geometries: NDArray[np.object_], ledger: _Ledger, index: NDArray[np.int64]
) -> list[Note]:
    types = np.asarray(shapely.get_type_id(geometries))
    ledger.refuse_where(types == -1, Fault.NO_GEOMETRY)
    ledger.refuse_where(np.asarray(shapely.is_empty(geometries)), Fault.EMPTY_GEOMETRY)
    other = ~np.isin(types, (POLYGON, MULTIPOLYGON)) & ledger.kept
    notes = []
    for position in map(int, np.flatnonzero(other)):
        parts = list(_parts_of(geometries[position]))
        polygons = [part for part in parts if isinstance(part, shapely.Polygon)]
        if not polygons:
            ledger.refuse(position, Fault.NO_POLYGON, {"found": TYPE_NAMES[int(types[position])]})
            continue
        geometries[position] = shapely.MultiPolygon(polygons)
        kinds = (part.geom_type for part in parts if not isinstance(part, shapely.Polygon))
        leftover = leftover_of(kinds)
        if leftover:
            notes.append(reduced_note(int(index[position]), leftover))
    return notes


def _parts_of(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    """Members of nested collections that are not empty; polygons of multipolygons one by one."""
    if isinstance(geometry, (shapely.MultiPolygon, shapely.GeometryCollection)):
        for part in geometry.geoms:
            yield from _parts_of(part)
    elif not geometry.is_empty:
        yield geometry


def _polygons_in(geometry: BaseGeometry) -> Iterable[shapely.Polygon]:
    return (part for part in _parts_of(geometry) if isinstance(part, shapely.Polygon))


def _refuse_unusable(geometries: NDArray[np.object_], ledger: _Ledger, max_vertices: int) -> None:
    counts = np.asarray(shapely.get_num_coordinates(geometries))
    for position in map(int, np.flatnonzero((counts > max_vertices) & ledger.kept)):
        ledger.refuse(
            position,
            Fault.TOO_MANY_VERTICES,
            {"found": int(counts[position]), "limit": max_vertices},
        )
    ledger.refuse_where(_has_non_finite(geometries), Fault.NON_FINITE)


def _has_non_finite(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    coordinates, owners = shapely.get_coordinates(geometries, return_index=True)
    bad = np.zeros(len(geometries), dtype=bool)
    # a comparison with NaN is false
    bad[owners[~(np.abs(coordinates) <= LARGEST_COORDINATE).all(axis=1)]] = True
    return bad


def _without_repetitions(
    geometries: NDArray[np.object_], ledger: _Ledger, index: NDArray[np.int64]
) -> list[Note]:
    kept = np.flatnonzero(ledger.kept)
    plain = np.asarray(shapely.remove_repeated_points(geometries[kept], tolerance=0.0))
    fewer = shapely.get_num_coordinates(geometries[kept]) - shapely.get_num_coordinates(plain)
    geometries[kept] = plain
    shorter = np.flatnonzero(fewer)
    notes = []
    for at in shorter[:NOTES_SHOWN]:
        row = int(index[kept[at]])
        facts: dict[str, Param] = {"feature": row + 1, "count": int(fewer[at])}
        notes.append(Note(Remark.REPEATED_POINTS, facts, row))
    if len(shorter) > NOTES_SHOWN:
        notes.append(Note(Remark.REPEATED_POINTS_MORE, {"count": len(shorter) - NOTES_SHOWN}))
    return notes


def _mend_invalid(
    geometries: NDArray[np.object_], ledger: _Ledger, *, accept_repairs: bool
) -> None:
    invalid = ~np.asarray(shapely.is_valid(geometries)) & ledger.kept
    for position in map(int, np.flatnonzero(invalid)):
        try:
            _mend_one(geometries, position, ledger, accept_repairs=accept_repairs)
        except GEOSException:
            ledger.refuse(position, Fault.BROKEN_GEOMETRY)


def _mend_one(
    geometries: NDArray[np.object_], position: int, ledger: _Ledger, *, accept_repairs: bool
) -> None:
    outline = geometries[position]
    distinct = _most_distinct_points(outline)
    if distinct < 3:
        ledger.refuse(position, Fault.TOO_FEW_POINTS, {"found": distinct})
        return
    crossings = LEAST_TANGLE + 2 * int(shapely.get_num_coordinates(outline))
    if crosses_itself_more_than(outline, crossings):
        ledger.refuse(position, Fault.TOO_TANGLED, {"limit": crossings})
        return
    mended = _valid_form(outline)
    before, after = float(shapely.area(outline)), float(shapely.area(mended))
    if after < SMALLEST_AREA_M2:
        ledger.refuse(position, Fault.ZERO_AREA)
        return
    reason = str(shapely.is_valid_reason(outline))
    place = _place(reason)
    limit = min(REPAIR_LIMIT_SHARE * before, REPAIR_LIMIT_M2)
    change = abs(after - before)
    if change <= limit:
        change = max(change, disputed_area(outline, mended))
    if change > limit and not accept_repairs:
        facts = {"before": before, "after": after, "change": change, "limit": limit}
        x, y = _printed_place(place)
        printed = {f"{name}_m2": _printed_m2(area) for name, area in facts.items()}
        ledger.refuse(position, Fault.REPAIR_TOO_LARGE, {"x": x, "y": y, **printed})
        return
    if not mended.is_valid:
        ledger.refuse(position, Fault.BROKEN_GEOMETRY)
        return
    geometries[position] = mended
    ledger.mends[position] = _Mended(_mend_code(reason), before, after, place)


def _valid_form(outline: BaseGeometry) -> BaseGeometry:
    """What GEOS makes of an outline; where its rings cross again, made valid once more."""
    mended = outline
    for _ in range(MOST_MENDINGS):
        mended = _polygonal(shapely.make_valid(mended, method="structure", keep_collapsed=False))
        if mended.is_valid:
            break
    return mended


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    polygons = list(_polygons_in(geometry))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _most_distinct_points(outline: BaseGeometry) -> int:
    rings = shapely.get_rings(shapely.get_parts(outline))
    return max(len(np.unique(shapely.get_coordinates(ring), axis=0)) for ring in rings)


def _printed_m2(area_m2: float) -> str:
    """Two decimals, or as many as show the first two figures of less than 1 m²."""
    return f"{area_m2:.2f}" if area_m2 == 0.0 or area_m2 >= 1.0 else f"{area_m2:.2g}"


def _place(reason: str) -> tuple[float, float] | None:
    """Coordinates that GEOS names in brackets after its reason."""
    _, _, inside = reason.partition("[")
    x, _, y = inside.rstrip("]").partition(" ")
    return (float(x), float(y)) if y else None


def _printed_place(place: tuple[float, float] | None) -> tuple[str, str]:
    return ("–", "–") if place is None else (f"{place[0]:.3f}", f"{place[1]:.3f}")


def _mend_code(reason: str) -> Mend:
    words = reason.lower()
    return next((mend for known, mend in MENDS if known in words), Mend.SELF_INTERSECTION)
