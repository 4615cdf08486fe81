"""Operations along axes."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, ClassVar, Protocol

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import held_bytes
from spec_compiler.ir.types import ANY, TRUTH, DType, TensorType, concrete
from spec_compiler.records import record
from spec_compiler.refusals import Refusal


class _Reducer(Protocol):
    def __call__(self, x: Array, /, *, axis: tuple[int, ...], keepdims: bool) -> Array: ...


@record
class Reduce(Primitive):
    """One number of all entries along axes, which go, or stay with size 1."""

    flops: ClassVar[int] = 1
    function: ClassVar[_Reducer]

    axes: tuple[int, ...]
    keepdims: bool

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The dtype stays."""
        kept = (
            1 if axis in self.axes else size
            for axis, size in enumerate(x.shape)
            if self.keepdims or axis not in self.axes
        )
        return TensorType(x.dtype, tuple(kept))

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """The function over the axes."""
        return np.asarray(type(self).function(x, axis=self.axes, keepdims=self.keepdims))

    def counted(self, result: TensorType, *operands: TensorType) -> Shape:
        """What is read."""
        return operands[0].shape

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """The sums before they are cast, float16 in float32."""
        return 2 * held_bytes(result)


class ReduceSome(Reduce):
    """One of which there is none of no entries."""

    __slots__ = ()

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The dtype stays; no axis is empty."""
        _demand_entries(prover, self.name, x, self.axes)
        return super().infer(prover, x)


@record
class Along(Primitive):
    """A function of all entries of an axis, which stays."""

    flops: ClassVar[int] = 1
    function: ClassVar[Callable[[Array, int], Array]]

    axis: int

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """The operand's."""
        return x

    def evaluate(self, x: Array, *, of: TensorType) -> Array:
        """The function along the axis."""
        return type(self).function(x, self.axis)


class FirstIndex(Along):
    """The first place along an axis that holds what is looked for; the axis goes."""

    __slots__ = ()

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """A whole number for each of the other entries; the axis is not empty."""
        _demand_entries(prover, self.name, x, (self.axis,))
        return TensorType("int32", (*x.shape[: self.axis], *x.shape[self.axis + 1 :]))

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """The operand with the axis at its end, and places in NumPy's own dtype."""
        return held_bytes(operands[0]) + 8 * prod(concrete(result))


class Order(Along):
    """The places of the entries of an axis, in an order of these; the axis stays."""

    __slots__ = ()

    def infer(self, prover: Prover, x: TensorType) -> TensorType:
        """A whole number for each entry."""
        return TensorType("int32", x.shape)

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """The operand with the axis at its end, and places in NumPy's own dtype."""
        return held_bytes(operands[0]) + 8 * prod(concrete(result))


def _demand_entries(prover: Prover, name: str, x: TensorType, axes: tuple[int, ...]) -> None:
    for axis in axes:
        if not prover.require(x.shape[axis], ">=", 1, f"`{name}`: axis {axis} must not be empty"):
            raise Refusal("SPC0134", f"`{name}` over axis {axis} of {x}, which has no entries")


def _within(x: Array) -> Any:
    """The dtype to sum in: NumPy widens small integers, and float16 loses digits as it is."""
    return np.float32 if x.dtype == np.float16 else x.dtype


def _sum(x: Array, /, *, axis: tuple[int, ...], keepdims: bool) -> Array:
    return np.sum(x, axis=axis, keepdims=keepdims, dtype=_within(x)).astype(x.dtype)


def _prod(x: Array, /, *, axis: tuple[int, ...], keepdims: bool) -> Array:
    return np.prod(x, axis=axis, keepdims=keepdims, dtype=_within(x)).astype(x.dtype)


def _cumulative_prod(x: Array, axis: int) -> Array:
    return np.multiply.accumulate(x, axis, dtype=x.dtype)


def _order(x: Array, axis: int) -> Array:
    return np.argsort(x, axis, kind="stable").astype(np.int32)


def _max(x: Array, /, *, axis: tuple[int, ...], keepdims: bool) -> Array:
    return np.max(x, axis=axis, keepdims=keepdims)


def _min(x: Array, /, *, axis: tuple[int, ...], keepdims: bool) -> Array:
    return np.min(x, axis=axis, keepdims=keepdims)


def _any(x: Array, /, *, axis: tuple[int, ...], keepdims: bool) -> Array:
    return np.logical_or.reduce(x, axis=axis, keepdims=keepdims)


def _all(x: Array, /, *, axis: tuple[int, ...], keepdims: bool) -> Array:
    return np.logical_and.reduce(x, axis=axis, keepdims=keepdims)


def _reduction(
    of: _Reducer, operation: str, dtypes: frozenset[DType] = ANY, kind: type[Reduce] = Reduce
) -> type[Reduce]:
    class Named(kind):
        __slots__ = ()
        name, takes, function = operation, dtypes, staticmethod(of)

    return Named


def _along(kind: type[Along], operation: str, of: Callable[[Array, int], Array]) -> type[Along]:
    class Named(kind):
        __slots__ = ()
        name, function = operation, staticmethod(of)

    return Named


REDUCE: dict[str, type[Reduce]] = {
    "sum": _reduction(_sum, "reduce_sum"),
    "prod": _reduction(_prod, "reduce_prod"),
    "max": _reduction(_max, "reduce_max", kind=ReduceSome),
    "min": _reduction(_min, "reduce_min", kind=ReduceSome),
    "any": _reduction(_any, "reduce_any", TRUTH),
    "all": _reduction(_all, "reduce_all", TRUTH),
}
"""Those over several axes, by the word that a builder takes."""
ALONG: dict[str, type[Along]] = {
    "argmax": _along(FirstIndex, "argmax", lambda x, axis: np.argmax(x, axis).astype(np.int32)),
    "argmin": _along(FirstIndex, "argmin", lambda x, axis: np.argmin(x, axis).astype(np.int32)),
    "cumulative_sum": _along(
        Along, "cumulative_sum", lambda x, axis: np.cumsum(x, axis, dtype=x.dtype)
    ),
    "cumulative_prod": _along(Along, "cumulative_prod", _cumulative_prod),
    "sort": _along(Along, "sort", lambda x, axis: np.sort(x, axis)),
    "argsort": _along(Order, "argsort", _order),
}
"""Those along one axis."""
REDUCTION: tuple[type[Primitive], ...] = (*REDUCE.values(), *ALONG.values())
