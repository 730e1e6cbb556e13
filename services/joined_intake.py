"""One input of several files, with indexes that run through all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geo.intake import Detected, Intake, Note, Refusal, Repair, SourceFile
from services.site_columns import OUR_COLUMNS

__all__ = ["TakenFile", "joined_detected", "joined_files", "moved_on"]

Indexed = TypeVar("Indexed", Refusal, Note)
SEPARATOR = " + "


@dataclass(frozen=True, slots=True, eq=False)
class TakenFile:
    """What came of one file, with indexes of its own; `count` features were in it."""

    name: str
    frame: gpd.GeoDataFrame
    count: int
    detected: Detected
    refused: tuple[Refusal, ...]
    repaired: tuple[Repair, ...]
    sha256: str


def joined_files(
    taken: Sequence[TakenFile],
    failed: Sequence[Refusal],
    notes: Sequence[Note],
    working_crs: str,
) -> Intake:
    """Files taken in as one input; `failed` are those that could not be read at all."""
    frames, refused, repaired, files, detected = [], list(failed), [], [], []
    offset = 0
    for each in taken:
        files.append(SourceFile(each.name, offset, each.count, each.sha256, each.detected))
        frame = each.frame
        moved = frame.assign(source_index=frame["source_index"] + offset) if offset else frame
        frames.append(moved)
        refused += [moved_on(refusal, offset) for refusal in each.refused]
        repaired += [replace(repair, index=repair.index + offset) for repair in each.repaired]
        remarks = tuple(moved_on(note, offset) for note in each.detected.notes)
        detected.append(replace(each.detected, notes=remarks))
        offset += each.count
    return Intake(
        frame=_in_one_frame(frames, working_crs),
        detected=joined_detected(detected, notes),
        refused=tuple(refused),
        repaired=tuple(repaired),
        sha256=_sha256([each.sha256 for each in taken]),
        files=tuple(files),
    )


def moved_on(record: Indexed, offset: int) -> Indexed:
    """Refusal or note about a feature that stands `offset` places further on."""
    return record if record.index is None else replace(record, index=record.index + offset)


def _in_one_frame(frames: Sequence[gpd.GeoDataFrame], working_crs: str) -> gpd.GeoDataFrame:
    filled = [frame for frame in frames if len(frame)] or list(frames[:1])
    if not filled:
        empty = pd.DataFrame({name: pd.Series(dtype="float64") for name in OUR_COLUMNS})
        return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=working_crs))
    joined = filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)
    ours = [name for name in OUR_COLUMNS if name in joined.columns]
    others = [name for name in joined.columns if name not in (*ours, "geometry")]
    return joined[[*ours, *others, "geometry"]]


def joined_detected(each: Sequence[Detected], notes: Sequence[Note]) -> Detected:
    """What was detected over all files; where they differ, all answers in order."""

    def together(name: str) -> str | None:
        answers = [getattr(detected, name) for detected in each]
        return SEPARATOR.join(dict.fromkeys(filter(None, answers))) or None

    return Detected(
        driver=together("driver") or "",
        dialect=together("dialect"),
        encoding=together("encoding"),
        crs=together("crs"),
        axis_order=together("axis_order") or "east_north",
        area_unit=together("area_unit"),
        notes=(*notes, *(note for detected in each for note in detected.notes)),
        reasons=_distinct(reason for detected in each for reason in detected.reasons),
        datum=next((detected.datum for detected in each if detected.datum), None),
    )


def _distinct(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Notes that say different things: a thousand files of one writer give the same reasons."""
    return tuple({(note.code, *sorted(note.params.items())): note for note in notes}.values())


def _sha256(digests: Sequence[str]) -> str:
    """Hash of the only file; of several, of their hashes in order."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()
