"""The ground that the maker of a layer examined, as declared at import.

Outside of it a layer says nothing, so nothing declared means nothing covered; the bounding box
of a layer is never taken for its coverage. The box of a feature that was refused is taken out:
whatever it was, it may have lain there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError, MissingCRSError
from geo.intake import Intake, Note, ReadOptions, Refusal
from geo.io.limits import LAYER_LIMITS
from geo.pieces import largest_circle_diameter
from geo.reading_codes import Fault
from services.domain.layer import LayerVersion
from services.errors import InvalidOptionError, NothingUsableError
from services.file_reading import apart
from services.intake import take_in
from services.layers.catalogue import loaded_versions
from services.layers.opened import open_layer
from services.layers.request import COVERAGE_SELF, LayerImport
from services.layers.roles import Role
from services.layers.selection import version_in_force
from services.workspace import Workspace, today

__all__ = ["declared_coverage", "ground_of", "named_ground", "without_refused"]

# a gap in a mosaic below both is a slip of its maker, not ground left out (sliver defaults)
SLIP_AREA_M2 = 1.0
SLIP_WIDTH_M = 0.10
SAME_AREA = 1e-9
# a feature far from where its layer can lie is misplaced: its real ground is not known
MISPLACED = frozenset(
    {
        Fault.OUTSIDE_COUNTY,
        Fault.OUTSIDE_CRS_AREA,
        Fault.WRONG_ZONE,
        Fault.DATUM_OUTSIDE_EXTENT,
    }
)
# a coverage is often drawn on the modern datum, whatever its layer is on
NO_CHANGE_NEEDED = frozenset(
    {Fault.DATUM_NOT_NEEDED, Fault.DATUM_NOT_GEOGRAPHIC, Fault.CRS_CONTRADICTS}
)
NOTHING_SAID = ReadOptions()
Geometries = NDArray[np.object_]


def declared_coverage(
    request: LayerImport,
    role: Role,
    features: Geometries,
    workspace: Workspace,
    *,
    valid_from: date,
) -> BaseGeometry | None:
    """The declared ground in the working CRS, before refused features are taken out.

    Raises
    ------
    InvalidOptionError
        `self` for a role with gaps (`coverage_self_has_gaps`), or neither a file nor a role
        that is loaded (`coverage_unknown`).
    NothingUsableError
        A feature of the coverage file was refused (`coverage_faulty`).
    """
    declared = request.coverage
    if declared is None:
        return None
    if declared == COVERAGE_SELF:
        if not role.gap_free:
            raise InvalidOptionError("coverage_self_has_gaps", role=role.name)
        return ground_of(features, workspace.origin)
    days = (valid_from, today())
    return named_ground(declared, workspace, days, options=request.options)


def named_ground(
    name: str, workspace: Workspace, days: Iterable[date], *, options: ReadOptions = NOTHING_SAID
) -> BaseGeometry | None:
    """Ground of a role on the first of some days that has it, or of a polygon file.

    Parameters
    ----------
    options
        What was said of the layer; counts for the file as far as it needs it.

    Raises
    ------
    InvalidOptionError
        Neither a file nor a role that is loaded (`coverage_unknown`).
    NothingUsableError
        A feature of the file was refused (`coverage_faulty`).
    """
    # a role outranks a file of that name: ./town is the file
    versions = loaded_versions(workspace, name)
    if not versions and Path(name).exists():
        return ground_of(_file(Path(name), options, workspace), workspace.origin)
    version = _in_force(name, versions, days)
    return ground_of(open_layer(workspace, version).features(), workspace.origin)


def ground_of(features: Geometries, origin: tuple[int, int]) -> BaseGeometry | None:
    """Union of polygons; slips between neighbours are closed, real gaps stay.

    Computed in local coordinates, where the digits of a county suffice. `None` for no ground.
    """
    shift = np.array(origin, dtype=float)
    local = shapely.transform(features, lambda xy: xy - shift)
    ground = _polygonal([_closed(part) for part in _polygons(_union(local))])
    return None if ground is None else shapely.transform(ground, lambda xy: xy + shift)


def _union(polygons: Geometries) -> BaseGeometry:
    """Union; ten times faster where neighbours share their edges vertex by vertex.

    The fast way drops shared edges without looking; of a mosaic that overlaps or gapes it
    makes something invalid or of another area, and then the slow way is taken.
    """
    try:
        union = shapely.coverage_union_all(polygons)
    except shapely.GEOSException:
        return shapely.union_all(polygons)
    areas_m2 = shapely.area(union), shapely.area(polygons).sum()
    if shapely.is_valid(union) and np.isclose(*areas_m2, rtol=SAME_AREA, atol=0.0):
        return union
    return shapely.union_all(polygons)


def without_refused(
    coverage: BaseGeometry | None, refused: Iterable[Refusal], *, leave_holes: bool
) -> tuple[BaseGeometry | None, tuple[Note, ...]]:
    """Coverage less the ground that refused features may have held.

    A refused feature of unknown place may have lain anywhere, so that nothing stays covered.

    Parameters
    ----------
    leave_holes
        The coverage is the union of features that do not overlap: a refused one is a hole in
        it already, wherever it lay.
    """
    if coverage is None:
        return None, ()
    places = [None if fault.code in MISPLACED else fault.bounds for fault in refused]
    unplaced = places.count(None)
    if unplaced and not leave_holes:
        return None, (Note("coverage_dropped", {"count": unplaced}),)
    boxes = [shapely.box(*place) for place in places if place is not None]
    if not boxes:
        return coverage, ()
    left = shapely.difference(coverage, shapely.union_all(boxes))
    return _polygonal(_polygons(left)), (Note("coverage_cut", {"count": len(boxes)}),)


def _file(path: Path, options: ReadOptions, workspace: Workspace) -> Geometries:
    intake = _read(path, options, workspace)
    if intake.refused:
        raise NothingUsableError("coverage_faulty", refused=intake.refused, file=path.name)
    return np.asarray(intake.frame.geometry.array, dtype=object)


def _read(path: Path, options: ReadOptions, workspace: Workspace) -> Intake:
    """Read the coverage with what was said of the layer, as far as the file needs it."""

    def read(options: ReadOptions) -> Intake:
        return take_in(
            (path,),
            options,
            working_crs=workspace.settings.crs,
            limits=LAYER_LIMITS,
            reading=apart(workspace.settings.layer_sandbox),
        )

    said = ReadOptions(datum=options.datum, datum_parameters=options.datum_parameters)
    try:
        return read(said)
    except MissingCRSError:
        if options.crs is None:
            raise
        return read(replace(said, crs=options.crs))
    except GeoError as err:
        if err.code not in NO_CHANGE_NEEDED:
            raise
        return read(ReadOptions())


def _in_force(role: str, versions: tuple[LayerVersion, ...], days: Iterable[date]) -> LayerVersion:
    for day in days:
        version = version_in_force(versions, day)
        if version is not None and version.feature_count:
            return version
    raise InvalidOptionError("coverage_unknown", found=role)


def _polygons(geometry: BaseGeometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(geometry)
    return [part for part in parts if isinstance(part, shapely.Polygon) and part.area > 0]


def _polygonal(polygons: list[shapely.Polygon]) -> BaseGeometry | None:
    if not polygons:
        return None
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _closed(polygon: shapely.Polygon) -> shapely.Polygon:
    kept = [ring for ring in polygon.interiors if not _is_slip(shapely.Polygon(ring))]
    return shapely.Polygon(polygon.exterior, kept)


def _is_slip(hole: shapely.Polygon) -> bool:
    return hole.area < SLIP_AREA_M2 and largest_circle_diameter(hole) < SLIP_WIDTH_M
