"""LayerNormalization: mean 0 and variance 1 along axes of each sample."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool, model_validator

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import Axes, NonNegativeNumber
from spec_compiler.ir.composites import normalizations
from spec_compiler.ir.types import widened
from spec_compiler.layers.base.axes import distinct_axes
from spec_compiler.layers.base.interface import PASSED, Masks, Named
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Ones, Zeros
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.normalization.gamma_and_beta import GAMMA_AND_BETA, GammaAndBeta
from spec_compiler.layers.signal import Signal


class LayerNormalization(Layer):
    """Normalise along axes, then multiply by a learned scale and add a learned shift.

    `(x - mean) / sqrt(variance + epsilon) * gamma + beta`; the shape stays. Weights, with the
    sizes of the axes in the order in which the input has them: `gamma`, `beta`. Half precision is
    computed in float32, and whole numbers in the layer's dtype. A mask passes unchanged; padding
    on the axes takes part. Source: Keras's LayerNormalization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            gives="float32[batch, seq, 8] mask",
            equals="(x - mu) / sigma * gamma + beta",
            keeps="mask(x)",
            where={
                "mu": "mean(x, axis=2, keepdims=True)",
                "sigma": "sqrt(var(x, axis=2, keepdims=True) + 1e-3)",
            },
        ),
        Example(
            "float32[batch, 4, 3]",
            {"axis": 1},
            gives="float32[batch, 4, 3]",
            equals="(x - mu) / sigma * gamma[:, None] + beta[:, None]",
            where={
                "mu": "mean(x, axis=1, keepdims=True)",
                "sigma": "sqrt(var(x, axis=1, keepdims=True) + 1e-3)",
            },
        ),
        Example(
            "float32[batch, 4, 3]",
            {"axis": [1, 2], "epsilon": 1e-12},
            gives="float32[batch, 4, 3]",
            equals="(x - mu) / sigma * gamma + beta",
            where={
                "mu": "mean(x, axis=[1, 2], keepdims=True)",
                "sigma": "sqrt(var(x, axis=[1, 2], keepdims=True) + 1e-12)",
            },
            why="all 12 entries of a sample together",
        ),
        Example(
            "float32[batch, seq]",
            {"center": False, "scale": False},
            gives="float32[batch, seq]",
            equals="(x - mu) / sigma",
            where={
                "mu": "mean(x, axis=1, keepdims=True)",
                "sigma": "sqrt(var(x, axis=1, keepdims=True) + 1e-3)",
            },
            why="without weights the size need not be known",
        ),
        Example(
            "int32[batch, 8]",
            gives="float32[batch, 8]",
            equals="(x - mu) / sigma * gamma + beta",
            where={
                "mu": "mean(x, axis=1, keepdims=True)",
                "sigma": "sqrt(var(x, axis=1, keepdims=True) + 1e-3)",
            },
            why="whole numbers are cast",
        ),
        Example(
            "float32[batch, 8]",
            {"center": False, "epsilon": 0.5},
            gives="float32[batch, 8]",
            equals="(x - mu) / sigma * gamma",
            where={
                "mu": "mean(x, axis=1, keepdims=True)",
                "sigma": "sqrt(var(x, axis=1, keepdims=True) + 0.5)",
            },
            why="a scale without a shift",
        ),
        Example(
            "float32[batch, 8]",
            {"rms_scaling": True},
            gives="float32[batch, 8]",
            equals="x / sqrt(var(x, axis=1, keepdims=True) + 1e-3) * gamma",
            why="the mean is left, and there is no shift",
        ),
        Example("float32[batch, 8]", {"axis": 2}, refuses="SPC0354", why="there are two axes"),
        Example("float32[batch, seq]", refuses="SPC0306", why="the weights need a size"),
    )

    learned: ClassVar[tuple[Named, ...]] = (
        GAMMA_AND_BETA[0],
        GAMMA_AND_BETA[1]._replace(unless="rms_scaling"),
    )
    masks: ClassVar[Masks] = PASSED

    axis: Axes = (-1,)
    """The axis, or a list of axes; the batch is axis 0, negative ones count from the last."""
    epsilon: NonNegativeNumber = 1e-3
    """Added to the variance, so that equal entries are not divided by 0."""
    center: StrictBool = True
    """Whether there is a shift `beta`."""
    scale: StrictBool = True
    """Whether there is a scale `gamma`."""
    rms_scaling: StrictBool = False
    """Whether the mean stays: `x / sqrt(variance + epsilon) * gamma`. See RMSNormalization, too."""
    gamma_initializer: InitializerField = Ones()
    """Gives `gamma` its first values."""
    beta_initializer: InitializerField = Zeros()
    """Gives `beta` its first values."""
    gamma_regularizer: RegularizerField | None = None
    """Penalty on `gamma`."""
    beta_regularizer: RegularizerField | None = None
    """Penalty on `beta`."""
    gamma_constraint: ConstraintField | None = None
    """Projection of a new `gamma`."""
    beta_constraint: ConstraintField | None = None
    """Projection of a new `beta`."""

    @model_validator(mode="after")
    def _scaled(self) -> LayerNormalization:
        if self.rms_scaling and not self.scale:
            raise refuse(
                "contradicts `scale: false`: it multiplies by `gamma`",
                "SPC0107",
                argument=("rms_scaling",),
                related=((("scale",), "no `gamma`"),),
            )
        return self

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        axes = distinct_axes(self.axis, x.value, "LayerNormalization")
        x_wide = b.cast(x.value, widened(b.policy.compute))
        learned = GammaAndBeta.of(self, b, x_wide, axes, shifted=not self.rms_scaling)
        normalized = normalizations.LayerNormalization(axes, self.epsilon, not self.rms_scaling)
        y = b.compose(normalized, x_wide)
        return x.carry(b.compute(learned.scaled(b, y)))
