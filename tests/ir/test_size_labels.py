"""A size that does not fit is followed to the place that made it so."""

import pytest

from spec_compiler import SpecError, compile_text

INPUT = "inputs: {x: {shape: [null, 5]}}"


@pytest.mark.parametrize(
    ("layers", "pointed"),
    [
        (["{type: Dense, name: a, lora_rank: 3, lora_alpha: 3, units: 3}"], "3}"),
        (["{type: Dense, name: a, units: 3, lora_rank: 3}"], "3, lora_rank"),
        (
            ["{type: Dense, name: a, units: 3}", "{type: Activation, activation: softmax}"],
            "3}",
        ),
        (["{type: Activation, activation: sparsemax}"], "5]}}"),
        (
            ["{type: LSTM, name: a, units: 3, return_sequences: true, go_backwards: true}"],
            "3, return_sequences",
        ),
    ],
)
def test_the_label_of_a_size(layers, pointed):
    lines = [*layers, "{type: Dense, name: last, units: 1, input_spec: {axes: {-1: 4}}}"]
    text = "\n".join(["specc: 1", INPUT, "layers:", *(f"  - {line}" for line in lines)])
    with pytest.raises(SpecError) as caught:
        compile_text(text, file="spec.yaml")
    (found,) = caught.value.diagnostics
    places = [text.splitlines()[x.span.line - 1][x.span.column - 1 :] for x in found.labels]
    assert any(place.startswith(pointed) for place in places), places
