"""What happened to the features of a file on their way in: read, repaired or refused.

Nothing is lost: features read = features kept + features refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd

from geo.errors import Param

__all__ = [
    "DatumRecord",
    "Detected",
    "Intake",
    "Note",
    "ReadOptions",
    "Refusal",
    "Repair",
    "SourceFile",
]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says of a file; `None` leaves the answer to detection.

    `datum` names a shift of public maps to take back (`gcj02`, `bd09`); `datum_parameters`
    is the centre's own file of parameters that lead from an old or local datum.
    """

    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    id_field: str | None = None
    swap_axes: bool = False
    accept_repairs: bool = False
    datum: str | None = None
    datum_parameters: Path | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One feature that was not taken in.

    `index` is the 0-based order in the file; `code` and `params` make the message. `bounds`
    (west, south, east, north in the working CRS) is the ground that the feature may have
    held, `None` where its place is not known.
    """

    index: int | None
    site: str | None
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    bounds: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One feature whose outline was mended; areas in m² of the working CRS.

    `place` is where the outline was at fault (east, north in the working CRS), `None` where
    that is not known.
    """

    index: int
    site: str | None
    code: str
    area_before_m2: float
    area_after_m2: float
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something the user should know about the file, as code and facts.

    `index` is the 0-based feature that it is about, `None` for the file as a whole.
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    index: int | None = None


@dataclass(frozen=True, slots=True)
class DatumRecord:
    """A change of datum that was applied on the user's word.

    Attributes
    ----------
    kind
        `gcj02`, `bd09`, `four` or `seven`.
    source
        Label of the CRS from which the coordinates came; name of a local grid.
    datum
        Name of the datum that was left: 西安80, GCJ-02, …
    name, sha256, date, issued_by, secrecy
        Of the file with the parameters; empty for the formula of a public map.
    accuracy_m
        What is known of the accuracy: as the file states it, else its RMS.
    points, rms_m, max_m
        Number of control points, and their residuals; `None` without any.
    """

    kind: str
    source: str
    datum: str
    accuracy_m: float
    name: str = ""
    sha256: str = ""
    date: str = ""
    issued_by: str = ""
    secrecy: str = ""
    points: int = 0
    rms_m: float | None = None
    max_m: float | None = None


@dataclass(frozen=True, slots=True)
class Detected:
    """What was found out about a file and used for reading it.

    `reasons` say, where a format leaves room for it, which kind of it this is and why.
    """

    driver: str
    dialect: str | None = None
    encoding: str | None = None
    crs: str | None = None
    axis_order: str = "east_north"
    area_unit: str | None = None
    notes: tuple[Note, ...] = ()
    reasons: tuple[Note, ...] = ()
    datum: DatumRecord | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of an input: its `count` features have the indexes from `first_index` on."""

    name: str
    first_index: int
    count: int
    sha256: str
    detected: Detected


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """The features of one input, with the record of what was refused and repaired.

    `frame` has the column `source_index` (0-based order in the file), the columns
    `site_id` and `site_name` (text, may be empty), `stated_area_m2` (NaN where the file
    states none), the attributes of the file, and polygon or multipolygon geometry.
    """

    frame: gpd.GeoDataFrame
    detected: Detected
    refused: tuple[Refusal, ...] = ()
    repaired: tuple[Repair, ...] = ()
    sha256: str = ""
    files: tuple[SourceFile, ...] = ()
