"""Files of sites or of a layer, taken in: read, placed, admitted, named and counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinate_range import Envelope
from geo.crs import crs_label, is_same_frame, to_working, zone_of
from geo.errors import GeoError, MixedCRSError, UnreadableFileError
from geo.intake import Detected, Intake, Note, ReadOptions, Refusal, Repair
from geo.io.limits import LAYER_LIMITS, SITE_LIMITS, ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.vector import input_files, read_features
from geo.placement import place_features
from geo.reading_codes import Fault
from geo.validity import admit_polygons
from services.errors import NothingUsableError
from services.site_columns import OUR_COLUMNS, named_sites, with_stated_areas

__all__ = ["LAYER_LIMITS", "SITE_LIMITS", "take_in"]

SEPARATOR = " + "


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """One file with indexes of its own, before it is joined to the others."""

    name: str
    raw: RawFeatures
    frame: gpd.GeoDataFrame
    refused: tuple[Refusal, ...]
    repaired: tuple[Repair, ...]
    detected: Detected


def take_in(
    paths: Sequence[Path],
    options: ReadOptions,
    *,
    working_crs: str,
    envelope: Envelope | None = None,
    limits: ReadLimits = SITE_LIMITS,
    allow_empty: bool = False,
) -> Intake:
    """Valid polygons of one input in the working CRS, with the record of everything else.

    Several files and folders are one input: `source_index` runs over all their features in
    order. A file that cannot be used at all is refused with index `None` as long as another
    one can.

    Parameters
    ----------
    envelope
        Bounds of the county in the working CRS; features wholly outside are refused.
    limits
        `SITE_LIMITS`, or `LAYER_LIMITS` for the import of layers.
    allow_empty
        An input without any feature gives an empty frame instead of an error.

    Raises
    ------
    GeoError
        The only file cannot be used; or files of different CRSs are mixed (`mixed_crs`).
    NothingUsableError
        Every feature was refused; `refused` has them all.
    """
    files, notes = input_files(paths)
    raws, failed = _read_all(files, options, limits)
    if not allow_empty:
        failed += [_empty(name, alone=len(files) == 1) for name, raw in raws if not raw.count]
    _require_one_crs(raws)
    taken = [
        _take_one(name, raw, options, working_crs=working_crs, envelope=envelope, limits=limits)
        for name, raw in raws
    ]
    intake = _joined(taken, failed, notes, working_crs)
    if not len(intake.frame) and intake.refused:
        raise _nothing_usable(intake)
    return intake


def _read_all(
    files: Iterable[Path], options: ReadOptions, limits: ReadLimits
) -> tuple[list[tuple[str, RawFeatures]], list[Refusal]]:
    """What each file holds; the only file fails by raising, one of several by a refusal."""
    files = list(files)
    raws, failed = [], []
    for path in files:
        try:
            raws.append((path.name, read_features(path, options, limits)))
        except GeoError as err:
            if len(files) == 1:
                raise
            failed.append(Refusal(None, None, err.code, {"file": path.name, **err.params}))
    return raws, failed


def _empty(name: str, *, alone: bool) -> Refusal:
    if alone:
        raise UnreadableFileError(Fault.NO_FEATURES, file=name)
    return Refusal(None, None, Fault.NO_FEATURES, {"file": name})


def _require_one_crs(raws: Sequence[tuple[str, RawFeatures]]) -> None:
    """Refuse files of different CRSs; a mix is more often a mistake than meant."""
    placed = [(name, raw.frame.crs) for name, raw in raws if raw.count and raw.frame.crs]
    for name, crs in placed[1:]:
        first_name, first = placed[0]
        if not is_same_frame(first, crs):
            raise MixedCRSError(
                file=name, found=crs_label(crs), needed=crs_label(first), other_file=first_name
            )


def _take_one(
    name: str,
    raw: RawFeatures,
    options: ReadOptions,
    *,
    working_crs: str,
    envelope: Envelope | None,
    limits: ReadLimits,
) -> _Taken:
    _require_zone(name, raw, options, working_crs)
    frame = named_sites(raw.frame, id_field=options.id_field, file=name)
    if frame.crs is None:
        frame = frame.set_crs(working_crs)
    swapped_later = options.swap_axes and raw.detected.driver != "CoordinateTXT"
    placed = place_features(
        frame, working_crs=working_crs, envelope=envelope, swap_axes=swapped_later
    )
    admitted = admit_polygons(
        placed.frame, accept_repairs=options.accept_repairs, max_vertices=limits.max_vertices
    )
    areas, unit, area_notes = with_stated_areas(admitted.frame)
    found = (*raw.detected.notes, *placed.notes, *admitted.notes, *area_notes)
    detected = replace(
        raw.detected,
        area_unit=unit,
        axis_order="north_east" if swapped_later else raw.detected.axis_order,
        notes=tuple(Note(note.code, {"file": name, **note.params}) for note in found),
    )
    refused = (*_placed_refusals(raw, working_crs), *placed.refused, *admitted.refused)
    counted = sum(refusal.index is not None for refusal in refused)
    if raw.count != len(areas) + counted:
        raise AssertionError(f"{name}: {raw.count} features in, {len(areas)} + {counted} out")
    return _Taken(name, raw, areas, tuple(_of_file(name, refused)), admitted.repaired, detected)


def _require_zone(name: str, raw: RawFeatures, options: ReadOptions, working_crs: str) -> None:
    """A coordinate TXT of another zone is refused unless the user names its CRS."""
    if raw.detected.driver != "CoordinateTXT" or options.crs is not None or raw.frame.crs is None:
        return
    found, needed = zone_of(raw.frame.crs), zone_of(working_crs)
    if found is not None and needed is not None and found.offset_to_m(needed) is None:
        raise GeoError(
            Fault.WRONG_ZONE,
            file=name,
            found=found.number,
            needed=needed.number,
            suggestion=found.crs,
        )


def _placed_refusals(raw: RawFeatures, working_crs: str) -> Iterable[Refusal]:
    """Refusals of the reader with their bounds brought to the working CRS."""
    for refusal in raw.refused:
        if refusal.bounds is None or raw.frame.crs is None:
            yield replace(refusal, bounds=None)
            continue
        box = gpd.GeoDataFrame(geometry=[shapely.box(*refusal.bounds)], crs=raw.frame.crs)
        west, south, east, north = map(float, to_working(box, working_crs).total_bounds)
        known = np.isfinite((west, south, east, north)).all()
        yield replace(refusal, bounds=(west, south, east, north) if known else None)


def _of_file(name: str, refused: Iterable[Refusal]) -> Iterable[Refusal]:
    in_order = sorted(refused, key=lambda each: -1 if each.index is None else each.index)
    for refusal in in_order:
        yield replace(refusal, params={"file": name, **refusal.params})


def _joined(
    taken: Sequence[_Taken],
    failed: Sequence[Refusal],
    notes: Sequence[Note],
    working_crs: str,
) -> Intake:
    """One input of several files, with indexes that run through all of them."""
    frames, refused, repaired = [], list(failed), []
    offset = 0
    for each in taken:
        frame = each.frame
        frames.append(frame.assign(source_index=frame["source_index"] + offset))
        refused += [_moved(refusal, offset) for refusal in each.refused]
        repaired += [replace(repair, index=repair.index + offset) for repair in each.repaired]
        offset += each.raw.count
    return Intake(
        frame=_in_one_frame(frames, working_crs),
        detected=_detected([each.detected for each in taken], notes),
        refused=tuple(refused),
        repaired=tuple(repaired),
        sha256=_sha256([each.raw.sha256 for each in taken]),
    )


def _moved(refusal: Refusal, offset: int) -> Refusal:
    return refusal if refusal.index is None else replace(refusal, index=refusal.index + offset)


def _in_one_frame(frames: Sequence[gpd.GeoDataFrame], working_crs: str) -> gpd.GeoDataFrame:
    filled = [frame for frame in frames if len(frame)] or list(frames[:1])
    if not filled:
        empty = pd.DataFrame({name: pd.Series(dtype="float64") for name in OUR_COLUMNS})
        return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=working_crs))
    joined = filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)
    others = [name for name in joined.columns if name not in (*OUR_COLUMNS, "geometry")]
    return gpd.GeoDataFrame(joined[[*OUR_COLUMNS, *others, "geometry"]], crs=working_crs)


def _detected(each: Sequence[Detected], notes: Sequence[Note]) -> Detected:
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
    )


def _sha256(digests: Sequence[str]) -> str:
    """Hash of the only file; of several, of their hashes in order."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _nothing_usable(intake: Intake) -> NothingUsableError:
    """The one reason that all refusals share, or that there are several."""
    first, *others = intake.refused
    if all(other.code == first.code for other in others):
        return NothingUsableError(first.code, refused=intake.refused, **first.params)
    return NothingUsableError(
        refused=intake.refused, file=first.params.get("file"), count=len(intake.refused)
    )
