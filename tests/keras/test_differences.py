"""What an import says where the numbers will not be Keras's."""

import pytest
from test_keras import MASK, attention, dense, functional, inputs, layer, sequential, tensor

from spec_compiler.keras.read import import_keras

MASKED = (*MASK, layer("Masking", "m", (tensor("x"), {})))


def notes(*layers, last):
    model = functional(inputs(), *MASKED, *layers, outputs=[last, 0, 0])
    return import_keras(model).notes


def lstm(*calls, **config):
    return layer("LSTM", "l", *(calls or [(tensor("m"), {})]), units=3, **config)


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"zero_output_for_mask": True}, ""),
        ({"zero_output_for_mask": True, "return_sequences": True}, ""),
        ({"go_backwards": True, "return_sequences": True}, "`go_backwards`"),
        ({"go_backwards": True}, ""),
        ({"activation": "sparsemax"}, "`sparsemax`"),
        ({}, ""),
    ],
)
def test_recurrent_layers_behind_a_mask(config, word):
    told = notes(lstm(**config), last="l")
    assert len(told) == bool(word)
    assert all(note.startswith("`l`: ") and word in note for note in told)


def test_without_a_mask_there_is_no_difference():
    model = sequential(inputs(), lstm(go_backwards=True, return_sequences=True))
    assert import_keras(model).notes == ()


def test_a_first_state_behind_a_mask():
    states = [tensor("s", 1), tensor("s", 2)]
    told = notes(
        layer("LSTM", "s", (tensor("m"), {}), units=3, return_state=True),
        lstm((tensor("m"), {"initial_state": states})), last="l",
    )  # fmt: skip
    assert told == ("`l`: the mask is used; Keras ignores it where a first state is given",)


def test_attention_and_pooling_of_what_is_masked():
    told = notes(attention((tensor("m"), tensor("m"), {})), dense("d", (tensor("a"), {})),
                 layer("GlobalAveragePooling1D", "g", (tensor("d"), {})), last="g")  # fmt: skip
    assert [note.split(":")[0] for note in told] == ["`a`", "`g`"]


def test_a_note_is_said_once_for_all_calls():
    told = notes(lstm((tensor("m"), {}), (tensor("m"), {}), activation="sparsemax"), last="l")
    assert len(told) == 1
