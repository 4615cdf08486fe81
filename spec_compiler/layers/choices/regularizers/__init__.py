"""Keras's regularisers: penalties on weights and outputs."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Choice, Registry
from spec_compiler.layers.choices.regularizers.regularizer import Regularizer

REGULARIZERS = Registry(
    "a regularizer",
    Catalogue[type[Regularizer]](
        __name__,
        {
            "l1": "penalties.L1",
            "L1": "penalties.L1",
            "l2": "penalties.L2",
            "L2": "penalties.L2",
            "l1l2": "penalties.L1L2",
            "L1L2": "penalties.L1L2",
            "orthogonal_regularizer": "penalties.OrthogonalRegularizer",
            "OrthogonalRegularizer": "penalties.OrthogonalRegularizer",
        },
    ),
    of_number="l2",
)

RegularizerField = Annotated[
    Regularizer,
    BeforeValidator(REGULARIZERS.parse),
    PlainSerializer(Choice.written),
    WithJsonSchema({"$ref": "#/$defs/regularizer"}),
]
"""A regulariser by name, or a mapping with `type` and its arguments."""

__all__ = ["REGULARIZERS", "Regularizer", "RegularizerField"]
