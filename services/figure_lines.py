"""The lines of a CSV of plan figures, checked completely."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from geo.errors import Param, UnreadableFileError
from geo.units import UM2_PER_M2
from services.repositories import FigureRow

__all__ = ["FigureLine", "LineFault", "figure_lines", "read_figures"]

AMOUNTS = ("scale_left_m2", "cultivated_margin_m2", "plan_2019_m2", "advance_left_m2")
TOWN_AMOUNTS = AMOUNTS[:2]
DISTRICT_AMOUNTS = AMOUNTS[2:]
NEEDED = ("date", "town_code", "source")
# a town may have overdrawn its scale; a plan and an advance are never below nothing
SIGNED = frozenset(TOWN_AMOUNTS)
MOST_M2 = 10**11
MOST_BYTES = 10_000_000
LONGEST_CODE = 20
# the notice: in advance up to 50 % of the plan issued to the district for 2019
ADVANCE_SHARE = 2
ENCODINGS = ("utf-8-sig", "gb18030")

FigureLine = tuple[int, FigureRow]


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line, as code and facts."""

    line: int
    code: str
    params: Mapping[str, Param]


def read_figures(path: Path) -> bytes:
    """Content of a file of figures.

    Raises
    ------
    UnreadableFileError
        Missing or too large.
    """
    if not path.is_file():
        raise UnreadableFileError("file_not_found", file=path.name)
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFileError(
            "file_too_large", file=path.name, found=path.stat().st_size, limit=MOST_BYTES
        )
    return path.read_bytes()


def figure_lines(
    content: bytes, *, file: str
) -> tuple[tuple[FigureLine, ...], tuple[LineFault, ...]]:
    """Sound lines with their numbers, and the faults of the rest.

    Raises
    ------
    UnreadableFileError
        In no known encoding.
    """
    faults: list[LineFault] = []
    lines = []
    try:
        for number, fields in _lines(_text(content, file), faults):
            row = _row(number, fields, faults)
            if row is not None:
                lines.append((number, row))
    except csv.Error:
        faults.append(LineFault(1, "figures_no_csv", {}))
    _require_distinct(lines, faults)
    if not lines and not faults:
        faults.append(LineFault(1, "figures_empty", {}))
    return tuple(lines), tuple(sorted(faults, key=lambda fault: fault.line))


def _text(content: bytes, file: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("unreadable_encoding", file=file)


def _lines(text: str, faults: list[LineFault]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Lines with their number in the file; blank ones are passed over."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="", strict=True)
    header = [name.strip() for name in reader.fieldnames or ()]
    unknown = [name for name in header if name not in (*NEEDED, *AMOUNTS)]
    missing = [name for name in NEEDED if name not in header]
    if unknown or missing or len(set(header)) != len(header):
        known = {"missing": ", ".join(missing) or "–", "unknown": ", ".join(unknown) or "–"}
        faults.append(LineFault(1, "figures_header", known))
        return
    reader.fieldnames = header
    for fields in reader:
        if "" in fields:
            faults.append(LineFault(reader.line_num, "figures_columns", {"needed": len(header)}))
        elif any(value.strip() for value in fields.values()):
            stripped = {name: value.strip() for name, value in fields.items()}
            yield reader.line_num, stripped


def _row(line: int, fields: Mapping[str, str], faults: list[LineFault]) -> FigureRow | None:
    before = len(faults)
    day = _day(line, fields["date"], faults)
    code = fields["town_code"]
    if len(code) > LONGEST_CODE or any(sign.isspace() for sign in code):
        faults.append(LineFault(line, "figures_town_code", {"found": code}))
    if not fields["source"]:
        faults.append(LineFault(line, "figures_no_source", {}))
    amounts = {
        name.removesuffix("_m2"): _um2(line, name, fields.get(name, ""), faults) for name in AMOUNTS
    }
    of_district = any(fields.get(name) for name in DISTRICT_AMOUNTS)
    of_town = any(fields.get(name) for name in TOWN_AMOUNTS)
    if of_district == of_town:
        faults.append(LineFault(line, "figures_town_or_district", {}))
    if of_town and not code:
        faults.append(LineFault(line, "figures_town_code", {"found": "–"}))
    _require_cap(line, amounts["plan_2019"], amounts["advance_left"], faults)
    if day is None or len(faults) > before:
        return None
    return FigureRow(
        date=day,
        town_code=code,
        source=fields["source"],
        **{f"{name}_um2": amount for name, amount in amounts.items()},
    )


def _day(line: int, text: str, faults: list[LineFault]) -> date | None:
    try:
        if len(text) == len("2022-01-01"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    faults.append(LineFault(line, "figures_no_date", {"found": text}))
    return None


def _um2(line: int, name: str, text: str, faults: list[LineFault]) -> int | None:
    """Amount in whole 1e-6 m²; an empty cell is silent."""
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    sound = amount.is_finite() and abs(amount) < MOST_M2
    whole = amount * UM2_PER_M2 if sound else Decimal(0)
    if not sound or whole != whole.to_integral_value() or (whole < 0 and name not in SIGNED):
        faults.append(LineFault(line, "figures_no_amount", {"column": name, "found": text}))
        return None
    return int(whole)


def _require_cap(line: int, plan: int | None, left: int | None, faults: list[LineFault]) -> None:
    if plan is not None and left is not None and left * ADVANCE_SHARE > plan:
        facts = {"left": left / UM2_PER_M2, "cap": plan / ADVANCE_SHARE / UM2_PER_M2}
        faults.append(LineFault(line, "figures_over_cap", facts))


def _require_distinct(rows: list[FigureLine], faults: list[LineFault]) -> None:
    first: dict[tuple[date, str], int] = {}
    for line, row in rows:
        key = (row.date, row.town_code)
        if key in first:
            faults.append(
                LineFault(
                    line,
                    "figures_repeated",
                    {"town": row.town_code or "–", "day": str(row.date), "first": first[key]},
                )
            )
        first.setdefault(key, line)
