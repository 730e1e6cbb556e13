"""Approvals, supplies and other dealings that the site already carries, by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.units import UM2_PER_M2
from services.domain.facts import FeatureHit, SiteFacts

__all__ = ["earlier_land"]

LEAST_UM2 = UM2_PER_M2
# fields of the registers that name a dealing (layers and codes 5; lifecycle fields), in order
NUMBERS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "approved_land": (
        ("PCMC", "批次名称", "batch"),
        ("PZWH", "批准文号", "approval number"),
        ("PZRQ", "批准日期", "approved on"),
    ),
    "supplied_land": (
        ("DZJGH", "电子监管号", "supervision number"),
        ("HTBH", "合同编号", "contract"),
        ("SRR", "受让人", "grantee"),
    ),
    "reserve_land": (("ZDMC", "地块名称", "plot"), ("RKRQ", "入库日期", "reserved on")),
    "temporary_land": (
        ("PZWH", "批准文号", "approval number"),
        ("PZRQ", "批准日期", "approved on"),
    ),
    "enforcement_patch": (("WFDKXH", "违法地块序号", "patch"), ("QSSJ", "起始时间", "since")),
}


def earlier_land(facts: SiteFacts) -> list[dict[str, Any]]:
    """Dealings of at least 1 m² inside the site, with their area and numbers, in legal order."""
    return [
        {
            "role": role,
            "area_m2": round(hit.area_um2 / UM2_PER_M2, 2),
            "numbers": _numbers(role, hit),
        }
        for role in NUMBERS
        if role in facts.site.layers
        for hit in facts.site.layers[role].hits
        if hit.area_um2 >= LEAST_UM2
    ]


def _numbers(role: str, hit: FeatureHit) -> list[dict[str, str]]:
    return [
        {"zh": zh, "en": en, "value": str(hit.attributes[field])}
        for field, zh, en in NUMBERS[role]
        if hit.attributes.get(field)
    ]
