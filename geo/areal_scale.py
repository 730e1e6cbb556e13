"""Ellipsoid area per plane area of a projection, as one smooth polynomial.

w = 1 / areal scale factor of the CRS. w − 1 is fitted as a polynomial of total degree 4 to the
factors that PROJ gives on Chebyshev nodes, once per workspace; the kernel integrates it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Proj

from geo.compilation import compiled
from geo.errors import GeoError
from geo.rings import Rings, feature_totals

__all__ = ["ArealScale", "excess_areas", "fit_areal_scale", "flat_scale"]

DEGREE = 4
NODES = 25
# beyond this the polynomial would spoil the twelfth digit of an ellipsoid area by more than
# the kernel itself does
LARGEST_RESIDUAL = 1e-9
# smaller workspaces are fitted to this square, so that a site may reach out of them
LEAST_HALF_SIDE_M = 20_000.0
# a polynomial goes astray outside its nodes: by 3e-10 at this share of the half side
REACH = 1.25
# three-point Gauss rule on the unit interval: exact for the degree 5 of an edge's integral
GAUSS = ((0.5 - 0.15**0.5, 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.5 + 0.15**0.5, 5.0 / 18.0))
POWERS = np.arange(DEGREE + 1)


@dataclass(frozen=True, slots=True, eq=False)
class ArealScale:
    """w − 1 around the middle of a workspace.

    Attributes
    ----------
    crs
        The projected CRS in metres that it was fitted to.
    origin
        Integer easting and northing; local coordinates are relative to it.
    frame
        Middle of the fit (x, y in local coordinates) and half its side, metres.
    terms
        (5, 5) factors of u^i v^j, i + j ≤ 4, with u, v = (local − middle) / half side.
    residual
        Largest deviation on the nodes of the fit.
    """

    crs: str
    origin: tuple[int, int]
    frame: NDArray[np.float64]
    terms: NDArray[np.float64]
    residual: float

    def reaches(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether w is known to 3e-10 all over each of (n, 4) boxes in local coordinates."""
        low, high = boxes[:, :2] - self.frame[:2], boxes[:, 2:] - self.frame[:2]
        within = REACH * self.frame[2]
        inside: NDArray[np.bool_] = (low >= -within).all(axis=1) & (high <= within).all(axis=1)
        return inside

    def at(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """W − 1 at (n, 2) local coordinates."""
        u, v = ((xy - self.frame[:2]) / self.frame[2]).T
        return np.asarray(np.polynomial.polynomial.polyval2d(u, v, self.terms))


def fit_areal_scale(
    crs: str, bounds: tuple[float, float, float, float], *, origin: tuple[int, int]
) -> ArealScale:
    """Fit w − 1 over a workspace.

    Parameters
    ----------
    crs
        Projected CRS in metres.
    bounds
        Least and greatest easting and northing, absolute: west, south, east, north. The fit
        covers the square around them, 40 km at least.
    origin
        Integer easting and northing of local coordinates.

    Raises
    ------
    GeoError
        `areal_scale_too_wide`: no polynomial of degree 4 fits (the extent is too large for
        the projection).
    """
    west, south, east, north = bounds
    half = max((east - west) / 2, (north - south) / 2, LEAST_HALF_SIDE_M)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    nodes = np.cos(np.pi * (2 * np.arange(NODES) + 1) / (2 * NODES))
    u, v = (axis.ravel() for axis in np.meshgrid(nodes, nodes))
    excess = _scale_factors(crs, middle[0] + half * u, middle[1] + half * v) - 1.0
    powers = [(i, j) for i in POWERS for j in POWERS[: DEGREE + 1 - i]]
    design = np.column_stack([u**i * v**j for i, j in powers])
    factors, *_ = np.linalg.lstsq(design, excess, rcond=None)
    terms = np.zeros((DEGREE + 1, DEGREE + 1))
    terms[tuple(np.transpose(powers))] = factors
    residual = float(np.abs(design @ factors - excess).max())
    # a comparison with NaN is false: outside the projection's domain there is no factor
    if not residual <= LARGEST_RESIDUAL:
        raise GeoError("areal_scale_too_wide", crs=crs, half_side_km=round(half / 1000))
    frame = np.array([*(middle - np.asarray(origin, dtype=np.float64)), half])
    return ArealScale(crs, origin, frame, terms, residual)


def flat_scale(origin: tuple[int, int]) -> ArealScale:
    """Scale of a plane that is nothing but a plane: ellipsoid areas come out as plane ones."""
    terms = np.zeros((DEGREE + 1, DEGREE + 1))
    return ArealScale("", origin, np.array([0.0, 0.0, 1.0]), terms, 0.0)


def _scale_factors(crs: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    projection = Proj(CRS.from_user_input(crs))
    longitude, latitude = projection(x, y, inverse=True)
    factors = projection.get_factors(longitude, latitude)
    return 1.0 / np.asarray(factors.areal_scale, dtype=np.float64)


def excess_areas(rings: Rings, scale: ArealScale) -> NDArray[np.float64]:
    """Ellipsoid area minus plane area of each of the n features, in m².

    Green's theorem turns the integral of w − 1 into one along the edges; three Gauss points
    on an edge are exact for the polynomial. Independent of the kernel and of its pieces.
    """
    # antiderivative along u
    primitive = np.zeros((DEGREE + 2, DEGREE + 1))
    primitive[1:] = scale.terms / (POWERS[:, None] + 1)
    excess = _ring_excess(rings.xy, rings.ring_offsets, primitive, scale.frame)
    return feature_totals(rings, excess)


@compiled
def _ring_excess(
    xy: NDArray[np.float64],
    ring_offsets: NDArray[np.int64],
    primitive: NDArray[np.float64],
    frame: NDArray[np.float64],
) -> NDArray[np.float64]:
    x_middle, y_middle, half = frame
    excess = np.zeros(len(ring_offsets) - 1)
    for ring in range(len(excess)):
        for i in range(ring_offsets[ring], ring_offsets[ring + 1] - 1):
            u, v = (xy[i, 0] - x_middle) / half, (xy[i, 1] - y_middle) / half
            du, dv = (xy[i + 1, 0] - xy[i, 0]) / half, (xy[i + 1, 1] - xy[i, 1]) / half
            mean = 0.0
            for share, weight in GAUSS:
                mean += weight * _polynomial(primitive, u + share * du, v + share * dv)
            excess[ring] += mean * dv * half * half
    return excess


@compiled
def _polynomial(terms: NDArray[np.float64], u: float, v: float) -> float:
    value = 0.0
    for i in range(terms.shape[0] - 1, -1, -1):
        row = 0.0
        for j in range(terms.shape[1] - 1, -1, -1):
            row = row * v + terms[i, j]
        value = value * u + row
    return value
