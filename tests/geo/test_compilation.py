"""The cache of compiled kernels is keyed by everything that is compiled."""

from pathlib import Path

import numpy as np
import pytest
import shapely

import geo.area_kernel
import geo.process
from geo.process import KERNEL_SOURCES, kernel_cache_folder
from geo.testing import layer_of
from geo.warm_up import warm_up

PACKAGE = Path(geo.process.__file__).parent


def test_every_compiled_module_is_in_the_key():
    """numba looks only at the file of the function that is called, not at what that calls."""
    compiled = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "from geo.compilation import" in path.read_text("utf-8")
    }
    assert {*KERNEL_SOURCES} == {*compiled, "compilation.py"}
    others = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if "njit" in path.read_text("utf-8") and path.name != "compilation.py"
    ]
    assert others == []


def test_the_key_changes_with_a_kernel(monkeypatch, tmp_path):
    monkeypatch.setenv("PLOTWISE_CACHE", str(tmp_path))
    before = kernel_cache_folder()
    assert before.parent == tmp_path
    for name in KERNEL_SOURCES:
        (tmp_path / name).write_bytes((PACKAGE / name).read_bytes())
    monkeypatch.setattr(geo.process, "__file__", str(tmp_path / "process.py"))
    assert kernel_cache_folder() == before
    with (tmp_path / "rings.py").open("a") as source:
        source.write("# changed\n")
    assert kernel_cache_folder() != before


def test_warming_up_compiles_all_that_a_check_needs():
    """Afterwards neither a layer nor a site, in memory or mapped, compiles anything more."""
    warm_up()
    kernel = geo.area_kernel.piece_areas
    assert len(kernel.signatures) == 1
    layer_of(shapely.Point(0, 0).buffer(50.0, quad_segs=60), shapely.box(0, 0, 9, 9))
    assert len(kernel.signatures) == 1


@pytest.mark.parametrize("frozen", [True, False])
def test_vertices_are_read_where_they_lie(frozen):
    xy = np.arange(12.0).reshape(6, 2)
    xy.flags.writeable = not frozen
    found = geo.compilation.vertices_at(xy.ctypes.data + 32, 3)
    assert found.tolist() == [[4.0, 5.0], [6.0, 7.0], [8.0, 9.0]]
