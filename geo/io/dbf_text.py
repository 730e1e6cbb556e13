"""Text of a dBASE table: its encoding, and whether the table is whole.

The `.cpg` beside a shapefile and the language byte inside the table are claims; the bytes of
the fields are the facts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geo.errors import UnreadableFileError
from geo.intake import Note
from geo.io.text_encoding import ChosenEncoding, choose_encoding, encoding_named, is_cut
from geo.reading_codes import Fault, Remark

__all__ = ["dbf_record_count", "table_encoding"]

HEADER_BYTES, FIELD_BYTES = 32, 32
FIELDS_END = 0x0D
SAMPLES_A_FIELD = 200_000
# language driver ids of dBASE that are met in China and with ESRI's programs
LANGUAGE_ENCODINGS = {0x4D: "GB18030", 0x57: "CP1252", 0x03: "CP1252", 0x4F: "CP950"}


def dbf_record_count(path: Path) -> int | None:
    """Records that the table holds whole; `None` when it breaks off or its header does."""
    with path.open("rb") as stream:
        header = stream.read(HEADER_BYTES)
    records, start, width = (
        int.from_bytes(header[at:to], "little") for at, to in ((4, 8), (8, 10), (10, 12))
    )
    whole = len(header) == HEADER_BYTES and path.stat().st_size >= start + records * width
    return records if whole and width else None


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
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if len(data) <= HEADER_BYTES:
        return 0, []
    header = bytes(data[:HEADER_BYTES])
    records = int.from_bytes(header[4:8], "little")
    start, width = (int.from_bytes(header[at : at + 2], "little") for at in (8, 10))
    fields = _fields(bytes(data[HEADER_BYTES:start]))
    samples = [name for name, _, _ in fields]
    records = min(records, max(len(data) - start, 0) // width if width else 0)
    table = data[start : start + records * width].reshape(records, max(width, 1))
    at = 1
    for _, kind, size in fields:
        if kind == b"C":
            column = table[:, at : at + size]
            chinese = np.flatnonzero((column >= 0x80).any(axis=1))[:SAMPLES_A_FIELD]
            samples.extend({bytes(column[row]).rstrip(b" \x00") for row in chinese})
        at += size
    return header[29], [sample for sample in samples if not sample.isascii()]


def _fields(block: bytes) -> list[tuple[bytes, bytes, int]]:
    """Name, type and width of each field."""
    fields = []
    for at in range(0, len(block) - FIELD_BYTES + 1, FIELD_BYTES):
        if block[at] == FIELDS_END:
            break
        name = block[at : at + 11].split(b"\x00")[0]
        fields.append((name, block[at + 11 : at + 12], block[at + 16]))
    return fields
