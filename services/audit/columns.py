"""Columns of an audit's table: names for machines, heads and values for people."""

from __future__ import annotations

from collections.abc import Iterator

from services.audit.rows import AuditRow
from services.domain.verdict import Theme
from services.domain.wording import Language, Wording
from services.labels import label

__all__ = ["CLASS_HEADS", "FLAT_HEADS", "class_records", "flat_record", "spoken_record"]

CENTS_PER_M2 = 100

FLAT_HEADS: dict[str, Wording] = {
    "index": Wording("序号", "index"),
    "id": Wording("地块编号", "id"),
    "name": Wording("地块名称", "name"),
    "status": Wording("处理状态", "status"),
    "verdict": Wording("结论", "verdict"),
    "outcome": Wording("处置", "outcome"),
    "area_m2": Wording("面积(m²)", "area (m²)"),
    "ellipsoid_area_m2": Wording("椭球面积(m²)", "ellipsoid area (m²)"),
    "stated_area_m2": Wording("申报面积(m²)", "stated area (m²)"),
    **{theme.value: label("theme", theme.value) for theme in Theme},
    "findings": Wording("问题数", "findings"),
    "rule": Wording("规则", "rule"),
    "finding": Wording("首要问题", "first finding"),
    "remedy": Wording("处理办法", "what to do"),
    "not_checked": Wording("未核查", "not checked"),
    "code": Wording("错误代码", "error code"),
    "message": Wording("错误说明", "error"),
}
CLASS_HEADS: dict[str, Wording] = {
    "index": Wording("序号", "index"),
    "id": Wording("地块编号", "id"),
    "role": Wording("图层", "layer"),
    "code": Wording("分类代码", "class"),
    "name": Wording("分类名称", "class name"),
    "area_m2": Wording("面积(m²)", "area (m²)"),
    "ellipsoid_area_m2": Wording("椭球面积(m²)", "ellipsoid area (m²)"),
}
SPOKEN = {"verdict": "state", "outcome": "outcome", "status": "audit_status"}
Value = str | int | float | None


def flat_record(row: AuditRow, language: Language) -> dict[str, Value]:
    """The site without its classes, by the names of `FLAT_HEADS`; states as codes."""
    return {
        "index": row.index,
        "id": row.id,
        "name": row.name,
        "status": row.status.value,
        "verdict": row.verdict.value,
        "outcome": row.outcome.value,
        "area_m2": _m2(row.plane),
        "ellipsoid_area_m2": _m2(row.ellipsoid),
        "stated_area_m2": row.stated_m2,
        **row.themes,
        "findings": row.findings,
        "rule": row.rule,
        "finding": row.finding.in_language(language),
        "remedy": row.remedy.in_language(language),
        "not_checked": " ".join(row.not_checked),
        "code": row.code,
        "message": row.message.in_language(language),
    }


def spoken_record(row: AuditRow, language: Language) -> dict[str, Value]:
    """The same with states, outcomes and layers in words."""
    record = flat_record(row, language)
    for name, kind in SPOKEN.items():
        record[name] = label(kind, str(record[name])).in_language(language)
    for theme, state in row.themes.items():
        record[theme] = label("state", state).in_language(language)
    gaps = (gap.partition(":") for gap in row.not_checked)
    record["not_checked"] = "；".join(
        f"{label('role', role).in_language(language)}: {label('reason', why).in_language(language)}"
        for role, _, why in gaps
    )
    return record


def class_records(row: AuditRow) -> Iterator[dict[str, Value]]:
    """One record for each class of each layer, by the names of `CLASS_HEADS`."""
    for cell in row.classes:
        yield {
            "index": row.index,
            "id": row.id,
            "role": cell.role,
            "code": cell.code,
            "name": cell.name,
            "area_m2": _m2(cell.plane),
            "ellipsoid_area_m2": _m2(cell.ellipsoid),
        }


def _m2(cents: int | None) -> float | None:
    return None if cents is None else cents / CENTS_PER_M2
