"""The one door to NumPy inside the IR: loaded at the first use, because proving needs no arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, Any]
else:

    class _Numpy:
        """Stands for the module; keeps each name that was asked for."""

        def __getattr__(self, name: str) -> Any:
            import numpy

            value = getattr(numpy, name)
            setattr(self, name, value)
            return value

    np = _Numpy()
    Array = Any


def is_sparse(array: Any) -> bool:
    """Whether it is a matrix or an array of scipy.sparse, in any of its formats."""
    return hasattr(array, "toarray")


def dense(array: Any) -> Array:
    """A scipy.sparse matrix as an array; only a product can use it as it is."""
    return array.toarray() if is_sparse(array) else array


__all__ = ["Array", "dense", "is_sparse", "np"]
