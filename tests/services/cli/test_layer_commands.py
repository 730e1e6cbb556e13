import shapely

from services.layers.catalogue import loaded_versions

COLUMNS = {"DLBM": ["0102", "0103"], "DLMC": ["水浇地", "旱地"]}
FIELDS = [(0, 0, 100, 100), (100, 0, 200, 100)]
BOW_TIE = shapely.Polygon(
    [
        (39_520_300, 3_850_000),
        (39_520_400, 3_850_100),
        (39_520_400, 3_850_000),
        (39_520_300, 3_850_100),
    ]
)


def test_add_prints_one_document_with_all_that_happened(plotwise, workspace, layer_file):
    path = layer_file("survey", [*FIELDS, BOW_TIE], DLBM=["0102", "0103", "0102"])
    ended = plotwise(
        "layers", "add", "land_survey", path, "--version", "2020", "--valid-from", "2021-09-01",
        "--valid-to", "2022-09-01", "--coverage", "self", "--accuracy", "0.5",
        "--secrecy", "内部", "--json",
    )  # fmt: skip
    assert ended.code == 0
    document = ended.document
    assert set(document) == {"layer", "detected", "refused", "repaired", "notes"}
    layer = document["layer"]
    assert (layer["role"], layer["version"], layer["features"]) == ("land_survey", "2020", 2)
    assert (layer["valid_from"], layer["valid_to"]) == ("2021-09-01", "2022-09-01")
    assert (layer["class_field"], layer["scheme"]) == ("DLBM", "sandiao")
    assert (layer["accuracy_m"], layer["secrecy"], layer["coverage"]) == (0.5, "内部", True)
    assert {"driver", "dialect", "encoding", "crs", "axis_order", "area_unit"} <= set(
        document["detected"]
    )
    (refused,) = document["refused"]
    assert (refused["index"], refused["code"]) == (2, "repair_too_large")
    assert [note["code"] for note in document["notes"]] == ["coverage_cut"]


def test_strict_ends_with_2_and_imports_nothing(plotwise, workspace, layer_file):
    path = layer_file("patches", [*FIELDS, BOW_TIE])
    ended = plotwise("layers", "add", "permanent_farmland", path, "--strict", "--json")
    assert ended.code == 2
    assert ended.document["error"]["code"] == "layer_not_whole"
    assert [entry["index"] for entry in ended.document["error"]["refused"]] == [2]
    assert loaded_versions(workspace) == ()


def test_accepted_repairs_are_listed(plotwise, workspace, layer_file):
    path = layer_file("patches", [BOW_TIE])
    refused = plotwise("layers", "add", "permanent_farmland", path, "--json")
    assert (refused.code, refused.document["error"]["code"]) == (2, "repair_too_large")
    ended = plotwise("layers", "add", "permanent_farmland", path, "--accept-repairs", "--json")
    assert ended.code == 0
    (repaired,) = ended.document["repaired"]
    assert repaired["area_before_m2"] < repaired["area_after_m2"]


def test_the_shift_of_a_map_is_not_taken_from_projected_coordinates(
    plotwise, workspace, layer_file
):
    path = layer_file("patches", FIELDS)
    ended = plotwise("layers", "add", "forest", path, "--datum", "gcj02", "--json")
    assert (ended.code, ended.document["error"]["code"]) == (2, "datum_not_geographic")


def test_people_read_what_was_imported_and_what_to_mind(plotwise, workspace, layer_file):
    ended = plotwise("layers", "add", "forest", layer_file("f", FIELDS), lang="zh")
    assert ended.code == 0
    assert "林地" in ended.out
    assert "2 个要素" in ended.out
    assert "没有声明图层 forest 的覆盖范围" in ended.err


def test_a_folder_and_several_files_are_one_layer(plotwise, workspace, layer_file, tmp_path):
    folder = tmp_path / "成果"
    folder.mkdir()
    for number, shape in enumerate(FIELDS):
        layer_file(f"f{number}", [shape], DLBM=["0102"]).rename(folder / f"f{number}.gpkg")
    extra = layer_file("extra", [(200, 0, 300, 100)], DLBM=["0102"])
    ended = plotwise("layers", "add", "land_survey", folder, extra, "--json")
    assert ended.document["layer"]["features"] == 3


def test_list_shows_every_version(plotwise, add):
    assert "No layers yet" in empty_list(plotwise)
    add("land_survey", FIELDS, COLUMNS, coverage="self")
    add("forest", FIELDS, version="2020", secrecy="内部")
    listed = plotwise("layers", "list", "--json").document["layers"]
    assert [(entry["role"], entry["coverage"]) for entry in listed] == [
        ("forest", False),
        ("land_survey", True),
    ]
    table = plotwise("layers", "list", lang="zh").out.splitlines()
    assert table[0].split()[:3] == ["角色", "名称", "版本"]
    assert table[1].split()[:3] == ["forest", "林地", "2020"]


def empty_list(plotwise):
    ended = plotwise("layers", "list")
    assert (ended.code, ended.out) == (0, "")
    return ended.err


def test_show_says_fields_classes_coverage_and_hash(plotwise, add):
    version = add("land_survey", FIELDS, COLUMNS, coverage="self").version
    (shown,) = plotwise("layers", "show", "land_survey", "--json").document["versions"]
    assert shown["fields"] == ["DLBM", "DLMC"]
    assert shown["classes"] == [
        {"code": "0102", "name": "水浇地", "features": 1, "area_m2": 10000.0},
        {"code": "0103", "name": "旱地", "features": 1, "area_m2": 10000.0},
    ]
    assert shown["coverage_area_m2"] == 20000.0
    assert shown["sha256"] == version.sha256
    assert shown["bounds"] == [39520000.0, 3850000.0, 39520200.0, 3850100.0]
    page = plotwise("layers", "show", "land_survey").out
    assert "10,000.00" in page
    assert version.sha256 in page


def test_show_of_a_role_that_is_not_loaded_is_refused(plotwise, workspace):
    ended = plotwise("layers", "show", "town", "--json")
    assert (ended.code, ended.document["error"]["code"]) == (2, "role_not_loaded")
