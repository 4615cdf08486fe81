"""Dropout: nothing happens in a run, and what training would need is checked."""

from __future__ import annotations

import numpy as np
import pytest
from driving import refusal, run

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.layers.regularization.dropout import Dropout

SEQ = symbol("seq")


def layer(**settings):
    return Dropout.model_validate(settings)


@pytest.mark.parametrize(
    ("dtype", "policy", "expected"),
    [
        ("float32", "float32", "float32"),
        ("float32", "mixed_float16", "float16"),
        ("float64", "float32", "float32"),
        ("int32", "float32", "int32"),
        ("bool", "float32", "bool"),
    ],
)
def test_a_run_drops_nothing(dtype, policy, expected):
    x, mask = np.arange(6).reshape(2, 3).astype(dtype), np.eye(2, 3, dtype=bool)
    found, carried = run(layer(rate=1, seed=3), [x], [mask], policy)
    np.testing.assert_array_equal(found, x.astype(expected))
    np.testing.assert_array_equal(carried, mask)
    assert str(found.dtype) == expected


@pytest.mark.parametrize("noise", [[None, 1, 8], [1, 1, 1], [None, 5, None], [None, None, 8]])
def test_noise_that_may_fit_is_let_pass(noise):
    text = "specc: 1\ninputs: {x: {shape: [null, 8]}}\n"
    entries = ", ".join("null" if entry is None else str(entry) for entry in noise)
    text += f"layers: [{{type: Dropout, rate: 0.5, noise_shape: [{entries}]}}]\n"
    assert not program_of_text(text).graph.checks


@pytest.mark.parametrize("noise", [(None, 1), (None, 1, 4), (None, 1, 1, 8), ()])
def test_noise_that_cannot_fit_is_refused(noise):
    found = refusal(layer(rate=0.5, noise_shape=noise), (BATCH, SEQ, 8))
    assert (found.code, found.argument) == ("SPC0355", ("noise_shape",))


@pytest.mark.parametrize("rate", ["-0.1", "1.5", ".nan", "half", "true", "null"])
def test_a_rate_is_between_0_and_1(rate):
    text = f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nlayers: [{{type: Dropout, rate: {rate}}}]\n"
    with pytest.raises(SpecError) as refused:
        program_of_text(text)
    assert len(refused.value.diagnostics.errors) == 1
