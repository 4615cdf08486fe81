"""DepthwiseConv1D, DepthwiseConv2D: every channel's windows times kernels of its own."""

from __future__ import annotations

from typing import ClassVar, cast

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.convolution.convolution import Convolution
from spec_compiler.layers.signal import Signal


class Depthwise(Convolution):
    """One that reads every channel by itself."""

    depth_multiplier: KnownSize = 1
    """Channels that are made of each one."""
    depthwise_initializer: InitializerField = GlorotUniform()
    """Gives the kernel its first values."""
    depthwise_regularizer: RegularizerField | None = None
    """Penalty on the kernel."""
    depthwise_constraint: ConstraintField | None = None
    """Projection of new kernels."""

    def apart(self, b: LayerBuilder, x: Value, channels: Size, weight: str) -> Value:
        """Each of the channels with `depth_multiplier` kernels, channel by channel.

        Args:
            b: The builder.
            x: The input, channels last.
            channels: How many it has.
            weight: The name of the kernels, `[*kernel_size, channels, depth_multiplier]`.
        """
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        kernel = b.weight(weight, shape, self.training("depthwise"))
        groups = cast("int", channels)  # as a size of a weight
        together = (*self.kernel_size, 1, groups * self.depth_multiplier)
        return b.convolve(x, b.reshape(kernel, together), self.windows, groups)


class _DepthwiseConv(Depthwise):
    """Every channel's windows times kernels of its own."""

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        value, channels = self.read(b, x)
        y = self.apart(b, value, channels, "kernel")
        return self.finished(b, y, y.shape[-1])


class DepthwiseConv1D(_DepthwiseConv):
    """Every channel of a sequence by itself: its windows times kernels of its own.

    `float[batch, steps, channels]` to `float[batch, windows, channels * depth_multiplier]`, with
    windows as of Conv1D; what is made of a channel stands side by side. Weights: `kernel
    [kernel_size, channels, depth_multiplier]`, `bias [channels * depth_multiplier]`. A mask ends
    here, and padding takes part; `mask: pass` keeps one where there is a window for each step.
    Source: Keras's DepthwiseConv1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 5, 2]",
            {"kernel_size": 2, "depth_multiplier": 3},
            gives="float32[batch, 4, 6]",
            equals="reshape(einsum('bscw,wcd->bscd', windows(x, 1, 2), kernel), [batch, 4, 6]) "
            "+ bias",
        ),
        Example(
            "float32[batch, seq, 2] mask",
            {"kernel_size": 3, "padding": "same", "dilation_rate": 2, "mask": "pass"},
            gives="float32[batch, seq, 2] mask",
            equals="einsum('bscw,wcd->bsc', windows(padded, 1, 3, dilation=2), kernel) + bias",
            where={"padded": "pad(x, [[0, 0], [2, 2], [0, 0]])"},
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 2, 6]",
            {
                "kernel_size": 2,
                "strides": 3,
                "use_bias": False,
                "activation": "relu",
                "data_format": "channels_first",
            },
            gives="float32[batch, 2, 2]",
            equals="maximum(einsum('bcsw,wcd->bcs', windows(x, 2, 2, stride=3), kernel), 0)",
            why="channels first",
        ),
        Example("float32[batch, seq, 2] mask", {"kernel_size": 3}, refuses="SPC0410"),
        Example("float32[batch, 2, 2]", {"kernel_size": 3}, refuses="SPC0370"),
        Example("float32[batch, 4, ?]", {"kernel_size": 3}, refuses="SPC0306"),
    )


class DepthwiseConv2D(_DepthwiseConv):
    """Every channel of an image by itself: its windows times kernels of its own.

    `float[batch, rows, columns, channels]` to `float[batch, …, …, channels * depth_multiplier]`,
    with windows as of Conv2D. Weights: `kernel [*kernel_size, channels, depth_multiplier]`, `bias
    [channels * depth_multiplier]`. A mask ends here, and padding takes part; `mask: pass` keeps one
    where there is a window for each entry. Source: Keras's DepthwiseConv2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 5, 2]",
            {"kernel_size": [2, 3], "depth_multiplier": 2},
            gives="float32[batch, 3, 3, 4]",
            equals="reshape(einsum('byxcuv,uvcd->byxcd', of, kernel), [batch, 3, 3, 4]) + bias",
            where={"of": "windows(x, [1, 2], [2, 3])"},
        ),
        Example("float32[batch, 4, 2]", {"kernel_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2
