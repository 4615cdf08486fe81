"""The largest entry of windows, or the sum of them: axis by axis, in parts that stay in cache."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.windows import REDUCE_WINDOWS, ReduceWindows
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.ir.windows import places
from spec_compiler.plan.kernels.kernel import Kernels, not_empty
from spec_compiler.plan.kernels.windows import Part, parts, starts
from spec_compiler.plan.machine import core_cache
from spec_compiler.plan.recorder import Operand, Recorder

_FEW = 64
"""Places along all axes: windows of more are not taken in parts, since each place is a call."""
_ALL = slice(None)


def _reduce_windows(
    recorder: Recorder, kind: ReduceWindows, operands: Sequence[Operand], of: TensorType
) -> Operand:
    x = recorder.settled(operands[0])
    out = recorder.new(concrete(of), of.dtype)
    read = (1 + prod(kind.steps)) * out.shape[-1] * out.itemsize
    room = core_cache() // 2 if sum(kind.sizes) <= _FEW else read * out.size
    found = list(parts(out.shape[:-1], read, room))
    between = _between(recorder, x, out[found[0]])
    for part in found:
        entries, lacking = _needed(kind, x, part, out[part].shape)
        source, shape = entries, list(entries.shape)
        for axis in range(1, out.ndim - 1):
            shape[axis] = out[part].shape[axis]
            partly = axis < len(kind.windows)
            target = between[axis - 1][: prod(shape)].reshape(shape) if partly else out[part]
            _along(recorder, kind, axis, (source, lacking[axis - 1]), target)
            source = target
    return out


def _between(recorder: Recorder, x: Array, largest: Array) -> list[Array]:
    """Memory for what is reduced over some of the axes."""
    shape = [largest.shape[0], *x.shape[1:]]
    memory: list[Array] = []
    for axis in range(1, x.ndim - 2):
        shape[axis] = largest.shape[axis]
        memory.append(recorder.new((prod(shape),), x.dtype))
    return memory


def _needed(
    kind: ReduceWindows, x: Array, part: Part, shape: tuple[int, ...]
) -> tuple[Array, list[int]]:
    """The entries that a part reads, and how many its first windows lack before them."""
    index, lacking = [part[0]], list[int]()
    begins = starts(part, len(kind.windows))
    for axis, (window, start) in enumerate(zip(kind.windows, begins, strict=True), 1):
        begin = start * window.step - window.before(x.shape[axis])
        first = max(begin, 0)
        index.append(slice(first, begin + (shape[axis] - 1) * window.step + window.span))
        lacking.append(first - begin)
    return x[tuple(index)], lacking


def _along(
    recorder: Recorder, kind: ReduceWindows, axis: int, read: tuple[Array, int], out: Array
) -> None:
    """Reduce windows over one axis: first the places that all of them have, without a beginning."""
    x, lacking = read
    window, count, before = kind.windows[axis - 1], out.shape[axis], (_ALL,) * axis
    whole = slice(0, count)
    met = places((window,), (lacking,), (count,), (x.shape[axis],))
    found = sorted(((to, at) for _, (to,), (at,) in met), key=lambda place: place[0] != whole)

    def function(x: Array, y: Array, out: Array) -> None:
        kind.function(x, y, out=out)

    entries = [x[(*before, at)] for _, at in found]
    alike = sum(to == whole for to, _ in found)
    if not alike:
        recorder.do(np.copyto, out, np.asarray(kind.first(out.dtype.name), out.dtype))
    elif alike == 1:
        recorder.do(np.copyto, out, entries[0])
    else:
        recorder.do(function, *entries[:2], out)
    for (to, _), entry in [*zip(found, entries, strict=True)][min(alike, 2) :]:
        result = out[(*before, to)]
        recorder.do(function, result, entry, result)


POOLING: Kernels = dict.fromkeys(REDUCE_WINDOWS.values(), (_reduce_windows, not_empty))
