"""First values of kernels, and the activations behind them."""

from __future__ import annotations

from spec_compiler.fixes import put
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.choices.initializers.initializer import Initializer
from spec_compiler.layers.choices.initializers.scaling import VarianceScaling
from spec_compiler.linting.looking import Model
from spec_compiler.program import Step
from spec_compiler.refusals import Refusal

_FIELD = "kernel_initializer"
_DEAD_AT_ZERO = frozenset({"relu", "relu6", "elu", "gelu", "silu", "tanh"})
"""Activations after which a kernel of zeros makes units that are, and stay, alike."""


def unsuited(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """A kernel that begins as it should not, where no file has its numbers."""
    core, layer = model.program.core, step.settings.layer
    function = getattr(layer, "activation", None)
    first = getattr(layer, _FIELD, None)
    if not isinstance(function, ActivationFunction) or not isinstance(first, Initializer):
        return None
    if core.header.weights or core.given_weights or step.call.reuse is not None:
        return None
    activation, name = function.names[0], first.names[0]
    if activation == "selu" and name != "lecun_normal" and not _is_lecun_normal(first):
        why, better = "keeps mean and variance only behind `lecun_normal`", "lecun_normal"
    elif activation in _DEAD_AT_ZERO and name == "zeros" and not _has_one_unit(layer):
        why, better = "gives all units the same number then, in training, too", "glorot_uniform"
    elif activation in {"tanh", "sigmoid"} and name.startswith("he_"):
        why, better = "is flat where such a kernel takes it", f"glorot_{name[3:]}"
    else:
        return None
    return step, Refusal(
        "SPC1015",
        f"`{activation}` in `{step.name}` {why}, and its kernel begins as `{name}`",
        argument=(),
        fix=put(_FIELD, better),
    )


def _is_lecun_normal(first: Initializer) -> bool:
    """Whether a variance is scaled as `lecun_normal` does it."""
    normal = {"truncated_normal", "normal"}
    return (
        isinstance(first, VarianceScaling)
        and (first.scale, first.mode) == (1, "fan_in")
        and first.distribution in normal
    )


def _has_one_unit(layer: Layer) -> bool:
    return 1 in (getattr(layer, "units", 0), getattr(layer, "filters", 0))
