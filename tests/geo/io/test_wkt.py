"""WKT and EWKT: brackets scanned here, every fault with its line and column."""

import pytest

from geo.errors import MissingCRSError, MixedCRSError
from geo.intake import ReadOptions
from geo.io.file_kind import FileKind, file_kind
from geo.io.vector import read_features
from geo.io.wkt_text import WktFaultError, geometry_member, statements

E, N = 39_524_000, 3_850_000
RECTANGLE = f"POLYGON(({E} {N}, {E + 200} {N}, {E + 200} {N + 100}, {E} {N + 100}, {E} {N}))"
HOLED = (
    f"POLYGON(({E} {N}, {E + 200} {N}, {E + 200} {N + 100}, {E} {N + 100}, {E} {N}),"
    f"({E + 10} {N + 10}, {E + 10} {N + 20}, {E + 20} {N + 20}, {E + 20} {N + 10}, "
    f"{E + 10} {N + 10}))"
)


@pytest.fixture
def read(tmp_path):
    def reading(text, name="site.txt", encoding="utf-8", **options):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return read_features(path, ReadOptions(**options))

    return reading


def test_one_geometry_a_line(read):
    raw = read(f"SRID=4527;{RECTANGLE}\r\n\r\nSRID=4527;{HOLED}\r\n")
    assert raw.count == 2
    assert raw.frame.area.tolist() == [20_000.0, 19_900.0]
    assert raw.frame.crs.to_epsg() == 4527
    assert raw.detected.dialect == "EWKT"


@pytest.mark.parametrize(
    ("text", "area"),
    [
        (f"MULTI{RECTANGLE.replace('((', '(((').replace('))', ')))')}", 20_000),
        (f"GEOMETRYCOLLECTION({RECTANGLE}, POINT({E} {N}))", 20_000),
        (RECTANGLE.lower(), 20_000),
        (RECTANGLE.replace("POLYGON(", "POLYGON Z (").replace(f" {N}", f" {N} 5"), 20_000),
        (RECTANGLE.replace(", ", ",\n  "), 20_000),
        (f"{RECTANGLE};", 20_000),
        (RECTANGLE.replace(f"{E + 200}", "3.95242e7"), 20_000),
    ],
)
def test_every_usual_spelling(read, text, area):
    raw = read(text, crs="EPSG:4527")
    assert raw.frame.area.tolist() == [area]


def test_a_system_must_be_stated_once(read):
    with pytest.raises(MissingCRSError, match="missing_crs"):
        read(RECTANGLE)
    with pytest.raises(MixedCRSError, match="mixed_crs"):
        read(f"SRID=4527;{RECTANGLE}\nSRID=4528;{RECTANGLE}")
    with pytest.raises(MixedCRSError, match="crs_contradicts"):
        read(f"SRID=4527;{RECTANGLE}", crs="EPSG:4528")


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("POLYGON((1 2, 3 4, 5 x, 1 2))", "wkt_broken", 1, 22),
        ("POLYGON((1 2, 3, 5 6, 1 2))", "wkt_broken", 1, 16),
        ("POLYGON((1 2, 3 4, 5 6, 1 2)", "wkt_broken", 1, 29),
        ("POLYGON((1 2, 3 4, 5 6, 1 2)))", "wkt_broken", 1, 30),
        ("POLYGON", "wkt_broken", 1, 8),
        ("POLYGON((1 2, 3 4,\n 5 6, 1 y))", "wkt_broken", 2, 9),
        ("POLYGON((0 0, 1 0, 1 1))", "open_ring", 1, None),
        ("POLYGON((0 0, 1 0, nan 1, 0 0))", "non_finite", 1, None),
        ("POLYGON((0 0, 1 0, 0 0))", "too_few_points", 1, None),
        ("POLYGON EMPTY", "empty_geometry", 1, None),
        ("LINESTRING(0 0, 1 1)", "no_polygon", 1, None),
        ("CURVEPOLYGON(CIRCULARSTRING(0 0, 4 0, 4 4, 0 4, 0 0))", "no_polygon", 1, None),
    ],
)
def test_a_fault_costs_its_own_feature(read, text, code, line, column):
    raw = read(f"{text}\n{RECTANGLE}", name="site.wkt", crs="EPSG:4527")
    (refusal,) = raw.refused
    assert (raw.count, len(raw.frame)) == (2, 1)
    assert raw.frame["source_index"].tolist() == [1]
    assert (refusal.index, str(refusal.code), refusal.params["line"]) == (0, code, line)
    if column is not None:
        assert refusal.params["column"] == column


@pytest.mark.parametrize("text", ["POLYGON" + "(" * 100_000, "GEOMETRYCOLLECTION(" * 100_000])
def test_nesting_ends_no_process(read, text):
    raw = read(text, crs="EPSG:4527")
    assert [str(refusal.code) for refusal in raw.refused] == ["wkt_too_deep"]
    with pytest.raises(WktFaultError) as caught:
        geometry_member(text)
    assert caught.value.deep


def test_statements_keep_their_lines():
    text = "\nPOINT(1 2)\nPOLYGON(\n(1 2,\n3 4))\n\nPOINT(5 6)"
    assert [each.line for each in statements(text)] == [2, 3, 7]


@pytest.mark.parametrize("name", ["a.txt", "a.wkt", "a", "a.shp.txt"])
def test_wkt_is_known_under_any_name(tmp_path, name):
    path = tmp_path / name
    path.write_text(f"  \n{RECTANGLE}", "utf-8")
    assert file_kind(path) is FileKind.WKT
