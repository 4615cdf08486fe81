"""A named size from the size of what is written in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.ir.dim_operations import evaluate, floor_divide
from spec_compiler.ir.dims import Symbol, symbol
from spec_compiler.ir.solve import solve

N, M = Symbol("n", 1, None), symbol("m")
NUMBERS = st.integers(-9, 9)


@given(NUMBERS.filter(bool), NUMBERS, NUMBERS, st.integers(1, 50), st.integers(1, 50))
def test_what_is_found_makes_both_equal(factor, other, rest, n, m):
    written = symbol("n") * factor + M * other + rest
    number = evaluate(written, {"n": n, "m": m})
    assert evaluate(solve(written, N, number), {"m": m}) == n


@pytest.mark.parametrize(
    "written",
    [4, M, M * 2, floor_divide(symbol("n"), 2), symbol("n") * M, symbol("n") * symbol("n")],
    ids=str,
)
def test_what_stands_in_no_linear_term_alone_is_not_found(written):
    assert solve(written, N, 12) is None


def test_data_that_is_no_multiple_is_said_of_its_axis():
    text = "specc: 1\ndims: {n: {}}\ninputs: {x: {shape: [2*n]}}\nlayers: [{type: Identity}]\n"
    model = sc.compile_text(text)
    assert model(np.zeros((1, 6), np.float32)).shape == (1, 6)
    with pytest.raises(sc.SpecError, match=r"axis 1 of `x` is 2\*n = 6, and the data .* has 7"):
        model(np.zeros((1, 7), np.float32))
