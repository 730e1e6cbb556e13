"""Spellings of metres and degrees, one cell at a time."""

import pytest

from geo.errors import UnreadableFileError
from geo.intake import ReadOptions
from geo.io.coordinate_table.values import CoordinateFaultError, coordinate_of, unpacked
from geo.io.vector import read_features

# 117°15'30.25"
DEGREES = 117 + 15 / 60 + 30.25 / 3600


@pytest.mark.parametrize(
    "text",
    [
        "117°15′30.25″", "117°15'30.25\"", "117°15'30.25\"E", "E117°15'30.25\"", "117 15 30.25",
        "117-15-30.25", "117:15:30.25", "117：15：30.25", "东经117度15分30.25秒",
        "117度15分30.25秒", "117° 15′ 30.25″", "１１７°１５′３０．２５″", "117º15'30.25''",
        "117°15’30.25”",
        "117˚15′30.25″E", "东经 117°15′30.25″", "117—15—30.25", "117°15'30.25",
        "117°15.5041666667'",
    ],
)  # fmt: skip
def test_degrees_minutes_seconds(text):
    assert coordinate_of(text).value == pytest.approx(DEGREES, abs=1e-9)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (39522877.459, 39522877.459),
        (3852433, 3852433.0),
        ("39522877.459", 39522877.459),
        (" 3,852,433.638 ", 3852433.638),
        ("3 852 433.638", 3852433.638),
        ("３８５２４３３．６３８", 3852433.638),
        ("3852433.638m", 3852433.638),
        ("3852433.638 米", 3852433.638),
        ("3.852433638E6", 3852433.638),
        ("\u200b3852433.638\u00a0", 3852433.638),
        ("117.25°", 117.25),
        ("117.25E", 117.25),
        ("34.8°N", 34.8),
        ("-12.5", -12.5),
        ("W117°30'", -117.5),
    ],
)
def test_numbers(cell, value):
    assert coordinate_of(cell).value == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("117°60′00″", "sixty_exceeded"),
        ("117 15 60.0", "sixty_exceeded"),
        ("3852433,638", "decimal_comma"),
        ("3.852.433,638", "decimal_comma"),
        ("nan", "non_finite"),
        ("-inf", "non_finite"),
        (float("nan"), "non_finite"),
        ("1e999", "non_finite"),
        ("38a2433", "bad_cell"),
        ("117°15.5′30″", "bad_cell"),
        ("117°15′30″东", "bad_cell"),
        ("2024/03/01", "bad_cell"),
        ("=1+1", "bad_cell"),
        ("", "bad_cell"),
        ("12:30:45:10", "bad_cell"),
        ("3852433.638.1", "bad_cell"),
    ],
)
def test_faults(cell, fault):
    with pytest.raises(CoordinateFaultError, match=fault):
        coordinate_of(cell)


def test_packed_degrees_are_taken_by_their_digits():
    assert unpacked(117.153025) == pytest.approx(DEGREES, abs=1e-12)
    # 117.15 as a double lies below 117.15
    assert unpacked(117.15) == pytest.approx(117.25, abs=1e-12)
    assert unpacked(-34.3) == pytest.approx(-34.5, abs=1e-12)
    assert unpacked(117.6) is None
    assert unpacked(117.1560) is None


@pytest.fixture
def read(tmp_path):
    def reading(head, *pairs, crs="EPSG:4490", **options):
        path = tmp_path / "degrees.csv"
        lines = [",".join(head), *(f"J{at},{a},{b}" for at, (a, b) in enumerate(pairs, 1))]
        path.write_text("\n".join(lines), "utf-8")
        return read_features(path, ReadOptions(crs=crs, **options))

    return reading


def codes(raw):
    return {str(refusal.code) for refusal in raw.refused}


SECONDS = [("117 15 00", "34 48 00"), ("117 15 36", "34 48 00"), ("117 15 36", "34 48 36")]
DECIMAL = [("117.2500", "34.8000"), ("117.2600", "34.8000"), ("117.2600", "34.8100")]
PACKED = [("117.1500", "34.4800"), ("117.1536", "34.4800"), ("117.1536", "34.4836")]
BOUNDS = (117.25, 34.8, 117.26, 34.81)


@pytest.mark.parametrize(
    ("head", "pairs"),
    [
        (("点号", "经度", "纬度"), SECONDS),
        (("点号", "经度(°)", "纬度(°)"), DECIMAL),
        (("点号", "lon", "lat"), DECIMAL),
        (("点号", "经度(度分秒)", "纬度(度分秒)"), PACKED),
        (("点号", "经度(ddd.mmssss)", "纬度(dd.mmssss)"), PACKED),
        (("点号", "L", "B"), SECONDS),
        (("点号", "X", "Y"), SECONDS),
        (("点号", "经度", "纬度"), [SECONDS[0], SECONDS[1], ("117.2600°", "34°48′36″")]),
    ],
)
def test_lists_in_degrees(read, head, pairs):
    raw = read(head, *pairs)
    assert codes(raw) == set()
    assert raw.frame.total_bounds == pytest.approx(BOUNDS, abs=1e-9)
    assert raw.frame.crs.to_epsg() == 4490


def test_packed_or_decimal_is_asked_not_guessed(read):
    # 34.80 would have 80 minutes and can only be decimal
    assert codes(read(("点号", "经度", "纬度"), *DECIMAL)) == set()
    # 117.2500 and 34.3000 may be 117°25′ and 34°30′
    either = [(a, b.replace("34.8", "34.3")) for a, b in DECIMAL]
    assert codes(read(("点号", "经度", "纬度"), *either)) == {"packed_degrees"}
    raw = read(("点号", "经度", "纬度"), *either, ("117.2570", "34.3100"))
    assert codes(raw) == set()
    # no surveyor writes a seventh digit of the second
    exact = [(f"{a}123456789", b) for a, b in either]
    assert codes(read(("点号", "经度", "纬度"), *exact)) == set()


def test_seconds_beyond_sixty_name_their_row(read):
    raw = read(("点号", "经度", "纬度"), *SECONDS, ("117 15 60", "34 48 10"))
    (refusal,) = raw.refused
    assert (refusal.params["line"], refusal.params["cell"]) == (5, "B5")
    raw = read(("点号", "经度(度分秒)", "纬度(度分秒)"), *PACKED, ("117.1560", "34.4800"))
    assert codes(raw) == {"sixty_exceeded"}


def test_degrees_of_the_wrong_column_are_refused(read):
    turned = [(b, a) for a, b in SECONDS]
    assert codes(read(("点号", "经度", "纬度"), *turned)) == {"axes_swapped"}
    raw = read(("点号", "经度", "纬度"), *turned, swap_axes=True)
    assert raw.frame.total_bounds == pytest.approx(BOUNDS, abs=1e-9)
    metres = [("3850100", "39524000"), ("3850000", "39524100"), ("3850000", "39524000")]
    assert codes(read(("点号", "经度", "纬度"), *metres)) == {"degrees_expected"}


def test_a_datum_is_stated_or_asked_for(read, tmp_path):
    assert codes(read(("点号", "经度", "纬度"), *SECONDS, crs=None)) == {"missing_crs"}
    for words, code in (("CGCS2000", 4490), ("WGS-84", 4326)):
        path = tmp_path / "stated.csv"
        lines = [f"{words},,", "点号,经度,纬度", *(f",{a},{b}" for a, b in SECONDS)]
        path.write_text("\n".join(lines), "utf-8")
        assert read_features(path, ReadOptions()).frame.crs.to_epsg() == code
    path.write_text("\n".join(["西安80,,", *lines[1:]]), "utf-8")
    assert codes(read_features(path, ReadOptions())) == {"old_datum"}


def test_blanks_between_degrees_and_columns(tmp_path):
    path = tmp_path / "blanks.txt"
    path.write_text("\n".join(f"J{at} {a} {b}" for at, (a, b) in enumerate(SECONDS)), "utf-8")
    raw = read_features(path, ReadOptions(crs="EPSG:4490"))
    assert raw.frame.total_bounds == pytest.approx(BOUNDS, abs=1e-9)


def test_a_list_in_degrees_has_no_metres(read):
    with pytest.raises(UnreadableFileError, match="unsupported_format"):
        read(("点号", "高程", "备注"), ("1", "2"))
