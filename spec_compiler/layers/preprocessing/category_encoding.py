"""CategoryEncoding: categories by number as vectors."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.fixes import advise, write
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import Masks, Ports, Roles
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.preprocessing.encoding import (
    Encoding,
    encoded,
    mask_of_categories,
    require_whole,
)
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal


class CategoryEncoding(Layer):
    """Vectors with an entry for each of `num_tokens` categories, which the input names by number.

    With `one_hot` each number becomes a vector: `int[batch, …]` to `float[batch, …, num_tokens]`,
    and a last axis of size 1 gives way to it. With `multi_hot` a sample `int[batch, n]` becomes one
    vector `float[batch, num_tokens]` that says which categories are in it, with `count` how often,
    or the sum of their `count_weights`. A number outside of the categories is refused: when
    compiling where the numbers are known, else when running. No weights. A mask ends here; `mask:
    pass` keeps it with `one_hot`. Source: Keras's CategoryEncoding.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "int32[batch, n]",
            {"num_tokens": 5},
            gives="float32[batch, 5]",
            equals='cast(any(one_hot(x, 5) > 0, axis=1), "float64")',
        ),
        Example(
            "int32[batch, seq]",
            {"num_tokens": 5, "output_mode": "one_hot", "sparse": False},
            gives="float32[batch, seq, 5]",
            equals="one_hot(x, 5)",
        ),
        Example(
            "int64[batch, 1]",
            {"num_tokens": 5, "output_mode": "one_hot"},
            gives="float32[batch, 5]",
            equals="one_hot(x[:, 0], 5)",
            why="an axis of size 1 gives way",
        ),
        Example(
            "uint8[batch, n]",
            {"num_tokens": 5, "output_mode": "count"},
            gives="float32[batch, 5]",
            equals="sum(one_hot(x, 5), axis=1)",
        ),
        Example(
            ("int32[batch, n]", "float32[batch, n]"),
            {"num_tokens": 5, "output_mode": "count"},
            gives="float32[batch, 5]",
            equals="sum(one_hot(x, 5) * y[..., None], axis=1)",
            why="`count_weights` are the second input",
        ),
        Example("float32[batch, 3]", {"num_tokens": 5}, refuses="SPC0403"),
        Example("int32[batch]", {"num_tokens": 5}, refuses="SPC0304", why="rows would mix"),
        Example("int32[batch, 2, 3]", {"num_tokens": 5}, refuses="SPC0304"),
        Example(
            ("int32[batch, 3]", "float32[batch, 3]"),
            {"num_tokens": 5},
            refuses="SPC0349",
            why="only `count` has use for weights",
        ),
    )
    ports: ClassVar[Ports] = Roles(("x",), ("count_weights",))
    masks: ClassVar[Masks] = Masks(provable=True)

    num_tokens: KnownSize
    """Number of categories: one more than the greatest number."""
    output_mode: Encoding = "multi_hot"
    """What becomes of the numbers: a vector each, or one for all of a sample."""
    sparse: StrictBool = False
    """Accepted for Keras's sake; the result is the same, and dense."""

    def lower(self, b: Builder, x: Signal, count_weights: Signal | None = None) -> Signal:
        """See the class."""
        require_whole("CategoryEncoding", x)
        self._check_range(b, x)
        weights = None
        if count_weights is not None:
            if self.output_mode != "count":
                raise Refusal(
                    "SPC0349",
                    f"`output_mode` {self.output_mode} has no use for `count_weights`",
                    argument=("output_mode",),
                    fix=write(
                        "count",
                        safe=False,
                        words="write `output_mode: count`, or leave out the second input",
                    ),
                )
            if count_weights.rank != x.rank:
                raise Refusal(
                    "SPC0304",
                    f"`count_weights` are of the input's shape {x.value.type}, not "
                    f"{count_weights.value.type}",
                    argument=("from", "count_weights"),
                )
            weights = b.broadcast_to(b.compute(count_weights.value), x.shape)
        depth, dtype = self.num_tokens, b.policy.compute
        numbers = b.take(b.arange(depth, "int32"), x.value)  # a run looks at them
        mode = self.output_mode
        return Signal(encoded(b, "CategoryEncoding", x, numbers, depth, mode, dtype, weights))

    def carry_mask(
        self, b: Builder, result: Signal, /, x: Signal, count_weights: Signal | None = None
    ) -> Mask:
        """The mask of the numbers, with `one_hot`."""
        kept = mask_of_categories(b, x, self.output_mode)
        return kept or super().carry_mask(b, result, x, count_weights)

    def _check_range(self, b: Builder, x: Signal) -> None:
        count = self.num_tokens
        why, at = f"the categories of `{b.layer}`", ("num_tokens",)
        outside = b.require_index(x.value, 0, count, why, at)
        if outside is not None:
            low, high, _ = b.range_of(x.value)
            raise Refusal(
                "SPC0501",
                f"the input may hold {outside}, and `{b.layer}` has categories 0 to {count - 1}",
                argument=at,
                intervals=(0,),
                annotation=f"categories 0 to {count - 1}",
                related=((("from",), f"values from {low} to {high}"),),
                fix=advise("declare what the input holds: `values: {min: 0, …}`")
                if outside is low
                else write(
                    f"{high + 1}",
                    words=f"write `num_tokens: {high + 1}`, or a smaller `max` in the input's "
                    "`values`",
                    safe=False,
                ),
            )
