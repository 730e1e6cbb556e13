"""Every word of a page stands in the translations, in both languages, and is used."""

import re
import string
from pathlib import Path

import pytest

import web
from services.domain.wording import Language
from web.texts import entries, text

WEB = Path(web.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMED_KEY = re.compile(r"""(?:\bt|\btext|_plain_row)\(\s*["']([a-z_]+\.[a-z_0-9]+)["']\s*[,)]""")
# keys that are put together from a code
MADE_UP = (
    "check.",
    "threshold.",
    "reading.",
    "findings.",
    "origin.",
    "map.",
    "card.",
    "question.",
    "detected.",
    "driver.",
    "dialect.",
    "preview.state_",
    "preview.datum_",
)


def sources(*patterns):
    return [path for pattern in patterns for path in sorted(WEB.rglob(pattern))]


def keys_named():
    found = set()
    for path in sources("*.html", "*.py"):
        found |= set(NAMED_KEY.findall(path.read_text("utf-8")))
    return found


@pytest.mark.parametrize("key", sorted(entries()))
def test_both_languages_say_it_with_the_same_facts(key):
    wording = entries()[key]
    assert wording.zh.strip()
    assert wording.en.strip()
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}
        for words in (wording.zh, wording.en)
    ]
    assert fields[0] == fields[1]


def test_every_key_on_a_page_exists():
    assert keys_named()
    assert keys_named() - set(entries()) == set()


def test_no_entry_is_left_over():
    unused = set(entries()) - keys_named()
    assert {key for key in unused if not key.startswith(MADE_UP)} == set()


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError, match=r"page\.nothing"):
        text("page.nothing", Language.ZH)


def test_templates_and_scripts_hold_no_words_of_their_own():
    allowed = {"language.py", "uploads.py", "testing.py"}
    carrying = [
        path.name
        for path in sources("templates/*.html", "static/js/*.js", "*.py")
        if CHINESE.search(path.read_text("utf-8")) and path.name not in allowed
    ]
    assert carrying == []
