"""Axes of space: which of a tensor's axes they are, and arguments with an entry for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import whole_of
from spec_compiler.declaring.plain import is_mapping, is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal
from spec_compiler.source.python_forms import tuple_of

DataFormat: TypeAlias = Literal["channels_last", "channels_first"]
"""Where the features are: last, or on axis 1 before the axes of space."""
Counts: TypeAlias = tuple[int, ...]
"""A number for each axis of space."""
Ends: TypeAlias = tuple[tuple[int, int], ...]
"""For each axis of space a number for its beginning and one for its end."""

_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}, {"type": "array"}]
}
_SPACE = {1: "steps", 2: "rows, columns", 3: "three axes of space"}
_NAMES = {1: ("before", "after"), 2: ("rows", "columns"), 3: ("first", "second", "third")}


def axes_of_space(x: Signal, rank: int, data_format: DataFormat, layer: str) -> tuple[int, ...]:
    """Which axes of a layer's input are those of space.

    Args:
        x: The input.
        rank: How many there are.
        data_format: Where the features are.
        layer: The kind of layer, for the message.

    Raises:
        Refusal: the input has more axes, or fewer.
    """
    if x.rank != rank + 2:
        raise Refusal(
            "SPC0304",
            f"{layer} needs rank {rank + 2}, the batch, {_SPACE[rank]} and features, and its input "
            f"is {x.value.type}",
            argument=("from",),
        )
    first = 1 if data_format == "channels_last" else 2
    return tuple(range(first, first + rank))


def _ends(rank: int) -> Callable[[object, ValidationInfo], Ends]:
    """How the argument of a layer with `rank` axes of space is read: as Keras reads it."""
    each = "[before, after]" if rank == 1 else f"[{', '.join(_NAMES[rank])}]"
    pairs = "" if rank == 1 else ", or a list of pairs `[before, after]`"
    wanted = f"must be a number, a list `{each}`{pairs}"

    def read(written: object, info: ValidationInfo) -> Ends:
        if not is_sequence(written):
            return (_same(written, info, wanted),) * rank
        if rank == 1:
            return (_pair(written, info, wanted),)
        if len(written) != rank:
            raise refuse(f"{wanted}; this list has {len(written)} entries, and {rank} are needed")
        return tuple(_side(item, index, info, wanted) for index, item in enumerate(written))

    return read


def _side(written: object, index: int, info: ValidationInfo, wanted: str) -> tuple[int, int]:
    try:
        if is_sequence(written):
            return _pair(written, info, wanted)
        return _same(written, info, wanted)
    except Refusal as problem:
        raise problem.under((index,)) from None


def _same(written: object, info: ValidationInfo, wanted: str) -> tuple[int, int]:
    count = _count(written, info, wanted)
    return count, count


def _pair(written: Sequence[object], info: ValidationInfo, wanted: str) -> tuple[int, int]:
    found = _counted(written, 2, info, wanted)
    return found[0], found[1]


def _counted(
    written: Sequence[object], length: int, info: ValidationInfo, wanted: str, least: int = 0
) -> tuple[int, ...]:
    """A list of numbers of this length."""
    if len(written) != length:
        raise refuse(f"{wanted}; this list has {len(written)} entries, and {length} are needed")
    found: list[int] = []
    for index, item in enumerate(written):
        try:
            found.append(_count(item, info, wanted, least))
        except Refusal as problem:
            raise problem.under((index,)) from None
    return tuple(found)


def _count(written: object, info: ValidationInfo, wanted: str, least: int = 0) -> int:
    if written is None or is_mapping(written) or isinstance(written, bool):
        raise refuse(f"{wanted}, not {described(written)}")
    if isinstance(written, str) and (parts := tuple_of(written)):
        raise refuse(f"{wanted}, not {described(written)}", help=f"write `[{', '.join(parts)}]`")
    value = whole_of(written, info)
    if value < least:
        raise refuse(f"must be {'positive' if least else '0 or more'}, not {value}", "SPC0308")
    return value


def _counts(rank: int) -> Callable[[object, ValidationInfo], Counts]:
    """How a positive number for each axis of space is read; one alone is meant for all."""
    wanted = "must be a number"
    if rank > 1:
        wanted += f", or a list `[{', '.join(_NAMES[rank])}]`"

    def read(written: object, info: ValidationInfo) -> Counts:
        if is_sequence(written) and rank > 1:
            return _counted(written, rank, info, wanted, least=1)
        return (_count(written, info, wanted, least=1),) * rank

    return read


def _plain_ends(ends: Ends) -> list[Any]:
    return list(ends[0]) if len(ends) == 1 else [list(pair) for pair in ends]


def _plain_counts(counts: Counts) -> Any:
    return counts[0] if len(counts) == 1 else list(counts)


_ENDS = PlainSerializer(_plain_ends), WithJsonSchema(_SCHEMA)
_COUNTS = PlainSerializer(_plain_counts), WithJsonSchema(_SCHEMA)

Ends1D: TypeAlias = Annotated[Ends, PlainValidator(_ends(1)), *_ENDS]
"""A number for both ends of the steps, or one for each."""
Ends2D: TypeAlias = Annotated[Ends, PlainValidator(_ends(2)), *_ENDS]
"""A number for all ends, one for each of two axes, or a pair for each."""
Ends3D: TypeAlias = Annotated[Ends, PlainValidator(_ends(3)), *_ENDS]
"""A number for all ends, one for each of three axes, or a pair for each."""
Counts1D: TypeAlias = Annotated[Counts, PlainValidator(_counts(1)), *_COUNTS]
"""A positive number."""
Counts2D: TypeAlias = Annotated[Counts, PlainValidator(_counts(2)), *_COUNTS]
"""A positive number for both axes, or one for each."""
Counts3D: TypeAlias = Annotated[Counts, PlainValidator(_counts(3)), *_COUNTS]
"""A positive number for all axes, or one for each."""
