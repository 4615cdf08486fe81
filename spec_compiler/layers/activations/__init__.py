"""Keras's activations, by name or with arguments."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from spec_compiler.layers.activations.function import ActivationFunction
from spec_compiler.layers.activations.rectifiers import (
    Celu,
    Elu,
    HardShrink,
    LeakyRelu,
    Linear,
    Relu,
    Relu6,
    Selu,
    SoftShrink,
    Threshold,
)
from spec_compiler.layers.activations.sigmoids import (
    HardSigmoid,
    HardSilu,
    HardTanh,
    LogSigmoid,
    Sigmoid,
    Silu,
    Softsign,
    SparseSigmoid,
    Tanh,
    TanhShrink,
)
from spec_compiler.layers.activations.smooth import (
    Exponential,
    Gelu,
    Mish,
    Softplus,
    SparsePlus,
    Squareplus,
)
from spec_compiler.layers.activations.softmaxes import Glu, LogSoftmax, Softmax, Sparsemax
from spec_compiler.notation.choice import Choice, Registry

ACTIVATIONS: Registry[ActivationFunction] = Registry(
    "an activation",
    (
        Linear, Relu, LeakyRelu, Relu6, Elu, Selu, Celu, HardShrink, SoftShrink, Threshold,
        Sigmoid, LogSigmoid, HardSigmoid, HardSilu, SparseSigmoid, Silu, Tanh, TanhShrink,
        HardTanh, Softsign, Softplus, Squareplus, SparsePlus, Gelu, Mish, Exponential,
        Softmax, LogSoftmax, Sparsemax, Glu,
    ),
)  # fmt: skip


def _parse(written: object, info: ValidationInfo) -> ActivationFunction:
    return Linear() if written is None else ACTIVATIONS.parse(written, info)


ActivationField = Annotated[
    ActivationFunction,
    BeforeValidator(_parse),
    PlainSerializer(Choice.written),
    WithJsonSchema({"anyOf": [{"$ref": "#/$defs/activation"}, {"type": "null"}]}),
]
"""An activation by name, or a mapping with `type` and its arguments; null is `linear`."""

__all__ = [
    "ACTIVATIONS",
    "ActivationField",
    "ActivationFunction",
    "Linear",
    "Sigmoid",
    "Tanh",
]
