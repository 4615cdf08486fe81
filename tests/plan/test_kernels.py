"""Every kernel gives what its operation means, wherever it stands and however its data lies."""

from contextlib import nullcontext

import numpy as np
import pytest
from drawn_kernels import DRAWN
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import PLACES, arrays_of, built, hold
from small_limits import small_limits

from spec_compiler import SpecWarning, compile_text
from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.primitives.windows import WINDOWS
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.kernels import KERNELS


def test_every_kernel_is_drawn():
    """Those of windows have tests of their own."""
    assert not (KERNELS.keys() - set(WINDOWS)) ^ DRAWN.keys()


@pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.name)
@settings(settings.get_profile("repeated"))
@given(st.data(), st.sampled_from([*PLACES]), st.integers(0, 2**32 - 1), st.booleans())
def test_a_kernel_gives_what_is_meant(kind, data, place, seed, small):
    case = DRAWN[kind](data.draw, kind)
    rng = np.random.default_rng(seed)
    rounds = [arrays_of(case.types, rng, case.high) for _ in range(2)]
    graph = built(case.types, PLACES[place](case.write))
    with small_limits() if small else nullcontext():
        hold(graph, rounds)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint32", "uint64"])
def test_numbers_with_gaps_between_them_are_negated_where_they_lie(dtype):
    """NumPy's own `negative` is wrong there: it leaves every fourth number as it is."""
    of = TensorType(dtype, (3, 5))
    rng = np.random.default_rng(0)
    graph = built([of], PLACES["of parts of others"](lambda b, x: b.unary("negate", x)))
    hold(graph, [arrays_of([of], rng, 5)])


def test_exponentials_of_negated_numbers_with_gaps_between_them():
    of = TensorType("float32", (3, 5))
    rng = np.random.default_rng(0)
    graph = built([of], PLACES["of parts of others"](lambda b, x: b.compose(Sigmoid(), x)))
    hold(graph, [arrays_of([of], rng, 5)])


@pytest.mark.parametrize("shape", [(40, 40, 1), (40, 1, 8), (1, 40, 8), (40, 1, 1)])
def test_numbers_that_are_known_differ_along_any_axes(shape):
    """As the counts do by which the sums of windows at an edge are divided."""
    of, size = TensorType("float32", (2, 40, 40, 8)), int(np.prod(shape))
    known = [1 + at % 7 for at in range(size)]

    def shares(b, x):
        return b.binary("divide", x, b.literal(known, TensorType("float32", shape)))

    graph = built([of], PLACES["in the middle"](shares))
    hold(graph, [arrays_of([of], np.random.default_rng(0), 5)])


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize("rows", [1, 2, 7])
def test_zero_times_what_is_no_number_is_none(rows, number):
    """Where a matrix is one number, BLAS scales by it, and skips what zero scales."""
    layer = "{type: Dense, units: 1, kernel_initializer: zeros}"
    model = compile_text(f"specc: 1\ninputs: {{x: {{shape: [1]}}}}\nlayers: [{layer}]\n")
    x = np.zeros((rows, 1), np.float32)
    x[-1] = number
    with pytest.warns(SpecWarning):
        found = model(x)
    assert np.isnan(found).tolist() == [[False]] * (rows - 1) + [[True]]
