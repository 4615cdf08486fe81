"""What Keras has beside a spec's layers: how classes are called, and what their names stand for.

Arguments, defaults, inputs, outputs, weights and what becomes of masks are what the spec's layers
declare. A layer whose class, arguments and weights are named as in Keras, and which is called with
its inputs alone, needs no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from spec_compiler.layers import LAYERS
from spec_compiler.layers.augmentation.of_images import OfImages
from spec_compiler.layers.base.interface import Roles
from spec_compiler.layers.base.layer import Layer
from spec_compiler.source.node import Plain

KerasArguments = Mapping[str, Plain]
"""A layer's arguments as the spec writes them, defaults left out."""


def _no_fault(_: KerasArguments) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Row:
    """How a Keras layer is called, and what its files hold beside arguments.

    Attributes:
        call: The parameters of Keras's `call`, in order. Each but the first feeds the ports that
            begin with its name, the first all others.
        masks: For each parameter that is a mask, the parameter whose tensors have it by themselves.
        settings: The parameters that are settings of the spec's layer.
        ignored: Arguments that only training reads.
        always: Arguments and their only value that can be carried, which a spec does not write.
        fault: What is wrong with the arguments, or nothing.
        cell: A name that Keras puts between the layer's and the weight's in a weight's path.
        makes: How Keras computes the mask of a layer that makes one.
        training: What Keras writes for `training` by itself; `predict` overrides it.
    """

    call: tuple[str, ...] = ("inputs", "training")
    masks: Mapping[str, str] = field(default_factory=lambda: {"mask": "inputs"})
    settings: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    always: KerasArguments = field(default_factory=dict[str, Plain])
    fault: Callable[[KerasArguments], str] = _no_fault
    cell: str = ""
    makes: Literal["from_indices", "from_values"] | None = None
    training: bool = False

    def ports(self, layer: type[Layer]) -> Mapping[str, tuple[str, ...]]:
        """The ports that the tensors of each parameter feed; empty where they have no names."""
        if not isinstance(layer.ports, Roles) or len(layer.ports.names) == 1:
            return {}
        ports = {
            name: tuple(port for port in layer.ports.names if port.startswith(name))
            for name in self.call[1:]
        }
        named = {port for some in ports.values() for port in some}
        rest = tuple(port for port in layer.ports.names if port not in named)
        return {self.call[0]: rest, **ports}


def _mixed_axes(arguments: KerasArguments) -> str:
    """Keras sorts the axes as they are written, and its weights have that order."""
    axes = arguments.get("axis")
    if not isinstance(axes, list):
        return ""
    signs = {axis < 0 for axis in axes if isinstance(axis, int)}
    return "`axis` has positive and negative entries" if len(signs) > 1 else ""


_ATTENTION = ("return_attention_scores", "use_causal_mask")
_OF_HEADS = Row(
    call=(
        *("query", "value", "key", "query_mask", "value_mask", "key_mask"),
        *("attention_mask", "return_attention_scores", "training", "use_causal_mask"),
    ),
    masks={"query_mask": "query", "value_mask": "value", "key_mask": "key"},
    settings=_ATTENTION,
)
_INPUTS_ALONE = Row(call=("inputs",))

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "Embedding": Row(makes="from_indices"),
        "Masking": Row(makes="from_values"),
        **dict.fromkeys(("Dropout", "AlphaDropout"), Row(ignored=("noise_shape",))),
        "LSTM": Row(
            call=("sequences", "initial_state", "mask", "training"),
            masks={"mask": "sequences"},
            cell="lstm_cell",
        ),
        "CategoryEncoding": Row(call=("inputs", "count_weights")),
        "IntegerLookup": Row(call=("inputs",), ignored=("vocabulary_size",)),
        **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), _OF_HEADS),
        **dict.fromkeys(
            ("Attention", "AdditiveAttention"),
            Row(
                call=("inputs", "mask", "training", *_ATTENTION),
                settings=_ATTENTION,
            ),
        ),
        "LayerNormalization": Row(
            call=("inputs",), always={"rms_scaling": False}, fault=_mixed_axes
        ),
        **dict.fromkeys(
            (
                *("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum"),
                *("Concatenate", "Dot", "Flatten", "Reshape", "Permute", "RepeatVector"),
            ),
            _INPUTS_ALONE,
        ),
        **dict.fromkeys(("Softmax", "GlobalAveragePooling1D"), Row(call=("inputs", "mask"))),
    }
)

_OF_IMAGES = Row(call=("data", "training"), training=True)


def row_of(kind: str) -> Row:
    """The row of a class; most need none."""
    if kind in LAYERS and issubclass(LAYERS[kind], OfImages):
        return _OF_IMAGES
    return ROWS.get(kind, Row())


RENAMED: Mapping[str, str] = MappingProxyType({"GroupedQueryAttention": "GroupQueryAttention"})
"""Classes that Keras's files call otherwise than its users."""

MODEL = Row(call=("inputs", "training", "mask"))
"""How a nested model is called."""

_OWN = {"Lambda", "Weight"}
"""Layers of a spec that are none of Keras's: its Lambda is code."""

CLASSES: tuple[str, ...] = tuple(sorted({*LAYERS} - _OWN))
"""The classes that can be imported."""


def outputs_of(layer: str, arguments: KerasArguments) -> tuple[str, ...]:
    """The names of a layer's outputs."""
    cls = LAYERS[layer]
    return cls.present(cls.outputs, arguments)


def weights_of(layer: str, arguments: KerasArguments) -> tuple[str, ...]:
    """The names of a layer's weights."""
    cls = LAYERS[layer]
    return cls.present(cls.learned, arguments)
