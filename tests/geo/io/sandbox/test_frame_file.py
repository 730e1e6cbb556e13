"""A frame comes back from its file as it went in, and what is none is refused."""

import io
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo.io.sandbox.frame_file import read_frame, write_frame

TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
COLUMNS = {
    "int64": st.integers(-(2**63), 2**63 - 1),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "float64": st.floats(),
    "float32": st.floats(width=32),
    "bool": st.booleans(),
    "str": TEXTS,
    "datetime64[ms]": st.just(pd.NaT) | st.datetimes().map(np.datetime64),
}
ORDINATES = st.floats(-1e7, 1e8)
POINTS = st.builds(shapely.Point, ORDINATES, ORDINATES) | st.builds(
    shapely.Point, ORDINATES, ORDINATES, ORDINATES
)
BOXES = st.builds(
    lambda x, y, size: shapely.box(x, y, x + size, y + size),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.floats(0, 1e3),
)
with np.errstate(invalid="ignore"):
    NOT_FINITE = shapely.LineString([(0, float("nan")), (1, float("inf"))])
GEOMETRIES = st.one_of(
    st.none(),
    POINTS,
    BOXES,
    st.lists(BOXES, max_size=3).map(shapely.MultiPolygon),
    st.lists(POINTS | BOXES, max_size=3).map(shapely.GeometryCollection),
    st.just(shapely.from_wkt("POLYGON EMPTY")),
    st.just(shapely.from_wkt("POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))")),
    st.just(shapely.from_wkt("POLYGON Z ((0 0 1, 1 0 2, 1 1 3, 0 0 1))")),
    st.just(NOT_FINITE),
    st.just(shapely.from_wkt("LINESTRING ZM (0 0 1 2, 1 1 3 4)")),
)


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 4))
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=4))
    names = draw(
        st.lists(st.text(max_size=8), min_size=len(kinds), max_size=len(kinds), unique=True)
    )
    columns = {
        f"{name}.": pd.Series(
            draw(st.lists(COLUMNS[kind], min_size=rows, max_size=rows)), dtype=kind
        )
        for name, kind in zip(names, kinds, strict=True)
    }
    shapes = draw(st.lists(GEOMETRIES, min_size=rows, max_size=rows))
    geometry = np.empty(rows, dtype=object)
    geometry[:] = shapes
    crs = draw(st.sampled_from([None, "EPSG:4527", "EPSG:4490", CRS.from_epsg(4548).to_wkt()]))
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=crs, index=pd.RangeIndex(rows))


def there_and_back(frame):
    with TemporaryFile() as stream:
        form = write_frame(frame, stream)
        return read_frame(form, stream)


@given(frames())
def test_a_frame_comes_back_as_it_was(frame):
    back = there_and_back(frame)
    attributes = [name for name in frame.columns if name != "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(back[attributes]), pd.DataFrame(frame[attributes]))
    assert list(back.columns) == list(frame.columns)
    assert back.crs == frame.crs
    assert str(back.crs) == str(frame.crs)
    with np.errstate(invalid="ignore"):
        before, after = (shapely.to_wkb(each.geometry.array) for each in (frame, back))
    assert list(before) == list(after)


@pytest.fixture
def written(tmp_path):
    """A form and its file."""
    frame = gpd.GeoDataFrame(
        {"name": pd.Series(["一", None], dtype="str"), "n": [1, 2]},
        geometry=[shapely.box(0, 0, 1, 1), None],
        crs="EPSG:4527",
    )
    with (tmp_path / "arrays.bin").open("w+b") as stream:
        yield write_frame(frame, stream), stream


def rewritten(form, stream, change):
    """The file and its form with other arrays in the place of some."""
    stream.seek(0)
    made, forms = Path(stream.name).with_name("made"), []
    with made.open("w+b") as file:
        for each in form.arrays:
            array = np.fromfile(stream, each.dtype, each.length)
            array = change.get(each.name, array)
            forms.append(replace(each, dtype=str(array.dtype), length=len(array)))
            file.write(array.tobytes())
    return replace(form, arrays=tuple(forms)), made.open("rb")


@pytest.mark.parametrize(
    "change",
    [
        {"0_ends": np.array([100, 200])},
        {"0_ends": np.array([3, 1])},
        {"0_ends": np.array([-1, 3])},
        {"0_block": np.array([255, 255, 255], dtype="uint8")},
        {"0_missing": np.array([1, 0])},
        {"1_values": np.array([1.0, 2.0])},
        {"1_values": np.array([1, 2, 3])},
        {"1_values": np.array(["a", "b"])},
        {"2_block": np.zeros(93, dtype="uint8")},
    ],
    ids=[
        "beyond",
        "backwards",
        "negative",
        "no_utf8",
        "kind",
        "type",
        "length",
        "text",
        "no_wkb",
    ],
)
def test_arrays_that_do_not_fit_are_refused(written, change):
    form, stream = rewritten(*written, change)
    with stream, pytest.raises(ValueError, match=r"array|block|content"):
        read_frame(form, stream)


@pytest.mark.parametrize(
    "change",
    [{"dtype": "object"}, {"length": 2**60}, {"length": -1}, {"length": 1}, {"name": "9_values"}],
    ids=["objects", "huge", "negative", "short", "name"],
)
def test_arrays_of_another_form_are_refused(written, change):
    form, stream = written
    forms = [replace(each, **change) if each.name == "1_values" else each for each in form.arrays]
    with pytest.raises(ValueError, match="array"):
        read_frame(replace(form, arrays=tuple(forms)), stream)


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": ("object", "int64", "geometry")},
        {"kinds": ("str", "int64", "str")},
        {"names": ("name", "name", "geometry")},
        {"geometry": "n"},
        {"crs": "+proj=utm +zone=39"},
        {"crs": "PROJCS[" * 20_000},
        {"rows": 3},
    ],
    ids=["object", "no_geometry", "twice", "other_geometry", "proj4", "long", "rows"],
)
def test_a_form_of_another_kind_is_refused(written, change):
    form, stream = written
    with pytest.raises(ValueError, match=r".+"):
        read_frame(replace(form, **change), stream)


def test_what_is_on_no_list_is_not_written():
    frame = gpd.GeoDataFrame({"a": [{}]}, geometry=[None], crs="EPSG:4527")
    with pytest.raises(TypeError, match="of type object"):
        write_frame(frame, io.BytesIO())
    with pytest.raises(TypeError, match="numbered from 0"):
        write_frame(frame[["geometry"]].set_index(pd.Index([5])), io.BytesIO())


def test_a_frame_of_no_columns_and_no_rows():
    frame = gpd.GeoDataFrame(geometry=[], crs=None)
    assert there_and_back(frame).empty
