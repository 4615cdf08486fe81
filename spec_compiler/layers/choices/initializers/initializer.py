"""What an initialiser is."""

from __future__ import annotations

from typing import Protocol

from spec_compiler.declaring.choice import Choice
from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.types import shape_text
from spec_compiler.refusals import Refusal

WeightShape = tuple[int, ...]


class Draws(Protocol):
    """A random stream of one weight; arrays are float64."""

    def uniform(self, shape: WeightShape, low: float, high: float) -> Array:
        """Even between `low` and `high`."""
        ...

    def normal(self, shape: WeightShape, mean: float, stddev: float) -> Array:
        """Normal."""
        ...

    def truncated_normal(self, shape: WeightShape, mean: float, stddev: float) -> Array:
        """Normal, redrawn beyond two standard deviations."""
        ...

    def orthogonal(self, shape: WeightShape, gain: float) -> Array:
        """Orthogonal after flattening the leading axes."""
        ...


class Initializer(Choice):
    """A rule for the first values of a weight."""

    def check(self, shape: WeightShape) -> None:
        """Refuse a weight of a shape that it cannot make.

        Raises:
            Refusal: the shape does not fit.
        """

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """The first values, a float64 array of `shape`.

        Args:
            stream: The weight's own random stream.
            shape: The shape of the weight.
            fans: Numbers of inputs and outputs of each element, where the layer knows them; else
                they follow from the shape.

        Raises:
            Refusal: the shape does not fit.
        """
        raise NotImplementedError

    def misfit(self, shape: WeightShape, wanted: str) -> Refusal:
        """The refusal of a weight that is not what this initialiser can make."""
        return Refusal(
            "SPC0312",
            f"`{self.names[0]}` makes {wanted}, and this weight is {shape_text(shape)}",
            help="use another initializer for this weight, such as `glorot_uniform`",
        )


class RandomInitializer(Initializer):
    """An initialiser that draws from a random stream."""

    seed: WholeNumber | None = None
    """Takes the place of the file's seed for this weight; default: the file's."""
