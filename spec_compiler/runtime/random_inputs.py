"""Random data that fits a program's inputs, for trying it out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from spec_compiler.diagnostics import Diagnostic, Diagnostics, SpecError, nearest
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dims import Symbol, evaluate, symbols
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS
from spec_compiler.program import Program

USUAL = 8
"""The size of a dim that is not given, within its bounds; a batch is 1."""


def random_inputs(
    program: Program, sizes: Mapping[str, int]
) -> tuple[dict[str, Array], dict[str, int]]:
    """An array for every input, drawn from the spec's seed, and the sizes that were used.

    Whole numbers lie in the input's `values`, or within the table that they index.

    Raises:
        SpecError: a size is given that no input has.
    """
    found = _symbols(program)
    unknown = [name for name in sizes if name not in found and f"?{name}" not in found]
    if unknown:
        known = [name.removeprefix("?") for name in found]
        guess = nearest(unknown[0], known)
        hint = f"did you mean `{guess}`?" if guess else f"the sizes are {', '.join(known)}"
        message = f"no input has the size `{unknown[0]}`"
        raise SpecError(Diagnostics([Diagnostic("SPC0516", message, help=hint)]))
    chosen = {
        name: sizes.get(name, sizes.get(name.removeprefix("?"), _usual(item)))
        for name, item in found.items()
    }
    rng = np.random.default_rng(program.core.header.seed)
    arrays = {
        name: _draw(
            rng, program, name, value, tuple(evaluate(size, chosen) for size in value.shape)
        )
        for name, value in program.graph.inputs.items()
    }
    return arrays, chosen


def _draw(
    rng: np.random.Generator, program: Program, name: str, value: Value, shape: tuple[int, ...]
) -> Array:
    dtype = value.dtype
    if name.endswith(".mask") or dtype == "bool":
        return rng.random(shape) < 0.8
    if dtype in FLOATS:
        return rng.standard_normal(shape).astype("float32" if dtype == "bfloat16" else dtype)
    low, high = program.inputs[name].interval or (0, _rows(program, value) - 1)
    return rng.integers(low, high, shape, endpoint=True).astype(dtype)


def _rows(program: Program, value: Value) -> int:
    """The fewest rows of the tables that `value` is an index into."""
    rows = [
        node.operands[0].shape[0]
        for node in program.graph.nodes
        if node.operation == "take" and node.operands[1] is value
    ]
    return min([10, *rows]) if not rows else min(rows)


def _symbols(program: Program) -> dict[str, Symbol]:
    sizes = [size for value in program.graph.inputs.values() for size in value.shape]
    return {item.name: item for size in sizes for item in symbols(size)}


def _usual(item: Symbol) -> int:
    if item.name == "batch":
        return 1
    size = max(item.low, USUAL)
    return size if item.high is None else min(size, item.high)
