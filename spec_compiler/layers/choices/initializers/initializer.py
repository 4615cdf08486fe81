"""What an initialiser is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

from spec_compiler.declaring.choice import Choice
from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.fixes import write
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.types import GREATEST, DType, overflows, shape_text
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


class _Farthest:
    """In place of a random stream: how far from 0 what it draws may lie, rather than an array."""

    def uniform(self, shape: WeightShape, low: float, high: float) -> Any:
        """Both ends, and the range that is scaled."""
        return max(abs(low), abs(high), high - low)

    def normal(self, shape: WeightShape, mean: float, stddev: float) -> Any:
        """The farthest of 2^52 quantiles is 8.21 deviations from the mean."""
        return abs(mean) + 8.25 * stddev

    def truncated_normal(self, shape: WeightShape, mean: float, stddev: float) -> Any:
        """Where it is cut."""
        return abs(mean) + 2 * stddev

    def orthogonal(self, shape: WeightShape, gain: float) -> Any:
        """The vectors have that length."""
        return abs(gain)


class Initializer(Choice):
    """A rule for the first values of a weight."""

    copies: ClassVar[int] = 1
    """The most float64 arrays of the weight's size that drawing holds at once."""

    def check(self, shape: WeightShape) -> None:
        """Refuse a weight of a shape that it cannot make.

        Raises:
            Refusal: the shape does not fit.
        """

    def reach(self, shape: WeightShape, fans: tuple[int, int] | None) -> float:
        """How far from 0 the values may lie; most make none beyond 1."""
        return 1.0

    def check_range(
        self, shape: WeightShape, fans: tuple[int, int] | None, dtypes: Iterable[DType]
    ) -> None:
        """Refuse values that one of the weight's dtypes would make infinite.

        Raises:
            Refusal: there may be such values.
        """
        reach = self.reach(shape, fans)
        for dtype in dtypes if reach > 1 else ():
            if reach == float("inf") or overflows(reach, dtype):
                far = next((name for name, value in self if value in (reach, -reach)), None)
                raise Refusal(
                    "SPC0504",
                    f"`{self.names[0]}` makes values up to {reach:g}, which are infinite in "
                    f"`{dtype}`",
                    argument=() if far is None else (far,),
                    help=f"`{dtype}` holds numbers up to {GREATEST[dtype]}: write smaller ones, or "
                    "take a wider dtype",
                )

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
            fix=write(
                "glorot_uniform",
                words="use another initializer for this weight, such as `glorot_uniform`",
                safe=False,
            ),
        )


class RandomInitializer(Initializer):
    """An initialiser that draws from a random stream."""

    seed: WholeNumber | None = None
    """Takes the place of the file's seed for this weight; default: the file's."""

    def reach(self, shape: WeightShape, fans: tuple[int, int] | None) -> float:
        """What a stream may draw at most."""
        return float(self.draw(_Farthest(), shape, fans))
