"""The numbers of an input as they are checked: one by one, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from spec_compiler.ir.arrays import Array

FEW = 2**12
"""Numbers whose squares are summed sooner than the least is found; BLAS takes one thread."""
PART = 2**18
"""How many numbers are looked at one by one at a time."""


class Numbers(NamedTuple):
    """Numbers of an array, in the order of its rows.

    Attributes:
        values: The numbers; all of a dense array, in its shape, or those that a sparse one stores.
        shape: That of the whole array.
        places: Where each stands in the flattened array; None when all are there.
    """

    values: Array
    shape: tuple[int, ...]
    places: Array | None = None

    def first(self, where: Array, first_row: int) -> tuple[str, Any]:
        """The place of the first true entry, as a person counts it, and the value there."""
        entry = int(np.argmax(where))
        place = entry if self.places is None else int(self.places[entry])
        value = self.values.flat[entry].item()
        row, *others = (int(i) for i in np.unravel_index(place, self.shape))
        return str([row + first_row, *others]), value

    def parts(self) -> Iterator[tuple[int, Numbers]]:
        """Rows of a dense array after one another, each part with the number of its first row."""
        if self.places is not None or self.values.size <= PART or len(self.values) < 2:
            yield 0, self
            return
        rows = max(PART * len(self.values) // self.values.size, 1)
        for first in range(0, len(self.values), rows):
            part = self.values[first : first + rows]
            yield first, Numbers(part, part.shape)

    def with_a_zero(self) -> Numbers:
        """The same with the first of the zeros that are not stored, where there is one."""
        count = len(self.values) if self.places is not None else 0
        if self.places is None or count == np.prod(self.shape, dtype=np.int64):
            return self
        gaps = self.places != np.arange(count)
        first = int(np.argmax(gaps)) if gaps.any() else count
        values = np.insert(self.values, first, 0)
        return Numbers(values, self.shape, np.insert(self.places, first, first))


def has_nan(values: Array) -> bool:
    """Whether there is a NaN, in the computer's own byte order.

    The least number is one, then; so is the sum of the squares, which is found sooner where there
    are few.
    """
    if values.dtype.kind != "f" or not values.size:
        return False
    if values.itemsize == 2:  # processors order whole numbers faster: as such, NaN are the greatest
        signed, unsigned = values.view(np.int16), values.view(np.uint16)
        return bool(signed.max() > 0x7C00 or unsigned.max() > 0xFC00)
    if values.size <= FEW:
        flat = values.ravel()
        return isnan(flat.dot(flat))
    return isnan(np.minimum.reduce(values, axis=None))


def lie_between(values: Array, low: float, high: float) -> bool:
    """Whether all numbers are in a closed interval; NaN is in none."""
    if not values.size:
        return True
    least, most = (of.reduce(values, axis=None).item() for of in (np.minimum, np.maximum))
    return low <= least and most <= high


def by_rows(matrix: Any) -> Any:
    """A scipy.sparse matrix of any format in CSR: row by row, each place once."""
    if matrix.dtype == np.float16:  # one format holds it, and none computes with it
        matrix = matrix.astype(np.float32)
    rows = matrix.tocsr()
    if not rows.has_canonical_format:
        rows = rows.copy()  # the caller's stays as it is
        rows.sum_duplicates()
    return rows


def stored_numbers(rows: Any) -> Numbers:
    """The numbers that a matrix in CSR stores."""
    count, columns = rows.shape
    row = np.repeat(np.arange(count, dtype=np.int64), np.diff(rows.indptr))
    return Numbers(rows.data, rows.shape, row * columns + rows.indices)


def with_numbers(rows: Any, values: Array) -> Any:
    """A matrix in CSR with other numbers at its places; an array where scipy has no such dtype."""
    if values.dtype == np.float16:
        return with_numbers(rows, values.astype(np.float32)).toarray().astype(np.float16)
    return type(rows)((values, rows.indices, rows.indptr), shape=rows.shape)
