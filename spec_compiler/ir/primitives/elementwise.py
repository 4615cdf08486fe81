"""Operations on each element, with NumPy's broadcasting."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any, ClassVar

from spec_compiler.ir.arrays import Array, dense, np
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.primitives.indexing import require_within
from spec_compiler.ir.primitives.primitive import Primitive, same_dtype
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import (
    ANY,
    FLOATS,
    INTEGERS,
    ITEMSIZE,
    NUMBERS,
    TRUTH,
    DType,
    TensorType,
    concrete,
)
from spec_compiler.records import record
from spec_compiler.refusals import Refusal


def broadcast_shapes(prover: Prover, why: str, *shapes: Shape) -> Shape:
    """The shape of an elementwise result: axes are paired from the last."""
    if shapes.count(shapes[0]) == len(shapes):
        return shapes[0]
    first, rank = shapes[0], max(map(len, shapes))
    result: list[Size] = [1] * (rank - len(first)) + [*first]
    for shape in shapes[1:]:
        for axis in range(-len(shape), 0):
            known, size = result[axis], shape[axis]
            if known is not size and known != size:  # else there is nothing to ask
                result[axis] = prover.broadcast(known, size, f"{why}: axis {axis}")
    return tuple(result)


class OfOne(Primitive):
    """A function of an element."""

    __slots__ = ()
    flops: ClassVar[int] = 1
    function: ClassVar[Callable[[Array], Array]]

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The operand's."""
        return x

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """The function of the array."""
        return type(self).function(x)

    def ready(self, of: TensorType) -> Callable[..., Array]:
        """The function itself."""
        return type(self).function

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """Only the error function has some: its argument and its values in float64."""
        return 16 * prod(concrete(result)) if self.name == "erf" else 0


class OfTwo(Primitive):
    """A function of two elements; the operands broadcast."""

    __slots__ = ()
    flops: ClassVar[int] = 1
    function: ClassVar[Callable[[Array, Array], Array]]

    def infer(self, prover: Prover, x: TensorType, y: TensorType) -> TensorType:
        """The dtype of both, in the shape that they have together."""
        if x == y:  # of most
            return x
        same_dtype(self.name, x, y)
        return TensorType(x.dtype, broadcast_shapes(prover, self.name, x.shape, y.shape))

    def evaluate(self, x: Array, y: Array, *, of: TensorType) -> Array:
        """The function of the arrays."""
        return type(self).function(x, y)

    def ready(self, of: TensorType) -> Callable[..., Array]:
        """The function itself."""
        return type(self).function


class Shift(OfTwo):
    """The bits of an element moved by so many places; there are as many as the dtype has bits."""

    __slots__ = ()

    def evaluate(self, x: Array, y: Array, *, of: TensorType) -> Array:
        """The function of the arrays.

        Raises:
            OutOfRange: there are not so many bits.
        """
        bits = 8 * ITEMSIZE[of.dtype]
        require_within(y, bits, "shift", f": `{of.dtype}` has {bits} bits")
        return super().evaluate(x, y, of=of)

    def ready(self, of: TensorType) -> Callable[..., Array]:
        """With the check of the amounts."""
        return partial(self.evaluate, of=of)

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """Truth values of each amount."""
        return 3 * prod(concrete(operands[1]))

    def within(self, result: TensorType, *operands: TensorType) -> tuple[int, Shape]:
        """The amounts, and the bits."""
        return 1, (8 * ITEMSIZE[result.dtype],)


class Comparison(OfTwo):
    """A relation between two elements."""

    __slots__ = ()

    def infer(self, prover: Prover, x: TensorType, y: TensorType) -> TensorType:
        """Truth values, in the shape that the operands have together."""
        return OfTwo.infer(self, prover, x, y)._replace(dtype="bool")


class Select(Primitive):
    """An element of one operand or of the other, as a condition says."""

    __slots__ = ()
    name: ClassVar[str] = "select"
    flops: ClassVar[int] = 1
    rounds: ClassVar[bool] = False

    def infer(
        self, prover: Prover, condition: TensorType, x: TensorType, y: TensorType
    ) -> TensorType:
        """The dtype of both, in the shape that the three have together."""
        same_dtype("select", x, y)
        if condition.dtype != "bool":
            raise Refusal(
                "SPC0401", f"`select` takes a condition of `bool`, not `{condition.dtype}`"
            )
        shape = broadcast_shapes(prover, "select", condition.shape, x.shape, y.shape)
        return TensorType(x.dtype, shape)

    def evaluate(self, condition: Array, x: Array, y: Array, *, of: TensorType) -> Array:
        """`x` where the condition holds, elsewhere `y`."""
        return np.where(condition, x, y)


@record
class Cast(Primitive):
    """Each element in another dtype."""

    name: ClassVar[str] = "cast"
    reads_sparse: ClassVar[bool] = True

    dtype: DType

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The shape stays."""
        return TensorType(self.dtype, x.shape)

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """Towards zero to whole numbers, to the nearest among floating ones."""
        held = dense(x) if self.dtype == "float16" else x  # scipy.sparse has none
        return held.astype(stored(self.dtype))


def _erf(x: Array) -> Array:
    """The error function, exact to the last place; NumPy has none."""
    # entry by entry: a list of Python's floats takes ten times the memory of the array
    numbers: Any = x.astype(np.float64, order="C").reshape(-1)
    numbers = memoryview(numbers)
    values = np.fromiter(map(math.erf, numbers), np.float64, x.size)
    return values.reshape(x.shape).astype(x.dtype)


def _unary(
    operation: str, of: Callable[[Array], Array], dtypes: frozenset[DType] = FLOATS
) -> type[OfOne]:
    class Named(OfOne):
        __slots__ = ()
        name, takes, function = operation, dtypes, staticmethod(of)

    return Named


def _binary(
    operation: str,
    of: Callable[[Array, Array], Array],
    dtypes: frozenset[DType] = NUMBERS,
    kind: type[OfTwo] = OfTwo,
) -> type[OfTwo]:
    class Named(kind):
        __slots__ = ()
        name, takes, function = operation, dtypes, staticmethod(of)

    return Named


def _compare(operation: str, of: Callable[[Array, Array], Array]) -> type[OfTwo]:
    return _binary(operation, of, ANY, Comparison)


UNARY: dict[str, type[OfOne]] = {
    kind.name: kind
    for kind in (
        _unary("negate", lambda x: np.negative(x), NUMBERS),
        _unary("abs", lambda x: np.abs(x), ANY),
        _unary("sign", lambda x: np.sign(x), NUMBERS),
        _unary("exp", lambda x: np.exp(x)),
        _unary("log", lambda x: np.log(x)),
        _unary("log1p", lambda x: np.log1p(x)),
        _unary("expm1", lambda x: np.expm1(x)),
        _unary("sqrt", lambda x: np.sqrt(x)),
        _unary("sin", lambda x: np.sin(x)),
        _unary("cos", lambda x: np.cos(x)),
        _unary("tan", lambda x: np.tan(x)),
        _unary("asin", lambda x: np.arcsin(x)),
        _unary("acos", lambda x: np.arccos(x)),
        _unary("atan", lambda x: np.arctan(x)),
        _unary("sinh", lambda x: np.sinh(x)),
        _unary("cosh", lambda x: np.cosh(x)),
        _unary("asinh", lambda x: np.arcsinh(x)),
        _unary("acosh", lambda x: np.arccosh(x)),
        _unary("atanh", lambda x: np.arctanh(x)),
        _unary("floor", lambda x: np.floor(x)),
        _unary("round", lambda x: np.round(x)),
        _unary("tanh", lambda x: np.tanh(x)),
        _unary("erf", _erf),
        _unary("logical_not", lambda x: np.logical_not(x), TRUTH),
    )
}
BINARY: dict[str, type[OfTwo]] = {
    kind.name: kind
    for kind in (
        _binary("add", lambda x, y: np.add(x, y), ANY),
        _binary("subtract", lambda x, y: np.subtract(x, y)),
        _binary("multiply", lambda x, y: np.multiply(x, y), ANY),
        _binary("divide", lambda x, y: np.divide(x, y), FLOATS),
        _binary("floor_divide", lambda x, y: np.floor_divide(x, y)),
        _binary("remainder", lambda x, y: np.remainder(x, y)),
        _binary("fmod", lambda x, y: np.fmod(x, y), FLOATS),
        _binary("atan2", lambda y, x: np.arctan2(y, x), FLOATS),
        _binary("bit_and", lambda x, y: np.bitwise_and(x, y), INTEGERS | TRUTH),
        _binary("bit_or", lambda x, y: np.bitwise_or(x, y), INTEGERS | TRUTH),
        _binary("bit_xor", lambda x, y: np.bitwise_xor(x, y), INTEGERS | TRUTH),
        _binary("shift_left", lambda x, y: np.left_shift(x, y), INTEGERS, Shift),
        _binary("shift_right", lambda x, y: np.right_shift(x, y), INTEGERS, Shift),
        _binary("power", lambda x, y: np.power(x, y)),
        _binary("maximum", lambda x, y: np.maximum(x, y), ANY),
        _binary("minimum", lambda x, y: np.minimum(x, y), ANY),
        _binary("logical_and", lambda x, y: np.logical_and(x, y), TRUTH),
        _binary("logical_or", lambda x, y: np.logical_or(x, y), TRUTH),
        _compare("equal", lambda x, y: np.equal(x, y)),
        _compare("not_equal", lambda x, y: np.not_equal(x, y)),
        _compare("less", lambda x, y: np.less(x, y)),
        _compare("less_equal", lambda x, y: np.less_equal(x, y)),
        _compare("greater", lambda x, y: np.greater(x, y)),
        _compare("greater_equal", lambda x, y: np.greater_equal(x, y)),
    )
}
ELEMENTWISE: tuple[type[Primitive], ...] = (*UNARY.values(), *BINARY.values(), Select, Cast)
