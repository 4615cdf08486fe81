"""SeparableConv1D, SeparableConv2D: every channel by itself, and then all channels together."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.layers.base.interface import Named
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.convolution.depthwise_conv import Depthwise
from spec_compiler.layers.signal import Signal


class _SeparableConv(Depthwise):
    """Every channel by itself, and then a matrix over all channels."""

    learned: ClassVar[tuple[Named, ...]] = (
        Named("depthwise_kernel"),
        Named("pointwise_kernel"),
        Named("bias", ("use_bias",)),
    )

    filters: KnownSize
    """Channels of the output."""
    pointwise_initializer: InitializerField = GlorotUniform()
    """Gives the matrix over the channels its first values."""
    pointwise_regularizer: RegularizerField | None = None
    """Penalty on the matrix over the channels."""
    pointwise_constraint: ConstraintField | None = None
    """Projection of new matrices over the channels."""

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        value, channels = self.read(b, x)
        y = self.apart(b, value, channels, "depthwise_kernel")
        between = y.shape[-1]
        shape = (*(1 for _ in self.kernel_size), between, self.filters)
        matrix = b.weight("pointwise_kernel", shape, self.training("pointwise"))
        y = b.matmul(y, b.reshape(matrix, (between, self.filters)))
        return self.finished(b, y, self.filters)


class SeparableConv1D(_SeparableConv):
    """Every channel of a sequence by itself, and then all channels together.

    `float[batch, steps, channels]` to `float[batch, windows, filters]`: a DepthwiseConv1D without
    bias, and a matrix over its channels. Weights: `depthwise_kernel [kernel_size, channels,
    depth_multiplier]`, `pointwise_kernel [1, channels * depth_multiplier, filters]`, `bias
    [filters]`. A mask ends here, and padding takes part; `mask: pass` keeps one where there is a
    window for each step. Source: Keras's SeparableConv1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 5, 2]",
            {"filters": 3, "kernel_size": 2, "depth_multiplier": 2},
            gives="float32[batch, 4, 3]",
            equals="reshape(of, [batch, 4, 4]) @ pointwise_kernel[0] + bias",
            where={"of": "einsum('bscw,wcd->bscd', windows(x, 1, 2), depthwise_kernel)"},
        ),
        Example(
            "float32[batch, seq, 2] mask",
            {
                "filters": 3,
                "kernel_size": 3,
                "padding": "same",
                "dilation_rate": 2,
                "activation": "relu",
                "mask": "pass",
            },
            gives="float32[batch, seq, 3] mask",
            equals="maximum(einsum('bscw,wcd->bsc', of, depthwise_kernel) @ pointwise_kernel[0] "
            "+ bias, 0)",
            where={"of": "windows(pad(x, [[0, 0], [2, 2], [0, 0]]), 1, 3, dilation=2)"},
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 2, 6]",
            {
                "filters": 3,
                "kernel_size": 2,
                "strides": 3,
                "use_bias": False,
                "data_format": "channels_first",
            },
            gives="float32[batch, 3, 2]",
            equals="einsum('bcsw,wcm,cd->bds', of, depthwise_kernel, pointwise_kernel[0])",
            where={"of": "windows(x, 2, 2, stride=3)"},
            why="channels first",
        ),
        Example("float32[batch, 2, 2]", {"filters": 3, "kernel_size": 3}, refuses="SPC0370"),
    )


class SeparableConv2D(_SeparableConv):
    """Every channel of an image by itself, and then all channels together.

    `float[batch, rows, columns, channels]` to `float[batch, …, …, filters]`: a DepthwiseConv2D
    without bias, and a matrix over its channels. Weights: `depthwise_kernel [*kernel_size,
    channels, depth_multiplier]`, `pointwise_kernel [1, 1, channels * depth_multiplier, filters]`,
    `bias [filters]`. A mask ends here, and padding takes part; `mask: pass` keeps one where there
    is a window for each entry. Source: Keras's SeparableConv2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 5, 2]",
            {"filters": 3, "kernel_size": [2, 3]},
            gives="float32[batch, 3, 3, 3]",
            equals="einsum('byxcuv,uvcm->byxc', of, depthwise_kernel) @ pointwise_kernel[0, 0] "
            "+ bias",
            where={"of": "windows(x, [1, 2], [2, 3])"},
        ),
        Example("float32[batch, 4, 2]", {"filters": 3, "kernel_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2
