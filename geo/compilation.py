"""How the kernels are compiled: ahead of use, cached on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

__all__ = ["compiled", "compiled_sums", "vertices_at"]

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


@cast(Callable[[Callable[..., Any]], Callable[[int], Any]], intrinsic)
def _pointer(_typing: Any, _address: Any) -> tuple[Any, Any]:
    def as_pointer(context: Any, builder: Any, used: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], context.get_value_type(used.return_type))

    pointer_to: Any = types.CPointer
    return pointer_to(types.float64)(types.int64), as_pointer


@compiled
def vertices_at(address: int, count: int) -> NDArray[np.float64]:
    """(count, 2) vertices at a place in memory, without copying them.

    Kernels reach the arrays of any number of layers in one call this way. Whoever passes the
    address keeps the array alive, and no kernel writes to it.
    """
    vertices: NDArray[np.float64] = carray(_pointer(address), (count, 2))
    return vertices
