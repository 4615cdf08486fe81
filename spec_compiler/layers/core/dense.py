"""Dense: the last axis times a matrix."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.layers.base.interface import PASSED, Masks, Named
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.lora import Adaptable, adaptation
from spec_compiler.layers.choices.activations import ActivationField
from spec_compiler.layers.choices.activations.linear import Linear
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class Dense(Adaptable, Layer):
    """Multiply the last axis by a learned matrix, add a learned bias, apply an activation.

    `float[batch, …, n]` to `float[batch, …, units]`. Weights: `kernel [n, units]`, `bias [units]`.
    A mask passes unchanged. Source: Keras's Dense.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 8]", {"units": 3}, gives="float32[batch, 3]", equals="x @ kernel + bias"
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"units": 3, "activation": "relu"},
            gives="float32[batch, seq, 3] mask",
            equals="maximum(x @ kernel + bias, 0)",
            keeps="mask(x)",
        ),
        Example(
            "int32[batch, 8]",
            {"units": 2},
            gives="float32[batch, 2]",
            equals="x @ kernel + bias",
            why="whole numbers are cast",
        ),
        Example(
            "float32[batch, 8]",
            {"units": 3, "use_bias": False, "lora_rank": 2, "lora_alpha": 3},
            gives="float32[batch, 3]",
            equals="x @ (kernel + 3 / 2 * lora_kernel_a @ lora_kernel_b)",
            why="an adapted kernel",
        ),
        Example("float32[batch]", {"units": 3}, refuses="SPC0304", why="rank 2 is the least"),
        Example(
            "float32[batch, ?]", {"units": 3}, refuses="SPC0306", why="the kernel needs a size"
        ),
    )

    learned: ClassVar[tuple[Named, ...]] = (
        Named("kernel"),
        Named("bias", ("use_bias",)),
        *adaptation("kernel"),
    )
    masks: ClassVar[Masks] = PASSED

    units: KnownSize
    """Size of the last axis of the output."""
    activation: ActivationField = Linear()
    """Applied to the result."""
    use_bias: StrictBool = True
    """Whether a bias is added."""
    kernel_initializer: InitializerField = GlorotUniform()
    """Gives the kernel its first values."""
    bias_initializer: InitializerField = Zeros()
    """Gives the bias its first values."""
    kernel_regularizer: RegularizerField | None = None
    """Penalty on the kernel."""
    bias_regularizer: RegularizerField | None = None
    """Penalty on the bias."""
    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
    kernel_constraint: ConstraintField | None = None
    """Projection of new kernels."""
    bias_constraint: ConstraintField | None = None
    """Projection of new biases."""

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        if x.rank < 2:
            raise Refusal(
                "SPC0304",
                f"Dense needs rank 2 or more, and its input is {x.value.type}",
                argument=("from",),
            )
        kernel = self.adapted(
            b,
            "kernel",
            (x.shape[-1], self.units),
            self.training("kernel"),
        )
        y = b.matmul(b.compute(x.value), kernel)
        if self.use_bias:
            bias = b.weight(
                "bias",
                (self.units,),
                self.training("bias"),
            )
            y = b.add(y, bias)
        # a mask over the features themselves ends with them
        mask = x.mask if x.mask is None or x.mask.value.type.rank < x.rank else None
        return self.activation.applied(b, y, mask)
