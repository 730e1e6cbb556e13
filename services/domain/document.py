"""A result as a stored document, and as the JSON of the contract.

The stored document keeps both languages and all geometry; the contract prints one language
and leaves geometry out unless it is asked for.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from services.domain.verdict import CheckResult
from services.domain.wording import Language, Wording

__all__ = ["contract_json", "restore_result", "stored_document"]


@cache
def _adapter() -> TypeAdapter[CheckResult]:
    return TypeAdapter(CheckResult)


def stored_document(result: CheckResult) -> dict[str, Any]:
    """Everything in the result, as plain JSON values."""
    document: dict[str, Any] = _adapter().dump_python(result, mode="json")
    return document


def restore_result(document: dict[str, Any]) -> CheckResult:
    """Inverse of `stored_document`."""
    return _adapter().validate_python(document)


def contract_json(
    result: CheckResult, *, language: Language, geometry: bool = False
) -> dict[str, Any]:
    """RESULT of the command-line contract, sentences in one language."""
    document = stored_document(result)
    document.pop("geometry")
    document.pop("hits")
    for finding, line in zip(document["findings"], result.findings, strict=True):
        _speak(finding, language, clause=line.clause, document=line.document)
        _speak(finding, language, message=line.message, remedy=line.remedy)
        if not geometry:
            finding.pop("geometry")
    for gap, reason in zip(document["not_checked"], result.not_checked, strict=True):
        _speak(gap, language, remedy=reason.remedy)
    if geometry:
        document["site"]["geometry"] = list(result.geometry)
    return document


def _speak(target: dict[str, Any], language: Language, **texts: Wording) -> None:
    for name, text in texts.items():
        target[name] = text.in_language(language)
