"""Layers are called as in Keras, and take the arguments that its classes take, in their order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import key_names, validated
from spec_compiler.layers import LAYERS
from spec_compiler.reference.keras_layers_page import OWN, keras_classes

KERAS = json.loads((Path(__file__).parent / "layers.json").read_text())
OTHER_ORDER = {
    "LSTM", "GRU", "SimpleRNN", "GRUCell", "LSTMCell", "Bidirectional", "LayerNormalization",
    "DepthwiseConv1D", "DepthwiseConv2D", "Conv3DTranspose",
}  # fmt: skip
"""Their arguments stand as those of their kin do."""
NEEDED = {
    ("CategoryEncoding", "num_tokens"), ("IntegerLookup", "vocabulary"),
    ("Discretization", "bin_boundaries"),
}  # fmt: skip
"""Keras lets them out of the call, and then refuses it or adapts them to data."""
TOGETHER = {("Normalization", "mean"), ("Normalization", "variance")}
"""One of them cannot stand without the other."""
INFERRED = {("EinsumDense", "output_shape")}
"""They may be left out here, where they follow from others."""
OF_EVERY_LAYER = {"name", "dtype", "trainable"}
"""They stand beside the arguments in Keras, too; not all of its classes name them."""


def arguments(name: str) -> dict[str, list]:
    """What Keras's class takes: no default, or a list of it."""
    return {key: rest for key, *rest in KERAS[name] if key not in OF_EVERY_LAYER}


def test_every_class_of_keras_stands_on_the_page() -> None:
    assert keras_classes() == sorted(KERAS, key=str.lower)


SHARED = [name for name in LAYERS if name not in {*OWN, "Lambda"}]  # whose functions are code


@pytest.mark.parametrize("name", SHARED)
def test_arguments_are_those_of_keras_in_their_order(name: str) -> None:
    cls, taken = LAYERS[name], arguments(name)
    missing = {key for key in taken if key not in key_names(cls)} - {*cls.elsewhere}
    assert missing == set()
    assert name in OTHER_ORDER or [key for key in key_names(cls) if key in taken] == [
        key for key in taken if key in key_names(cls)
    ]


@pytest.mark.parametrize("name", SHARED)
def test_defaults_are_those_of_keras(name: str) -> None:
    cls = LAYERS[name]
    example = next(example for example in cls.examples if example.gives)
    given = {key: item for key, item in example.settings.items() if key in key_names(cls)}
    for key, default in arguments(name).items():
        if key not in key_names(cls) or (name, key) in NEEDED | INFERRED | TOGETHER:
            continue
        field = next(item for own, item in cls.model_fields.items() if key in {own, item.alias})
        assert field.is_required() == (not default), key
        if default:
            value = "channels_last" if key == "data_format" and default == [None] else default[0]
            rest = {own: item for own, item in given.items() if own != key}
            stated = validated(cls, {**rest, key: value}, Scope(), name)
            assert stated == validated(cls, rest, Scope(), name), key
