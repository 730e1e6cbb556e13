"""Files on old datums, local grids and shifted maps, taken in on the user's word."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import box

from geo.errors import GeoError, MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.shifted_map import bd09_of, gcj02_of
from services.errors import InvalidOptionError, NothingUsableError
from services.intake import take_in
from services.intake_documents import detected_document
from services.messages import message_of

DATA = Path(__file__).parents[1] / "data" / "datum"
FOUR, SEVEN = DATA / "demo_four.toml", DATA / "demo_seven.toml"
WORKING = "EPSG:4527"
ENVELOPE = (39_514_000.0, 3_840_000.0, 39_534_000.0, 3_860_000.0)
E0, N0 = 39_524_000.0, 3_850_000.0
SQUARE = box(E0, N0, E0 + 100, N0 + 200)
# where demo_four brings the square: the shift at its corner, by hand from the file
SHIFT_AT = (115.2, -3.7)


def taken(*paths, envelope=ENVELOPE, **options):
    return take_in(list(paths), ReadOptions(**options), working_crs=WORKING, envelope=envelope)


def moved(geometry, east=0.0, north=0.0):
    return shapely.transform(geometry, lambda xy: xy + np.array([east, north]))


@pytest.fixture
def gpkg(tmp_path):
    def write(*geometries, crs, name="site.gpkg"):
        path = tmp_path / name
        frame = gpd.GeoDataFrame({"n": range(len(geometries))}, geometry=[*geometries], crs=crs)
        pyogrio.write_dataframe(frame, path, layer="x")
        return path

    return write


def txt(tmp_path, system="80国家大地坐标系", zone="39", prefix=39_000_000, name="red.txt"):
    corners = shapely.get_coordinates(SQUARE)[:-1] - np.array([39_000_000 - prefix, 0])
    lines = ["[属性描述]", f"坐标系={system}", "几度分带=3", "投影类型=高斯克吕格", "计量单位=米"]
    lines += [f"带号={zone}"] if zone else []
    lines += ["[地块坐标]", "5,2.0,1,甲,面,,,,@"]
    lines += [f"J{n},1,{y},{x}" for n, (x, y) in enumerate([*corners, corners[0]], 1)]
    path = tmp_path / name
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize("name", ["80国家大地坐标系", "1980西安坐标系", "西安80"])
@pytest.mark.parametrize("prefix", [39_000_000, 0])
def test_a_txt_of_the_80_datum_needs_the_parameters(tmp_path, name, prefix):
    path = txt(tmp_path, system=name, prefix=prefix)
    with pytest.raises(NothingUsableError, match="old_datum"):
        taken(path)
    intake = taken(path, datum_parameters=FOUR)
    (found,) = intake.frame.geometry
    assert found.equals_exact(moved(SQUARE, *SHIFT_AT), 0.002)
    assert found.area == pytest.approx(20_000 * 1.000_003_2**2, abs=1e-3)


@pytest.mark.parametrize("crs", ["EPSG:2363", "EPSG:2384", "EPSG:2364", "EPSG:4610"])
def test_every_spelling_of_the_80_datum_reaches_one_place(gpkg, crs):
    old = gpd.GeoSeries([SQUARE], crs=2363).to_crs(crs).iloc[0]
    (found,) = taken(gpkg(old, crs=crs), datum_parameters=FOUR).frame.geometry
    (direct,) = taken(gpkg(SQUARE, crs=2363, name="b.gpkg"), datum_parameters=FOUR).frame.geometry
    assert found.equals_exact(direct, 1e-6)


def test_seven_parameters_move_a_site_by_what_the_file_says(gpkg):
    old = gpd.GeoSeries([SQUARE], crs=2363).to_crs(4610).iloc[0]
    (found,) = taken(gpkg(old, crs=4610), datum_parameters=SEVEN).frame.geometry
    assert found.area == pytest.approx(20_000, rel=1e-4)
    # 0.00092 degrees of longitude at 34.8 N are 84 m, 0.00015 degrees of latitude 16 m
    assert found.centroid.x - SQUARE.centroid.x == pytest.approx(84, abs=3)


def test_what_was_done_is_recorded(tmp_path):
    detected = taken(txt(tmp_path), datum_parameters=FOUR).detected
    document = detected_document(detected, "zh")["datum"]
    assert json.loads(json.dumps(document)) == document
    assert document == {
        "kind": "four",
        "source": "EPSG:2363",
        "datum": "西安80",
        "name": "演示：西安80 转 2000 四参数",
        "sha256": document["sha256"],
        "date": "2018-05-01",
        "issued_by": "演示测绘队",
        "secrecy": "演示",
        "points": 4,
        "rms_m": pytest.approx(0.0132, abs=2e-4),
        "max_m": pytest.approx(0.0155, abs=4e-4),
        "accuracy_m": document["rms_m"],
    }
    assert len(document["sha256"]) == 64
    (note,) = [note for note in detected.notes if note.code.startswith("datum_by")]
    told = message_of(note.code, note.params)
    assert "由西安80（EPSG:2363）" in told.zh
    assert "中误差 0.013 米、最大 0.016 米" in told.zh
    assert document["sha256"][:12] in told.en
    assert "–" not in told.zh + told.en


def test_parameters_without_control_points_are_called_untried(tmp_path, local):
    detected = taken(small_txt(tmp_path, "独立坐标系"), datum_parameters=local).detected
    (note,) = [note for note in detected.notes if note.code.startswith("datum_by")]
    assert note.code == "datum_by_parameters_unchecked"
    assert "由独立坐标系" in message_of(note.code, note.params).zh


def test_a_file_without_change_records_none(gpkg):
    assert taken(gpkg(SQUARE, crs=4527)).detected.datum is None


def test_parameters_for_a_file_that_needs_none_are_refused(tmp_path, gpkg):
    with pytest.raises(GeoError, match="datum_not_needed"):
        taken(gpkg(SQUARE, crs=4527), datum_parameters=FOUR)
    with pytest.raises(GeoError, match="datum_not_needed"):
        taken(txt(tmp_path, system="2000国家大地坐标系"), datum_parameters=FOUR)


@pytest.mark.parametrize("crs", ["EPSG:2415", "EPSG:4214"])
def test_parameters_of_another_datum_are_refused(gpkg, crs):
    old = gpd.GeoSeries([SQUARE], crs=2415).to_crs(crs).iloc[0]
    with pytest.raises(GeoError, match="datum_source_differs"):
        taken(gpkg(old, crs=crs), datum_parameters=FOUR)


def test_the_header_outranks_an_option_of_another_datum(tmp_path):
    with pytest.raises(NothingUsableError, match="crs_contradicts"):
        taken(txt(tmp_path), crs="EPSG:4527", datum_parameters=FOUR)


def test_features_beyond_the_extent_are_refused_one_by_one(gpkg):
    far = moved(SQUARE, 0, 30_000)
    intake = taken(gpkg(SQUARE, far, crs=2363), envelope=None, datum_parameters=FOUR)
    assert [(each.index, each.code) for each in intake.refused] == [(1, "datum_outside_extent")]
    assert len(intake.frame) == 1


def test_old_and_new_files_are_not_mixed(tmp_path, gpkg):
    with pytest.raises(MixedCRSError, match="mixed_crs"):
        taken(txt(tmp_path), gpkg(SQUARE, crs=4527), datum_parameters=FOUR)


def test_faulty_parameters_stop_the_import(tmp_path, gpkg):
    wrong = tmp_path / "p.toml"
    wrong.write_text(FOUR.read_text("utf-8").replace("clockwise", "counterclockwise"), "utf-8")
    with pytest.raises(UnreadableFileError, match="datum_residuals_too_large"):
        taken(gpkg(SQUARE, crs=2363), datum_parameters=wrong)


@pytest.fixture
def local(tmp_path):
    text = FOUR.read_text("utf-8")
    text = text[: text.index("[[")].replace('"EPSG:2363"', '"local"\nname = "独立坐标系"')
    text = text.replace("kind =", "accuracy_m = 0.1\nkind =")
    text = text.replace("north_m = 223.503", "north_m = 3800000.0")
    text = text.replace("east_m = -34.6078", "east_m = 39500000.0").replace("= 1.25", "= 0")
    path = tmp_path / "local.toml"
    path.write_text(text.replace("scale_ppm = 3.2", "scale = 1"), "utf-8")
    return path


SMALL = moved(SQUARE, -39_500_000, -3_800_000)


def small_txt(tmp_path, system):
    path = txt(tmp_path, system=system, zone="")
    text = path.read_text("utf-8")
    for x, y in shapely.get_coordinates(SQUARE):
        text = text.replace(f"{y},{x}", f"{y - 3_800_000},{x - 39_500_000}")
    path.write_text(text, "utf-8")
    return path


def test_a_txt_in_a_local_grid(tmp_path, local):
    path = small_txt(tmp_path, "独立坐标系")
    with pytest.raises(NothingUsableError, match="coordinates_out_of_range"):
        taken(path)
    intake = taken(path, datum_parameters=local)
    assert intake.frame.geometry.iloc[0].equals_exact(SQUARE, 1e-6)
    assert intake.detected.datum.source == "独立坐标系"


@pytest.mark.parametrize("system", ["2000国家大地坐标系", "80国家大地坐标系"])
def test_a_txt_that_names_its_datum_is_in_no_local_grid(tmp_path, local, system):
    with pytest.raises(NothingUsableError, match="crs_contradicts"):
        taken(small_txt(tmp_path, system), datum_parameters=local)


def test_a_shapefile_without_prj_in_a_local_grid(tmp_path, local):
    path = tmp_path / "site.shp"
    pyogrio.write_dataframe(gpd.GeoDataFrame({"n": [1]}, geometry=[SMALL], crs=4527), path)
    with pytest.raises(MixedCRSError, match="crs_contradicts"):
        taken(path, datum_parameters=local)
    path.with_suffix(".prj").unlink()
    (found,) = taken(path, datum_parameters=local).frame.geometry
    assert found.normalize().equals_exact(SQUARE.normalize(), 1e-6)


def test_the_word_local_needs_parameters(tmp_path):
    with pytest.raises(GeoError, match="local_grid"):
        taken(small_txt(tmp_path, "独立坐标系"), crs="local")


@pytest.fixture
def geojson(tmp_path):
    def write(forward):
        lonlat = gpd.GeoSeries([SQUARE], crs=WORKING).to_crs(4490).iloc[0]
        shape = shapely.geometry.mapping(shapely.transform(lonlat, forward))
        feature = {"type": "Feature", "properties": {}, "geometry": shape}
        path = tmp_path / "site.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("datum", "forward"), [("gcj02", gcj02_of), ("bd09", lambda xy: bd09_of(gcj02_of(xy)))]
)
def test_the_shift_of_a_public_map_is_taken_back_on_the_users_word(geojson, datum, forward):
    path = geojson(forward)
    plain = taken(path).frame.geometry.iloc[0]
    assert plain.distance(SQUARE) > 400
    intake = taken(path, datum=datum)
    assert intake.frame.geometry.iloc[0].equals_exact(SQUARE, 1e-4)
    assert (intake.detected.datum.kind, intake.detected.datum.accuracy_m) == (datum, 5.0)
    (note,) = [note for note in intake.detected.notes if note.code == "datum_taken_back"]
    assert "仅供参考" in message_of(note.code, note.params).zh


def test_a_shift_is_not_taken_from_projected_coordinates(gpkg):
    with pytest.raises(GeoError, match="datum_not_geographic"):
        taken(gpkg(SQUARE, crs=4527), datum="gcj02")


def test_two_words_about_the_datum_are_one_too_many(gpkg):
    with pytest.raises(InvalidOptionError, match="datum_twice"):
        taken(gpkg(SQUARE, crs=4527), datum="gcj02", datum_parameters=FOUR)
