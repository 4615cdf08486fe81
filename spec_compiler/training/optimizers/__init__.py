"""Keras's optimisers, by name or with arguments."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Choice, Registry
from spec_compiler.training.optimizers.optimizer import Optimizer

OPTIMIZERS = Registry(
    "an optimizer",
    Catalogue[type[Optimizer]](
        __name__,
        {
            "sgd": "descent.SGD",
            "SGD": "descent.SGD",
            "rmsprop": "descent.RMSprop",
            "RMSprop": "descent.RMSprop",
            "adagrad": "descent.Adagrad",
            "Adagrad": "descent.Adagrad",
            "adadelta": "descent.Adadelta",
            "Adadelta": "descent.Adadelta",
            "adafactor": "descent.Adafactor",
            "Adafactor": "descent.Adafactor",
            "ftrl": "descent.Ftrl",
            "Ftrl": "descent.Ftrl",
            "adam": "moments.Adam",
            "Adam": "moments.Adam",
            "adamw": "moments.AdamW",
            "AdamW": "moments.AdamW",
            "adam_w": "moments.AdamW",
            "adamax": "moments.Adamax",
            "Adamax": "moments.Adamax",
            "nadam": "moments.Nadam",
            "Nadam": "moments.Nadam",
            "lamb": "moments.Lamb",
            "Lamb": "moments.Lamb",
            "lion": "moments.Lion",
            "Lion": "moments.Lion",
            "schedule_free_adamw": "moments.ScheduleFreeAdamW",
            "ScheduleFreeAdamW": "moments.ScheduleFreeAdamW",
            "schedulefreeadamw": "moments.ScheduleFreeAdamW",
            "muon": "moments.Muon",
            "Muon": "moments.Muon",
        },
    ),
    others="training.optimizers.other_tools",
)

OptimizerField = Annotated[
    Optimizer,
    BeforeValidator(OPTIMIZERS.parse),
    PlainSerializer(Choice.written),
    WithJsonSchema({"$ref": "#/$defs/optimizer"}),
]
"""An optimiser by name, or a mapping with `type` and its arguments."""

__all__ = ["OPTIMIZERS", "Optimizer", "OptimizerField"]
