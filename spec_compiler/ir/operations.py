"""What layers are written in: a method for each operation, and those that are often combined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.primitives import (
    contraction,
    elementwise,
    indexing,
    reduction,
    structure,
    windows,
)
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.registered import CallPython, PythonFunction
from spec_compiler.ir.types import FLOATS, DType, Policy, TensorType
from spec_compiler.ir.windows import Padding, Window


class Operations(ABC):
    """The operations of a builder, over the one way to add a primitive, and the one for composites.

    Elementwise methods take Python numbers beside values and give them the other operand's dtype.
    """

    __slots__ = ()
    policy: Policy
    """The dtypes of the layer that is lowered."""

    @abstractmethod
    def apply(self, primitive: Primitive, *operands: Value) -> Value:
        """Add a primitive; its type rule gives the result's type."""

    @abstractmethod
    def compose(self, composite: Composite, *operands: Value) -> Value:
        """Add a composite, which its definition gives a meaning."""

    # --- elementwise ---------------------------------------------------------------------------

    def compute(self, x: Value) -> Value:
        """`x` in the dtype that this layer computes in."""
        return self.cast(x, self.policy.compute)

    def kept(self, x: Value) -> Value:
        """`x` as it is read where nothing is computed: floats are cast, whole numbers are not."""
        return self.compute(x) if x.dtype in FLOATS else x

    def cast(self, x: Value, dtype: DType) -> Value:
        """`x` in another dtype; itself when it already has it."""
        return x if x.dtype == dtype else self.apply(elementwise.Cast(dtype), x)

    def unary(self, operation: str, x: Value) -> Value:
        """A primitive of one operand by its name, such as `exp`, `erf` or `logical_not`."""
        return self.apply(elementwise.UNARY[operation](), x)

    def binary(self, operation: str, x: Value | float, y: Value | float) -> Value:
        """A primitive of two operands by its name; a number takes the other's dtype."""
        if not isinstance(x, Value):
            if not isinstance(y, Value):
                raise TypeError("one operand must be a value")
            return self.apply(elementwise.BINARY[operation](), self.constant(x, y.dtype), y)
        other = y if isinstance(y, Value) else self.constant(y, x.dtype)
        return self.apply(elementwise.BINARY[operation](), x, other)

    def add(self, x: Value | float, y: Value | float) -> Value:
        """`x + y`, with broadcasting, as in the methods that follow."""
        return self.binary("add", x, y)

    def subtract(self, x: Value | float, y: Value | float) -> Value:
        """`x - y`."""
        return self.binary("subtract", x, y)

    def multiply(self, x: Value | float, y: Value | float) -> Value:
        """`x * y`."""
        return self.binary("multiply", x, y)

    def divide(self, x: Value | float, y: Value | float) -> Value:
        """`x / y`."""
        return self.binary("divide", x, y)

    def maximum(self, x: Value | float, y: Value | float) -> Value:
        """The larger of `x` and `y`."""
        return self.binary("maximum", x, y)

    def minimum(self, x: Value | float, y: Value | float) -> Value:
        """The smaller of `x` and `y`."""
        return self.binary("minimum", x, y)

    def clip(self, x: Value, low: float, high: float) -> Value:
        """`x`, but at least `low` and at most `high`."""
        return self.minimum(self.maximum(x, low), high)

    def select(self, condition: Value, x: Value | float, y: Value | float) -> Value:
        """`x` where the condition holds, elsewhere `y`; at least one of them is a value."""
        dtype = x.dtype if isinstance(x, Value) else y.dtype if isinstance(y, Value) else "float32"
        left = x if isinstance(x, Value) else self.constant(x, dtype)
        right = y if isinstance(y, Value) else self.constant(y, dtype)
        return self.apply(elementwise.Select(), condition, left, right)

    def constant(self, number: float, dtype: DType) -> Value:
        """A number as a value of rank 0."""
        return self.full(number, dtype, ())

    # --- making --------------------------------------------------------------------------------

    def full(self, number: float, dtype: DType, shape: Shape) -> Value:
        """A number in every entry."""
        return self.apply(structure.Full(number, dtype, shape))

    def literal(self, numbers: Iterable[float], of: TensorType) -> Value:
        """Numbers that are known, in row-major order."""
        return self.apply(structure.Constant(tuple(numbers), of))

    def arange(self, length: Size, dtype: DType) -> Value:
        """The numbers from 0 up to `length`, which is not among them."""
        return self.apply(structure.Arange(length, dtype))

    # --- structure -----------------------------------------------------------------------------

    def reshape(self, x: Value, shape: Shape) -> Value:
        """The same elements in another shape."""
        return x if x.shape == shape else self.apply(structure.Reshape(shape), x)

    def transpose(self, x: Value, axes: tuple[int, ...]) -> Value:
        """Axis `i` of the result is axis `axes[i]` of `x`."""
        return x if axes == tuple(range(len(axes))) else self.apply(structure.Transpose(axes), x)

    def broadcast_to(self, x: Value, shape: Shape) -> Value:
        """`x` repeated along its axes of size 1 (and new leading ones) to `shape`."""
        return x if x.shape == shape else self.apply(structure.BroadcastTo(shape), x)

    def expand(self, x: Value, axis: int) -> Value:
        """A new axis of size 1 at `axis` of the result."""
        rank = len(x.shape) + 1
        at = axis % rank
        return self.reshape(x, (*x.shape[:at], 1, *x.shape[at:]))

    def concatenate(self, xs: Sequence[Value], axis: int) -> Value:
        """Join along an axis of the operands."""
        return self.apply(structure.Concatenate(axis % len(xs[0].shape)), *xs)

    def slice(self, x: Value, axis: int, start: int, stop: Size) -> Value:
        """The entries `start` to `stop` (not included) of an axis."""
        return self.apply(structure.Slice(axis % len(x.shape), start, stop), x)

    def stride(self, x: Value, axis: int, step: int) -> Value:
        """Every `step`-th entry of an axis, from the first."""
        return self.apply(structure.Stride(axis % len(x.shape), step), x)

    def take(self, table: Value, indices: Value) -> Value:
        """The rows of a table that whole numbers name; the axes of `indices` come first."""
        return self.apply(indexing.Take(), table, indices)

    def take_along(self, x: Value, indices: Value, axis: int) -> Value:
        """Along an axis the entries that whole numbers name; the other axes are the same."""
        return self.apply(indexing.TakeAlong(axis % len(x.shape)), x, indices)

    def scatter_add(self, indices: Value, values: Value, shape: Shape) -> Value:
        """Zeros of a shape, with values added where the last axis of `indices` says."""
        return self.apply(indexing.ScatterAdd(shape), indices, values)

    def size(self, x: Value, axes: tuple[int, ...]) -> Value:
        """How many entries axes have together, as `int64` of rank 0."""
        return self.apply(structure.Entries(axes), x)

    def reverse(self, x: Value, axis: int) -> Value:
        """The entries of an axis from the last to the first."""
        return self.apply(structure.Reverse(axis % len(x.shape)), x)

    # --- along axes, and products ---------------------------------------------------------------

    def reduce(
        self, operation: str, x: Value, axes: int | tuple[int, ...], *, keepdims: bool = False
    ) -> Value:
        """`sum`, `prod`, `max`, `min`, `any` or `all` over axes."""
        chosen = (axes,) if isinstance(axes, int) else axes
        at = tuple(axis % len(x.shape) for axis in chosen)
        return self.apply(reduction.REDUCE[operation](at, keepdims), x)

    def along(self, operation: str, x: Value, axis: int) -> Value:
        """`argmax`, `argmin`, `cumulative_sum`, `cumulative_prod`, `sort` or `argsort`."""
        return self.apply(reduction.ALONG[operation](axis % len(x.shape)), x)

    def contract(
        self,
        x: Value,
        y: Value,
        contracted: tuple[tuple[int, ...], tuple[int, ...]],
        batch: tuple[tuple[int, ...], tuple[int, ...]] = ((), ()),
    ) -> Value:
        """Sum of products over the contracted axes.

        The result has the batch axes, then the free axes of `x`, then those of `y`.
        """
        return self.apply(contraction.Contract(contracted, batch), x, y)

    def convolve(self, x: Value, kernel: Value, over: Sequence[Window], groups: int = 1) -> Value:
        """Sums of products of windows over axes 1 to n with a kernel `[*sizes, in/groups, out]`."""
        return self.apply(windows.Convolve(*_settings(over), groups), x, kernel)

    def convolve_transposed(
        self, x: Value, kernel: Value, over: Sequence[Window], crops: tuple[int, ...], shape: Shape
    ) -> Value:
        """Products with a kernel `[*sizes, out, in]` added up where windows of the result lie.

        `crops` entries are left out before the result, which is of `shape` without batch and
        channels.
        """
        sizes, steps, dilations, _ = _settings(over)
        return self.apply(
            windows.ConvolveTransposed(sizes, steps, dilations, crops, shape), x, kernel
        )

    def reduce_windows(self, operation: str, x: Value, over: Sequence[Window]) -> Value:
        """`max` or `sum` over the entries of windows over axes 1 to n, for each channel."""
        return self.apply(windows.REDUCE_WINDOWS[operation](*_settings(over)), x)

    def call_python(self, name: str, function: PythonFunction, *operands: Value) -> Value:
        """What a registered Python function makes of the operands."""
        return self.apply(CallPython(name, function), *operands)

    def matmul(self, x: Value, kernel: Value) -> Value:
        """Multiply the last axis of `x` by a matrix `[in, out]`."""
        return self.contract(x, kernel, ((len(x.shape) - 1,), (0,)))

    def einsum(self, x: str, y: str, result: str, left: Value, right: Value) -> Value:
        """A contraction by labels: each of `result` stands in `x` or `y`, none twice in one."""
        left, x = self._sum_lonely(left, x, y + result)
        right, y = self._sum_lonely(right, y, x + result)
        batch = [label for label in x if label in y and label in result]
        inner = [label for label in x if label in y and label not in result]
        made = (
            batch
            + [label for label in x if label not in y]
            + [label for label in y if label not in x]
        )
        product = self.contract(
            left,
            right,
            (tuple(map(x.index, inner)), tuple(map(y.index, inner))),
            (tuple(map(x.index, batch)), tuple(map(y.index, batch))),
        )
        return self.transpose(product, tuple(made.index(label) for label in result))

    def _sum_lonely(self, value: Value, labels: str, elsewhere: str) -> tuple[Value, str]:
        """Sum over the axes whose label stands nowhere else."""
        lonely = tuple(i for i, label in enumerate(labels) if label not in elsewhere)
        if not lonely:
            return value, labels
        kept = "".join(label for i, label in enumerate(labels) if i not in lonely)
        return self.reduce("sum", value, lonely), kept


def _settings(
    over: Sequence[Window],
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], Padding]:
    """Windows over several axes, which share their padding, as a primitive's settings."""
    sizes, steps, dilations, (padding, *_) = zip(*over, strict=True)
    return sizes, steps, dilations, padding
