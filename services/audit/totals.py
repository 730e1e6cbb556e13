"""Totals of an audit, summed in whole hundredths of a square metre."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from services.audit.rows import AuditRow, Status
from services.domain.verdict import State

__all__ = ["AuditTotals"]


@dataclass(slots=True)
class AuditTotals:
    """Counts and areas while rows pass by; every total is a sum of printed cells."""

    by_status: Counter[Status] = field(default_factory=Counter)
    by_verdict: Counter[State] = field(default_factory=Counter)
    area_cents: Counter[State] = field(default_factory=Counter)
    class_cents: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    remainder_cents: Counter[str] = field(default_factory=Counter)
    overlap_cents: Counter[str] = field(default_factory=Counter)

    def add(self, row: AuditRow) -> None:
        """Count one site."""
        self.by_status[row.status] += 1
        self.by_verdict[row.verdict] += 1
        if row.plane is not None:
            self.area_cents[row.verdict] += row.plane
        for cell in row.classes:
            self.class_cents[cell.role, cell.code, cell.name] += cell.plane
        for layer in row.layers:
            self.remainder_cents[layer.role] += layer.remainder
            self.overlap_cents[layer.role] += layer.overlap

    @property
    def measured_cents(self) -> int:
        """Area of all judged sites."""
        return sum(self.area_cents.values())
