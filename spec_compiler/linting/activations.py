"""Activations that undo each other's work, or look at padding."""

from __future__ import annotations

from spec_compiler.fixes import Fix, advise, entry, remove
from spec_compiler.layers.base.applied import Applied
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.linting.looking import Model, inside_of_steps
from spec_compiler.program import Step
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label

_SHARES = frozenset({"softmax", "log_softmax", "sparsemax"})
"""Activations that divide 1 among the entries of an axis."""
_BEND = _SHARES.union(
    ("relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "hard_silu", "mish"),
    ("sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softsign"),
)
"""Activations that a network has one of between two layers; others are parts of formulas, too."""


def in_a_row(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """An activation of what has had one, where nothing else reads it."""
    second, before = _applied(step.settings.layer), model.before(step)
    if before is None or second not in _BEND:
        return None
    layer, path = inside_of_steps(before.settings.layer)
    first = _applied(layer)
    bounded = first == "tanh" and second in _SHARES  # scores of attention are kept small so
    if first not in _BEND or bounded or model.is_shared(before):
        return None
    own = (*path, "activation") if "activation" in type(layer).model_fields else ()
    message = f"`{step.name}` applies `{second}` to what `{before.name}` puts through `{first}`"
    label = Label(before.call.place.span_of(own or path), f"`{first}`")
    fix = remove("leave one of them out")._replace(at=before.call.place)
    return step, Refusal(
        "SPC1011",
        message,
        labels=(label,),
        fix=fix.on(*own) if own and second in _SHARES else advise(fix.help),
    )


def _applied(layer: Layer) -> str:
    """The activation that a layer ends with; empty where it has none, or many."""
    if isinstance(layer, Applied):
        return layer.function().names[0]
    if type(layer).__name__ == "Softmax":
        return "softmax"
    function = getattr(layer, "activation", None)
    if not isinstance(function, ActivationFunction) or function.names[0] not in _BEND:
        return ""
    return "" if hasattr(layer, "recurrent_initializer") else function.names[0]


def over_padding(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """A softmax as an activation, along an axis of which a part is padding.

    Where its author says `mask: drop`, the padding may take part.
    """
    layer, signal = step.settings.layer, model.fed(step)
    if not isinstance(layer, Applied) or signal is None or signal.mask is None:
        return None
    if step.settings.around.mask == "drop":
        return None
    function = layer.function().names[0]
    axis = layer.function().joined_axis(signal.value) if function in _SHARES else None
    if axis is None or not 0 < axis < signal.mask.value.type.rank:
        return None
    message = f"`{step.name}` applies `{function}` along axis {axis}, and padding gets a share"
    return step, Refusal(
        "SPC1013",
        message,
        argument=("activation",),
        fix=entry(
            "axis", f"{axis}", f"the layer Softmax keeps padding out: `type: Softmax, axis: {axis}`"
        ).and_(Fix("write", "Softmax").on("type"))
        if type(layer).__name__ == "Activation" and function == "softmax"
        else None,
        help=f"the layer Softmax keeps padding out: `type: Softmax, axis: {axis}`",
    )
