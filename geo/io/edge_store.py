"""Edge layers on disk: one array per file, mapped into memory when opened.

A store is immutable: it is written beside and renamed, and a new version is a new folder. A
mapped file that is shorter than its array would end the process without an exception, so that
sizes are compared with the manifest before anything is mapped.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.areal_scale import ArealScale
from geo.edge_index import IndexedPieces
from geo.edges import EdgeLayer, Grouping
from geo.errors import UnreadableFileError
from geo.outline_table import OutlineTable
from geo.overlaps import Overlaps
from geo.subdivision import Pieces

__all__ = ["open_edge_store", "write_edge_store"]

FORMAT = "plotwise edge store 1"
MANIFEST = "manifest.json"

Arrays = Mapping[str, NDArray[Any]]


def write_edge_store(folder: Path, layer: EdgeLayer) -> None:
    """Write a layer to a new folder; it appears complete or not at all.

    Raises
    ------
    FileExistsError
        The folder exists: stores are never changed.
    """
    if folder.exists():
        raise FileExistsError(folder)
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    entries = {}
    for name, array in _arrays_of(layer).items():
        path = beside / f"{name}.npy"
        np.save(path, array, allow_pickle=False)
        entries[name] = {
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
        }
    scale = layer.scale
    manifest = {
        "format": FORMAT,
        "crs": scale.crs,
        "origin": list(layer.origin),
        "areal_scale": {
            "frame": scale.frame.tolist(),
            "terms": scale.terms.tolist(),
            "residual": scale.residual,
        },
        "arrays": entries,
    }
    (beside / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8", newline="\n")
    beside.rename(folder)


def open_edge_store(folder: Path, *, verify: bool = True) -> EdgeLayer:
    """Map a layer from its folder.

    Parameters
    ----------
    folder
        As written by `write_edge_store`.
    verify
        Compare the content of every file with its hash, which reads all of it once; sizes and
        types are compared always. Leave it out only for a store verified before.

    Raises
    ------
    UnreadableFileError
        `edge_store_missing`: no manifest, or a file is missing; `edge_store_version`: made by
        another version; `edge_store_damaged`: a file is not the one that was written.
    """
    manifest = _manifest(folder)
    try:
        arrays = {
            name: _mapped(folder / f"{name}.npy", entry, verify=verify)
            for name, entry in manifest["arrays"].items()
        }
        return _layer_from(arrays, manifest)
    except (KeyError, TypeError) as error:
        raise _damaged(folder / MANIFEST) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise UnreadableFileError("edge_store_missing", folder=str(folder), file=MANIFEST)
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise _damaged(path) from error
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        raise UnreadableFileError(
            "edge_store_version", folder=str(folder), found=str(found), needed=FORMAT
        )
    return dict(manifest)


def _damaged(path: Path) -> UnreadableFileError:
    return UnreadableFileError("edge_store_damaged", folder=str(path.parent), file=path.name)


def _mapped(path: Path, entry: Mapping[str, Any], *, verify: bool) -> NDArray[Any]:
    if not path.is_file():
        raise UnreadableFileError("edge_store_missing", folder=str(path.parent), file=path.name)
    if path.stat().st_size != entry["bytes"]:
        raise _damaged(path)
    if verify and _sha256(path) != entry["sha256"]:
        raise _damaged(path)
    try:
        # an empty array cannot be mapped
        filled = all(entry["shape"])
        stored = np.load(path, mmap_mode="r" if filled else None, allow_pickle=False)
        array: NDArray[Any] = stored.view(np.ndarray)
    except ValueError as error:
        raise _damaged(path) from error
    if array.dtype.str != entry["dtype"] or list(array.shape) != entry["shape"]:
        raise _damaged(path)
    return array


def _arrays_of(layer: EdgeLayer) -> dict[str, NDArray[Any]]:
    grouping, overlaps = layer.grouping, layer.overlaps
    return {
        **_arrays_of_index("features", layer.features),
        **_arrays_of_index("repeated", grouping.repeated),
        "area_um2": layer.area_um2,
        "outline_wkb": layer.outlines.wkb,
        "outline_offsets": layer.outlines.offsets,
        "overlap_first": overlaps.first,
        "overlap_second": overlaps.second,
        "overlap_slack_m2": overlaps.slack_m2,
        "overlap_wkb": overlaps.ground.wkb,
        "overlap_offsets": overlaps.ground.offsets,
        "class_ids": grouping.class_ids,
        "repeated_feature": grouping.feature,
        "repeated_in_class": grouping.in_class,
        "repeated_in_layer": grouping.in_layer,
        "repeated_slack_um2": grouping.slack_um2,
    }


def _arrays_of_index(name: str, index: IndexedPieces) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_xy": index.pieces.xy,
        f"{name}_piece_offsets": index.pieces.offsets,
        f"{name}_owner": index.pieces.owner,
        f"{name}_nodes": index.nodes,
    }


def _layer_from(arrays: Arrays, manifest: Mapping[str, Any]) -> EdgeLayer:
    east, north = manifest["origin"]
    return EdgeLayer(
        features=_index_from("features", arrays),
        area_um2=arrays["area_um2"],
        outlines=OutlineTable(arrays["outline_wkb"], arrays["outline_offsets"]),
        overlaps=Overlaps(
            first=arrays["overlap_first"],
            second=arrays["overlap_second"],
            ground=OutlineTable(arrays["overlap_wkb"], arrays["overlap_offsets"]),
            slack_m2=arrays["overlap_slack_m2"],
        ),
        grouping=Grouping(
            class_ids=arrays["class_ids"],
            repeated=_index_from("repeated", arrays),
            feature=arrays["repeated_feature"],
            in_class=arrays["repeated_in_class"],
            in_layer=arrays["repeated_in_layer"],
            slack_um2=arrays["repeated_slack_um2"],
        ),
        origin=(east, north),
        scale=_scale_from(manifest),
    )


def _index_from(name: str, arrays: Arrays) -> IndexedPieces:
    nodes = arrays[f"{name}_nodes"]
    owner = arrays[f"{name}_owner"]
    pieces = Pieces(
        arrays[f"{name}_xy"], arrays[f"{name}_piece_offsets"], nodes[: len(owner)], owner
    )
    return IndexedPieces(pieces, nodes)


def _scale_from(manifest: Mapping[str, Any]) -> ArealScale:
    east, north = manifest["origin"]
    fitted = manifest["areal_scale"]
    return ArealScale(
        manifest["crs"],
        (east, north),
        np.array(fitted["frame"]),
        np.array(fitted["terms"]),
        fitted["residual"],
    )
