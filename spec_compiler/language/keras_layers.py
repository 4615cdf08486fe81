"""The layers that Keras has and specc has not, and what to write for those that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.layers.choices.activations import ACTIVATIONS

ABSENT: tuple[str, ...] = (
    "ReversibleEmbedding", "Wrapper", "HashedCrossing", "Hashing",
    "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "MaxNumBoundingBoxes",
    "MelSpectrogram", "Pipeline", "STFTSpectrogram", "StringLookup", "TextVectorization",
    "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer",
)  # fmt: skip
"""The classes of Keras 3.15's `keras.layers` that are no layers of specc."""

_TEXT = "a tensor holds no text: make whole numbers of it before, and feed those"
_HASHES = "its hash functions are not in the language: hash before, and feed whole numbers"
_NO_CODE = "a spec runs no code of another library; in Python a Lambda may call functions"
WHY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("StringLookup", "TextVectorization"), _TEXT),
        **dict.fromkeys(("Hashing", "HashedCrossing"), _HASHES),
        **dict.fromkeys(("TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"), _NO_CODE),
        "MaxNumBoundingBoxes": "images come without boxes: count them before, and feed tensors",
        "Pipeline": "write its layers one after the other",
        "Wrapper": "write the layer that it is around",
    }
)
"""Layers that are not to come, and what to do instead."""

OTHERWISE = "`specc explain` lists the layers; what none of them does, a Lambda can say"
"""Where nothing that means the same can be named: a layer that is only alike is another model."""

BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "InputLayer": "an input is declared under `inputs`",
        "InputSpec": "every layer has `input_spec`",
        "Layer": "layers of one's own are blocks, and expressions of a Lambda",
    }
)
"""What else is a class of `keras.layers`, and what stands for it in a spec."""

SECOND_NAMES: tuple[str, ...] = (
    *(f"{kind}{rank}D" for kind in ("AvgPool", "MaxPool", "GlobalAvgPool", "GlobalMaxPool")
      for rank in (1, 2, 3)),
    *(f"Convolution{rank}D{end}" for rank in (1, 2, 3) for end in ("", "Transpose")),
    *(f"SeparableConvolution{rank}D" for rank in (1, 2)),
)  # fmt: skip
"""Classes of `keras.layers` under another name."""

_SHORT = {"Convolution": "Conv", "AvgPool": "AveragePooling", "MaxPool": "MaxPooling"}
"""What stands before the rank in a second name of a class, and in its first name."""


def class_named(written: str) -> str:
    """The class that Keras code means: `keras.layers.AvgPool1D` is `AveragePooling1D`."""
    name = written.rpartition(".")[2]
    for short, full in _SHORT.items():
        before, found, rank = name.partition(short)
        if found and rank[:1].isdigit():
            return f"{before}{full}{rank}"
    return name


def activation_layer(name: str, given: Mapping[str, object]) -> str:
    """A layer that applies an activation with the arguments given."""
    known = ACTIVATIONS.by_name[name].model_fields
    written = [
        f"{key}: {item}"
        for key, item in given.items()
        if key in known and key != "doc" and item is not None
    ]
    activation = f"{{type: {name}, {', '.join(written)}}}" if written else name
    return f"{{type: Activation, activation: {activation}}}"
