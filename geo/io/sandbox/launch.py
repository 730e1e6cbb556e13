"""A Python process of the same installation, with an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

__all__ = ["START_SECONDS", "launched", "said_last"]

START_SECONDS = 60
# of the parent's environment a reader gets what the system needs, and no secrets or proxies
KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "WINDIR",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PLOTWISE_CACHE",
    "PYTHONDONTWRITEBYTECODE",
)
# one thread, so that the process may be forked; no arenas that eat the address space
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "GDAL_NUM_THREADS": "1",
    "OGR_GPKG_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MALLOC_ARENA_MAX": "2",
    # memory in pages of 2 MB where the C library can: a fork copies a tenth less
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from {module} import main; main({arguments})"
)
LONGEST_REASON = 300


def launched(
    module: str, arguments: Sequence[object], *, sockets: Sequence[int] = (), errors: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start `main(*arguments)` of a module of ours; its complaints go to `errors`.

    It finds the same modules as this process, whatever the working directory holds, and it is
    not in the group of the terminal: Ctrl-C is for the parent, which then ends it.
    """
    path = [str(Path(entry).absolute()) if entry in ("", ".") else entry for entry in sys.path]
    code = START.format(module=module, arguments=", ".join(map(repr, arguments)))
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | QUIET
    program = sys.executable
    if sys.platform == "win32":
        # the python of a venv would only start another one, and limits would miss that
        program = sys._base_executable
        environment["__PYVENV_LAUNCHER__"] = sys.executable
    return subprocess.Popen(
        [program, "-P", "-s", "-X", "utf8", "-c", code, json.dumps(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        pass_fds=sockets,
        env=environment,
        cwd=Path(sys.executable).anchor,
        start_new_session=True,
    )


def said_last(errors: IO[bytes]) -> str:
    """Last line of what a process complained of."""
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "–")[:LONGEST_REASON]
