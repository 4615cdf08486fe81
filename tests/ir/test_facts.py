"""Whether two sizes can be equal: never, where no divisor of the one allows the other."""

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.facts import Facts

M, N = symbol("m"), symbol("n")


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (2 * M, 2 * N + 1, False),
        (2 * M, 7, False),
        (6 * M, 4 * N + 3, False),
        (6 * M, 4 * N + 2, None),
        (3 * M, 2 * N + 1, None),
        (4 * M * N, 2 * M + 1, False),
        (4 * M * N, 2 * M + 2, None),
    ],
)
def test_sizes_of_which_a_divisor_differs_are_never_equal(left, right, answer):
    assert Facts().equal(left, right) is answer
    assert Facts().equal(right, left) is answer


def test_they_are_refused_when_compiling_and_not_left_to_the_data():
    text = """
    specc: 1
    dims: {m: {}, n: {}}
    inputs: {x: {shape: [2*m]}, y: {shape: [2*n + 1]}}
    layers: [{type: Dot, from: [x, y], axes: 1}]
    """
    with pytest.raises(SpecError) as refused:
        program_of_text(text)
    assert [error.code for error in refused.value.diagnostics.errors] == ["SPC0353"]
    possible = program_of_text(text.replace("2*n + 1", "2*n + 2"))
    assert [str(check.left) for check in possible.graph.checks] == ["2*m"]
