"""What has an axis more than is claimed, or less than is read, is told where it comes from."""

import pytest

import spec_compiler as sc

SPEC = """\
specc: 1
inputs: {{tokens: {{shape: [20], dtype: int32, values: {{min: 0, max: 99}}}}}}
layers:
  - {{type: Embedding, input_dim: 100, output_dim: 8}}
  - {layer}
  - {{type: Dense, units: 4, name: probs}}
"""
RECURRENT = [
    "{type: LSTM, name: r, units: 6, return_sequences: true}",
    "{type: Bidirectional, name: r, layer: {type: GRU, units: 3, return_sequences: true}}",
]
CLAIM = "outputs: {probs: {from: probs, shape: [batch, 4]}}"
TEST = "tests: [{name: t, dims: {batch: 3}, expect: {probs: {shape: [3, 4]}}}]"


def help_of(text):
    (found,) = sc.validate(text)
    return found.help


@pytest.mark.parametrize("layer", RECURRENT)
@pytest.mark.parametrize("claim", [CLAIM, TEST])
def test_steps_are_told_by_the_layer_that_gives_them(claim, layer):
    said = help_of(SPEC.format(layer=layer) + claim)
    assert said.startswith("axis 1, of 20, is too many: `r` gives each step")
    assert "return_sequences: true" in said
    sc.compile_text(SPEC.format(layer=layer.replace("true", "false")) + claim)


@pytest.mark.parametrize("claim", [CLAIM, TEST])
def test_elsewhere_the_axis_is_told(claim):
    said = help_of(SPEC.format(layer="{type: ReLU}") + claim)
    assert said.startswith("axis 1, of 20, is too many: Dense works along the last axis")


@pytest.mark.parametrize("layer", ["LSTM, units: 3", "Conv1D, filters: 2, kernel_size: 3"])
def test_whole_numbers_where_steps_have_features_are_embedded(layer):
    text = f"specc: 1\ninputs: {{x: {{shape: [20], dtype: DTYPE}}}}\nlayers: [{{type: {layer}}}]"
    assert "Embedding" in help_of(text.replace("DTYPE", "int32"))
    assert "Embedding" not in help_of(text.replace("DTYPE", "float32"))
