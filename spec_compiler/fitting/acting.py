"""Layers that act in training only, and would not: Keras is given their operations alone."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.export.keras.plan import plans
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.base.layer import Layer
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal

_RATES = ("dropout", "recurrent_dropout")


def check_acting(program: Program, found: Diagnostics) -> None:
    """Refuse layers whose part in training would be lost."""
    for name, plan in plans(program, found).items():
        step = program.steps[name]
        if plan.reason and _acts(step.settings.layer):
            with found.at(step.call.place):
                raise Refusal(
                    "SPC0914",
                    f"`{name}` would do nothing in training: {plan.reason}, and specc writes its "
                    "operations in a run",
                    help="leave it out, or let Keras's own layer do: change what it computes "
                    "otherwise",
                )


def _acts(layer: Layer) -> bool:
    """Whether a layer computes something else in training than in a run."""
    if isinstance(layer, Inert):
        acts = type(layer).__name__ != "ActivityRegularization"
        return acts and getattr(layer, "rate", 1) != 0
    if type(layer).__name__ == "BatchNormalization":
        return layer.trainable
    if any(getattr(layer, name, 0) for name in _RATES):
        return True
    inner = (getattr(layer, name) for name in type(layer).model_fields)
    return any(_acts(item) for item in inner if isinstance(item, Layer))
