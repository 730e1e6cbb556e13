"""KML for Google Earth and desktop GIS: outlines in degrees, every attribute kept.

Attributes are written as `ExtendedData/Data`, whose names may be Chinese; a `Schema` wants
names of ASCII in several programs and shows them as underscores.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import require_crs, to_lonlat
from geo.errors import InvalidGeometryError
from geo.intake import Note
from geo.reading_codes import Remark

__all__ = ["write_kml"]

# 1e-9 degree is 0.11 mm on the ground, so that a corner comes back to the millimetre
DECIMALS = 9
FORBIDDEN_SIGN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\ufffd"
ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;",
     "\t": "&#9;"}
)  # fmt: skip
NAME_COLUMNS = ("site_name", "site_id", "name")
LEFT_OUT = frozenset({"source_index"})
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<Document>
<name>{name}</name>
<Style id="site">
<LineStyle><color>ff1f1fd6</color><width>2</width></LineStyle>
<PolyStyle><color>401f1fd6</color></PolyStyle>
</Style>
"""
FOOT = "</Document>\n</kml>\n"


def write_kml(
    frame: gpd.GeoDataFrame, path: Path, *, name: str, labels: Sequence[str] | None = None
) -> tuple[Note, ...]:
    """Write sites as a KML document, in place of any older file; whole or not at all.

    One Placemark for each row, in order; its name is the site's name, else its id, else its
    position counted from 1. Signs that XML cannot hold are replaced by `U+FFFD`.

    Parameters
    ----------
    frame
        Projected, with polygons; missing attributes are left out of their Placemark.
    name
        Name of the document.
    labels
        Names of the Placemarks, one a row, in place of those that the frame tells.

    Raises
    ------
    MissingCRSError
        The frame has no CRS.
    InvalidGeometryError
        A row has no polygon.
    """
    crs = require_crs(frame)
    shapes = to_lonlat(np.asarray(frame.geometry.array, dtype=object), crs.to_string())
    writer = _Writer()
    beside = path.with_name(f".{path.name}.{os.getpid()}.kml")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            _write(stream, frame, shapes, name, labels, writer)
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    notes = [Note(Remark.KML_WRITTEN, {"file": path.name, "decimals": DECIMALS})]
    if writer.replaced:
        notes.append(Note(Remark.SIGNS_REPLACED, {"file": path.name, "count": writer.replaced}))
    return tuple(notes)


class _Writer:
    """Text made fit for XML, with a count of signs that had to give way."""

    def __init__(self) -> None:
        self.replaced = 0

    def text(self, value: str) -> str:
        clean, count = FORBIDDEN_SIGN.subn(REPLACEMENT, value)
        self.replaced += count
        return clean.translate(ESCAPES)


def _write(
    stream: TextIO,
    frame: gpd.GeoDataFrame,
    shapes: np.ndarray,
    name: str,
    labels: Sequence[str] | None,
    writer: _Writer,
) -> None:
    stream.write(HEAD.format(name=writer.text(name)))
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    columns = {str(name): table[name].tolist() for name in table.columns if name not in LEFT_OUT}
    for position, shape in enumerate(shapes):
        record = {name: _as_text(values[position]) for name, values in columns.items()}
        label = labels[position] if labels is not None else _label(position, record)
        stream.write(_placemark(position, label, record, shape, writer))
    stream.write(FOOT)


def _label(position: int, record: Mapping[str, str | None]) -> str:
    label = next((record[each] for each in NAME_COLUMNS if record.get(each)), None)
    return label or str(position + 1)


def _placemark(
    position: int,
    label: str,
    record: Mapping[str, str | None],
    shape: BaseGeometry | None,
    writer: _Writer,
) -> str:
    data = "".join(
        f'<Data name="{writer.text(key)}"><value>{writer.text(value)}</value></Data>\n'
        for key, value in record.items()
        # the Placemark has it as its own name
        if value is not None and not (key == "name" and value == label)
    )
    return (
        f"<Placemark>\n<name>{writer.text(label)}</name>\n<styleUrl>#site</styleUrl>\n"
        f"<ExtendedData>\n{data}</ExtendedData>\n{_geometry(shape, position)}</Placemark>\n"
    )


def _as_text(value: Any) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else repr(float(value))
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return str(value)


def _geometry(shape: BaseGeometry | None, position: int) -> str:
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise InvalidGeometryError(feature=position + 1)
    # shells against the clock and holes with it, as views in 3D want them
    parts = "".join(_polygon(part) for part in shapely.get_parts(shapely.orient_polygons(shape)))
    single = shape.geom_type == "Polygon"
    return parts if single else f"<MultiGeometry>\n{parts}</MultiGeometry>\n"


def _polygon(polygon: shapely.Polygon) -> str:
    holes = "".join(
        f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>\n" for ring in polygon.interiors
    )
    shell = f"<outerBoundaryIs>{_ring(polygon.exterior)}</outerBoundaryIs>\n"
    return f"<Polygon>\n{shell}{holes}</Polygon>\n"


def _ring(ring: BaseGeometry) -> str:
    points = shapely.get_coordinates(ring).tolist()
    text = " ".join(f"{x:.{DECIMALS}f},{y:.{DECIMALS}f}" for x, y in points)
    return f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"
