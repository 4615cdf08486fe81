"""What is claimed of the signals that a layer takes, and proved before it is lowered."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.ir.build import Builder
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Origin, Refusal


def check_residual(name: str, taken: list[Signal], b: Builder) -> None:
    """Prove that what a residual adds has the shape of what it is added to.

    Raises:
        Refusal: it has another.
    """
    left, right = taken
    if left.rank != right.rank or not all(
        b.require(one, "==", other, f"`residual`: axis {axis}", ("residual",))
        for axis, (one, other) in enumerate(zip(left.shape, right.shape, strict=True))
    ):
        raise Refusal(
            "SPC0214",
            f"`{name}`: the block's input is {shape_text(left.shape)}, its output "
            f"{shape_text(right.shape)}; a residual needs one shape",
            argument=("residual",),
            origins=tuple(_unequal(b, left, right)),
            blame_key=True,
            help="let the block give what it takes, or leave `residual` out",
        )


def _unequal(b: Builder, left: Signal, right: Signal) -> Iterator[Origin]:
    """The axes that differ; of another rank, both as a whole."""
    if left.rank != right.rank:
        yield left.value, "type"
        yield right.value, "type"
        return
    for axis, pair in enumerate(zip(left.shape, right.shape, strict=True)):
        if b.decided(pair[0], "==", pair[1]) is False:
            yield from ((x.value, axis) for x in (left, right))
