"""The command line in this process: arguments in, exit code, stdout and stderr out."""

import json
from dataclasses import dataclass

import pytest

from services.cli.main import run as run_command


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self):
        """The one JSON document on stdout; anything else there is an error."""
        return json.loads(self.out)


@pytest.fixture
def plotwise(capfdbinary, monkeypatch, tmp_path):
    """Run a command on the test's workspace, in English unless told otherwise."""
    monkeypatch.setenv("PLOTWISE_WORKSPACE", str(tmp_path / "workspace"))
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, lang="en"):
        spoken = [*(["--lang", lang] if lang else []), *map(str, arguments)]
        monkeypatch.setattr("sys.argv", ["plotwise", *spoken])
        capfdbinary.readouterr()
        code = run_command(spoken)
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode("utf-8"), err.decode("utf-8"))

    return run
