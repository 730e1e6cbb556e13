"""Taking in: from files to valid polygons in the working CRS, with everything else recorded."""

import json
import shutil
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pandas.testing import assert_frame_equal
from shapely import Polygon, box

from geo.errors import GeoError, MissingCRSError, MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.boundary.writer import write_boundary_txt
from geo.io.vector import read_geopackage, write_geopackage
from geo.reading_codes import Fault, Mend, Remark
from services.errors import NothingUsableError
from services.intake import LAYER_LIMITS, take_in
from services.issue_log import issues_of
from services.messages import message_of, remedy_of

DATA = Path(__file__).parents[1] / "data"
WORKING = "EPSG:4527"
# a county of 20 km × 20 km around the sites
ENVELOPE = (39_514_000.0, 3_840_000.0, 39_534_000.0, 3_860_000.0)
SQUARE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
BOW_TIE = Polygon(
    [(39_524_000, 3_850_000), (39_524_100, 3_850_100), (39_524_100, 3_850_000),
     (39_524_000, 3_850_100)]
)  # fmt: skip
OURS = ["source_index", "site_id", "site_name", "stated_area_m2"]


def taken(
    *paths, working_crs=WORKING, envelope=ENVELOPE, limits=None, allow_empty=False, **options
):
    extra = {} if limits is None else {"limits": limits}
    return take_in(
        list(paths),
        ReadOptions(**options),
        working_crs=working_crs,
        envelope=envelope,
        allow_empty=allow_empty,
        **extra,
    )


def frame_of(*geometries, crs=WORKING, **columns):
    columns = columns or {"n": list(range(len(geometries)))}
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)


@pytest.fixture
def gpkg(tmp_path):
    def write(*geometries, name="site.gpkg", crs=WORKING, **columns):
        path = tmp_path / name
        pyogrio.write_dataframe(frame_of(*geometries, crs=crs, **columns), path, layer="x")
        return path

    return write


@pytest.fixture
def geojson(tmp_path):
    def write(*geometries, name="site.geojson", crs=None, **members):
        features = [
            {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(geometry)}
            for geometry in geometries
        ]
        if crs:
            members["crs"] = {"type": "name", "properties": {"name": crs}}
        path = tmp_path / name
        path.write_text(
            json.dumps({"type": "FeatureCollection", "features": features, **members}), "utf-8"
        )
        return path

    return write


def in_degrees(geometry):
    return gpd.GeoSeries([geometry], crs=WORKING).to_crs(4490).iloc[0]


def turned(geometry):
    return shapely.transform(geometry, lambda xy: xy[:, ::-1])


def test_columns_order_and_types(gpkg):
    intake = taken(gpkg(SQUARE, DKBH=["001"], 地块名称=["甲"], DKMJ=[2.0], extra=["x"]))
    assert intake.frame.columns.tolist() == [*OURS, "DKBH", "地块名称", "DKMJ", "extra", "geometry"]
    assert intake.frame[OURS].values.tolist() == [[0, "001", "甲", 20_000.0]]
    assert intake.frame.crs == WORKING
    assert intake.frame.geometry.name == "geometry"
    assert intake.detected.area_unit == "ha"
    assert len(intake.sha256) == 64


# --- one red line in many files ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "areas"),
    [
        ("made_area_hectare_utf8.txt", [20_000.0]),
        ("made_area_m2_gbk.txt", [20_000.0, 9_600.0, 5_000.0]),
        ("made_no_zone_prefix_utf8bom.txt", [20_000.0]),
    ],
)
def test_coordinate_txt_in_the_working_crs(name, areas):
    intake = taken(DATA / "cn_txt" / name)
    assert intake.frame.area.tolist() == areas
    assert intake.frame["stated_area_m2"].tolist() == areas
    assert intake.detected.notes == ()
    assert intake.frame.crs == WORKING


def test_one_red_line_in_every_format_has_one_area(gpkg, geojson, tmp_path):
    outline = SQUARE.difference(box(39_524_020, 3_850_020, 39_524_040, 3_850_040))
    frame = frame_of(outline, 名称=["甲"])
    shp = tmp_path / "parts" / "site.shp"
    shp.parent.mkdir()
    pyogrio.write_dataframe(frame, shp, encoding="GBK")
    archive = shutil.make_archive(str(tmp_path / "zipped"), "zip", shp.parent)
    bare = frame.set_geometry(frame.translate(xoff=-39_000_000)).set_crs(
        "EPSG:4548", allow_override=True
    )
    files = [gpkg(outline), geojson(outline, crs=WORKING), shp, Path(archive)]
    for number, (source, unit) in enumerate([(frame, "ha"), (frame, "m2"), (bare, "ha")]):
        path = tmp_path / f"{number}.txt"
        write_boundary_txt(source, path, area_unit=unit)
        files.append(path)
    for path in files:
        (geometry,) = taken(path).frame.geometry
        assert geometry.equals(outline), path.name
        assert geometry.area == 19_600.0


def test_degrees_give_the_area_of_the_working_crs(geojson):
    intake = taken(geojson(in_degrees(SQUARE)))
    assert intake.frame.area.tolist() == pytest.approx([20_000.0], abs=1e-3)


def test_cambridge_works_in_its_own_system():
    """Seven parcels of twelve have faults; the rule decides each by its area."""
    path = DATA / "cambridge_faults" / "parcels.geojson"
    intake = taken(path, working_crs="EPSG:26986", envelope=None)
    assert len(intake.frame) + len(intake.refused) == 10
    assert intake.frame.is_valid.all()
    assert {refusal.code for refusal in intake.refused} == {Fault.REPAIR_TOO_LARGE}
    for repair in intake.repaired:
        change = abs(repair.area_after_m2 - repair.area_before_m2)
        assert change <= min(0.001 * repair.area_before_m2, 10.0)
    assert len(intake.repaired) + len(intake.refused) == 7
    assert [note.code for note in intake.detected.notes] == [Remark.DATUM_SHIFTED]
    every = taken(path, working_crs="EPSG:26986", envelope=None, accept_repairs=True)
    assert (len(every.frame), len(every.repaired), every.refused) == (10, 7, ())


def test_geodesic_area_agrees_within_the_scale_of_the_projection():
    """Independent of every projection: area on the ellipsoid by geodesics."""
    path = DATA / "cambridge_faults" / "parcels.geojson"
    intake = taken(path, working_crs="EPSG:26986", envelope=None)
    degrees = intake.frame.to_crs(4326).geometry
    geod = intake.frame.crs.get_geod()
    for plane, geometry in zip(intake.frame.area, degrees, strict=True):
        assert plane == pytest.approx(abs(geod.geometry_area_perimeter(geometry)[0]), rel=1e-4)


def test_remarks_on_features_keep_their_place_in_files_one_after_the_other(gpkg, tmp_path):
    doubled = Polygon([*SQUARE.exterior.coords[:2], *SQUARE.exterior.coords[1:]])
    folder = tmp_path / "both"
    folder.mkdir()
    for name, shapes in (("a.gpkg", (SQUARE, SQUARE)), ("b.gpkg", (SQUARE, doubled))):
        gpkg(*shapes).rename(folder / name)
    intake = taken(folder)
    (note,) = [n for n in intake.detected.notes if n.code == Remark.REPEATED_POINTS]
    assert (note.index, note.params["feature"], note.params["file"]) == (3, 2, "b.gpkg")
    (issue,) = [i for i in issues_of(intake) if i.code == Remark.REPEATED_POINTS]
    assert (issue.file, issue.feature) == ("b.gpkg", 2)


# --- counting -------------------------------------------------------------------------------


def test_one_bad_feature_of_three(gpkg):
    intake = taken(gpkg(SQUARE, BOW_TIE, SQUARE))
    assert intake.frame["source_index"].tolist() == [0, 2]
    (refusal,) = intake.refused
    assert (refusal.index, refusal.code) == (1, Fault.REPAIR_TOO_LARGE)
    assert refusal.params["file"] == "site.gpkg"
    assert refusal.params["feature"] == 2
    assert refusal.bounds == BOW_TIE.bounds


def test_indexes_run_over_all_files_in_order(gpkg, geojson):
    first = gpkg(SQUARE, BOW_TIE, name="b.gpkg", DKBH=["A", "B"])
    second = geojson(BOW_TIE, SQUARE, SQUARE, name="a.geojson", crs=WORKING)
    intake = taken(first, second)
    assert intake.frame["source_index"].tolist() == [0, 3, 4]
    assert [(refusal.index, refusal.params["file"]) for refusal in intake.refused] == [
        (1, "b.gpkg"),
        (2, "a.geojson"),
    ]
    assert intake.refused[1].params["feature"] == 1
    assert intake.frame["site_id"].tolist() == ["A", "", ""]
    assert intake.detected.driver == "GPKG + GeoJSON"


def test_repairs_keep_the_index_of_the_input(gpkg):
    halves = shapely.MultiPolygon(
        [box(39_524_000, 3_850_000, 39_524_050, 3_850_100),
         box(39_524_050, 3_850_000, 39_524_100, 3_850_100)]
    )  # fmt: skip
    intake = taken(gpkg(SQUARE, name="a.gpkg"), gpkg(SQUARE, halves, name="b.gpkg"))
    (repair,) = intake.repaired
    assert (repair.index, repair.code) == (2, Mend.SELF_INTERSECTION)
    assert repair.area_after_m2 == 10_000.0


def test_a_folder_is_one_input(gpkg, tmp_path):
    (tmp_path / "sites").mkdir()
    for name in ("b.gpkg", "a.gpkg"):
        gpkg(SQUARE, name=name).rename(tmp_path / "sites" / name)
    (tmp_path / "sites" / "notes.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    intake = taken(tmp_path / "sites")
    assert len(intake.frame) == 2
    assert [note.code for note in intake.detected.notes] == [Remark.FILE_SKIPPED]


def test_a_useless_file_among_useful_ones_is_listed(gpkg, tmp_path):
    drawing = tmp_path / "plan.dwg"
    drawing.write_bytes(b"AC1032" + bytes(50))
    intake = taken(drawing, gpkg(SQUARE))
    assert len(intake.frame) == 1
    (refusal,) = intake.refused
    assert (refusal.index, refusal.code) == (None, Fault.DWG_FILE)


def test_an_empty_file_among_useful_ones_is_listed(gpkg, geojson):
    intake = taken(geojson(name="none.geojson"), gpkg(SQUARE))
    assert [(r.index, r.code) for r in intake.refused] == [(None, Fault.NO_FEATURES)]


def test_the_hash_of_one_file_is_that_of_its_bytes(gpkg):
    path = gpkg(SQUARE)
    other = path.with_name("copy.gpkg")
    shutil.copyfile(path, other)
    assert taken(path).sha256 == taken(other).sha256
    assert taken(path, other).sha256 != taken(path).sha256


def test_order_of_files_changes_only_the_order(gpkg):
    one = gpkg(SQUARE, name="a.gpkg", DKBH=["1"])
    two = gpkg(SQUARE.buffer(5), name="b.gpkg", DKBH=["2"])
    forwards, backwards = taken(one, two).frame, taken(two, one).frame
    columns = ["site_id", "DKBH"]
    assert_frame_equal(forwards[columns], backwards[columns].iloc[::-1].reset_index(drop=True))


def test_refusals_of_the_reader_tell_their_place_in_the_working_system(geojson, tmp_path):
    path = geojson(in_degrees(SQUARE), in_degrees(SQUARE))
    document = json.loads(path.read_text("utf-8"))
    ring = document["features"][0]["geometry"]["coordinates"][0]
    ring.pop()
    path.write_text(json.dumps(document), "utf-8")
    (refusal,) = taken(path).refused
    assert refusal.code == Fault.OPEN_RING
    # the box in degrees stands a little askew in the working system
    assert refusal.bounds == pytest.approx(SQUARE.bounds, abs=1.0)
    assert box(*refusal.bounds).buffer(1e-6).covers(SQUARE)


def test_a_link_is_called_by_its_own_name(gpkg, tmp_path):
    link = tmp_path / "link.gpkg"
    link.symlink_to(gpkg(SQUARE, BOW_TIE))
    assert taken(link).refused[0].params["file"] == "link.gpkg"


# --- nothing left ---------------------------------------------------------------------------


def test_the_only_feature_refused_is_the_error_itself(gpkg):
    with pytest.raises(NothingUsableError, match="repair_too_large") as caught:
        taken(gpkg(BOW_TIE))
    assert len(caught.value.refused) == 1
    assert "site.gpkg" in message_of(caught.value.code, caught.value.params).zh


def test_several_reasons_are_listed(gpkg):
    with pytest.raises(NothingUsableError, match="nothing_usable") as caught:
        taken(gpkg(BOW_TIE, None))
    assert [refusal.code for refusal in caught.value.refused] == [
        Fault.REPAIR_TOO_LARGE,
        Fault.NO_GEOMETRY,
    ]
    assert caught.value.params["count"] == 2


def test_nothing_in_several_files(gpkg, tmp_path):
    empty = tmp_path / "a.txt"
    empty.write_bytes(b"")
    with pytest.raises(NothingUsableError) as caught:
        taken(empty, gpkg(BOW_TIE))
    assert [refusal.index for refusal in caught.value.refused] == [None, 0]


def test_the_only_file_fails_by_its_own_error(tmp_path):
    with pytest.raises(UnreadableFileError, match="file_not_found"):
        taken(tmp_path / "no.txt")


def test_no_features(geojson, gpkg):
    with pytest.raises(UnreadableFileError, match="no_features"):
        taken(geojson())
    intake = taken(geojson(), allow_empty=True)
    assert (len(intake.frame), intake.refused) == (0, ())
    assert intake.frame.columns.tolist() == [*OURS, "geometry"]
    assert intake.frame.crs == WORKING


# --- coordinate reference systems -----------------------------------------------------------


def test_two_systems_in_one_input(gpkg):
    with pytest.raises(MixedCRSError, match="mixed_crs") as caught:
        taken(gpkg(SQUARE, name="a.gpkg"), gpkg(SQUARE, name="b.gpkg", crs="EPSG:4528"))
    assert caught.value.params["file"] == "b.gpkg"
    assert (caught.value.params["found"], caught.value.params["needed"]) == (
        "EPSG:4528",
        "EPSG:4527",
    )


def test_one_system_in_two_spellings_is_one_input(gpkg):
    bare = shapely.transform(SQUARE, lambda xy: xy - np.array([39_000_000, 0]))
    intake = taken(gpkg(SQUARE, name="a.gpkg"), gpkg(bare, name="b.gpkg", crs="EPSG:4548"))
    one, other = intake.frame.geometry
    assert one.equals(other)


def test_a_missing_crs_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "site.shp"
    pyogrio.write_dataframe(frame_of(SQUARE), path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(MissingCRSError, match="missing_crs") as caught:
        taken(path)
    assert "--crs" in remedy_of(caught.value.code, caught.value.params).zh
    assert taken(path, crs="EPSG:4527").frame.area.tolist() == [20_000.0]


@pytest.mark.parametrize("crs", ["EPSG:2363", "EPSG:4610", "EPSG:2415"])
def test_old_datums_are_refused(gpkg, crs):
    with pytest.raises(GeoError, match="old_datum") as caught:
        taken(gpkg(SQUARE, crs=crs))
    assert caught.value.params["file"] == "site.gpkg"


def txt_in_zone(tmp_path, zone):
    """The square in the easting spelling of another zone, as a wrong file has it."""
    moved = shapely.transform(SQUARE, lambda xy: xy + np.array([(zone - 39) * 1e6, 0]))
    path = tmp_path / "red.txt"
    write_boundary_txt(frame_of(moved, crs=f"EPSG:{4488 + zone}"), path)
    return path


@pytest.mark.parametrize("envelope", [ENVELOPE, None])
@pytest.mark.parametrize("zone", [38, 40])
def test_a_txt_of_another_zone_names_found_and_needed(tmp_path, zone, envelope):
    with pytest.raises(GeoError, match="wrong_zone") as caught:
        taken(txt_in_zone(tmp_path, zone), envelope=envelope)
    assert (caught.value.params["found"], caught.value.params["needed"]) == (zone, 39)


def test_a_txt_of_another_zone_is_transformed_on_the_users_word(tmp_path):
    """The county's ground written in zone 40 is brought back; said so, it is accepted."""
    in_40 = frame_of(SQUARE).to_crs("EPSG:4528")
    path = tmp_path / "red.txt"
    write_boundary_txt(in_40, path)
    with pytest.raises(GeoError, match="wrong_zone"):
        taken(path)
    intake = taken(path, crs="EPSG:4528")
    assert intake.frame.area.tolist() == pytest.approx([20_000.0], abs=1.0)


@pytest.mark.parametrize("code", ["EPSG:4526", "EPSG:4528"])
def test_a_geopackage_with_the_wrong_zone_in_its_system(gpkg, code):
    with pytest.raises(NothingUsableError, match="zone_mismatch"):
        taken(gpkg(SQUARE, crs=code))


def test_a_geopackage_wholly_in_another_zone(gpkg):
    far = shapely.transform(SQUARE, lambda xy: xy - np.array([1e6, 0]))
    with pytest.raises(NothingUsableError, match="wrong_zone") as caught:
        taken(gpkg(far, crs="EPSG:4526"))
    assert (caught.value.params["found"], caught.value.params["needed"]) == (38, 39)


def test_ground_of_the_county_in_another_zone_is_transformed(gpkg):
    in_40 = frame_of(SQUARE).to_crs("EPSG:4528").geometry.iloc[0]
    intake = taken(gpkg(in_40, crs="EPSG:4528"))
    assert intake.frame.geometry.iloc[0].equals_exact(SQUARE, 1e-6)


# --- place ----------------------------------------------------------------------------------


def test_outside_and_across_the_edge_of_the_county(gpkg):
    edge = box(39_533_992, 3_850_000, 39_534_008, 3_850_100)
    far = box(39_544_000, 3_850_000, 39_544_100, 3_850_100)
    intake = taken(gpkg(edge, far))
    assert intake.frame["source_index"].tolist() == [0]
    (refusal,) = intake.refused
    assert (refusal.code, refusal.params["distance_km"]) == (Fault.OUTSIDE_COUNTY, "10.0")
    assert taken(gpkg(edge, far, name="b.gpkg"), envelope=None).refused == ()


def test_far_from_the_working_system(geojson):
    with pytest.raises(NothingUsableError, match="outside_crs_area"):
        taken(geojson(box(-71.1, 42.3, -71.0, 42.4)), envelope=None)


@pytest.mark.parametrize("envelope", [ENVELOPE, None])
def test_latitude_before_longitude_is_noticed(geojson, envelope):
    path = geojson(turned(in_degrees(SQUARE)))
    with pytest.raises(NothingUsableError, match="axes_swapped") as caught:
        taken(path, envelope=envelope)
    assert "--swap-axes" in remedy_of(caught.value.code, caught.value.params).en
    intake = taken(path, envelope=envelope, swap_axes=True)
    assert intake.frame.area.tolist() == pytest.approx([20_000.0], abs=1e-3)
    assert intake.detected.axis_order == "north_east"


def test_swapped_degrees_are_noticed_where_both_orders_are_places(geojson):
    """42°N 71°W read the other way is a place in the Southern Ocean."""
    path = geojson(turned(box(-71.1, 42.36, -71.09, 42.37)))
    with pytest.raises(NothingUsableError, match="axes_swapped"):
        taken(path, working_crs="EPSG:26986", envelope=None)


@pytest.mark.parametrize("envelope", [ENVELOPE, None])
def test_axes_in_order_are_not_swapped_on_anyones_word(geojson, envelope):
    with pytest.raises(NothingUsableError, match="swap_not_needed"):
        taken(geojson(in_degrees(SQUARE)), envelope=envelope, swap_axes=True)


def test_swapped_metres(gpkg):
    path = gpkg(turned(SQUARE))
    with pytest.raises(NothingUsableError, match="axes_swapped"):
        taken(path)
    assert taken(path, swap_axes=True).frame.geometry.iloc[0].equals(SQUARE)


def test_metres_in_a_geojson_without_crs(geojson):
    path = geojson(SQUARE)
    with pytest.raises(NothingUsableError, match="degrees_expected") as caught:
        taken(path)
    assert "--crs" in remedy_of(caught.value.code, caught.value.params).zh
    assert taken(path, crs="EPSG:4527").frame.area.tolist() == [20_000.0]


def test_degrees_in_a_file_of_metres(gpkg):
    with pytest.raises(NothingUsableError, match="metres_expected"):
        taken(gpkg(in_degrees(SQUARE)))


def test_one_feature_in_metres_among_degrees(geojson):
    intake = taken(geojson(in_degrees(SQUARE), SQUARE))
    assert intake.frame["source_index"].tolist() == [0]
    assert [refusal.code for refusal in intake.refused] == [Fault.DEGREES_EXPECTED]


def test_coordinates_that_are_no_numbers_survive_until_they_are_judged(gpkg):
    with np.errstate(invalid="ignore"):
        bad = Polygon([(39_524_000, 3_850_000), (np.nan, 3_850_000), (39_524_100, 3_850_100)])
    for crs, working in ((WORKING, WORKING), (WORKING, "EPSG:4548"), (WORKING, "EPSG:4528")):
        path = gpkg(SQUARE, bad, name=f"{working[5:]}.gpkg", crs=crs)
        intake = taken(path, working_crs=working, envelope=None)
        assert [refusal.code for refusal in intake.refused] == [Fault.NON_FINITE]


def test_heights_are_dropped_with_a_remark(gpkg):
    tall = Polygon([(x, y, 55.0) for x, y in SQUARE.exterior.coords])
    intake = taken(gpkg(tall))
    assert not intake.frame.has_z.any()
    assert [note.code for note in intake.detected.notes] == [Remark.HEIGHTS_DROPPED]


# --- names and areas ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "identifier", "name"),
    [
        ({"地块编号": ["01"], "地块名称": ["甲"]}, "01", "甲"),
        ({"DKBH": ["01"], "DKMC": ["甲"]}, "01", "甲"),
        ({"BSM": [370403.0], "XMMC": ["甲"]}, "370403", "甲"),
        ({"id": [7], "Name": ["Main St"]}, "7", "Main St"),
        ({"BSM": ["9"], "地块编号": ["1"]}, "1", ""),
        ({"x": ["1"]}, "", ""),
        ({"site_id": ["S"], "site_name": ["N"]}, "S", "N"),
        ({"地块编号": [None], "地块名称": [" 甲 "]}, "", "甲"),
    ],
)
def test_identifier_and_name_by_alias(gpkg, columns, identifier, name):
    frame = taken(gpkg(SQUARE, **columns)).frame
    assert (frame["site_id"].iloc[0], frame["site_name"].iloc[0]) == (identifier, name)


def test_identifier_by_option(gpkg):
    path = gpkg(SQUARE, BOW_TIE, 地块编号=["1", "2"], 宗地=["A", "B"])
    intake = taken(path, id_field="宗地")
    assert intake.frame["site_id"].tolist() == ["A"]
    assert intake.refused[0].site == "B"
    with pytest.raises(UnreadableFileError, match="field_not_found") as caught:
        taken(path, id_field="无")
    assert caught.value.params["fields"] == "地块编号、宗地"


@pytest.mark.parametrize(
    ("stated", "told"),
    [(2.0, False), (2.0009, False), (2.0011, True), (20_009.0, False), (20_011.0, True)],
)
def test_areas_that_differ_are_told(gpkg, stated, told):
    intake = taken(gpkg(SQUARE, DKMJ=[stated]))
    assert [note.code for note in intake.detected.notes] == ([Remark.AREA_MISMATCH] if told else [])
    assert intake.frame["stated_area_m2"].iloc[0] == pytest.approx(
        stated * (1e4 if stated < 100 else 1.0)
    )


def test_many_differences_are_not_listed_without_end(gpkg):
    intake = taken(gpkg(*[SQUARE] * 30, DKMJ=[2.5] * 30))
    codes = [note.code for note in intake.detected.notes]
    assert codes == [Remark.AREA_MISMATCH] * 20 + [Remark.AREA_MISMATCHES_MORE]
    assert intake.detected.notes[-1].params["count"] == 10


def test_columns_of_the_file_do_not_hide_ours(gpkg):
    frame = taken(gpkg(SQUARE, source_index=["theirs"], Site_Name=["N"])).frame
    assert frame["source_index"].tolist() == [0]
    assert frame["source_index_1"].tolist() == ["theirs"]
    assert frame["site_name"].tolist() == ["N"]


def test_what_was_taken_in_can_be_written(gpkg, tmp_path):
    frame = taken(gpkg(SQUARE, Site_Name=["N"], fid_1=[1]), gpkg(SQUARE, name="b.gpkg")).frame
    write_geopackage(frame, tmp_path / "out.gpkg", layer="x")
    back = read_geopackage(tmp_path / "out.gpkg")
    assert back["source_index"].tolist() == [0, 1]


# --- messages and size ----------------------------------------------------------------------


def test_every_reason_reads_as_a_sentence_in_both_languages(gpkg, geojson):
    bad = [
        None,
        BOW_TIE,
        shapely.Point(39_524_000, 3_850_000),
        box(39_544_000, 3_850_000, 39_544_001, 3_850_001),
    ]
    intake = taken(gpkg(SQUARE, *bad))
    assert len(intake.refused) == 4
    for refusal in intake.refused:
        for text in (
            message_of(refusal.code, refusal.params),
            remedy_of(refusal.code, refusal.params),
        ):
            assert "–" not in text.zh + text.en
            assert "{" not in text.zh + text.en
        assert "site.gpkg" in message_of(refusal.code, refusal.params).zh


@pytest.mark.slow
def test_a_layer_of_a_hundred_thousand_parcels_takes_seconds(tmp_path):
    count = 100_000
    east = 39_500_000 + (np.arange(count) % 400) * 50.0
    north = 3_840_000 + (np.arange(count) // 400) * 50.0
    squares = shapely.box(east, north, east + 50, north + 50)
    path = tmp_path / "layer.gpkg"
    pyogrio.write_dataframe(frame_of(*squares, DLBM=["0102"] * count), path, layer="x")
    start = time.perf_counter()
    intake = taken(path, envelope=None, limits=LAYER_LIMITS)
    assert time.perf_counter() - start < 15
    assert len(intake.frame) == count
    assert intake.frame.area.sum() == count * 2_500.0


def test_notes_on_features_count_through_all_files(gpkg, tmp_path):
    first = gpkg(SQUARE, SQUARE, name="a.gpkg")
    second = tmp_path / "b.txt"
    lines = (DATA / "cn_txt" / "made_area_hectare_utf8.txt").read_text("utf-8").splitlines()
    second.write_text("\n".join(line.replace("5,2.0000,", "9,2.0000,") for line in lines), "utf-8")
    intake = taken(first, second, envelope=None)
    [note] = [each for each in intake.detected.notes if each.code == Remark.POINT_COUNT_DIFFERS]
    assert note.index == 2
