"""What Keras has beside a spec's layers: how classes are called, and what their names stand for.

Arguments, defaults and activations are those of the spec's own declarations. A layer whose class,
arguments and weights are named as in Keras, with one input and one output, needs no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from spec_compiler.layers import LAYERS
from spec_compiler.source.node import Plain

Arguments = Mapping[str, Plain]
"""A layer's arguments as the spec writes them, defaults left out."""


def _one_output(_: Arguments) -> tuple[str, ...]:
    return ("output",)


def _no_projections(_: Arguments) -> tuple[str, ...]:
    return ()


def _no_fault(_: Arguments) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Row:
    """How a Keras layer is called, and what becomes of masks.

    Attributes:
        call: The parameters of Keras's `call`, in order.
        roles: The ports that a parameter's tensors feed; only for layers whose inputs have roles.
        masks: For each parameter that is a mask, the parameter whose tensors have it by themselves.
        settings: The parameters that are settings of the spec's layer.
        outputs: The names of the outputs, given the arguments.
        always: Arguments and their only value that can be carried, which a spec does not write.
        fault: What is wrong with the arguments, or nothing.
        projections: The layers inside that own the weights, where there are some, given the
            arguments.
        cell: A name that Keras puts between the layer's and the weight's in a weight's path.
        mask: How a mask travels: `pass`, `drop`, or a rule of `keras_masks`.
    """

    call: tuple[str, ...] = ("inputs", "training")
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    masks: Mapping[str, str] = field(default_factory=lambda: {"mask": "inputs"})
    settings: tuple[str, ...] = ()
    outputs: Callable[[Arguments], tuple[str, ...]] = _one_output
    always: Arguments = field(default_factory=dict[str, Plain])
    fault: Callable[[Arguments], str] = _no_fault
    projections: Callable[[Arguments], tuple[str, ...]] = _no_projections
    cell: str = ""
    mask: str = "pass"


def _lstm_outputs(arguments: Arguments) -> tuple[str, ...]:
    states = ("state_h", "state_c") if arguments.get("return_state") else ()
    return ("output", *states)


def _attention_outputs(arguments: Arguments) -> tuple[str, ...]:
    return ("output", "scores") if arguments.get("return_attention_scores") else ("output",)


def _projections(arguments: Arguments) -> tuple[str, ...]:
    gate = ("gate",) if arguments.get("use_gate") else ()
    return ("query", "key", *gate, "value", "attention_output")


def _mixed_axes(arguments: Arguments) -> str:
    """Keras sorts the axes as they are written, and its weights have that order."""
    axes = arguments.get("axis")
    if not isinstance(axes, list):
        return ""
    signs = {axis < 0 for axis in axes if isinstance(axis, int)}
    return "`axis` has positive and negative entries" if len(signs) > 1 else ""


_MERGE = Row(call=("inputs",), mask="any")
_RESHAPED = Row(call=("inputs",), mask="drop")

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "EinsumDense": Row(mask="drop"),
        "Embedding": Row(mask="embedding"),
        "Masking": Row(mask="masking"),
        "LSTM": Row(
            call=("sequences", "initial_state", "mask", "training"),
            roles={
                "sequences": ("sequence",),
                "initial_state": ("initial_state_h", "initial_state_c"),
            },
            masks={"mask": "sequences"},
            outputs=_lstm_outputs,
            cell="lstm_cell",
            mask="recurrent",
        ),
        "MultiHeadAttention": Row(
            call=(
                *("query", "value", "key", "query_mask", "value_mask", "key_mask"),
                *("attention_mask", "return_attention_scores", "training", "use_causal_mask"),
            ),
            roles={name: (name,) for name in ("query", "value", "key", "attention_mask")},
            masks={"query_mask": "query", "value_mask": "value", "key_mask": "key"},
            settings=("return_attention_scores", "use_causal_mask"),
            outputs=_attention_outputs,
            projections=_projections,
        ),
        "LayerNormalization": Row(
            call=("inputs",), always={"rms_scaling": False}, fault=_mixed_axes
        ),
        **dict.fromkeys(("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum"), _MERGE),
        "Concatenate": Row(call=("inputs",), mask="concatenate"),
        "Dot": Row(call=("inputs",), mask="drop"),
        "Softmax": Row(call=("inputs", "mask")),
        **dict.fromkeys(("Flatten", "Reshape", "Permute", "RepeatVector"), _RESHAPED),
        "GlobalAveragePooling1D": Row(call=("inputs", "mask"), mask="drop"),
    }
)

MODEL = Row(call=("inputs", "training", "mask"))
"""How a nested model is called."""

ACTIVATION_LAYERS: Mapping[str, tuple[str, Arguments]] = MappingProxyType(
    {
        "ReLU": ("relu", {}),
        "LeakyReLU": ("leaky_relu", {"negative_slope": 0.3}),
        "ELU": ("elu", {}),
    }
)
"""Layers that only apply an activation: its name, and where the layer's defaults differ."""

INERT = frozenset({
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianDropout",
    "GaussianNoise", "ActivityRegularization",
})  # fmt: skip
"""Layers that act in training only."""

CLASSES: tuple[str, ...] = tuple(sorted({*LAYERS, *ACTIVATION_LAYERS, *INERT} - {"Lambda"}))
"""The classes that can be imported. Keras's Lambda is code, whatever a spec calls so."""

_NAMED_OTHERWISE = {"recurrent": "recurrent_kernel"}
_SWITCHES = {"bias": "use_bias", "gamma": "scale", "beta": "center"}


def weights_of(layer: str, arguments: Arguments) -> tuple[str, ...]:
    """The names of a layer's weights: what its initialisers are for, then the adaptation's."""
    fields = LAYERS[layer].model_fields
    absent = {stem for stem, switch in _SWITCHES.items() if arguments.get(switch) is False}
    if "bias_axes" in fields and arguments.get("bias_axes") is None:
        absent.add("bias")
    stems = [name.removesuffix("_initializer") for name in fields if name.endswith("_initializer")]
    names = [_NAMED_OTHERWISE.get(stem, stem) for stem in stems if stem not in absent]
    if layer in ROWS and (owners := ROWS[layer].projections(arguments)):
        names = [f"{owner}.{name}" for owner in owners for name in names]
    if arguments.get("lora_rank"):
        names += [f"lora_{names[0]}_a", f"lora_{names[0]}_b"]
    return tuple(names)
