"""How an author writes what training draws from: a number, or the ends of a range."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import number_of, refuse
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described

Range: TypeAlias = float | tuple[float, float]


def _pair(written: object, info: ValidationInfo) -> tuple[float, float]:
    if not is_sequence(written):
        raise refuse(f"must be a list of two numbers, not {described(written)}")
    if len(written) != 2:
        raise refuse(f"must be a list of two numbers, not of {len(written)}")
    first, second = (number_of(item, info) for item in written)
    return first, second


def _range(written: object, info: ValidationInfo) -> Range:
    return _pair(written, info) if is_sequence(written) else number_of(written, info)


def within(low: float, high: float, *, above: bool = False) -> Callable[[Range], Range]:
    """A check that a number, or both ends, lie from `low` to `high`; `above`: not at `low`."""

    def check(found: Range) -> Range:
        for number in found if isinstance(found, tuple) else (found,):
            if not low <= number <= high or (above and number == low):
                ends = (
                    f"above {low:g} and at most {high:g}" if above else f"from {low:g} to {high:g}"
                )
                raise refuse(f"must be a number, or two, {ends}, not {number:g}")
        return found

    return check


_NUMBER: dict[str, Any] = {"anyOf": [{"type": "number"}, {"type": "string"}]}
_PAIR: dict[str, Any] = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_EITHER = WithJsonSchema({"anyOf": [*_NUMBER["anyOf"], _PAIR]})

Ends: TypeAlias = Annotated[tuple[float, float], BeforeValidator(_pair), WithJsonSchema(_PAIR)]
"""The ends of a range."""
Share: TypeAlias = Annotated[Range, BeforeValidator(_range), AfterValidator(within(0, 1)), _EITHER]
"""A number from 0 to 1, or the ends of a range of them."""
SignedShare: TypeAlias = Annotated[
    Range, BeforeValidator(_range), AfterValidator(within(-1, 1)), _EITHER
]
"""A number from -1 to 1, or the ends of a range of them."""
Zoom: TypeAlias = Annotated[
    Range, BeforeValidator(_range), AfterValidator(within(-1, 1, above=True)), _EITHER
]
"""A number above -1 and up to 1, or the ends of a range of them."""
Bits: TypeAlias = Annotated[Range, BeforeValidator(_range), AfterValidator(within(1, 8)), _EITHER]
"""A number from 1 to 8, or the ends of a range of them."""


def _odd(found: Range) -> Range:
    for number in found if isinstance(found, tuple) else (found,):
        if number % 2 != 1 or number < 1:
            raise refuse(f"must be an odd number, or two, not {number:g}")
    return found


OddSizes: TypeAlias = Annotated[Range, BeforeValidator(_range), AfterValidator(_odd), _EITHER]
"""The size of a window, or its height and width."""
