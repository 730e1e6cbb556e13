"""The manifest of a layer version: what lies in its folder and how it got there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.domain.project import UseScheme
from services.errors import WorkspaceError
from services.repositories import Bounds

__all__ = [
    "COVERAGE_FILE",
    "EDGES_FOLDER",
    "MANIFEST_FILE",
    "ORIGINAL_FOLDER",
    "RECORD_FILE",
    "LayerClass",
    "Manifest",
    "OriginalFile",
    "read_manifest",
    "write_manifest",
]

MANIFEST_FILE = "manifest.json"
RECORD_FILE = "layer.gpkg"
COVERAGE_FILE = "coverage.wkb"
EDGES_FOLDER = "edges"
ORIGINAL_FOLDER = "original"


@dataclass(frozen=True, slots=True)
class LayerClass:
    """One class of a layer; `area_m2` is the plane sum of its features."""

    code: str
    name: str
    features: int
    area_m2: float


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A file as it was given."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about an import that its folder must say without the catalogue.

    `features_sha256` is of the features in the layer of record, `coverage_sha256` of the file
    with the coverage.
    """

    role: str
    version: str
    features_sha256: str
    coverage_sha256: str | None
    crs: str
    origin: tuple[int, int]
    class_field: str | None
    scheme: UseScheme
    accuracy_m: float | None
    fields: tuple[str, ...]
    classes: tuple[LayerClass, ...]
    coverage_area_m2: float
    bounds: Bounds | None
    originals: tuple[OriginalFile, ...]
    detected: dict[str, Any]
    refused: tuple[dict[str, Any], ...]
    repaired: tuple[dict[str, Any], ...]
    notes: tuple[dict[str, Any], ...]
    form: int = 1

    @property
    def sha256(self) -> str:
        """Hash of everything in the version that can change an answer."""
        pinned = {
            "features": self.features_sha256,
            "coverage": self.coverage_sha256,
            "crs": self.crs,
            "class_field": self.class_field,
            "codes": [entry.code for entry in self.classes],
            "scheme": self.scheme.value,
            "accuracy_m": self.accuracy_m,
        }
        text = json.dumps(pinned, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, last of all files of a version."""
    (folder / MANIFEST_FILE).write_bytes(_adapter().dump_json(manifest, indent=1))


def read_manifest(folder: Path) -> Manifest:
    """Manifest of a version.

    Raises
    ------
    WorkspaceError
        `layer_damaged`: missing or not what was written.
    """
    try:
        return _adapter().validate_json((folder / MANIFEST_FILE).read_bytes())
    except (OSError, ValidationError) as err:
        raise WorkspaceError("layer_damaged", folder=str(folder), file=MANIFEST_FILE) from err
