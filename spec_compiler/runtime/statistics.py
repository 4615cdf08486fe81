"""What the numbers of a tensor are like, told of all its rows, part by part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from spec_compiler.ir.arrays import Array

_PART = 2**18
"""How many numbers are looked at at a time."""
ROWS, COLUMNS = 3, 6
"""What a corner has at most."""


@dataclass(slots=True)
class Statistics:
    """Of the numbers that were added; of those that a mask hides nothing is told.

    Attributes:
        total: How many numbers there were.
        count: How many of them are real: no mask hides them.
        nan: How many of those are NaN.
        inf: How many are infinite.
        zeros: How many are 0.
        least: The least of the finite ones; NaN where there is none.
        most: The greatest of them.
        mean: Their mean.
        corner: The first numbers along the last two axes, of the first row.
    """

    total: int = 0
    count: int = 0
    nan: int = 0
    inf: int = 0
    zeros: int = 0
    least: float = math.nan
    most: float = math.nan
    mean: float = math.nan
    corner: Array | None = None
    _squares: float = 0.0

    @property
    def finite(self) -> int:
        """How many of the real numbers are neither NaN nor infinite."""
        return self.count - self.nan - self.inf

    @property
    def std(self) -> float:
        """The standard deviation of the finite numbers; NaN where there is none."""
        return math.sqrt(self._squares / self.finite) if self.finite else math.nan

    def add(self, array: Array, mask: Array | None = None) -> None:
        """Take in the next rows.

        Args:
            array: Their numbers.
            mask: Which of them are real, along the first axes; None: all.
        """
        if self.corner is None:
            self.corner = _corner(array)
        self.total += array.size
        if mask is None or mask.shape != array.shape[: mask.ndim]:
            mask = np.ones(array.shape[:1], bool)
        rows = max(_PART * len(array) // max(array.size, 1), 1) if array.ndim else 1
        for first in range(0, len(array) if array.ndim else 1, rows):
            part = slice(first, first + rows)
            kept = array[part][mask[part]] if array.ndim else array
            self._add(np.asarray(kept, np.float64).reshape(-1))

    def corner_lines(self) -> list[str]:
        """The corner as people read it, a line a row."""
        if self.corner is None or not self.corner.size:
            return []
        rows = np.atleast_2d(self.corner)
        shown = [[f"{number:.4g}" for number in row] for row in rows.astype(np.float64)]
        if rows.dtype.kind in "iub":
            shown = [[str(number) for number in row] for row in rows.tolist()]
        width = max(len(number) for row in shown for number in row)
        return ["  ".join(number.rjust(width) for number in row) for row in shown]

    def _add(self, numbers: np.ndarray[Any, np.dtype[np.float64]]) -> None:
        before = self.finite
        self.count += numbers.size
        self.nan += int(np.isnan(numbers).sum())
        self.inf += int(np.isinf(numbers).sum())
        self.zeros += int((numbers == 0).sum())
        numbers = numbers[np.isfinite(numbers)]
        if not numbers.size:
            return
        mean = float(numbers.mean())
        squares = float(np.square(numbers - mean).sum())
        self.least = float(np.fmin(self.least, numbers.min()))
        self.most = float(np.fmax(self.most, numbers.max()))
        apart = mean - self.mean if before else 0.0
        share = numbers.size / (before + numbers.size)
        self.mean = self.mean + apart * share if before else mean
        self._squares += squares + apart * apart * before * share


def _corner(array: Array) -> Array:
    if not array.size:
        return array[:0]
    inner = array[(0,) * max(array.ndim - 2, 0)]
    return inner[:ROWS, :COLUMNS].copy() if inner.ndim == 2 else inner.reshape(-1)[:COLUMNS].copy()
