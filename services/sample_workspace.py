"""A workspace with the sample county, for the demonstration and for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from geo.intake import ReadOptions
from sample_data import LayerEntry, Manifest, SiteEntry
from sample_data.expectation import Variant
from services.domain.project import UseScheme
from services.errors import WorkspaceError
from services.figures import add_figures
from services.layers.import_layer import add_layer
from services.layers.request import COVERAGE_SELF, LayerImport
from services.settings import SETTINGS_FILE
from services.siting.request import CheckRequest
from services.workspace import Workspace, create_workspace, open_workspace

__all__ = ["load_county", "request_for", "sample_workspace"]

MARKER = "sample-county.txt"
PLAIN = Variant()
Stage = Callable[[str], None]


def sample_workspace(root: Path, manifest: Manifest, *, stage: Stage | None = None) -> Workspace:
    """Make a workspace with the county, or go on with the one that was begun here before.

    Raises
    ------
    WorkspaceError
        The folder holds a workspace that is not the sample county's; it is left alone.
    """
    if (root / MARKER).exists():
        workspace = open_workspace(root)
    elif (root / SETTINGS_FILE).exists():
        raise WorkspaceError("workspace_not_sample", folder=str(root))
    else:
        workspace = create_workspace(root)
        note = f"parcels={manifest.parcels} seed={manifest.seed}\n"
        (root / MARKER).write_text(note, "utf-8")
    load_county(workspace, manifest, PLAIN, stage=stage)
    return workspace


def load_county(
    workspace: Workspace, manifest: Manifest, variant: Variant, *, stage: Stage | None = None
) -> None:
    """Import the layers of a variant of the county, in load order, and its plan figures.

    What is already there is left as it is, so that a load that was killed can go on.
    """
    with workspace.unit_of_work(read_only=True) as uow:
        loaded = {(version.role, version.version) for version in uow.layers.versions()}
    for entry in manifest.layers_for(variant):
        if (entry.role, entry.version) in loaded:
            continue
        if stage is not None:
            stage(entry.role)
        add_layer(_import_of(entry, manifest), workspace)
    add_figures(manifest.file(manifest.figures), workspace)


def _import_of(entry: LayerEntry, manifest: Manifest) -> LayerImport:
    coverage = entry.coverage
    if coverage not in {None, COVERAGE_SELF}:
        coverage = str(manifest.file(str(coverage)))
    return LayerImport(
        role=entry.role,
        paths=(manifest.file(entry.path),),
        options=ReadOptions(layer=entry.layer or None),
        version=entry.version,
        valid_from=date.fromisoformat(entry.valid_from),
        valid_to=date.fromisoformat(entry.valid_to) if entry.valid_to else None,
        class_field=entry.class_field,
        name_field=entry.name_field,
        scheme=UseScheme(entry.scheme),
        coverage=coverage,
        confirm_empty=entry.confirm_empty,
        accuracy_m=entry.accuracy_m,
        secrecy=entry.secrecy,
    )


def request_for(site: SiteEntry, manifest: Manifest) -> CheckRequest:
    """The check that a planted site is asked for."""
    return CheckRequest(
        paths=(manifest.file(site.path),),
        options=ReadOptions(),
        as_of=date.fromisoformat(site.as_of),
        use=site.use,
        use_scheme=UseScheme(site.use_scheme),
        project_type=site.project_type,
        source_name=f"{site.title_zh}{Path(site.path).suffix}",
    )
