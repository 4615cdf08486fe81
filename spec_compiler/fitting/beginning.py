"""The weights that training begins with: drawn from the seed, or those of a model before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spec_compiler.data import Allowance
from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.elaborate.training import Training
from spec_compiler.ir.arrays import Array
from spec_compiler.program import Program
from spec_compiler.weights.given import take_weights
from spec_compiler.weights.initial import check_initial
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.load import load_weights
from spec_compiler.weights.tensors import open_tensors


class Begun(NamedTuple):
    """The weights to begin with.

    Attributes:
        weights: All of the model's.
        drawn: Those that were drawn beside a file.
        unused: What the file has besides.
    """

    weights: dict[str, Array]
    drawn: Sequence[str] = ()
    unused: Sequence[str] = ()


def first_weights(
    program: Program, training: Training, allowance: Allowance, found: Diagnostics
) -> Begun:
    """The weights to begin with: drawn, or those of the file that is named.

    Raises:
        SpecError: a file does not fit.
        OSError: it cannot be read.
    """
    seed, file = program.core.header.seed, training.train.initial_weights
    drawn = initialise(program.weights, seed)
    if file is None:
        return Begun(drawn)
    path = check_initial(program, found, severity=Severity.ERROR)
    found.stop_on_errors()
    assert path is not None  # noqa: S101 - it is named, and it fits
    declared = program.core.header.weights
    if declared is not None and declared.map:
        return Begun(load_weights(program.with_weights(str(path)), allowance))
    tensors = open_tensors(path)
    taken = {name: tensors[name] for name in drawn if name in tensors}
    return Begun(
        take_weights(program, drawn | taken, found),
        [name for name in drawn if name not in taken],
        [name for name in tensors if name not in taken],
    )
