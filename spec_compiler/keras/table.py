"""What Keras has beside a spec's layers: how classes are called, and what their names stand for.

Arguments, defaults, inputs, outputs, weights and what becomes of masks are what the spec's layers
declare. A layer whose class, arguments and weights are named as in Keras, and which is called with
its inputs alone, needs no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Literal

from spec_compiler.declaring.plain import is_mapping
from spec_compiler.layers import LAYERS
from spec_compiler.layers.augmentation.of_images import OfImages
from spec_compiler.layers.base.interface import Roles
from spec_compiler.layers.base.layer import Layer
from spec_compiler.records import record
from spec_compiler.source.node import Plain

KerasArguments = Mapping[str, Plain]
"""A layer's arguments as the spec writes them, defaults left out."""


def _no_fault(_: KerasArguments) -> str:
    return ""


@record
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
        reduced: The arguments without what Keras writes although it is implied.
        cell: A name that Keras puts between the layer's and the weight's in a weight's path.
        unread: What Keras keeps beside the weights, and no run reads.
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
    unread: tuple[str, ...] = ()
    reduced: Callable[[KerasArguments], dict[str, Plain]] = dict
    makes: Literal["from_indices", "from_values"] | None = None
    training: bool = False

    def ports(self, layer: type[Layer], arguments: KerasArguments) -> Mapping[str, tuple[str, ...]]:
        """The ports that the tensors of each parameter feed; empty where they have no names."""
        ports = layer.ports_with(arguments)
        if not isinstance(ports, Roles) or len(ports.names) == 1:
            return {}
        fed = {
            name: tuple(port for port in ports.names if port.startswith(name.removesuffix("s")))
            for name in self.call[1:]
        }
        named = {port for some in fed.values() for port in some}
        rest = tuple(port for port in ports.names if port not in named)
        return {self.call[0]: rest, **fed}


def _mixed_axes(arguments: KerasArguments) -> str:
    """Keras sorts the axes as they are written, and its weights have that order."""
    axes = arguments.get("axis")
    if not isinstance(axes, list):
        return ""
    signs = {axis < 0 for axis in axes if isinstance(axis, int)}
    return "`axis` has positive and negative entries" if len(signs) > 1 else ""


def _one_direction(arguments: KerasArguments) -> dict[str, Plain]:
    """Of Bidirectional: without a second layer that is as the first makes it.

    Keras says of both that they zero masked steps, as they do anyway.
    """
    both: dict[str, dict[str, Plain]] = {}
    for name in ("layer", "backward_layer"):
        inner = arguments.get(name)
        if isinstance(inner, dict):
            both[name] = {key: inner[key] for key in inner if key != "zero_output_for_mask"}
    found: dict[str, Plain] = {**arguments, **both}
    if len(both) == 2:
        ways = [bool(inner.get("go_backwards")) for inner in both.values()]
        same = [{**inner, "go_backwards": None} for inner in both.values()]
        if ways[0] != ways[1] and same[0] == same[1]:
            del found["backward_layer"]
    return found


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
_OF_IMAGES = Row(call=("data", "training"), training=True)
_RECURRENT = Row(
    call=("sequences", "initial_state", "mask", "training"), masks={"mask": "sequences"}
)
_CELL = Row(call=("inputs", "states", "training"), masks={})

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "Embedding": Row(makes="from_indices"),
        "Masking": Row(makes="from_values"),
        **dict.fromkeys(("Dropout", "AlphaDropout"), Row(ignored=("noise_shape",))),
        "LSTM": replace(_RECURRENT, cell="lstm_cell"),
        "GRU": replace(_RECURRENT, cell="gru_cell"),
        "SimpleRNN": replace(_RECURRENT, cell="simple_rnn_cell"),
        **dict.fromkeys(
            ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), replace(_RECURRENT, cell="conv_lstm_cell")
        ),
        "RNN": _RECURRENT,
        "Bidirectional": replace(_RECURRENT, reduced=_one_direction),
        "TimeDistributed": Row(call=("inputs", "training", "mask")),
        **dict.fromkeys(("LSTMCell", "GRUCell", "StackedRNNCells"), _CELL),
        "SimpleRNNCell": replace(_CELL, call=("sequence", "states", "training")),
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
        "LayerNormalization": Row(call=("inputs",), fault=_mixed_axes),
        "BatchNormalization": Row(
            call=("inputs", "training", "mask"),
            ignored=("renorm", "renorm_clipping", "renorm_momentum"),
            unread=("moving_stddev", "renorm_mean", "renorm_stddev"),
        ),
        "Normalization": Row(call=("inputs",), unread=("count",)),
        "SpectralNormalization": Row(unread=("vector_u",)),
        "RMSNormalization": Row(call=("x",)),
        **dict.fromkeys(("CenterCrop", "Resizing"), _OF_IMAGES),
        **dict.fromkeys(
            (
                *("GroupNormalization", "UnitNormalization", "Rescaling"),
                *("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"),
                *("Cropping1D", "Cropping2D", "Cropping3D"),
                *("UpSampling1D", "UpSampling2D", "UpSampling3D"),
            ),
            _INPUTS_ALONE,
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


UNREAD = frozenset(name for row in ROWS.values() for name in row.unread)
"""What Keras calls what it keeps beside weights."""


def row_of(kind: str) -> Row:
    """The row of a class; most need none."""
    if kind in LAYERS and issubclass(LAYERS[kind], OfImages):
        return _OF_IMAGES
    return ROWS.get(kind, Row())


RENAMED: Mapping[str, str] = MappingProxyType({"GroupedQueryAttention": "GroupQueryAttention"})
"""Classes that Keras's files call otherwise than its users."""
RENAMED_BACK = MappingProxyType({users: files for files, users in RENAMED.items()})
"""What Keras's files call them, by what its users do."""

MODEL = Row(call=("inputs", "training", "mask"))
"""How a nested model is called."""

_OWN = {"Lambda", "Weight"}
"""Layers of a spec that are none of Keras's: its Lambda is code."""

CLASSES: tuple[str, ...] = tuple(sorted({*LAYERS} - _OWN))
"""The classes that can be imported."""


def outputs_of(layer: str, arguments: Mapping[str, object]) -> tuple[str, ...]:
    """The names of a layer's outputs."""
    cls, function, inner = LAYERS[layer], arguments.get("function"), arguments.get("layer")
    if layer == "TimeDistributed" and is_mapping(inner):
        return outputs_of(str(inner["type"]), inner)
    if layer == "Lambda":
        return tuple(function) if is_mapping(function) else ("output",)
    return cls.output_names(arguments)


def weights_of(layer: str, arguments: KerasArguments) -> tuple[str, ...]:
    """The names of a layer's weights."""
    return LAYERS[layer].weight_names(arguments)
