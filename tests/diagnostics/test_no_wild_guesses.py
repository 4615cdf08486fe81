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
