"""BatchNormalization: each feature brought to a common scale by statistics that training kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import Number
from spec_compiler.declaring.numbers import NonNegativeNumber, WholeNumber
from spec_compiler.fixes import Fix
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import widened
from spec_compiler.layers.base.axes import distinct_axes
from spec_compiler.layers.base.interface import PASSED, Masks, Named
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Ones, Zeros
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.normalization.gamma_and_beta import GAMMA_AND_BETA, GammaAndBeta, beside
from spec_compiler.layers.signal import Signal


class BatchNormalization(Layer):
    """Subtract a mean and divide by a deviation, each feature's own, that training has kept.

    `(x - moving_mean) / sqrt(moving_variance + epsilon) * gamma + beta`; the shape stays. A run is
    inference: no statistics of the batch are taken. Weights, one number for each entry of the axis:
    `gamma`, `beta`, `moving_mean`, `moving_variance`, the last two not trainable. Half precision is
    computed in float32, and whole numbers in the layer's dtype. A mask passes unchanged. Source:
    Keras's BatchNormalization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            gives="float32[batch, seq, 8] mask",
            equals="(x - moving_mean) / sqrt(moving_variance + 1e-3) * gamma + beta",
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 3, 8, 8]",
            {"axis": 1, "epsilon": 4},
            gives="float32[batch, 3, 8, 8]",
            equals="(x - m) / sqrt(v + 4) * gamma[:, None, None] + beta[:, None, None]",
            where={"m": "moving_mean[:, None, None]", "v": "moving_variance[:, None, None]"},
            why="features on axis 1",
        ),
        Example(
            "float32[batch, 8]",
            {"center": False, "epsilon": 4},
            gives="float32[batch, 8]",
            equals="(x - moving_mean) / sqrt(moving_variance + 4) * gamma",
            why="a scale without a shift",
        ),
        Example(
            "int32[batch, 8]",
            {"scale": False, "epsilon": 4},
            gives="float32[batch, 8]",
            equals="(x - moving_mean) / sqrt(moving_variance + 4) + beta",
            why="a shift without a scale; whole numbers are cast",
        ),
        Example("float32[batch, 8]", {"axis": 2}, refuses="SPC0354", why="there are two axes"),
        Example("float32[batch, seq]", refuses="SPC0306", why="the weights need a size"),
    )
    learned: ClassVar[tuple[Named, ...]] = (
        *GAMMA_AND_BETA,
        Named("moving_mean"),
        Named("moving_variance"),
    )
    masks: ClassVar[Masks] = PASSED
    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        **dict.fromkeys(
            ("renorm", "renorm_clipping", "renorm_momentum"),
            "leave it out: it has an effect on training only",
        ),
    }

    axis: WholeNumber = -1
    """The axis of the features; the batch is axis 0, negative ones count from the last."""
    momentum: Number = 0.99
    """How much of the moving statistics a step of training keeps; no effect on inference."""
    epsilon: NonNegativeNumber = 1e-3
    """Added to the variance, so that nothing is divided by 0."""
    center: StrictBool = True
    """Whether there is a shift `beta`."""
    scale: StrictBool = True
    """Whether there is a scale `gamma`."""
    beta_initializer: InitializerField = Zeros()
    """Gives `beta` its first values."""
    gamma_initializer: InitializerField = Ones()
    """Gives `gamma` its first values."""
    moving_mean_initializer: InitializerField = Zeros()
    """Gives `moving_mean` its first values."""
    moving_variance_initializer: InitializerField = Ones()
    """Gives `moving_variance` its first values."""
    beta_regularizer: RegularizerField | None = None
    """Penalty on `beta`."""
    gamma_regularizer: RegularizerField | None = None
    """Penalty on `gamma`."""
    beta_constraint: ConstraintField | None = None
    """Projection of a new `beta`."""
    gamma_constraint: ConstraintField | None = None
    """Projection of a new `gamma`."""
    synchronized: StrictBool = False
    """Whether training takes statistics over all devices; no effect on inference."""

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        axes = distinct_axes((self.axis,), x.value, "BatchNormalization")
        y = b.cast(x.value, widened(b.policy.compute))
        learned = GammaAndBeta.of(self, b, y, axes)
        mean, variance = (self._moving(b, name, y, axes) for name in ("mean", "variance"))
        deviation = b.unary("sqrt", b.add(variance, self.epsilon))
        factor = b.divide(1 if learned.gamma is None else learned.gamma, deviation)
        y = b.multiply(b.subtract(y, mean), factor)
        return x.carry(b.compute(y if learned.beta is None else b.add(y, learned.beta)))

    def _moving(self, b: LayerBuilder, name: str, x: Value, axes: tuple[int, ...]) -> Value:
        """A statistic that training keeps, beside `x` and in its dtype."""
        weight = b.weight(
            f"moving_{name}",
            tuple(x.shape[axis] for axis in axes),
            self.training(f"moving_{name}"),
            trainable=False,
            compute=x.dtype,
        )
        return b.reshape(weight, beside(axes, x))
