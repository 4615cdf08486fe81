"""GroupNormalization: mean 0 and variance 1 in each group of a sample's features."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, StrictBool

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import NonNegativeNumber, WholeNumber
from spec_compiler.fixes import Fix, advise, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites import normalizations
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Size, quoted
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
from spec_compiler.layers.normalization.gamma_and_beta import GAMMA_AND_BETA, GammaAndBeta
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal

_EACH = -1
_AT = ("groups",)
_MOST_LISTED = 64
"""Up to which number of groups those that fit are listed."""


def _count(groups: int) -> int:
    if groups < 1 and groups != _EACH:
        raise refuse(
            f"must be positive, or -1 for a group of each feature, not {groups}", "SPC0308"
        )
    return groups


class GroupNormalization(Layer):
    """Normalise each group of features over all other axes, then scale and shift the features.

    The features of `axis` are parted into `groups` of neighbours. Each group of each sample has its
    own mean and variance: `(x - mean) / sqrt(variance + epsilon) * gamma + beta`; the shape stays.
    `groups: -1` makes a group of each feature, as in instance normalisation; `groups: 1` is one of
    all. Weights, one number for each feature: `gamma`, `beta`. Half precision is computed in
    float32, and whole numbers in the layer's dtype. A mask passes unchanged; padding takes part in
    the statistics. Source: Keras's GroupNormalization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 4] mask",
            {"groups": 2},
            gives="float32[batch, seq, 4] mask",
            equals="reshape((parts - mu) / sigma, [batch, seq, 4]) * gamma + beta",
            keeps="mask(x)",
            where={
                "parts": "reshape(x, [batch, seq, 2, 2])",
                "mu": "mean(parts, axis=[1, 3], keepdims=True)",
                "sigma": "sqrt(var(parts, axis=[1, 3], keepdims=True) + 1e-3)",
            },
        ),
        Example(
            "float32[batch, 6, 5, 4]",
            {"groups": 3, "axis": 1, "scale": False, "epsilon": 0.5},
            gives="float32[batch, 6, 5, 4]",
            equals="reshape((parts - mu) / sigma, [batch, 6, 5, 4]) + beta[:, None, None]",
            where={
                "parts": "reshape(x, [batch, 3, 2, 5, 4])",
                "mu": "mean(parts, axis=[2, 3, 4], keepdims=True)",
                "sigma": "sqrt(var(parts, axis=[2, 3, 4], keepdims=True) + 0.5)",
            },
            why="features on axis 1",
        ),
        Example(
            "float32[batch, 5, 4, 3]",
            {"groups": -1, "center": False},
            gives="float32[batch, 5, 4, 3]",
            equals="(x - mu) / sigma * gamma",
            where={
                "mu": "mean(x, axis=[1, 2], keepdims=True)",
                "sigma": "sqrt(var(x, axis=[1, 2], keepdims=True) + 1e-3)",
            },
            why="instance normalisation: each feature by itself",
        ),
        Example(
            "int32[batch, n]",
            {"groups": 2, "center": False, "scale": False},
            gives="float32[batch, n]",
            equals="reshape((parts - mu) / sigma, [batch, n])",
            where={
                "parts": "reshape(cast(x, 'float64'), [batch, 2, n // 2])",
                "mu": "mean(parts, axis=2, keepdims=True)",
                "sigma": "sqrt(var(parts, axis=2, keepdims=True) + 1e-3)",
            },
            why="without weights the size need not be known; that it is even is checked",
        ),
        Example("float32[batch, 6]", {"groups": 4}, refuses="SPC0369"),
        Example("float32[batch, 6]", {"groups": 0}, refuses="SPC0308"),
        Example("float32[batch, 6]", {"axis": 0}, refuses="SPC0354", why="that is the batch"),
        Example("float32[batch, seq]", {"groups": -1}, refuses="SPC0306", why="a weight's size"),
    )
    learned: ClassVar[tuple[Named, ...]] = GAMMA_AND_BETA
    masks: ClassVar[Masks] = PASSED

    groups: Annotated[WholeNumber, AfterValidator(_count)] = 32
    """How many groups; their number divides that of the features. -1: as many as features."""
    axis: WholeNumber = -1
    """The axis of the features; the batch is axis 0, negative ones count from the last."""
    epsilon: NonNegativeNumber = 1e-3
    """Added to the variance, so that equal entries are not divided by 0."""
    center: StrictBool = True
    """Whether there is a shift `beta`."""
    scale: StrictBool = True
    """Whether there is a scale `gamma`."""
    beta_initializer: InitializerField = Zeros()
    """Gives `beta` its first values."""
    gamma_initializer: InitializerField = Ones()
    """Gives `gamma` its first values."""
    beta_regularizer: RegularizerField | None = None
    """Penalty on `beta`."""
    gamma_regularizer: RegularizerField | None = None
    """Penalty on `gamma`."""
    beta_constraint: ConstraintField | None = None
    """Projection of a new `beta`."""
    gamma_constraint: ConstraintField | None = None
    """Projection of a new `gamma`."""

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        (axis,) = distinct_axes((self.axis,), x.value, "GroupNormalization")
        if axis == 0:
            raise Refusal(
                "SPC0354",
                f"GroupNormalization parts features, and axis 0 of {x.value.type} is the batch",
                argument=("axis",),
                help=f"write an axis from 1 to {x.rank - 1}" if x.rank > 1 else "",
            )
        groups, each = self._parted(b, x.value, axis)
        y = b.cast(x.value, widened(b.policy.compute))
        learned = GammaAndBeta.of(self, b, y, (axis,))
        y = b.reshape(y, (*x.shape[:axis], groups, each, *x.shape[axis + 1 :]))
        others = tuple(i for i in range(1, len(y.shape)) if i != axis)
        y = b.compose(normalizations.LayerNormalization(others, self.epsilon), y)
        return x.carry(b.compute(learned.scaled(b, b.reshape(y, x.shape))))

    def _parted(self, b: Builder, x: Value, axis: int) -> tuple[Size, Size]:
        """How many groups there are, and the features of each.

        Raises:
            Refusal: the features cannot be parted so.
        """
        features = x.shape[axis]
        if self.groups == _EACH:
            return features, 1
        each = floor_divide(features, self.groups)
        why = f"GroupNormalization parts axis {axis} into {self.groups} groups"
        if not b.require(features, "==", each * self.groups, why, _AT):
            raise Refusal(
                "SPC0369",
                f"{self.groups} groups do not divide the {quoted(features)} features of axis "
                f"{axis} of {x.type}",
                argument=_AT,
                origins=((x, axis),),
                fix=_divisors(features, self.groups),
            )
        return self.groups, each


def _divisors(features: Size, groups: int) -> Fix | None:
    """What to write where the number of features is known: the nearest number that divides it."""
    if not isinstance(features, int):
        return advise("the number of groups must divide the number of features")
    fit = [count for count in range(1, min(features, _MOST_LISTED) + 1) if features % count == 0]
    words = f"write one of {fit}, or -1 for a group of each feature"
    return write(min(fit, key=lambda count: abs(count - groups)), words=words, safe=False)
