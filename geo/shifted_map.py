"""Coordinates of public Chinese maps (GCJ-02, BD-09) brought back to CGCS2000.

GCJ-02 shifts WGS 84 by a secret function; what everybody uses is a reconstruction that was
published without an author in 2010 and is carried by eviltransform (github.com/googollee/
eviltransform) and coordtransform (github.com/wandergis/coordtransform). BD-09 shifts GCJ-02
once more. Neither is a datum, has an EPSG code or an official formula: results are good for
finding a place, never for measuring it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from pyproj import CRS

from geo.coordinate_range import Envelope
from geo.crs import LONLAT_CRS, CoordinateStep, crs_label, is_modern, parse_crs
from geo.crs_naming import Coordinates
from geo.datum_change import DatumKind
from geo.errors import GeoError
from geo.intake import DatumRecord
from geo.reading_codes import Fault

__all__ = ["CHINA_DEG", "MAP_NAMES", "ShiftedMap", "bd09_of", "gcj02_of", "unshifted"]

# Krassovsky 1940, as the published formula has it
SEMI_MAJOR_M = 6_378_245.0
ECCENTRICITY_2 = 0.006_693_421_622_965_943_23
BD09_PI = np.pi * 3000.0 / 180.0
# outside of this box the published formula shifts nothing
CHINA_DEG: Envelope = (72.004, 0.8293, 137.8347, 55.8271)
# differences between the reconstruction and coordinates sold as GCJ-02 are said to be of a
# few metres; this is what a result states, not a tolerance of anything
ACCURACY_M = 5.0
MAP_NAMES: Mapping[str, str] = {DatumKind.GCJ02: "GCJ-02", DatumKind.BD09: "BD-09"}
CONVERGED_DEG = 1e-12
MOST_STEPS = 60


def gcj02_of(lonlat: Coordinates) -> Coordinates:
    """WGS 84 longitudes, latitudes `(n, 2)` in degrees as a GCJ-02 map has them."""
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    x, y = lon - 105.0, lat - 35.0
    phi = np.radians(lat)
    flattened = 1.0 - ECCENTRICITY_2 * np.sin(phi) ** 2
    root = np.sqrt(flattened)
    meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_2) / (flattened * root)
    parallel_m = SEMI_MAJOR_M / root * np.cos(phi)
    shift = np.column_stack(
        [np.degrees(_east_m(x, y) / parallel_m), np.degrees(_north_m(x, y) / meridian_m)]
    )
    west, south, east, north = CHINA_DEG
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.where(inside[:, None], lonlat + shift, lonlat)


def _wave(x: np.ndarray, *terms: tuple[float, float]) -> np.ndarray:
    return sum((size * np.sin(x * np.pi * pace) for size, pace in terms), np.zeros_like(x))


def _east_m(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    curve = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    waves = _wave(x, (20, 6), (20, 2), (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    return np.asarray(curve + waves * 2.0 / 3.0)


def _north_m(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    curve = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    waves = _wave(x, (20, 6), (20, 2)) + _wave(
        y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)
    )
    return np.asarray(curve + waves * 2.0 / 3.0)


def bd09_of(gcj02: Coordinates) -> Coordinates:
    """GCJ-02 longitudes, latitudes `(n, 2)` in degrees as a BD-09 map has them."""
    lon, lat = gcj02[:, 0], gcj02[:, 1]
    length = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD09_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD09_PI)
    return np.column_stack([length * np.cos(angle) + 0.0065, length * np.sin(angle) + 0.006])


def unshifted(shifted: Coordinates, forward: Callable[[Coordinates], Coordinates]) -> Coordinates:
    """What a shift has to be applied to for `shifted` to come out, to 1e-9 degrees.

    The shifts change by less than 2 % of the way, so that taking back the shift found at the
    last guess converges; coordinates that are no numbers stay so.
    """
    guess = shifted.copy()
    for _ in range(MOST_STEPS):
        miss = shifted - forward(guess)
        guess = guess + miss
        finite = np.abs(miss[np.isfinite(miss)])
        if not finite.size or finite.max() < CONVERGED_DEG:
            break
    return guess


def _from_gcj02(lonlat: Coordinates) -> Coordinates:
    return unshifted(lonlat, gcj02_of)


def _from_bd09(lonlat: Coordinates) -> Coordinates:
    return _from_gcj02(unshifted(lonlat, bd09_of))


@dataclass(frozen=True, slots=True)
class ShiftedMap:
    """The user's word that longitudes and latitudes come from a shifted public map."""

    kind: DatumKind

    @property
    def extent(self) -> Envelope:
        """Where the formula shifts anything: west, south, east, north in degrees."""
        return CHINA_DEG

    def step_from(self, crs: CRS) -> tuple[CoordinateStep, CRS]:
        """What takes the shift from points `(n, 2)` of a file, and the CRS they then have.

        Raises
        ------
        GeoError
            The file is not in longitude, latitude on WGS 84 or CGCS2000
            (`datum_not_geographic`): a shift that was projected along with its map cannot be
            told from one that was added to projected coordinates.
        """
        if not (crs.is_geographic and is_modern(crs)):
            raise GeoError(Fault.DATUM_NOT_GEOGRAPHIC, crs=crs_label(crs), datum=self.kind)
        step = _from_gcj02 if self.kind is DatumKind.GCJ02 else _from_bd09
        return step, parse_crs(LONLAT_CRS)

    def record(self, crs: CRS) -> DatumRecord:
        """What a result keeps."""
        name = MAP_NAMES[self.kind]
        return DatumRecord(self.kind, crs_label(crs), datum=name, accuracy_m=ACCURACY_M)
