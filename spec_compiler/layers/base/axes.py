"""The axes that a layer works along."""

from __future__ import annotations

from spec_compiler.fixes import write
from spec_compiler.ir.graph import Value
from spec_compiler.layers.choices.activations.function import along_batch
from spec_compiler.refusals import Refusal


def distinct_axes(axes: tuple[int, ...], x: Value, layer: str) -> tuple[int, ...]:
    """The axes counted from 0, in the order in which `x` has them.

    Args:
        axes: As the author wrote them; the batch is axis 0, negative ones count from the last.
        x: The input of the layer.
        layer: The kind of layer, for the message.

    Raises:
        Refusal: there is none, `x` lacks one, one is named twice, or is the batch.
    """
    rank = len(x.shape)
    outside = [axis for axis in axes if not -rank <= axis < rank]
    fault = ""
    if not axes:
        fault = "works along no axis"
    elif outside:
        fault = f"has no axis {outside[0]} to work along"
    elif len({axis % rank for axis in axes}) < len(axes):
        fault = f"names an axis twice in {list(axes)}"
    if fault:
        raise Refusal(
            "SPC0354",
            f"{layer} {fault}; its input is {x.type}",
            argument=("axis",),
            fix=write(
                rank - 1 if len(axes) == 1 else "…",
                words=f"write different axes from {-rank} to {rank - 1}",
                safe=False,
            )
            if rank > 1
            else None,
            help="write different axes from -1 to 0" if rank == 1 else "",
        )
    found = tuple(sorted(axis % rank for axis in axes))
    if rank == 1 and -1 in axes:
        raise along_batch(layer, x)
    return found
