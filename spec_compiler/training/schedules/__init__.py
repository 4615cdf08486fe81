"""Keras's schedules of the learning rate, by name with arguments."""

from __future__ import annotations

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Registry
from spec_compiler.fixes import Fix
from spec_compiler.training.schedules.schedule import Schedule


def _elsewhere(name: str) -> Fix | None:
    # only where a schedule is not known
    from spec_compiler.training.schedules.other_tools import schedule_named

    return schedule_named(name)


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
    elsewhere=_elsewhere,
)

__all__ = ["SCHEDULES", "Schedule"]
