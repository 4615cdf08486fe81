"""Windows over axes: sums of products with a kernel, the same turned round, and reductions.

Axis 0 is the batch, the last one holds channels, those between are windowed. Nothing is padded and
windows are never all written out: each place of the windows is read where it falls on entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, prod
from typing import ClassVar

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Shape, Size, quoted
from spec_compiler.ir.primitives.primitive import Primitive, same_dtype
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import held_bytes, stored
from spec_compiler.ir.types import (
    ANY,
    FLOATS,
    ITEMSIZE,
    NUMBERS,
    DType,
    TensorType,
    concrete,
    limits,
    widened,
)
from spec_compiler.ir.windows import Padding, Place, Window, places
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

BLOCK = 2**22
"""The bytes of windows that are written side by side at once."""
_BUFFERED = 8192
"""The entries that NumPy reads at once of an operand whose layout or dtype is another."""
_ALL = slice(None)


@record
class Windowed(Primitive):
    """Something of every window; the windowed axes become as long as there are windows."""

    sizes: tuple[int, ...]
    steps: tuple[int, ...]
    dilations: tuple[int, ...]
    padding: Padding

    @property
    def windows(self) -> tuple[Window, ...]:
        """Those of each axis."""
        parts = zip(self.sizes, self.steps, self.dilations, strict=True)
        return tuple(Window(*part, self.padding) for part in parts)

    def counts(self, prover: Prover, x: TensorType) -> Shape:
        """How many windows each axis has.

        Raises:
            Refusal: an axis is shorter than a window that must lie within it.
        """
        found: list[Size] = []
        for axis, window in enumerate(self.windows, 1):
            size, why = x.shape[axis], f"`{self.name}`: the window over axis {axis}"
            if self.padding == "valid" and not prover.require(size, ">=", window.span, why):
                message = f"{why} spans {window.span} entries, and there are {quoted(size)}"
                raise Refusal("SPC0370", message)
            found.append(window.over(size))
        return tuple(found)

    def before(self, x: Array) -> tuple[int, ...]:
        """How many entries the first window over each axis lacks before it."""
        parts = zip(self.windows, x.shape[1:-1], strict=True)
        return tuple(window.before(size) for window, size in parts)


@record
class Convolve(Windowed):
    """Sums of products of every window with a kernel `[*sizes, channels / groups, out]`.

    With groups, channels are divided into as many parts, and so are those of the result, each read
    from its own part.
    """

    name: ClassVar[str] = "convolve"
    takes: ClassVar[frozenset[DType]] = FLOATS
    flops: ClassVar[int] = 2

    groups: int

    def infer(self, prover: Prover, x: TensorType, kernel: TensorType) -> TensorType:
        """`[batch, *counts, out]`; the kernel has the windows' sizes and a group's channels."""
        same_dtype(self.name, x, kernel)
        _demand_kernel(prover, self.sizes, kernel)
        channels = kernel.shape[-2] * self.groups
        prover.require_equal(x.shape[-1], channels, "channels of the input and of the kernel")
        return TensorType(x.dtype, (x.shape[0], *self.counts(prover, x), kernel.shape[-1]))

    def evaluate(self, x: Array, kernel: Array, *, of: TensorType) -> Array:
        """Block by block a product of matrices; channels that are read alone, place by place."""
        result = np.empty(concrete(of), stored(of.dtype))
        kernel = kernel.astype(stored(widened(of.dtype)), copy=False)
        alone = kernel.shape[-2] == 1 < self.groups
        first, *others = self.before(x)
        for rows, lines in self._blocks(result.shape, kernel):
            block = result[rows, lines]
            before = (first - lines.start * self.steps[0], *others)
            found = list(places(self.windows, before, block.shape[1:-1], x.shape[1:-1]))
            block[...] = (_alone if alone else self._together)(x[rows], kernel, found, block.shape)
        return result

    def _blocks(self, shape: tuple[int, ...], kernel: Array) -> Iterator[tuple[slice, slice]]:
        """Rows of the batch, or lines of the first windowed axis of one, that fill a block."""
        line = prod(shape[2:-1]) * prod(kernel.shape[:-1]) * self.groups * kernel.itemsize
        lines = max(BLOCK // max(line, 1), 1)
        rows = max(lines // max(shape[1], 1), 1)
        for row in range(0, shape[0], rows):
            for start in range(0, shape[1], lines):
                yield slice(row, row + rows), slice(start, start + lines)

    def _together(
        self, x: Array, kernel: Array, found: list[Place], shape: tuple[int, ...]
    ) -> Array:
        """The windows written side by side, times the kernel, for each group."""
        inside, out = kernel.shape[-2], kernel.shape[-1] // self.groups
        beside = np.zeros((*shape[:-1], *self.sizes, x.shape[-1]), kernel.dtype)
        for place in found:
            beside[(_ALL, *place.windows, *place.at)] = x[(_ALL, *place.entries)]
        rows, inner = prod(shape[:-1]), prod(self.sizes) * inside
        if self.groups == 1:
            return (beside.reshape(rows, inner) @ kernel.reshape(inner, out)).reshape(shape)
        parts = [
            beside[..., group * inside : (group + 1) * inside].reshape(rows, inner)
            @ kernel[..., group * out : (group + 1) * out].reshape(inner, out)
            for group in range(self.groups)
        ]
        return np.concatenate(parts, -1).reshape(shape)

    def counted(self, result: TensorType, *operands: TensorType) -> Shape:
        """The products in every sum."""
        return (*operands[1].shape[:-1], *result.shape)

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """A block of windows, or a line of them, what a group reads of it, and its products."""
        x, kernel = operands
        alone = concrete(kernel)[-2] == 1 < self.groups
        _, lines, *others, out = concrete(result)
        width, positions = ITEMSIZE[widened(result.dtype)], prod(others)
        line = positions * prod(self.sizes) * concrete(x)[-1] * width
        fitting = min(max(BLOCK // max(line, 1), 1), max(concrete(result)[0], 1) * lines)
        read = 0 if alone else fitting * line * (1 if self.groups == 1 else 2)
        products = (2 * fitting * positions * out + 2 * _BUFFERED) * width
        return read + products + (held_bytes(kernel) if width != ITEMSIZE[kernel.dtype] else 0)


def _alone(x: Array, kernel: Array, found: list[Place], shape: tuple[int, ...]) -> Array:
    """Each channel by itself, times as many numbers as it is read for."""
    channels = x.shape[-1]
    times = kernel.shape[-1] // channels
    total = np.zeros((*shape[:-1], channels, times), kernel.dtype)
    for place in found:
        factors = kernel[place.at].reshape(channels, times)
        total[(_ALL, *place.windows)] += x[(_ALL, *place.entries)][..., None] * factors
    return total.reshape(shape)


@record
class ConvolveTransposed(Primitive):
    """What a convolution reads, written: each entry adds its products to the places of a window.

    The kernel is `[*sizes, out, channels]`. Entry `i` of an axis has its window begin at
    `i * step - crop` of the result, and what falls outside is lost.
    """

    name: ClassVar[str] = "convolve_transposed"
    takes: ClassVar[frozenset[DType]] = FLOATS
    flops: ClassVar[int] = 2

    sizes: tuple[int, ...]
    steps: tuple[int, ...]
    dilations: tuple[int, ...]
    crops: tuple[int, ...]
    shape: Shape

    def infer(self, prover: Prover, x: TensorType, kernel: TensorType) -> TensorType:
        """`[batch, *shape, out]`."""
        same_dtype(self.name, x, kernel)
        _demand_kernel(prover, self.sizes, kernel)
        what = "channels of the input and of the kernel"
        prover.require_equal(x.shape[-1], kernel.shape[-1], what)
        return TensorType(x.dtype, (x.shape[0], *self.shape, kernel.shape[-2]))

    def evaluate(self, x: Array, kernel: Array, *, of: TensorType) -> Array:
        """Row by row, place by place: a product, added where it falls."""
        wide = stored(widened(of.dtype))
        total = np.zeros(concrete(of), wide)
        x, kernel = x.astype(wide, copy=False), kernel.astype(wide, copy=False)
        parts = zip(self.sizes, self.steps, self.dilations, strict=True)
        windows = tuple(Window(*part) for part in parts)
        found = list(places(windows, self.crops, x.shape[1:-1], total.shape[1:-1]))
        for row, entries in zip(total, x, strict=True):
            for place in found:
                row[place.entries] += entries[place.windows] @ kernel[place.at].T
        return total.astype(stored(of.dtype), copy=False)

    def counted(self, result: TensorType, *operands: TensorType) -> Shape:
        """The products of every entry."""
        return (*operands[1].shape[:-1], *operands[0].shape)

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """The products of a row at one place; half precision is widened."""
        x, kernel = operands
        width = ITEMSIZE[widened(result.dtype)]
        products = 2 * prod(concrete(x)[1:-1]) * concrete(result)[-1] * width
        half = result.dtype in {"float16", "bfloat16"}
        return products + (2 * sum(map(held_bytes, (x, kernel, result))) if half else 0)


def _demand_kernel(prover: Prover, sizes: tuple[int, ...], kernel: TensorType) -> None:
    """The windowed axes of a kernel are as long as the windows."""
    for axis, size in enumerate(sizes):
        prover.require_equal(kernel.shape[axis], size, f"axis {axis} of the kernel")


@record
class ReduceWindows(Windowed):
    """One number of all entries that a window has, for each channel."""

    flops: ClassVar[int] = 1
    function: ClassVar[Callable[..., Array]]
    first: ClassVar[Callable[[DType], float]]

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """`[batch, *counts, channels]`."""
        return TensorType(x.dtype, (x.shape[0], *self.counts(prover, x), x.shape[-1]))

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """Axis by axis, the function of what is there so far and the entries at the next place."""
        kind, counts, found = type(self), concrete(of)[1:-1], x
        for axis, (window, before) in enumerate(zip(self.windows, self.before(x), strict=True), 1):
            shape = (*found.shape[:axis], counts[axis - 1], *found.shape[axis + 1 :])
            total = np.full(shape, kind.first(of.dtype), stored(widened(of.dtype)))
            over = (window,), (before,), (shape[axis],), (found.shape[axis],)
            for _, (windows,), (entries,) in places(*over):
                part = total[(*(_ALL,) * axis, windows)]
                kind.function(part, found[(*(_ALL,) * axis, entries)], out=part)
            found = total
        return found.astype(stored(of.dtype), copy=False)

    def counted(self, result: TensorType, *operands: TensorType) -> Shape:
        """Every entry of every window."""
        return (*self.sizes, *result.shape)

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """Two of what is reduced over some of the axes; what NumPy buffers of an operand."""
        x, wide = concrete(operands[0]), widened(result.dtype)
        counts = concrete(result)
        shapes = (counts[:axis] + x[axis:] for axis in range(2, len(x)))
        partly = [prod(shape) * ITEMSIZE[wide] for shape in shapes]
        if wide == result.dtype:
            partly[-1] = 0  # it is the result
        held = max(map(sum, zip([0, *partly], [*partly, 0], strict=True)))
        return held + _BUFFERED * ITEMSIZE[wide]


def _of_windows(
    operation: str,
    of: Callable[..., Array],
    least: Callable[[DType], float],
    dtypes: frozenset[DType],
) -> type[ReduceWindows]:
    class Named(ReduceWindows):
        __slots__ = ()
        name, takes = operation, dtypes
        function, first = staticmethod(of), staticmethod(least)

    return Named


def _greater(x: Array, y: Array, *, out: Array) -> Array:
    return np.maximum(x, y, out=out)


def _plus(x: Array, y: Array, *, out: Array) -> Array:
    return np.add(x, y, out=out)


def _least(dtype: DType) -> float:
    return -inf if dtype in FLOATS else limits(dtype)[0]


REDUCE_WINDOWS: dict[str, type[ReduceWindows]] = {
    "max": _of_windows("window_max", _greater, _least, ANY),
    "sum": _of_windows("window_sum", _plus, lambda _: 0, NUMBERS),
}
"""Those that reduce a window to a number, by the word that a builder takes."""
WINDOWS: tuple[type[Primitive], ...] = (Convolve, ConvolveTransposed, *REDUCE_WINDOWS.values())
