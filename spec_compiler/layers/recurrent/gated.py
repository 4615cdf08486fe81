"""Cells of parts of one size each: gates, and what a new state is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Named
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.activations import ActivationField, ActivationFunction
from spec_compiler.layers.choices.activations.sigmoids import Tanh
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.initializers.random import Orthogonal
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.recurrent.cell import Stepping
from spec_compiler.refusals import Refusal, under


class Gated(Stepping):
    """A cell of parts of one size each, all made of the input, the output and a bias."""

    gates: ClassVar[int]
    """How many parts there are."""
    states: ClassVar[tuple[str, ...]] = ("state",)
    """The names of its states, each of one part's size; the first is what a step gives."""
    learned: ClassVar[tuple[Named, ...]] = (
        Named("kernel"),
        Named("recurrent_kernel"),
        Named("bias", ("use_bias",)),
    )

    activation: ActivationField = Tanh()
    """Applied to the candidate state, and by LSTM to the output."""
    use_bias: StrictBool = True
    """Whether a bias is added."""
    kernel_initializer: InitializerField = GlorotUniform()
    """Gives the kernel its first values."""
    recurrent_initializer: InitializerField = Orthogonal()
    """Gives the recurrent kernel its first values."""
    bias_initializer: InitializerField = Zeros()
    """Gives the bias its first values."""
    kernel_regularizer: RegularizerField | None = None
    """Penalty on the kernel."""
    recurrent_regularizer: RegularizerField | None = None
    """Penalty on the recurrent kernel."""
    bias_regularizer: RegularizerField | None = None
    """Penalty on the bias."""
    kernel_constraint: ConstraintField | None = None
    """Projection of new kernels."""
    recurrent_constraint: ConstraintField | None = None
    """Projection of new recurrent kernels."""
    bias_constraint: ConstraintField | None = None
    """Projection of new biases."""
    dropout: Fraction = 0.0
    """Fraction of the input that training drops; no effect on inference."""
    recurrent_dropout: Fraction = 0.0
    """Fraction of the state that training drops; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of the dropout; no effect on inference."""

    @property
    def size(self) -> int:
        """Entries of a part, and of each state, along the last axis."""
        raise NotImplementedError

    def kernel_shape(self, features: Size) -> Shape:
        """The shape of a kernel over so many features, for all parts."""
        raise NotImplementedError

    def times(self, b: Builder, x: Value, kernel: Value) -> Value:
        """A state times a kernel."""
        raise NotImplementedError

    @property
    def held(self) -> Mapping[str, int]:
        """See `Stepping`."""
        return dict.fromkeys(self.states, self.size)

    @property
    def own_weights(self) -> tuple[str, ...]:
        """See `Stepping`."""
        return tuple(item.name for item in self.learned if not item.when or self.use_bias)

    def weights(self, b: LayerBuilder, features: Size) -> list[Value]:
        """`kernel`, `recurrent_kernel` and, if there is one, `bias`; see `Stepping`."""
        kernel = b.weight("kernel", self.kernel_shape(features), self.training("kernel"))
        shape = self.kernel_shape(self.size)
        recurrent = b.weight("recurrent_kernel", shape, self.training("recurrent"))
        if not self.use_bias:
            return [kernel, recurrent]
        return [kernel, recurrent, b.weight("bias", self.bias_shape, self.training_of_bias())]

    @property
    def bias_shape(self) -> Shape:
        """The shape of the bias."""
        return (self.gates * self.size,)

    def training_of_bias(self) -> Training:
        """What is said of the bias."""
        return self.training("bias")

    def part(self, b: Builder, gates: Value, index: int) -> Value:
        """One of the parts of `size` entries that lie side by side on the last axis."""
        if self.gates == 1:
            return gates
        return b.slice(gates, -1, index * self.size, (index + 1) * self.size)

    def activated(self, b: Builder, part: Value, argument: str) -> Value:
        """A part, activated.

        Args:
            b: The builder.
            part: The part.
            argument: The layer's argument that is its activation.

        Raises:
            Refusal: the activation would give half as many entries.
        """
        activation: ActivationFunction = getattr(self, argument)
        with under(argument):
            if activation.halved_axis(part) is not None:
                name = activation.names[0]
                message = f"`{argument}` cannot be `{name}`: it halves the state"
                raise Refusal("SPC0108", message)
            return activation.lower(b, part)


class OfUnits(Gated):
    """One whose parts are vectors, made by matrices."""

    units: KnownSize
    """Size of the output and of each state."""

    @property
    def size(self) -> int:
        """See `Gated`."""
        return self.units

    def kernel_shape(self, features: Size) -> Shape:
        """See `Gated`."""
        return (features, self.gates * self.units)

    def times(self, b: Builder, x: Value, kernel: Value) -> Value:
        """See `Gated`."""
        return b.matmul(x, kernel)

    def project(self, b: Builder, x: Value, weights: Sequence[Value]) -> Value:
        """The input times the kernel, and the bias; see `Stepping`."""
        kernel, _, *bias = weights
        product = b.matmul(x, kernel)
        return b.add(product, bias[0]) if bias else product
