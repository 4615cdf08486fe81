"""Operations that move, join and make elements without computing with them."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import ClassVar

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Shape, Size, product
from spec_compiler.ir.primitives.primitive import Primitive, same_dtype
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import FLOATS, GREATEST, DType, TensorType, concrete, overflows
from spec_compiler.records import record
from spec_compiler.refusals import Refusal


@record
class Reshape(Primitive):
    """The same elements in another shape."""

    name: ClassVar[str] = "reshape"
    rounds: ClassVar[bool] = False

    shape: Shape

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """As many elements in the shape; what stays at its beginning needs no proof."""
        same, most = 0, min(x.rank, len(self.shape))
        while same < most and x.shape[same] == self.shape[same] != 0:  # of none, all else is none
            same += 1
        left, right = product(x.shape[same:]), product(self.shape[same:])
        prover.require_equal(left, right, "reshape: the number of elements")
        return TensorType(x.dtype, self.shape)

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """In row-major order."""
        return x.reshape(concrete(of))


@record
class Transpose(Primitive):
    """The same elements with the axes in another order."""

    name: ClassVar[str] = "transpose"
    rounds: ClassVar[bool] = False

    axes: tuple[int, ...]

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """Axis `i` is axis `axes[i]` of the operand."""
        return TensorType(x.dtype, tuple(x.shape[axis] for axis in self.axes))

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """A view."""
        return x.transpose(self.axes)


@record
class BroadcastTo(Primitive):
    """The elements repeated along axes of size 1, and along new ones before all others."""

    name: ClassVar[str] = "broadcast_to"
    rounds: ClassVar[bool] = False

    shape: Shape

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The shape, whose last axes are those of the operand."""
        for axis in range(-x.rank, 0):
            if x.shape[axis] != 1:
                prover.require_equal(x.shape[axis], self.shape[axis], f"broadcast: axis {axis}")
        return TensorType(x.dtype, self.shape)

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """A view."""
        return np.broadcast_to(x, concrete(of))


@record
class Concatenate(Primitive):
    """Operands one behind the other along an axis."""

    name: ClassVar[str] = "concatenate"
    rounds: ClassVar[bool] = False

    axis: int

    def infer(self, prover: Prover, *xs: TensorType) -> TensorType:
        """The other axes are the same in all operands."""
        same_dtype("concatenate", *xs)
        first = xs[0]
        total: Size = 0
        for x in xs:
            if x.rank != first.rank:
                raise Refusal("SPC0304", f"cannot join rank {first.rank} and rank {x.rank}")
            for other in range(first.rank):
                if other != self.axis:
                    prover.require_equal(first.shape[other], x.shape[other], f"axis {other}")
            total = total + x.shape[self.axis]
        return _resized(first, self.axis, total)

    def evaluate(self, *xs: Array, of: TensorType) -> Array:
        """A copy."""
        return np.concatenate(xs, self.axis)


@record
class Slice(Primitive):
    """The entries from `start` up to `stop` of an axis, which are taken to be there."""

    name: ClassVar[str] = "slice"
    rounds: ClassVar[bool] = False

    axis: int
    start: int
    stop: Size

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The axis has `stop - start` entries."""
        return _resized(x, self.axis, self.stop - self.start)

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """A view."""
        stop = self.start + concrete(of)[self.axis]
        return x[(slice(None),) * self.axis + (slice(self.start, stop),)]


@record
class Stride(Primitive):
    """Every `step`-th entry of an axis, from the first."""

    name: ClassVar[str] = "stride"
    rounds: ClassVar[bool] = False

    axis: int
    step: int

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The axis is divided by the step, rounded up."""
        return _resized(x, self.axis, floor_divide(x.shape[self.axis] + (self.step - 1), self.step))

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """A view."""
        return x[(slice(None),) * self.axis + (slice(None, None, self.step),)]


@record
class Entries(Primitive):
    """How many entries axes have together."""

    name: ClassVar[str] = "size"

    axes: tuple[int, ...]

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """A whole number."""
        return TensorType("int64", ())

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """The product of the sizes."""
        return np.asarray(prod(x.shape[axis] for axis in self.axes), np.int64)


@record
class Reverse(Primitive):
    """The entries of an axis from the last to the first."""

    name: ClassVar[str] = "reverse"
    rounds: ClassVar[bool] = False

    axis: int

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The operand's."""
        return x

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """A view."""
        return np.flip(x, self.axis)


@record
class Full(Primitive):
    """A number in every entry."""

    name: ClassVar[str] = "full"

    value: float
    dtype: DType
    shape: Shape

    def infer(self, prover: Prover) -> TensorType:
        """As it is set; the number is not infinite by rounding alone."""
        require_held(self.numbers, self.dtype)
        return TensorType(self.dtype, self.shape)

    @property
    def numbers(self) -> tuple[float, ...]:
        """What it holds."""
        return (self.value,)

    def evaluate(self, *, of: TensorType) -> Array:
        """A new array."""
        return np.full(concrete(of), self.value, stored(self.dtype))


@record
class Constant(Primitive):
    """Numbers that are known, in row-major order."""

    name: ClassVar[str] = "constant"

    values: tuple[float, ...]
    type: TensorType

    def infer(self, prover: Prover) -> TensorType:
        """As it is set; no number is infinite by rounding alone."""
        require_held(self.numbers, self.type.dtype)
        return self.type

    @property
    def numbers(self) -> tuple[float, ...]:
        """What it holds."""
        return self.values

    def evaluate(self, *, of: TensorType) -> Array:
        """A new array."""
        return np.array(self.values, stored(of.dtype)).reshape(concrete(of))


@record
class Arange(Primitive):
    """The numbers from 0 up to a length, which is not among them."""

    name: ClassVar[str] = "arange"

    length: Size
    dtype: DType

    def infer(self, prover: Prover) -> TensorType:
        """One axis of the length."""
        if self.dtype == "bool":
            raise Refusal("SPC0401", "`arange` does not count in `bool`")
        return TensorType(self.dtype, (self.length,))

    def evaluate(self, *, of: TensorType) -> Array:
        """A new array."""
        return np.arange(concrete(of)[0], dtype=stored(self.dtype))


class Overflow(Refusal):
    """A number that its dtype makes infinite.

    Attributes:
        number: As it is written.
    """

    def __init__(self, number: float, dtype: DType) -> None:
        super().__init__(
            "SPC0504",
            f"{number:g} is beyond `{dtype}`, and would be infinite in it",
            help=f"`{dtype}` holds numbers up to {GREATEST[dtype]}: write a smaller one, or take a "
            "wider dtype",
        )
        self.number = number


def require_held(numbers: Iterable[float], dtype: DType) -> None:
    """Refuse numbers that a floating dtype would make infinite; infinity itself is meant.

    Raises:
        Overflow: there is one.
    """
    for number in numbers if dtype in FLOATS else ():
        if overflows(number, dtype):
            raise Overflow(number, dtype)


def _resized(x: TensorType, axis: int, size: Size) -> TensorType:
    return TensorType(x.dtype, (*x.shape[:axis], size, *x.shape[axis + 1 :]))


STRUCTURE: tuple[type[Primitive], ...] = (
    Reshape,
    Transpose,
    BroadcastTo,
    Concatenate,
    Slice,
    Stride,
    Entries,
    Reverse,
    Full,
    Constant,
    Arange,
)
