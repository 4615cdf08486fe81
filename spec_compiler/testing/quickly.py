"""The tests of a spec that changes again and again: what is known from one run to the next.

A plan takes longer to make than a small case takes to be computed as it is meant. So who waits for
the tests has such a case computed by the evaluator, which plans are held to. What fails there by
so little that it may be rounding is computed by a plan, too, and that counts: what is said to fail
fails in `specc test`.
"""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.graph import Compose, Graph, Scan
from spec_compiler.language.tests import Expectation, SpecTest, SumClaim
from spec_compiler.program import Port
from spec_compiler.runtime.run import Run
from spec_compiler.testing.compare import LENIENT, tolerances
from spec_compiler.weights.drawn import Drawn

_SMALL = 2**24
"""The bytes that a small case may make and read, its weights among them."""
_STEPS = 5000
"""The steps that a small case may take in loops: some 50 ms."""


class Quickly:
    """What is kept from one run of a spec's tests to the next.

    Attributes:
        drawn: The weights that the seed gave.
    """

    def __init__(self) -> None:
        self.drawn = Drawn()

    def is_small(self, run: Run) -> bool:
        """Whether a run that is prepared is computed sooner as it is meant than by a plan."""
        graph, peak = run.program.graph, run.bound.peak
        return peak.most <= _SMALL and _turning(graph, run.sizes) <= _STEPS


def loosened(test: SpecTest, outputs: Mapping[str, Port]) -> SpecTest:
    """A test that allows more than two ways to compute the same are apart.

    Args:
        test: A test.
        outputs: Those of the model.
    """
    dtypes = {name: outputs[name].type.dtype for name in test.expect}
    loose = {name: _loosened(claim, dtypes[name]) for name, claim in test.expect.items()}
    return test.model_copy(update={"expect": loose})


def _loosened(claim: Expectation, dtype: str) -> Expectation:
    rtol, atol = _loose(dtype, claim)
    changed: dict[str, object] = {"rtol": rtol, "atol": atol}
    if claim.min is not None:
        changed["min"] = claim.min - atol - rtol * abs(claim.min)
    if claim.max is not None:
        changed["max"] = claim.max + atol + rtol * abs(claim.max)
    if claim.sum is not None:
        rtol, atol = _loose(dtype, claim.sum, claim)
        changed["sum"] = claim.sum.model_copy(update={"rtol": rtol, "atol": atol})
    return claim.model_copy(update=changed)


def _loose(dtype: str, *claims: Expectation | SumClaim) -> tuple[float, float]:
    said, usual = tolerances(dtype, *claims), tolerances(dtype)
    rtol, atol = (LENIENT * max(pair) for pair in zip(said, usual, strict=True))
    return rtol, atol


def _turning(graph: Graph, sizes: Mapping[str, int]) -> int:
    """How many steps the loops in a graph take."""
    turns = 0
    for node in graph.nodes:
        match node:
            case Scan():
                steps = size_of(node.operands[0].shape[0], sizes)
                turns += steps * (len(node.body.nodes) + _turning(node.body, sizes))
            case Compose():
                turns += _turning(node.definition, sizes)
            case _:
                pass
    return turns
