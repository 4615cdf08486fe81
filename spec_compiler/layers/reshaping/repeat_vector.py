"""RepeatVector: a vector at every step of a sequence."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import PositiveSize
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.reordered import reordered
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class RepeatVector(Layer):
    """Repeat a vector along a new axis after the batch.

    `[batch, n_in]` to `[batch, n, n_in]`. Whole numbers stay whole. No weights. A mask ends here.
    Source: Keras's RepeatVector.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4]",
            {"n": 3},
            gives="float32[batch, 3, 4]",
            equals="stack([x, x, x], axis=1)",
        ),
        Example(
            "int32[batch, seq]",
            {"n": 2},
            gives="int32[batch, 2, seq]",
            equals="stack([x, x], axis=1)",
        ),
        Example("float32[batch, seq, 4]", {"n": 3}, refuses="SPC0304", why="that is no vector"),
        Example("float32[batch, 4]", {"n": 0}, refuses="SPC0308"),
    )

    rows: ClassVar[Rows] = Rows.NEEDED

    n: PositiveSize
    """How many times."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        if x.rank != 2:
            raise Refusal(
                "SPC0304",
                f"RepeatVector needs `[batch, n]`, and its input is {x.value.type}",
                argument=("from",),
                help="put Flatten or GlobalAveragePooling1D before it" if x.rank > 2 else "",
            )
        y = b.broadcast_to(b.expand(b.kept(x.value), 1), (x.shape[0], self.n, x.shape[1]))
        return reordered(x, y)
