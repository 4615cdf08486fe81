"""Keras's schedules of the learning rate, by name with arguments."""

from __future__ import annotations

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Registry
from spec_compiler.training.schedules.schedule import Schedule

SCHEDULES = Registry(
    "a schedule",
    Catalogue[type[Schedule]](
        __name__,
        {
            "cosine_decay": "decays.CosineDecay",
            "CosineDecay": "decays.CosineDecay",
            "cosine_decay_restarts": "decays.CosineDecayRestarts",
            "CosineDecayRestarts": "decays.CosineDecayRestarts",
            "exponential_decay": "decays.ExponentialDecay",
            "ExponentialDecay": "decays.ExponentialDecay",
            "inverse_time_decay": "decays.InverseTimeDecay",
            "InverseTimeDecay": "decays.InverseTimeDecay",
            "polynomial_decay": "decays.PolynomialDecay",
            "PolynomialDecay": "decays.PolynomialDecay",
            "piecewise_constant_decay": "decays.PiecewiseConstantDecay",
            "PiecewiseConstantDecay": "decays.PiecewiseConstantDecay",
        },
    ),
    others="training.schedules.other_tools",
)

__all__ = ["SCHEDULES", "Schedule"]
