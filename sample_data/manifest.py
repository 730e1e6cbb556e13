"""What stands in a county's folder: layers in load order, figures, settings, planted sites."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from sample_data.expectation import Variant

__all__ = [
    "MANIFEST_FILE",
    "OF_ITSELF",
    "TRUTH_FILE",
    "LayerEntry",
    "Manifest",
    "SiteEntry",
    "load_manifest",
    "load_truth",
    "shipped_county",
    "shipped_inputs",
    "write_manifest",
]

MANIFEST_FILE = "manifest.json"
TRUTH_FILE = "truth.json"

OF_ITSELF = "self"
"""Value of `LayerEntry.coverage`: the maker examined just what the layer covers."""


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One import of one role.

    `path` and a file in `coverage` are relative to the folder; `coverage` is such a file,
    `self`, or `None` for nothing declared. Dates are ISO; `valid_to` may be `None`.
    """

    name: str
    role: str
    path: str
    layer: str
    version: str
    valid_from: str
    source: str
    valid_to: str | None = None
    class_field: str | None = None
    name_field: str | None = None
    scheme: str = "none"
    coverage: str | None = None
    accuracy_m: float | None = None
    secrecy: str | None = None
    confirm_empty: bool = False
    crs: str = "EPSG:4527"


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One planted site: the file and how a check is asked for."""

    case: str
    title_zh: str
    title_en: str
    path: str
    form: str
    use: str | None
    use_scheme: str
    project_type: str | None
    as_of: str
    variant: Variant


@dataclass(frozen=True, slots=True)
class Manifest:
    """A county on disk; `folder` is where it stands, all paths are relative to it."""

    folder: Path
    parcels: int
    seed: int
    figures: str
    layers: tuple[LayerEntry, ...]
    spare_layers: tuple[LayerEntry, ...]
    sites: tuple[SiteEntry, ...]
    settings: Mapping[str, str] = field(default_factory=dict)

    def file(self, relative: str) -> Path:
        """A path of the manifest on this machine."""
        return self.folder / relative

    def site(self, case: str) -> SiteEntry:
        """The site of one case."""
        return next(site for site in self.sites if site.case == case)

    def layers_for(self, variant: Variant) -> tuple[LayerEntry, ...]:
        """Layers of the workspace of a variant, in load order."""
        spares = {entry.name: entry for entry in self.spare_layers}
        fresh = [spares[name] for name in variant.replace]
        dropped = {*variant.omit, *(entry.role for entry in fresh)}
        return (*(entry for entry in self.layers if entry.role not in dropped), *fresh)


def write_manifest(manifest: Manifest) -> None:
    """Write the manifest into its folder."""
    document = asdict(manifest) | {"settings": dict(manifest.settings)}
    document.pop("folder")
    text = json.dumps(document, ensure_ascii=False, indent=1, default=dict)
    (manifest.folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def load_manifest(folder: Path | None = None) -> Manifest:
    """Manifest of a county; without a folder of the shipped one."""
    folder = folder or shipped_county()
    document: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    sites = tuple(
        SiteEntry(**{**entry, "variant": _variant(entry["variant"])})
        for entry in document.pop("sites")
    )
    layers = tuple(LayerEntry(**entry) for entry in document.pop("layers"))
    spares = tuple(LayerEntry(**entry) for entry in document.pop("spare_layers"))
    return Manifest(folder=folder, layers=layers, spare_layers=spares, sites=sites, **document)


def _variant(entry: dict[str, Any]) -> Variant:
    return Variant(
        settings=entry["settings"],
        rules=entry["rules"],
        omit=tuple(entry["omit"]),
        replace=tuple(entry["replace"]),
    )


def load_truth(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Truth of the planted sites by case."""
    text = ((folder or shipped_county()) / TRUTH_FILE).read_text("utf-8")
    return {entry["case"]: entry for entry in json.loads(text)["sites"]}


def shipped_county() -> Path:
    """Folder of the small county that comes with the package."""
    return Path(str(files("sample_data").joinpath("county")))


def shipped_inputs() -> Path:
    """Folder of the input files that come with the package."""
    return Path(str(files("sample_data").joinpath("inputs")))
