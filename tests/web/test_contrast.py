"""Colours of the tokens are told apart: 4.5 to 1 for text, by the formula of WCAG 2."""

import re

import pytest

from web.assets import STATIC

CSS = (STATIC / "css/tokens.css").read_text("utf-8")
LIGHT, DARK = CSS.split("prefers-color-scheme: dark", maxsplit=1)
TEXT = ("ink", "ink-2", "accent", "conforms", "conditional", "procedure", "nonconforming")


def colours(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0, abs=1e-9)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("name", [*TEXT, "undecided"])
def test_text_can_be_read(theme, ground, name):
    found = colours(theme)
    assert contrast(found[name], found[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_stand_out_of_their_shapes(theme):
    found = colours(theme)
    for state in ("conforms", "conditional", "procedure", "nonconforming"):
        assert contrast(found["mark"], found[state]) >= 3
    assert contrast(found["on-accent"], found["accent"]) >= 4.5
    assert contrast(found["site"], found["ground"]) >= 3
