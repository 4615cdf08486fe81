"""Tables of rows, and the row that stands for padding."""

from __future__ import annotations

from spec_compiler.fixes import remove
from spec_compiler.layers.core.embedding import Embedding
from spec_compiler.linting.looking import Model
from spec_compiler.program import Step
from spec_compiler.refusals import Refusal


def masks_nothing(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """An Embedding that masks index 0, which its input never holds: numbers begin at 1 too late."""
    layer = step.settings.layer
    source = step.call.feeds.inputs[0].source if step.call.feeds.inputs else ""
    port = model.program.inputs.get(source)
    if step.call.reuse is not None or step.settings.around.mask == "drop":
        return None  # the table is that of another call, or its mask is not wanted
    if port is None or not isinstance(layer, Embedding) or not layer.mask_zero:
        return None
    low = (port.interval or (None, None))[0]
    if not isinstance(low, int | float) or low < 1:
        return None
    return step, Refusal(
        "SPC1014",
        f"`{step.name}` masks index 0, and `{port.name}` holds {low:g} or more",
        argument=("mask_zero",),
        fix=remove(
            f"leave `mask_zero` out; or pad with 0, and write `min: 0` in the values of "
            f"`{port.name}`"
        ),
    )
