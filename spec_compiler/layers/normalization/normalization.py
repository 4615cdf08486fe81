"""Normalization: features brought to mean 0 and variance 1 by statistics that are given."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, NamedTuple

from pydantic import AfterValidator, StrictBool, model_validator

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import Axes
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.base.axes import distinct_axes
from spec_compiler.layers.base.given_numbers import GivenNumbers, NumbersField
from spec_compiler.layers.base.interface import PASSED, Masks, Named
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.initializers.constant import Ones, Zeros
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal, under

_LEAST = 1e-7
"""The least deviation that is divided by, Keras's `epsilon()`."""


def _no_variance_below_zero(given: GivenNumbers | None) -> GivenNumbers | None:
    if given is not None and (least := min(given.values)) < 0:
        raise refuse(f"must be 0 or more, not {least:g}")
    return given


class _Statistics(NamedTuple):
    """What is subtracted and divided by, as it is written beside the input."""

    mean: Value
    deviation: Value


class Normalization(Layer):
    """Subtract a mean and divide by a deviation, which are given or were taken from data.

    `(x - mean) / maximum(sqrt(variance), 1e-7)`; the shape stays. `mean` and `variance` stand in
    the spec, or are weights, which Keras's `adapt` takes from data and no training changes. They
    have the sizes of the axes in the order in which the input has them: `mean`, `variance`. Whole
    numbers are cast to the layer's dtype. A mask passes unchanged. Source: Keras's Normalization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 2] mask",
            {"mean": [1, 2], "variance": [4, 0]},
            gives="float32[batch, seq, 2] mask",
            equals="stack([(x[..., 0] - 1) / 2, (x[..., 1] - 2) / 1e-7], axis=-1)",
            keeps="mask(x)",
            why="a mean and a variance for each feature",
        ),
        Example(
            "float32[batch, 8]",
            gives="float32[batch, 8]",
            equals="(x - mean) / maximum(sqrt(variance), 1e-7)",
            why="weights that were taken from data",
        ),
        Example(
            "float32[batch, 3, n]",
            {"axis": 1, "invert": True},
            gives="float32[batch, 3, n]",
            equals="x * maximum(sqrt(variance), 1e-7)[:, None] + mean[:, None]",
            why="back to what the data were",
        ),
        Example(
            "int32[batch, n]",
            {"axis": None, "mean": 0.5, "variance": 4},
            gives="float32[batch, n]",
            equals="(cast(x, 'float64') - 0.5) / 2",
            why="the same for every entry",
        ),
        Example("float32[batch, 2]", {"mean": [1, 2, 3], "variance": 1}, refuses="SPC0336"),
        Example("float32[batch, 2]", {"mean": 1}, refuses="SPC0108", why="and the variance?"),
        Example("float32[batch, 2]", {"mean": 1, "variance": -1}, refuses="SPC0104"),
        Example("float32[batch, n]", refuses="SPC0306", why="the weights need a size"),
    )
    learned: ClassVar[tuple[Named, ...]] = (
        Named("mean", unless="mean"),
        Named("variance", unless="mean"),
    )
    masks: ClassVar[Masks] = PASSED

    axis: Axes | None = (-1,)
    """The axes with statistics of their own; null, or no axis, for one mean and variance of all."""
    mean: NumbersField | None = None
    """The mean: a number, or one for each entry of the axes; null where it is a weight."""
    variance: Annotated[NumbersField | None, AfterValidator(_no_variance_below_zero)] = None
    """The variance, in the same way."""
    invert: StrictBool = False
    """Whether the way back is computed: `x * maximum(sqrt(variance), 1e-7) + mean`."""

    @model_validator(mode="after")
    def _both_or_none(self) -> Normalization:
        if (self.mean is None) is not (self.variance is None):
            alone, other = ("mean", "variance")[:: 1 if self.variance is None else -1]
            raise refuse(
                f"needs `{other}` beside it",
                "SPC0108",
                argument=(alone,),
                help="without both they are weights",
            )
        return self

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        axes = distinct_axes(self.axis, x.value, "Normalization") if self.axis else ()
        y = b.compute(x.value)
        mean, deviation = self._statistics(b, y, axes)
        if self.invert:
            return x.carry(b.add(b.multiply(y, deviation), mean))
        return x.carry(b.divide(b.subtract(y, mean), deviation))

    def _statistics(self, b: LayerBuilder, x: Value, axes: tuple[int, ...]) -> _Statistics:
        if self.mean is not None and self.variance is not None:
            roots = (max(math.sqrt(number), _LEAST) for number in self.variance.values)
            deviation = GivenNumbers(tuple(roots), self.variance.shape)
            return _Statistics(
                self._given(b, x, axes, "mean", self.mean),
                self._given(b, x, axes, "variance", deviation),
            )
        shape = tuple(x.shape[axis] for axis in axes)
        mean, variance = (
            _beside(b, b.weight(name, shape, Training(name, first), trainable=False), x, axes)
            for name, first in (("mean", Zeros()), ("variance", Ones()))
        )
        return _Statistics(mean, b.maximum(b.unary("sqrt", variance), _LEAST))

    def _given(
        self, b: LayerBuilder, x: Value, axes: tuple[int, ...], argument: str, given: GivenNumbers
    ) -> Value:
        """The numbers of an argument, proved to fit the last ones of the axes."""
        shape = given.shape
        at = axes[len(axes) - len(shape) :]
        if len(shape) > len(axes) or not all(
            size == 1
            or b.require(
                x.shape[axis], "==", size, f"`{argument}` against axis {axis}", (argument,)
            )
            for size, axis in zip(shape, at, strict=True)
        ):
            sizes = [x.shape[axis] for axis in axes]
            raise Refusal(
                "SPC0336",
                f"`{argument}` has the shape {list(shape)}, and the axes {list(axes)} of {x.type} "
                f"have {shape_text(tuple(sizes))}",
                argument=(argument,),
                related=((("from",), f"{x.type}"),),
                help="write one number, or one for each entry of the axes",
            )
        with under(argument):
            return _beside(b, given.literal(b, x.dtype), x, at)


def _beside(b: LayerBuilder, numbers: Value, x: Value, axes: tuple[int, ...]) -> Value:
    """Numbers for some axes of `x`, with axes of size 1 for those after the first."""
    if not axes:
        return numbers
    sizes = dict(zip(axes, numbers.shape, strict=True))
    return b.reshape(numbers, tuple(sizes.get(i, 1) for i in range(axes[0], len(x.shape))))
