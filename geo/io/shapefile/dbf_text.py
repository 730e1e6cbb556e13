"""Text of a dBASE table and its encoding.

The `.cpg` beside a shapefile and the language byte inside the table are claims; the bytes of
the fields are the facts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geo.errors import UnreadableFileError
from geo.intake import Note
from geo.io.shapefile.dbf_table import dbf_layout
from geo.io.text_encoding import ChosenEncoding, choose_encoding, encoding_named, is_cut
from geo.reading_codes import Fault, Remark

__all__ = ["table_encoding"]

SAMPLES_A_FIELD = 200_000
# language driver ids of dBASE that are met in China and with ESRI's programs
LANGUAGE_ENCODINGS = {0x4D: "GB18030", 0x57: "CP1252", 0x03: "CP1252", 0x4F: "CP950"}


def table_encoding(
    dbf: Path, cpg: Path | None, option: str | None, *, file: str
) -> tuple[str, tuple[Note, ...]]:
    """Encoding of a table, with remarks on a claim that is wrong and on texts cut short.

    Claims are believed in this order as far as the bytes agree: the user's word, the `.cpg`,
    the language byte of the table.

    Raises
    ------
    UnreadableFileError
        No encoding fits, or the one given does not exist.
    """
    language, samples = _text_samples(dbf)
    claimed = _claimed(cpg) or LANGUAGE_ENCODINGS.get(language)
    chosen = ChosenEncoding(encoding_named(option)) if option else choose_encoding(samples, claimed)
    if chosen is None:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file)
    notes = []
    if chosen.contradicted:
        claim = {"file": file, "claimed": claimed, "found": chosen.name}
        notes.append(Note(Remark.ENCODING_CONTRADICTED, claim))
    if any(is_cut(sample, chosen.name) for sample in samples):
        notes.append(Note(Remark.TEXT_CUT, {"file": file, "encoding": chosen.name}))
    return chosen.name, tuple(notes)


def _claimed(cpg: Path | None) -> str | None:
    """Encoding that the `.cpg` names; `None` without one or when it makes no sense."""
    if cpg is None:
        return None
    name = cpg.read_bytes().decode("ascii", "replace").strip("\x00 \r\n")
    for spelling in (name, f"cp{name}", name.removeprefix("ANSI ").strip()):
        try:
            return encoding_named(spelling)
        except UnreadableFileError:
            continue
    return None


def _text_samples(path: Path) -> tuple[int, list[bytes]]:
    """Language byte, and field names and values that go beyond ASCII.

    Values that occur more than once are given once. Empty for a table that breaks off in
    its header; the driver will say so.
    """
    layout = dbf_layout(path)
    if layout is None:
        return 0, []
    samples = [field.name for field in layout.fields]
    table = layout.rows()
    for field in layout.fields:
        if field.kind == b"C":
            column = table[:, field.at : field.at + field.width]
            chinese = np.flatnonzero((column >= 0x80).any(axis=1))[:SAMPLES_A_FIELD]
            samples.extend({bytes(column[row]).rstrip(b" \x00") for row in chinese})
    return layout.language, [sample for sample in samples if not sample.isascii()]
