"""Sheets of an .xlsx workbook, read as data: no macro, link, formula or entity is followed.

Read from the XML itself, because it must be told which cells are hidden or merged and which
formulas were never calculated, and because a declared size must not be believed. Parts:
ECMA-376, SpreadsheetML.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from geo.errors import UnreadableFileError
from geo.intake import Note
from geo.io.archive.directory import opened_zip
from geo.io.archive.unpacking import ArchiveLimits, judged_members
from geo.io.coordinate_table.sheet import BadCell, Cell, Merge, Sheet, TableLimits
from geo.io.coordinate_table.xlsx_dates import date_styles, date_text
from geo.io.xml_root import local_name
from geo.reading_codes import Fault, Remark

__all__ = ["read_workbook"]

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
MACROS = "xl/vbaProject.bin"
LINKS = "xl/externalLinks/"
LETTERS = 26
# a workbook has a part for every sheet, picture and comment
PACKAGE = ArchiveLimits(max_members=2_000, max_ratio=200)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of all sheets refer to."""

    strings: list[str]
    dates: frozenset[int]
    from_1904: bool


def read_workbook(
    path: Path, limits: TableLimits | None = None
) -> tuple[list[Sheet], tuple[Note, ...]]:
    """Sheets in the order of the workbook, with remarks on what was ignored in it.

    Raises
    ------
    UnreadableFileError
        Not a sound workbook, over a limit, or with XML that declares a document type.
    """
    with opened_zip(path) as archive:
        names = {str(each.name) for each in judged_members(archive, path.name, PACKAGE)}
        try:
            _refuse_document_types(archive, names)
            sheets = list(_sheets(archive, names, path.name, limits or TableLimits()))
        except DefusedXmlException as err:
            raise UnreadableFileError(Fault.XML_FORBIDDEN, file=path.name) from err
        except UnreadableFileError:
            raise
        except (ParseError, LookupError, ValueError) as err:
            raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind="xlsx") from err
    return sheets, tuple(_ignored(names))


def _ignored(names: Collection[str]) -> Iterator[Note]:
    if MACROS in names:
        yield Note(Remark.MACROS_IGNORED)
    if any(name.startswith(LINKS) for name in names):
        yield Note(Remark.LINKS_IGNORED)


def _refuse_document_types(archive: zipfile.ZipFile, names: Collection[str]) -> None:
    """A document type stands before the first element: no more than that is parsed."""
    for name in names:
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as stream:
                next(_events(stream, "start"), None)


def _events(stream: IO[bytes], *events: str) -> Iterator[tuple[str, Element]]:
    yield from iterparse(stream, events=events, forbid_dtd=True)


def _sheets(
    archive: zipfile.ZipFile, names: Collection[str], file: str, limits: TableLimits
) -> Iterator[Sheet]:
    targets = dict(_targets(archive, names))
    listed, from_1904 = _listed(archive)
    if len(listed) > limits.max_sheets:
        _too_large(file, "sheets", len(listed), limits.max_sheets)
    book = _Book(_strings(archive, names), _dates(archive, names), from_1904)
    cells = 0
    for name, relation, state in listed:
        target = targets.get(relation)
        # sheets of charts and dialogs hold no cells
        if target is None or target not in names or "/worksheets/" not in target:
            continue
        sheet = Sheet(name, [], hidden=state in ("hidden", "veryHidden"))
        with archive.open(target) as stream:
            cells += _SheetReading(sheet, book, file, limits, cells).run(stream)
        yield sheet


def _too_large(file: str, what: str, found: int, limit: int) -> None:
    raise UnreadableFileError(Fault.TABLE_TOO_LARGE, file=file, what=what, found=found, limit=limit)


def _targets(archive: zipfile.ZipFile, names: Collection[str]) -> Iterator[tuple[str, str]]:
    if RELATIONS not in names:
        return
    with archive.open(RELATIONS) as stream:
        for _, element in _events(stream, "end"):
            if local_name(element.tag) == "Relationship":
                target = element.get("Target", "")
                whole = target[1:] if target.startswith("/") else f"xl/{target}"
                yield element.get("Id", ""), posixpath.normpath(whole)


def _listed(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str, str]], bool]:
    """Name, relation and state of every sheet, and whether days count from 1904."""
    listed, from_1904 = [], False
    with archive.open(WORKBOOK) as stream:
        for _, element in _events(stream, "end"):
            kind = local_name(element.tag)
            if kind == "sheet":
                relation = next((v for k, v in element.items() if k.endswith("}id")), "")
                listed.append((element.get("name", ""), relation, element.get("state", "")))
            elif kind == "workbookPr":
                from_1904 = element.get("date1904", "") in ("1", "true")
    return listed, from_1904


def _strings(archive: zipfile.ZipFile, names: Collection[str]) -> list[str]:
    if STRINGS not in names:
        return []
    found = []
    with archive.open(STRINGS) as stream:
        for _, element in _events(stream, "end"):
            if local_name(element.tag) == "si":
                found.append(_text_in(element))
                element.clear()
    return found


def _text_in(element: Element) -> str:
    """Text of all runs without the readings that may stand above them."""
    texts = []
    for child in element:
        kind = local_name(child.tag)
        if kind == "t":
            texts.append(child.text or "")
        elif kind == "r":
            texts.append(_text_in(child))
    return "".join(texts).replace("_x000D_", "")


def _dates(archive: zipfile.ZipFile, names: Collection[str]) -> frozenset[int]:
    """Positions of the cell styles that show a number as a date."""
    if STYLES not in names:
        return frozenset()
    formats: dict[int, str] = {}
    styles: list[int] = []
    with archive.open(STYLES) as stream:
        for _, element in _events(stream, "end"):
            kind = local_name(element.tag)
            if kind == "numFmt":
                formats[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
            elif kind == "cellXfs":
                styles = [
                    int(xf.get("numFmtId", "0")) for xf in element if local_name(xf.tag) == "xf"
                ]
    return date_styles(styles, formats)


class _SheetReading:
    """One pass over the XML of a sheet."""

    def __init__(
        self, sheet: Sheet, book: _Book, file: str, limits: TableLimits, cells_before: int
    ) -> None:
        self.sheet, self.book, self.file, self.limits = sheet, book, file, limits
        self.cells_before, self.cells = cells_before, 0
        self.row: list[Cell] = []
        self.next_row = 0

    def run(self, stream: IO[bytes]) -> int:
        """Fill the sheet; return how many cells hold something."""
        for _, element in _events(stream, "end"):
            kind = local_name(element.tag)
            if kind == "c":
                self._add_cell(element)
                element.clear()
            elif kind == "row":
                self._end_row(element)
                element.clear()
            elif kind in ("mergeCell", "col"):
                self._add_fact(kind, element)
        return self.cells

    def _end_row(self, element: Element) -> None:
        number = int(element.get("r", "0") or 0) or self.next_row + 1
        if number > self.limits.max_rows:
            _too_large(self.file, "rows", number, self.limits.max_rows)
        if number <= self.next_row:
            raise ValueError(f"row {number} comes twice")
        self.sheet.rows.extend([] for _ in range(number - 1 - self.next_row))
        self.next_row = number
        self.sheet.rows.append(self.row)
        self.row = []
        self.sheet.hidden_rows += element.get("hidden", "") in ("1", "true")

    def _add_cell(self, element: Element) -> None:
        value = self._value(element)
        if value == "":
            return
        reference = element.get("r", "")
        column = _column_of(reference) if reference else len(self.row)
        if column >= self.limits.max_columns:
            _too_large(self.file, "columns", column + 1, self.limits.max_columns)
        if column < len(self.row):
            raise ValueError(f"cell {reference} comes twice")
        self.cells += 1
        if self.cells_before + self.cells > self.limits.max_cells:
            _too_large(self.file, "cells", self.limits.max_cells + 1, self.limits.max_cells)
        self.row.extend("" for _ in range(column - len(self.row)))
        self.row.append(value)

    def _value(self, element: Element) -> Cell:
        parts = {local_name(child.tag): child for child in element}
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return _text_in(parts["is"]) if "is" in parts else ""
        written = (parts["v"].text or "") if "v" in parts else ""
        if kind == "e":
            return BadCell(written or "#N/A", Fault.ERROR_CELL)
        if not written:
            # a formula that gives an empty text is calculated: it has the type str
            uncalculated = "f" in parts and kind != "str"
            return BadCell("=", Fault.FORMULA_WITHOUT_VALUE) if uncalculated else ""
        if kind == "s":
            return self.book.strings[int(written)]
        if kind in ("str", "d", "b"):
            return written
        return self._number(written, int(element.get("s", "0") or 0))

    def _number(self, written: str, style: int) -> Cell:
        if style in self.book.dates:
            return date_text(float(written), from_1904=self.book.from_1904)
        return int(written) if written.lstrip("-").isdigit() else float(written)

    def _add_fact(self, kind: str, element: Element) -> None:
        if kind == "col":
            self.sheet.hidden_columns += element.get("hidden", "") in ("1", "true")
            return
        first, _, last = element.get("ref", "").partition(":")
        if first and last:
            top, left = _row_of(first), _column_of(first)
            self.sheet.merges.append(Merge(top, left, _row_of(last), _column_of(last)))


def _column_of(reference: str) -> int:
    column = 0
    for sign in reference.replace("$", "").upper():
        if not "A" <= sign <= "Z":
            break
        column = column * LETTERS + ord(sign) - ord("A") + 1
    if not column:
        raise ValueError(f"no cell is called {reference}")
    return column - 1


def _row_of(reference: str) -> int:
    return int("".join(sign for sign in reference if sign.isdigit())) - 1
