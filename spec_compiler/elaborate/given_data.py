"""The lists that stand in a test: one length a named size, and numbers that their inputs take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from spec_compiler.declaring.plain import is_list
from spec_compiler.elaborate.inputs import extent
from spec_compiler.fixes import Fix, advise, write
from spec_compiler.ir.dims import Dim, as_symbol
from spec_compiler.ir.types import INTEGERS, DType, as_held, closed, ends, interval_text, limits
from spec_compiler.program import Program
from spec_compiler.refusals import ItemPath, Refusal


def check_lengths(
    program: Program, dims: Mapping[str, Sequence[int]], inputs: Mapping[str, Any], at: ItemPath
) -> None:
    """Refuse lists that give a named size two lengths.

    Args:
        program: The spec.
        dims: The sizes that the test gives, each with all that it may be.
        inputs: The data by the names of inputs.
        at: Where it stands in the test.
    """
    found = {name: (sizes[0], "under `dims`") for name, sizes in dims.items() if len(sizes) == 1}
    for name, shape in lists_among(program, inputs).items():
        of = program.graph.inputs[name].shape
        for axis, (size, length) in enumerate(zip(of, shape, strict=False)):
            single = as_symbol(size)
            if single is None or len(of) != len(shape):
                continue
            before, where = found.setdefault(single.name, (length, f"in `{name}`"))
            if before != length:
                message = f"`{single}` is {before} {where}, and {length} in `{name}`"
                fix = _of_another_dim(program, name, axis)
                raise Refusal("SPC0705", message, argument=(*at, name), fix=fix)


def _of_another_dim(program: Program, name: str, axis: int) -> Fix | None:
    """What to write for an input that has a length of its own: a dim, the one that nothing has."""
    core = program.core
    free = [dim for dim in core.header.dims if dim not in program.named_sizes]
    words = "a size has one length in a run; inputs of other lengths name another dim"
    declared = core.inputs.get(name)
    if len(free) != 1 or declared is None or declared.shape is None or axis == 0:
        return advise(words)
    words = f"{words}: `{free[0]}` in `{name}`"
    fix = write(free[0], words=words, safe=False)._replace(at=core.input_entries[name].node)
    return fix.on("shape", axis - 1)


def told_sizes(program: Program, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """The named sizes that shapes of data tell, by input; of two that differ the first."""
    found: dict[str, int] = {}
    for name, shape in shapes.items():
        for size, length in zip(program.graph.inputs[name].shape, shape, strict=False):
            single = as_symbol(size)
            if single is not None:
                found.setdefault(single.name, length)
    return found


def lengths(program: Program, inputs: Mapping[str, Any]) -> dict[str, int]:
    """The named sizes that lists tell."""
    return told_sizes(program, lists_among(program, inputs))


def lists_among(program: Program, inputs: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shapes of lists by the names of inputs; of those whose rows differ none is said."""
    found: dict[str, tuple[int, ...]] = {}
    for name, data in inputs.items():
        if name in program.graph.inputs and is_list(data):
            with suppress(Refusal):
                found[name] = extent(data, (), "the data")
    return found


def check_numbers(program: Program, name: str, data: Any, at: ItemPath) -> None:
    """Refuse numbers that an input does not take, the first of them at its place.

    Args:
        program: The spec.
        name: The input, or its mask.
        data: A number, or lists of them.
        at: Where the inputs stand in the test.
    """
    channel = program.takes.get(name)
    if channel is None or channel.is_mask:
        return
    dtype = channel.value.type.dtype
    ends_ = channel.port.interval or (None, None)
    if any(isinstance(end, Dim) for end in ends_):
        ends_ = (None, None)  # a run decides what they are
    low, high = (cast("float", as_held(end, dtype)) for end in closed(*ends_, dtype))
    for place, number in _numbers(data, (*at, name)):
        if dtype in INTEGERS and not _is_whole(number, dtype):
            message = f"{number} is no `{dtype}`, which `{name}` is"
            raise Refusal("SPC0705", message, argument=place)
        if ends_ != (None, None) and not low <= _rounded(number, dtype) <= high:
            message = f"`{name}` takes {interval_text(*ends_)}, and this is {number}"
            raise Refusal("SPC0705", message, argument=place)


def _is_whole(number: float, dtype: DType) -> bool:
    least, most = limits(dtype)
    return least <= number <= most and number == int(number)


def _rounded(number: float, dtype: DType) -> float:
    """A number as a floating dtype holds it, if it does."""
    least, most = ends(dtype)
    return cast("float", as_held(number, dtype)) if least <= number <= most else number


def _numbers(data: Any, at: ItemPath) -> Iterator[tuple[ItemPath, float]]:
    if is_list(data):
        for index, item in enumerate(data):
            yield from _numbers(item, (*at, index))
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield at, data
