"""AdditiveAttention: every step of one sequence reads from all steps of another, by their sums."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.layers.attention.one_head import paired, read, sums
from spec_compiler.layers.base.interface import Masks, Named, Passing, Ports, Roles
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.signal import Signal

_PLAIN = {
    "shares": "where(allowed, exp(fits), 0)",
    "weights": "shares / maximum(sum(shares, axis=-1, keepdims=True), 1e-30)",
}


class AdditiveAttention(Layer):
    """Let each step of `query` read an average of the steps of `value`, by a sum with each key.

    `query` `[batch, t, n]`, `value` `[batch, s, m]` and `key` `[batch, s, n]` to `[batch, t, m]`;
    `key` is `value` where it is not given. The weights of the average are the softmax over the
    steps of `value` of the scores `sum(scale * tanh(query + key))`; without `use_scale` there is no
    `scale`. Weight: `scale [n]`. Masks, `use_causal_mask` and `return_attention_scores` are as in
    [Attention](Attention.md). Source: Keras's AdditiveAttention.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, t, 8] mask", "float32[batch, seq, 8] mask"),
            gives="float32[batch, t, 8] mask",
            equals="where(mask(x)[..., None], weights @ y, 0)",
            keeps="mask(x)",
            where={
                "fits": "sum(scale * tanh(x[:, :, None] + y[:, None]), axis=-1)",
                "allowed": "mask(y)[:, None]",
                **_PLAIN,
            },
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, seq, 6]", "float32[batch, seq, 8]"),
            {
                "use_scale": False,
                "dropout": 0.5,
                "use_causal_mask": True,
                "return_attention_scores": True,
            },
            gives=("float32[batch, 5, 6]", "float32[batch, 5, seq]"),
            equals=("weights @ y", "weights"),
            where={
                "fits": "sum(tanh(x[:, :, None] + z[:, None]), axis=-1)",
                "allowed": "arange(5)[:, None] >= arange(seq)",
                **_PLAIN,
            },
            why="`query`, `value` and `key`",
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, 4, 6]"),
            refuses="SPC0363",
            why="8 features cannot be added to 6",
        ),
    )
    ports: ClassVar[Ports] = Roles(("query", "value"), ("key",))
    outputs: ClassVar[tuple[Named, ...]] = (
        Named("output"),
        Named("scores", ("return_attention_scores",)),
    )
    learned: ClassVar[tuple[Named, ...]] = (Named("scale", ("use_scale",)),)
    masks: ClassVar[Masks] = Masks(uses=True, passes=Passing.FIRST)

    use_scale: StrictBool = True
    """Whether features are scaled by learned numbers."""
    dropout: Fraction = 0.0
    """Fraction of the weights that training drops; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of the dropout; no effect on inference."""
    use_causal_mask: StrictBool = False
    """Whether a step attends only to steps up to itself; an argument of the call in Keras."""
    return_attention_scores: StrictBool = False
    """Whether the weights of the average are an output; an argument of the call in Keras."""

    def lower(
        self, b: LayerBuilder, query: Signal, value: Signal, key: Signal | None = None
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        keys = value if key is None else key
        pattern = paired(b, self, query, value, keys)
        parts = b.unary("tanh", sums(b, b.compute(query.value), b.compute(keys.value)))
        if self.use_scale:
            training = Training("", GlorotUniform(), switch="use_scale")
            parts = b.multiply(parts, b.weight("scale", query.shape[-1:], training))
        fits = b.reduce("sum", parts, -1)
        causal, scores = self.use_causal_mask, self.return_attention_scores
        return read(b, pattern, fits, query, value, causal=causal, scores=scores)
