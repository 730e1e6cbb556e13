"""GeoJSON, parsed here: every ring fault, CRS members, properties of any type."""

import json
import tracemalloc

import numpy as np
import pytest

from geo.errors import MissingCRSError, MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.geojson.reader import read_geojson
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.vector import read_features
from geo.reading_codes import Fault, Remark

RING = [[117.25, 34.80], [117.26, 34.80], [117.26, 34.81], [117.25, 34.80]]


POLYGON = {"type": "Polygon", "coordinates": [RING]}


def feature(coordinates=None, kind="Polygon", **properties):
    geometry = {"type": kind, "coordinates": [RING] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features, **members):
    return {"type": "FeatureCollection", "features": list(features), **members}


@pytest.fixture
def read(tmp_path):
    def read(document, limits=SITE_LIMITS, **options):
        path = tmp_path / "site.geojson"
        text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        path.write_text(text, "utf-8")
        return read_geojson(path, ReadOptions(**options), limits)

    return read


def named(crs):
    return {"type": "name", "properties": {"name": crs}}


@pytest.mark.parametrize(
    "document",
    [collection(feature()), feature(), {"type": "Polygon", "coordinates": [RING]}],
)
def test_collection_feature_and_bare_geometry(read, document):
    raw = read(document)
    assert raw.count == len(raw.frame) == 1
    assert raw.frame.crs == "EPSG:4326"
    assert raw.detected.crs == "EPSG:4326"
    assert raw.frame.total_bounds.tolist() == [117.25, 34.80, 117.26, 34.81]


@pytest.mark.parametrize(
    ("coordinates", "fault"),
    [
        ([[]], Fault.TOO_FEW_POINTS),
        ([[[117, 34]]], Fault.TOO_FEW_POINTS),
        ([[[117, 34], [118, 34]]], Fault.TOO_FEW_POINTS),
        ([[[117, 34], [118, 34], [117, 34]]], Fault.TOO_FEW_POINTS),
        ([[[117, 34], [117, 34], [117, 34], [117, 34]]], Fault.TOO_FEW_POINTS),
        ([RING[:3]], Fault.OPEN_RING),
        ([[*RING[:3], [117.25, 34.800001]]], Fault.OPEN_RING),
        # a bad hole is as bad as a bad shell
        ([RING, RING[:3]], Fault.OPEN_RING),
        ([[[117.25, 34.8], [None, 34.8], [117.26, 34.81], [117.25, 34.8]]], Fault.BAD_COORDINATE),
        ([[[117.25, 34.8], ["117", 34.8], [117.2, 34.9], [117.25, 34.8]]], Fault.BAD_COORDINATE),
        ([[[117.25, 34.8], [True, 34.8], [117.26, 34.8], [117.25, 34.8]]], Fault.BAD_COORDINATE),
        ([[[117.25], [117.26, 34.8], [117.26, 34.81], [117.25]]], Fault.BAD_COORDINATE),
        ([117.25, 34.8], Fault.BAD_COORDINATE),
        ("text", Fault.BAD_COORDINATE),
        ({}, Fault.BAD_COORDINATE),
        ([], Fault.EMPTY_GEOMETRY),
    ],
)
def test_bad_rings_are_refused_and_the_rest_kept(read, coordinates, fault):
    raw = read(collection(feature(), feature(coordinates, name="乙"), feature()))
    assert raw.count == 3
    assert raw.frame["source_index"].tolist() == [0, 2]
    (refusal,) = raw.refused
    assert (refusal.index, refusal.site, refusal.code) == (1, "乙", fault)
    assert refusal.params["feature"] == 2


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none(read, number):
    text = json.dumps(collection(feature())).replace("34.81", number)
    assert [refusal.code for refusal in read(text).refused] == [Fault.NON_FINITE]


def test_whole_numbers_beyond_any_float(read):
    text = json.dumps(collection(feature())).replace("34.81", "1" + "0" * 400)
    assert [refusal.code for refusal in read(text).refused] == [Fault.NON_FINITE]


@pytest.mark.parametrize(
    ("member", "fault", "found"),
    [
        (None, Fault.NO_GEOMETRY, None),
        ("text", Fault.NO_GEOMETRY, None),
        ({"type": "Point", "coordinates": [117, 34]}, Fault.NO_POLYGON, "Point"),
        ({"type": "LineString", "coordinates": RING}, Fault.NO_POLYGON, "LineString"),
        ({"type": "GeometryCollection", "geometries": []}, Fault.EMPTY_GEOMETRY, None),
        (
            {
                "type": "GeometryCollection",
                "geometries": [{"type": "Point", "coordinates": [1, 2]}],
            },
            Fault.NO_POLYGON,
            "GeometryCollection",
        ),
        ({"type": "Circle"}, Fault.NO_POLYGON, "Circle"),
        ({}, Fault.NO_POLYGON, "None"),
    ],
)
def test_what_is_no_polygon(read, member, fault, found):
    raw = read(collection({"type": "Feature", "properties": None, "geometry": member}))
    (refusal,) = raw.refused
    assert refusal.code == fault
    assert refusal.params.get("found") == found


@pytest.mark.parametrize("nonsense", [None, 5, "text", [], {}])
def test_features_that_are_none(read, nonsense):
    raw = read(collection(nonsense, feature()))
    assert [refusal.index for refusal in raw.refused] == [0]
    assert len(raw.frame) == 1


def test_a_collection_keeps_its_polygons_with_a_remark(read):
    parts = [
        {"type": "Polygon", "coordinates": [RING]},
        {"type": "LineString", "coordinates": RING},
    ]
    mixed = {"type": "GeometryCollection", "geometries": parts}
    raw = read(collection({"type": "Feature", "properties": {}, "geometry": mixed}))
    assert raw.frame.geom_type.tolist() == ["Polygon"]
    (note,) = raw.detected.notes
    assert (note.code, note.index) == (Remark.COLLECTION_REDUCED, 0)
    assert note.params == {"feature": 1, "lines": 1, "points": 0, "others": 0}


def test_heights_are_left_out(read):
    tall = [[*position, 55.5] for position in RING]
    raw = read(collection(feature([tall])))
    assert not raw.frame.has_z.any()


def test_multipolygon_with_a_hole(read):
    hole = [[117.2575, 34.802], [117.2585, 34.802], [117.2585, 34.803], [117.2575, 34.802]]
    far = [[x + 1, y] for x, y in RING]
    raw = read(collection(feature([[RING, hole], [far]], "MultiPolygon")))
    (geometry,) = raw.frame.geometry
    assert [len(part.interiors) for part in geometry.geoms] == [1, 0]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"),
        ("EPSG:4527", "EPSG:4527"),
    ],
)
def test_the_crs_member_is_honoured(read, name, code):
    assert read(collection(feature(), crs=named(name))).detected.crs == code


def test_crs_by_option(read):
    assert read(collection(feature()), crs="EPSG:4490").detected.crs == "EPSG:4490"
    with pytest.raises(MixedCRSError, match="crs_contradicts"):
        read(collection(feature(), crs=named("EPSG:4527")), crs="EPSG:4528")


def test_two_crs_in_one_file(read):
    odd = {**feature(), "crs": named("EPSG:4528")}
    with pytest.raises(MixedCRSError, match="mixed_crs"):
        read(collection(feature(), odd, crs=named("EPSG:4527")))


def test_a_crs_declared_unknown_needs_the_users_word(read):
    with pytest.raises(MissingCRSError, match="missing_crs"):
        read(collection(feature(), crs=None))
    assert read(collection(feature(), crs=None), crs="EPSG:4490").count == 1


@pytest.mark.parametrize(
    "member", [named("EPSG:999999"), {"type": "link"}, "EPSG:4527", named(4527)]
)
def test_a_crs_that_cannot_be_understood(read, member):
    with pytest.raises(MissingCRSError, match="unknown_crs"):
        read(collection(feature(), crs=member))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json_broken"),
        ('{"type": "FeatureCollection", "features": [', "json_broken"),
        ("[1, 2]", "not_geojson"),
        ('{"type": "Topology"}', "not_geojson"),
        ('{"type": "FeatureCollection"}', "not_geojson"),
        ('{"type": "FeatureCollection", "features": {}}', "not_geojson"),
        ('{"rings": [[[0, 0]]]}', "not_geojson"),
        ('{"a":' * 100_000, "json_too_deep"),
        ('{"type": "Feature", "n": ' + "9" * 5000 + "}", "json_broken"),
    ],
)
def test_files_that_are_no_geojson(read, text, code):
    with pytest.raises(UnreadableFileError, match=code):
        read(text)


@pytest.mark.parametrize("depth", [300, 600, 900, 940, 970, 2000])
@pytest.mark.parametrize("place", ["coordinates", "property"])
def test_no_depth_brings_the_reader_down(read, depth, place):
    nest = "[" * depth + "]" * depth
    text = json.dumps(collection(feature("X" if place == "coordinates" else None, deep="Y")))
    try:
        raw = read(text.replace('"X"', nest).replace('"Y"', nest))
        outcome = len(raw.frame) + len(raw.refused)
    except UnreadableFileError as err:
        outcome = err.code
    assert outcome in (1, Fault.JSON_TOO_DEEP)


def test_where_broken_json_breaks(read):
    with pytest.raises(UnreadableFileError) as caught:
        read('{\n"type": }')
    assert (caught.value.params["line"], caught.value.params["column"]) == (2, 9)


def test_limits_are_named(read):
    small = ReadLimits(max_bytes=10**6, max_features=1, max_vertices=3)
    with pytest.raises(UnreadableFileError, match="too_many_features"):
        read(collection(feature(), feature()), small)
    (refusal,) = read(collection(feature()), small).refused
    assert refusal.code == Fault.TOO_MANY_VERTICES
    assert (refusal.params["found"], refusal.params["limit"]) == (4, 3)


def test_an_empty_collection_is_read_as_such(read):
    raw = read(collection())
    assert (raw.count, len(raw.frame), raw.refused) == (0, 0, ())


def test_properties_of_any_type(read):
    raw = read(
        collection(
            feature(
                code=330523198001011234567, n=1, x=1.5, ok=True, tags=["a"], mixed=1, name="甲"
            ),
            feature(code=330523198001011234568, n=2, x=2, ok=False, tags=None, mixed="b"),
        )
    )
    frame = raw.frame
    assert frame["code"].tolist() == ["330523198001011234567", "330523198001011234568"]
    assert frame["n"].dtype == "int64"
    assert frame["x"].tolist() == [1.5, 2.0]
    assert frame["ok"].tolist() == [True, False]
    assert frame["tags"].iloc[0] == '["a"]'
    assert frame["mixed"].tolist() == ["1", "b"]
    assert frame["name"].isna().tolist() == [False, True]


def test_long_codes_with_a_gap_keep_their_digits(read):
    raw = read(collection(feature(code=370403001001000123), feature()))
    assert raw.frame["code"].iloc[0] == "370403001001000123"


def test_properties_do_not_hide_our_columns(read):
    raw = read(collection(feature(geometry="g", source_index=9, Name=1, name=2)))
    assert raw.frame["source_index"].tolist() == [0]
    assert raw.frame["geometry_1"].tolist() == ["g"]
    assert raw.frame["source_index_1"].tolist() == [9]
    assert raw.frame[["Name", "name_1"]].values.tolist() == [[1, 2]]


def test_the_id_of_a_feature_becomes_a_column(read):
    assert read(collection({**feature(), "id": "F-7"})).frame["id"].tolist() == ["F-7"]


def test_gbk_is_read_too(tmp_path):
    path = tmp_path / "gbk.geojson"
    path.write_bytes(
        json.dumps(collection(feature(name="甲地块")), ensure_ascii=False).encode("gbk")
    )
    raw = read_geojson(path, ReadOptions(), SITE_LIMITS)
    assert raw.detected.encoding == "GB18030"
    assert raw.frame["name"].tolist() == ["甲地块"]


def lines_of(*features, before="", between="\n", after="\n"):
    return before + between.join(json.dumps(each, ensure_ascii=False) for each in features) + after


@pytest.mark.parametrize(
    "ends",
    [
        {},
        {"between": "\r\n", "after": ""},
        {"before": "\x1e", "between": "\n\x1e"},
        {"before": "\ufeff", "between": "\n\n"},
        {"between": " "},
    ],
)
def test_a_sequence_is_one_input(tmp_path, ends):
    path = tmp_path / "site.geojsonl"
    path.write_text(lines_of(feature(名="甲"), feature(名="乙"), POLYGON, **ends), "utf-8")
    raw = read_features(path, ReadOptions())
    assert raw.frame["名"].fillna("").tolist() == ["甲", "乙", ""]
    assert raw.frame["source_index"].tolist() == [0, 1, 2]
    assert raw.detected.dialect == "GeoJSONSeq"


def test_collections_in_a_sequence_count_on(read):
    raw = read(lines_of(collection(feature(), feature()), collection(), feature()))
    assert raw.count == 3


def test_a_sequence_cut_off_is_refused_with_the_line(read):
    text = lines_of(feature(), feature())
    with pytest.raises(UnreadableFileError, match="json_broken") as caught:
        read(text[:-20])
    assert caught.value.params["line"] == 2
    with pytest.raises(UnreadableFileError, match="json_broken") as caught:
        read(lines_of(feature()) + "nonsense")
    assert (caught.value.params["line"], caught.value.params["column"]) == (2, 1)


def test_a_sequence_of_two_crs(read):
    one, other = named("EPSG:4527"), named("EPSG:4528")
    with pytest.raises(MixedCRSError):
        read(lines_of({**feature(), "crs": one}, {**feature(), "crs": other}))


def test_members_may_come_in_any_order(read):
    whole = json.dumps(feature())
    raw = read('{ "features" : [ ' + whole + " , " + whole + ' ] , "type":"FeatureCollection" }')
    assert raw.count == 2
    with pytest.raises(UnreadableFileError, match="not_geojson"):
        read('{"features": [' + whole + '], "type": "Topology"}')


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"features": [], "features": [], "type": "FeatureCollection"}', 1, 30),
        ('{"features": [1 2]}', 1, 17),
        ('{"features": [1,]}', 1, 17),
        ('{"features": [\n}', 2, 1),
        ('{"type" "Feature"}', 1, 9),
        ("{type: 1}", 1, 2),
        ('{"type": 1,}', 1, 12),
        ('{"type": "Feature"', 1, 19),
        ('{"type": "Feature"} ]', 1, 21),
    ],
)
def test_where_the_frame_of_a_document_breaks(read, text, line, column):
    with pytest.raises(UnreadableFileError, match="json_broken") as caught:
        read(text)
    assert (caught.value.params["line"], caught.value.params["column"]) == (line, column)


def test_json_of_arcgis_is_told_by_name(read):
    with pytest.raises(UnreadableFileError, match="not_geojson") as caught:
        read('{"geometryType": "esriGeometryPolygon", "features": [{"geometry": {"rings": []}}]}')
    assert caught.value.params["found"] == "Esri JSON"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000 + "]" * 10_000,
        '{"type": "Polygon", "coordinates": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"type": "FeatureCollection", "features": ' + "[" * 10_000 + "]" * 10_000 + "}",
        json.dumps(collection(feature(deep="Y"))).replace('"Y"', "[" * 10_000 + "]" * 10_000),
        '{"type":"GeometryCollection","geometries":[' * 10_000 + "]}" * 10_000,
    ],
)
def test_ten_thousand_nested_lists(read, text):
    with pytest.raises(UnreadableFileError, match="json_too_deep"):
        read(text)


def test_features_are_let_go_one_by_one(tmp_path):
    """12 MB of corners: the text, the outlines and one feature are held, not all objects."""
    angles = np.linspace(0, 2 * np.pi, 200)
    rings = np.column_stack([117 + np.cos(angles) / 100, 35 + np.sin(angles) / 100])
    rings[-1] = rings[0]
    path = tmp_path / "big.geojson"
    path.write_text(json.dumps(collection(*[feature([rings.tolist()])] * 1_500)))
    size = path.stat().st_size
    assert size > 10_000_000
    tracemalloc.start()
    raw = read_geojson(path, ReadOptions(), SITE_LIMITS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert raw.count == 1_500
    assert peak < 4 * size


def test_beyond_the_limit_features_are_only_counted(read):
    small = ReadLimits(max_bytes=10**6, max_features=2)
    with pytest.raises(UnreadableFileError, match="too_many_features") as caught:
        read(collection(*[feature()] * 5), small)
    assert caught.value.params["found"] == 5
