"""What a run holds at once, in bytes, from the types alone."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from spec_compiler.ir.peak import Part, Peak, Walk, numbers, rounding
from spec_compiler.ir.storage import ROUNDING, held_bytes, stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.layers.base.trained import Trained
from spec_compiler.program import Program
from spec_compiler.runtime.numbers import PART
from spec_compiler.runtime.offered import Offered
from spec_compiler.weights.checkpoint import weights_place

_DRAWN_AT_ONCE = 2**15
"""Random numbers that are made at a time; see weights/random.py."""
_DRAWING = 64
"""The bytes that making one of them takes."""
_CHECKING, _CASTING = 3, 44
"""The bytes an element of a part that finding what is wrong takes, without and with a cast."""


def loading(program: Program) -> Peak:
    """The most that having the weights takes, which are drawn where no file has them."""
    peak = Peak()
    initial = weights_place(program.core) is None
    for name, trained in program.weights.items():
        of = trained.weight.value.type
        peak.add(
            Part(f"`{name}`", of), held_bytes(of), _drawing(trained) if initial else rounding(of)
        )
    return peak


def fed(
    program: Program, sizes: Mapping[str, int], data: Mapping[str, Offered] | None = None
) -> Peak:
    """The most that weights and inputs take before anything runs.

    Args:
        program: What will run.
        sizes: The number that each named size is.
        data: What is offered for the inputs; None where they are yet to be drawn.
    """
    peak = Peak()
    for name, trained in program.weights.items():
        of = trained.weight.value.type
        peak.add(Part(f"`{name}`", of), held_bytes(of))
    for name, value in program.graph.inputs.items():
        of = numbers(value.type, sizes)
        if data is None:  # drawn in NumPy's dtype before they have their own
            peak.add(Part(f"`{name}`", of), held_bytes(of), 8 * prod(concrete(of)))
        else:
            peak.add(Part(f"`{name}`", of), *_feeding(of, data[name]))
    return peak


def at_most(program: Program, sizes: Mapping[str, int], data: Mapping[str, Offered]) -> Peak:
    """What a run does not exceed: all that it makes, if nothing were let go before its end."""
    peak = fed(program, sizes, data)
    peak.then(Walk(sizes).whole(program.graph))
    return peak


def _drawing(trained: Trained) -> int:
    """What drawing a weight takes: its values in float64, before they have its dtype."""
    of = trained.weight.value.type
    count = prod(concrete(of))
    drawn = 8 * count * trained.training.initializer.copies
    at_once = _DRAWING * min(count, _DRAWN_AT_ONCE)
    return max(drawn + at_once - held_bytes(of), 8 * count + rounding(of))


def _feeding(of: TensorType, given: Offered) -> tuple[int, int]:
    """What an input keeps, its data among it, and what its checks take."""
    count = prod(concrete(of))
    if given.sparse:
        return held_bytes(of), _CASTING * count
    row = prod(concrete(of)[1:])
    at_once = min(count, max(PART, row))
    same = given.dtype == np.dtype(stored(of.dtype))
    beside = 0 if given.mapped else prod(given.shape) * given.dtype.itemsize
    if same and of.dtype != "bfloat16":
        return max(held_bytes(of), beside), _CHECKING * at_once
    return held_bytes(of) + beside, (_CASTING + ROUNDING) * at_once
