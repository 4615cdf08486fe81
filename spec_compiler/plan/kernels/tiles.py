"""Long rows in parts that stay in cache while many calls go over them."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.ir.arrays import Array
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.recorder import Operand, Recorder

TILE = 2**15
"""Elements: three of float32 and their kernel fit a cache of half a mebibyte."""


def tiles(
    recorder: Recorder, x: Operand, out: Operand, spare: int
) -> Iterator[tuple[Operand, Operand, tuple[Array, ...]]]:
    """Parts of an operand of one axis, of a result, and memory for what is between them.

    Args:
        recorder: Takes the calls that find parts of what comes with a run.
        x: What is read, of one axis.
        out: What is written, of as many entries.
        spare: How many arrays there are between.
    """
    (length,) = x.shape
    between = [recorder.new((min(length, TILE),), out.dtype) for _ in range(spare)]
    for start in range(0, length, TILE):
        stop = min(start + TILE, length)
        parts = tuple(array[: stop - start] for array in between)
        yield part(recorder, x, start, stop), part(recorder, out, start, stop), parts


def part(recorder: Recorder, x: Operand, start: int, stop: int) -> Operand:
    """Entries of axis 0."""
    if (start, stop) == (0, x.shape[0]):
        return x
    of = TensorType(x.dtype.name, (stop - start, *x.shape[1:]))
    return recorder.view(lambda array: array[start:stop], x, of)
