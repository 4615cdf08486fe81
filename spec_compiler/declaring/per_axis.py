"""Whole numbers for each of several axes: one for all of them, or a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import known_size, refuse, size_of
from spec_compiler.declaring.plain import is_mapping, is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.refusals import under


def _each(read: Callable[[object, ValidationInfo], int]) -> Any:
    """Reads one number, or each of a list."""

    def numbers(written: object, info: ValidationInfo) -> tuple[int, ...]:
        if is_mapping(written) or written is None:
            raise refuse(f"must be a number or a list of numbers, not {described(written)}")
        if not is_sequence(written):
            return (read(written, info),)
        found: list[int] = []
        for index, item in enumerate(written):
            with under(index):
                found.append(read(item, info))
        return tuple(found)

    return BeforeValidator(numbers)


def _count(written: object, info: ValidationInfo) -> int:
    value = size_of(written, info)
    if not isinstance(value, int):
        raise refuse(f"must be a number, and `{value}` is known only from the data", "SPC0306")
    if value < 0:
        raise refuse(f"must be 0 or more, not {value}", "SPC0308")
    return value


def for_each(numbers: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """One number for each of `rank` axes; a single one is for all.

    Raises:
        Refusal: there are more or fewer.
    """
    if len(numbers) == 1:
        return numbers * rank
    if len(numbers) != rank:
        some = "1 number" if rank == 1 else f"1 number or {rank}"
        raise refuse(f"must be {some}, not {len(numbers)}", "SPC0104")
    return numbers


_ONE: list[dict[str, Any]] = [
    {"type": "integer", "minimum": 0},
    {"type": "string", "description": "arithmetic over params"},
]
_SCHEMA = WithJsonSchema({"anyOf": [*_ONE, {"type": "array", "items": {"anyOf": _ONE}}]})

PerAxis: TypeAlias = Annotated[tuple[int, ...], _each(known_size), _SCHEMA]
"""A whole number of at least 1 for each axis, known when compiling; a single one is for all."""

Counts: TypeAlias = Annotated[tuple[int, ...], _each(_count), _SCHEMA]
"""The same, of at least 0."""
