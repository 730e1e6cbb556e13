"""Files of datum parameters of the workspace: offered by name, never reached by path."""

from pathlib import Path

import pytest

from services.datum_files import datum_files, named_datum_file
from services.errors import InvalidOptionError

DEMO = Path(__file__).parents[1] / "data" / "datum" / "demo_four.toml"


@pytest.fixture
def folder(workspace):
    made = workspace.root / "datum"
    made.mkdir(exist_ok=True)
    return made


def test_the_files_are_known_by_name(workspace, folder):
    (folder / "b.toml").write_bytes(DEMO.read_bytes())
    (folder / "notes.txt").write_text("x", "utf-8")
    assert datum_files(workspace) == {"b.toml": folder / "b.toml"}
    assert named_datum_file("b.toml", workspace) == folder / "b.toml"


def test_a_missing_folder_offers_nothing(workspace, folder):
    folder.rmdir()
    assert datum_files(workspace) == {}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../plotwise.toml", "b.toml/", "x.toml", "/etc/passwd", "notes.txt"]
)
def test_only_names_of_the_folder_are_known(workspace, folder, name):
    (folder / "b.toml").write_bytes(DEMO.read_bytes())
    (folder / "notes.txt").write_text("x", "utf-8")
    with pytest.raises(InvalidOptionError, match="datum_file_not_kept"):
        named_datum_file(name, workspace)
