"""A key is guessed by its words: one that only looks like another is not offered."""

import pytest

import spec_compiler as sc

HEAD = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n"
LAYER = HEAD + "  - {type: Dense, units: 4, KEY: 3}\n"
TRAIN = HEAD + "  - {type: Dense, units: 4}\ntrain: {loss: mse, optimizer: adam, KEY: 3}\n"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (LAYER, "units_size"),  # no `input_spec`
        (LAYER, "formula"),
        (LAYER, "tables"),  # no `trainable`
        (LAYER, "typed"),
        (TRAIN, "batches"),  # no `batch_size`: how many there are is another number
        (TRAIN, "shuttle_seed"),
        (TRAIN, "epsilons"),
    ],
)
def test_what_only_looks_alike_is_not_offered(text, key):
    found = [item for item in sc.validate(text.replace("KEY", key)) if item.code == "SPC0103"]
    assert [edit.text for item in found for edit in item.edits] == []
    assert found


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        (LAYER, "kernel_intializer", "kernel_initializer"),
        (LAYER, "useBias", "use_bias"),
        (TRAIN, "val_split", "validation_split"),
        (TRAIN, "batchsize", "batch_size"),
        (TRAIN, "epoch", "epochs"),
    ],
)
def test_what_has_the_same_words_is(text, key, meant):
    found = [item for item in sc.validate(text.replace("KEY", key)) if item.code == "SPC0103"]
    assert [edit.text for item in found for edit in item.edits] == [meant]


def test_a_layer_in_the_place_of_an_output_is_no_slip_of_its_name():
    text = HEAD + "  - {type: Dense, name: wide, units: 4}\n  - {type: Dense, name: y, units: 3}\n"
    (found,) = sc.validate(text + "tests: [{name: t, expect: {wide: {finite: true}}}]\n")
    assert (found.code, found.edits) == ("SPC0704", ())
    assert "name it under `outputs`" in found.help


def test_outputs_that_are_called_like_keys_of_what_is_expected():
    text = HEAD + "  - {type: Dense, name: value, units: 1}\n"
    assert not sc.validate(text + "tests: [{name: t, expect: {value: {finite: true}}}]\n")
