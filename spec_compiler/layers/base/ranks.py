"""The refusal of an input that has not the axes that a layer reads, and how it may get them."""

from __future__ import annotations

import re

from spec_compiler.fixes import before, called
from spec_compiler.ir.dims import Size, as_symbol
from spec_compiler.ir.types import INTEGERS
from spec_compiler.layers import LAYERS
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal

_AXES = re.compile(r"[123]D(?=$|Transpose$)")
"""How the name of a layer ends that works along so many axes."""
CHANNELS_LAST = "channels are last here: "
"""How what is said of an image begins whose channels come first."""


class OtherAxes(Refusal):
    """A layer cannot read a tensor of this rank.

    Attributes:
        wanted: How many axes it reads.
    """

    def __init__(self, kind: str, axes: str, wanted: int, x: Signal, *, last: bool = True) -> None:
        """Say what is missing, or is too much.

        Args:
            kind: The layer.
            axes: What it needs, in words.
            wanted: How many axes those are.
            x: The tensor.
            last: Whether the axis of its features is the last, or the first behind the batch.
        """
        shape = [_written(size) for size in x.shape[1:]]
        one_more = ", ".join([*shape, "1"] if last else ["1", *shape])
        help_, fix = "", None
        if x.rank == wanted - 1 == 2 and last and x.dtype in INTEGERS:
            help_ = (
                "whole numbers that name things become vectors first, by "
                "`{type: Embedding, input_dim: 1000, output_dim: 64}` before it; as numbers they "
                f"are features: `{{type: Reshape, target_shape: [{one_more}]}}`"
            )
        elif x.rank == wanted - 1 and shape.count("-1") < 2:
            missing = f"{{type: Reshape, target_shape: [{one_more}]}}"
            help_ = (
                f"give it the axis that is missing: `{missing}` before it, or one more axis in the "
                "input"
            )
            fix = before(missing, help_).on()
        elif x.rank == wanted - 1:
            help_ = "give the input one more axis, of size 1"
        elif x.rank == wanted + 1:
            help_ = "to run it for each entry of axis 1, write TimeDistributed around it"
            if named := _of_one_axis_more(kind):
                help_ = f"write `{named}`; {help_}"
                fix = called(named, help_).on("type")
        super().__init__(
            "SPC0304",
            f"{kind} needs {axes}, and its input is {x.value.type}",
            argument=("from",),
            fix=fix,
            help=help_,
        )
        self.wanted = wanted


def of_rank(kind: str, rank: int) -> str:
    """The layer that does the same along another number of axes; empty where there is none."""
    name = _AXES.sub(f"{rank}D", kind)
    return name if name != kind and name in LAYERS else ""


def _of_one_axis_more(kind: str) -> str:
    """The layer that does the same along one axis more; empty where there is none."""
    found = _AXES.search(kind)
    return of_rank(kind, int(found[0][0]) + 1) if found else ""


def _written(size: Size) -> str:
    """A size as Reshape takes it; what has no name is what is left."""
    single = as_symbol(size)
    named = isinstance(size, int) or (single is not None and not single.anonymous)
    return str(size) if named else "-1"
