"""Keras's activations, by name or with arguments."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Choice, Registry
from spec_compiler.layers.choices.activations.function import ActivationFunction

ACTIVATIONS = Registry(
    "an activation",
    Catalogue[type[ActivationFunction]](
        __name__,
        {
            "linear": "linear.Linear",
            "relu": "rectifiers.Relu",
            "leaky_relu": "rectifiers.LeakyRelu",
            "relu6": "rectifiers.Relu6",
            "elu": "rectifiers.Elu",
            "selu": "rectifiers.Selu",
            "celu": "rectifiers.Celu",
            "hard_shrink": "rectifiers.HardShrink",
            "soft_shrink": "rectifiers.SoftShrink",
            "threshold": "rectifiers.Threshold",
            "sigmoid": "sigmoids.Sigmoid",
            "log_sigmoid": "sigmoids.LogSigmoid",
            "hard_sigmoid": "sigmoids.HardSigmoid",
            "hard_silu": "sigmoids.HardSilu",
            "hard_swish": "sigmoids.HardSilu",
            "sparse_sigmoid": "sigmoids.SparseSigmoid",
            "silu": "sigmoids.Silu",
            "swish": "sigmoids.Silu",
            "tanh": "sigmoids.Tanh",
            "tanh_shrink": "sigmoids.TanhShrink",
            "hard_tanh": "sigmoids.HardTanh",
            "softsign": "sigmoids.Softsign",
            "softplus": "smooth.Softplus",
            "squareplus": "smooth.Squareplus",
            "sparse_plus": "smooth.SparsePlus",
            "gelu": "smooth.Gelu",
            "mish": "smooth.Mish",
            "exponential": "smooth.Exponential",
            "softmax": "softmaxes.Softmax",
            "log_softmax": "softmaxes.LogSoftmax",
            "sparsemax": "softmaxes.Sparsemax",
            "glu": "softmaxes.Glu",
        },
    ),
    others="layers.choices.activations.other_tools",
)


def _parse(written: object, info: ValidationInfo) -> ActivationFunction:
    return ACTIVATIONS.parse("linear" if written is None else written, info)


ActivationField = Annotated[
    ActivationFunction,
    BeforeValidator(_parse),
    PlainSerializer(Choice.written),
    WithJsonSchema({"anyOf": [{"$ref": "#/$defs/activation"}, {"type": "null"}]}),
]
"""An activation by name, or a mapping with `type` and its arguments; null is `linear`."""

__all__ = ["ACTIVATIONS", "ActivationField", "ActivationFunction"]
