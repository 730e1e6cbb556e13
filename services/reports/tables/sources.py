"""Where the data come from: layers with version, date and hash, and the documents cited."""

from __future__ import annotations

from collections.abc import Iterator

from services.domain.verdict import LayerLine
from services.reading_choices import choice_wordings
from services.reports.case import Case, has_areas
from services.reports.content import Cell, Column, Quantity, Row, Table
from services.reports.tables.columns import numeric, text

__all__ = ["documents_table", "full_source_table", "provenance_table", "source_table"]

HASH_DIGITS = 12


def _sha256(line: LayerLine, case: Case) -> str:
    return case.result.provenance.layers.get(line.role, {}).get("sha256", "")


def _covered(line: LayerLine) -> Quantity | None:
    return Quantity(round(line.checked_share * 10_000), 2) if has_areas(line) else None


def source_table(case: Case, caption: str) -> Table:
    """Layers of the rule set, as the sheet prints them."""
    words = case.words
    columns = (
        text(words, "layer", 40),
        text(words, "version", 22),
        text(words, "date", 24),
        text(words, "required", 18),
        text(words, "state", 28),
        numeric(words, "coverage", 18),
        text(words, "hash", 30),
    )
    rows = [
        Row(
            (
                words.label("role", line.role),
                line.version,
                line.date,
                words("document.yes" if line.required else "document.no"),
                words.label("reason", line.state),
                _covered(line),
                _sha256(line, case)[:HASH_DIGITS],
            )
        )
        for line in case.layers()
    ]
    told = [words.of(each) for _, each in choice_wordings(case.result.provenance.settings)]
    return Table(caption, columns, tuple(rows), words.together([words("sources.note"), *told]))


def full_source_table(case: Case, caption: str) -> Table:
    """The same with role names and whole hashes, for the workbook."""
    words = case.words
    columns = (
        text(words, "layer", 28),
        text(words, "role", 24),
        text(words, "version", 16),
        text(words, "date", 14),
        text(words, "required", 8),
        text(words, "state", 24),
        numeric(words, "coverage", 12),
        text(words, "full_hash", 66),
    )
    rows = [
        Row(
            (
                words.label("role", line.role),
                line.role,
                line.version,
                line.date,
                words("document.yes" if line.required else "document.no"),
                words.label("reason", line.state),
                _covered(line),
                _sha256(line, case),
            )
        )
        for line in case.layers()
    ]
    return Table(caption, columns, tuple(rows))


def documents_table(case: Case, caption: str) -> Table | None:
    """Documents that findings cite, with their clauses; `None` where nothing is cited."""
    words = case.words
    cited: dict[str, list[str]] = {}
    unverified = set()
    for finding in case.findings():
        document, clause = words.of(finding.document), words.of(finding.clause)
        if not document:
            continue
        clauses = cited.setdefault(document, [])
        if clause and clause not in clauses:
            clauses.append(clause)
        if finding.unverified:
            unverified.add(document)
    if not cited:
        return None
    columns = (
        Column(words("column.number"), 12),
        text(words, "document", 80),
        text(words, "clauses", 78),
    )
    rows = [
        Row(
            (
                str(number),
                words("conclusion.basis_unverified", basis=document)
                if document in unverified
                else document,
                words.listed(clauses),
            )
        )
        for number, (document, clauses) in enumerate(cited.items(), start=1)
    ]
    return Table(caption, columns, tuple(rows), words("sources.unverified") if unverified else "")


def provenance_table(case: Case, caption: str) -> Table:
    """Everything that is needed to make the result again."""
    words = case.words
    columns = (text(words, "item", 56), text(words, "content", 114))
    rows = tuple(Row(cells) for cells in _provenance(case))
    return Table(caption, columns, rows, words("annex.provenance_note"))


def _provenance(case: Case) -> Iterator[tuple[Cell, ...]]:
    words, result = case.words, case.result
    made_of = result.provenance
    yield words("provenance.number"), result.number
    yield words("provenance.computed_at"), result.computed_at
    yield words("provenance.site"), made_of.site_sha256
    yield words("provenance.rule_set"), result.rule_set
    yield words("provenance.rule_set_hash"), made_of.rule_set_sha256
    for role, layer in made_of.layers.items():
        name = words.label("role", role)
        yield (
            words("provenance.layer", layer=name, version=layer.get("version", "")),
            layer.get("sha256", ""),
        )
    for name, version in made_of.libraries.items():
        yield words("provenance.library", name=name), version
    told = dict(choice_wordings(made_of.settings))
    for name, setting in made_of.settings.items():
        value = words.of(told[name]) if name in told else str(setting)
        yield words("provenance.setting", name=name), value
    datum = made_of.settings.get("datum")
    if datum and datum["sha256"]:
        yield words("provenance.datum"), datum["sha256"]
