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


@dataclass(frozen=True, slots=True)
class Row:
    """How a Keras layer is called, and what becomes of masks.

    Attributes:
        call: The parameters of Keras's `call`, in order.
        roles: The ports that a parameter's tensors feed; only for layers whose inputs have roles.
        outputs: The names of the outputs, given the arguments.
        cell: A name that Keras puts between the layer's and the weight's in a weight's path.
        mask: How a mask travels: `pass`, `drop`, `refuse`, or a rule of `keras_masks`.
    """

    call: tuple[str, ...] = ("inputs", "training")
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    outputs: Callable[[Arguments], tuple[str, ...]] = _one_output
    cell: str = ""
    mask: str = "pass"


def _lstm_outputs(arguments: Arguments) -> tuple[str, ...]:
    states = ("state_h", "state_c") if arguments.get("return_state") else ()
    return ("output", *states)


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
            outputs=_lstm_outputs,
            cell="lstm_cell",
            mask="recurrent",
        ),
        "Add": Row(call=("inputs",), mask="any"),
        "Concatenate": Row(call=("inputs",), mask="concatenate"),
        # Keras's layer gives masked entries no part of the sum; the activation knows no mask.
        "Softmax": Row(call=("inputs", "mask"), mask="refuse"),
    }
)

ACTIVATION_LAYERS: Mapping[str, tuple[str, Arguments]] = MappingProxyType(
    {
        "ReLU": ("relu", {}),
        "LeakyReLU": ("leaky_relu", {"negative_slope": 0.3}),
        "ELU": ("elu", {}),
        "Softmax": ("softmax", {}),
    }
)
"""Layers that only apply an activation: its name, and where the layer's defaults differ."""

INERT = frozenset({
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
    "GaussianDropout", "GaussianNoise", "ActivityRegularization",
})  # fmt: skip
"""Layers that act in training only."""

CLASSES: tuple[str, ...] = tuple(sorted({*LAYERS, *ACTIVATION_LAYERS, *INERT} - {"Lambda"}))
"""The classes that can be imported. Keras's Lambda is code, whatever a spec calls so."""

_NAMED_OTHERWISE = {"recurrent": "recurrent_kernel"}


def weights_of(layer: str, arguments: Arguments) -> tuple[str, ...]:
    """The names of a layer's weights: what its initialisers are for, then the adaptation's."""
    fields = LAYERS[layer].model_fields
    biased = arguments.get("use_bias", True)
    if "bias_axes" in fields:
        biased = arguments.get("bias_axes") is not None
    stems = [name.removesuffix("_initializer") for name in fields if name.endswith("_initializer")]
    names = [_NAMED_OTHERWISE.get(stem, stem) for stem in stems if stem != "bias" or biased]
    if arguments.get("lora_rank"):
        names += [f"lora_{names[0]}_a", f"lora_{names[0]}_b"]
    return tuple(names)
