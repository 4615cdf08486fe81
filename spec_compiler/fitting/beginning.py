"""The weights that training begins with: drawn from the seed, or those of a model before it."""

from __future__ import annotations

from spec_compiler.data import Allowance
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.training import Training
from spec_compiler.ir.arrays import Array
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import suggestion
from spec_compiler.weights.given import take_weights
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.load import load_weights
from spec_compiler.weights.tensors import open_tensors

_ADAPTS = "lora_"
"""What the names of weights begin with that adapt others: a file from before has none."""


def first_weights(
    program: Program, training: Training, allowance: Allowance, found: Diagnostics
) -> tuple[dict[str, Array], list[str]]:
    """The weights to begin with, and those that were drawn beside a file.

    Raises:
        SpecError: a file does not fit.
        OSError: it cannot be read.
    """
    seed, file = program.core.header.seed, training.train.initial_weights
    drawn = initialise(program.weights, seed)
    if file is None:
        return drawn, []
    path, tensors = None, dict[str, Array]()
    with found.at(program.core.node.nearest(("train",))):
        try:
            path = program.core.origin.locate(file)
            if not path.exists():
                raise Refusal(
                    "SPC0610",
                    f"the weights file `{file}` does not exist",
                    **suggestion(program.core.origin.meant(file)),
                )
            tensors = dict(open_tensors(path))
        except Refusal as refusal:
            raise refusal.but(argument=("initial_weights",)) from None
    found.stop_on_errors()
    declared = program.core.header.weights
    if declared is not None and declared.map:
        return load_weights(program.with_weights(str(path)), allowance), []
    lacking = [
        name
        for name in drawn
        if name not in tensors and name.rpartition(".")[2].startswith(_ADAPTS)
    ]
    given = {**{name: drawn[name] for name in lacking}, **tensors}
    return take_weights(program, given, found), lacking
