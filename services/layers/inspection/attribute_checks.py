"""Checks of fields, identifiers, codes and names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from services.domain.issue import Severity
from services.layers.inspection.code_tables import Codes, role_codes, scheme_codes, suggestion
from services.layers.inspection.phrases import phrase
from services.layers.inspection.report import Check, LayerFault
from services.layers.inspection.subject import Found, Subject

__all__ = ["attribute_checks"]

CODES_NAMED = 8


def attribute_checks(subject: Subject) -> dict[Check, Found]:
    """All checks of what the table of a layer says."""
    return {
        Check.DUPLICATE_ID: _duplicate_ids(subject),
        Check.FIELDS: _fields(subject),
        Check.EMPTY_VALUES: _empty_values(subject),
        **_class_checks(subject),
        Check.VALUES: _values(subject),
    }


def _duplicate_ids(subject: Subject) -> Found:
    column = subject.first_column(subject.rules.ids)
    if column is None:
        return Found(not_run=phrase("not_run.no_id_field", fields="、".join(subject.rules.ids)))
    texts = subject.texts(column).to_numpy(dtype=object)
    filled = np.flatnonzero(texts != "")
    values, first, place = np.unique(
        texts[filled].astype(str), return_index=True, return_inverse=True
    )
    severity = subject.severity("duplicate_id")
    faults = []
    for at in np.flatnonzero(first[place] != np.arange(len(filled))):
        row, earlier = int(filled[at]), int(filled[first[place[at]]])
        params = {"field": column, "value": str(values[place[at]])}
        fault = subject.fault(Check.DUPLICATE_ID, "inspect_duplicate_id", severity, row, params)
        faults.append(_with_other(subject, fault, earlier))
    return Found(tuple(faults))


def _with_other(subject: Subject, fault: LayerFault, row: int) -> LayerFault:
    return replace(
        fault,
        features=(*fault.features, int(subject.numbers[row])),
        ids=(*fault.ids, str(subject.names[row])),
    )


def _fields(subject: Subject) -> Found:
    rules = subject.rules
    if not rules.required and not rules.expected:
        return Found(not_run=phrase("not_run.no_field_rules"))
    faults = [
        LayerFault(Check.FIELDS, f"inspect_{kind}", subject.severity(kind), params={"field": name})
        for kind, names in (("field_missing", rules.required), ("field_expected", rules.expected))
        for name in names
        if subject.column(name) is None
    ]
    return Found(tuple(faults))


def _empty_values(subject: Subject) -> Found:
    rules = subject.rules
    if not rules.required and not rules.only_for:
        return Found(not_run=phrase("not_run.no_field_rules"))
    codes = subject.opened.codes
    faults: list[LayerFault] = []
    for wanted in rules.required:
        faults += _empty_in(subject, wanted, np.ones(subject.count, dtype=bool))
    for wanted, classes in rules.only_for.items():
        faults += _empty_in(subject, wanted, np.isin(codes, list(classes)))
    return Found(tuple(faults))


def _empty_in(subject: Subject, wanted: str, among: NDArray[np.bool_]) -> Iterator[LayerFault]:
    column = subject.column(wanted)
    if column is None:
        return
    empty = (subject.texts(column).str.strip() == "").to_numpy(dtype=bool) & among
    severity = subject.severity("empty_value")
    for row in map(int, np.flatnonzero(empty)):
        params = {"field": column}
        yield subject.fault(Check.EMPTY_VALUES, "inspect_empty_value", severity, row, params)


def _class_checks(subject: Subject) -> dict[Check, Found]:
    column = subject.opened.version.class_field
    if column is None or column not in subject.opened.fields:
        missing = Found(not_run=phrase("not_run.no_codes"))
        return {Check.CODES: missing, Check.CLASS_NAMES: missing}
    codes = _table_of(subject)
    if codes is None:
        missing = Found(not_run=phrase("not_run.no_table"))
        return {Check.CODES: missing, Check.CLASS_NAMES: missing}
    texts = subject.texts(column).to_numpy(dtype=object)
    return {
        Check.CODES: _codes(subject, column, texts, codes),
        Check.CLASS_NAMES: _class_names(subject, texts, codes),
    }


def _table_of(subject: Subject) -> Codes | None:
    named = subject.rules.codes
    if named is not None:
        return role_codes(named, subject.rules_folder)
    return scheme_codes(subject.opened.version.scheme, subject.rules_folder)


def _codes(subject: Subject, column: str, texts: NDArray[np.object_], codes: Codes) -> Found:
    """Codes that stand in no row of the table; empty ones are a matter of required fields."""
    values, place = np.unique(texts.astype(str), return_inverse=True)
    scheme = subject.opened.version.scheme
    faults: list[LayerFault] = []
    told = []
    for at, value in enumerate(map(str, values)):
        if value.strip() == "" or codes.knows(value):
            continue
        better, edition = suggestion(value, codes, scheme, subject.rules_folder)
        spelled = bool(better) and not edition
        code = _code_of(better, edition)
        severity = subject.severity("code_spelled" if spelled else "code_unknown")
        rows = np.flatnonzero(place == at)
        told.append(f"{value!r} ×{len(rows)}")
        params = {"field": column, "value": value, "better": better, "edition": edition,
                  "scheme": str(scheme)}  # fmt: skip
        faults += [subject.fault(Check.CODES, code, severity, int(row), params) for row in rows]
    listed = ", ".join(told[:CODES_NAMED]) + ("…" if len(told) > CODES_NAMED else "")
    remarks = (phrase("result.codes", codes=listed),) if told else ()
    return Found(tuple(faults), remarks)


def _code_of(better: str, edition: str) -> str:
    if edition:
        return "inspect_code_of_edition" if better else "inspect_code_of_scheme"
    return "inspect_code_spelled" if better else "inspect_code_unknown"


def _class_names(subject: Subject, texts: NDArray[np.object_], codes: Codes) -> Found:
    column = subject.opened.version.name_field
    if column is None or column not in subject.opened.fields or not any(codes.names.values()):
        return Found(not_run=phrase("not_run.no_names"))
    names = subject.texts(column).str.strip().to_numpy(dtype=object)
    severity = subject.severity("class_name")
    faults = []
    for row, (code, name) in enumerate(zip(texts, names, strict=True)):
        expected = codes.name_of(str(code).strip())
        if expected and name and name != expected:
            params = {"code": str(code).strip(), "value": str(name), "expected": expected}
            faults.append(
                subject.fault(Check.CLASS_NAMES, "inspect_class_name", severity, row, params)
            )
    return Found(tuple(faults))


def _values(subject: Subject) -> Found:
    rules = subject.rules.values
    columns = {wanted: subject.column(wanted) for wanted in rules}
    if not any(columns.values()):
        return Found(not_run=phrase("not_run.no_values"))
    severity: Severity = subject.severity("value_unknown")
    faults = []
    for wanted, allowed in rules.items():
        column = columns[wanted]
        if column is None:
            continue
        texts = subject.texts(column).str.strip()
        wrong = (texts != "") & ~texts.isin(list(allowed))
        for row in map(int, np.flatnonzero(wrong.to_numpy(dtype=bool))):
            params = {
                "field": column,
                "value": str(texts.iloc[row]),
                "allowed": "、".join(allowed),
            }
            faults.append(subject.fault(Check.VALUES, "inspect_value", severity, row, params))
    return Found(tuple(faults))
