"""Discretization: numbers become the numbers of the bins that they lie in."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, StrictBool, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import KnownSize, Number, number_of, refuse
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.tables import Placed
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.base.interface import Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.preprocessing.encoding import OutputMode, encoded, mask_of_categories
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import under

_MOST = 2**63 - 1


def _numbers(written: object, info: ValidationInfo) -> tuple[float, ...]:
    if not is_sequence(written):
        raise refuse(f"must be a list of numbers, not {described(written)}")
    return tuple(number_of(item, info) for item in written)


def _ascending(found: tuple[float, ...]) -> tuple[float, ...]:
    for before, after in pairwise(found):
        if not before <= after:
            raise refuse(
                f"must be in ascending order, and {after:g} stands after {before:g}",
                fix=write(f"[{', '.join(f'{number:g}' for number in sorted(found))}]", safe=False)
                if len(found) < 9
                else None,
            )
    return found


Boundaries = Annotated[
    tuple[float, ...],
    BeforeValidator(_numbers),
    AfterValidator(_ascending),
    WithJsonSchema({"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "string"}]}}),
]
"""Numbers in ascending order."""


class Discretization(Layer):
    """The number of the bin that each number lies in, as a number or as vectors.

    Bin 0 lies below the first of the `bin_boundaries`; each boundary is the least number of the
    next bin, and NaN lies in the last one. With `output_mode: int` the result is `int32` of the
    input's shape; else it is what [CategoryEncoding](CategoryEncoding.md) makes of it, with a
    category for each bin. Floats are compared in the dtype that the layer computes in, whole
    numbers exactly. No weights. A mask ends here; `mask: pass` keeps it with `int` and `one_hot`.
    Source: Keras's Discretization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq]",
            {"bin_boundaries": [-0.5, 0, 0.5], "num_bins": 4, "epsilon": 0.1, "sparse": False},
            gives="int32[batch, seq]",
            equals='cast(sum(x[..., None] >= [-0.5, 0, 0.5], axis=-1), "int32")',
        ),
        Example(
            "int32[batch, 3]",
            {"bin_boundaries": [-0.5, 1, 1, 2.5]},
            gives="int32[batch, 3]",
            equals='cast(sum(x[..., None] >= [-0.5, 1, 1, 2.5], axis=-1), "int32")',
            why="there is nothing in bin 2",
        ),
        Example(
            "float32[batch, seq]",
            {"bin_boundaries": [0, 0.5], "output_mode": "one_hot"},
            gives="float32[batch, seq, 3]",
            equals="one_hot(sum(x[..., None] >= [0, 0.5], axis=-1), 3)",
        ),
        Example(
            "float32[batch, n]",
            {"bin_boundaries": [0, 0.5], "output_mode": "count"},
            gives="float32[batch, 3]",
            equals="sum(one_hot(sum(x[..., None] >= [0, 0.5], axis=-1), 3), axis=1)",
        ),
        Example(
            "float32[batch, 3]",
            {"bin_boundaries": [1, 0]},
            refuses="SPC0104",
            why="they are not in order",
        ),
        Example(
            "float32[batch, 3]",
            {"num_bins": 4},
            refuses="SPC0102",
            why="a spec adapts nothing to data",
        ),
        Example(
            "float32[batch]",
            {"bin_boundaries": [1], "output_mode": "multi_hot"},
            refuses="SPC0304",
        ),
    )
    masks: ClassVar[Masks] = Masks(provable=True)

    bin_boundaries: Boundaries
    """The least numbers of the bins but the first, in ascending order."""
    num_bins: KnownSize | None = None
    """How many bins Keras was to make; no effect here, where their boundaries are given."""
    epsilon: Number = 0.01
    """How exactly Keras was to make them; no effect here."""
    output_mode: OutputMode = "int"
    """What becomes of the numbers of bins: themselves, a vector each, or one for each sample."""
    sparse: StrictBool = False
    """Accepted for Keras's sake; the result is the same, and dense."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        bins = self._bins(b, x)
        if self.output_mode == "int":
            return Signal(bins)
        depth, dtype = len(self.bin_boundaries) + 1, b.policy.compute
        return Signal(encoded(b, "Discretization", x, bins, depth, self.output_mode, dtype))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask of the numbers, where each becomes a number or a vector."""
        return mask_of_categories(b, x, self.output_mode) or super().carry_mask(b, result, x)

    def _bins(self, b: Builder, x: Signal) -> Value:
        if x.value.type.is_integer:
            least = (max(ceil(number), -_MOST) for number in self.bin_boundaries)
            boundaries = [number for number in least if number <= _MOST]
            value = b.cast(x.value, "int64")
        else:
            boundaries = [*self.bin_boundaries]
            value = b.compute(x.value)
        if not boundaries:
            return b.full(0, "int32", x.shape)
        with under("bin_boundaries"):
            table = b.literal(boundaries, TensorType(value.dtype, (len(boundaries),)))
        return b.compose(Placed(len(boundaries)), value, table)
