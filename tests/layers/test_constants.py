"""Constants have no batch axis."""

from __future__ import annotations

import numpy as np

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
