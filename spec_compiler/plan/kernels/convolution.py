"""Convolutions: windows side by side, part by part, times the kernel; turned round, added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.windows import Convolve, ConvolveTransposed
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.ir.windows import Place, Window, places
from spec_compiler.plan.kernels.kernel import Kernels, not_empty
from spec_compiler.plan.kernels.windows import Part, Seen, parts, seen, starts
from spec_compiler.plan.machine import room
from spec_compiler.plan.recorder import Late, Operand, Recorder

_ROWS = 256
"""How many rows a product should have, where there are so many."""
_RUN = 2**12
"""Numbers side by side that channels which are read alone are taken together to, at most."""


def _convolve(
    recorder: Recorder, kind: Convolve, operands: Sequence[Operand], of: TensorType
) -> Operand:
    x, kernel = operands
    out = recorder.new(concrete(of), of.dtype)
    if {*kind.sizes, *kind.steps, kind.groups} == {1}:
        rows = (prod(out.shape[:-1]), x.shape[-1])
        factors = _in_order(recorder, kernel).reshape(kernel.shape[-2:])
        result = out.reshape(rows[0], out.shape[-1])
        recorder.do(np.dot, recorder.reshaped(_in_order(recorder, x), rows), factors, result)
        return out
    found = seen(recorder, kind.windows, x, out.shape[1:-1])
    if found is None:
        recorder.call(partial(out.fill, 0))
        return out
    read = _met(recorder, kernel, found)
    if read.shape[-2] == 1 < kind.groups:
        _alone(recorder, found.array, read, out)
    else:
        _together(recorder, found.array, read, out, kind.groups)
    return out


def _together(recorder: Recorder, windows: Array, kernel: Array, out: Array, groups: int) -> None:
    """The windows of a part written side by side, group by group, times the kernel."""
    inside, columns = kernel.shape[-2], out.shape[-1] // groups
    inner, count = prod(kernel.shape[:-1]), prod(out.shape[:-1])
    factors = kernel.reshape(inner, groups, columns).swapaxes(0, 1)
    results = out.reshape(count, groups, columns).swapaxes(0, 1)
    grouped = np.moveaxis(windows.reshape(*windows.shape[:-1], groups, inside), -2, 0)
    each = groups * inner * out.itemsize
    found = list(parts(out.shape[:-1], each, room(kernel.nbytes)))
    rows = [prod(grouped[(0, *part)].shape[: out.ndim - 1]) for part in found]
    beside = recorder.new((groups * max(rows) * inner,), out.dtype)
    start = 0
    for part, length in zip(found, rows, strict=True):
        source = grouped[(slice(None), *part)]
        to = beside[: source.size]
        recorder.do(np.copyto, to.reshape(source.shape), source)
        stop = start + length
        matrices = to.reshape(groups, length, inner)
        recorder.do(np.matmul, matrices, factors, results[:, start:stop])
        start = stop


def _alone(recorder: Recorder, windows: Array, kernel: Array, out: Array) -> None:
    """Each channel by itself, for each number that it is read for."""
    channels, line = windows.shape[-1], out.shape[-2]
    times = out.shape[-1] // channels
    sizes = kernel.shape[:-2]
    beside = windows.strides[out.ndim - 2] == channels * out.itemsize
    run = max(min(_RUN // channels, line), 1) if beside else 1
    factors = recorder.new((times, *sizes, run, channels), out.dtype)
    turned = np.moveaxis(kernel.reshape(*sizes, 1, channels, times), -1, 0)
    recorder.do(np.copyto, factors, turned)
    single = out if times == 1 else recorder.new((*out.shape[:-1], channels), out.dtype)
    even = line - line % run
    for at in range(times):
        _in_runs(recorder, windows, factors[at], single, slice(0, even))
        if even < line:
            rest = factors[at][..., : line - even, :]
            _in_runs(recorder, windows, rest, single, slice(even, line))
        if times > 1:
            recorder.do(np.copyto, out[..., at::times], single)


def _in_runs(recorder: Recorder, windows: Array, factors: Array, out: Array, part: slice) -> None:
    """Entries of lines times their factors, as many side by side as there are factors."""
    lead, sizes, (run, channels) = out.shape[:-2], factors.shape[:-2], factors.shape[-2:]
    along = out.ndim - 2
    windows, out = windows[(*(slice(None),) * along, part)], out[..., part, :]
    strides = list(windows.strides)
    strides[along] *= run
    shape = (*lead, out.shape[along] // run, *sizes, run * channels)
    view = np.lib.stride_tricks.as_strided(windows, shape, strides, writeable=False)
    axes = [*range(view.ndim)]
    counted, placed = axes[: along + 1], axes[along + 1 :]

    def add(x: Array, y: Array, out: Array) -> None:
        np.einsum(x, axes, y, placed, [*counted, axes[-1]], out=out)

    flat = factors.reshape(*sizes, run * channels)
    recorder.do(add, view, flat, out.reshape(*shape[: along + 1], run * channels))


def _transposed(
    recorder: Recorder, kind: ConvolveTransposed, operands: Sequence[Operand], of: TensorType
) -> Operand:
    """The products of entries with some places at once, part by part, added where they fall."""
    x, kernel = _in_order(recorder, operands[0]), _in_order(recorder, operands[1])
    out = recorder.new(concrete(of), of.dtype)
    recorder.call(partial(out.fill, 0))
    columns, held, count = kernel.shape[-2], room(kernel.nbytes), prod(kind.sizes)
    factors = kernel.reshape(count * columns, x.shape[-1]).T
    most = min(max(held // (_ROWS * columns * out.itemsize), 1), count)
    found = list(parts(x.shape[:-1], most * columns * out.itemsize, held))
    rows = max(x[part].size for part in found) // x.shape[-1]
    memory = recorder.new((rows * most * columns,), out.dtype)
    for part in found:
        entries = x[part]
        matrix = entries.reshape(-1, x.shape[-1])
        for start in range(0, count, most):
            stop = min(start + most, count)
            shape = (len(matrix), (stop - start) * columns)
            products = memory[: prod(shape)].reshape(shape)
            recorder.do(np.dot, matrix, factors[:, start * columns : stop * columns], products)
            beside = products.reshape(*entries.shape[:-1], stop - start, columns)
            for number, place in _falling(kind, part, entries, out):
                if start <= number < stop:
                    to = out[(part[0], *place.entries)]
                    read = beside[(slice(None), *place.windows, number - start)]
                    recorder.do(np.add, to, read, to)
    return out


def _falling(
    kind: ConvolveTransposed, part: Part, entries: Array, out: Array
) -> Iterator[tuple[int, Place]]:
    """Where the products of a part fall on the result, place by place, and the places' numbers."""
    windows = tuple(map(Window, kind.sizes, kind.steps, kind.dilations))
    crops = (
        crop - start * step
        for crop, start, step in zip(
            kind.crops, starts(part, len(windows)), kind.steps, strict=True
        )
    )
    for place in places(windows, tuple(crops), entries.shape[1:-1], out.shape[1:-1]):
        yield int(np.ravel_multi_index(place.at, kind.sizes)), place


def _met(recorder: Recorder, kernel: Operand, found: Seen) -> Array:
    """The places of a kernel that fall on entries, in row-major order."""
    return _in_order(recorder, recorder.settled(kernel)[found.places])


def _in_order(recorder: Recorder, x: Operand) -> Array:
    """An array in row-major order, copied where what is there is not so, or comes with a run."""
    if not isinstance(x, Late):
        if x.flags.c_contiguous:
            return x
        if recorder.workspace.owner(x) is None:
            return np.ascontiguousarray(x)
    return recorder.copied(x)


CONVOLUTION: Kernels = {
    Convolve: (_convolve, not_empty),
    ConvolveTransposed: (_transposed, not_empty),
}
