"""The centre's file of datum parameters (TOML), checked before a number of it is used.

Messages name keys and what was expected of them, never the values: parameters of the national
datums are controlled data.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyproj import CRS

from geo.coordinate_range import Envelope
from geo.crs import LOCAL_GRID, crs_label, is_modern, parse_crs
from geo.datum_change import DatumKind
from geo.datum_parameters import (
    ControlPoint,
    DatumParameters,
    FourParameters,
    ParameterOrigin,
    SevenParameters,
    residuals_of,
)
from geo.errors import MissingCRSError, UnreadableFileError
from geo.io.limits import MEGABYTE
from geo.reading_codes import Fault

__all__ = ["read_datum_parameters"]

CLOCKWISE, COUNTERCLOCKWISE = "clockwise", "counterclockwise"
POSITION_VECTOR, COORDINATE_FRAME = "position_vector", "coordinate_frame"
SEVEN_KEYS = ("dx_m", "dy_m", "dz_m", "rx_s", "ry_s", "rz_s", "scale_ppm")
# beyond these a number is in another unit than its key says
MOST_SCALE_PPM = 10_000.0
MOST_SHIFT_M = 10_000.0
MOST_SMALL_ROTATION_S = 100.0
HALF_TURN_S = 648_000.0
# 0.1 mm on a map 1:1000; the file may say otherwise
RMS_LIMIT_M = 0.10
MAX_OF_RMS = 3.0


class _Table:
    """One table of the file; every value is taken once, what is left over is a fault."""

    def __init__(self, file: str, values: Mapping[str, Any], prefix: str = "") -> None:
        self.file = file
        self.values = dict(values)
        self.prefix = prefix

    def fault(self, code: Fault, key: str, expected: str = "–") -> UnreadableFileError:
        return UnreadableFileError(code, file=self.file, key=self.prefix + key, expected=expected)

    def take(self, key: str, kind: type, expected: str) -> Any:
        if key not in self.values:
            raise self.fault(Fault.DATUM_FILE_KEY_MISSING, key, expected)
        value = self.values.pop(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fault(Fault.DATUM_FILE_VALUE, key, expected)
        return value

    def text(self, key: str) -> str:
        found: str = self.take(key, str, "text")
        if not found.strip():
            raise self.fault(Fault.DATUM_FILE_VALUE, key, "text")
        return found.strip()

    def choice(self, key: str, choices: Sequence[str]) -> str:
        expected = " | ".join(choices)
        found: str = self.take(key, str, expected)
        if found not in choices:
            raise self.fault(Fault.DATUM_FILE_VALUE, key, expected)
        return found

    def number(self, key: str, least: float = -math.inf, most: float = math.inf) -> float:
        expected = "number" if math.isinf(most) else f"{least:g} … {most:g}"
        found = float(self.take(key, int | float, expected))  # type: ignore[arg-type]  # isinstance takes unions
        if not (math.isfinite(found) and least <= found <= most):
            raise self.fault(Fault.DATUM_FILE_VALUE, key, expected)
        return found

    def positive(self, key: str, default: float) -> float:
        if key not in self.values:
            return default
        found = self.number(key)
        if found <= 0:
            raise self.fault(Fault.DATUM_FILE_VALUE, key, "> 0")
        return found

    def day(self, key: str) -> str:
        expected = "2018-05-01"
        found: date = self.take(key, date, expected)
        if isinstance(found, datetime):
            raise self.fault(Fault.DATUM_FILE_VALUE, key, expected)
        return found.isoformat()

    def table(self, key: str) -> _Table:
        return _Table(self.file, self.take(key, dict, f"[{key}]"), f"{self.prefix}{key}.")

    def crs(self, key: str, expected: str) -> CRS:
        try:
            return parse_crs(self.take(key, str, expected))
        except MissingCRSError as err:
            raise self.fault(Fault.DATUM_FILE_VALUE, key, expected) from err

    def require_empty(self) -> None:
        for key in self.values:
            raise self.fault(Fault.DATUM_FILE_KEY_UNKNOWN, key)


def read_datum_parameters(path: Path) -> DatumParameters:
    """Parameters of a file, tried on its control points.

    Raises
    ------
    UnreadableFileError
        No such file, no TOML, a key missing, unknown, doubled or of a wrong value; or the
        residuals of the control points are larger than the file allows
        (`datum_residuals_too_large`).
    """
    content = _content(path)
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as err:
        raise UnreadableFileError(Fault.DATUM_FILE_UNREADABLE, file=path.name) from err
    return _parameters(_Table(path.name, document), hashlib.sha256(content).hexdigest())


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise UnreadableFileError(Fault.FILE_NOT_FOUND, file=path.name)
    size = path.stat().st_size
    if size > MEGABYTE:
        raise UnreadableFileError(
            Fault.FILE_TOO_LARGE, file=path.name, found_mb=size // MEGABYTE, limit_mb=1
        )
    return path.read_bytes()


def _parameters(top: _Table, sha256: str) -> DatumParameters:
    name = top.text("name")
    kind = DatumKind(top.choice("kind", (DatumKind.FOUR, DatumKind.SEVEN)))
    source, definition, source_name = _source(top.table("source"), kind)
    target = _target(top.table("target"), kind)
    change = _change(top.table(kind), kind)
    origin = ParameterOrigin(
        name, source_name, sha256, top.day("date"), top.text("issued_by"), top.text("secrecy")
    )
    extent = _extent(top.table("extent"))
    limits = top.table("limits") if "limits" in top.values else _Table(top.file, {}, "limits.")
    points = _control_points(top, definition, target)
    accuracy_m = top.positive("accuracy_m", 0.0)
    top.require_empty()
    residuals = residuals_of(change, definition, target, points)
    if residuals is None and not accuracy_m:
        raise top.fault(Fault.DATUM_FILE_KEY_MISSING, "accuracy_m", "> 0")
    rms_limit_m = limits.positive("rms_m", RMS_LIMIT_M)
    max_limit_m = limits.positive("max_m", MAX_OF_RMS * rms_limit_m)
    limits.require_empty()
    found = residuals
    if found and not (found.rms_m <= rms_limit_m and found.max_m <= max_limit_m):
        raise UnreadableFileError(
            Fault.DATUM_RESIDUALS_TOO_LARGE,
            file=top.file,
            rms_m=f"{found.rms_m:.3f}",
            max_m=f"{found.max_m:.3f}",
            rms_limit_m=f"{rms_limit_m:g}",
            max_limit_m=f"{max_limit_m:g}",
        )
    accuracy_m = accuracy_m or (residuals.rms_m if residuals else 0.0)
    return DatumParameters(
        origin, source, definition, target, change, extent, accuracy_m, residuals
    )


def _source(table: _Table, kind: DatumKind) -> tuple[CRS, CRS, str]:
    """CRS that the parameters start from, the one to compute with, and its name."""
    needed = "EPSG:2363 … | local"
    source = table.crs("crs", needed)
    definition, name = source, crs_label(source)
    if source == LOCAL_GRID:
        name = table.text("name")
        if kind is DatumKind.SEVEN:
            definition = table.crs("definition", "+proj=tmerc …")
            if not definition.is_projected:
                raise table.fault(Fault.DATUM_FILE_VALUE, "definition", "+proj=tmerc …")
    elif is_modern(source) or not _plane_or_degrees(source, plane=kind is DatumKind.FOUR):
        raise table.fault(Fault.DATUM_FILE_VALUE, "crs", needed)
    table.require_empty()
    return source, definition, name


def _target(table: _Table, kind: DatumKind) -> CRS:
    needed = "EPSG:4527 …" if kind is DatumKind.FOUR else "EPSG:4527 … | EPSG:4490"
    target = table.crs("crs", needed)
    if not is_modern(target) or not _plane_or_degrees(target, plane=kind is DatumKind.FOUR):
        raise table.fault(Fault.DATUM_FILE_VALUE, "crs", needed)
    table.require_empty()
    return target


def _plane_or_degrees(crs: CRS, *, plane: bool) -> bool:
    if crs.is_projected:
        return {axis.unit_name for axis in crs.axis_info} == {"metre"}
    return crs.is_geographic and not plane


def _change(table: _Table, kind: DatumKind) -> FourParameters | SevenParameters:
    change = _four(table) if kind is DatumKind.FOUR else _seven(table)
    table.require_empty()
    return change


def _four(table: _Table) -> FourParameters:
    turn = table.choice("rotation_sense", (CLOCKWISE, COUNTERCLOCKWISE))
    rotation_s = table.number("rotation_s", -HALF_TURN_S, HALF_TURN_S)
    if "scale" in table.values:
        scale = table.number("scale", 1 - MOST_SCALE_PPM / 1e6, 1 + MOST_SCALE_PPM / 1e6)
    else:
        scale = 1 + table.number("scale_ppm", -MOST_SCALE_PPM, MOST_SCALE_PPM) / 1e6
    return FourParameters(
        east_m=table.number("east_m"),
        north_m=table.number("north_m"),
        rotation_s=-rotation_s if turn == CLOCKWISE else rotation_s,
        scale=scale,
    )


def _seven(table: _Table) -> SevenParameters:
    convention = table.choice("convention", (POSITION_VECTOR, COORDINATE_FRAME))
    most = (MOST_SHIFT_M,) * 3 + (MOST_SMALL_ROTATION_S,) * 3 + (MOST_SCALE_PPM,)
    values = [table.number(key, -limit, limit) for key, limit in zip(SEVEN_KEYS, most, strict=True)]
    if convention == COORDINATE_FRAME:
        values[3:6] = [-value for value in values[3:6]]
    return SevenParameters(*values)


def _extent(table: _Table) -> Envelope:
    west, east = (table.number(key, -180.0, 180.0) for key in ("west", "east"))
    south, north = (table.number(key, -90.0, 90.0) for key in ("south", "north"))
    if not west < east:
        raise table.fault(Fault.DATUM_FILE_VALUE, "east", "> west")
    if not south < north:
        raise table.fault(Fault.DATUM_FILE_VALUE, "north", "> south")
    table.require_empty()
    return west, south, east, north


def _control_points(top: _Table, source: CRS, target: CRS) -> tuple[ControlPoint, ...]:
    if "control_points" not in top.values:
        return ()
    points = []
    for number, values in enumerate(top.take("control_points", list, "[[control_points]]"), 1):
        if not isinstance(values, dict):
            raise top.fault(Fault.DATUM_FILE_VALUE, "control_points", "[[control_points]]")
        table = _Table(top.file, values, f"control_points[{number}].")
        name = table.text("name")
        points.append(
            ControlPoint(name, _point(table, "source", source), _point(table, "target", target))
        )
        table.require_empty()
    return tuple(points)


def _point(table: _Table, side: str, crs: CRS) -> tuple[float, float]:
    axes = ("lon_deg", "lat_deg") if crs.is_geographic else ("east_m", "north_m")
    first, second = (table.number(f"{side}_{axis}") for axis in axes)
    return first, second
