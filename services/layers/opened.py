"""A layer version opened for overlay: edges mapped from disk, the rest read when asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geo.edges import EdgeLayer
from geo.io.geopackage import read_geopackage
from services.domain.layer import LayerVersion
from services.errors import WorkspaceError
from services.layers.edge_cache import version_edges
from services.layers.manifest import (
    COVERAGE_FILE,
    EDGES_FOLDER,
    MANIFEST_FILE,
    RECORD_FILE,
    Manifest,
    read_manifest,
)
from services.layers.roles import GeometryKind, role_named
from services.workspace import Workspace

__all__ = ["OpenedLayer", "open_layer"]

LAYERS_KEPT = 128
# one read of the whole table is quicker than a look-up of more than a tenth of its rows
READ_ALL_FROM = 10


@dataclass(frozen=True, eq=False)
class OpenedLayer:
    """One version; everything in it is immutable and may be shared by threads.

    Attributes
    ----------
    edges
        The n features in local coordinates, with the class id of each.
    class_codes, class_names
        Code and name of each class id; a name may be empty.
    coverage
        Declared ground in the working CRS, never prepared because threads share it; `None`
        where nothing was declared.
    """

    version: LayerVersion
    folder: Path
    edges: EdgeLayer
    class_codes: tuple[str, ...]
    class_names: tuple[str, ...]
    coverage: BaseGeometry | None

    @cached_property
    def codes(self) -> NDArray[np.str_]:
        """Class code of each of the n features."""
        codes: NDArray[np.str_] = np.array(self.class_codes, dtype=str)
        return codes[np.asarray(self.edges.class_ids)]

    def attributes(self, rows: ArrayLike) -> pd.DataFrame:
        """Attributes of some features, by 0-based position, in the order asked for."""
        wanted = np.asarray(rows, dtype=np.int64)
        chosen, places = np.unique(wanted, return_inverse=True)
        if len(chosen) * READ_ALL_FROM > self.version.feature_count:
            frame, places = self._record(None), wanted
        else:
            frame = self._record(chosen.tolist())
        attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        return attributes.iloc[places].reset_index(drop=True)

    def _record(self, rows: list[int] | None) -> gpd.GeoDataFrame:
        return read_geopackage(self.folder / RECORD_FILE, layer=self.version.role, rows=rows)

    def features(self) -> NDArray[np.object_]:
        """Geometry of all n features in the working CRS."""
        shift = np.array(self.edges.origin, dtype=float)
        local = self.edges.geometries(np.arange(self.edges.n_features))
        return np.asarray(shapely.transform(local, lambda xy: xy + shift), dtype=object)


def open_layer(workspace: Workspace, version: LayerVersion) -> OpenedLayer:
    """Open a version; the same content is opened once in a process.

    Raises
    ------
    WorkspaceError
        `layer_damaged`: a file is missing or not the one that the catalogue names;
        `layer_without_areas`: the role holds lines, points or nothing to overlay.
    """
    return _opened(workspace.root / version.folder, version)


@lru_cache(maxsize=LAYERS_KEPT)
def _opened(folder: Path, version: LayerVersion) -> OpenedLayer:
    manifest = read_manifest(folder)
    if manifest.sha256 != version.sha256:
        raise WorkspaceError("layer_damaged", folder=str(folder), file=MANIFEST_FILE)
    if role_named(version.role).geometry is not GeometryKind.POLYGON:
        raise WorkspaceError("layer_without_areas", role=version.role)
    edges = version_edges(folder, manifest)
    if edges.n_features != version.feature_count:
        raise WorkspaceError("layer_damaged", folder=str(folder), file=EDGES_FOLDER)
    return OpenedLayer(
        version=version,
        folder=folder,
        edges=edges,
        class_codes=tuple(entry.code for entry in manifest.classes),
        class_names=tuple(entry.name for entry in manifest.classes),
        coverage=_coverage(folder, manifest),
    )


def _coverage(folder: Path, manifest: Manifest) -> BaseGeometry | None:
    if manifest.coverage_sha256 is None:
        return None
    path = folder / COVERAGE_FILE
    outline = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(outline).hexdigest() != manifest.coverage_sha256:
        raise WorkspaceError("layer_damaged", folder=str(folder), file=COVERAGE_FILE)
    ground: BaseGeometry = shapely.from_wkb(outline)
    return ground
