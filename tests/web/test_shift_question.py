"""The question about a shifted map: taken back, or left where it is, on the user's word."""

from types import SimpleNamespace

import pytest

from geo.reading_codes import Remark
from services.domain.wording import Language
from services.preview_questions import Answer, Question, QuestionKind
from services.preview_trials import Trial
from web.presentation.questions import question_cards

FACTS = {"file": "x.geojson", "offset_m": "538", "before_m": "520", "after_m": "0.1"}


@pytest.mark.parametrize(("datum", "name"), [("gcj02", "GCJ-02"), ("bd09", "BD-09")])
def test_the_shift_is_named_and_both_answers_are_offered(datum, name):
    question = Question(
        QuestionKind.SHIFTED_MAP,
        Remark.DATUM_SURELY_GCJ02,
        {**FACTS, "datum": datum},
        1,
        (Answer({"datum": datum}, Trial(1, 0)),),
    )
    preview = SimpleNamespace(questions=(question,), county_known=True, issues=())
    (card,) = question_cards(preview, (), Language.ZH)
    assert "538" in card.words
    assert card.answers[0].label == f"去除 {name} 偏移（仅供参考）"
    assert card.answers[0].changes == f"datum={datum}"
    assert card.settle == "不去除，就按现在的位置"
    assert question_cards(preview, ("shifted_map",), Language.ZH) == ()
