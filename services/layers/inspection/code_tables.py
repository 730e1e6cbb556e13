"""Tables of class codes by edition, and what a code that stands in none may have meant."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from services.domain.project import UseScheme
from services.layers.inspection.rulebook import CodeTable

__all__ = ["SCHEME_FILES", "Codes", "main_classes", "role_codes", "scheme_codes", "suggestion"]

SCHEME_FILES = {
    UseScheme.SANDIAO: "sandiao_dlbm.csv",
    UseScheme.ERDIAO: "erdiao_dlbm.csv",
    UseScheme.GB50137: "gb50137_2011.csv",
    UseScheme.YDYH_2020: "ydyh_2020.csv",
    UseScheme.YDYH_2023: "ydyh_2023.csv",
}

EDITIONS = {
    UseScheme.SANDIAO: UseScheme.ERDIAO,
    UseScheme.ERDIAO: UseScheme.SANDIAO,
    UseScheme.YDYH_2020: UseScheme.YDYH_2023,
    UseScheme.YDYH_2023: UseScheme.YDYH_2020,
}


@dataclass(frozen=True, slots=True)
class Codes:
    """One table: names by code (empty where the table has none), and how a code is read."""

    names: Mapping[str, str]
    prefixes: tuple[str, ...] = ()
    first_signs: int = 0
    starts: frozenset[str] = field(default=frozenset())

    def knows(self, code: str) -> bool:
        """Whether a code stands in the table, as it is or by its prefix and first signs."""
        if code in self.names:
            return True
        bare = code[1:] if code[:1] in self.prefixes else code
        if bare in self.names:
            return True
        return bool(self.first_signs) and bare.isdigit() and bare[: self.first_signs] in self.starts

    def name_of(self, code: str) -> str:
        """Name of a code, empty where the table does not say."""
        return self.names.get(code, "")


def scheme_codes(scheme: UseScheme, folder: Path | None) -> Codes | None:
    """Table of a classification, from the workspace's rules or as shipped."""
    if scheme not in SCHEME_FILES:
        return None
    rows = _rows(SCHEME_FILES[scheme], folder)
    return Codes({row["code"]: row.get("name", "") for row in rows})


def role_codes(table: CodeTable, folder: Path | None) -> Codes:
    """Table of the codes of a role that no classification names."""
    rows = [row for row in _rows(table.file, folder) if table.layer in (None, row.get("layer"))]
    names = {row["code"]: row.get("name", "") for row in rows}
    starts = frozenset(code[: table.first_signs] for code in names)
    return Codes(names, table.prefixes, table.first_signs, starts)


def main_classes(folder: Path | None) -> dict[str, str]:
    """Main class (农用地, 建设用地, 未利用地) by code of the third survey."""
    rows = _rows(SCHEME_FILES[UseScheme.SANDIAO], folder)
    return {row["code"]: row["three_class"] for row in rows}


def suggestion(code: str, codes: Codes, scheme: UseScheme, folder: Path | None) -> tuple[str, str]:
    """What a code may have meant: the code it should be, and the edition that it is from.

    Blanks, full-width signs and small letters are a matter of spelling; a lost 0 in front or a
    decimal point comes from numeric columns; else another edition may have the code. Empty
    where nothing fits.
    """
    plain = unicodedata.normalize("NFKC", code).strip().upper()
    whole = plain.removesuffix(".0")
    for candidate in (plain, whole, f"0{whole}", f"00{whole}"):
        if candidate != code and codes.knows(candidate):
            return candidate, ""
    for other in _others(scheme):
        for row in _rows(SCHEME_FILES[other], folder):
            if row["code"] == whole:
                return _today(row.get("code_2023", ""), codes), str(other)
    return "", ""


def _others(scheme: UseScheme) -> list[UseScheme]:
    """Every other table, the other edition of the same standard first."""
    related = EDITIONS.get(scheme)
    others = [other for other in SCHEME_FILES if other not in (scheme, related)]
    return others if related is None else [related, *others]


def _today(code: str, codes: Codes) -> str:
    return code if code and codes.knows(code) else ""


def _rows(name: str, folder: Path | None) -> list[dict[str, str]]:
    own = folder / name if folder is not None else None
    if own is not None and own.is_file():
        text = own.read_text("utf-8-sig")
    else:
        text = files("services.rules").joinpath(name).read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))
