"""Keras's constraints: projections of new weights."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Choice, Registry
from spec_compiler.layers.choices.constraints.constraint import Constraint

CONSTRAINTS = Registry(
    "a constraint",
    Catalogue[type[Constraint]](
        __name__,
        {
            "max_norm": "projections.MaxNorm",
            "MaxNorm": "projections.MaxNorm",
            "min_max_norm": "projections.MinMaxNorm",
            "MinMaxNorm": "projections.MinMaxNorm",
            "unit_norm": "projections.UnitNorm",
            "UnitNorm": "projections.UnitNorm",
            "non_neg": "projections.NonNeg",
            "NonNeg": "projections.NonNeg",
        },
    ),
    of_number="max_norm",
)

ConstraintField = Annotated[
    Constraint,
    BeforeValidator(CONSTRAINTS.parse),
    PlainSerializer(Choice.written),
    WithJsonSchema({"$ref": "#/$defs/constraint"}),
]
"""A constraint by name, or a mapping with `type` and its arguments."""

__all__ = ["CONSTRAINTS", "Constraint", "ConstraintField"]
