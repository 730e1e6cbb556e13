"""What the user should know of a coordinate TXT that was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import shapely

from geo.errors import Param
from geo.intake import Note
from geo.io.boundary.grammar import BoundaryText
from geo.io.boundary.parcel import BoundaryParcel
from geo.io.boundary.rings import counts_points
from geo.reading_codes import Remark
from geo.stated_area import is_area

__all__ = ["boundary_notes"]

# of one kind; a file of ten thousand parcels may have a note on each
MOST_NOTES = 20


def boundary_notes(parsed: BoundaryText, parcels: Mapping[int, BoundaryParcel]) -> tuple[Note, ...]:
    """Notes on the file, then on its parcels; of each kind no more than are read."""
    notes = list(_counted(parsed))
    for found in (
        _header_lines(parsed),
        _numbers(parsed),
        _split(parcels),
        _counts(parcels),
        _areas(parcels),
        _duplicates(parcels),
    ):
        notes.extend(_limited(list(found)))
    repeated = [parcel for parcel in parcels.values() if parcel.rings.repeated]
    for parcel in repeated[:1]:
        count = sum(each.rings.repeated for each in repeated)
        notes.append(Note(Remark.TXT_REPEATED_POINTS, {"count": count, "line": parcel.record.line}))
    return tuple(notes)


def _limited(notes: Sequence[Note]) -> Iterator[Note]:
    yield from notes[:MOST_NOTES]
    for first in notes[MOST_NOTES : MOST_NOTES + 1]:
        more = {"count": len(notes) - MOST_NOTES, "line": first.params["line"]}
        yield Note(Remark.TXT_NOTES_MORE, more)


def _counted(parsed: BoundaryText) -> Iterator[Note]:
    counted = (
        (Remark.EXTRA_FIELDS, parsed.lines_with_extra_fields),
        (Remark.TXT_COMMENTS, parsed.comments),
        (Remark.TXT_WIDE_SIGNS, parsed.wide_lines),
    )
    for remark, lines in counted:
        if lines:
            yield Note(remark, {"line": lines[0], "count": len(lines)})
    if any(_shifts(header) for header in parsed.headers):
        yield Note(Remark.PARAMETERS_IGNORED)


def _header_lines(parsed: BoundaryText) -> Iterator[Note]:
    for fault in parsed.unread_header_lines:
        yield Note(Remark.HEADER_LINE_UNREAD, {"line": fault.number, "text": fault.text})


def _numbers(parsed: BoundaryText) -> Iterator[Note]:
    lines: dict[str, list[int]] = {}
    for record in parsed.parcels:
        lines.setdefault(record.fields.number, []).append(record.line)
    for number, found in lines.items():
        if number and len(found) > 1:
            facts: dict[str, Param] = {"number": number, "count": len(found), "line": found[1]}
            yield Note(Remark.DUPLICATE_NUMBER, facts)


def _shifts(header: Mapping[str, str]) -> bool:
    """Whether the header carries transformation parameters other than blanks and zeros."""
    return any(part.strip() not in ("", "0", "0.0") for part in _parameters(header))


def _parameters(header: Mapping[str, str]) -> Sequence[str]:
    return header.get("转换参数", "").replace("，", ",").split(",")


def _split(parcels: Mapping[int, BoundaryParcel]) -> Iterable[Note]:
    for index, parcel in parcels.items():
        for ring in parcel.rings.split:
            yield Note(Remark.RING_SPLIT, {"line": parcel.record.line, "ring": ring or "–"}, index)


def _counts(parcels: Mapping[int, BoundaryParcel]) -> Iterable[Note]:
    for index, parcel in parcels.items():
        if not counts_points(parcel.record, parcel.rings):
            facts: dict[str, Param] = {
                "line": parcel.record.line,
                "stated": parcel.record.fields.count,
                "found": parcel.rings.corners,
            }
            yield Note(Remark.POINT_COUNT_DIFFERS, facts, index)


def _areas(parcels: Mapping[int, BoundaryParcel]) -> Iterable[Note]:
    for index, parcel in parcels.items():
        text = parcel.record.fields.area
        if text and not is_area(text):
            yield Note(Remark.TXT_AREA_UNREAD, {"line": parcel.record.line, "text": text}, index)


def _duplicates(parcels: Mapping[int, BoundaryParcel]) -> Iterable[Note]:
    """Parcels with the outline of an earlier one, wherever it begins."""
    seen: dict[bytes, int] = {}
    for index, parcel in parcels.items():
        key = shapely.to_wkb(shapely.normalize(parcel.geometry))
        first = seen.setdefault(key, parcel.record.line)
        if first != parcel.record.line:
            facts = {"line": parcel.record.line, "first_line": first}
            yield Note(Remark.TXT_DUPLICATE_PARCEL, facts, index)
