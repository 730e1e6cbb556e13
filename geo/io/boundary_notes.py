"""What the user should know of a coordinate TXT that was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import shapely

from geo.errors import Param
from geo.intake import Note
from geo.io.boundary_parcel import BoundaryParcel
from geo.io.boundary_rings import counts_points
from geo.io.boundary_txt import BoundaryText
from geo.reading_codes import Remark

__all__ = ["boundary_notes"]

# of one kind; a file of ten thousand parcels may have a note on each
MOST_NOTES = 20


def boundary_notes(parsed: BoundaryText, parcels: Mapping[int, BoundaryParcel]) -> tuple[Note, ...]:
    """Notes on the file, then on its parcels; of each kind no more than are read."""
    of_parcels = (_split, _counts, _duplicates)
    notes = list(_file_notes(parsed))
    for kind in of_parcels:
        found = list(kind(parcels))
        notes.extend(found[:MOST_NOTES])
        if len(found) > MOST_NOTES:
            more = {"count": len(found) - MOST_NOTES, "line": _line(found[MOST_NOTES])}
            notes.append(Note(Remark.TXT_NOTES_MORE, more))
    repeated = [parcel for parcel in parcels.values() if parcel.rings.repeated]
    for parcel in repeated[:1]:
        count = sum(each.rings.repeated for each in repeated)
        notes.append(Note(Remark.TXT_REPEATED_POINTS, {"count": count, "line": parcel.record.line}))
    return tuple(notes)


def _line(note: Note) -> int:
    line = note.params["line"]
    return line if isinstance(line, int) else 0


def _file_notes(parsed: BoundaryText) -> Iterator[Note]:
    for fault in parsed.unread_header_lines:
        yield Note(Remark.HEADER_LINE_UNREAD, {"line": fault.number, "text": fault.text})
    counted = (
        (Remark.EXTRA_FIELDS, parsed.lines_with_extra_fields),
        (Remark.TXT_COMMENTS, parsed.comments),
        (Remark.TXT_WIDE_SIGNS, parsed.wide_lines),
    )
    for remark, lines in counted:
        if lines:
            yield Note(remark, {"line": lines[0], "count": len(lines)})
    numbers = Counter(parcel.fields.number for parcel in parsed.parcels)
    for number, count in numbers.items():
        if number and count > 1:
            yield Note(Remark.DUPLICATE_NUMBER, {"number": number, "count": count})
    if any(_shifts(header) for header in parsed.headers):
        yield Note(Remark.PARAMETERS_IGNORED)


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


def _duplicates(parcels: Mapping[int, BoundaryParcel]) -> Iterable[Note]:
    """Parcels with the outline of an earlier one, wherever it begins."""
    seen: dict[bytes, int] = {}
    for index, parcel in parcels.items():
        key = shapely.to_wkb(shapely.normalize(parcel.geometry))
        first = seen.setdefault(key, parcel.record.line)
        if first != parcel.record.line:
            facts = {"line": parcel.record.line, "first_line": first}
            yield Note(Remark.TXT_DUPLICATE_PARCEL, facts, index)
