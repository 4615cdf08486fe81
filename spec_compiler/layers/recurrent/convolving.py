"""What ConvLSTM computes in every rank: an LSTM whose states are images, made by convolutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.windows import Window
from spec_compiler.layers.base.interface import Masks, Named, Ports
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.activations import ActivationField
from spec_compiler.layers.choices.activations.sigmoids import Tanh
from spec_compiler.layers.convolution.convolution import WithKernel
from spec_compiler.layers.recurrent.lstm import LSTM, Remembering
from spec_compiler.layers.recurrent.recurrent import Reading
from spec_compiler.layers.signal import Signal


class Convolving(Remembering, WithKernel, Reading):
    """A sequence of images read with an output and a memory that are images."""

    learned: ClassVar[tuple[Named, ...]] = Remembering.learned
    masks: ClassVar[Masks] = Reading.masks
    ports: ClassVar[Ports] = LSTM.ports
    outputs: ClassVar[tuple[Named, ...]] = LSTM.outputs
    before: ClassVar[int] = 2
    carry_mask = Layer.carry_mask
    in_order: ClassVar[tuple[str, ...]] = (
        *("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"),
        *("activation", "recurrent_activation", "use_bias", "kernel_initializer"),
        *("recurrent_initializer", "bias_initializer", "unit_forget_bias", "kernel_regularizer"),
        *("recurrent_regularizer", "bias_regularizer", "activity_regularizer"),
        *("kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout"),
        *("recurrent_dropout", "seed", "return_sequences", "return_state", "go_backwards"),
        *("stateful", "unroll", "zero_output_for_mask"),
    )

    activation: ActivationField = Tanh()
    """Applied to the candidate state, and to the memory for the output."""

    @property
    def size(self) -> int:
        """See `Gated`."""
        return self.filters

    def state_shapes(self, x: Shape) -> tuple[Shape, ...]:
        """Images of as many entries as there are windows, with `filters` channels."""
        sizes = x[self.first : self.first + self.rank]
        counts = (window.over(size) for window, size in zip(self.windows, sizes, strict=True))
        last = self.data_format == "channels_last"
        form = (*counts, self.filters) if last else (self.filters, *counts)
        return ((x[0], *form),) * len(self.states)

    def kernel_shape(self, features: Size) -> Shape:
        """See `Gated`."""
        return (*self.kernel_size, features, self.gates * self.filters)

    def times(self, b: Builder, x: Value, kernel: Value) -> Value:
        """A window for each entry of the state, whatever those over the input are."""
        return b.convolve(x, kernel, [Window(size, padding="same") for size in self.kernel_size])

    def project(self, b: Builder, x: Value, weights: Sequence[Value]) -> Value:
        """The windows of every step times the kernel, and the bias; see `Stepping`."""
        kernel, _, *bias = weights
        (rows, steps), image = x.shape[:2], x.shape[2:]
        y = b.convolve(b.reshape(x, (rows * steps, *image)), kernel, self.windows)
        y = b.reshape(y, (rows, steps, *y.shape[1:]))
        return b.add(y, bias[0]) if bias else y

    def as_computed(self, b: Builder, x: Value) -> Value:
        """See `Reading`."""
        return self.with_channels_last(b, x)

    def as_given(self, b: Builder, x: Value) -> Value:
        """See `Reading`."""
        return self.in_its_format(b, x)

    def demand_sequence(self, b: Builder, sequence: Signal) -> None:
        """See `Reading`; windows must lie within the images."""
        super().demand_sequence(b, sequence)
        self.demand_room(b, sequence, "kernel_size")
