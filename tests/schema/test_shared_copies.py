"""Copies with `share: true` have one set of weights, so they must be one layer."""

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError


def compiled(end, with_):
    return program_of_text(
        f"""
        specc: 1
        inputs: {{x: {{shape: [4]}}}}
        blocks:
          same:
            params: {{k: float}}
            inputs: {{x: {{shape: [d]}}}}
            layers:
              - {{type: Dense, name: first, units: d}}
              - {{name: end, {end}}}
            outputs: {{y: end}}
        layers:
          - {{use: same, name: u, repeat: 2, share: true, with: {{k: {with_}}}}}
        """
    )


@pytest.mark.parametrize(
    "end",
    [
        "type: LayerNormalization, epsilon: k",
        "type: Dense, units: d, activation: {type: elu, alpha: k}",
        "type: Dropout, rate: k / 4",
    ],
)
def test_copies_with_other_settings_are_refused(end):
    assert compiled(end, "1")
    with pytest.raises(SpecError) as refused:
        compiled(end, "1 + i")
    (error,) = refused.value.diagnostics.errors
    assert error.code == "SPC0107"
    assert "`u.1.end`" in error.message
