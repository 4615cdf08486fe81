"""Keras's initialisers: where new weights come from, with exact variances."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from spec_compiler.layers.initializers.constant import Constant, Identity, Ones, Zeros
from spec_compiler.layers.initializers.initializer import Draws, Initializer, RandomInitializer
from spec_compiler.layers.initializers.random import (
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
)
from spec_compiler.layers.initializers.scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)
from spec_compiler.layers.initializers.stft import STFT
from spec_compiler.notation.choice import Choice, Registry

INITIALIZERS: Registry[Initializer] = Registry(
    "an initializer",
    (
        Zeros, Ones, Constant, Identity, Orthogonal, RandomNormal, RandomUniform, TruncatedNormal,
        VarianceScaling, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform,
        LecunNormal, STFT,
    ),
)  # fmt: skip

InitializerField = Annotated[
    Initializer,
    BeforeValidator(INITIALIZERS.parse),
    PlainSerializer(Choice.written),
    WithJsonSchema({"$ref": "#/$defs/initializer"}),
]
"""An initialiser by name, or a mapping with `type` and its arguments."""

__all__ = [
    "INITIALIZERS",
    "Draws",
    "GlorotUniform",
    "HeUniform",
    "Initializer",
    "InitializerField",
    "Orthogonal",
    "RandomInitializer",
    "RandomUniform",
    "Zeros",
]
