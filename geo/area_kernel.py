"""Exact area common to two pieces, on the plane and on the ellipsoid, from their edges alone.

The indicator of a region is the signed sum of the half-strips left of its edges: +1 for an
edge that runs up, −1 for one that runs down. So the area common to A and B is

    − Σ_a Σ_b s_a s_b ∫ max(x_a(y) − x_b(y), 0) dy

over the y that both edges span, and one pair of edges with d = x_a − x_b at the two ends of
that span (height h, p = max(d, 0)) gives h (p0 + p1)² / (2 (|d0| + |d1|)). No point of
intersection is looked for and no outline is built, so that shared edges, touching corners,
holes and slivers are nothing special. With w = ellipsoid area per plane area as a polynomial
the same half-strips give the ellipsoid area: plane area + K, K the integral of w − 1 over the
common region, with w − 1 to second order about the middle of the common box.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.compilation import compiled, compiled_sums, vertices_at

__all__ = ["own_areas", "piece_areas"]

# vertices of closed sequences, their offsets, their boxes
PieceArrays = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
# k addresses of first vertices, numbers of vertices, boxes
PlacedPieces = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

# lower than any height a stored coordinate can have: without area, and its slope would overflow
LEAST_HEIGHT_M = 1e-30
# points of the two-point Gauss rule on the unit interval, from its middle
GAUSS = 0.5 / 3.0**0.5
# keeps 0 / 0 out of the sum
TINY = 1e-300
# rows of the scratch table
LOW, HIGH, X, SLOPE, SIGN = range(5)


@compiled_sums
def piece_areas(
    a_pieces: PieceArrays,
    a_piece: NDArray[np.int64],
    b_pieces: PlacedPieces,
    terms: NDArray[np.float64],
    frame: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Areas common to pairs of pieces.

    Parameters
    ----------
    a_pieces, a_piece
        Pieces of one side, and which of them is the first of each of k pairs.
    b_pieces
        The second piece of each pair, anywhere in memory.
    terms, frame
        w − 1 of the areal scale: (5, 5) factors of u^i v^j with u, v the offsets from the
        first two values of `frame` over its third.

    Returns
    -------
    (k, 2): plane area in m², and K in m², what the ellipsoid area is more than that.
    """
    a_xy, a_offsets, a_boxes = a_pieces
    b_address, b_count, b_boxes = b_pieces
    areas = np.empty((len(a_piece), 2))
    longest = 1
    for k in range(len(a_piece)):
        a = a_piece[k]
        longest = max(longest, a_offsets[a + 1] - a_offsets[a], b_count[k])
    scratch = np.empty((2, 5, longest))
    for k in range(len(a_piece)):
        a = a_piece[k]
        areas[k, 0], areas[k, 1] = _common_area(
            (a_xy[a_offsets[a] : a_offsets[a + 1]], a_boxes[a]),
            (vertices_at(b_address[k], b_count[k]), b_boxes[k]),
            terms,
            frame,
            scratch,
        )
    return areas


@compiled_sums
def own_areas(pieces: PieceArrays) -> NDArray[np.float64]:
    """Plane area in m² that each piece has in common with itself."""
    xy, offsets, boxes = pieces
    areas = np.empty(len(boxes))
    longest = 1
    for piece in range(len(areas)):
        longest = max(longest, offsets[piece + 1] - offsets[piece])
    scratch = np.empty((2, 5, longest))
    terms, frame = np.zeros((5, 5)), np.ones(3)
    for piece in range(len(areas)):
        own = (xy[offsets[piece] : offsets[piece + 1]], boxes[piece])
        areas[piece] = _common_area(own, own, terms, frame, scratch)[0]
    return areas


@compiled_sums
def _common_area(
    a: tuple[NDArray[np.float64], NDArray[np.float64]],
    b: tuple[NDArray[np.float64], NDArray[np.float64]],
    terms: NDArray[np.float64],
    frame: NDArray[np.float64],
    scratch: NDArray[np.float64],
) -> tuple[float, float]:
    """Plane area and K of two pieces, given as vertices and box."""
    window = np.empty(4)
    for side in range(2):
        window[side] = max(a[1][side], b[1][side])
        window[2 + side] = min(a[1][2 + side], b[1][2 + side])
    # an edge of A left of all of B, or of B right of all of A, adds exactly 0. Compare with the
    # other side's box only: an edge on the border of its own piece does count
    n_a = _edges_between(a[0], window, (b[1][0], np.inf), scratch[0])
    n_b = _edges_between(b[0], window, (-np.inf, a[1][2]), scratch[1])
    if n_a == 0 or n_b == 0:
        return 0.0, 0.0
    x = 0.5 * (window[0] + window[2]) - frame[0]
    y = 0.5 * (window[1] + window[3]) - frame[1]
    factors = _second_order(terms, x / frame[2], y / frame[2], frame[2])
    return _double_sum(scratch[0], n_a, scratch[1], n_b, factors)


@compiled
def _edges_between(
    xy: NDArray[np.float64],
    window: NDArray[np.float64],
    kept: tuple[float, float],
    edges: NDArray[np.float64],
) -> int:
    """Edges of a piece that reach into the window's y range, clipped to it.

    Writes low and high end (y), x at the low end, slope and direction, relative to the middle
    of the window: differences of near coordinates are exact, and small numbers lose nothing.
    Left out are edges wholly left of `kept` or wholly right of it.
    """
    x_middle, y_middle = 0.5 * (window[0] + window[2]), 0.5 * (window[1] + window[3])
    n = 0
    for i in range(len(xy) - 1):
        x0, y0, x1, y1 = xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1]
        sign = 1.0
        if y1 < y0:
            # both sides walk a common edge from its lower end, so that they agree to the bit
            x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
        if y1 <= window[1] or y0 >= window[3] or y1 - y0 < LEAST_HEIGHT_M:
            continue
        if max(x0, x1) <= kept[0] or min(x0, x1) >= kept[1]:
            continue
        low = max(y0, window[1])
        slope = (x1 - x0) / (y1 - y0)
        edges[LOW, n] = low - y_middle
        edges[HIGH, n] = min(y1, window[3]) - y_middle
        edges[X, n] = (x0 - x_middle) + slope * (low - y0)
        edges[SLOPE, n] = slope
        edges[SIGN, n] = sign
        n += 1
    return n


@compiled
def _second_order(
    terms: NDArray[np.float64], u: float, v: float, scale: float
) -> tuple[float, float, float, float, float, float]:
    """Taylor coefficients of w − 1 per metre: 1, x, y, x², xy, y²."""
    c0 = cu = cv = cuu = cuv = cvv = 0.0
    for i in range(4, -1, -1):
        row = slope = bend = 0.0
        for j in range(4, -1, -1):
            bend = bend * v + slope
            slope = slope * v + row
            row = row * v + terms[i, j]
        cuu = cuu * u + cu
        cu = cu * u + c0
        c0 = c0 * u + row
        cuv = cuv * u + cv
        cv = cv * u + slope
        cvv = cvv * u + bend
    return c0, cu / scale, cv / scale, cuu / scale**2, cuv / scale**2, cvv / scale**2


@compiled_sums
def _double_sum(
    a_edges: NDArray[np.float64],
    n_a: int,
    b_edges: NDArray[np.float64],
    n_b: int,
    factors: tuple[float, float, float, float, float, float],
) -> tuple[float, float]:
    """The sum over all pairs of edges; no branch inside, so that it runs in vector registers."""
    plane, excess = 0.0, 0.0
    for i in range(n_a):
        a_low, a_high = a_edges[LOW, i], a_edges[HIGH, i]
        a_x, a_slope = a_edges[X, i], a_edges[SLOPE, i]
        a_plane, a_excess = 0.0, 0.0
        for j in range(n_b):
            low = max(a_low, b_edges[LOW, j])
            h = max(min(a_high, b_edges[HIGH, j]) - low, 0.0)
            x = a_x + a_slope * (low - a_low)
            d0 = x - b_edges[X, j] - b_edges[SLOPE, j] * (low - b_edges[LOW, j])
            # the same slope on both sides keeps a common edge at exactly 0
            d_rise = (a_slope - b_edges[SLOPE, j]) * h
            p = max(d0, 0.0) + max(d0 + d_rise, 0.0)
            f = p / (abs(d0) + abs(d0 + d_rise) + TINY)
            weight = b_edges[SIGN, j] * h * f
            a_plane += weight * p
            u = (0.0 if d0 > 0.0 else 1.0 - f) + f * (0.5 - GAUSS)
            first = _strip(d0 + d_rise * u, x + a_slope * h * u, low + h * u, factors)
            u += f * 2.0 * GAUSS
            second = _strip(d0 + d_rise * u, x + a_slope * h * u, low + h * u, factors)
            a_excess += weight * (first + second)
        plane -= a_edges[SIGN, i] * a_plane
        excess -= a_edges[SIGN, i] * a_excess
    return 0.5 * plane, 0.5 * excess


@compiled_sums
def _strip(
    d: float, x: float, y: float, factors: tuple[float, float, float, float, float, float]
) -> float:
    """Integral of w − 1 over the d metres left of x, at y."""
    c0, c1, c2, c11, c12, c22 = factors
    c = x - 0.5 * d
    return d * (c0 + c1 * c + c11 * (c * c + d * d / 12.0) + y * (c2 + c12 * c + c22 * y))
