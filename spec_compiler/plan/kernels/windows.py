"""What kernels of windows share: entries as windows see them, and results in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from math import prod
from typing import NamedTuple

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.windows import Window, places
from spec_compiler.plan.recorder import Late, Operand, Recorder

Part = tuple[slice, ...]
"""Entries side by side along each axis, the last axes may be left out."""
_ALL = slice(None)


class Seen(NamedTuple):
    """Entries as windows see them.

    Attributes:
        array: A view `[rows, *counts, *sizes, channels]`, not to be written.
        places: Those of each axis that fall on entries at all: `sizes` counts no others.
    """

    array: Array
    places: Part


def seen(
    recorder: Recorder, windows: Sequence[Window], x: Operand, counts: tuple[int, ...]
) -> Seen | None:
    """An operand as its windows see it, zeros where there are no entries; None: zeros everywhere.

    A place that no window has on an entry is left out, so there are never more zeros along an axis
    than twice its entries.
    """
    entries = x.shape[1:-1]
    lacking = tuple(map(Window.before, windows, entries))
    met = [place.at for place in places(tuple(windows), lacking, counts, entries)]
    if not met:
        return None
    at = tuple(slice(low, high + 1) for low, high in zip(met[0], met[-1], strict=True))
    begins: list[int] = []
    lengths: list[int] = []
    for window, lack, count, part in zip(windows, lacking, counts, at, strict=True):
        begins.append(part.start * window.dilation - lack)
        last = (part.stop - 1 - part.start) * window.dilation
        lengths.append((count - 1) * window.step + last + 1)
    base = _surrounded(recorder, x, begins, lengths)
    first, *axes, channel = base.strides
    steps = [size * window.step for size, window in zip(axes, windows, strict=True)]
    dilated = [size * window.dilation for size, window in zip(axes, windows, strict=True)]
    sizes = (part.stop - part.start for part in at)
    view = np.lib.stride_tricks.as_strided(
        base,
        (base.shape[0], *counts, *sizes, base.shape[-1]),
        (first, *steps, *dilated, channel),
        writeable=False,
    )
    return Seen(view, at)


def _surrounded(
    recorder: Recorder, x: Operand, begins: Sequence[int], lengths: Sequence[int]
) -> Array:
    """So many entries of each windowed axis, zeros before its first one and behind its last one."""
    falls: list[slice] = [_ALL]
    inside: list[slice] = [_ALL]
    for begin, length, size in zip(begins, lengths, x.shape[1:-1], strict=True):
        start, stop = max(begin, 0), min(begin + length, size)
        falls.append(slice(start, stop))
        inside.append(slice(start - begin, stop - begin))
    entries, to = tuple(falls), tuple(inside)
    shape = (x.shape[0], *lengths, x.shape[-1])
    complete = all(part == slice(0, length) for part, length in zip(to[1:], lengths, strict=True))
    if complete and not isinstance(x, Late) and x.strides[-1] == x.itemsize:
        return x[entries]
    base = recorder.new(shape, x.dtype)
    for axis, (part, length) in enumerate(zip(to[1:], lengths, strict=True), 1):
        for lacking in (slice(0, part.start), slice(part.stop, length)):
            if lacking.start < lacking.stop:
                recorder.call(partial(base[(*(_ALL,) * axis, lacking)].fill, 0))

    def enter(out: Array, array: Array) -> None:
        np.copyto(out, array[entries])

    recorder.do(enter, base[to], x)
    return base


def parts(shape: tuple[int, ...], each: int, room: int) -> Iterator[Part]:
    """Parts of a result that lie side by side in it, in order.

    Args:
        shape: Its axes, those left out that are never divided.
        each: The bytes that a number of the shape takes.
        room: The bytes that a part may take, if it is not one number.
    """
    axis = 0
    while axis < len(shape) - 1 and prod(shape[axis + 1 :]) * each > room:
        axis += 1
    most = max(room // (prod(shape[axis + 1 :]) * each), 1)
    length = shape[axis]
    even = -(-length // -(-length // most))
    for before in product(*map(range, shape[:axis])):
        lead = tuple(slice(at, at + 1) for at in before)
        for start in range(0, length, even):
            yield (*lead, slice(start, min(start + even, length)))


def starts(part: Part, windowed: int) -> list[int]:
    """Where a part begins along each of the windowed axes, which come after the first one."""
    return [at.start for at in part[1:]] + [0] * (windowed + 1 - len(part))
