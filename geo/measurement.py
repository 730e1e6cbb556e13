"""Areas of whole features: on the plane, and on the ellipsoid by the official formula.

The official formula (图斑椭球面积, the method of the survey's acceptance tests: SuperMap GAF,
com.supermap.gaf.data.access.util.AreaCalculate, Apache-2.0) rounds angles and breaks edges at
70 m, which moves a result by up to 2.5e-5 m² per metre of perimeter. Whole features carry its
digits; parts of features are integrals (`geo.overlay`) and are apportioned to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj

from geo.crs import zone_of
from geo.rings import Rings, feature_totals, plane_areas, rings_of
from geo.units import to_um2

__all__ = ["geodesic_areas_m2", "official_ellipsoid_areas_um2", "plane_areas_um2"]

# CGCS2000: GB 22021-2008; digits and series as used in the survey's acceptance tests (source
# above). `b` has their 15 digits, the eccentricities their 12.
SEMI_MINOR_M = 6356752.31414036
E2 = 0.00669438002290
SECOND_E2 = 0.00673949677548
POLAR_RADIUS_M = 6399593.62586
INVERSE_GAUSS = (
    1.57048761144159e-07,
    5.05250178820567e-03,
    2.98472900956587e-05,
    2.41626669230084e-07,
    2.22241238938534e-09,
)
VERTEX_DECIMALS, POINT_DECIMALS, SECOND_DECIMALS = 4, 6, 6
LONGEST_EDGE_M = 70.0
SECONDS_PER_RADIAN = 3600.0 * 180.0 / np.pi
# chords of this length keep a geodesic area within 1e-10 even at the edge of a zone
GEODESIC_CHORD_M = 10.0

Metres = NDArray[np.float64]
Radians = NDArray[np.float64]


def plane_areas_um2(
    geometries: NDArray[np.object_], *, origin: tuple[int, int]
) -> NDArray[np.int64]:
    """Plane area of n features, integers of 1e-6 m²; 0 for an empty one.

    Parameters
    ----------
    geometries
        n valid polygons or multipolygons in absolute coordinates of a metre CRS.
    origin
        Integer easting and northing near them.

    Raises
    ------
    InvalidGeometryError
        A feature is missing, no polygon, not finite or too far from the origin.
    """
    return to_um2(plane_areas(rings_of(geometries, origin)))


def official_ellipsoid_areas_um2(geometries: NDArray[np.object_], *, crs: str) -> NDArray[np.int64]:
    """Area on the ellipsoid of n features by the official formula, integers of 1e-6 m².

    Vertices are rounded to 4 decimals; an edge longer than 70 m gets int(length / 70) evenly
    spaced points, rounded to 6; latitude and longitude are rounded to 1e-6″; trapezoids down
    to a meridian are summed over each ring, holes are taken away.

    Parameters
    ----------
    geometries
        n valid polygons or multipolygons in absolute coordinates.
    crs
        A CGCS2000 Gauss-Krüger zone, for which the formula is defined. For any other CRS in
        metres latitude and longitude come from PROJ and the constants from its ellipsoid.

    Raises
    ------
    InvalidGeometryError
        A feature is missing, no polygon or not finite.
    """
    origin = _origin_near(geometries)
    rings = rings_of(geometries, origin)
    if len(rings.xy) == 0:
        return np.zeros(rings.n_features, dtype=np.int64)
    points, offsets = _with_points_between(rings, origin)
    graticule = _graticule(crs)
    latitude, longitude = graticule.inverse(points)
    trapezoids = _trapezoids(_rounded_angle(latitude), _rounded_angle(longitude), graticule)
    # from the last point of a ring to the first of the next: no edge
    trapezoids[offsets[1:-1] - 1] = 0.0
    areas = np.abs(np.add.reduceat(trapezoids, offsets[:-1]))
    is_shell = np.zeros(len(areas), dtype=bool)
    is_shell[rings.part_offsets[:-1]] = True
    return to_um2(feature_totals(rings, np.where(is_shell, areas, -areas)))


def _origin_near(geometries: NDArray[np.object_]) -> tuple[int, int]:
    west, south, east, north = np.nan_to_num(shapely.total_bounds(geometries))
    return round((west + east) / 2), round((south + north) / 2)


def _with_points_between(rings: Rings, origin: tuple[int, int]) -> tuple[Metres, NDArray[np.int64]]:
    """Rounded absolute vertices with the extra points of long edges, and offsets of the rings."""
    vertices = np.round(rings.xy + np.asarray(origin, dtype=np.float64), VERTEX_DECIMALS)
    step = np.zeros_like(vertices)
    step[:-1] = np.diff(vertices, axis=0)
    step[rings.ring_offsets[1:] - 1] = 0.0
    length = np.hypot(*step.T)
    extra = np.where(length > LONGEST_EDGE_M, (length / LONGEST_EDGE_M).astype(np.int64), 0)
    starts = np.concatenate([[0], np.cumsum(extra + 1)])
    edge = np.repeat(np.arange(len(vertices)), extra + 1)
    place = np.arange(starts[-1]) - starts[edge]
    share = (place / (extra[edge] + 1))[:, None]
    between = np.round(vertices[edge] + share * step[edge], POINT_DECIMALS)
    points = np.where(place[:, None] == 0, vertices[edge], between)
    return points, starts[rings.ring_offsets]


@dataclass(frozen=True, slots=True)
class _Graticule:
    """From coordinates to latitude and longitude from some meridian, and the ellipsoid."""

    inverse: Callable[[Metres], tuple[Radians, Radians]]
    semi_minor_m: float
    e2: float


def _graticule(crs: str) -> _Graticule:
    zone = zone_of(crs)
    if zone is not None:
        offset = zone.false_easting_m
        return _Graticule(lambda xy: _inverse_gauss(xy, offset), SEMI_MINOR_M, E2)
    projected = CRS.from_user_input(crs)
    ellipsoid = projected.ellipsoid
    assert ellipsoid is not None, "a projected CRS has an ellipsoid"
    ratio = ellipsoid.semi_minor_metre / ellipsoid.semi_major_metre
    return _Graticule(
        lambda xy: _inverse_by_library(xy, projected), ellipsoid.semi_minor_metre, 1.0 - ratio**2
    )


def _inverse_gauss(xy: Metres, false_easting_m: float) -> tuple[Radians, Radians]:
    """Latitude and longitude from the central meridian: foot point, then the sixth-order series."""
    k0, k1, k2, k3, k4 = INVERSE_GAUSS
    arc = k0 * xy[:, 1]
    sine = np.sin(arc)
    foot = arc + np.cos(arc) * (k1 * sine - k2 * sine**3 + k3 * sine**5 - k4 * sine**7)
    t2 = np.tan(foot) ** 2
    eta2 = SECOND_E2 * np.cos(foot) ** 2
    q = (xy[:, 0] - false_easting_m) * np.sqrt(1.0 + eta2) / POLAR_RADIUS_M
    latitude = foot - 0.5 * (1.0 + eta2) * np.tan(foot) * (
        q**2
        - (5.0 + 3.0 * t2 + eta2 - 9.0 * eta2 * t2) / 12.0 * q**4
        + (61.0 + 90.0 * t2 + 45.0 * t2**2) / 360.0 * q**6
    )
    longitude = (
        q
        - (1.0 + 2.0 * t2 + eta2) / 6.0 * q**3
        + (5.0 + 28.0 * t2 + 24.0 * t2**2 + 6.0 * eta2 + 8.0 * eta2 * t2) / 120.0 * q**5
    ) / np.cos(foot)
    return latitude, longitude


def _inverse_by_library(xy: Metres, crs: CRS) -> tuple[Radians, Radians]:
    longitude, latitude = Proj(crs)(xy[:, 0], xy[:, 1], inverse=True)
    # any meridian serves; a near one keeps the trapezoids small
    return np.radians(latitude), np.radians(longitude - np.round(np.mean(longitude)))


def _rounded_angle(angle: Radians) -> Radians:
    seconds = np.round(angle * SECONDS_PER_RADIAN, SECOND_DECIMALS)
    return np.asarray(seconds / SECONDS_PER_RADIAN)


def _trapezoids(latitude: Radians, longitude: Radians, graticule: _Graticule) -> Metres:
    """Signed area between each edge and the meridian, for points one after another; m²."""
    e2, e4, e6, e8 = (graticule.e2**power for power in (1, 2, 3, 4))
    series = (
        1.0 + 3.0 / 6.0 * e2 + 30.0 / 80.0 * e4 + 35.0 / 112.0 * e6 + 630.0 / 2304.0 * e8,
        -(1.0 / 6.0 * e2 + 15.0 / 80.0 * e4 + 21.0 / 112.0 * e6 + 420.0 / 2304.0 * e8),
        3.0 / 80.0 * e4 + 7.0 / 112.0 * e6 + 180.0 / 2304.0 * e8,
        -(1.0 / 112.0 * e6 + 45.0 / 2304.0 * e8),
        5.0 / 2304.0 * e8,
    )
    rise = np.diff(latitude)
    middle = 0.5 * (latitude[1:] + latitude[:-1])
    total = sum(
        factor * np.sin(n * rise / 2.0) * np.cos(n * middle)
        for factor, n in zip(series, (1, 3, 5, 7, 9), strict=True)
    )
    width = 0.5 * (longitude[1:] + longitude[:-1])
    return np.asarray(2.0 * graticule.semi_minor_m**2 * width * total)


def geodesic_areas_m2(geometries: NDArray[np.object_], *, crs: str) -> NDArray[np.float64]:
    """Area on the ellipsoid of n features by geodesics between close points, m².

    An independent check (Karney 2013, Algorithms for geodesics, as implemented in PROJ) with
    chords of 10 m; slow, for tests and samples.

    Parameters
    ----------
    geometries
        n valid polygons or multipolygons in absolute coordinates.
    crs
        Any projected CRS in metres.
    """
    projected = CRS.from_user_input(crs)
    geod = projected.get_geod()
    assert geod is not None, "a projected CRS has an ellipsoid"
    projection = Proj(projected)
    origin = _origin_near(geometries)
    dense = shapely.segmentize(geometries, max_segment_length=GEODESIC_CHORD_M)
    rings = rings_of(dense, origin)
    absolute = rings.xy + np.asarray(origin, dtype=np.float64)
    longitude, latitude = projection(absolute[:, 0], absolute[:, 1], inverse=True)
    runs = [slice(*run) for run in pairwise(rings.ring_offsets)]
    areas = [geod.polygon_area_perimeter(longitude[run], latitude[run])[0] for run in runs]
    return feature_totals(rings, np.array(areas))
