"""What the numbers of a list mean: metres or degrees, order of axes, datum and zone.

The headings say which column is north; the size of the numbers must agree. Where they do not,
nothing is swapped: the list is refused and the user asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from geo.coordinate_range import is_easting, is_kilometres, is_northing
from geo.crs import parse_crs
from geo.errors import MissingCRSError, Param
from geo.intake import ReadOptions
from geo.io.boundary.position import Position, require_datum, stated_position
from geo.io.boundary.rings import BoundaryFaultError
from geo.io.coordinate_table.layout import Told
from geo.io.coordinate_table.magnitudes import CHINA_LATITUDE, CHINA_LONGITUDE
from geo.io.coordinate_table.records import TablePoint
from geo.io.coordinate_table.values import Form, Reading, unpacked
from geo.io.coordinate_table.words import Unit, datum_in
from geo.reading_codes import Fault

__all__ = ["degrees_of", "placed", "position_of", "told_system"]

DEGREES_MOST = 360.0
# decimals beyond a hundredth of a millionth of a second are written by programs
PACKED_DECIMALS = 10
GEOGRAPHIC = {
    "2000": "EPSG:4490",
    "WGS84": "EPSG:4326",
    "西安80": "EPSG:4610",
    "北京54": "EPSG:4214",
}
ZONE = re.compile(r"带号\D{0,4}(\d{2})(?!\d)|(?<!\d)(\d{2})\s*(?:度?带|号带)|第\s*(\d{2})\s*带")
WIDTH = re.compile(
    r"(?<!\d)([36三六])\s*(?:度|°)\s*分?带|几度分带\D{0,3}([36])|分带\D{0,3}([36])(?!\d)"
)
MERIDIAN = re.compile(r"中央(?:子午线|经线)\D{0,8}?(\d{2,3})(?!\d)")
CHINESE = {"三": "3", "六": "6"}


def told_system(texts: Iterable[str]) -> dict[str, str]:
    """Datum, width, zone of texts, under the keys of a coordinate TXT's header.

    A central meridian stands for the zone of the width that is told, or of 3°.
    """
    text = "\n".join(texts)
    header: dict[str, str] = {}
    datum = datum_in(text)
    if datum is not None:
        header["坐标系"] = datum
    width = WIDTH.search(text)
    if width is not None:
        figure = next(filter(None, width.groups()))
        header["几度分带"] = CHINESE.get(figure, figure)
    zone = ZONE.search(text)
    meridian = MERIDIAN.search(text)
    if zone is not None:
        header["带号"] = next(filter(None, zone.groups()))
    elif meridian is not None:
        number = _zone_at(int(meridian.group(1)), int(header.get("几度分带", "3")))
        if number is not None:
            header["带号"] = str(number)
    return header


def _zone_at(meridian_deg: int, width_deg: int) -> int | None:
    number, rest = divmod(meridian_deg + (3 if width_deg == 6 else 0), width_deg)
    return None if rest else number


def degrees_of(points: Sequence[TablePoint]) -> bool:
    """Whether the values are degrees: by the headings, or by their form or size."""
    if any(point.block.degrees for point in points):
        return True
    readings = [each for point in points for each in (point.north, point.east)]
    if any(reading.form is not Form.NUMBER for reading in readings):
        return True
    return all(abs(reading.value) <= DEGREES_MOST for reading in readings)


def placed(
    points: Sequence[TablePoint], *, degrees: bool, swapped: bool, local: bool = False
) -> NDArray[np.float64]:
    """Values `(n, 2)` in the order east, north (longitude, latitude).

    The numbers of a `local` grid may have any size.

    Raises
    ------
    BoundaryFaultError
        Headings and sizes contradict each other (`axes_swapped`, `swap_not_needed`,
        `degrees_expected`, `coordinates_out_of_range`); degrees that may be decimal or packed
        (`packed_degrees`).
    """
    values = _plain_degrees(points) if degrees else _values(points)
    north, east = (1, 0) if swapped else (0, 1)
    told = points[0].block.told
    if told is Told.MAGNITUDE:
        if swapped and points[0].block.north < points[0].block.east:
            raise BoundaryFaultError(Fault.SWAP_NOT_NEEDED, **_shown(values))
        north, east = 0, 1
    elif degrees and told is Told.LETTERS and not swapped and _fits_degrees(values[:, ::-1]):
        # X and Y of degrees have no custom of their own: the ranges of China do not meet
        north, east = 1, 0
    fits = _fits_degrees if degrees else _fits_metres
    ordered = values[:, [north, east]]
    if not local and not fits(ordered):
        raise _contradiction(values, ordered, degrees=degrees, swapped=swapped)
    _require_hemispheres(points, swapped=swapped)
    return ordered[:, ::-1]


def _values(points: Sequence[TablePoint]) -> NDArray[np.float64]:
    return np.array([(point.north.value, point.east.value) for point in points], dtype=float)


def _shown(values: NDArray[np.float64]) -> dict[str, Param]:
    return {
        "x": f"{values[0, 0]:.6g}" if abs(values[0, 0]) < DEGREES_MOST else f"{values[0, 0]:.3f}",
        "y": f"{values[0, 1]:.6g}" if abs(values[0, 1]) < DEGREES_MOST else f"{values[0, 1]:.3f}",
    }


def _contradiction(
    values: NDArray[np.float64],
    ordered: NDArray[np.float64],
    *,
    degrees: bool,
    swapped: bool,
) -> BoundaryFaultError:
    fits = _fits_degrees if degrees else _fits_metres
    found = _shown(values)
    if fits(ordered[:, ::-1]):
        fault = Fault.SWAP_NOT_NEEDED if swapped else Fault.AXES_SWAPPED
        return BoundaryFaultError(fault, **found)
    if degrees and (np.abs(values) > DEGREES_MOST).any():
        return BoundaryFaultError(Fault.DEGREES_EXPECTED, **found)
    if not degrees and is_kilometres(values[:, 0], values[:, 1]):
        return BoundaryFaultError(Fault.KILOMETRES_GIVEN, **found)
    return BoundaryFaultError(Fault.COORDINATES_OUT_OF_RANGE, **found)


def _fits_metres(values: NDArray[np.float64]) -> bool:
    return is_northing(values[:, 0]) and is_easting(values[:, 1])


def _fits_degrees(values: NDArray[np.float64]) -> bool:
    low = (CHINA_LATITUDE[0], CHINA_LONGITUDE[0])
    high = (CHINA_LATITUDE[1], CHINA_LONGITUDE[1])
    return bool(((values >= low) & (values < high)).all())


def _require_hemispheres(points: Sequence[TablePoint], *, swapped: bool) -> None:
    """Letters N and E beside a value must agree with its column."""
    for point in points:
        wrong = ("N", "E") if swapped else ("E", "N")
        if (point.north.axis, point.east.axis) in (wrong, (wrong[0], None), (None, wrong[1])):
            raise BoundaryFaultError(
                Fault.SWAP_NOT_NEEDED if swapped else Fault.AXES_SWAPPED,
                x=f"{point.north.value:.6f}",
                y=f"{point.east.value:.6f}",
            )


def _plain_degrees(points: Sequence[TablePoint]) -> NDArray[np.float64]:
    """Values as decimal degrees; bare numbers may be degrees, minutes, seconds in one."""
    unit = next((point.block.unit for point in points if point.block.unit), None)
    bare = [
        reading
        for point in points
        for reading in (point.north, point.east)
        if reading.form is Form.NUMBER and abs(reading.value) <= DEGREES_MOST
    ]
    if unit is Unit.PACKED:
        return np.array([(_unpacked(p.north, p), _unpacked(p.east, p)) for p in points])
    if unit is not Unit.DECIMAL and bare and all(map(_may_be_packed, bare)):
        raise BoundaryFaultError(
            Fault.PACKED_DEGREES, line=points[0].row, value=f"{bare[0].value:.10f}".rstrip("0")
        )
    return _values(points)


def _unpacked(reading: Reading, point: TablePoint) -> float:
    if reading.form is not Form.NUMBER:
        return reading.value
    value = unpacked(reading.value)
    if value is None:
        raise BoundaryFaultError(
            Fault.SIXTY_EXCEEDED,
            line=point.row,
            cell=str(point.row),
            text=f"{reading.value:.10f}".rstrip("0"),
        )
    return value


def _may_be_packed(reading: Reading) -> bool:
    decimals = len(repr(reading.value).partition(".")[2])
    return decimals <= PACKED_DECIMALS and unpacked(reading.value) is not None


def position_of(
    header: dict[str, str],
    corners: NDArray[np.float64],
    options: ReadOptions,
    *,
    degrees: bool,
) -> Position:
    """CRS of corners `(n, 2)` in east, north, by what the list says or by the user's word.

    Raises
    ------
    GeoError, MissingCRSError
        See `boundary_position.stated_position`; `old_datum`, `missing_crs` for degrees.
    """
    option, old_datum = options.crs, options.datum_parameters is not None
    if not degrees:
        if header.get("坐标系") == "WGS84" and option is None:
            # metres on WGS 84 are UTM as often as Gauss-Krüger
            raise MissingCRSError
        return stated_position(header, corners[:, 0], option, old_datum=old_datum)
    require_datum(header, old_datum=old_datum)
    code = option or GEOGRAPHIC.get(header.get("坐标系", ""))
    if code is None:
        raise MissingCRSError(suggestion=GEOGRAPHIC["2000"])
    return Position(parse_crs(code), None)
