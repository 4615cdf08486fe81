"""GlobalAveragePooling1D: the mean over the steps."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import widened
from spec_compiler.layers.base.interface import Masks, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.ranks import OtherAxes
from spec_compiler.layers.base.spatial import DataFormat
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class GlobalAveragePooling1D(Layer):
    """The mean over the steps of a sequence.

    `float[batch, steps, features]` to `float[batch, features]`. With a mask `[batch, steps]` only
    the kept steps count, and the mask ends here. Where no step is kept, the mean is 0 (Keras gives
    NaN). Half precision is summed in float32. No weights. Source: Keras's GlobalAveragePooling1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example("float32[batch, seq, 8]", gives="float32[batch, 8]", equals="mean(x, axis=1)"),
        Example(
            "float32[batch, seq, 8] mask",
            gives="float32[batch, 8]",
            equals="sum(where(kept, x, 0), axis=1) / maximum(sum(kept, axis=1), 1)",
            where={
                "kept": "mask(x)[..., None]",
            },
            why="uses the mask",
        ),
        Example(
            "float32[batch, seq, 8]",
            {"keepdims": True},
            gives="float32[batch, 1, 8]",
            equals="mean(x, axis=1, keepdims=True)",
        ),
        Example(
            "int32[batch, 8, seq]",
            {"data_format": "channels_first"},
            gives="float32[batch, 8]",
            equals="mean(x, axis=2)",
        ),
        Example("float32[batch, 8]", refuses="SPC0304", why="there are no steps"),
        Example(
            "float32[batch, 8, seq] mask",
            {"data_format": "channels_first"},
            refuses="SPC0412",
            why="the mask is for axis 1, which holds the features here",
        ),
    )
    masks: ClassVar[Masks] = Masks(uses=True)
    rows: ClassVar[Rows] = Rows.NEEDED

    data_format: DataFormat = "channels_last"
    """Where the features are: last, or on axis 1 with the steps after them."""
    keepdims: StrictBool = False
    """Whether the axis of the steps stays, with size 1."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        steps = 1 if self.data_format == "channels_last" else 2
        self._check(x, steps)
        values = b.cast(x.value, widened(b.policy.compute))
        if x.mask is None:
            counted = tuple(size if axis == steps else 1 for axis, size in enumerate(x.shape))
            keep = b.full(True, "bool", counted)
        else:
            keep = b.expand(x.mask.value, -1)
            values = b.select(keep, values, 0)
        mean = _mean(b, values, keep, steps, self.keepdims)
        return Signal(b.compute(mean))

    def _check(self, x: Signal, steps: int) -> None:
        if x.rank != 3:
            wanted = "rank 3, a batch of sequences"
            raise OtherAxes("GlobalAveragePooling1D", wanted, 3, x, last=steps == 1)
        if x.mask is not None and (steps != 1 or len(x.mask.value.shape) != 2):
            raise Refusal(
                "SPC0412",
                "GlobalAveragePooling1D needs a mask `[batch, steps]`, and the mask made by "
                f"`{x.mask.origin}` is {x.mask.value.type}",
                argument=("data_format",) if steps != 1 else ("from",),
                annotation="axis 1 holds features" if steps != 1 else "",
                origins=((x.mask.value, "type"),),
                help="write `mask: drop` if padding may take part",
            )


def _mean(b: Builder, values: Value, keep: Value, steps: int, keepdims: bool) -> Value:
    """The mean of what is kept; what is not kept has been set to 0."""
    total = b.reduce("sum", values, steps, keepdims=keepdims)
    count = b.reduce("sum", b.cast(keep, values.dtype), steps, keepdims=keepdims)
    return b.divide(total, b.maximum(count, 1))
