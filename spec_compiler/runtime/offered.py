"""What is known of data before it is read: its shape and its dtype decide what a run needs."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np


class Offered(NamedTuple):
    """Data that is offered for an input, without its values.

    Attributes:
        shape: Its sizes.
        dtype: NumPy's.
        sparse: Whether it is a matrix of scipy.sparse.
        mapped: Whether its pages are those of a file.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    sparse: bool
    mapped: bool


def offered(data: Mapping[str, Any]) -> dict[str, Offered]:
    """What data offers, by name: arrays, and matrices of scipy.sparse."""
    return {
        name: Offered(
            item.shape,
            item.dtype,
            not isinstance(item, np.ndarray),
            mapping(item) is not None,
        )
        for name, item in data.items()
    }


def mapping(array: Any) -> mmap.mmap | None:
    """The mapped file whose pages an array is: the system takes them back when it needs them."""
    while isinstance(array, np.ndarray):
        array = array.base
    return array if isinstance(array, mmap.mmap) else None
