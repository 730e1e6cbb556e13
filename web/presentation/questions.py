"""Questions about an input in plain words, each answer with what would come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from geo.crs import parse_crs, zone_of
from geo.errors import GeoError
from geo.reading_codes import Fault, Remark
from geo.shifted_map import MAP_NAMES
from services.domain.wording import Language
from services.messages import message_of
from services.preview import Preview
from services.preview_questions import SUSPECTED_SHIFTS, Answer, Question, QuestionKind
from services.preview_trials import Trial
from web.texts import text

__all__ = ["AnswerLine", "QuestionCard", "crs_name", "question_cards"]

# questions that “leave it so” answers: nothing was refused for them
SETTLED_BY_WORD = frozenset(
    {
        *SUSPECTED_SHIFTS,
        Remark.DUPLICATE_NUMBER,
        Remark.ENCODING_CONTRADICTED,
        Remark.TXT_DUPLICATE_PARCEL,
    }
)
FIXED_WORDS: Mapping[tuple[str, object], str] = {
    ("swap_axes", True): "swap",
    ("swap_axes", False): "no_swap",
    ("accept_repairs", True): "accept",
    ("crs", None): "own_crs",
    ("datum", None): "not_shifted",
    ("datum_parameters", None): "no_parameters",
}
LONLAT = ("EPSG:4490", "EPSG:4326")
CASES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One button: its words, what would come of it, and the fields that it changes, as a query."""

    label: str
    outcome: str
    fits: bool
    changes: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """One question; `others` are answers that lead nowhere as far as can be told."""

    kind: str
    title: str
    words: str
    answers: tuple[AnswerLine, ...]
    others: tuple[AnswerLine, ...] = ()
    cases: tuple[str, ...] = ()
    settle: str = ""

    @property
    def is_old_datum(self) -> bool:
        """Whether it is answered by a file of datum parameters, or not at all."""
        return self.kind == QuestionKind.OLD_DATUM


def question_cards(
    preview: Preview, settled: Iterable[str], language: Language
) -> tuple[QuestionCard, ...]:
    """Cards of the questions that are still open."""
    done = set(settled)
    return tuple(
        _card(question, preview, language)
        for question in preview.questions
        if not (question.kind in done and question.code in SETTLED_BY_WORD)
    )


def _card(question: Question, preview: Preview, language: Language) -> QuestionCard:
    lines = [_line(answer, preview.county_known, language) for answer in question.answers]
    fitting = tuple(line for line in lines if line.fits)
    rest = tuple(line for line in lines if not line.fits)
    # where nothing fits, all answers stay in sight
    folds = bool(fitting) and question.kind is QuestionKind.CRS
    words = message_of(question.code, {"number": "–", **question.params}).in_language(language)
    if question.count > 1:
        words += " " + text("question.more", language, count=question.count)
    settle = question.code in SETTLED_BY_WORD
    return QuestionCard(
        kind=question.kind,
        title=text(f"question.{question.kind}", language),
        words=words,
        answers=fitting if folds else (*fitting, *rest),
        others=rest if folds else (),
        cases=_cases(preview, language) if question.kind is QuestionKind.REPAIRS else (),
        settle=text(f"question.settle_{question.kind}", language) if settle else "",
    )


def _cases(preview: Preview, language: Language) -> tuple[str, ...]:
    """Areas before and after of the repairs that were refused."""
    found = [issue for issue in preview.issues if issue.code == Fault.REPAIR_TOO_LARGE]
    return tuple(
        text(
            "question.repair_case",
            language,
            name=issue.site or text("preview.feature", language, number=issue.feature or 0),
            before=issue.params.get("before_m2", "–"),
            after=issue.params.get("after_m2", "–"),
        )
        for issue in found[:CASES_SHOWN]
    )


def _line(answer: Answer, county_known: bool, language: Language) -> AnswerLine:
    texts = answer.trial.texts if answer.trial else ()
    return AnswerLine(
        label=_label(answer, language),
        outcome=_outcome(answer.trial, county_known, language),
        fits=answer.fits,
        changes=urlencode({name: _field(value) for name, value in answer.changes.items()}),
        sample=" · ".join(texts) if "encoding" in answer.changes else "",
    )


def _field(value: str | bool | Path | None) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.name if isinstance(value, Path) else value or ""


def _label(answer: Answer, language: Language) -> str:
    """Words of an answer by its first change, which names it."""
    name, value = next(iter(answer.changes.items()))
    key = FIXED_WORDS.get((name, value))
    if key is not None:
        return text(f"question.{key}", language)
    if name == "datum":
        return text("question.take_back", language, datum=MAP_NAMES[str(value)])
    if name != "crs":
        return _field(value)
    system = crs_name(str(value), language)
    swapped = "swap_axes" in answer.changes
    return text("question.swapped", language, crs=system) if swapped else system


def _outcome(trial: Trial | None, county_known: bool, language: Language) -> str:
    if trial is None:
        return text("question.untried", language)
    if trial.kept:
        key = "question.inside" if county_known else "question.kept"
        kept = text(key, language, kept=trial.kept)
        refused = text("question.refused", language, refused=trial.refused) if trial.refused else ""
        return kept + refused
    if trial.code is None:
        return text("question.nothing", language)
    return message_of(trial.code, trial.params).in_language(language)


def crs_name(code: str, language: Language) -> str:
    """A coordinate system as officials call it, with its code."""
    try:
        crs, zone = parse_crs(code), zone_of(code)
    except GeoError:
        return code
    if zone is not None:
        key = "question.zone_prefixed" if zone.prefixed else "question.zone_bare"
        facts = {
            "width": zone.width_deg,
            "zone": zone.number,
            "meridian": zone.central_meridian_deg,
        }
        return text(key, language, code=code, **facts)
    if code in LONLAT:
        return text("question.lonlat", language, code=code)
    return f"{crs.name}（{code}）" if language is Language.ZH else f"{crs.name} ({code})"
