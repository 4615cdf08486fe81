"""What convolutions share: their windows, a bias, an activation."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, StrictBool, model_validator

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.declaring.per_axis import PerAxis
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.windows import Padding, Window
from spec_compiler.layers.base.interface import Named
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.spatial import Windowed
from spec_compiler.layers.choices.activations import ActivationField
from spec_compiler.layers.choices.activations.linear import Linear
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Signal


class Convolution(Windowed):
    """Sums of products of windows with a learned kernel, a bias, an activation."""

    learned: ClassVar[tuple[Named, ...]] = (Named("kernel"), Named("bias", ("use_bias",)))
    in_order: ClassVar[tuple[str, ...]] = (
        *("filters", "kernel_size", "strides", "padding", "output_padding", "data_format"),
        *("dilation_rate", "depth_multiplier", "groups", "activation", "use_bias"),
        *("kernel_initializer", "depthwise_initializer", "pointwise_initializer"),
        *("bias_initializer", "kernel_regularizer", "depthwise_regularizer"),
        *("pointwise_regularizer", "bias_regularizer", "activity_regularizer"),
        *("kernel_constraint", "depthwise_constraint", "pointwise_constraint", "bias_constraint"),
    )

    kernel_size: PerAxis
    """Entries of a window along each axis: one number, or one an axis."""
    strides: PerAxis = Field((1,), validate_default=True)
    """Entries from one window to the next: one number, or one an axis."""
    padding: Literal["valid", "same"] = "valid"
    """`valid`: windows lie within the input. `same`: a window for each `strides` entries, with
    zeros for what is lacking at both ends, the end having the odd one."""
    dilation_rate: PerAxis = Field((1,), validate_default=True)
    """Entries from one place of a window to the next: one number, or one an axis."""
    activation: ActivationField = Linear()
    """Applied to the result."""
    use_bias: StrictBool = True
    """Whether a bias is added."""
    bias_initializer: InitializerField = Zeros()
    """Gives the bias its first values."""
    bias_regularizer: RegularizerField | None = None
    """Penalty on the bias."""
    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
    bias_constraint: ConstraintField | None = None
    """Projection of new biases."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """Those over each axis."""
        padding: Padding = self.padding
        parts = zip(self.kernel_size, self.strides, self.dilation_rate, strict=True)
        return tuple(Window(*part, padding) for part in parts)

    def read(self, b: Builder, x: Signal) -> tuple[Value, Size]:
        """The input to compute with, channels last, and how many channels it has.

        Raises:
            Refusal: it has another rank, or is shorter than a window.
        """
        self.demand_rank(x)
        self.demand_room(b, x, "kernel_size")
        value = self.with_channels_last(b, b.compute(x.value))
        return value, value.shape[-1]

    def finished(self, b: LayerBuilder, y: Value, channels: Size) -> Signal:
        """What was computed with a bias added and the activation applied, in the layer's format."""
        if self.use_bias:
            y = b.add(y, b.weight("bias", (channels,), self.training("bias")))
        return self.activation.applied(b, self.in_its_format(b, y))


class WithKernel(Convolution):
    """One that makes as many channels as it is told, from kernels over all channels."""

    filters: KnownSize
    """Channels of the output."""
    kernel_initializer: InitializerField = GlorotUniform()
    """Gives the kernel its first values."""
    kernel_regularizer: RegularizerField | None = None
    """Penalty on the kernel."""
    kernel_constraint: ConstraintField | None = None
    """Projection of new kernels."""

    @model_validator(mode="after")
    def _not_both(self) -> WithKernel:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise refuse(
                "cannot be above 1 where `strides` is, too",
                "SPC0108",
                argument=("dilation_rate",),
                related=((("strides",), "windows are apart"),),
                help="write it as two layers: a dilated one with `strides: 1`, and pooling",
            )
        return self
