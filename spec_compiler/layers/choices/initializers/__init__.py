"""Keras's initialisers: where new weights come from, with exact variances."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Choice, Registry
from spec_compiler.layers.choices.initializers.initializer import (
    Draws,
    Initializer,
    RandomInitializer,
)

INITIALIZERS = Registry(
    "an initializer",
    Catalogue[type[Initializer]](
        __name__,
        {
            "zeros": "constant.Zeros",
            "Zeros": "constant.Zeros",
            "zero": "constant.Zeros",
            "ones": "constant.Ones",
            "Ones": "constant.Ones",
            "one": "constant.Ones",
            "constant": "constant.Constant",
            "Constant": "constant.Constant",
            "identity": "constant.Identity",
            "Identity": "constant.Identity",
            "IdentityInitializer": "constant.Identity",
            "orthogonal": "random.Orthogonal",
            "Orthogonal": "random.Orthogonal",
            "OrthogonalInitializer": "random.Orthogonal",
            "random_normal": "random.RandomNormal",
            "RandomNormal": "random.RandomNormal",
            "normal": "random.RandomNormal",
            "random_uniform": "random.RandomUniform",
            "RandomUniform": "random.RandomUniform",
            "uniform": "random.RandomUniform",
            "truncated_normal": "random.TruncatedNormal",
            "TruncatedNormal": "random.TruncatedNormal",
            "variance_scaling": "scaling.VarianceScaling",
            "VarianceScaling": "scaling.VarianceScaling",
            "glorot_uniform": "glorot.GlorotUniform",
            "GlorotUniform": "glorot.GlorotUniform",
            "glorot_normal": "glorot.GlorotNormal",
            "GlorotNormal": "glorot.GlorotNormal",
            "he_uniform": "he.HeUniform",
            "HeUniform": "he.HeUniform",
            "he_normal": "he.HeNormal",
            "HeNormal": "he.HeNormal",
            "lecun_uniform": "lecun.LecunUniform",
            "LecunUniform": "lecun.LecunUniform",
            "lecun_normal": "lecun.LecunNormal",
            "LecunNormal": "lecun.LecunNormal",
            "stft": "stft.STFT",
            "STFT": "stft.STFT",
            "STFTInitializer": "stft.STFT",
        },
    ),
    of_number="constant",
)

InitializerField = Annotated[
    Initializer,
    BeforeValidator(INITIALIZERS.parse),
    PlainSerializer(Choice.written),
    WithJsonSchema({"$ref": "#/$defs/initializer"}),
]
"""An initialiser by name, or a mapping with `type` and its arguments."""

__all__ = ["INITIALIZERS", "Draws", "Initializer", "InitializerField", "RandomInitializer"]
