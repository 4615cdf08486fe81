"""Dot: the inner product of two inputs along an axis of each."""

from __future__ import annotations

from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, BeforeValidator, StrictBool

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import Axes
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.fixes import Fix, advise, put, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.normalizations import L2Normalization
from spec_compiler.ir.dims import quoted
from spec_compiler.layers.base.interface import Ports, Several
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.merging.merge import common_dtype, require_two
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal

_LEAST = 1e-7
"""The least length that a vector is divided by, Keras's `epsilon()`."""


def _pair(written: object) -> object:
    if is_sequence(written) and len(written) != 2:
        raise refuse(f"must be an axis, or a list of two axes, not of {len(written)}")
    return written


def _of_each(axes: tuple[int, ...]) -> tuple[int, ...]:
    return axes if len(axes) == 2 else axes * 2


AxisOfEach: TypeAlias = Annotated[Axes, BeforeValidator(_pair), AfterValidator(_of_each)]
"""An axis of each input; one alone is meant for both."""


class Dot(Layer):
    """Multiply two inputs and sum along an axis of each, for every sample.

    `[batch, …]` and `[batch, …]` to `[batch, axes left of the first, axes left of the second]`, or
    `[batch, 1]` when no axis is left. Dtypes are brought together as in Add, but `int8` is summed
    in `int32`. With `normalize`, vectors along the axes are first brought to length 1 (the cosine
    of their angle comes out), in the layer's dtype. No weights. Source: Keras's Dot.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"),
            {"axes": 1, "normalize": True},
            gives="float32[batch, 1]",
            equals="sum(u * v, axis=1, keepdims=True)",
            where={
                "u": "x / maximum(sqrt(sum(x * x, axis=1, keepdims=True)), 1e-7)",
                "v": "y / maximum(sqrt(sum(y * y, axis=1, keepdims=True)), 1e-7)",
            },
            why="the cosine of two vectors",
        ),
        Example(
            ("float32[batch, 3, 5]", "float32[batch, seq, 3]"),
            {"axes": [1, 2]},
            gives="float32[batch, 5, seq]",
            equals='einsum("bij,bki->bjk", x, y)',
        ),
        Example(
            ("float32[batch, seq, 8]", "float32[batch, 8]"),
            {"axes": -1},
            gives="float32[batch, seq]",
            equals="sum(x * y[:, None], axis=-1)",
            why="-1 is the last axis of each",
        ),
        Example(
            ("int32[batch, 8]", "int32[batch, 8]"),
            {"axes": 1},
            gives="int32[batch, 1]",
            equals="sum(x * y, axis=1, keepdims=True)",
        ),
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"),
            {"axes": 0},
            refuses="SPC0352",
            why="axis 0 is the batch",
        ),
        Example(("float32[batch, 8]", "float32[batch, 6]"), {"axes": 1}, refuses="SPC0353"),
        Example("float32[batch, 8]", {"axes": 1}, refuses="SPC0350"),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, 8]"), {"axes": -1}, refuses="SPC0410"
        ),
    )

    ports: ClassVar[Ports] = Several()

    axes: AxisOfEach
    """The axis to sum along, or two: the first input's and the second's. The batch is axis 0."""
    normalize: StrictBool = False
    """Whether vectors along the axes are divided by their lengths (at least 1e-7)."""

    def lower(self, b: Builder, *xs: Signal) -> Signal:
        """See the class."""
        pair = require_two(xs, "Dot")
        axes = self._axis_of(pair, 0), self._axis_of(pair, 1)
        _require_same_sizes(b, pair, axes)
        dtype = b.policy.compute if self.normalize else common_dtype(b, pair)
        dtype = "int32" if dtype == "int8" else dtype
        left, right = (b.cast(x.value, dtype) for x in pair)
        if self.normalize:
            left = b.compose(L2Normalization((axes[0],), _LEAST), left)
            right = b.compose(L2Normalization((axes[1],), _LEAST), right)
        product = b.contract(left, right, (axes[:1], axes[1:]), ((0,), (0,)))
        return Signal(b.expand(product, 1) if len(product.shape) == 1 else product)

    def _axis_of(self, pair: tuple[Signal, Signal], i: int) -> int:
        """The axis of input `i`, counted from 0."""
        x, axis = pair[i], self.axes[i]
        if x.rank < 2:
            raise Refusal(
                "SPC0304",
                f"Dot needs rank 2 or more, and input {i} is {x.value.type}",
                argument=("from", i),
            )
        if -x.rank <= axis < x.rank and axis % x.rank:
            return axis % x.rank
        batch = axis in {0, -x.rank}
        fault = "is the batch" if batch else "does not exist"
        raise Refusal(
            "SPC0352",
            f"Dot cannot sum along axis {axis}: it {fault} in input {i}, {x.value.type}",
            argument=("axes",),
            related=((("from", i), str(x.value.type)),),
            fix=write(
                -1,
                words=f"write an axis from 1 to {x.rank - 1}, or from {1 - x.rank} to -1",
                safe=False,
            ),
        )


def _require_same_sizes(b: Builder, pair: tuple[Signal, Signal], axes: tuple[int, int]) -> None:
    """Refuse two inputs that differ in the batch or in the axes to sum along."""
    x, y = pair
    for i, j in ((0, 0), axes):
        left, right = x.shape[i], y.shape[j]
        where = f"axis {i} of input 0 and axis {j} of input 1"
        if not b.require(left, "==", right, f"Dot: {where}"):
            raise Refusal(
                "SPC0353",
                f"Dot needs one size for {where}, and they are {quoted(left)} and {quoted(right)}",
                argument=("from", 1),
                annotation=str(y.value.type),
                related=((("from", 0), str(x.value.type)),),
                origins=((x.value, i), (y.value, j)),
                fix=_of_one_size(b, x, y) if i else None,
            )


def _of_one_size(b: Builder, x: Signal, y: Signal) -> Fix | None:
    """The axes to sum along, where one pair of them has one size."""
    pairs = [
        (i, j)
        for i, left in enumerate(x.shape)
        for j, right in enumerate(y.shape)
        if i and j and b.decided(left, "==", right)
    ]
    if len(pairs) != 1:
        return advise("sum along axes of one size: `axes: [first, second]`")
    found = f"[{pairs[0][0]}, {pairs[0][1]}]"
    return put("axes", found, words=f"sum along axes of one size: `axes: {found}`").on()
