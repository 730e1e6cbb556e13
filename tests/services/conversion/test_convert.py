"""Conversions: nothing lost on the way there and back, nothing replaced unasked."""

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from geo.errors import GeoError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.vector import write_geopackage
from services.conversion.convert import convert
from services.conversion.formats import TargetFormat
from services.conversion.request import ConversionRequest, TxtForm
from services.errors import InvalidOptionError, NothingUsableError, TargetExistsError
from services.messages import message_of

TXT = Path(__file__).parents[2] / "data" / "cn_txt"
TWO_RINGS = TXT / "made_area_m2_gbk.txt"
EAST, NORTH = 39_524_000.0, 3_850_000.0
FORMATS = [each for each in TargetFormat if each is not TargetFormat.GEOPARQUET]


def square(west=0.0, south=0.0, size=100.0):
    return box(EAST + west, NORTH + south, EAST + west + size, NORTH + south + size)


def run(source, target, **request):
    sources = source if isinstance(source, tuple) else (source,)
    request.setdefault("txt", TxtForm(day="2026-11-25"))
    return convert(ConversionRequest(sources, target, **request))


def codes(notes):
    return [note.code for note in notes]


@pytest.fixture
def gpkg(tmp_path):
    def write(name="sites", geometry=None, crs=4527, **columns):
        frame = gpd.GeoDataFrame(columns, geometry=geometry or [square()], crs=crs)
        path = tmp_path / f"{name}.gpkg"
        write_geopackage(frame, path, layer=name)
        return path

    return write


@pytest.mark.parametrize("through", FORMATS)
def test_a_txt_comes_back_from_every_format(tmp_path, through):
    run(TWO_RINGS, tmp_path / "straight.txt")
    run(TWO_RINGS, tmp_path / f"there.{through}")
    run(tmp_path / f"there.{through}", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == (tmp_path / "straight.txt").read_bytes()


MILLIMETRES = st.integers(0, 1_000_000)


@st.composite
def parcels(draw):
    """Rectangles at any millimetre, some with a hole or a second part."""
    west, south, size = draw(MILLIMETRES), draw(MILLIMETRES), draw(st.integers(5_000, 500_000))
    outer = box(west, south, west + size, south + 2 * size)
    if draw(st.booleans()):
        third = size // 3
        outer = outer.difference(
            box(west + third, south + third, west + 2 * third, south + 2 * third)
        )
    if draw(st.booleans()):
        outer = MultiPolygon([outer, box(west + 2 * size, south, west + 3 * size, south + size)])
    return shapely.transform(outer, lambda mm: np.round(mm / 1000 + [EAST, NORTH], 3))


NAMES = st.text("地块甲乙ABC1-（）", min_size=1, max_size=12)


@settings(max_examples=10, deadline=None)
@pytest.mark.parametrize("through", FORMATS)
@given(shape=parcels(), name=NAMES)
def test_the_printed_millimetre_survives(tmp_path_factory, through, shape, name):
    folder = tmp_path_factory.mktemp("mm")
    frame = gpd.GeoDataFrame({"地块名称": [name], "DLBM": ["0601"]}, geometry=[shape], crs=4527)
    write_geopackage(frame, folder / "a.gpkg", layer="a")
    run(folder / "a.gpkg", folder / "straight.txt")
    run(folder / "straight.txt", folder / f"there.{through}")
    run(folder / f"there.{through}", folder / "back.txt")
    assert (folder / "back.txt").read_bytes() == (folder / "straight.txt").read_bytes()
    assert f",{name},面,".encode("gb18030") in (folder / "back.txt").read_bytes()


def test_columns_keep_their_names_order_and_kinds(tmp_path, gpkg):
    source = gpkg(
        备注=["x", None],
        地块编号=["3704030010010000019", "2"],
        面积=[1.5, 2.0],
        site_id=[7, 8],
        stated_area_m2=["约一公顷", ""],
        geometry=[square(), square(200)],
    )
    run(source, tmp_path / "out.gpkg")
    frame = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="out")
    assert list(frame.columns) == [
        "备注", "地块编号", "面积", "site_id", "stated_area_m2", "geometry",
    ]  # fmt: skip
    assert frame["site_id"].tolist() == [7, 8]
    assert frame["stated_area_m2"].tolist() == ["约一公顷", ""]
    assert frame["地块编号"].tolist() == ["3704030010010000019", "2"]


def test_nothing_is_added_that_the_file_does_not_have(tmp_path, gpkg):
    run(gpkg(a=[1]), tmp_path / "out.gpkg")
    frame = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="out")
    assert list(frame.columns) == ["a", "geometry"]


def test_fields_of_the_txt_by_their_other_names(tmp_path, gpkg):
    source = gpkg(zddm=["370403001"], XMMC=["某厂"], ghyt=["M2"], DLMC=["旱地"], dlbm=["0103"])
    notes = run(source, tmp_path / "out.txt").notes
    text = (tmp_path / "out.txt").read_text("gb18030")
    assert "5,1.0000,370403001,某厂,面,I50G030053,M2,0103,@" in text
    [left_out] = [note for note in notes if note.code == "txt_fields_left_out"]
    assert left_out.params["fields"] == "DLMC"


def test_the_form_of_the_txt(tmp_path, gpkg):
    form = TxtForm(dialect="gongdi", area_unit="m2", producer="薛城区中心", day="2026-01-02")
    run(gpkg(地块编号=["1"]), tmp_path / "out.txt", txt=form)
    text = (tmp_path / "out.txt").read_text("gb18030")
    assert "格式版本号=\n" in text
    assert "数据产生单位=薛城区中心\n数据产生日期=2026-01-02\n" in text
    assert "5,10000.00,1," in text


def test_degrees_go_to_the_zone_of_their_longitude(tmp_path, gpkg):
    source = gpkg(geometry=[box(120.2, 36.0, 120.201, 36.001)], crs=4490)
    converted = run(source, tmp_path / "out.shp")
    assert converted.written[0].crs == "EPSG:4528"
    assert codes(converted.notes) == ["zone_chosen"]
    assert 40_500_000 < pyogrio.read_info(tmp_path / "out.shp")["total_bounds"][0] < 40_600_000


def test_degrees_stay_degrees_where_the_format_has_them(tmp_path, gpkg):
    source = gpkg(geometry=[box(117.2, 34.8, 117.201, 34.801)], crs=4490)
    converted = run(source, tmp_path / "out.geojson")
    assert converted.notes == ()
    bounds = gpd.read_file(tmp_path / "out.geojson").total_bounds
    assert bounds == pytest.approx([117.2, 34.8, 117.201, 34.801], abs=1e-9)


def test_web_mercator_goes_to_a_zone(tmp_path, gpkg):
    source = gpkg(geometry=[square()])
    gpd.read_file(source).to_crs(3857).to_file(tmp_path / "web.gpkg")
    converted = run(tmp_path / "web.gpkg", tmp_path / "out.txt")
    assert converted.written[0].crs == "EPSG:4527"
    assert "3850100.000,39524000.000" in (tmp_path / "out.txt").read_text("gb18030")


def test_another_projection_stays_unless_the_format_needs_a_zone(tmp_path, gpkg):
    gpd.read_file(gpkg()).to_crs(32650).to_file(tmp_path / "utm.gpkg")
    assert run(tmp_path / "utm.gpkg", tmp_path / "a.shp").written[0].crs == "EPSG:32650"
    converted = run(tmp_path / "utm.gpkg", tmp_path / "a.txt")
    assert converted.written[0].crs == "EPSG:4527"
    assert "3850100.000,39524000.000" in (tmp_path / "a.txt").read_text("gb18030")


@pytest.mark.parametrize(
    ("to_crs", "line"),
    [("4548", "3850100.000,524000.000"), ("EPSG:4527", "3850100.000,39524000.000")],
)
def test_the_zone_number_comes_and_goes(tmp_path, to_crs, line):
    run(TXT / "made_area_hectare_utf8.txt", tmp_path / "out.txt", to_crs=to_crs)
    assert line in (tmp_path / "out.txt").read_text("gb18030")


def test_a_neighbouring_zone_and_back(tmp_path):
    run(TWO_RINGS, tmp_path / "straight.txt")
    there = run(TWO_RINGS, tmp_path / "there.gpkg", to_crs="4526")
    assert codes(there.notes) == ["converted_crs"]
    run(tmp_path / "there.gpkg", tmp_path / "back.txt", to_crs="4527")
    assert (tmp_path / "back.txt").read_bytes() == (tmp_path / "straight.txt").read_bytes()


def test_a_zone_far_away_is_refused(tmp_path):
    with pytest.raises(NothingUsableError, match="wrong_zone") as refusal:
        run(TWO_RINGS, tmp_path / "out.shp", to_crs="4513")
    assert len(refusal.value.refused) == 3
    assert list(tmp_path.iterdir()) == []


def test_degrees_on_request(tmp_path):
    converted = run(TWO_RINGS, tmp_path / "out.shp", to_crs="4490")
    assert converted.written[0].crs == "EPSG:4490"
    assert pyogrio.read_info(tmp_path / "out.shp")["total_bounds"][0] == pytest.approx(
        117.262, abs=0.001
    )


def test_geojson_in_metres_on_request(tmp_path):
    run(TWO_RINGS, tmp_path / "out.json", to_crs="4527")
    assert pyogrio.read_dataframe(tmp_path / "out.json").crs == "EPSG:4527"


def test_an_old_datum_stays_what_it_is_and_goes_nowhere_else(tmp_path, gpkg):
    source = gpkg(crs=2363)
    assert run(source, tmp_path / "a.shp").written[0].crs == "EPSG:2363"
    for target in ("a.txt", "a.geojson", "a.kml"):
        with pytest.raises(GeoError, match="old_datum"):
            run(source, tmp_path / target)
        assert not (tmp_path / target).exists()


def test_abroad_there_is_no_zone(tmp_path, gpkg):
    source = gpkg(geometry=[box(10.0, 50.0, 10.01, 50.01)], crs=4326)
    with pytest.raises(GeoError, match="outside_zones"):
        run(source, tmp_path / "a.shp")
    assert run(source, tmp_path / "b.shp", to_crs="32632").written[0].features == 1


def test_several_inputs_become_one_file(tmp_path, gpkg):
    one = gpkg("one", 地块名称=["甲"], a=[1])
    two = gpkg("two", geometry=[square(300)], 地块名称=["乙"], b=["x"])
    converted = run((one, two), tmp_path / "all.shp")
    frame = pyogrio.read_dataframe(tmp_path / "all.shp")
    assert frame["地块名称"].tolist() == ["甲", "乙"]
    assert list(frame.columns) == ["地块名称", "a", "b", "geometry"]
    assert converted.written[0].sources == ("one.gpkg", "two.gpkg")


def test_a_folder_becomes_a_folder(tmp_path, gpkg):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    shutil.copy(TWO_RINGS, folder / "a.txt")
    shutil.copy(gpkg("b", x=[1]), folder / "a.gpkg")
    (folder / "bad.txt").write_text("[属性描述]\n[地块坐标]\n3,1,1,x,面,,,,@\nJ1,1,1,2\n", "utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    converted = run(folder, tmp_path / "out", target_format=TargetFormat.SHAPEFILE)
    assert [each.path.name for each in converted.written] == ["a.shp", "a_1.shp"]
    assert [each.features for each in converted.written] == [1, 3]
    assert {refusal.params["file"] for refusal in converted.refused} == {"bad.txt"}
    assert "file_skipped" in codes(converted.detected.notes)
    assert len(list((tmp_path / "out").glob("*.shp"))) == 2


def test_indexes_run_through_all_inputs(tmp_path, gpkg):
    tie = shapely.Polygon(
        [(EAST, NORTH), (EAST + 90, NORTH + 90), (EAST + 90, NORTH), (EAST, NORTH + 90)]
    )
    one = gpkg("one", geometry=[square(), tie], n=["a", "b"])
    two = gpkg("two", geometry=[tie, square(300)], n=["c", "d"])
    converted = run((one, two), tmp_path / "out", target_format=TargetFormat.GEOJSON)
    assert [refusal.index for refusal in converted.refused] == [1, 2]
    assert [(issue.file, issue.feature) for issue in converted.issues] == [
        ("one.gpkg", 2), ("two.gpkg", 1),
    ]  # fmt: skip


def test_counts_add_up(tmp_path, gpkg):
    tie = shapely.Polygon(
        [(EAST, NORTH), (EAST + 90, NORTH + 90), (EAST + 90, NORTH), (EAST, NORTH + 90)]
    )
    converted = run(gpkg(geometry=[tie, square(), square(200)]), tmp_path / "out.kml")
    read = sum(each.count for each in converted.intake.files)
    assert read == converted.written[0].features + len(converted.refused) == 3


def test_all_bad_is_a_refusal_with_every_reason(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(NothingUsableError, match="empty_file") as refusal:
        run((tmp_path / "a.txt", tmp_path / "b.txt"), tmp_path, target_format=TargetFormat.KML)
    assert [each.params["file"] for each in refusal.value.refused] == ["a.txt", "b.txt"]


def test_the_only_file_fails_with_its_own_reason(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"")
    with pytest.raises(UnreadableFileError, match="empty_file"):
        run(tmp_path / "a.txt", tmp_path / "out.shp")


@pytest.mark.parametrize("target_format", FORMATS)
def test_nothing_is_replaced_unasked(tmp_path, target_format):
    target = tmp_path / f"out.{target_format}"
    run(TWO_RINGS, target)
    before = target.read_bytes()
    with pytest.raises(TargetExistsError, match="file_exists"):
        run(TXT / "made_area_hectare_utf8.txt", target)
    assert target.read_bytes() == before
    run(TXT / "made_area_hectare_utf8.txt", target, overwrite=True)
    assert target.read_bytes() != before
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []


def test_one_part_of_a_shapefile_is_enough_to_exist(tmp_path):
    (tmp_path / "out.dbf").write_bytes(b"someone's table")
    with pytest.raises(TargetExistsError, match=r"out\.dbf"):
        run(TWO_RINGS, tmp_path / "out.shp")


def test_an_input_is_never_replaced(tmp_path):
    source = Path(shutil.copy(TWO_RINGS, tmp_path / "a.txt"))
    for target, options in (
        (source, {}),
        (tmp_path, {"target_format": TargetFormat.TXT}),
        (tmp_path / "x" / ".." / "a.txt", {}),
    ):
        with pytest.raises(InvalidOptionError, match="convert_onto_input"):
            run(source, target, overwrite=True, **options)
    assert source.read_bytes() == TWO_RINGS.read_bytes()


@pytest.mark.parametrize(
    ("target", "target_format", "code"),
    [
        ("out.dxf", None, "convert_to_dxf"),
        ("out.DWG", None, "convert_to_dxf"),
        ("out.gdb", None, "convert_to_gdb"),
        ("out.vct", None, "convert_to_vct"),
        ("out.csv", None, "convert_to_csv"),
        ("out", None, "convert_format_unknown"),
        ("out.pdf", None, "convert_format_unknown"),
        (".", None, "convert_format_needed"),
        ("out.shp", TargetFormat.TXT, "convert_format_contradicts"),
        ("out.dxf", TargetFormat.TXT, "convert_to_dxf"),
    ],
)
def test_what_is_not_written_says_what_to_do(tmp_path, target, target_format, code):
    with pytest.raises(InvalidOptionError, match=code) as refusal:
        run(TWO_RINGS, tmp_path / target, target_format=target_format)
    assert "–" not in message_of(code, refusal.value.params).zh
    assert list(tmp_path.iterdir()) == []


def test_the_geopackage_is_styled_and_labelled(tmp_path):
    run(TWO_RINGS, tmp_path / "地块.gpkg")
    styles = pyogrio.read_dataframe(tmp_path / "地块.gpkg", layer="layer_styles")
    assert styles["f_table_name"].tolist() == ["地块"]
    assert "nullif(&quot;地块名称&quot;, '')" in styles["styleQML"].iloc[0]


def test_reading_options_count(tmp_path, gpkg):
    source = gpkg(no=["A"], geometry=[square()])
    run(source, tmp_path / "out.txt", options=ReadOptions(id_field="no"))
    assert ",A,," in (tmp_path / "out.txt").read_text("gb18030")


def test_progress_is_told(tmp_path, gpkg):
    told = []
    request = ConversionRequest(
        (gpkg("a"), gpkg("b")), tmp_path / "out", target_format=TargetFormat.SHAPEFILE
    )
    convert(request, tell=lambda done, total: told.append((done, total)))
    assert told[-1][1] == 2


def test_geoparquet_for_programs(tmp_path):
    run(TWO_RINGS, tmp_path / "out.parquet")
    frame = gpd.read_parquet(tmp_path / "out.parquet")
    assert frame.crs == "EPSG:4527"
    assert frame["地块名称"].tolist()[0] == "甲地块"
    assert pd.api.types.is_string_dtype(frame["地块名称"])


def test_workers_do_what_one_does(tmp_path, gpkg, monkeypatch):
    monkeypatch.setattr("services.conversion.workers.FEWEST_TASKS", 2)
    (tmp_path / "bad.txt").write_bytes(b"")
    sources = (TWO_RINGS, tmp_path / "bad.txt", gpkg("b", n=["甲"]), gpkg("c", n=["乙"]))
    told = []
    ways = {
        workers: convert(
            ConversionRequest(sources, tmp_path / str(workers), target_format=TargetFormat.TXT),
            tell=lambda done, total: told.append((done, total)),
            workers=workers,
        )
        for workers in (1, 2)
    }
    alone, shared = ways[1], ways[2]
    assert [each.path.name for each in shared.written] == [each.path.name for each in alone.written]
    assert (shared.refused, shared.notes, shared.detected) == (
        alone.refused, alone.notes, alone.detected,
    )  # fmt: skip
    for one, other in zip(alone.written, shared.written, strict=True):
        assert one.path.read_bytes() == other.path.read_bytes()
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)] * 2


def test_an_interrupt_leaves_no_half_file(tmp_path, gpkg):
    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    sources = tuple(gpkg(name) for name in "abcd")
    request = ConversionRequest(sources, tmp_path / "out", target_format=TargetFormat.SHAPEFILE)
    with pytest.raises(KeyboardInterrupt):
        convert(request, tell=stop)
    assert sorted(item.name for item in (tmp_path / "out").iterdir()) == sorted(
        f"{stem}{end}" for stem in "ab" for end in (".cpg", ".dbf", ".prj", ".shp", ".shx")
    )


@pytest.mark.parametrize("target_format", [TargetFormat.SHAPEFILE, TargetFormat.ZIPPED_SHAPEFILE])
def test_what_a_shapefile_is_too_narrow_for_comes_back(tmp_path, gpkg, target_format):
    source = gpkg(建设用地批准文号=["文" * 200], 备注=["x"])
    there = run(source, tmp_path / f"there.{target_format}")
    assert codes(there.notes) == ["names_shortened", "texts_too_long"]
    back = run(tmp_path / f"there.{target_format}", tmp_path / "back.gpkg")
    frame = pyogrio.read_dataframe(tmp_path / "back.gpkg", layer="back")
    assert list(frame.columns) == ["建设用地批准文号", "备注", "geometry"]
    assert frame["建设用地批准文号"].tolist() == ["文" * 200]
    assert {"names_restored", "texts_restored"} <= set(codes(back.detected.notes))


@pytest.mark.parametrize("name", ["none.shp", "no/folder/none.txt"])
def test_a_file_that_is_not_there(tmp_path, name):
    with pytest.raises(UnreadableFileError, match="file_not_found"):
        run(tmp_path / name, tmp_path / "out.gpkg")
