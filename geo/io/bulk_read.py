"""Layers read in bulk, with the features that GEOS cannot even build told apart.

GEOS refuses outlines that are open or have fewer than three points while it reads them; they
arrive as missing, and only then are their bytes looked at.
"""

from __future__ import annotations

import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from fiona.errors import FionaError
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import UnreadableFileError
from geo.intake import Refusal
from geo.io.limits import ReadLimits
from geo.io.raw_features import LARGEST_EXACT_FLOAT, plain_columns, unique_names
from geo.reading_codes import Fault

__all__ = [
    "DRIVER_ERRORS",
    "layer_facts",
    "quietly",
    "read_layer",
    "require_feature_count",
    "unbuildable_refusal",
]

WKB_POLYGON = 3
# numbers of a point by the thousands of the type: plain, Z, M, ZM
WKB_WIDTHS = (2, 3, 3, 4)
# above this many features the start of Arrow pays off
ARROW_FROM = 20_000
# what broken files make of the driver and of its wrapping
DRIVER_ERRORS = (DataSourceError, DataLayerError, UnboundLocalError, OverflowError)
FILTERS_OF_WARNINGS = threading.RLock()


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the driver's remarks (sizes, coordinates that are no numbers) off the terminal.

    What matters of them is judged here. Filters of warnings belong to the whole process, so
    only one thread changes them at a time.
    """
    with FILTERS_OF_WARNINGS, warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        # measures, which nothing here needs, are left out with a warning for users
        warnings.simplefilter("ignore", UserWarning)
        yield


def layer_facts(
    path: Path, *, driver: str, layer: str | None, limits: ReadLimits, file: str
) -> dict[str, Any]:
    """What the driver says of a layer, once it is the driver expected and within limits.

    `file` is the name to show.

    Raises
    ------
    UnreadableFileError
        Another driver answers, the file is broken, or it has too many features.
    """
    _require_driver(path, driver, file)
    try:
        with quietly():
            facts: dict[str, Any] = pyogrio.read_info(
                path,
                layer=layer,
                encoding="ISO-8859-1" if driver == "ESRI Shapefile" else None,
                force_feature_count=True,
            )
    except DRIVER_ERRORS as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=driver) from err
    if facts["driver"] != driver:
        raise UnreadableFileError(Fault.UNSUPPORTED_FORMAT, file=file, kind=str(facts["driver"]))
    require_feature_count(int(facts["features"]), limits, file)
    return facts


def require_feature_count(count: int, limits: ReadLimits, file: str) -> None:
    """Refuse a layer of too many features (`too_many_features`)."""
    if count > limits.max_features:
        raise UnreadableFileError(
            Fault.TOO_MANY_FEATURES, file=file, found=count, limit=limits.max_features
        )


def _require_driver(path: Path, driver: str, file: str) -> None:
    """Let the file be opened by one driver only before anything else may look at it.

    The quick reader offers every driver to a file and asks the content; the list of drivers
    that the slow one takes is a real one.

    Raises
    ------
    UnreadableFileError
        The driver does not open it.
    """
    try:
        with quietly(), fiona.open(path, enabled_drivers=(driver,), encoding="ISO-8859-1"):
            pass
    except (FionaError, ValueError) as err:
        # a file without a layer, or with a name that does not decode, is a plain ValueError
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=driver) from err


def read_layer(
    path: Path,
    *,
    layer: str | None,
    encoding: str | None,
    count: int,
    file: str,
    where: str | None = None,
) -> tuple[gpd.GeoDataFrame, tuple[Refusal, ...]]:
    """All rows of a layer as they lie in the file, less those that cannot be built.

    Parameters
    ----------
    count
        Rows expected; many are read in another way.
    where
        A condition that every row meets makes the driver count rows instead of believing
        what the file says of their number, beyond which it would not read.

    Returns
    -------
    tuple
        Frame without a set CRS, with `source_index` and, where the layer has geometry, an
        active geometry column (missing geometry stays missing); refusals of the rest.

    Raises
    ------
    UnicodeDecodeError
        A text does not decode; the caller chooses another encoding.
    UnreadableFileError
        The file breaks off.
    """
    use_arrow = count > ARROW_FROM and encoding is None
    try:
        with quietly():
            table = _table(path, layer, encoding, where, arrow=use_arrow)
            table = _exact(path, layer, encoding, where, table)
    except DRIVER_ERRORS as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=path.suffix) from err
    frame = _without_clashes(table)
    frame.insert(0, "source_index", np.arange(len(frame), dtype="int64"))
    missing = frame.geometry.isna().to_numpy()
    refused = _unbuildable(path, layer, where, np.flatnonzero(missing)) if missing.any() else ()
    rows = np.ones(len(frame), dtype=bool)
    for refusal in refused:
        rows[refusal.index or 0] = False
    return frame.loc[rows].reset_index(drop=True), refused


def _table(
    path: Path, layer: str | None, encoding: str | None, where: str | None, *, arrow: bool
) -> pd.DataFrame:
    """Rows as the driver gives them; curves, which Arrow cannot carry, become chords."""
    try:
        table: pd.DataFrame = pyogrio.read_dataframe(
            path,
            layer=layer,
            encoding=encoding,
            where=where,
            on_invalid="ignore",
            use_arrow=arrow,
        )
    except NotImplementedError:
        return _table(path, layer, encoding, where, arrow=False)
    return table


def _exact(
    path: Path, layer: str | None, encoding: str | None, where: str | None, table: pd.DataFrame
) -> pd.DataFrame:
    """Table whose long whole numbers are exact although a neighbour is missing.

    Beside a missing value the driver makes whole numbers floats, and a code of 19 digits
    loses its last ones.
    """
    # names may occur twice, so columns go by their places
    long = [
        place
        for place, kind in enumerate(table.dtypes)
        if kind == "float64" and (table.iloc[:, place].abs() > LARGEST_EXACT_FLOAT).any()
    ]
    if not long:
        return table
    facts = pyogrio.read_info(path, layer=layer, encoding=encoding)
    whole = set(np.flatnonzero(np.asarray(facts["dtypes"]) == "int64").tolist())
    if not whole.intersection(long):
        return table
    _, values = pyogrio.read_arrow(
        path, layer=layer, encoding=encoding, where=where, read_geometry=False
    )
    for place in whole.intersection(long):
        digits = [None if value is None else str(value) for value in values[place].to_pylist()]
        table.isetitem(place, pd.array(digits, dtype="str"))
    return table


def _without_clashes(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Frame without CRS whose own column names do not hide ours."""
    if not isinstance(table, gpd.GeoDataFrame):
        geometry = np.full(len(table), None, dtype=object)
        attributes = table
    else:
        geometry = np.asarray(table.geometry.array, dtype=object)
        attributes = pd.DataFrame(table.drop(columns=table.geometry.name))
    names = unique_names(map(str, attributes.columns), taken=("source_index", "geometry"))
    return gpd.GeoDataFrame(plain_columns(attributes.set_axis(names, axis=1)), geometry=geometry)


def _unbuildable(
    path: Path, layer: str | None, where: str | None, rows: NDArray[np.intp]
) -> tuple[Refusal, ...]:
    """Refusals of rows that have bytes but no geometry; bounds in the CRS of the file."""
    with quietly():
        _, _, blobs, _ = pyogrio.raw.read(
            path, layer=layer, columns=[], encoding="ISO-8859-1", where=where
        )
        present = [row for row in map(int, rows) if blobs is not None and blobs[row] is not None]
        return tuple(unbuildable_refusal(row, bytes(blobs[row])) for row in present)


def unbuildable_refusal(row: int, wkb: bytes) -> Refusal:
    """Why the geometry of a row, given as WKB, cannot be built; bounds in the file's CRS."""
    rings = _polygon_rings(wkb)
    shortest = min(map(len, rings), default=None)
    fault, params = Fault.BROKEN_GEOMETRY, {"feature": row + 1}
    closed = shapely.from_wkb(np.array([wkb], dtype=object), on_invalid="fix")
    if shortest is not None and shortest < 3:
        fault, params = Fault.TOO_FEW_POINTS, {**params, "found": shortest}
    elif not shapely.is_missing(closed).any():
        fault = Fault.OPEN_RING
    return Refusal(row, None, fault, params, _bounds_of(rings))


def _bounds_of(rings: list[NDArray[np.float64]]) -> tuple[float, float, float, float] | None:
    points = np.concatenate([ring[:, :2] for ring in rings]) if rings else np.empty((0, 2))
    if not len(points) or not np.isfinite(points).all():
        return None
    west, south, east, north = map(float, (*points.min(axis=0), *points.max(axis=0)))
    return west, south, east, north


def _polygon_rings(wkb: bytes) -> list[NDArray[np.float64]]:
    """Corners of the rings of a polygon; empty for any other WKB or one that breaks off."""
    try:
        order = "<" if wkb[0] else ">"
        kind, count = struct.unpack_from(f"{order}II", wkb, 1)
        if kind % 1000 != WKB_POLYGON:
            return []
        width = WKB_WIDTHS[kind // 1000]
        rings, at = [], 9
        for _ in range(count):
            (size,) = struct.unpack_from(f"{order}I", wkb, at)
            numbers = np.frombuffer(wkb, f"{order}f8", count=size * width, offset=at + 4)
            rings.append(numbers.reshape(size, width).astype(float))
            at += 4 + size * 8 * width
    except (struct.error, ValueError, IndexError):
        return []
    return rings
