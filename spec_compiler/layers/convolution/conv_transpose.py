"""Conv1DTranspose, Conv2DTranspose, Conv3DTranspose: what convolutions read, written."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from pydantic import model_validator

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.per_axis import Counts
from spec_compiler.ir.dims import Size
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.convolution.convolution import WithKernel
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class _Extent(NamedTuple):
    """What becomes of an axis of `n` entries: `n * factor + more` from `crop` on."""

    factor: int
    more: int
    crop: int

    def of(self, entries: Size) -> Size:
        """The size of the result's axis."""
        return entries * self.factor + self.more


class _ConvTranspose(WithKernel):
    """Each entry times a kernel, added up where windows of the result lie."""

    output_padding: Counts | None = None
    """Entries more at the end of each axis: one number, or one an axis, each less than `strides`.
    Absent: as many as make the result `strides` times as large (`same`), or leave no window out."""

    @model_validator(mode="after")
    def _less_than_strides(self) -> _ConvTranspose:
        for more, step in zip(self.output_padding or (), self.strides, strict=False):
            if more >= step:
                raise refuse(
                    f"must be less than `strides`, {step}, and it is {more}",
                    "SPC0108",
                    argument=("output_padding",),
                )
        return self

    @property
    def extents(self) -> tuple[_Extent, ...]:
        """What becomes of each axis."""
        found: list[_Extent] = []
        for axis, window in enumerate(self.windows):
            span, step = window.span, window.step
            more = None if self.output_padding is None else self.output_padding[axis]
            if self.padding == "valid":
                behind = max(step - span, 0) if more is None else more
                found.append(_Extent(step, span - step + behind, 0))
                continue
            around = step + span - 2 if more is None else span + span % 2 - 2 + more
            size = 0 if more is None else span % 2 + more - step
            before = min(around - around // 2, span - 1)
            found.append(_Extent(step, size, span - 1 - before))
        return tuple(found)

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        self.demand_rank(x)
        value = self.with_channels_last(b, b.compute(x.value))
        shape = (*self.kernel_size, self.filters, value.shape[-1])
        kernel = b.weight("kernel", shape, self.training("kernel"))
        extents = self.extents
        for axis, extent in enumerate(extents, self.first):
            why = f"{type(self).__name__}: axis {axis} must not be empty"
            if extent.more < 0 and not b.require(x.shape[axis], ">=", 1, why):
                raise Refusal(
                    "SPC0370",
                    f"axis {axis} of the input {x.value.type} is empty",
                    argument=("from",),
                    origins=((x.shape[axis], "size"),),
                )
        pairs = zip(extents, value.shape[1:-1], strict=True)
        sizes = tuple(extent.of(size) for extent, size in pairs)
        crops = tuple(extent.crop for extent in extents)
        y = b.convolve_transposed(value, kernel, self.windows, crops, sizes)
        return self.finished(b, y, self.filters)


class Conv1DTranspose(_ConvTranspose):
    """Each step times a kernel, added up over the steps of the result: a convolution turned round.

    `float[batch, steps, channels]` to `float[batch, …, filters]`. With `padding: same` the result
    has `steps * strides` steps, with `valid` `(steps - 1) * strides` and the span of a window, or
    `strides` if that is more. `output_padding` sets how many stand behind. Weights: `kernel
    [kernel_size, filters, channels]`, `bias [filters]`. A mask ends here, and padding takes part.
    Source: Keras's Conv1DTranspose.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 3, 2]",
            {"filters": 2, "kernel_size": 3},
            gives="float32[batch, 5, 2]",
            equals="einsum('bscw,wdc->bsd', windows(around, 1, 3), turned) + bias",
            where={
                "around": "pad(x, [[0, 0], [2, 2], [0, 0]])",
                "turned": "flip(kernel, axis=0)",
            },
            why="every step is written to three",
        ),
        Example(
            "float32[batch, seq, 2]",
            {"filters": 3, "kernel_size": 2, "strides": 2, "use_bias": False},
            gives="float32[batch, 2*seq, 3]",
            equals="reshape(einsum('bsc,wdc->bswd', x, kernel), [batch, 2 * seq, 3])",
            why="windows side by side",
        ),
        Example(
            "float32[batch, seq, 1]",
            {"filters": 2, "kernel_size": 2, "strides": 3, "padding": "same", "activation": "relu"},
            gives="float32[batch, 3*seq, 2]",
            equals="maximum(reshape(three, [batch, 3 * seq, 2]) + bias, 0)",
            where={
                "of": "einsum('bsc,wdc->bswd', x, kernel)",
                "three": "pad(of, [[0, 0], [0, 0], [0, 1], [0, 0]])",
            },
            why="nothing but the bias falls on the third of each three",
        ),
        Example(
            "float32[batch, 3, 2]",
            {"filters": 1, "kernel_size": 2, "strides": 2, "output_padding": 1},
            gives="float32[batch, 7, 1]",
            equals="pad(reshape(of, [batch, 6, 1]), [[0, 0], [0, 1], [0, 0]]) + bias",
            where={"of": "einsum('bsc,wdc->bswd', x, kernel)"},
            why="a step more",
        ),
        Example(
            "float32[batch, 2, 3]",
            {
                "filters": 2,
                "kernel_size": 2,
                "dilation_rate": 2,
                "data_format": "channels_first",
            },
            gives="float32[batch, 2, 5]",
            equals="pad(first, [[0, 0], [0, 0], [0, 2]]) + pad(second, [[0, 0], [0, 0], [2, 0]]) "
            "+ bias[:, None]",
            where={
                "first": "einsum('bcs,dc->bds', x, kernel[0])",
                "second": "einsum('bcs,dc->bds', x, kernel[1])",
            },
            why="places that are apart, channels first",
        ),
        Example("float32[batch, 3]", {"filters": 2, "kernel_size": 3}, refuses="SPC0304"),
        Example(
            "float32[batch, 3, 2]",
            {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 2},
            refuses="SPC0108",
            why="a whole window more would stand there",
        ),
    )


class Conv2DTranspose(_ConvTranspose):
    """Each entry of an image times a kernel, added up: a convolution turned round.

    `float[batch, rows, columns, channels]` to `float[batch, …, …, filters]`, with sizes as of
    Conv1DTranspose. Weights: `kernel [*kernel_size, filters, channels]`, `bias [filters]`. A mask
    ends here, and padding takes part. Source: Keras's Conv2DTranspose.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, h, w, 2]",
            {"filters": 3, "kernel_size": 2, "strides": 2},
            gives="float32[batch, 2*h, 2*w, 3]",
            equals="reshape(transpose(of, [0, 1, 3, 2, 4, 5]), [batch, 2 * h, 2 * w, 3]) + bias",
            where={"of": "einsum('byxc,uvdc->byxuvd', x, kernel)"},
            why="twice as many rows and columns",
        ),
        Example("float32[batch, 3, 2]", {"filters": 2, "kernel_size": 3}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2


class Conv3DTranspose(_ConvTranspose):
    """Each entry of a volume times a kernel, added up: a convolution turned round.

    `float[batch, depth, rows, columns, channels]` to `float[batch, …, …, …, filters]`, with sizes
    as of Conv1DTranspose. Weights: `kernel [*kernel_size, filters, channels]`, `bias [filters]`.
    Source: Keras's Conv3DTranspose.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 1, 3, 2]",
            {"filters": 2, "kernel_size": [2, 1, 1], "strides": [2, 1, 1]},
            gives="float32[batch, 4, 1, 3, 2]",
            equals="reshape(transpose(of, [0, 1, 4, 2, 3, 5]), [batch, 4, 1, 3, 2]) + bias",
            where={"of": "einsum('bzyxc,tdc->bzyxtd', x, kernel[:, 0, 0])"},
        ),
        Example("float32[batch, 3, 2, 2]", {"filters": 2, "kernel_size": 3}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3
