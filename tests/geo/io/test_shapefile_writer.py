"""Shapefiles that we write: exact, whole, readable by other programs, nothing lost."""

import csv
import math
import zipfile
from datetime import date

import fiona
import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from geo.errors import GeoError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS
from geo.io.shapefile.names import short_names
from geo.io.shapefile.writer import shapefile_files, write_shapefile, write_zipped_shapefile
from geo.io.vector import input_files, read_features
from geo.reading_codes import Fault, Remark

EAST, NORTH = 39_524_000.123, 3_850_000.456
DAY = "2022-06-16"
SQUARE = box(EAST, NORTH, EAST + 100, NORTH + 200)
WITH_HOLE = box(EAST + 200, NORTH, EAST + 210, NORTH + 10).difference(
    box(EAST + 204, NORTH + 4, EAST + 206, NORTH + 6)
)


def frame_of(crs=4527, geometry=None, **columns):
    count = len(next(iter(columns.values()), [None]))
    geometry = [SQUARE] * count if geometry is None else geometry
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def read(path):
    return read_features(path, ReadOptions(), SITE_LIMITS)


def codes(notes):
    return [note.code for note in notes]


def written(tmp_path, frame, name="地块.shp"):
    path = tmp_path / name
    return path, write_shapefile(frame, path)


def test_parts_and_what_they_say(tmp_path):
    path, notes = written(tmp_path, frame_of(地块编号=["DK-1"]))
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "地块.cpg", "地块.dbf", "地块.prj", "地块.shp", "地块.shx",
    ]  # fmt: skip
    assert path.with_suffix(".cpg").read_text() == "GBK"
    assert path.with_suffix(".prj").read_text().startswith('PROJCS["CGCS2000_3_Degree_GK_Zone_39"')
    assert notes == ()


def test_other_programs_read_it(tmp_path):
    path, _ = written(
        tmp_path,
        frame_of(
            geometry=[MultiPolygon([SQUARE, WITH_HOLE]), WITH_HOLE],
            地块名称=["薛城区陶庄镇", None],
            面积=[20_000.125, math.nan],
            个数=[3, -4],
            合格=[True, False],
            日期=pd.to_datetime(["2022-06-16", None]),
        ),
    )
    with fiona.open(path, encoding="GBK") as source:
        rows = list(source)
        assert source.crs.to_epsg() == 4527
    assert [dict(row.properties) for row in rows] == [
        {"地块名称": "薛城区陶庄镇", "面积": 20_000.125, "个数": 3, "合格": True, "日期": DAY},
        {"地块名称": None, "面积": None, "个数": -4, "合格": False, "日期": None},
    ]  # fmt: skip
    frame = pyogrio.read_dataframe(path)
    assert frame.geometry.area.tolist() == pytest.approx([20_096.0, 96.0])
    assert frame["合格"].dtype == bool


def test_coordinates_come_back_to_the_last_bit(tmp_path):
    path, _ = written(tmp_path, frame_of(n=[1, 2], geometry=[SQUARE, WITH_HOLE]))
    assert shapely.equals(read(path).frame.geometry.array, [SQUARE, WITH_HOLE]).all()
    assert read(path).frame.total_bounds.tolist() == [EAST, NORTH, EAST + 210, NORTH + 200]


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(values=st.lists(NUMBERS, min_size=1, max_size=4))
def test_every_double_comes_back(tmp_path_factory, values):
    path, _ = written(tmp_path_factory.mktemp("doubles"), frame_of(x=values))
    assert pyogrio.read_dataframe(path)["x"].tolist() == values


def test_long_codes_stay_exact(tmp_path):
    path, notes = written(tmp_path, frame_of(big=[2**53 + 1, 7], small=[2**53, -(2**53)]))
    frame = pyogrio.read_dataframe(path)
    assert frame["big"].tolist() == ["9007199254740993", "7"]
    assert frame["small"].tolist() == [2**53, -(2**53)]
    assert codes(notes) == [Remark.INTEGERS_AS_TEXT]


def test_codes_of_19_digits_as_text(tmp_path):
    path, notes = written(tmp_path, frame_of(宗地代码=["3704030010010000019", "0370"]))
    assert pyogrio.read_dataframe(path)["宗地代码"].tolist() == ["3704030010010000019", "0370"]
    assert notes == ()


def test_moments_keep_their_time(tmp_path):
    moments = pd.to_datetime(["2022-06-16 08:30", "2022-06-17 00:00"])
    path, _ = written(tmp_path, frame_of(t=moments, d=[date(2022, 6, 16), None]))
    frame = pyogrio.read_dataframe(path)
    assert frame["t"].tolist() == ["2022-06-16 08:30:00", "2022-06-17 00:00:00"]
    assert frame["d"].iloc[0] == pd.Timestamp(2022, 6, 16)


def test_names_are_cut_between_signs_and_come_back(tmp_path):
    names = ["建设用地批准文号", "建设用地批准日期", "建设用地批", "area_of_parcel", "A", "a_1"]
    path, notes = written(tmp_path, frame_of(**{name: [name] for name in names}))
    with fiona.open(path, encoding="GBK") as source:
        cut = list(source.schema["properties"])
    assert cut == ["建设用地_1", "建设用地_2", "建设用地批", "area_of_pa", "A", "a_1"]
    assert codes(notes) == [Remark.NAMES_SHORTENED]
    back = read(path)
    assert list(back.frame.columns) == ["source_index", *names, "geometry"]
    assert Remark.NAMES_RESTORED in codes(back.detected.notes)


def test_the_alias_table_opens_in_a_spreadsheet(tmp_path):
    written(tmp_path, frame_of(建设用地批准文号=["x"]))
    table = tmp_path / "地块_字段对照.csv"
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    with table.open(encoding="utf-8-sig", newline="") as source:
        assert list(csv.reader(source)) == [["字段", "原名"], ["建设用地批", "建设用地批准文号"]]


@given(
    names=st.lists(
        st.text(st.sampled_from("地块编号aB_1 é𠮷"), min_size=1, max_size=14),
        unique=True,
        max_size=20,
    )
)
def test_short_names_fit_and_differ(names):
    short = short_names(names, "UTF-8")
    assert all(0 < len(name.encode()) <= 10 for name in short)
    assert len({name.casefold() for name in short}) == len(names)


def test_a_long_text_loses_nothing(tmp_path):
    text = "，".join(["备注里什么都有"] * 40)
    path, notes = written(tmp_path, frame_of(备注=["短", text], 说明=["", "x"]))
    [note] = notes
    assert (note.code, note.params["row"], note.params["field"]) == (
        Remark.TEXTS_TOO_LONG, 2, "备注",
    )  # fmt: skip
    cell = pyogrio.read_dataframe(path)["备注"].iloc[1]
    assert text.startswith(cell)
    assert 252 <= len(cell.encode("gbk")) <= 254
    back = read(path)
    assert back.frame["备注"].tolist() == ["短", text]
    assert Remark.TEXTS_RESTORED in codes(back.detected.notes)


def test_a_stale_side_file_changes_nothing(tmp_path):
    path, _ = written(tmp_path, frame_of(备注=["甲"]))
    side = tmp_path / "地块_超长文本.csv"
    side.write_text("行,字段,全文\n1,备注,乙乙乙\n9,备注,甲甲\nx,y,z\n", "utf-8")
    assert read(path).frame["备注"].tolist() == ["甲"]
    side.write_bytes(b"\xff\xfe\x00garbage")
    notes = read(path).detected.notes
    assert codes(notes) == [Remark.SIDE_FILE_UNREAD]


def test_a_sign_outside_gbk_turns_the_table_to_utf8(tmp_path):
    path, notes = written(tmp_path, frame_of(联系人名称=["𠮷田"], x=["ü"]))
    assert path.with_suffix(".cpg").read_text() == "UTF-8"
    [utf8, names] = notes
    assert (utf8.code, utf8.params["sign"]) == (Remark.SHAPEFILE_UTF8, "𠮷")
    assert names.code == Remark.NAMES_SHORTENED
    frame = pyogrio.read_dataframe(path)
    assert frame["联系人"].tolist() == ["𠮷田"]
    assert read(path).frame["联系人名称"].tolist() == ["𠮷田"]


def test_an_empty_frame(tmp_path):
    path, _ = written(tmp_path, frame_of(编号=[], geometry=[]))
    assert pyogrio.read_info(path)["features"] == 0
    assert list(pyogrio.read_info(path)["fields"]) == ["编号"]


def test_a_frame_without_attributes(tmp_path):
    path, _ = written(tmp_path, frame_of(geometry=[SQUARE, SQUARE]))
    assert len(read(path).frame) == 2


def test_too_many_fields_are_refused_and_nothing_is_left(tmp_path):
    frame = frame_of(**{f"f{n}": ["x"] for n in range(300)})
    with pytest.raises(GeoError, match=Fault.SHAPEFILE_TOO_WIDE):
        write_shapefile(frame, tmp_path / "wide.shp")
    assert list(tmp_path.iterdir()) == []


def test_an_older_one_goes_with_all_its_parts(tmp_path):
    path, _ = written(tmp_path, frame_of(建设用地批准文号=["x" * 300]))
    for end in (".sbn", ".SBX", ".qix", ".shp.xml"):
        (tmp_path / f"地块{end}").write_bytes(b"old")
    (tmp_path / "地块2.shp").write_bytes(b"another")
    (tmp_path / "地块.pdf").write_bytes(b"mine")
    write_shapefile(frame_of(a=[1]), path)
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "地块.cpg", "地块.dbf", "地块.pdf", "地块.prj", "地块.shp", "地块.shx", "地块2.shp",
    ]  # fmt: skip
    assert len(shapefile_files(path)) == 5


def test_a_failure_while_moving_puts_the_older_one_back(tmp_path, monkeypatch):
    path, _ = written(tmp_path, frame_of(a=[1]))
    before = {item.name: item.read_bytes() for item in tmp_path.iterdir()}
    moved = []
    replace = type(path).replace

    def interrupted(source, target):
        moved.append(source)
        if len(moved) == 8:
            raise KeyboardInterrupt
        return replace(source, target)

    monkeypatch.setattr(type(path), "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_shapefile(frame_of(b=[2]), path)
    assert {item.name: item.read_bytes() for item in tmp_path.iterdir()} == before


def test_a_zip_is_the_same_every_time_and_reads_back(tmp_path):
    frame = frame_of(建设用地批准文号=["文" * 200], n=[1])
    notes = write_zipped_shapefile(frame, tmp_path / "交付.zip")
    first = (tmp_path / "交付.zip").read_bytes()
    write_zipped_shapefile(frame, tmp_path / "交付.zip")
    assert (tmp_path / "交付.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "交付.zip") as archive:
        assert "交付.shp" in archive.namelist()
    back = read(tmp_path / "交付.zip")
    assert back.frame["建设用地批准文号"].tolist() == ["文" * 200]
    assert codes(notes) == [Remark.NAMES_SHORTENED, Remark.TEXTS_TOO_LONG]
    assert [item.name for item in tmp_path.iterdir()] == ["交付.zip"]


def test_side_files_in_a_folder_are_no_inputs(tmp_path):
    path, _ = written(tmp_path, frame_of(建设用地批准文号=["文" * 200]))
    assert input_files([tmp_path]) == ((path,), ())
