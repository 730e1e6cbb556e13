"""A preview says what a check would take, and asks what only the user can answer."""

import json
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.intake import ReadOptions
from geo.io.vector import write_geopackage
from services.intake import look_through, take_in
from services.messages import catalogue
from services.preview import Counts, preview_input
from services.preview_questions import KINDS, QuestionKind
from services.preview_rows import ROWS_SHOWN, RowState, cell_text
from services.preview_trials import Trials, crs_candidates

SAMPLES = Path(__file__).parents[2] / "sample_data" / "inputs"
EAST, NORTH = 39_524_000, 3_850_000


@pytest.fixture
def county(add):
    """A county of 8 km by 8 km around the sites of these tests."""
    add("town", [(0, -4000, 8000, 4000)])


def square(west, south, size=100.0, *, prefix=True):
    east = EAST + west - (0 if prefix else 39_000_000)
    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return [[east + x, NORTH + south + y] for x, y in corners]


@pytest.fixture
def geojson(tmp_path):
    def write(rings, *, crs="EPSG:4527", name="site.geojson", **properties):
        features = [
            {
                "type": "Feature",
                "properties": {key: values[at] for key, values in properties.items()},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
            for at, ring in enumerate(rings)
        ]
        document = {"type": "FeatureCollection", "features": features}
        if crs:
            document["crs"] = {"type": "name", "properties": {"name": crs}}
        path = tmp_path / name
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        return path

    return write


@pytest.fixture
def look(workspace):
    def at(*paths, **options):
        return preview_input(list(paths), ReadOptions(**options), workspace)

    return at


def asked(preview):
    return {question.kind: question for question in preview.questions}


def bow_tie(west):
    """Two triangles of 2500 m² that meet in a point: their signed areas cancel out."""
    east, north = EAST + west, NORTH
    return [
        [east, north],
        [east + 100, north + 100],
        [east + 100, north],
        [east, north + 100],
        [east, north],
    ]


def test_a_sound_file_is_counted_and_asks_nothing(look, county, geojson):
    found = look(geojson([square(0, 0), square(200, 0)], DKMC=["甲", "乙"]))
    assert found.counts == Counts(read=2, kept=2, refused=0, repaired=0)
    assert found.questions == ()
    assert found.usable
    assert found.frame.area.tolist() == pytest.approx([10_000.0, 10_000.0])
    (file,) = found.files
    assert (file.source.detected.driver, file.source.detected.crs) == ("GeoJSON", "EPSG:4527")
    assert len(file.source.sha256) == 64


def test_counts_of_an_input_must_add_up():
    with pytest.raises(AssertionError, match="3 features in, 1 \\+ 1 out"):
        Counts(read=3, kept=1, refused=1)


def test_what_a_preview_counts_is_what_a_check_takes(look, county, geojson, workspace):
    paths = [geojson([square(0, 0), bow_tie(300)], name="a.geojson"), geojson([square(600, 0)])]
    found = look(*paths)
    intake = take_in(paths, ReadOptions(), working_crs=workspace.settings.crs)
    assert found.counts == Counts(read=3, kept=2, refused=1)
    assert found.counts.kept == len(intake.frame)
    assert [file.counts.read for file in found.files] == [2, 1]
    assert sum(file.counts.refused for file in found.files) == len(intake.refused)
    assert found.frame["source_index"].tolist() == [0, 2]


def test_rows_say_what_became_of_their_feature(look, county, geojson):
    code = ["3704031234567890123", "3704031234567890124"]
    found = look(geojson([square(0, 0), bow_tie(300)], 代码=code, 面积=[1.5, 20000.0]))
    assert [column.is_number for column in found.sample.columns] == [False, True]
    assert [row.state for row in found.sample.rows] == [RowState.KEPT, RowState.REFUSED]
    assert found.sample.rows[1].cells == ("3704031234567890124", "20000")


def test_a_long_file_shows_its_first_rows(look, county, geojson):
    found = look(geojson([square(150 * at, 0) for at in range(30)], no=list(range(30))))
    assert len(found.sample.rows) == ROWS_SHOWN
    assert found.sample.total == found.counts.read == 30


def test_rows_of_several_files_share_columns(look, county, geojson):
    first = geojson([square(0, 0)], name="a.geojson", DKMC=["甲"])
    second = geojson([square(200, 0)], name="b.geojson", MJ=[3.0])
    found = look(first, second)
    assert [column.name for column in found.sample.columns] == ["DKMC", "MJ"]
    assert [row.cells for row in found.sample.rows] == [("甲", ""), ("", "3")]
    assert [(row.file, row.number) for row in found.sample.rows] == [
        ("a.geojson", 1),
        ("b.geojson", 1),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (np.nan, ""),
        (20000.0, "20000"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (7, "7"),
        ("370403123456789012", "370403123456789012"),
        ("a\nb\x1b", "a b\ufffd"),
    ],
)
def test_a_cell_is_printed_as_the_file_means_it(value, text):
    assert cell_text(value) == text


def test_swapped_axes_are_asked_about_and_the_answer_is_tried(look, county):
    path = SAMPLES / "red_line" / "swapped_axes.txt"
    found = look(path)
    assert found.counts == Counts(read=1, kept=0, refused=1)
    (answer,) = asked(found)[QuestionKind.AXES].answers
    assert answer.changes == {"swap_axes": True}
    assert answer.fits
    assert (answer.trial.kept, answer.trial.refused) == (1, 0)
    assert look(path, swap_axes=True).questions == ()


def test_axes_swapped_without_need_are_put_back(look, county, geojson):
    found = look(geojson([square(0, 0)]), swap_axes=True)
    (answer,) = asked(found)[QuestionKind.AXES].answers
    assert answer.changes == {"swap_axes": False}
    assert answer.fits


def shapefile_without_prj(folder, geometry, **columns):
    frame = gpd.GeoDataFrame(columns or {"DKMC": ["a"]}, geometry=[geometry])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(folder / "plain.shp", engine="pyogrio", encoding="UTF-8")
    return folder / "plain.shp"


@pytest.mark.parametrize(("prefix", "code"), [(True, "EPSG:4527"), (False, "EPSG:4548")])
def test_a_file_without_crs_is_offered_those_that_land_in_the_county(
    look, county, tmp_path, prefix, code
):
    path = shapefile_without_prj(tmp_path, shapely.Polygon(square(0, 0, prefix=prefix)))
    found = look(path)
    assert found.counts == Counts()
    first, *others = asked(found)[QuestionKind.CRS].answers
    assert first.changes == {"crs": code}
    assert first.trial.kept == 1
    assert not any(answer.fits for answer in others)
    assert look(path, crs=code).counts.kept == 1


def test_a_file_without_crs_and_with_swapped_axes_is_offered_both(look, county, tmp_path):
    swapped = shapely.Polygon([point[::-1] for point in square(0, 0)])
    answers = asked(look(shapefile_without_prj(tmp_path, swapped)))[QuestionKind.CRS].answers
    assert answers[0].changes == {"crs": "EPSG:4527", "swap_axes": True}
    assert answers[0].fits


def test_without_layers_nobody_knows_the_county(look, geojson):
    assert not look(geojson([square(0, 0)])).county_known


def test_a_place_outside_the_county_is_no_question_of_systems(look, county, geojson):
    found = look(geojson([square(0, 200_000)]))
    assert [issue.code for issue in found.issues] == ["outside_county"]
    assert found.questions == ()


def test_a_contradicted_crs_is_left_to_the_file(look, county, geojson):
    found = look(geojson([square(0, 0)]), crs="EPSG:4526")
    (answer,) = asked(found)[QuestionKind.CRS].answers
    assert answer.changes == {"crs": None}
    assert answer.fits


def test_layers_are_named_and_tried(look, county, tmp_path):
    path = tmp_path / "two.gpkg"
    for name, west in (("甲", 0), ("乙", 300)):
        frame = gpd.GeoDataFrame(geometry=[shapely.Polygon(square(west, 0))], crs="EPSG:4527")
        other = tmp_path / f"{name}.gpkg"
        write_geopackage(frame, other, layer=name)
        gpd.read_file(other).to_file(path, layer=name, engine="pyogrio")
    answers = asked(look(path))[QuestionKind.LAYER].answers
    assert [dict(answer.changes) for answer in answers] == [{"layer": "甲"}, {"layer": "乙"}]
    assert all(answer.fits for answer in answers)


def test_encodings_show_the_same_text_in_each(look, county, tmp_path):
    path = shapefile_without_prj(tmp_path, shapely.Polygon(square(0, 0)), DKMC=["临城街道地块"])
    path.with_suffix(".cpg").write_text("GBK")
    found = look(path, crs="EPSG:4527")
    question = asked(found)[QuestionKind.ENCODING]
    assert question.code == "encoding_contradicted"
    texts = {answer.changes["encoding"]: answer.trial.texts for answer in question.answers}
    assert texts["UTF-8"] == ("临城街道地块",)
    assert texts["GB18030"] != texts["UTF-8"]


def test_a_large_repair_is_tried_with_the_user_s_word(look, county, geojson):
    path = geojson([square(0, 0), bow_tie(300)])
    (answer,) = asked(look(path))[QuestionKind.REPAIRS].answers
    assert (answer.trial.kept, answer.trial.refused) == (2, 0)
    mended = look(path, accept_repairs=True)
    assert mended.counts == Counts(read=2, kept=2, refused=0, repaired=1)
    assert mended.repaired == {1}
    assert mended.frame.area.tolist() == pytest.approx([10_000.0, 5_000.0])
    assert mended.sample.rows[1].state is RowState.REPAIRED


def test_an_unknown_field_is_chosen_from_those_there_are(look, county, geojson):
    found = look(geojson([square(0, 0)], DKBH=["1"], DKMC=["甲"]), id_field="nothing")
    question = asked(found)[QuestionKind.FIELD]
    assert {answer.changes["id_field"] for answer in question.answers} == {"DKBH", "DKMC"}


TXT = """[属性描述]
格式版本号=1.01版本
数据产生单位=示例单位
数据产生日期=2022-06-16
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=39
精度=0.01
转换参数=0,0,0,0,0,0,0
[地块坐标]
"""


def txt_parcel(number, west):
    corners = [(NORTH + y, EAST + west + x) for x, y in [(0, 0), (0, 100), (100, 100), (100, 0)]]
    lines = [f"4,1.0,{number},地块{number},面,,工业用地,,@"]
    lines += [f"J{at},1,{x},{y}" for at, (x, y) in enumerate([*corners, corners[0]], start=1)]
    return "\n".join(lines) + "\n"


def test_repeated_numbers_are_asked_about(look, county, tmp_path):
    path = tmp_path / "twice.txt"
    path.write_text(TXT + txt_parcel("7", 0) + txt_parcel("7", 300), "utf-8")
    found = look(path)
    assert found.counts.kept == 2
    assert asked(found)[QuestionKind.DUPLICATES].params["number"] == "7"
    assert found.use == "工业用地"


def test_an_old_datum_asks_for_the_centre_s_parameters(look, county, tmp_path):
    path = tmp_path / "old.txt"
    path.write_text(
        TXT.replace("2000国家大地坐标系", "80国家大地坐标系") + txt_parcel("1", 0), "utf-8"
    )
    assert QuestionKind.OLD_DATUM in asked(look(path))


@pytest.mark.parametrize("name", sorted(path.name for path in (SAMPLES / "bad").iterdir()))
def test_every_bad_file_has_an_issue_with_words_and_none_is_lost(look, county, name):
    found = look(SAMPLES / "bad" / name)
    assert found.issues
    for issue in found.issues:
        assert issue.message.zh
        assert issue.remedy.en
    assert found.counts.read == found.counts.kept + found.counts.refused


def test_every_code_with_a_question_has_words():
    assert set(KINDS) <= set(catalogue())
    assert set(KINDS.values()) == set(QuestionKind)


def test_an_issue_leads_to_its_feature_over_all_files(look, county, geojson):
    first = geojson([square(0, 0), square(200, 0)], name="a.geojson")
    second = geojson([square(400, 0), bow_tie(600)], name="b.geojson")
    found = look(first, second)
    (issue,) = [issue for issue in found.issues if issue.code == "repair_too_large"]
    assert issue.feature == 2
    assert found.index_of(issue) == 3


def test_no_time_means_untried_never_wrong(geojson, workspace):
    path = geojson([square(0, 0)])
    read = partial(look_through, [path], working_crs=workspace.settings.crs)
    assert Trials(read, ReadOptions(), seconds=-1.0).of({"swap_axes": True}) is None


def test_candidates_begin_with_the_workspace_and_hold_each_zone_twice():
    found = crs_candidates("EPSG:4527")
    assert found[:3] == ("EPSG:4527", "EPSG:4548", "EPSG:4490")
    # 117° E: zone 20 of 6 degrees, neighbours 38 and 40 of 3 degrees
    assert set(found[3:]) == {
        "EPSG:4498", "EPSG:4526", "EPSG:4547", "EPSG:4528", "EPSG:4549",
    }  # fmt: skip
    assert crs_candidates("EPSG:32650") == ("EPSG:32650", "EPSG:4490")


def test_a_preview_stores_nothing(look, county, geojson, workspace):
    def everything():
        return {
            path: path.read_bytes()
            for path in workspace.root.rglob("*")
            if path.is_file() and not path.name.endswith(("-shm", "-wal"))
        }

    before = everything()
    look(geojson([square(0, 0), bow_tie(300)]))
    look(SAMPLES / "bad" / "empty.txt")
    assert everything() == before
