"""Attention: every step of one sequence reads from all steps of another, by what fits it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import StrictBool

from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.layers.attention.attention import products
from spec_compiler.layers.attention.one_head import paired, read, sums
from spec_compiler.layers.base.interface import Masks, Named, Passing, Ports, Roles
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.initializers.constant import Ones
from spec_compiler.layers.signal import Signal

_PLAIN = {
    "shares": "where(allowed, exp(fits), 0)",
    "weights": "shares / maximum(sum(shares, axis=-1, keepdims=True), 1e-30)",
}


class Attention(Layer):
    """Let each step of `query` read an average of the steps of `value`.

    `query` `[batch, t, n]`, `value` `[batch, s, m]` and `key` `[batch, s, n]` to `[batch, t, m]`;
    `key` is `value` where it is not given. The weights of the average are the softmax of the scores
    over the steps of `value`. With `score_mode: dot` a score is the product of query and key; with
    `concat` it is `concat_score_weight * sum(tanh(query + key))`. With `use_scale` it is multiplied
    by `scale`, or `query + key` is. Weights: `scale []` and `concat_score_weight []`, where they
    are used.

    A step of `query` attends to a step of `value` that is not masked, and with `use_causal_mask`
    only up to its own place. One with nothing to attend to gets weights of 0. The output is 0 where
    `query` is masked, and has its mask. The mask of `key` is not looked at, as in Keras: where
    `value` has none it is refused. With `return_attention_scores` the outputs are `output` and
    `scores` `[batch, t, s]`. More axes after the batch are equal in all inputs, and stay apart.
    Source: Keras's Attention.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, t, 8] mask", "float32[batch, seq, 8] mask"),
            gives="float32[batch, t, 8] mask",
            equals="where(mask(x)[..., None], weights @ y, 0)",
            keeps="mask(x)",
            where={"fits": "x @ swapaxes(y, 1, 2)", "allowed": "mask(y)[:, None]", **_PLAIN},
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, seq, 6]", "float32[batch, seq, 8]"),
            {"use_scale": True, "use_causal_mask": True, "return_attention_scores": True},
            gives=("float32[batch, 5, 6]", "float32[batch, 5, seq]"),
            equals=("weights @ y", "weights"),
            where={
                "fits": "scale * x @ swapaxes(z, 1, 2)",
                "allowed": "arange(5)[:, None] >= arange(seq)",
                **_PLAIN,
            },
            why="`query`, `value` and `key`",
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, 4, 8] mask"),
            {"score_mode": "concat"},
            gives="float32[batch, 5, 8]",
            equals="weights @ y",
            where={
                "sums": "x[:, :, None] + y[:, None]",
                "fits": "concat_score_weight * sum(tanh(sums), axis=-1)",
                "allowed": "mask(y)[:, None]",
                **_PLAIN,
            },
        ),
        Example(
            ("int32[batch, 3, 5, 8]", "float32[batch, 3, 4, 8]"),
            {"use_scale": True, "score_mode": "concat", "dropout": 0.5, "seed": 1},
            gives="float32[batch, 3, 5, 8]",
            equals="weights @ y",
            where={
                "sums": 'cast(x, "float64")[..., None, :] + y[:, :, None]',
                "fits": "concat_score_weight * sum(tanh(scale * sums), axis=-1)",
                "allowed": "True",
                **_PLAIN,
            },
            why="3 sequences in each sample, which stay apart",
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, 4, 6]"),
            refuses="SPC0363",
            why="8 features cannot be compared with 6",
        ),
        Example(("float32[batch, 8]", "float32[batch, 8]"), refuses="SPC0304", why="no steps"),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, 4, 8]", "float32[batch, 4, 8] mask"),
            refuses="SPC0412",
            why="what is padding in `key` is padding in `value`",
        ),
    )
    ports: ClassVar[Ports] = Roles(("query", "value"), ("key",))
    outputs: ClassVar[tuple[Named, ...]] = (
        Named("output"),
        Named("scores", ("return_attention_scores",)),
    )
    learned: ClassVar[tuple[Named, ...]] = (
        Named("scale", ("use_scale",)),
        Named("concat_score_weight", ("score_mode=concat",)),
    )
    masks: ClassVar[Masks] = Masks(uses=True, passes=Passing.FIRST)

    use_scale: StrictBool = False
    """Whether scores are scaled by a learned number."""
    score_mode: Literal["dot", "concat"] = "dot"
    """How a query and a key are compared."""
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
        q, k = b.compute(query.value), b.compute(keys.value)
        ones = Training("", Ones())
        scale = None
        if self.use_scale:
            scale = b.weight("scale", (), ones._replace(switch="use_scale"))
        if self.score_mode == "dot":
            fits = products(b, pattern, q, k)
            fits = fits if scale is None else b.multiply(fits, scale)
        else:
            both = sums(b, q, k)
            both = both if scale is None else b.multiply(both, scale)
            weight = b.weight("concat_score_weight", (), ones._replace(switch="score_mode"))
            fits = b.multiply(b.reduce("sum", b.unary("tanh", both), -1), weight)
        causal, scores = self.use_causal_mask, self.return_attention_scores
        return read(b, pattern, fits, query, value, causal=causal, scores=scores)
