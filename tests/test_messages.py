"""Every code that the product can raise or note has its words in both languages."""

import ast
import string
from pathlib import Path

import pytest

import services.errors
from geo import errors as geo_errors
from services.domain.issue import Duty, Severity
from services.messages import catalogue, message_of, remedy_of

ROOT = Path(__file__).parents[1]
CARRIERS = {"Refusal": 2, "Repair": 2, "Note": 0}
TEXTS = ("zh", "en", "remedy_zh", "remedy_en")


def error_classes(root):
    found = [root]
    for child in root.__subclasses__():
        found += error_classes(child)
    return found


def called_name(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def code_of(call, errors):
    name = called_name(call)
    for keyword in call.keywords:
        if keyword.arg == "code" and name in {*errors, *CARRIERS}:
            return keyword.value
    position = 0 if name in errors else CARRIERS.get(name)
    if position is None or len(call.args) <= position:
        return None
    return call.args[position]


def codes_in_sources():
    errors = {c.__name__ for c in error_classes(geo_errors.GeoError)}
    errors |= {c.__name__ for c in error_classes(services.errors.ServiceError)}
    for package in ("geo", "services", "web"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                code = code_of(node, errors)
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield code.value


def test_every_code_has_words():
    roots = (geo_errors.GeoError, services.errors.ServiceError)
    codes = {kind.default_code for root in roots for kind in error_classes(root)}
    codes |= set(codes_in_sources())
    assert sorted(codes - set(catalogue())) == []


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_both_languages_state_the_same_facts(code):
    entry = catalogue()[code]
    assert all(entry.get(name, "").strip() for name in TEXTS), f"{code} lacks a text"
    fields = {
        name: {field for _, field, _, _ in string.Formatter().parse(entry[name]) if field}
        for name in TEXTS
    }
    assert fields["zh"] == fields["en"]
    assert message_of(code, {}).zh
    assert remedy_of(code, {}).en


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_weight_and_duty_are_of_the_lists(code):
    entry = catalogue()[code]
    assert set(entry) <= {*TEXTS, "severity", "duty"}
    assert entry.get("severity", Severity.INFO) in list(Severity)
    assert entry.get("duty", Duty.NOBODY) in list(Duty)
