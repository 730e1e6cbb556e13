"""A layer version opened for overlay: edges mapped from disk, the rest read when asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geo.edges import EdgeLayer
from geo.io.geopackage.layers import read_attributes, read_geopackage
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
# whoever looks up so often (a server, a batch) gets the whole table kept in memory
LOOK_UPS_BEFORE_KEEPING = 4


class _KeptTables:
    """Whole tables of attributes by their columns, kept once they are asked for again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._look_ups: dict[tuple[str, ...] | None, int] = {}
        self._tables: dict[tuple[str, ...] | None, pd.DataFrame] = {}

    def of(self, path: Path, layer: str, columns: tuple[str, ...] | None) -> pd.DataFrame | None:
        """The table, or `None` while it is not worth reading."""
        with self._lock:
            self._look_ups[columns] = self._look_ups.get(columns, 0) + 1
            if columns not in self._tables and self._look_ups[columns] > LOOK_UPS_BEFORE_KEEPING:
                self._tables[columns] = read_attributes(path, layer=layer, columns=columns)
            return self._tables.get(columns)


@dataclass(frozen=True, eq=False)
class OpenedLayer:
    """One version; everything in it is immutable and may be shared by threads.

    Attributes
    ----------
    edges
        The n features in local coordinates, with the class id of each.
    class_codes, class_names
        Code and name of each class id; a name may be empty.
    fields
        Names of the attributes.
    coverage
        Declared ground in the working CRS, never prepared because threads share it; `None`
        where nothing was declared.
    """

    version: LayerVersion
    folder: Path
    edges: EdgeLayer
    class_codes: tuple[str, ...]
    class_names: tuple[str, ...]
    fields: tuple[str, ...]
    coverage: BaseGeometry | None
    _kept: _KeptTables = field(default_factory=_KeptTables, repr=False)

    @cached_property
    def codes(self) -> NDArray[np.str_]:
        """Class code of each of the n features."""
        codes: NDArray[np.str_] = np.array(self.class_codes, dtype=str)
        return codes[np.asarray(self.edges.class_ids)]

    def attributes(self, rows: ArrayLike, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Attributes of some features, by 0-based position, in the order asked for.

        `columns` that the layer does not have are left out; `None` means all.
        """
        wanted = np.asarray(rows, dtype=np.int64)
        names = None if columns is None else tuple(n for n in columns if n in self.fields)
        if names == ():
            return pd.DataFrame(index=pd.RangeIndex(len(wanted)))
        path, layer = self.folder / RECORD_FILE, self.version.role
        table = self._kept.of(path, layer, names)
        if table is not None:
            return table.iloc[wanted].reset_index(drop=True)
        chosen, places = np.unique(wanted, return_inverse=True)
        if len(chosen) * READ_ALL_FROM > self.version.feature_count:
            table, places = read_attributes(path, layer=layer, columns=names), wanted
        else:
            frame = read_geopackage(path, layer=layer, columns=names, rows=chosen.tolist())
            table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        return table.iloc[places].reset_index(drop=True)

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
        fields=manifest.fields,
        coverage=_coverage(folder, manifest),
    )


def _coverage(folder: Path, manifest: Manifest) -> BaseGeometry | None:
    if manifest.coverage_sha256 is None:
        return None
    path = folder / COVERAGE_FILE
    outline = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(outline).hexdigest() != manifest.coverage_sha256:
        raise WorkspaceError("layer_damaged", folder=str(folder), file=COVERAGE_FILE)
    return _ground(outline)


@lru_cache(maxsize=LAYERS_KEPT)
def _ground(outline: bytes) -> BaseGeometry:
    """Layers with one coverage, such as the county, share the very same geometry."""
    ground: BaseGeometry = shapely.from_wkb(outline)
    return ground
