"""Each primitive as an expression of `keras.ops`: a total table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from spec_compiler.export.keras.expression import Text, Write, Writer, number
from spec_compiler.ir.graph import Value
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.primitives.structure import Entries
from spec_compiler.ir.types import FLOATS, limits, widened
from spec_compiler.refusals import Refusal


def called(name: str) -> Write:
    """A function of the operands alone."""

    def write(w: Writer, _: Any, xs: tuple[Value, ...], __: Value) -> Text:
        return Text(f"ops.{name}({', '.join(map(w.arg, xs))})")

    return write


_LEVELS = {"*": 1, "/": 1, "+": 2, "-": 2}
"""How loosely an operator holds its operands; a comparison more so."""


def _infix(sign: str, of_truth: str = "") -> Write:
    level = _LEVELS.get(sign, 3)

    def write(w: Writer, _: Any, xs: tuple[Value, ...], __: Value) -> Text:
        left, right = xs
        if of_truth and left.dtype == "bool":
            return Text(f"ops.{of_truth}({w.arg(left)}, {w.arg(right)})")
        before = w.operand(left, min(level, 2))  # comparisons do not follow each other
        return Text(f"{before} {sign} {w.operand(right, level - 1)}", level)

    return write


def _of_truth_or(name: str, of_truth: str) -> Write:
    """A function of numbers, and what it is of truth values."""

    def write(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
        return called(of_truth if xs[0].dtype == "bool" else name)(w, p, xs, y)

    return write


def _abs(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(w.arg(xs[0])) if y.dtype == "bool" else called("abs")(w, p, xs, y)


def _cast(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f'ops.cast({w.arg(xs[0])}, "{y.dtype}")')


def _held(text: str, y: Value) -> Text:
    """Whole numbers stay of the dtype that they are: some backends widen them."""
    return Text(
        text if y.dtype in FLOATS or y.dtype == "bool" else f'ops.cast({text}, "{y.dtype}")'
    )


def _reshape(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.reshape({w.arg(xs[0])}, {w.shape(p.shape)})")


def _transpose(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.transpose({w.arg(xs[0])}, {p.axes})")


def _broadcast_to(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.broadcast_to({w.arg(xs[0])}, {w.shape(p.shape)})")


def _concatenate(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.concatenate([{', '.join(map(w.arg, xs))}], axis={p.axis})")


def _slice(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    start = str(p.start) if p.start else ""
    stop = "" if p.stop == xs[0].shape[p.axis] else w.size(p.stop)
    return Text(f"{w.operand(xs[0])}[{':, ' * p.axis}{start}:{stop}]")


def _stride(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"{w.operand(xs[0])}[{':, ' * p.axis}::{p.step}]")


def _entries(w: Writer, p: Entries, xs: tuple[Value, ...], y: Value) -> Text:
    text = " * ".join(f"({w.size(xs[0].shape[axis])})" for axis in p.axes) or "1"
    return Text(f'ops.cast({text}, "{y.dtype}")')


def _reverse(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.flip({w.arg(xs[0])}, axis={p.axis})")


def _full(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    value = number(p.value, y.dtype)
    if not y.shape:
        return Text(f'ops.convert_to_tensor({value}, dtype="{y.dtype}")')
    return Text(f'ops.full({w.shape(p.shape)}, {value}, dtype="{y.dtype}")')


def _constant(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    flat = [number(value, y.dtype) for value in p.values]
    if not y.shape:
        return Text(f'ops.convert_to_tensor({flat[0]}, dtype="{y.dtype}")')
    held = f'ops.convert_to_tensor([{", ".join(flat)}], dtype="{y.dtype}")'
    return Text(held if len(y.shape) == 1 else f"ops.reshape({held}, {w.shape(y.shape)})")


def _arange(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f'ops.arange({w.size(p.length)}, dtype="{y.dtype}")')


def _reduce(name: str, of_truth: str = "") -> Write:
    def write(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
        axes = p.axes[0] if len(p.axes) == 1 else p.axes
        kept = ", keepdims=True" if p.keepdims else ""
        chosen = of_truth if of_truth and xs[0].dtype == "bool" else name
        return _held(f"ops.{chosen}({w.arg(xs[0])}, axis={axes}{kept})", y)

    return write


def _along(name: str) -> Write:
    def write(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
        if xs[0].dtype == "bool":
            x = f'ops.cast({w.arg(xs[0])}, "int32")'
            return Text(f'ops.cast(ops.{name}({x}, axis={p.axis}), "{y.dtype}")')
        return _held(f"ops.{name}({w.arg(xs[0])}, axis={p.axis})", y)

    return write


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _contract(w: Writer, p: Contract, xs: tuple[Value, ...], y: Value) -> Text:
    left, right = xs
    plain = p.contracted == ((left.type.rank - 1,), (0,)) and not any(p.batch)
    if plain and right.type.rank == 2 and y.dtype != "bool":
        return Text(f"ops.matmul({w.arg(left)}, {w.arg(right)})")
    if left.type.rank + right.type.rank > len(_LETTERS):
        raise Refusal("SPC0822", "a sum of products over so many axes has no form in Keras")
    first = _LETTERS[: left.type.rank]
    second = list(_LETTERS[left.type.rank : left.type.rank + right.type.rank])
    for pairs in (p.contracted, p.batch):
        for one, other in zip(*pairs, strict=True):
            second[other] = first[one]
    result = [first[axis] for axis in p.batch[0]]
    result += [first[axis] for axis in p.free(0, left.type.rank)]
    result += [second[axis] for axis in p.free(1, right.type.rank)]
    equation = f"{first},{''.join(second)}->{''.join(result)}"
    if y.dtype == "bool":  # of which backends have no products
        one, other = (f'ops.cast({w.arg(x)}, "int32")' for x in xs)
        return Text(f'ops.cast(ops.einsum("{equation}", {one}, {other}), "bool")')
    return Text(f'ops.einsum("{equation}", {w.arg(left)}, {w.arg(right)})')


def _take(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.take({w.arg(xs[0])}, {w.arg(xs[1])}, axis=0)")


def _take_along(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.take_along_axis({w.arg(xs[0])}, {w.arg(xs[1])}, axis={p.axis})")


def _scatter_add(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    return Text(f"ops.scatter({w.arg(xs[0])}, {w.arg(xs[1])}, {w.shape(p.shape)})")


def _convolve(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    x, padding = w.arg(xs[0]), p.padding
    if padding == "causal":
        before = ", ".join(f"({window.span - 1}, 0)" for window in p.windows)
        x, padding = f"ops.pad({x}, ((0, 0), {before}, (0, 0)))", "valid"
    return Text(
        f'ops.conv({x}, {w.arg(xs[1])}, strides={p.steps}, padding="{padding}", '
        f'data_format="channels_last", dilation_rate={p.dilations})'
    )


def _convolve_transposed(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    whole = (
        f'ops.conv_transpose({w.arg(xs[0])}, {w.arg(xs[1])}, {p.steps}, padding="valid", '
        f'data_format="channels_last", dilation_rate={p.dilations})'
    )
    return Text(f"{w.helper('_cropped')}({whole}, {p.crops}, {w.shape(p.shape)})")


def _window(function: str) -> Write:
    def write(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
        least = -math.inf if y.dtype in FLOATS else 0 if y.dtype == "bool" else limits(y.dtype)[0]
        fill = number(least, y.dtype) if function == "maximum" else "0"
        wide, x = widened(y.dtype), w.arg(xs[0])
        x = x if wide == y.dtype else f'ops.cast({x}, "{wide}")'
        settings = f'{p.sizes}, {p.steps}, {p.dilations}, "{p.padding}", {fill}'
        windows = f"{w.helper('_windows')}({x}, {settings})"
        text = f"functools.reduce(ops.{function}, {windows})"
        return Text(text if wide == y.dtype else f'ops.cast({text}, "{y.dtype}")')

    return write


def _call_python(w: Writer, p: Any, xs: tuple[Value, ...], y: Value) -> Text:
    raise Refusal(
        "SPC0822",
        f"the Python function `{p.called}` is not part of the spec, and cannot be exported",
        help="write what it computes as an expression, or call it beside the exported model",
    )


WRITTEN: Mapping[str, Write] = MappingProxyType({
    **{name: called(name) for name in (
        "sign", "exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh",
        "floor", "round", "tanh", "erf", "logical_not", "logical_and", "logical_or",
        "floor_divide", "fmod", "power",
    )},
    "negate": called("negative"),
    "abs": _abs,
    "asin": called("arcsin"),
    "acos": called("arccos"),
    "atan": called("arctan"),
    "asinh": called("arcsinh"),
    "acosh": called("arccosh"),
    "atanh": called("arctanh"),
    "add": _infix("+", "logical_or"),
    "subtract": _infix("-"),
    "multiply": _infix("*", "logical_and"),
    "divide": _infix("/"),
    "remainder": called("mod"),
    "atan2": called("arctan2"),
    "bit_and": called("bitwise_and"),
    "bit_or": called("bitwise_or"),
    "bit_xor": called("bitwise_xor"),
    "shift_left": called("left_shift"),
    "shift_right": called("right_shift"),
    "maximum": _of_truth_or("maximum", "logical_or"),
    "minimum": _of_truth_or("minimum", "logical_and"),
    "equal": _infix("=="),
    "not_equal": _infix("!="),
    "less": _infix("<"),
    "less_equal": _infix("<="),
    "greater": _infix(">"),
    "greater_equal": _infix(">="),
    "select": called("where"),
    "cast": _cast,
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast_to": _broadcast_to,
    "concatenate": _concatenate,
    "slice": _slice,
    "stride": _stride,
    "size": _entries,
    "reverse": _reverse,
    "full": _full,
    "constant": _constant,
    "arange": _arange,
    "reduce_sum": _reduce("sum", "any"),
    "reduce_prod": _reduce("prod", "all"),
    "reduce_max": _reduce("max", "any"),
    "reduce_min": _reduce("min", "all"),
    "reduce_any": _reduce("any"),
    "reduce_all": _reduce("all"),
    "argmax": _along("argmax"),
    "argmin": _along("argmin"),
    "cumulative_sum": _along("cumsum"),
    "cumulative_prod": _along("cumprod"),
    "sort": _along("sort"),
    "argsort": _along("argsort"),
    "contract": _contract,
    "convolve": _convolve,
    "convolve_transposed": _convolve_transposed,
    "window_max": _window("maximum"),
    "window_sum": _window("add"),
    "take": _take,
    "take_along": _take_along,
    "scatter_add": _scatter_add,
    "call_python": _call_python,
})  # fmt: skip
"""By the name of the primitive."""
