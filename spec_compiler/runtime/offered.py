"""What is known of data before it is read: its shape and its dtype decide what a run needs."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from spec_compiler.data import Streamed
from spec_compiler.ir.arrays import is_sparse


class Offered(NamedTuple):
    """Data that is offered for an input, without its values.

    Attributes:
        shape: Its sizes.
        dtype: NumPy's.
        sparse: Whether it is a matrix of scipy.sparse.
        mapped: Whether its numbers are those of a file, read where they are used.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    sparse: bool
    mapped: bool


def offered(data: Mapping[str, Any]) -> dict[str, Offered]:
    """What data offers, by name: arrays, rows that are streamed, and matrices of scipy.sparse."""
    return {
        name: Offered(
            item.shape,
            item.dtype,
            is_sparse(item),
            isinstance(item, Streamed) or mapping(item) is not None,
        )
        for name, item in data.items()
    }


def mapping(array: Any) -> mmap.mmap | None:
    """The mapped file whose pages an array is: the system takes them back when it needs them."""
    while isinstance(array, np.ndarray):
        array = array.base
    return array if isinstance(array, mmap.mmap) else None
