"""Images whose channels stand where their height is looked for, all along or between layers."""

from __future__ import annotations

from spec_compiler.fixes import put
from spec_compiler.linting.looking import Model
from spec_compiler.program import Step
from spec_compiler.refusals import Refusal
from spec_compiler.shortening import counted
from spec_compiler.spans import Label

_CHANNELS = frozenset({1, 3, 4})
_TURNING = frozenset({"Lambda", "Permute", "Reshape"})
"""Types of layers that may give other axes the same sizes."""
_LEAST = 16
"""Fewer entries may well be channels."""


def channels_first(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """A layer of images that reads an input of PyTorch's order, `[3, 32, 32]`, as Keras's."""
    feeds, core = step.call.feeds.inputs, model.program.core
    port = model.program.inputs.get(feeds[0].source) if feeds else None
    if port is None or getattr(step.settings.layer, "data_format", "") != "channels_last":
        return None
    channels, *space = port.type.shape[1:]
    if not isinstance(channels, int) or channels not in _CHANNELS or len(space) != 2:
        return None
    height, width = space
    if not all(isinstance(size, int) and size >= _LEAST for size in (height, width)):
        return None
    meant = f"[{height}, {width}, {channels}]"
    return step, Refusal(
        "SPC1016",
        f"`{step.name}` reads `{port.name}` as {counted(channels, 'row')} of {height}, with "
        f"{width} channels",
        argument=("from",),
        fix=put(
            "shape",
            meant,
            words=f"channels are the last axis: write `shape: {meant}` in `{port.name}`, or "
            "`data_format: channels_first` in each layer that reads images",
        )._replace(at=core.input_entries[port.name].node),
    )


def two_orders(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """A layer of images that looks for channels where the one before it put none."""
    before = model.before(step)
    while before is not None and _keeps_axes(model, before):
        before = model.before(before)
    if before is None or before.kind == "Flatten":
        return None
    own, other = (getattr(one.settings.layer, "data_format", None) for one in (step, before))
    if own is None or other is None or own == other:
        return None
    words = f"write `data_format: {other}` here, too, or put a Permute between them"
    label = Label(before.call.place.span_of(()), f"`{other}`")
    return step, Refusal(
        "SPC1018",
        f"`{step.name}` takes its input for `{own}`, and `{before.name}` gives `{other}`",
        labels=(label,),
        fix=put("data_format", other, words=words),
    )


def _keeps_axes(model: Model, step: Step) -> bool:
    """Whether a layer that knows no order of axes leaves them as they are."""
    fed, layer = model.fed(step), step.settings.layer
    if fed is None or step.kind in _TURNING or hasattr(layer, "data_format"):
        return False
    return all(result.shape == fed.shape for result in step.results.values())
