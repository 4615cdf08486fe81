"""Numbers with a range, and axes: the fields of activations, initialisers and their like."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import Number, refuse, size_of
from spec_compiler.declaring.plain import is_mapping, is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import write


def _positive(value: float) -> float:
    if value <= 0:
        raise refuse(f"must be positive, not {value:g}")
    return value


def _not_negative(value: float) -> float:
    if value < 0:
        raise refuse(f"must be 0 or more, not {value:g}")
    return value


def _fraction(value: float) -> float:
    if not 0 <= value <= 1:
        meant = f"{value / 100:g}" if 1 < value <= 100 else ""
        percent = write(meant, f" for {value:g} %", safe=False) if meant else None
        raise refuse(f"must be between 0 and 1, not {value:g}", fix=percent)
    return value


def whole_of(written: object, info: ValidationInfo) -> int:
    """A whole number that is known when compiling, from a number or an expression over params.

    Raises:
        Refusal: it is none.
    """
    value = size_of(written, info)
    if not isinstance(value, int):
        raise refuse(f"must be a whole number, and `{value}` is known only from the data")
    return value


def _axes(written: object, info: ValidationInfo) -> tuple[int, ...]:
    if is_mapping(written) or written is None:
        raise refuse(f"must be an axis or a list of axes, not {described(written)}")
    axes = written if is_sequence(written) else [written]
    return tuple(whole_of(axis, info) for axis in axes)


_WHOLE_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "integer"}, {"type": "string", "description": "arithmetic over params"}]
}

PositiveNumber: TypeAlias = Annotated[Number, AfterValidator(_positive)]
"""A finite number above 0."""

NonNegativeNumber: TypeAlias = Annotated[Number, AfterValidator(_not_negative)]
"""A finite number of at least 0."""

Fraction: TypeAlias = Annotated[Number, AfterValidator(_fraction)]
"""A number from 0 to 1."""

WholeNumber: TypeAlias = Annotated[int, BeforeValidator(whole_of), WithJsonSchema(_WHOLE_SCHEMA)]
"""A whole number that is known when compiling, such as an axis or a seed."""

Axes: TypeAlias = Annotated[
    tuple[int, ...],
    BeforeValidator(_axes),
    WithJsonSchema({"anyOf": [*_WHOLE_SCHEMA["anyOf"], {"type": "array", "items": _WHOLE_SCHEMA}]}),
]
"""An axis or a list of axes."""
