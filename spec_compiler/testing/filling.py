"""A number alone in a test stands for every entry of what it is given for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from spec_compiler.elaborate.given_data import told_sizes
from spec_compiler.ir.dim_operations import evaluate
from spec_compiler.program import Program
from spec_compiler.runtime.memory import require_memory
from spec_compiler.runtime.random_inputs import random_sizes


def filled(
    program: Program,
    given: Mapping[str, Any],
    numbers: Collection[str],
    sizes: Mapping[str, int],
    limit: int | None,
) -> Mapping[str, Any]:
    """The inputs, with an array for every number alone.

    Args:
        program: The spec.
        given: Arrays and numbers, by input.
        numbers: The inputs that a number alone is given for.
        sizes: What `dims` of the test says; sizes that neither it nor an array beside settles are
            the usual ones of random data.
        limit: The bytes that the case may take.
    """
    takes = program.graph.inputs
    alone = [name for name in numbers if takes[name].type.rank]
    if not alone:
        return given
    told = told_sizes(program, {name: np.shape(data) for name, data in given.items()})
    settled = random_sizes(program, {**told, **sizes})
    require_memory(program, settled, limit)
    shapes = {name: tuple(evaluate(n, settled) for n in takes[name].shape) for name in alone}
    return {**given, **{name: np.full(shape, given[name]) for name, shape in shapes.items()}}
