"""Operations on each element, with NumPy's broadcasting."""

from __future__ import annotations

import math
from collections.abc import Callable

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.primitives.primitive import Primitive, Results, same_dtype
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import ANY, FLOATS, NUMBERS, TRUTH, DType, TensorType


def broadcast_shapes(prover: Prover, why: str, *shapes: Shape) -> Shape:
    """The shape of an elementwise result: axes are paired from the last."""
    if all(shape == shapes[0] for shape in shapes[1:]):
        return shapes[0]
    rank = max(len(shape) for shape in shapes)
    result: list[Size] = [1] * rank
    for shape in shapes:
        for axis in range(-len(shape), 0):
            result[axis] = prover.broadcast(result[axis], shape[axis], f"{why}: axis {axis}")
    return tuple(result)


def _same(prover: Prover, x: TensorType) -> tuple[TensorType]:
    return (x,)


def _pair(name: str) -> Callable[..., tuple[TensorType]]:
    def infer(prover: Prover, x: TensorType, y: TensorType) -> tuple[TensorType]:
        same_dtype(name, x, y)
        return (TensorType(x.dtype, broadcast_shapes(prover, name, x.shape, y.shape)),)

    return infer


def _comparison(name: str) -> Callable[..., tuple[TensorType]]:
    def infer(prover: Prover, x: TensorType, y: TensorType) -> tuple[TensorType]:
        same_dtype(name, x, y)
        return (TensorType("bool", broadcast_shapes(prover, name, x.shape, y.shape)),)

    return infer


def _select(
    prover: Prover, condition: TensorType, x: TensorType, y: TensorType
) -> tuple[TensorType]:
    same_dtype("select", x, y)
    if condition.dtype != "bool":
        raise Refusal("SPC0401", f"`select` takes a condition of `bool`, not `{condition.dtype}`")
    shape = broadcast_shapes(prover, "select", condition.shape, x.shape, y.shape)
    return (TensorType(x.dtype, shape),)


def _cast(prover: Prover, x: TensorType, dtype: DType) -> tuple[TensorType]:
    return (TensorType(dtype, x.shape),)


def _erf(x: Array) -> Array:
    """The error function, exact to the last place; NumPy has none."""
    values = np.fromiter(map(math.erf, x.ravel().tolist()), np.float64, x.size)
    return values.reshape(x.shape).astype(x.dtype)


def _unary(
    name: str, function: Callable[[Array], Array], takes: frozenset[DType] = FLOATS
) -> Primitive:
    def evaluate(x: Array, results: Results) -> Array:
        return function(x)

    return Primitive(name, _same, evaluate, 1, takes)


def _of_two(function: Callable[[Array, Array], Array]) -> Callable[[Array, Array, Results], Array]:
    def evaluate(x: Array, y: Array, results: Results) -> Array:
        return function(x, y)

    return evaluate


def _binary(
    name: str, function: Callable[[Array, Array], Array], takes: frozenset[DType] = NUMBERS
) -> Primitive:
    return Primitive(name, _pair(name), _of_two(function), 1, takes)


def _compare(name: str, function: Callable[[Array, Array], Array]) -> Primitive:
    return Primitive(name, _comparison(name), _of_two(function), 1)


def _where(condition: Array, x: Array, y: Array, results: Results) -> Array:
    return np.where(condition, x, y)


def _to_dtype(x: Array, results: Results, dtype: DType) -> Array:
    return x.astype(stored(dtype))  # the evaluator rounds to bfloat16


ELEMENTWISE: tuple[Primitive, ...] = (
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
    _unary("floor", lambda x: np.floor(x)),
    _unary("round", lambda x: np.round(x)),
    _unary("tanh", lambda x: np.tanh(x)),
    _unary("erf", _erf),
    _unary("logical_not", lambda x: np.logical_not(x), TRUTH),
    _binary("add", lambda x, y: np.add(x, y), ANY),
    _binary("subtract", lambda x, y: np.subtract(x, y)),
    _binary("multiply", lambda x, y: np.multiply(x, y), ANY),
    _binary("divide", lambda x, y: np.divide(x, y), FLOATS),
    _binary("floor_divide", lambda x, y: np.floor_divide(x, y)),
    _binary("remainder", lambda x, y: np.remainder(x, y)),
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
    Primitive("select", _select, _where, 1),
    Primitive("cast", _cast, _to_dtype),
)
