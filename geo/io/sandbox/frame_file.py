"""A frame as plain arrays in a file: no pickle, no compression, every type on a list.

Text is UTF-8 in one block with offsets; geometry is WKB in the same form (in which a point
without numbers is an empty one). The file is the bytes of the arrays one after the other; the
form, which travels apart from it, says what they are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import GEOSException

from geo.io.sandbox.wkb_nesting import SMALLEST_DEEP, require_shallow

__all__ = ["ArrayForm", "FrameForm", "read_frame", "write_frame"]

TEXT, GEOMETRY = "str", "geometry"
TEXT_TYPE = pd.StringDtype(na_value=np.nan)
PLAIN_TYPE = re.compile(r"bool|u?int(8|16|32|64)|float(32|64)|datetime64\[(s|ms|us|ns)\]")
CODED_CRS = re.compile(r"[A-Za-z0-9_]{2,20}:[A-Za-z0-9_.]{1,20}")
LONGEST_CRS = 65_536
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """One array of the file: which column and part of it, its type and length."""

    name: str
    dtype: str
    length: int


@dataclass(frozen=True, slots=True)
class FrameForm:
    """What the file holds: rows, columns in order with their types, CRS, and the arrays."""

    arrays: tuple[ArrayForm, ...]
    rows: int
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    geometry: str
    crs: str | None


def write_frame(frame: gpd.GeoDataFrame, stream: IO[bytes]) -> FrameForm:
    """Write the columns of a frame with a plain index; the form tells how to read them back.

    Raises
    ------
    TypeError
        A column is of no type on the list.
    """
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        raise TypeError("the rows of a frame that was read are numbered from 0")
    arrays = []
    kinds = []
    for position, (_, column) in enumerate(pd.DataFrame(frame).items()):
        kind = GEOMETRY if column.dtype == GEOMETRY else str(column.dtype)
        for part, array in _arrays_of(column, kind):
            arrays.append(ArrayForm(f"{position}_{part}", str(array.dtype), len(array)))
            stream.write(np.ascontiguousarray(array).view("uint8").data)
        kinds.append(kind)
    return FrameForm(
        arrays=tuple(arrays),
        rows=len(frame),
        names=tuple(map(str, frame.columns)),
        kinds=tuple(kinds),
        geometry=str(frame.geometry.name),
        crs=_crs_text(frame.crs),
    )


def _arrays_of(column: pd.Series, kind: str) -> Iterator[tuple[str, NDArray[Any]]]:
    if kind == GEOMETRY:
        blobs = shapely.to_wkb(np.asarray(column.array, dtype=object))
        yield from _blocks([None if blob is None else bytes(blob) for blob in blobs])
    elif kind == TEXT:
        yield from _text_blocks(column)
    elif PLAIN_TYPE.fullmatch(kind):
        yield "values", column.to_numpy()
    else:
        raise TypeError(f"column {column.name!r} of type {kind}")


def _blocks(items: Sequence[bytes | None]) -> Iterator[tuple[str, NDArray[Any]]]:
    sizes = [len(item or b"") for item in items]
    yield "ends", np.cumsum(sizes, dtype="int64")
    yield "missing", np.array([item is None for item in items], dtype=bool)
    yield "block", np.frombuffer(b"".join(item or b"" for item in items), dtype="uint8")


def _text_blocks(column: pd.Series) -> Iterator[tuple[str, NDArray[Any]]]:
    texts = pa.array(column.array, type=pa.large_string())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    missing = texts.is_null().to_numpy(zero_copy_only=False)
    _, offsets, block = texts.buffers()
    ends = np.frombuffer(offsets, dtype="int64")[texts.offset :][: len(texts) + 1]
    first, last = (int(ends[0]), int(ends[-1])) if len(ends) else (0, 0)
    yield "ends", (ends[1:] - first).astype("int64")
    yield "missing", missing
    yield "block", np.frombuffer(block or b"", dtype="uint8")[first:last]


def _crs_text(crs: CRS | None) -> str | None:
    """The words that the CRS was made from where they are a code or WKT, else its WKT."""
    if crs is None:
        return None
    stated = str(crs.srs)
    return stated if CODED_CRS.fullmatch(stated) or "[" in stated else crs.to_wkt()


def read_frame(form: FrameForm, stream: IO[bytes]) -> gpd.GeoDataFrame:
    """The frame that was written, or a refusal of what is none.

    Raises
    ------
    ValueError
        The file does not hold what the form says, or something that is not on the list.
    """
    if len(form.names) != len(form.kinds) or form.kinds.count(GEOMETRY) != 1:
        raise ValueError("columns of a frame")
    if len(set(form.names)) != len(form.names) or form.rows < 0:
        raise ValueError("names of the columns")
    if form.names[form.kinds.index(GEOMETRY)] != form.geometry:
        raise ValueError("name of the geometry")
    try:
        arrays = _loaded(form.arrays, stream)
        columns = [
            _column(kind, position, arrays, form.rows) for position, kind in enumerate(form.kinds)
        ]
        table = pd.DataFrame(dict(enumerate(columns)), index=pd.RangeIndex(form.rows))
        frame = gpd.GeoDataFrame(table.set_axis(list(form.names), axis=1))
        return frame.set_geometry(form.geometry, crs=_crs(form.crs))
    except (KeyError, MemoryError, OSError, EOFError, AttributeError) as err:
        raise ValueError(f"arrays of a frame: {err}") from err
    except (GEOSException, CRSError, pa.ArrowException) as err:
        raise ValueError(f"content of a frame: {err}") from err


def _loaded(forms: Sequence[ArrayForm], stream: IO[bytes]) -> Arrays:
    """The arrays; each is a copy of its own, which may be written to."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    arrays: Arrays = {}
    for form in forms:
        if not PLAIN_TYPE.fullmatch(form.dtype) or form.length < 0:
            raise ValueError(f"array {form.name:.20} of type {form.dtype:.20}")
        dtype = np.dtype(form.dtype)
        if form.length * dtype.itemsize > size - stream.tell():
            raise ValueError(f"array {form.name:.20} of {form.length}")
        arrays[form.name] = np.fromfile(stream, dtype, form.length)
    if stream.tell() != size:
        raise ValueError("more than the arrays of the form")
    return arrays


def _column(kind: str, position: int, arrays: Arrays, rows: int) -> Any:
    if kind in (TEXT, GEOMETRY):
        ends = _array(arrays, f"{position}_ends", "int64", rows)
        missing = _array(arrays, f"{position}_missing", "bool", rows)
        block = _array(arrays, f"{position}_block", "uint8", int(ends[-1]) if rows else 0)
        starts = np.concatenate([np.zeros(1, dtype="int64"), ends])
        if (np.diff(starts) < 0).any():
            raise ValueError("ends of a block")
        return (_texts if kind == TEXT else _geometries)(starts, missing, block)
    if not PLAIN_TYPE.fullmatch(kind):
        raise ValueError(f"column of type {kind}")
    return _array(arrays, f"{position}_values", kind, rows)


def _array(arrays: Arrays, name: str, dtype: str, length: int) -> NDArray[Any]:
    array = arrays[name]
    if array.dtype != np.dtype(dtype) or array.shape != (length,):
        raise ValueError(f"array {name}: {array.dtype} of {array.shape}")
    return array


def _texts(starts: NDArray[np.int64], missing: NDArray[np.bool_], block: NDArray[np.uint8]) -> Any:
    present = pa.array(~missing).buffers()[1]
    buffers = [present, pa.py_buffer(starts), pa.py_buffer(block)]
    texts = pa.Array.from_buffers(pa.large_string(), len(missing), buffers)
    texts.validate(full=True)
    return pd.array(texts, dtype=TEXT_TYPE)


def _geometries(
    starts: NDArray[np.int64], missing: NDArray[np.bool_], block: NDArray[np.uint8]
) -> gpd.array.GeometryArray:
    for at in np.flatnonzero(np.diff(starts) > SMALLEST_DEEP):
        require_shallow(block[starts[at] : starts[at + 1]].tobytes())
    whole, edges = block.data, starts.tolist()
    blobs = np.empty(len(missing), dtype=object)
    for row, absent in enumerate(missing.tolist()):
        blobs[row] = None if absent else bytes(whole[edges[row] : edges[row + 1]])
    # coordinates that are no numbers are judged later
    with np.errstate(invalid="ignore"):
        return gpd.array.GeometryArray(shapely.from_wkb(blobs))


def _crs(text: str | None) -> CRS | None:
    if text is None:
        return None
    if len(text) > LONGEST_CRS:
        raise ValueError("a CRS of that length")
    return CRS.from_user_input(text) if CODED_CRS.fullmatch(text) else CRS.from_wkt(text)
