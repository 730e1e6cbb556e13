"""The edges of a layer version: derived from the layer of record, and made again from it.

The store on disk only saves the work: where it is missing, damaged or of the form of another
release, the edges are built from the record, whose hash must be the one of the import.
"""

from __future__ import annotations

import logging
import shutil
import uuid
from pathlib import Path

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.edges import EdgeLayer, build_edge_layer
from geo.errors import UnreadableFileError
from geo.io.edge_store import open_edge_store, write_edge_store
from geo.io.geopackage.layers import read_geopackage
from services.errors import WorkspaceError
from services.layers.classes import class_texts
from services.layers.fingerprint import content_sha256
from services.layers.manifest import EDGES_FOLDER, RECORD_FILE, Manifest
from services.workspace import areal_scale_around

__all__ = ["unchanged_record", "version_edges"]

LOG = logging.getLogger("plotwise.services.layers")


def version_edges(folder: Path, manifest: Manifest) -> EdgeLayer:
    """Edges of the version in a folder.

    Raises
    ------
    WorkspaceError
        The store cannot be used, and the record is not the one of the import either
        (`layer_damaged`).
    """
    try:
        return open_edge_store(folder / EDGES_FOLDER)
    except UnreadableFileError as err:
        LOG.warning("%s: %s; its edges are built again", folder, err.code)
    edges = _from_record(folder, manifest)
    _replace_store(folder, edges)
    return edges


def unchanged_record(folder: Path, manifest: Manifest) -> gpd.GeoDataFrame:
    """Layer of record, read whole and compared with the hash of the import.

    Raises
    ------
    WorkspaceError
        It is missing or was changed (`layer_damaged`).
    """
    try:
        record = read_geopackage(folder / RECORD_FILE, layer=manifest.role)
    except UnreadableFileError as err:
        raise WorkspaceError("layer_damaged", folder=str(folder), file=RECORD_FILE) from err
    if content_sha256(record) != manifest.features_sha256:
        raise WorkspaceError("layer_damaged", folder=str(folder), file=RECORD_FILE)
    return record


def _from_record(folder: Path, manifest: Manifest) -> EdgeLayer:
    record = unchanged_record(folder, manifest)
    ids: NDArray[np.int32] = np.zeros(len(record), dtype=np.int32)
    if manifest.class_field is not None:
        position = {entry.code: at for at, entry in enumerate(manifest.classes)}
        codes = class_texts(record[manifest.class_field])
        ids = np.asarray(codes.map(position), dtype=np.int32)
    return build_edge_layer(
        np.asarray(record.geometry.array, dtype=object),
        ids,
        origin=manifest.origin,
        scale=areal_scale_around(manifest.origin, manifest.crs),
    )


def _replace_store(folder: Path, edges: EdgeLayer) -> None:
    """Put the new store in place; whoever was quicker wrote the same."""
    beside = folder / f".{EDGES_FOLDER}-{uuid.uuid4().hex}"
    write_edge_store(beside, edges)
    shutil.rmtree(folder / EDGES_FOLDER, ignore_errors=True)
    try:
        beside.rename(folder / EDGES_FOLDER)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
