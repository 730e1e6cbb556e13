"""Files of sites or of a layer, taken in: read, placed, admitted, named and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.coordinate_range import Envelope
from geo.crs import (
    crs_label,
    is_same_frame,
    national_zone_of,
    parse_crs,
    to_working,
    zone_of,
)
from geo.datum_change import DatumChange, changed
from geo.errors import GeoError, MixedCRSError, UnreadableFileError
from geo.intake import Intake, ReadOptions, Refusal
from geo.io.boundary.features import BOUNDARY_DRIVER
from geo.io.coordinate_table.features import CSV_DRIVER, XLSX_DRIVER
from geo.io.limits import LAYER_LIMITS, SITE_LIMITS, ReadLimits
from geo.io.raw_features import RawFeatures
from geo.io.vector import input_files
from geo.placement import place_features, swapped
from geo.reading_codes import Fault
from geo.validity import admit_polygons
from services.datum_choice import chosen_change
from services.errors import NothingUsableError
from services.file_reading import SITES_APART, FileReading
from services.joined_intake import TakenFile, joined_files
from services.map_suspicion import LandmarkSource, suspicion
from services.site_columns import named_sites, with_stated_areas

__all__ = [
    "LAYER_LIMITS",
    "SITE_LIMITS",
    "LookedThrough",
    "WorkingCRS",
    "look_through",
    "require_usable",
    "take_in",
]

SIDE_POINTS = 5
# their readers settle the order of axes, and a zone is stated in the file or in the eastings
SURVEYED_DRIVERS = frozenset({BOUNDARY_DRIVER, CSV_DRIVER, XLSX_DRIVER})


# a CRS, or what chooses one by the features of the files, on the datum and in the order of
# axes that the user names
WorkingCRS = str | Callable[[Sequence[gpd.GeoDataFrame]], str]


@dataclass(frozen=True, slots=True, eq=False)
class LookedThrough:
    """What became of an input, and its readable files by name as they were before that."""

    intake: Intake
    raws: tuple[tuple[str, RawFeatures], ...]


def take_in(
    paths: Sequence[Path],
    options: ReadOptions,
    *,
    working_crs: str,
    envelope: Envelope | None = None,
    limits: ReadLimits = SITE_LIMITS,
    allow_empty: bool = False,
    reading: FileReading = SITES_APART,
    landmarks: LandmarkSource | None = None,
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
    reading
        How the files are read: in confined processes unless they are known to be harmless.
    landmarks
        Towns of the county, by which a shift of public maps shows itself.

    Raises
    ------
    GeoError
        The only file cannot be used; or files of different CRSs are mixed (`mixed_crs`).
    NothingUsableError
        Every feature was refused; `refused` has them all.
    """
    intake = look_through(
        paths,
        options,
        working_crs=working_crs,
        envelope=envelope,
        limits=limits,
        allow_empty=allow_empty,
        reading=reading,
        landmarks=landmarks,
    ).intake
    require_usable(intake)
    return intake


def require_usable(intake: Intake) -> None:
    """Refuse an input of which nothing was left.

    Raises
    ------
    NothingUsableError
        Every feature was refused; `refused` has them all.
    """
    if not len(intake.frame) and intake.refused:
        raise _nothing_usable(intake)


def look_through(
    paths: Sequence[Path],
    options: ReadOptions,
    *,
    working_crs: WorkingCRS,
    envelope: Envelope | None = None,
    limits: ReadLimits = SITE_LIMITS,
    allow_empty: bool = False,
    reading: FileReading = SITES_APART,
    landmarks: LandmarkSource | None = None,
) -> LookedThrough:
    """`take_in` for those who want to see an input even if nothing of it can be used.

    Raises
    ------
    GeoError
        The only file cannot be used; or files of different CRSs are mixed (`mixed_crs`).
    """
    files, notes = input_files(paths)
    options, change = chosen_change(options)
    outcomes = reading.read_each(files, options, limits)
    raws, failed = _sorted_out(files, outcomes)
    if not allow_empty:
        failed += [_empty(name, alone=len(files) == 1) for name, raw in raws if not raw.count]
    _require_one_crs(raws)
    if not isinstance(working_crs, str):
        working_crs = working_crs([_understood(*raw, options, change) for raw in raws])
    taken = []
    for name, raw in raws:
        with _naming(name):
            taken.append(
                _take_one(
                    name,
                    raw,
                    options,
                    change,
                    working_crs=working_crs,
                    envelope=envelope,
                    limits=limits,
                    landmarks=landmarks,
                )
            )
    return LookedThrough(joined_files(taken, failed, notes, working_crs), tuple(raws))


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Add the file to errors that know only of coordinates."""
    try:
        yield
    except GeoError as err:
        err.params.setdefault("file", file)
        raise


def _sorted_out(
    files: Sequence[Path], outcomes: Iterable[RawFeatures | GeoError]
) -> tuple[list[tuple[str, RawFeatures]], list[Refusal]]:
    """What each file holds; the only file fails by raising, one of several by a refusal."""
    raws, failed = [], []
    for path, outcome in zip(files, outcomes, strict=True):
        if isinstance(outcome, RawFeatures):
            raws.append((path.name, outcome))
        elif len(files) == 1:
            raise outcome
        else:
            params = {"file": path.name, **outcome.params}
            failed.append(Refusal(None, None, outcome.code, params))
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


def _understood(
    name: str, raw: RawFeatures, options: ReadOptions, change: DatumChange | None
) -> gpd.GeoDataFrame:
    """Features of a file as the user says that they are meant."""
    frame = swapped(raw.frame) if _is_swapped(raw, options) else raw.frame
    if change is None or frame.crs is None:
        return frame
    with _naming(name):
        return changed(frame, change)[0]


def _is_swapped(raw: RawFeatures, options: ReadOptions) -> bool:
    """Whether the axes of a file are still to be swapped after reading."""
    return options.swap_axes and raw.detected.driver not in SURVEYED_DRIVERS


def _take_one(
    name: str,
    raw: RawFeatures,
    options: ReadOptions,
    change: DatumChange | None,
    *,
    working_crs: str,
    envelope: Envelope | None,
    limits: ReadLimits,
    landmarks: LandmarkSource | None,
) -> TakenFile:
    _require_zone(raw, options, working_crs)
    frame = named_sites(raw.frame, id_field=options.id_field, file=name)
    if frame.crs is None:
        # no feature has a place, so that there is nothing to change either
        frame, change = frame.set_crs(working_crs), None
    swap = _is_swapped(raw, options)
    placed = place_features(
        frame, working_crs=working_crs, envelope=envelope, swap_axes=swap, change=change
    )
    admitted = admit_polygons(
        placed.frame, accept_repairs=options.accept_repairs, max_vertices=limits.max_vertices
    )
    areas, unit, area_notes = with_stated_areas(admitted.frame)
    refused = (*_placed_refusals(raw, working_crs, change), *placed.refused, *admitted.refused)
    counted = sum(refusal.index is not None for refusal in refused)
    if raw.count != len(areas) + counted:
        raise AssertionError(f"{name}: {raw.count} features in, {len(areas)} + {counted} out")
    shifted = (
        ()
        if change is not None
        else suspicion(
            areas, file=name, crs=parse_crs(frame.crs), working_crs=working_crs, landmarks=landmarks
        )
    )
    notes = (*raw.detected.notes, *placed.notes, *shifted, *admitted.notes, *area_notes)
    return TakenFile(
        name=name,
        frame=areas,
        count=raw.count,
        detected=replace(
            raw.detected,
            area_unit=unit,
            datum=placed.datum,
            axis_order="north_east" if swap else raw.detected.axis_order,
            notes=tuple(replace(note, params={"file": name, **note.params}) for note in notes),
        ),
        refused=tuple(_of_file(name, refused)),
        repaired=admitted.repaired,
        sha256=raw.sha256,
    )


def _require_zone(raw: RawFeatures, options: ReadOptions, working_crs: str) -> None:
    """A coordinate TXT of another zone is refused unless the user names its CRS."""
    is_surveyed = raw.detected.driver in SURVEYED_DRIVERS
    if not is_surveyed or options.crs is not None or raw.frame.crs is None:
        return
    found, needed = national_zone_of(raw.frame.crs), zone_of(working_crs)
    if found is None or needed is None:
        return
    if not found.shares_meridian(needed):
        raise GeoError(
            Fault.WRONG_ZONE, found=found.number, needed=needed.number, suggestion=found.crs
        )


def _placed_refusals(
    raw: RawFeatures, working_crs: str, change: DatumChange | None
) -> Iterable[Refusal]:
    """Refusals of the reader with their bounds brought to the working CRS."""
    known = [refusal for refusal in raw.refused if refusal.bounds is not None]
    if not known or raw.frame.crs is None:
        yield from (replace(refusal, bounds=None) for refusal in raw.refused)
        return
    boxes = [_outline(refusal.bounds) for refusal in known if refusal.bounds is not None]
    held = gpd.GeoDataFrame(geometry=boxes, crs=raw.frame.crs)
    moved = to_working(held if change is None else changed(held, change)[0], working_crs)
    places = dict(zip(map(id, known), moved.bounds.to_numpy().tolist(), strict=True))
    for refusal in raw.refused:
        place = places.get(id(refusal))
        found = place is not None and np.isfinite(place).all()
        yield replace(refusal, bounds=tuple(place) if found and place is not None else None)


def _outline(bounds: Envelope) -> shapely.MultiPoint:
    """Points all over a box, whose sides are curved in another system."""
    west, south, east, north = bounds
    x, y = np.meshgrid(np.linspace(west, east, SIDE_POINTS), np.linspace(south, north, SIDE_POINTS))
    return shapely.MultiPoint(np.column_stack([x.ravel(), y.ravel()]))


def _of_file(name: str, refused: Iterable[Refusal]) -> Iterable[Refusal]:
    in_order = sorted(refused, key=lambda each: -1 if each.index is None else each.index)
    for refusal in in_order:
        yield replace(refusal, params={"file": name, **refusal.params})


def _nothing_usable(intake: Intake) -> NothingUsableError:
    """The one reason that all refusals share, or that there are several."""
    first, *others = intake.refused
    if all(other.code == first.code for other in others):
        return NothingUsableError(first.code, refused=intake.refused, **first.params)
    return NothingUsableError(
        refused=intake.refused, file=first.params.get("file"), count=len(intake.refused)
    )
