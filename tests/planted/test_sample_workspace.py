"""The demonstration may be run again, also after it was killed half-way."""

from dataclasses import replace

import pytest

from services.errors import WorkspaceError
from services.layers.import_layer import add_layer
from services.sample_workspace import sample_workspace
from services.workspace import create_workspace, open_workspace


class Killed(BaseException):
    """Stands for a power cut: nothing after it runs."""


def roles_in(workspace):
    with workspace.unit_of_work(read_only=True) as uow:
        return [version.role for version in uow.layers.versions()]


def test_a_load_that_was_killed_goes_on(tmp_path, manifest, monkeypatch):
    few = manifest.layers[:3]
    small = replace(manifest, layers=few)
    begun = []

    def dying(request, workspace):
        if len(begun) == 2:
            raise Killed("power cut")
        begun.append(request.role)
        return add_layer(request, workspace)

    monkeypatch.setattr("services.sample_workspace.add_layer", dying)
    with pytest.raises(Killed, match="power cut"):
        sample_workspace(tmp_path / "w", small)
    monkeypatch.undo()
    workspace = sample_workspace(tmp_path / "w", small)
    assert sorted(roles_in(workspace)) == sorted(entry.role for entry in few)


def test_another_workspace_is_left_alone(tmp_path, manifest):
    create_workspace(tmp_path / "w")
    with pytest.raises(WorkspaceError, match="workspace_not_sample"):
        sample_workspace(tmp_path / "w", manifest)
    assert roles_in(open_workspace(tmp_path / "w")) == []
