"""Files of datum parameters: what they may say, and what is refused before it is used."""

from pathlib import Path

import pytest

from geo.crs import LOCAL_GRID
from geo.datum_parameters import FourParameters, SevenParameters
from geo.errors import UnreadableFileError
from geo.io.datum_file import read_datum_parameters
from services.messages import message_of, remedy_of

DATA = Path(__file__).parents[2] / "data" / "datum"
FOUR = (DATA / "demo_four.toml").read_text("utf-8")
SEVEN = (DATA / "demo_seven.toml").read_text("utf-8")
NO_POINTS = SEVEN[: SEVEN.index("[[")]
LOCAL_SEVEN = NO_POINTS.replace(
    'crs = "EPSG:4610"',
    'crs = "local"\nname = "独立坐标系"\n'
    'definition = "+proj=tmerc +lon_0=117.25 +x_0=50000 +ellps=krass"',
).replace("kind =", "accuracy_m = 0.1\nkind =")


@pytest.fixture
def written(tmp_path):
    def write(text, old="", new=""):
        assert old in text
        path = tmp_path / "参数.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    return write


def test_four_parameters_with_their_control_points():
    found = read_datum_parameters(DATA / "demo_four.toml")
    assert found.change == FourParameters(-34.6078, 223.503, -1.25, pytest.approx(1.000_003_2))
    assert (found.origin.name, found.origin.date) == ("演示：西安80 转 2000 四参数", "2018-05-01")
    assert found.extent == (117.0, 34.6, 117.5, 35.0)
    # the errors that were put in: 14.4, 15.5, 12.5 and 9.5 mm
    assert found.residuals.rms_m == pytest.approx(0.0132, abs=2e-4)
    assert found.residuals.max_m == pytest.approx(0.0155, abs=4e-4)
    assert found.accuracy_m == found.residuals.rms_m
    assert len(found.origin.sha256) == 64


def test_seven_parameters_agree_with_points_computed_elsewhere():
    found = read_datum_parameters(DATA / "demo_seven.toml")
    assert found.change == SevenParameters(-12.3, -98.7, -45.6, 0.42, -0.31, 0.77, -2.5)
    # nine decimals of a degree are a tenth of a millimetre
    assert found.residuals.max_m < 1e-4


def test_the_other_convention_turns_the_other_way(written):
    plain = SEVEN[: SEVEN.index("[[")].replace("kind =", "accuracy_m = 1\nkind =")
    found = read_datum_parameters(written(plain, "position_vector", "coordinate_frame"))
    assert found.change == SevenParameters(-12.3, -98.7, -45.6, -0.42, 0.31, -0.77, -2.5)


def test_the_factor_of_scale_may_be_given_itself(written):
    found = read_datum_parameters(written(FOUR, "scale_ppm = 3.2", "scale = 1.0000032"))
    assert found.change.scale == 1.000_003_2


def test_a_local_grid_of_four_parameters(written):
    text = FOUR[: FOUR.index("[[")].replace("kind =", "accuracy_m = 0.1\nkind =")
    found = read_datum_parameters(
        written(text, 'crs = "EPSG:2363"', 'crs = "local"\nname = "独立坐标系"')
    )
    assert found.is_local
    assert (found.source, found.origin.source_name) == (LOCAL_GRID, "独立坐标系")
    assert (found.residuals, found.accuracy_m) == (None, 0.1)


def test_a_local_grid_of_seven_parameters_brings_its_projection(written):
    found = read_datum_parameters(written(LOCAL_SEVEN))
    assert found.is_local
    assert found.definition.is_projected
    assert found.definition.ellipsoid.semi_major_metre == 6_378_245.0


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "key"),
    [
        (FOUR, 'name = "演示：西安80 转 2000 四参数"', "", "datum_file_key_missing", "name"),
        (FOUR, 'kind = "four"', 'kind = "three"', "datum_file_value", "kind"),
        (FOUR, 'kind = "four"', 'kind = "seven"', "datum_file_key_missing", "seven"),
        (FOUR, "date = 2018-05-01", 'date = "2018"', "datum_file_value", "date"),
        (FOUR, "date = 2018-05-01", "date = 2018-05-01T00:00:00", "datum_file_value", "date"),
        (FOUR, 'issued_by = "演示测绘队"', "", "datum_file_key_missing", "issued_by"),
        (FOUR, 'secrecy = "演示"', 'secrecy = " "', "datum_file_value", "secrecy"),
        (FOUR, "EPSG:2363", "EPSG:4527", "datum_file_value", "source.crs"),
        (FOUR, "EPSG:2363", "EPSG:4610", "datum_file_value", "source.crs"),
        (FOUR, "EPSG:2363", "EPSG:999999", "datum_file_value", "source.crs"),
        (FOUR, "EPSG:2363", "local", "datum_file_key_missing", "source.name"),
        (FOUR, "EPSG:4527", "EPSG:4490", "datum_file_value", "target.crs"),
        (FOUR, "EPSG:4527", "EPSG:2363", "datum_file_value", "target.crs"),
        (FOUR, "rotation_sense", "rotation_sens", "datum_file_key_missing", "four.rotation_sense"),
        (FOUR, '"clockwise"', '"left"', "datum_file_value", "four.rotation_sense"),
        (FOUR, "scale_ppm = 3.2", "", "datum_file_key_missing", "four.scale_ppm"),
        (FOUR, "scale_ppm = 3.2", "scale_ppm = 3.2\nscale = 1.0", "datum_file_key_unknown",
         "four.scale_ppm"),
        (FOUR, "scale_ppm = 3.2", "scale = 3.2", "datum_file_value", "four.scale"),
        (FOUR, "north_m = 223.503", "north_m = nan", "datum_file_value", "four.north_m"),
        (FOUR, "north_m = 223.503", "north_m = true", "datum_file_value", "four.north_m"),
        (FOUR, "east = 117.5", "east = 117.0", "datum_file_value", "extent.east"),
        (FOUR, "north = 35.0", "north = 3850000.0", "datum_file_value", "extent.north"),
        (FOUR, "rms_m = 0.05", "rms_m = 0", "datum_file_value", "limits.rms_m"),
        (FOUR, "rms_m = 0.05", "rsm_m = 0.05", "datum_file_key_unknown", "limits.rsm_m"),
        (FOUR, "target_east_m = 39512415.121", "", "datum_file_key_missing",
         "control_points[1].target_east_m"),
        (FOUR, "[limits]", "[limit]", "datum_file_key_unknown", "limit"),
        (SEVEN, 'convention = "position_vector"', "", "datum_file_key_missing",
         "seven.convention"),
        (SEVEN, "rx_s = 0.42", "rx_s = 420.0", "datum_file_value", "seven.rx_s"),
        (NO_POINTS, "kind =", "control_points = 3\nkind =", "datum_file_value", "control_points"),
        (LOCAL_SEVEN, "definition =", "definitions =", "datum_file_key_missing",
         "source.definition"),
        (LOCAL_SEVEN, "accuracy_m = 0.1", "", "datum_file_key_missing", "accuracy_m"),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_is_named(written, text, old, new, code, key):
    with pytest.raises(UnreadableFileError, match=code) as caught:
        read_datum_parameters(written(text, old, new))
    assert caught.value.params["key"] == key
    assert "–" not in message_of(code, caught.value.params).zh.replace("（应为：–）", "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('rotation_sense = "clockwise"', 'rotation_sense = "counterclockwise"'),
        ("rotation_s = 1.25", "rotation_s = 2.25"),
        ("east_m = -34.6078", "east_m = 223.503"),
        ("39512300.000", "512300.000"),
        ("rms_m = 0.05", "rms_m = 0.01"),
        ("max_m = 0.10", "max_m = 0.015"),
    ],
)
def test_parameters_that_miss_their_control_points_are_refused(written, old, new):
    with pytest.raises(UnreadableFileError, match="datum_residuals_too_large") as caught:
        read_datum_parameters(written(FOUR, old, new))
    assert "None" not in message_of(caught.value.code, caught.value.params).zh


def test_values_never_stand_in_a_message(written):
    with pytest.raises(UnreadableFileError, match="datum_file_value") as caught:
        read_datum_parameters(written(SEVEN, "dx_m = -12.3", "dx_m = 98765.4"))
    facts = caught.value.params
    for wording in (message_of("datum_file_value", facts), remedy_of("datum_file_value", facts)):
        assert "98765" not in wording.zh + wording.en


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"name = ", "datum_file_unreadable"),
        (b"\xff\xfe", "datum_file_unreadable"),
        (b"a" * 2_000_000, "file_too_large"),
    ],
)
def test_what_is_no_toml_is_refused(tmp_path, content, code):
    path = tmp_path / "p.toml"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=code):
        read_datum_parameters(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match="file_not_found"):
        read_datum_parameters(tmp_path / "none.toml")
