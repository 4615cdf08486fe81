"""Random data that fits a program's inputs, for trying it out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn, TypeAlias

import numpy as np

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dim_operations import evaluate, substituted
from spec_compiler.ir.dims import Size, SizeError, Symbol, symbols
from spec_compiler.ir.graph import Apply, Value
from spec_compiler.ir.primitives.elementwise import Cast
from spec_compiler.ir.solve import solve
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import FLOATS, interval_text, limits
from spec_compiler.places import Outside
from spec_compiler.program import Channel, Program
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest

USUAL = 8
"""The size of a dim that is not given, within its bounds; a batch is 1."""
USUAL_ROWS = 10
"""How many whole numbers are drawn from where neither an author nor a table says it."""


def random_sizes(program: Program, sizes: Mapping[str, int]) -> dict[str, int]:
    """A number for every named size: the given one, one that a check asks for, or a usual one.

    Raises:
        SpecError: a size is given that the model does not have.
    """
    known = program.named_sizes
    for name in sizes:
        if name not in known and program.core.scope.dims.get(name) != sizes[name]:
            guess = nearest(name, known)
            hint = f"did you mean `{guess}`?" if guess else f"the sizes are {', '.join(known)}"
            _refuse(Refusal("SPC0516", f"the model has no size `{name}`", help=hint))
    equal = [check.left - check.right for check in program.graph.checks if check.relation == "=="]
    relations = [(difference, {*symbols(difference)}) for difference in equal]
    chosen = dict(sizes)
    for name, item in known.items():
        relations = _followed(relations, chosen)
        chosen.setdefault(name, _usual(item))
    return {name: chosen[name] for name in known}


_Relation: TypeAlias = tuple[Size, set[Symbol]]
"""What is to be 0, and the sizes in it."""


def _followed(relations: list[_Relation], chosen: dict[str, int]) -> list[_Relation]:
    """Add the sizes that relations settle, and keep those that still have several open ones."""
    before = -1
    while len(chosen) > before:
        before, rest = len(chosen), list[_Relation]()
        for difference, within in relations:
            open_ = [item for item in within if item.name not in chosen]
            if len(open_) > 1:
                rest.append((difference, within))
            elif open_:
                with suppress(SizeError):
                    found = solve(substituted(difference, chosen), open_[0], 0)
                    if isinstance(found, int) and not open_[0].asked(found):
                        chosen[open_[0].name] = found
        relations = rest
    return relations


def _refuse(refusal: Refusal) -> NoReturn:
    found = Diagnostics()
    found.at(Outside()).add(refusal)
    found.stop()


def random_inputs(
    program: Program, sizes: Mapping[str, int], seed: int | None = None
) -> dict[str, Array]:
    """An array for every input, drawn from a seed, by default the spec's.

    Whole numbers lie in the input's `values`, or within the table that they index.
    """
    rng = np.random.default_rng(program.core.header.seed if seed is None else seed)
    return {name: _draw(rng, program, tensor, sizes) for name, tensor in program.takes.items()}


def _draw(
    rng: np.random.Generator, program: Program, tensor: Channel, sizes: Mapping[str, int]
) -> Array:
    value, dtype = tensor.value, tensor.value.dtype
    shape = tuple(evaluate(size, sizes) for size in value.shape)
    if dtype == "bool":
        return rng.random(shape) < 0.8
    low, high = tensor.port.said_for(sizes)
    if dtype in FLOATS:
        return _floats(rng, low, high, shape).astype(stored(dtype))
    rows = _rows(program, value, sizes) or USUAL_ROWS
    if low is None:
        low = 0 if high is None or high >= 0 else high - rows + 1
    if high is None:
        high = rows - 1 if low < rows else low + rows - 1
    least, most = limits(dtype)
    first, last = max(int(low), least), min(int(high), most)
    if first > last:
        known = ", ".join(f"{name}={size}" for name, size in sizes.items())
        message = f"no `{dtype}` lies in {interval_text(low, high)}, the `values` for {known}"
        _refuse(Refusal("SPC0515", message))
    kind = dtype if dtype == "uint64" else "int64"
    return rng.integers(first, last, shape, dtype=kind, endpoint=True).astype(dtype)


def _floats(
    rng: np.random.Generator, low: float | None, high: float | None, shape: tuple[int, ...]
) -> Array:
    """Numbers on the side of the end that is said, or between both."""
    if low is not None and high is not None:
        part = rng.random(shape)  # not `uniform`: the difference may be beyond the greatest number
        return low * (1 - part) + high * part
    drawn = rng.standard_normal(shape)
    if low is not None:
        return low + np.abs(drawn)
    return drawn if high is None else high - np.abs(drawn)


def _rows(program: Program, value: Value, sizes: Mapping[str, int]) -> int | None:
    """The fewest of what `value` names: rows of a table, entries of an axis, bits of a number."""
    moved, rows = {value}, list[int]()
    for node in program.graph.nodes:
        if not isinstance(node, Apply):
            continue
        primitive, types = node.primitive, [operand.type for operand in node.operands]
        named = primitive.within(node.result.type, *types)
        if named is not None and node.operands[named[0]] in moved:
            rows += (evaluate(size, sizes) for size in named[1])
        moves = not primitive.rounds or isinstance(primitive, Cast)
        if moves and not moved.isdisjoint(node.operands):
            moved.add(node.result)
    return min(rows, default=None)


def _usual(item: Symbol) -> int:
    if item.kind == "batch":
        return 1
    size = -(-max(item.low, USUAL) // item.multiple) * item.multiple
    return size if item.high is None else min(size, item.high // item.multiple * item.multiple)
