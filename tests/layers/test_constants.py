"""Constants have no batch axis."""

from __future__ import annotations

import numpy as np
import pytest

import spec_compiler as sc

SPEC = """
specc: 1
inputs:
  x: {shape: [2, 3]}
  row: {tensor: [10.0, 20.0, 30.0]}
layers:
  - {type: Add, from: [x, row]}
"""


def test_a_constant_of_lower_rank_meets_the_last_axes() -> None:
    model = sc.compile_text(SPEC)
    x = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    np.testing.assert_array_equal(model(x), x + np.array([10, 20, 30], np.float32))


def test_its_sizes_are_compared_with_the_last_axes() -> None:
    (finding,) = sc.validate(SPEC.replace("[10.0, 20.0, 30.0]", "[1.0, 2.0]"))
    assert finding.code == "SPC0303"
    assert "axis 2" in finding.message or "axis -1" in finding.message


@pytest.mark.parametrize("key", ["shape", "batch_shape"])
@pytest.mark.parametrize(
    ("claim", "message", "help"),
    [
        ("[2]", "says [2]", ""),
        ("[null, 3]", "says [null, 3]", "a constant has no batch axis"),
        ("[batch, 3]", "says [batch, 3]", "a constant has no batch axis"),
    ],
)
def test_a_shape_that_is_not_its_own_is_refused(key, claim, message, help) -> None:
    spec = SPEC.replace("row: {", f"row: {{{key}: {claim}, ")
    (finding,) = sc.validate(spec)
    assert finding.code == "SPC0309"
    assert finding.message == f"the constant has shape [3], and `{key}` {message}"
    assert finding.help == help
    column = SPEC.splitlines()[4].index("{") + 2 + len(f"{key}: ")
    assert (finding.span.line, finding.span.column) == (5, column)


@pytest.mark.parametrize("key", ["shape", "batch_shape"])
def test_its_own_shape_may_be_said(key) -> None:
    for claim in ("[3]", "[null]"):
        assert sc.validate(SPEC.replace("row: {", f"row: {{{key}: {claim}, ")) == []
