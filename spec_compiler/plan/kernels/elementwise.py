"""Operations on each element: one call of NumPy, into what it reads where that is read no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.elementwise import BINARY, UNARY, Cast, Select
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels.clipping import clipped
from spec_compiler.plan.kernels.kernel import FLOATING, Kernels, always
from spec_compiler.plan.layout import inverse, order_of
from spec_compiler.plan.recorder import Late, Operand, Recorder

_NAMES = {
    "abs": "absolute",
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "bit_and": "bitwise_and",
    "bit_or": "bitwise_or",
    "bit_xor": "bitwise_xor",
    "round": "rint",
}
"""NumPy's name of an operation, where it is not ours."""
SMALL = 2**12
"""Entries up to which the shapes of all operands had better be one."""
_TILE = 2**16
"""The most entries that a repeated constant has."""
_LONG = 2**8
"""Entries side by side from which on a loop over them is as fast as any."""
_REPEATED = 2**4
"""Entries that an entry of a condition is for, from which on it is looked at as a whole first."""
_NOT_ONE_CALL = frozenset({"erf", "shift_left", "shift_right"})


def _maximum(x: Array, y: Array, out: Array) -> Array:
    return np.maximum(x, y, out=out)


def _minimum(x: Array, y: Array, out: Array) -> Array:
    return np.minimum(x, y, out=out)


def _minus_one(of: TensorType) -> Array:
    """What is negated by a product: `negative` is wrong where every fourth entry is written.

    That is so in NumPy 2.4, of 4 bytes (every eighth of 8 bytes). Of unsigned numbers it is the
    greatest, whose product wraps round to the same.
    """
    return np.asarray(-1).astype(of.dtype)


def _function(name: str) -> Callable[..., Array]:
    if name in {"maximum", "minimum"}:  # the memory of the result has to be named
        return _maximum if name == "maximum" else _minimum
    return getattr(np, _NAMES.get(name, name))


def _rounded(_: Primitive, takes: Sequence[TensorType], of: TensorType) -> bool:
    return "bfloat16" not in {of.dtype, *(taken.dtype for taken in takes)}


def _call(
    recorder: Recorder, of: Primitive, operands: Sequence[Operand], to: TensorType
) -> Operand:
    if of.name == "maximum" and _is_rectifier(recorder, operands, to):
        return _rectified(recorder, operands[0], to)
    out = recorder.into(to, *operands)
    if of.name == "negate":
        recorder.do(np.multiply, operands[0], _minus_one(to), out)
        return out
    spread = (_spread(recorder, operand, out) for operand in operands)
    recorder.do(_function(of.name), *spread, out)
    return out


def _spread(recorder: Recorder, x: Operand, out: Operand) -> Operand:
    """A constant repeated along the axes that lie innermost, where that saves NumPy short loops."""
    if isinstance(x, Late) or isinstance(out, Late) or recorder.owners(x) or x.ndim == 0:
        return x
    whole, order, inner = np.broadcast_to(x, out.shape), order_of(out.strides), set[int]()
    if out.size > SMALL and out.shape[order[-1]] >= _LONG:
        return x
    for axis in reversed(order):
        inner.add(axis)
        if whole.strides[axis] and out.size > SMALL:
            break
    inner |= {axis for axis, stride in enumerate(whole.strides) if stride}
    shape = tuple(size if axis in inner else 1 for axis, size in enumerate(out.shape))
    if prod(shape) > _TILE or (prod(shape) == x.size and x.ndim == out.ndim):
        return x
    part = tuple(slice(None if axis in inner else 1) for axis in range(out.ndim))
    return whole[part].transpose(order).copy().transpose(inverse(order))


def _is_rectifier(recorder: Recorder, operands: Sequence[Operand], of: TensorType) -> bool:
    """Whether the second operand is the number 0, whatever the data, and the other an array."""
    x, zero = operands
    if isinstance(zero, Late) or recorder.owners(zero):
        return False
    if of.dtype not in FLOATING or x.shape != of.shape:
        return False
    return zero.ndim == 0 and not zero.any()


def _rectified(recorder: Recorder, x: Operand, of: TensorType) -> Operand:
    """`maximum(x, 0)` as a clip, which is three times as fast."""
    out = recorder.into(of, x)
    clipped(recorder, x, 0, inf, out)
    return out


def _select(recorder: Recorder, _: Select, operands: Sequence[Operand], of: TensorType) -> Operand:
    condition, x, y = operands
    out = recorder.into(of, y)
    if out is not y:
        recorder.do(np.copyto, out, y)
    few = prod(condition.shape) * _REPEATED <= prod(concrete(of))
    recorder.do(_copy_where_any if few else _copy_where, out, x, condition)
    return out


def _copy_where(out: Array, x: Array, condition: Array) -> None:
    np.copyto(out, x, where=condition)


def _copy_where_any(out: Array, x: Array, condition: Array) -> None:
    """Where the condition is for many entries each, it is cheap to ask whether it says one thing.

    Most steps of sequences are there for all rows, or for none.
    """
    count = np.count_nonzero(condition)
    if count == condition.size:
        np.copyto(out, x)
    elif count:
        np.copyto(out, x, where=condition)


def _cast(recorder: Recorder, _: Cast, operands: Sequence[Operand], of: TensorType) -> Operand:
    out = recorder.result(of)
    recorder.do(_copy_unsafe, out, operands[0])
    return out


def _copy_unsafe(out: Array, x: Array) -> None:
    np.copyto(out, x, casting="unsafe")


ELEMENTWISE: Kernels = {
    **{
        kind: (_call, _rounded)
        for name, kind in (*UNARY.items(), *BINARY.items())
        if name not in _NOT_ONE_CALL
    },
    Select: (_select, always),
    Cast: (_cast, _rounded),
}
