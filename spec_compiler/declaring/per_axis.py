"""Whole numbers for each of several axes, or for both ends of each: one for all, or a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import known_size, refuse, size_of
from spec_compiler.declaring.plain import is_mapping, is_sequence, sizes_crossed
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import write
from spec_compiler.refusals import under
from spec_compiler.source.python_forms import tuple_of

_Read = TypeVar("_Read")


def _each(read: Callable[[object, ValidationInfo], int]) -> Any:
    """Reads one number, or each of a list."""

    def numbers(written: object, info: ValidationInfo) -> tuple[int, ...]:
        if is_sequence(written):
            return _listed(written, lambda item: read(item, info))
        return (read(_single(written, "must be a number or a list of numbers"), info),)

    return BeforeValidator(numbers)


def _listed(written: Sequence[object], read: Callable[[object], _Read]) -> tuple[_Read, ...]:
    """Each entry of a list, blamed in its place."""
    found: list[_Read] = []
    for index, item in enumerate(written):
        with under(index):
            found.append(read(item))
    return tuple(found)


def _single(written: object, wanted: str) -> object:
    """What may be a number, or arithmetic.

    Raises:
        Refusal: it is neither; a list as Python writes it is said in ours.
    """
    listed = sizes_crossed(written) or tuple_of(written) if isinstance(written, str) else None
    if listed or written is None or is_mapping(written) or is_sequence(written):
        fix = write(f"[{', '.join(listed)}]") if listed else None
        raise refuse(f"{wanted}, not {described(written)}", fix=fix)
    return written


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


def ends_of(written: object, rank: int, info: ValidationInfo) -> tuple[tuple[int, int], ...]:
    """A number for the beginning and one for the end of each of `rank` axes.

    One number is for all ends, and one for an axis for both of its; of a single axis a list is its
    two ends.

    Raises:
        Refusal: it is something else.
    """
    each = "[before, after]" if rank == 1 else f"[{', '.join(_AXES[rank])}]"
    pairs = "" if rank == 1 else ", or a list of pairs `[before, after]`"
    wanted = f"must be a number, a list `{each}`{pairs}"

    def counts(written: Sequence[object], length: int) -> tuple[int, ...]:
        if len(written) != length:
            lacking = f"this list has {len(written)} entries, and {length} are needed"
            raise refuse(f"{wanted}; {lacking}")
        return _listed(written, count)

    def count(written: object) -> int:
        return _count(_single(written, wanted), info)

    def side(written: object) -> tuple[int, int]:
        found = counts(written, 2) if is_sequence(written) else (count(written),) * 2
        return found[0], found[1]

    if not is_sequence(written) or rank == 1:
        return (side(written),) * rank
    if len(written) != rank:
        counts(written, rank)
    return _listed(written, side)


_AXES = {2: ("rows", "columns"), 3: ("depth", "rows", "columns")}
_ONE: list[dict[str, Any]] = [
    {"type": "integer", "minimum": 0},
    {"type": "string", "description": "arithmetic over params"},
]
_SOME: list[dict[str, Any]] = [*_ONE, {"type": "array", "items": {"anyOf": _ONE}}]


def _alone(numbers: tuple[Any, ...]) -> Any:
    """What is for one axis as it is written without a list."""
    return numbers[0] if len(numbers) == 1 else numbers


_ALONE = PlainSerializer(_alone)
_SCHEMA = WithJsonSchema({"anyOf": _SOME})

PerAxis: TypeAlias = Annotated[tuple[int, ...], _each(known_size), _ALONE, _SCHEMA]
"""A whole number of at least 1 for each axis, known when compiling; a single one is for all."""

Counts: TypeAlias = Annotated[tuple[int, ...], _each(_count), _ALONE, _SCHEMA]
"""The same, of at least 0."""

Ends: TypeAlias = Annotated[
    tuple[tuple[int, int], ...],
    _ALONE,
    WithJsonSchema({"anyOf": [*_ONE, {"type": "array", "items": {"anyOf": _SOME}}]}),
]
"""Two whole numbers of at least 0 for each axis: how many before, and how many after."""
