"""What a normalization takes away again."""

from __future__ import annotations

from spec_compiler.fixes import put
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.normalization.batch_normalization import BatchNormalization
from spec_compiler.linting.looking import Model, inside_of_steps
from spec_compiler.program import Step
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label


def lost_bias(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """A bias that is added to each channel just before the channel's mean is subtracted.

    Where weights come from a file the bias is in it, and costs nothing to leave; a normalization
    that is frozen subtracts the mean that it has; and a penalty on the activity reads the bias.
    """
    core, signal, before = model.program.core, model.fed(step), model.before(step)
    if before is None or signal is None or model.is_shared(before):
        return None
    if core.header.weights or core.given_weights:
        return None
    layer, around = step.settings.layer, before.settings.layer
    own, path = inside_of_steps(around)
    if any(getattr(one, "activity_regularizer", None) is not None for one in (own, around)):
        return None
    function = getattr(own, "activation", None)
    if not getattr(own, "use_bias", False) or not isinstance(function, ActivationFunction):
        return None
    if function.names[0] != "linear" or hasattr(own, "recurrent_initializer"):
        return None
    first = getattr(own, "data_format", "channels_last") == "channels_first"
    channels = 1 + len(path) if first else signal.rank - 1
    if not isinstance(layer, BatchNormalization) or layer.axis % signal.rank != channels:
        return None
    if not layer.trainable:
        return None
    return before, Refusal(
        "SPC1012",
        f"the bias of `{before.name}` has no effect: `{step.name}` subtracts the mean of each "
        "channel",
        labels=(Label(step.call.place.span_of(()), "subtracts it"),),
        fix=put("use_bias", "false", " there").on(*path),
    )
