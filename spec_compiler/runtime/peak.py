"""What a run holds at once, in bytes, from the types alone."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from spec_compiler.ir.peak import Peak, Walk, numbers, rounding
from spec_compiler.ir.storage import held_bytes, stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.layers.base.trained import Trained
from spec_compiler.program import Program
from spec_compiler.runtime.offered import Offered
from spec_compiler.weights.checkpoint import weights_place

_DRAWN_AT_ONCE = 2**15
"""Random numbers that are made at a time; see weights/random.py."""
_DRAWING = 64
"""The bytes that making one of them takes."""
_CHECKING, _CASTING = 3, 44
"""The bytes an element that finding what is wrong with an input takes, without and with a cast."""


def peak_of(
    program: Program, sizes: Mapping[str, int] | None, data: Mapping[str, Offered] | None = None
) -> Peak:
    """The most that a run holds at once.

    Args:
        program: What runs.
        sizes: The number that each named size is; None asks about the weights alone.
        data: What is offered for the inputs; None where they are yet to be drawn.
    """
    peak = Peak()
    initial = weights_place(program.core) is None
    for name, trained in program.weights.items():
        of = trained.weight.value.type
        peak.add(f"`{name}`", held_bytes(of), _drawing(trained) if initial else rounding(of))
    if sizes is None:
        return peak
    for name, value in program.graph.inputs.items():
        of = numbers(value.type, sizes)
        if data is None:  # drawn in NumPy's dtype before they have their own
            peak.add(f"`{name}`", held_bytes(of), 8 * prod(concrete(of)))
        else:
            peak.add(f"`{name}`", *_feeding(of, data[name]))
    walk = Walk(sizes)
    for node in program.graph.nodes:
        kept, making = walk.of(node)
        peak.add(f"{node.name} in `{node.layer}`", kept, making)
    for name, value in program.graph.outputs.items():
        of = numbers(value.type, sizes)
        copied = held_bytes(of) if value in program.graph.inputs.values() else 0
        peak.add(f"`{name}`", copied)
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
    same = given.dtype == np.dtype(stored(of.dtype))
    beside = 0 if given.mapped else prod(given.shape) * given.dtype.itemsize
    kept = max(held_bytes(of), beside) if same else held_bytes(of) + beside
    return kept, (_CHECKING if same else _CASTING) * count + rounding(of)
