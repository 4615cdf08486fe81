"""Arrays of files in another layout than they have there, which is made when they are loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import Handle


def joined(parts: Sequence[Handle]) -> Handle:
    """Several arrays side by side on the last axis, on which alone they may differ."""
    first = parts[0]
    shape = (*first.shape[:-1], sum(part.shape[-1] for part in parts))
    return _made(first, shape, lambda: np.concatenate([part.load() for part in parts], axis=-1))


def split(whole: Handle, count: int) -> list[Handle]:
    """As many equal parts of the last axis, which is read once for all of them."""
    size = whole.shape[-1] // count
    load = cache(whole.load)

    def part(index: int) -> Handle:
        shape = (*whole.shape[:-1], size)
        return _made(whole, shape, lambda: load()[..., index * size : (index + 1) * size])

    return [part(index) for index in range(count)]


def transposed(x: Handle, axes: tuple[int, ...]) -> Handle:
    """With the axes in another order."""
    shape = tuple(x.shape[axis] for axis in axes)
    return _made(x, shape, lambda: x.load().transpose(axes))


def turned_round(x: Handle) -> Handle:
    """With all axes but the last two the other way round."""
    return _made(x, x.shape, lambda: np.flip(x.load(), tuple(range(len(x.shape) - 2))))


def reshaped(x: Handle, shape: tuple[int, ...]) -> Handle:
    """The same numbers in another shape."""
    return _made(x, shape, lambda: x.load().reshape(shape))


def added(x: Handle, y: Handle) -> Handle:
    """The sum of two arrays of one shape."""
    return _made(x, x.shape, lambda: x.load() + y.load())


def in_dtype(x: Handle, dtype: str) -> Handle:
    """The same numbers in another dtype."""
    return replace(x, dtype=dtype, load=lambda: x.load().astype(dtype))


def _made(x: Handle, shape: tuple[int, ...], load: Callable[[], NDArray[Any]]) -> Handle:
    return replace(x, shape=shape, load=lambda: np.ascontiguousarray(load()))
