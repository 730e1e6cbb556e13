"""How the kernels are compiled: ahead of use, cached on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

__all__ = ["compiled", "compiled_sums"]

Kernel = TypeVar("Kernel", bound=Callable[..., object])

compiled = cast(Callable[[Kernel], Kernel], njit(cache=True, nogil=True))

# sums may be taken in another order, so that they run in vector registers; NaN and infinity
# keep their meaning, and division by zero gives infinity instead of a branch
compiled_sums = cast(
    Callable[[Kernel], Kernel],
    njit(
        cache=True,
        nogil=True,
        error_model="numpy",
        fastmath={"reassoc", "contract", "arcp", "nsz"},
    ),
)
