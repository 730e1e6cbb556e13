"""Where a sheet has its headings, and which of its columns hold what.

A sheet may hold several lists side by side; each is a block of columns of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from geo.io.coordinate_table.sheet import BadCell, Sheet, text_of
from geo.io.coordinate_table.words import Heading, Role, Unit, datum_in, heading_of, plain, unit_of

__all__ = ["Block", "Layout", "Told", "cell_texts", "layout_at", "one_set"]

PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LARGEST_MERGE, MOST_COVERED = 10_000, 1_000_000
IN_FORCE = "2000"
# X2000, 80Y: a datum in a heading of letters
FIGURE = re.compile(r"(?:[xy]坐标|[xy])?(2000|80|54)(?:[xy]|[xy]坐标)?")
FIGURES = {"2000": IN_FORCE, "80": "西安80", "54": "北京54"}
NORTH_LIKE = frozenset({Role.NORTH, Role.LETTER_X})
EAST_LIKE = frozenset({Role.EAST, Role.LETTER_Y})
LAT_LIKE = frozenset({Role.LATITUDE, Role.DECIMAL_LATITUDE})
LON_LIKE = frozenset({Role.LONGITUDE, Role.DECIMAL_LONGITUDE})
LETTERS = frozenset({Role.LETTER_X, Role.LETTER_Y})
DECIMAL_BY_NAME = frozenset({Role.DECIMAL_LONGITUDE, Role.DECIMAL_LATITUDE})


class Told(StrEnum):
    """What tells which column is north and which is east."""

    WORDS = "words"
    LETTERS = "letters"
    MAGNITUDE = "magnitude"


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of one list, 0-based; `None` where it has no such column.

    Attributes
    ----------
    north, east
        Northing or latitude, easting or longitude, as `told`.
    unit
        How degrees are written, where a heading says it.
    serial
        Column of running numbers, which may be those of points or of parcels.
    others
        Columns by heading that describe points or parcels in some other way.
    system
        Datum named in the headings or right above them.
    """

    left: int
    right: int
    north: int
    east: int
    told: Told
    degrees: bool = False
    unit: Unit | None = None
    label: int | None = None
    ring: int | None = None
    edge: int | None = None
    parcel_number: int | None = None
    parcel_name: int | None = None
    area: int | None = None
    area_unit: Unit | None = None
    serial: int | None = None
    others: Mapping[str, int] = field(default_factory=dict)
    system: str = ""

    @property
    def parcel_columns(self) -> tuple[int, ...]:
        """Columns that tell parcels apart."""
        return tuple(at for at in (self.parcel_number, self.parcel_name) if at is not None)


@dataclass(frozen=True, slots=True)
class Layout:
    """Blocks from left to right; `geometry` is a column of WKT.

    `unclear` when the same points have two sets of coordinates and nothing says which counts.
    """

    row: int
    blocks: tuple[Block, ...]
    geometry: int | None = None
    unclear: bool = False


def cell_texts(sheet: Sheet) -> dict[tuple[int, int], str]:
    """Texts of merged cells at every place that they cover."""
    covered: dict[tuple[int, int], str] = {}
    for merge in sheet.merges:
        height, width = merge.bottom - merge.top + 1, merge.right - merge.left + 1
        if merge.top >= len(sheet.rows) or height * width > LARGEST_MERGE:
            continue
        if len(covered) > MOST_COVERED:
            break
        text = text_of(sheet.cell(merge.top, merge.left))
        for row in range(merge.top, merge.bottom + 1):
            for column in range(merge.left, merge.right + 1):
                covered[row, column] = text
    return covered


def layout_at(sheet: Sheet, row: int, covered: Mapping[tuple[int, int], str]) -> Layout | None:
    """Layout that a row of headings gives; `None` when it is no such row."""
    headings: dict[int, tuple[str, Heading | None]] = {}
    width = len(sheet.rows[row])
    words = (
        isinstance(cell, str) and cell and not PLAIN_NUMBER.fullmatch(cell)
        for cell in sheet.rows[row]
    )
    if not any(words):
        return None
    grouped = row > 0 and _has_headings(sheet, row - 1, covered)
    above_width = len(sheet.rows[row - 1]) if grouped else 0
    for column in range(max(width, above_width)):
        own = _text(sheet, row, column, covered)
        above = _text(sheet, row - 1, column, covered) if grouped else ""
        text, heading = _heading(own, above)
        if text:
            headings[column] = (text, heading)
    own_roles = {
        column: heading
        for column, (_, heading) in headings.items()
        if heading is not None and _text(sheet, row, column, covered)
    }
    geometry = next((at for at, each in own_roles.items() if each.role is Role.GEOMETRY), None)
    if geometry is None and not _has_pair(heading.role for heading in own_roles.values()):
        return None
    systems = {column: _system(sheet, row, column, covered) for column in own_roles}
    blocks = [replace(each, system=systems.get(each.north, "")) for each in _blocks(headings)]
    return one_set(Layout(row, tuple(blocks), geometry))


def _system(sheet: Sheet, row: int, column: int, covered: Mapping[tuple[int, int], str]) -> str:
    """Datum named in a heading, or in the two rows above it; empty where there is none."""
    rows = range(max(row - 2, 0), row + 1)
    text = "".join(_text(sheet, each, column, covered) for each in rows)
    figure = FIGURE.fullmatch(plain(_text(sheet, row, column, covered)))
    return datum_in(text) or (FIGURES[figure.group(1)] if figure else "")


def one_set(layout: Layout) -> Layout:
    """Layout without the coordinates that the same points have in another system.

    A further block without points' names of its own is no list that goes on.
    """
    first, *more = layout.blocks or (None,)
    if first is None or first.label is None or not any(each.label is None for each in more):
        return layout
    wanted = [each for each in layout.blocks if each.system == IN_FORCE]
    if not wanted:
        # metres beside degrees: those are what was measured
        wanted = [each for each in layout.blocks if not each.degrees]
    if len(wanted) != 1:
        return replace(layout, unclear=True)
    left_out = {
        f"{each.system or '?'} {name}": column
        for each in layout.blocks
        if each is not wanted[0]
        for name, column in (("X", each.north), ("Y", each.east))
    }
    chosen = replace(
        first,
        right=max(each.right for each in layout.blocks),
        north=wanted[0].north,
        east=wanted[0].east,
        told=wanted[0].told,
        degrees=wanted[0].degrees,
        unit=wanted[0].unit,
        system=wanted[0].system,
        others={**first.others, **left_out},
    )
    return replace(layout, blocks=(chosen,))


def _has_headings(sheet: Sheet, row: int, covered: Mapping[tuple[int, int], str]) -> bool:
    """Whether a row holds the upper part of headings, and is no title."""
    texts = (_text(sheet, row, column, covered) for column in range(len(sheet.rows[row])))
    return any(text and (heading_of(text) or plain(text) == "坐标") for text in texts)


def _text(sheet: Sheet, row: int, column: int, covered: Mapping[tuple[int, int], str]) -> str:
    cell = sheet.cell(row, column)
    if isinstance(cell, (int, float, BadCell)) or PLAIN_NUMBER.fullmatch(cell):
        return ""
    return cell.strip() or covered.get((row, column), "")


def _heading(own: str, above: str) -> tuple[str, Heading | None]:
    """Heading of a column from its own row and the row above it, which may hold its group."""
    if own and above and own != above:
        joined = heading_of(above + own)
        if joined is not None:
            return above + own, joined
    if own:
        return own, heading_of(own)
    return (above, heading_of(above)) if above and unit_of(above) is None else ("", None)


def _has_pair(roles: Iterable[Role]) -> bool:
    found = set(roles)
    return bool(
        (found & NORTH_LIKE and found & EAST_LIKE) or (found & LAT_LIKE and found & LON_LIKE)
    )


def _slot(role: Role) -> str:
    for name, roles in (
        ("north", NORTH_LIKE),
        ("east", EAST_LIKE),
        ("latitude", LAT_LIKE),
        ("longitude", LON_LIKE),
    ):
        if role in roles:
            return name
    return role.value


def _blocks(headings: Mapping[int, tuple[str, Heading | None]]) -> Iterable[Block]:
    """Blocks of a row: one ends where a heading comes again after a pair of coordinates."""
    groups: list[dict[str, tuple[int, Heading]]] = [{}]
    others: list[dict[str, int]] = [{}]
    for column, (text, heading) in headings.items():
        if heading is None:
            others[-1].setdefault(text, column)
            continue
        slot = _slot(heading.role)
        if slot in groups[-1]:
            if not _has_pair(each.role for _, each in groups[-1].values()):
                continue
            groups.append({})
            others.append({})
        groups[-1][slot] = (column, heading)
    shared = groups[0]
    for group, rest in zip(groups, others, strict=True):
        if _has_pair(each.role for _, each in group.values()):
            for slot in (Role.PARCEL_NUMBER.value, Role.PARCEL_NAME.value):
                if slot in shared:
                    group.setdefault(slot, shared[slot])
            yield _block(group, rest)


def _block(group: Mapping[str, tuple[int, Heading]], others: Mapping[str, int]) -> Block:
    degrees = not {"north", "east"} <= set(group)
    north, east = (
        (group["latitude"], group["longitude"]) if degrees else (group["north"], group["east"])
    )
    roles = {north[1].role, east[1].role}
    unit = north[1].unit or east[1].unit
    if roles & DECIMAL_BY_NAME and unit is None:
        unit = Unit.DECIMAL
    columns = {slot: column for slot, (column, _) in group.items()}
    if not degrees:
        unused = {"纬度": columns.get("latitude"), "经度": columns.get("longitude")}
        others = {**others, **{name: at for name, at in unused.items() if at is not None}}
    own = [column for slot, column in columns.items() if not slot.startswith("parcel_")]
    area = group.get("area")
    return Block(
        left=min([*own, *others.values()]),
        right=max([*own, *others.values()]),
        north=north[0],
        east=east[0],
        told=Told.LETTERS if roles <= LETTERS else Told.WORDS,
        degrees=degrees,
        unit=unit,
        label=columns.get("label", columns.get("serial")),
        serial=columns.get("serial"),
        ring=columns.get("ring"),
        edge=columns.get("edge"),
        parcel_number=columns.get("parcel_number"),
        parcel_name=columns.get("parcel_name"),
        area=columns.get("area"),
        area_unit=area[1].unit if area else None,
        others=dict(others),
    )
