"""What a function of the language is: named parameters, each of a kind, and a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Any, TypeAlias

from spec_compiler.declaring.fields import doubt
from spec_compiler.expression.operand import Columns, Context, Operand, Tensor, described, size_of
from spec_compiler.expression.other_tools.given import MEANT_ARGUMENTS, OTHER_ARGUMENTS, flag_meant
from spec_compiler.fixes import Fix, advise, rename, write
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.types import DTYPES, DType
from spec_compiler.records import record
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest, suggestion

Arguments: TypeAlias = "Sequence[tuple[str, Operand, Columns]]"
"""Keyword or ``, the operand, and its columns."""
REQUIRED: Any = object()
_OF_NUMBERS = "of two numbers, `minimum(a, b)` is the smaller and `maximum(a, b)` the larger"


@record
class Parameter:
    """What may be given.

    Attributes:
        read: From an operand to what the rule wants; refuses an operand of another kind.
        default: What stands for it when it is absent.
        many: Whether it takes all operands that are left.
    """

    read: Callable[[Context, Operand], Any]
    default: Any = REQUIRED
    many: bool = False

    def or_(self, default: Any) -> Parameter:
        """The same, but it may be absent."""
        return replace(self, default=default)


@record
class Function:
    """A function that expressions can call.

    Attributes:
        name: What authors write.
        parameters: In order, by name.
        rule: What it means: a function of the context and the parameters.
        does: What it does, in a sentence.
        gives: The dtype of its result, and the shape where it is not that of `x`.
    """

    name: str
    parameters: dict[str, Parameter]
    rule: Callable[..., Operand]
    does: str = field(kw_only=True)
    gives: str = field(kw_only=True)

    def lower(self, c: Context, given: Arguments, at: Columns) -> Operand:
        """Bind what is given to the parameters and apply the rule.

        Raises:
            Refusal: something is missing, too much, unknown, or of another kind.
        """
        bound: dict[str, list[tuple[Operand, Columns]]] = {}
        order = list(self.parameters)
        for position, (keyword, operand, columns) in enumerate(given):
            name = keyword or self._positional(order, position, columns)
            if name not in self.parameters:
                words = OTHER_ARGUMENTS.get((self.name, name), "")
                meant = MEANT_ARGUMENTS.get(name)
                guess = meant if meant in order else nearest(name, order)
                raise self._wrong(f"has no argument `{name}`", columns, guess, words, keyword or "")
            if name in bound and not self.parameters[name].many:
                raise self._wrong(f"has `{name}` twice", columns)
            bound.setdefault(name, []).append((operand, columns))
            c.blame[name] = columns
        values = [self._value(c, name, bound.get(name), at) for name in order]
        flat = [item for value, many in values for item in (value if many else (value,))]
        return self.rule(c, *flat)

    def _positional(self, order: list[str], position: int, columns: Columns) -> str:
        for place, name in enumerate(order):
            if place == position or self.parameters[name].many:
                return name
        raise self._wrong(f"takes at most {len(order)} arguments", columns)

    def _value(
        self, c: Context, name: str, found: list[tuple[Operand, Columns]] | None, at: Columns
    ) -> tuple[Any, bool]:
        parameter = self.parameters[name]
        if found is None:
            if parameter.default is REQUIRED:
                raise self._wrong(f"needs `{name}`", at)
            return parameter.default, parameter.many
        read: list[Any] = []
        for operand, columns in found:
            try:
                read.append(parameter.read(c, operand))
            except Refusal as refusal:
                if parameter.read is _flag and operand in (0, 1):
                    refusal = refusal.mended(flag_meant(bool(operand), columns))
                raise refusal.but(within=refusal.within or columns) from None
        return (read, True) if parameter.many else (read[0], False)

    def _wrong(
        self,
        what: str,
        columns: Columns,
        guess: str | None = None,
        words: str = "",
        keyword: str = "",
    ) -> Refusal:
        fix = rename(guess, safe=False) if guess and not words else None
        return Refusal(
            "SPC0125",
            f"`{self.name}` {what}",
            within=columns,
            fix=fix and fix._replace(part=(0, len(keyword))),
            help=words or ("" if guess else f"it is `{self}`"),
            allowed=tuple(self.parameters) if keyword else (),
        )

    def __str__(self) -> str:
        shown = (
            f"*{name}"
            if item.many
            else name
            if item.default is REQUIRED
            else f"{name}={item.default!r}"
            for name, item in self.parameters.items()
        )
        return f"{self.name}({', '.join(shown)})"


def _kind(wanted: str, operand: Operand) -> Refusal:
    return Refusal("SPC0126", f"{wanted} belongs here, not {described(operand)}")


def _any(c: Context, operand: Operand) -> Operand:
    return operand


def _tensor(c: Context, operand: Operand) -> Tensor:
    return c.tensor(operand)


def _number(c: Context, operand: Operand) -> bool | int | float | None:
    if operand is None or isinstance(operand, bool | int | float):
        return operand
    raise _kind("a number", operand)


def _tensors(c: Context, operand: Operand) -> list[Tensor]:
    if not isinstance(operand, list) or not operand:
        raise _kind("a list of tensors such as `[x, y]`", operand)
    return c.together(*operand)


def _whole(c: Context, operand: Operand) -> int:
    if type(operand) is not int:
        raise _kind("a whole number", operand)
    return operand


def _numbers(c: Context, operand: Operand) -> tuple[int, ...] | None:
    if operand is None:
        return None
    return tuple(_whole(c, item) for item in (operand if isinstance(operand, list) else [operand]))


def _some_numbers(c: Context, operand: Operand) -> tuple[int, ...]:
    found = _numbers(c, operand)
    if found is None:
        raise _kind("a whole number, or a list of them", operand)
    return found


def _size(c: Context, operand: Operand) -> Size:
    size = size_of(operand)
    if size is None:
        raise _kind("a size", operand)
    low, _ = bounds(size)
    if low is None or low < 0:
        why = f"this is {size}" if isinstance(size, int) else doubt(size)
        raise Refusal("SPC0126", f"a size is 0 or more, and {why}")
    return size


def _shape(c: Context, operand: Operand) -> Shape:
    return tuple(_size(c, item) for item in (operand if isinstance(operand, list) else [operand]))


def _shifts(c: Context, operand: Operand) -> Shape:
    items = operand if isinstance(operand, list) else [operand]
    found = tuple(size for item in items if (size := size_of(item)) is not None)
    if len(found) < len(items) or not items:
        raise _kind("a whole number, or a list of them", operand)
    return found


def _steps(c: Context, operand: Operand) -> tuple[int, ...]:
    found = _some_numbers(c, operand)
    if not found or min(found) < 1:
        raise Refusal("SPC0126", "a step is a whole number above 0")
    return found


def _open_shape(c: Context, operand: Operand) -> tuple[Size | None, ...]:
    items = operand if isinstance(operand, list) else [operand]
    return tuple(None if item == -1 else _size(c, item) for item in items)


def _flag(c: Context, operand: Operand) -> bool:
    if not isinstance(operand, bool):
        raise _kind("`True` or `False`", operand)
    return operand


def _text(c: Context, operand: Operand) -> str:
    if not isinstance(operand, str):
        raise _kind("text in quotes", operand)
    return operand


def _dtype(c: Context, operand: Operand) -> DType:
    for dtype in DTYPES:
        if operand == dtype:
            return dtype
    if not isinstance(operand, str):
        raise _kind('a dtype in quotes such as `"float32"`', operand)
    guess = nearest(operand, DTYPES)
    raise Refusal(
        "SPC0126",
        f"there is no dtype `{operand}`",
        **suggestion(guess, f"one of {', '.join(DTYPES)}", DTYPES),
    )


ANY = Parameter(_any)
NUMBER = Parameter(_number)
TENSOR = Parameter(_tensor)
TENSORS = Parameter(_tensors)
OPERANDS = Parameter(_tensor, many=True)
WHOLE = Parameter(_whole)
AXES = Parameter(_numbers, default=None)
SOME_AXES = Parameter(_some_numbers)
SIZE = Parameter(_size)
SHAPE = Parameter(_shape)
SHIFTS = Parameter(_shifts)
STEPS = Parameter(_steps)
OPEN_SHAPE = Parameter(_open_shape)
FLAG = Parameter(_flag)
TEXT = Parameter(_text)
DTYPE = Parameter(_dtype)


def of_x(name: str, rule: Callable[..., Operand], does: str, **parameters: Parameter) -> Function:
    """A function of a tensor `x` whose dtype stays."""
    return Function(name, {"x": TENSOR, **parameters}, rule, does=does, gives="the dtype of `x`")


def require_said(name: str, axis: object, x: Tensor) -> None:
    """Refuse to work along the batch where no author names it: as the last axis, the only one.

    Raises:
        Refusal: it is.
    """
    if axis == -1 and x.rank == 1 and x.batch == 0:
        raise Refusal(
            "SPC0358",
            f"`{name}` would work along the batch, axis 0 of {x.value.type}: rows would mix",
            help=f"write `{name}(x, axis=0)` if rows are to mix",
        )


def axis_of(c: Context, axis: int, rank: int, name: str = "axis") -> int:
    """An axis counted from 0.

    Raises:
        Refusal: there is no such axis.
    """
    if not -rank <= axis < rank:
        raise Refusal(
            "SPC0131",
            f"there is no axis {axis}: the tensor has rank {rank}",
            within=c.blame.get(name),
            fix=_last_axis(c, name, rank) if rank else advise(_OF_NUMBERS),
        )
    return axis % rank


def _last_axis(c: Context, name: str, rank: int) -> Fix | None:
    """What to write for an axis that is not there: the last, where it stands alone."""
    words = f"axes are {-rank} to {rank - 1}; the batch is axis 0"
    blamed = c.blame.get(name)
    found = blamed and _ALONE.fullmatch(c.text[slice(*blamed)])
    last = f"{found[1]}-1" if found else ""
    said = f"write `{last}` for the last; {words}"
    return write(last, words=said, safe=False) if found else advise(words)


_ALONE = re.compile(r"((?:\w+\s*=\s*)?)-?\d+")
"""An axis that is written as a number, with its keyword."""


def axes_of(c: Context, axes: tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    """Axes counted from 0, each once; None stands for all."""
    if axes is None:
        return tuple(range(rank))
    found = tuple(axis_of(c, axis, rank) for axis in axes)
    if len(set(found)) < len(found):
        raise Refusal("SPC0131", "an axis stands twice", within=c.blame.get("axis"))
    return found
