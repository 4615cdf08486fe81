"""Masking: steps whose features all have one value are padding."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, ValidationInfo

from spec_compiler.declaring.fields import number_of, refuse
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, DType, TensorType, limits
from spec_compiler.layers.base.given_numbers import GivenNumbers, given_numbers
from spec_compiler.layers.base.interface import Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal


def _number(written: object, info: ValidationInfo) -> float:
    value = number_of(written, info)
    if math.isnan(value):
        raise refuse(
            "must be a number, and NaN equals nothing, so nothing would be masked",
            "SPC0503",
            help="write the number that stands for padding in the data",
        )
    return value


PatternField: TypeAlias = Annotated[GivenNumbers, *given_numbers(_number)]


class Masking(Layer):
    """Mask the steps in which every feature equals `mask_value`, and set them to 0.

    `[batch, …, features]` to the same shape; the mask has all axes but the last and replaces an
    earlier one. Whole numbers stay whole; floats are cast to the dtype that the layer computes in,
    before they are compared. No weights. Source: Keras's Masking.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 3]",
            gives="float32[batch, seq, 3] mask",
            equals="x",
            keeps="any(x != 0, axis=-1)",
        ),
        Example(
            "int32[batch, seq, 3]",
            {"mask_value": -1},
            gives="int32[batch, seq, 3] mask",
            equals="where(kept[..., None], x, 0)",
            keeps="kept",
            where={
                "kept": "any(x != -1, axis=-1)",
            },
        ),
        Example(
            "float32[batch, seq, 2]",
            {"mask_value": [0, -1]},
            gives="float32[batch, seq, 2] mask",
            equals="where(kept[..., None], x, 0)",
            keeps="kept",
            where={
                "kept": "x[..., 0] != 0 or x[..., 1] != -1",
            },
            why="a value for each feature",
        ),
        Example("float32[batch]", refuses="SPC0304", why="there are no features"),
        Example("float32[batch, seq, 3]", {"mask_value": [0, 1]}, refuses="SPC0336"),
        Example("int32[batch, seq, 3]", {"mask_value": 0.5}, refuses="SPC0503"),
    )
    masks: ClassVar[Masks] = Masks(makes=True, by="mask_value")

    mask_value: PatternField = Field(default=0.0, validate_default=True)
    """The value of padding, or a list with one for each feature."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        if x.rank < 2:
            raise Refusal(
                "SPC0304",
                f"Masking needs rank 2 or more, and its input is {x.value.type}",
                argument=("from",),
                help="give the input an axis of features",
            )
        y = b.kept(x.value)
        padding = self._padding(b, x, y.dtype)
        kept = b.reduce("any", b.binary("not_equal", y, padding), -1)
        y = b.select(b.expand(kept, -1), y, 0)
        return Signal(y, Mask(kept, b.layer))

    def _padding(self, b: Builder, x: Signal, dtype: DType) -> Value:
        """The pattern in the dtype that is compared, proved to fit its last axes."""
        shape = self.mask_value.shape
        axes = x.shape[x.rank - len(shape) :]
        fits = len(shape) < x.rank and all(
            size == 1 or b.require(axis, "==", size, "`mask_value` against the features")
            for size, axis in zip(shape, axes, strict=True)
        )
        if not fits:
            raise Refusal(
                "SPC0336",
                f"`mask_value` has the shape {list(shape)}, and the input is {x.value.type}",
                argument=("mask_value",),
                related=((("from",), f"{x.value.type}"),),
                help="write one number, or one for each feature of the last axis",
            )
        numbers = (_in_dtype(value, dtype) for value in self.mask_value.values)
        return b.literal(numbers, TensorType(dtype, shape))


def _in_dtype(value: float, dtype: DType) -> float:
    """The value as an element of this dtype.

    Raises:
        Refusal: no element can equal it.
    """
    if dtype in FLOATS:
        return value
    low, high = limits(dtype)
    if not (value.is_integer() and low <= value <= high):
        raise Refusal(
            "SPC0503",
            f"no `{dtype}` equals `mask_value` {value:g}, so nothing would be masked",
            argument=("mask_value",),
            help=f"write a whole number from {low} to {high}",
        )
    return int(value)
