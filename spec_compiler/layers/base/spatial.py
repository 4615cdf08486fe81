"""What layers share that work on the axes between the batch and the channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

from pydantic import field_validator

from spec_compiler.declaring.per_axis import for_each
from spec_compiler.fixes import Fix, advise, put
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.windows import Window
from spec_compiler.layers.base.interface import Masks, Rows
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.ranks import CHANNELS_LAST, OtherAxes
from spec_compiler.layers.base.reordered import mask_of_leading_axes
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, under

DataFormat: TypeAlias = Literal["channels_last", "channels_first"]
"""Where the channels are: last, or on axis 1."""

_AXES = ("", "steps", "rows, columns", "depth, rows, columns")


class Spatial(Layer):
    """A layer over `[batch, …, channels]`, or `[batch, channels, …]`, with 1 to 3 axes between."""

    rows: ClassVar[Rows] = Rows.NEEDED
    in_order: ClassVar[tuple[str, ...]] = (
        *("cropping", "size", "pool_size", "output_size", "strides", "padding", "data_format"),
        *("interpolation", "keepdims"),
    )
    rank: ClassVar[int] = 1
    """How many axes there are between the batch and the channels."""

    before: ClassVar[int] = 1
    """How many axes there are before them: the batch, and steps where each is an image."""

    @field_validator(
        *("kernel_size", "pool_size", "strides", "dilation_rate", "output_padding", "output_size"),
        "size",
        check_fields=False,
    )
    @classmethod
    def _for_each_axis(cls, numbers: tuple[int, ...] | None) -> tuple[int, ...] | None:
        return None if numbers is None else for_each(numbers, cls.rank)

    @property
    def first(self) -> int:
        """The first of the axes between; channels are last, where a layer has no say."""
        return self.before

    @property
    def between(self) -> tuple[int, ...]:
        """The axes between the batch and the channels."""
        return tuple(range(self.first, self.first + self.rank))

    @property
    def channels_last(self) -> bool:
        """Whether the channels are last."""
        return self.first == self.before

    def demand_rank(self, x: Signal) -> None:
        """Refuse an input of another rank."""
        if x.rank != self.rank + self.before + 1:
            before = ", ".join(("batch", "steps")[: self.before])
            between = "rows" if self.rank < self.before else _AXES[self.rank]
            form = f"{between}, channels" if self.channels_last else f"channels, {between}"
            wanted, rank = f"`[{before}, {form}]`", self.rank + self.before + 1
            raise OtherAxes(type(self).__name__, wanted, rank, x, last=self.channels_last)

    def with_channels_last(self, b: Builder, x: Value) -> Value:
        """`x` with the channels on the last axis."""
        if self.channels_last:
            return x
        before, rank = self._before(x), x.type.rank
        return b.transpose(x, (*range(before), *range(before + 1, rank), before))

    def in_its_format(self, b: Builder, x: Value) -> Value:
        """What has its channels on the last axis, with the channels where the layer has them."""
        if self.channels_last:
            return x
        before, rank = self._before(x), x.type.rank
        return b.transpose(x, (*range(before), rank - 1, *range(before, rank - 1)))

    def _before(self, x: Value) -> int:
        """How many axes come before those between and the channels; a single step has one less."""
        return x.type.rank - self.rank - 1


class Formatted(Spatial):
    """One that is told where the channels are."""

    data_format: DataFormat = "channels_last"
    """Where the channels are: last, or on axis 1."""

    @property
    def first(self) -> int:
        """The first of the axes between."""
        return self.before + (self.data_format != "channels_last")


def channels_first(axis: int, between: Sequence[Size]) -> Fix | None:
    """What to say where the first of the axes between is short, as if it were the channels."""
    first = between[0]
    if axis or not isinstance(first, int) or first > _CHANNELS:
        return None
    if not any(isinstance(other, int) and other >= 4 * _CHANNELS for other in between[1:]):
        return None
    words = "an image is `shape: [height, width, channels]`, such as `[32, 32, 3]`; else "
    return advise(f"{CHANNELS_LAST}{words}`padding: same`, or a smaller window")


_CHANNELS = 4
"""The most channels that images have."""


class Windowed(Formatted):
    """One that reads windows, of which there are as many as the result has entries."""

    masks: ClassVar[Masks] = Masks(provable=True)

    @property
    def windows(self) -> tuple[Window, ...]:
        """Those over each axis."""
        raise NotImplementedError

    def demand_room(self, b: Builder, x: Signal, argument: str) -> None:
        """Refuse windows that must lie within an axis which is shorter.

        Args:
            b: The builder.
            x: The layer's input.
            argument: The layer's argument that says how large they are.
        """
        for axis, window in zip(self.between, self.windows, strict=True):
            size, why = x.shape[axis], f"{type(self).__name__}: the window over axis {axis}"
            with under(argument):
                fits = window.padding != "valid" or b.require(
                    size, ">=", window.span, f"{why} spans {window.span} entries"
                )
                if not fits:
                    others = [x.shape[other] for other in self.between]
                    fix = channels_first(axis - self.between[0], others) or put(
                        "padding",
                        "same",
                        words="write `padding: same`, a smaller window, or feed more entries",
                        beside=True,
                    )
                    raise Refusal(
                        "SPC0370",
                        f"the window over axis {axis} spans {window.span} entries, and the input "
                        f"is {x.value.type}",
                        origins=((size, "size"),),
                        fix=fix,
                    )

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask of axes of which each entry is still there."""
        over = x.mask is not None and len(x.mask.value.shape) < x.rank
        kept = mask_of_leading_axes(b, x, result) if self.channels_last and over else None
        return kept or super().carry_mask(b, result, x)
