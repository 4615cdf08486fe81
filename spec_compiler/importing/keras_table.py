"""What is known of Keras's classes: a row each. A new layer is one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from spec_compiler.source.node import Plain

REQUIRED: Plain = {"required": True}
"""Stands where Keras has no default: equal to no value that occurs."""

Arguments = Mapping[str, Plain]
"""A layer's arguments as the spec writes them, defaults left out."""


def _one_output(_: Arguments) -> tuple[str, ...]:
    return ("output",)


def _no_weights(_: Arguments) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Row:
    """How a Keras layer reads as a spec's layer of the same name.

    Attributes:
        defaults: Keras's arguments and their default values as the spec writes them.
        call: The parameters of Keras's `call`, in order.
        roles: The ports that a parameter's tensors feed; only for layers whose inputs have roles.
        outputs: The names of the outputs, given the arguments.
        weights: The names of the weights, given the arguments.
        cell: A name that Keras puts between the layer's and the weight's in a weight's path.
        mask: How a mask travels: `pass`, `drop`, or a rule of `keras_masks`.
    """

    defaults: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    call: tuple[str, ...] = ("inputs", "training")
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    outputs: Callable[[Arguments], tuple[str, ...]] = _one_output
    weights: Callable[[Arguments], tuple[str, ...]] = _no_weights
    cell: str = ""
    mask: str = "pass"


def _of(*names: str) -> dict[str, Plain]:
    """Regularisers and constraints, whose default is none."""
    return dict.fromkeys(names)


def _with_lora(names: tuple[str, ...], arguments: Arguments) -> tuple[str, ...]:
    lora = (f"lora_{names[0]}_a", f"lora_{names[0]}_b") if arguments.get("lora_rank") else ()
    return (*names, *lora)


def _dense_weights(arguments: Arguments) -> tuple[str, ...]:
    bias = ("bias",) if arguments.get("use_bias", True) else ()
    return _with_lora(("kernel", *bias), arguments)


def _einsum_weights(arguments: Arguments) -> tuple[str, ...]:
    bias = ("bias",) if arguments.get("bias_axes") is not None else ()
    return _with_lora(("kernel", *bias), arguments)


def _embedding_weights(arguments: Arguments) -> tuple[str, ...]:
    return _with_lora(("embeddings",), arguments)


def _lstm_weights(arguments: Arguments) -> tuple[str, ...]:
    bias = ("bias",) if arguments.get("use_bias", True) else ()
    return ("kernel", "recurrent_kernel", *bias)


def _lstm_outputs(arguments: Arguments) -> tuple[str, ...]:
    states = ("state_h", "state_c") if arguments.get("return_state") else ()
    return ("output", *states)


_KERNEL: dict[str, Plain] = {
    "activation": "linear",
    "use_bias": True,
    "kernel_initializer": "glorot_uniform",
    "bias_initializer": "zeros",
    **_of(
        "kernel_regularizer",
        "bias_regularizer",
        "activity_regularizer",
        "kernel_constraint",
        "bias_constraint",
        "lora_rank",
        "lora_alpha",
    ),
}

LAYERS: Mapping[str, Row] = MappingProxyType(
    {
        "Dense": Row({"units": REQUIRED, **_KERNEL}, weights=_dense_weights),
        "EinsumDense": Row(
            {
                "equation": REQUIRED,
                "output_shape": REQUIRED,
                "bias_axes": None,
                **{name: value for name, value in _KERNEL.items() if name != "use_bias"},
            },
            weights=_einsum_weights,
            mask="drop",
        ),
        "Activation": Row({"activation": REQUIRED}),
        "Embedding": Row(
            {
                "input_dim": REQUIRED,
                "output_dim": REQUIRED,
                "embeddings_initializer": "random_uniform",
                "mask_zero": False,
                **_of("embeddings_regularizer", "activity_regularizer", "embeddings_constraint"),
                **_of("lora_rank", "lora_alpha"),
            },
            weights=_embedding_weights,
            mask="embedding",
        ),
        "Masking": Row({"mask_value": 0.0}, mask="masking"),
        "Identity": Row(),
        "LSTM": Row(
            {
                "units": REQUIRED,
                "activation": "tanh",
                "recurrent_activation": "sigmoid",
                "use_bias": True,
                "unit_forget_bias": True,
                "kernel_initializer": "glorot_uniform",
                "recurrent_initializer": "orthogonal",
                "bias_initializer": "zeros",
                **_of("kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
                **_of("activity_regularizer"),
                **_of("kernel_constraint", "recurrent_constraint", "bias_constraint"),
                "dropout": 0.0,
                "recurrent_dropout": 0.0,
                "seed": None,
                "return_sequences": False,
                "return_state": False,
                "go_backwards": False,
                "stateful": False,
                "unroll": False,
                "zero_output_for_mask": False,
            },
            call=("sequences", "initial_state", "mask", "training"),
            roles={
                "sequences": ("sequence",),
                "initial_state": ("initial_state_h", "initial_state_c"),
            },
            outputs=_lstm_outputs,
            weights=_lstm_weights,
            cell="lstm_cell",
            mask="recurrent",
        ),
        "Add": Row(call=("inputs",), mask="any"),
        "Concatenate": Row({"axis": -1}, call=("inputs",), mask="concatenate"),
    }
)

_FANS: dict[str, Plain] = {"seed": None, "input_axes": None, "output_axes": None}

INITIALIZERS: Mapping[str, Mapping[str, Plain]] = MappingProxyType(
    {
        "Zeros": {},
        "Ones": {},
        "Constant": {"value": 0.0},
        "Identity": {"gain": 1.0},
        "Orthogonal": {"gain": 1.0, "seed": None},
        "RandomNormal": {"mean": 0.0, "stddev": 0.05, "seed": None},
        "RandomUniform": {"minval": -0.05, "maxval": 0.05, "seed": None},
        "TruncatedNormal": {"mean": 0.0, "stddev": 0.05, "seed": None},
        "VarianceScaling": {
            "scale": 1.0,
            "mode": "fan_in",
            "distribution": "truncated_normal",
            **_FANS,
        },
        "GlorotUniform": _FANS,
        "GlorotNormal": _FANS,
        "HeUniform": _FANS,
        "HeNormal": _FANS,
        "LecunUniform": _FANS,
        "LecunNormal": _FANS,
        "STFT": {"side": "real", "window": "hann", "scaling": "density", "periodic": False},
    }
)
REGULARIZERS: Mapping[str, Mapping[str, Plain]] = MappingProxyType(
    {
        "L1": {"l1": 0.01},
        "L2": {"l2": 0.01},
        "L1L2": {"l1": 0.0, "l2": 0.0},
        "OrthogonalRegularizer": {"factor": 0.01, "mode": "rows"},
    }
)
CONSTRAINTS: Mapping[str, Mapping[str, Plain]] = MappingProxyType(
    {
        "MaxNorm": {"max_value": 2.0, "axis": 0},
        "MinMaxNorm": {"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": 0},
        "UnitNorm": {"axis": 0},
        "NonNeg": {},
    }
)
# Layers that may stand where an activation is asked for, with the defaults of the function.
ACTIVATION_LAYERS: Mapping[str, tuple[str, Mapping[str, Plain]]] = MappingProxyType(
    {
        "ReLU": ("relu", {"negative_slope": 0.0, "max_value": None, "threshold": 0.0}),
        "LeakyReLU": ("leaky_relu", {"negative_slope": 0.2}),
        "ELU": ("elu", {"alpha": 1.0}),
        "Softmax": ("softmax", {"axis": -1}),
    }
)
ACTIVATIONS = frozenset({
    "relu", "leaky_relu", "relu6", "softmax", "log_softmax", "celu", "elu", "selu", "softplus",
    "softsign", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "sparse_sigmoid",
    "sparsemax", "silu", "swish", "gelu", "glu", "sigmoid", "log_sigmoid", "hard_sigmoid",
    "hard_silu", "hard_swish", "tanh", "tanh_shrink", "hard_tanh", "exponential", "linear",
    "mish",
})  # fmt: skip
DTYPES = frozenset({
    "float16", "float32", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16", "bool",
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
})  # fmt: skip
"""Also the names of dtype policies."""
