"""The profile of a coordinate TXT in words."""

from pathlib import Path

import pytest

from geo.intake import ReadOptions
from geo.io.boundary.profile import Trait
from services.domain.wording import Language
from services.intake import take_in
from services.intake_documents import detected_document
from services.messages import catalogue

RED_LINE = Path(__file__).parents[2] / "sample_data" / "inputs" / "red_line"


def test_every_trait_has_words():
    assert {str(trait) for trait in Trait} <= set(catalogue())


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("hectares", "方言：建设用地报批（表头有格式版本号", "Dialect: approval"),
        ("zengjian", "方言：增减挂钩", "Dialect: land linkage"),
        ("yizhangtu", "方言：一张图", "Dialect: one map"),
        ("zhifa", "方言：执法或进出平衡", "Dialect: enforcement or land balance"),
    ],
)
def test_the_dialect_and_why(name, zh, en):
    intake = take_in([RED_LINE / f"{name}.txt"], ReadOptions(), working_crs="EPSG:4527")
    for language, start in ((Language.ZH, zh), (Language.EN, en)):
        profile = detected_document(intake.detected, language)["profile"]
        assert profile[0]["message"].startswith(start)
        assert not any("–" in entry["message"] for entry in profile if "header" not in entry["code"]
                       and entry["code"] != "txt_digits")  # fmt: skip
