"""Every phrase is there in both languages, with the same facts, and is used."""

import re
import string
from pathlib import Path

import pytest

import services.reports
from services.domain.verdict import Reason, State
from services.domain.wording import Language
from services.reports.case import AnnexTable
from services.reports.content import FigureSubject
from services.reports.words import Words, phrases

SOURCES = Path(services.reports.__file__).parent
# keys that are put together from a code
BUILT = (
    "annex.",
    "column.",
    "criterion.",
    "figure.",
    "figure_title.",
    "gap.",
    "main_class.",
    "mark.",
    "need.",
    "scheme.",
    "section.",
    "sign.",
    "summary.",
)


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(phrases()))
def test_both_languages_state_the_same_facts(key):
    wording = phrases()[key]
    assert wording.zh
    assert wording.en
    assert fields(wording.zh) == fields(wording.en)


def keys_in_sources():
    for path in SOURCES.rglob("*.py"):
        yield from re.findall(r'"([a-z_]+\.[a-z_0-9]+)"', path.read_text("utf-8"))


def test_no_phrase_is_dead():
    used = set(keys_in_sources())
    assert [key for key in phrases() if key not in used and not key.startswith(BUILT)] == []


def test_columns_are_all_used():
    text = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    names = [key.removeprefix("column.") for key in phrases() if key.startswith("column.")]
    assert [
        name for name in names if f'"{name}"' not in text and f"column.{name}" not in text
    ] == []


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [("gap", Reason), ("mark", State), ("figure_title", FigureSubject), ("annex", AnnexTable)],
)
def test_every_code_has_its_phrase(prefix, codes):
    assert [code for code in codes if f"{prefix}.{code}" not in phrases()] == []


def test_an_unknown_phrase_is_an_error():
    with pytest.raises(KeyError, match=r"no\.such"):
        Words(Language.ZH)("no.such")
    assert Words(Language.ZH).known("no.such") is None
