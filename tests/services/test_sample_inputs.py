"""The input files of the sample county: written by a generator that knows no reader."""

import json
from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.intake import ReadOptions
from services.errors import ServiceError
from services.intake import take_in
from services.messages import message_of, remedy_of

INPUTS = Path(__file__).parents[2] / "sample_data" / "inputs"
LISTED = json.loads((INPUTS / "inputs.json").read_text("utf-8"))
# the sample county lies within this box of its working CRS
COUNTY = (39_515_000.0, 3_840_000.0, 39_535_000.0, 3_860_000.0)


def taken(path, **options):
    return take_in(
        [INPUTS / path], ReadOptions(**options), working_crs="EPSG:4527", envelope=COUNTY
    )


@pytest.mark.parametrize("listed", LISTED["red_line"], ids=lambda listed: listed["path"])
def test_one_red_line_in_many_files_has_one_area(listed):
    parameters = listed["datum_parameters"] and INPUTS / listed["datum_parameters"]
    intake = taken(listed["path"], swap_axes=listed["swap_axes"], datum_parameters=parameters)
    assert len(intake.frame) == listed["plots"]
    assert intake.refused == intake.repaired == ()
    area = intake.frame.geometry.union_all().area
    assert area == pytest.approx(listed["area_m2"], abs=1e-6)
    assert intake.frame.area.sum() - area == pytest.approx(listed["overlap_m2"], abs=1e-6)
    assert listed["dialect"] in intake.detected.dialect
    stated = intake.frame["stated_area_m2"].dropna()
    assert stated.tolist() == pytest.approx(intake.frame.area[stated.index].tolist(), abs=1.0)


def test_swapped_axes_need_the_users_word():
    swapped = [listed for listed in LISTED["red_line"] if listed["swap_axes"]]
    assert swapped
    for listed in swapped:
        with pytest.raises(ServiceError, match="axes_swapped"):
            taken(listed["path"])


@pytest.mark.parametrize("listed", LISTED["bad"], ids=lambda listed: listed["path"])
def test_a_bad_file_is_told_in_one_sentence(listed):
    if listed["kept"]:
        intake = taken(listed["path"])
        assert len(intake.frame) == listed["kept"]
        told = [(refusal.code, refusal.params) for refusal in intake.refused]
    else:
        with pytest.raises((GeoError, ServiceError)) as caught:
            taken(listed["path"])
        told = [(caught.value.code, caught.value.params)]
    assert told
    name = Path(listed["path"]).name
    for code, params in told:
        assert name in message_of(code, params).zh
        assert name in message_of(code, params).en
        assert remedy_of(code, params).zh.endswith("。")
