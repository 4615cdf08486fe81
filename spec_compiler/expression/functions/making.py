"""Functions that make tensors, and those that ask about them."""

from __future__ import annotations

from spec_compiler.expression.function import ANY, DTYPE, FLAG, SHAPE, SIZE, TENSOR, Function
from spec_compiler.expression.operand import Context, Operand, Tensor, size_of
from spec_compiler.expression.promotion import check_fits
from spec_compiler.fixes import rewrite
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.types import DType
from spec_compiler.refusals import Refusal


def _shape(c: Context, x: Tensor) -> Operand:
    return list(x.shape)


def _mask(c: Context, x: Tensor, default: bool | None) -> Tensor:
    if x.mask is None and default is not None:
        b, steps = c.b, x.shape if x.rank < 3 else x.shape[:-1]  # a mask has no axis of features
        filled = b.broadcast_to(b.constant(default, "bool"), steps)
        return c.result(filled, (x, [*range(len(steps))]))
    if x.mask is None:
        raise Refusal(
            "SPC0130",
            "this has no mask",
            within=c.blame["x"],
            fix=rewrite(
                ", default=True",
                (c.blame["x"][1], c.blame["x"][1]),
                of=c.blame["x"],
                words="`mask(…)` takes an input of the layer that has one: from Embedding with "
                "`mask_zero: true`, Masking, or an input with `mask: true`; where there is none, "
                "`mask(x, default=True)` is true",
            ),
        )
    return Tensor.input(x.mask, batch=x.batch)


def _one_hot(c: Context, x: Tensor, classes: Size, dtype: DType | None) -> Tensor:
    if not x.value.type.is_integer:
        raise Refusal("SPC0126", f"a class is a whole number, not `{x.dtype}`", within=c.blame["x"])
    b = c.b
    hit = b.binary("equal", b.expand(x.value, x.rank), b.arange(classes, x.dtype))
    return c.result(b.cast(hit, dtype or b.policy.compute), (x, [*range(x.rank), None]))


def _arange(c: Context, start: Operand, stop: Operand, step: Operand, dtype: DType) -> Tensor:
    first, last, by = (
        size_of(item) for item in ((start, stop, step) if stop is not None else (0, start, step))
    )
    if first is None or last is None or not isinstance(by, int) or by == 0:
        raise Refusal("SPC0126", "`arange` takes whole numbers, and a step that is not 0")
    span = last - first if by > 0 else first - last
    length = floor_divide(span + (abs(by) - 1), abs(by))
    if isinstance(length, int):
        length = max(length, 0)
    elif not c.b.require(length, ">=", 0, "arange: the number of entries"):
        raise Refusal("SPC0126", "`arange` ends before it begins")
    _check_counts(c, first, length, by, dtype)
    b = c.b
    value = b.arange(length, dtype)
    if by != 1:
        value = b.multiply(value, by)
    if first != 0:
        value = b.add(value, c.tensor(first, dtype).value)
    return Tensor.input(value)


def _check_counts(c: Context, first: Size, length: Size, step: int, dtype: DType) -> None:
    """Refuse a dtype that cannot hold the numbers, as far as they are known."""
    if dtype == "bool":
        raise Refusal("SPC0126", "truth values cannot count", within=c.blame.get("dtype"))
    if isinstance(first, int) and isinstance(length, int) and length:
        for number in (first, first + (length - 1) * step):
            check_fits(number, dtype)


def _full(c: Context, shape: Shape, value: Operand, dtype: DType | None) -> Tensor:
    x = c.tensor(value, dtype)
    if x.rank:
        raise Refusal("SPC0126", "one number belongs here", within=c.blame.get("value"))
    return c.elementwise(c.b.broadcast_to(x.value, shape), x)


def _filled(name: str, number: float) -> Function:
    def rule(c: Context, shape: Shape, dtype: DType | None) -> Tensor:
        return _full(c, shape, number, dtype or c.b.policy.compute)

    return Function(
        name,
        {"shape": SHAPE, "dtype": DTYPE.or_(None)},
        rule,
        does=f"a tensor of {name}",
        gives="`dtype`, without it the layer's; `shape`",
    )


def _alike(name: str, number: float) -> Function:
    def rule(c: Context, x: Tensor, dtype: DType | None) -> Tensor:
        filled = c.b.broadcast_to(c.b.constant(number, dtype or x.dtype), x.shape)
        return c.elementwise(filled, x)

    return Function(
        f"{name}_like",
        {"x": TENSOR, "dtype": DTYPE.or_(None)},
        rule,
        does=f"{name} in the shape of `x`",
        gives="`dtype`, without it that of `x`",
    )


MAKING: tuple[Function, ...] = (
    Function(
        "shape",
        {"x": TENSOR},
        _shape,
        does="the sizes of `x`, the batch first",
        gives="a list, which is a tensor where one is needed",
    ),
    Function(
        "mask",
        {"x": TENSOR, "default": FLAG.or_(None)},
        _mask,
        does="the mask of an input of the layer; what reads it does not lose it. `default` stands "
        "everywhere where there is none",
        gives="`bool`, the shape of the mask",
    ),
    Function(
        "one_hot",
        {"x": TENSOR, "classes": SIZE, "dtype": DTYPE.or_(None)},
        _one_hot,
        does="1 at the place that the whole number `x` names, else 0; all 0 where there is none",
        gives="`dtype`, without it the layer's; a new last axis of size `classes`",
    ),
    Function(
        "arange",
        {"start": ANY, "stop": ANY.or_(None), "step": ANY.or_(1), "dtype": DTYPE.or_("int32")},
        _arange,
        does="numbers from `start` up to `stop`, without it; a single bound is `stop`",
        gives="`dtype`, one axis",
    ),
    _filled("zeros", 0),
    _filled("ones", 1),
    Function(
        "full",
        {"shape": SHAPE, "value": ANY, "dtype": DTYPE.or_(None)},
        _full,
        does="a tensor of one number",
        gives="`dtype`, without it that of `value`; `shape`",
    ),
    _alike("zeros", 0),
    _alike("ones", 1),
)
