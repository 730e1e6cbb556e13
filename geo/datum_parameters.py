"""Four or seven parameters that lead from an old or local datum to CGCS2000.

The parameters are the centre's own; nothing here knows any. Four parameters turn, scale and
shift coordinates of a plane; seven do the same with geocentric coordinates (Bursa-Wolf).
Rotations of seven parameters are small and taken as such: the matrix of EPSG methods 9606
(position vector) and 9607 (coordinate frame), IOGP Guidance Note 7-2, section 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer

from geo.coordinate_range import Envelope
from geo.crs import (
    LOCAL_GRID,
    LONLAT_CRS,
    CoordinateStep,
    crs_label,
    is_modern,
    old_datum_name,
    parse_crs,
    same_datum,
    step_between,
)
from geo.crs_naming import Coordinates, conversion, datum_code
from geo.datum_change import DatumKind
from geo.errors import GeoError
from geo.intake import DatumRecord
from geo.reading_codes import Fault

__all__ = [
    "ControlPoint",
    "DatumParameters",
    "FourParameters",
    "ParameterOrigin",
    "Residuals",
    "SevenParameters",
    "residuals_of",
]


@dataclass(frozen=True, slots=True)
class FourParameters:
    """A turn, a scale and a shift of plane coordinates (east, north).

    `rotation_s` in seconds of arc, counter-clockwise on a map with north up; `scale` is the
    factor itself (1 for none); shifts in metres are added last.
    """

    east_m: float
    north_m: float
    rotation_s: float
    scale: float

    def moved(self, xy: Coordinates) -> Coordinates:
        """Points `(n, 2)`, east and north in metres, on the other side."""
        angle = np.radians(self.rotation_s / 3600.0)
        cosine, sine = self.scale * np.cos(angle), self.scale * np.sin(angle)
        east, north = xy[:, 0], xy[:, 1]
        return np.column_stack(
            [
                self.east_m + cosine * east - sine * north,
                self.north_m + sine * east + cosine * north,
            ]
        )


@dataclass(frozen=True, slots=True)
class SevenParameters:
    """Shift in metres, rotations in seconds of arc by the position vector, scale in ppm."""

    dx_m: float
    dy_m: float
    dz_m: float
    rx_s: float
    ry_s: float
    rz_s: float
    scale_ppm: float

    def step(self, source: CRS, target: CRS) -> CoordinateStep:
        """Longitude, latitude on the datum of `source` to that of `target`, in degrees.

        Points count as lying on the ellipsoid: heights on an old datum are not known, and at
        a rotation of a few seconds 1 000 m of height move a point by some centimetres.
        """
        pipeline = _pipeline(self, _ellipsoid(source), _ellipsoid(target))
        return lambda lonlat: np.column_stack(
            pipeline.transform(lonlat[:, 0], lonlat[:, 1], np.zeros(len(lonlat)))[:2]
        )


def _ellipsoid(crs: CRS) -> str:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        raise GeoError(Fault.LOCAL_GRID)
    return f"+a={ellipsoid.semi_major_metre!r} +rf={ellipsoid.inverse_flattening!r}"


@lru_cache(maxsize=16)
def _pipeline(seven: SevenParameters, source: str, target: str) -> Transformer:
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart {source} "
        f"+step +proj=helmert +x={seven.dx_m!r} +y={seven.dy_m!r} +z={seven.dz_m!r} "
        f"+rx={seven.rx_s!r} +ry={seven.ry_s!r} +rz={seven.rz_s!r} +s={seven.scale_ppm!r} "
        "+convention=position_vector "
        f"+step +inv +proj=cart {target} "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One point in both systems, in the axes of the CRSs: east, north or lon, lat."""

    name: str
    source: tuple[float, float]
    target: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Residuals:
    """Distances in metres between transformed and known control points."""

    points: int
    rms_m: float
    max_m: float


@dataclass(frozen=True, slots=True)
class ParameterOrigin:
    """The file of the parameters and what it says of itself."""

    name: str
    source_name: str
    sha256: str
    date: str
    issued_by: str
    secrecy: str


@dataclass(frozen=True, slots=True)
class DatumParameters:
    """Parameters with everything that says when they may be used.

    Attributes
    ----------
    source
        CRS that the parameters start from; `LOCAL_GRID` for a local one.
    definition
        Projection and ellipsoid of a local grid with seven parameters, else `source`.
    target
        Projected CRS for four parameters; on CGCS2000 or WGS 84.
    extent
        West, south, east, north in degrees of CGCS2000.
    """

    origin: ParameterOrigin
    source: CRS
    definition: CRS
    target: CRS
    change: FourParameters | SevenParameters
    extent: Envelope
    accuracy_m: float
    residuals: Residuals | None

    @property
    def is_local(self) -> bool:
        """Whether the parameters start from a local grid, which no file can name."""
        return self.source == LOCAL_GRID

    def step_from(self, crs: CRS) -> tuple[CoordinateStep, CRS]:
        """What leads points of a CRS on the old datum to the target, and the target.

        Raises
        ------
        GeoError
            `datum_not_needed`, `datum_source_differs`.
        """
        self._require_source(crs)
        start = self.definition if self.is_local else crs
        return parameter_step(self.change, start, self.definition, self.target)

    def _require_source(self, crs: CRS) -> None:
        if crs == self.source or (datum_code(crs) and same_datum(crs, self.source)):
            return
        code = Fault.DATUM_NOT_NEEDED if is_modern(crs) else Fault.DATUM_SOURCE_DIFFERS
        raise GeoError(
            code,
            crs=crs_label(crs),
            needed=self.origin.source_name,
            parameters=self.origin.name,
        )

    def record(self, crs: CRS) -> DatumRecord:
        """What a result keeps: where from and how well, never the parameters themselves."""
        four = isinstance(self.change, FourParameters)
        found = self.residuals
        return DatumRecord(
            kind=DatumKind.FOUR if four else DatumKind.SEVEN,
            source=self.origin.source_name if self.is_local else crs_label(crs),
            datum=old_datum_name(self.source) or self.origin.source_name,
            accuracy_m=self.accuracy_m,
            name=self.origin.name,
            sha256=self.origin.sha256,
            date=self.origin.date,
            issued_by=self.origin.issued_by,
            secrecy=self.origin.secrecy,
            points=found.points if found else 0,
            rms_m=found.rms_m if found else None,
            max_m=found.max_m if found else None,
        )


def parameter_step(
    change: FourParameters | SevenParameters, crs: CRS, source: CRS, target: CRS
) -> tuple[CoordinateStep, CRS]:
    """What leads points of a CRS, by parameters between two others, to another; and that CRS.

    Four parameters hold between the two projections and no others, so coordinates are brought
    to the one first, on their own datum. Seven end at longitude and latitude.
    """
    if isinstance(change, FourParameters):
        before = None if crs == source else step_between(crs, source)
        return (lambda xy: change.moved(xy if before is None else before(xy))), target
    to_degrees, shift = conversion(crs, inverse=True), change.step(source, target)
    return (lambda xy: shift(to_degrees(xy))), parse_crs(LONLAT_CRS)


def residuals_of(
    change: FourParameters | SevenParameters,
    source: CRS,
    target: CRS,
    points: Sequence[ControlPoint],
) -> Residuals | None:
    """How far transformed control points lie from where they should; `None` without any.

    RMS is the root of the mean square of the distances on the target's ellipsoid, in metres.
    """
    if not points:
        return None
    step, reached = parameter_step(change, source, source, target)
    lonlat = parse_crs(LONLAT_CRS)
    found = _lonlat(step(np.array([point.source for point in points], dtype=float)), reached)
    known = _lonlat(np.array([point.target for point in points], dtype=float), target)
    geod = lonlat.get_geod()
    assert geod is not None, "CGCS2000 has an ellipsoid"
    distances = np.asarray(geod.inv(*found.T, *known.T)[2])
    rms = float(np.sqrt(np.mean(distances**2)))
    return Residuals(len(points), rms, float(distances.max()))


def _lonlat(xy: Coordinates, crs: CRS) -> Coordinates:
    step = step_between(crs, parse_crs(LONLAT_CRS))
    return xy if step is None else step(xy)
