"""What Keras has and this language has not: refused by name, with what to write instead."""

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError


@pytest.mark.parametrize(
    ("layer", "key", "instead"),
    [
        ("{type: Dense, units: 2, autocast: true}", "autocast", "`dtype`"),
        ("{type: Dense, units: 2, input_shape: [3]}", "input_shape", "`inputs`"),
        ("{type: Dense, units: 2, quantization_config: {}}", "quantization_config", "weights"),
        ("{type: Add, activity_regularizer: l2}", "activity_regularizer", "training"),
        ("{type: Dropout, rate: 0.5, training: true}", "training", "inference"),
        ("{type: LSTM, units: 2, use_cudnn: auto}", "use_cudnn", "leave it out"),
        (
            "{type: Embedding, input_dim: 3, output_dim: 2, input_length: 4}",
            "input_length",
            "`shape`",
        ),
    ],
)
def test_an_argument_that_is_said_elsewhere(layer, key, instead):
    with pytest.raises(SpecError) as caught:
        program_of_text(f"specc: 1\ninputs: {{x: {{shape: [3]}}}}\nlayers: [{layer}]\n")
    (error,) = caught.value.diagnostics.errors
    assert (error.code, error.annotation) == ("SPC0103", "unknown")
    assert f"`{key}`" in error.message
    assert instead in error.help
