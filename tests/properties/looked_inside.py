"""What holds of every result inside a valid spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from same_numbers import close

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir import evaluate as evaluator
from spec_compiler.ir.verify import verify
from spec_compiler.plan.engine import Planning
from spec_compiler.runtime.inside import looking_at, results
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.run import Run

if TYPE_CHECKING:
    from holding import Held


def results_inside_are_what_layers_give(held: Held) -> None:
    """Whatever a plan makes of the rest, each is what the evaluator says."""
    _, arrays = held.data()
    program, weights = held.model.program, held.model.weights
    inside = looking_at(program, results(program))
    verify(inside.graph)
    run = Run(inside, weights, arrays)
    run.prepare()
    given = run.data(), weights, run.sizes
    with np.errstate(all="ignore"):
        wanted = evaluator.evaluate(inside.graph, *given)
        found = Planning().run(inside.graph, *given)
    for name, array in wanted.items():
        close(Model(inside, Diagnostics()), found[name], array, name)
        assert found[name].dtype == array.dtype, name
