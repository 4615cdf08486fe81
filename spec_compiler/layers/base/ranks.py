"""The refusal of an input that has not the axes that a layer reads."""

from __future__ import annotations

from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


def other_axes(kind: str, wanted: str, rank: int, x: Signal, *, last: bool = True) -> Refusal:
    """That a layer cannot read a tensor of this rank.

    Args:
        kind: The layer.
        wanted: What it needs, in words.
        rank: How many axes those are.
        x: The tensor.
        last: Whether the axis of its features is the last, or the first behind the batch.
    """
    shape = [str(size) for size in x.shape[1:]]
    one_more = ", ".join([*shape, "1"] if last else ["1", *shape])
    help_ = ""
    if x.rank == rank - 1:
        help_ = (
            f"give it the axis that is missing: `{{type: Reshape, target_shape: [{one_more}]}}` "
            "before it, or that shape in the input"
        )
    elif x.rank == rank + 1:
        help_ = "to run it for each entry of axis 1, write TimeDistributed around it"
    return Refusal(
        "SPC0304",
        f"{kind} needs {wanted}, and its input is {x.value.type}",
        argument=("from",),
        help=help_,
    )
