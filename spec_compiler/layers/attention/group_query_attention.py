"""GroupQueryAttention: several heads of queries read by the same keys and values."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool, model_validator

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.graph import Value
from spec_compiler.layers.attention.attention import (
    Pattern,
    attend,
    author_mask,
    check_inputs,
    combined_masks,
    near_steps,
    wrong_rank,
)
from spec_compiler.layers.attention.attention_formula import JOINED, averages
from spec_compiler.layers.attention.projecting import project, projection
from spec_compiler.layers.base.interface import Masks, Named, Passing, Ports, Roles
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.scaling import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Signal


def _grouped(allowed: str, *, key: str = "y", bias: bool = True) -> dict[str, str]:
    """The averages in each of 4 heads of queries, which 2 heads of keys and values serve."""
    return {
        name: f"repeat({text}, 2, axis=2)" if name in {"k", "v"} else text
        for name, text in averages(allowed, key=key, bias=bias).items()
    }


class GroupQueryAttention(Layer):
    """Let each step of `query` read an average of the steps of `value`, in groups of heads.

    `query` `[batch, t, n]`, `value` `[batch, s, m]` and `key` `[batch, s, k]` to `[batch, t, n]`;
    `key` is `value` where it is not given. It is [MultiHeadAttention](MultiHeadAttention.md) with
    `num_query_heads` heads, of which each `num_query_heads / num_key_value_heads` in turn share one
    head of keys and values. Weights: `query.kernel [n, num_query_heads, head_dim]`, `key.kernel [k,
    num_key_value_heads, head_dim]`, `value.kernel [m, num_key_value_heads, head_dim]` and
    `attention_output.kernel [num_query_heads, head_dim, n]`; each has a `bias` of its last axes.
    With `use_gate`, the averages are multiplied by `sigmoid` of another projection of `query`, with
    weights `gate.kernel [n, num_query_heads, head_dim]` and `gate.bias`.

    Masks, `attention_mask`, `use_causal_mask`, `sliding_window` and `return_attention_scores` are
    as in MultiHeadAttention. Source: Keras's GroupQueryAttention, whose files call it
    GroupedQueryAttention.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 8] mask"),
            {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2},
            gives="float32[batch, seq, 8] mask",
            equals=JOINED,
            keeps="mask(x)",
            where=_grouped("mask(x)[:, None, :, None] and mask(y)[:, None, None, :]"),
            why="two heads of queries for each of keys",
        ),
        Example(
            (
                "float32[batch, 5, 8]",
                "float32[batch, seq, 6]",
                "float32[batch, seq, 3]",
                "bool[1, 5, seq]",
            ),
            {
                "head_dim": 4,
                "num_query_heads": 4,
                "num_key_value_heads": 2,
                "return_attention_scores": True,
            },
            gives=("float32[batch, 5, 8]", "float32[batch, 4, 5, seq]"),
            equals=(JOINED, "weights"),
            where=_grouped("w[:, None]", key="z"),
        ),
        Example(
            ("float32[batch, 4, 8]", "float32[batch, 5, 8]"),
            {
                "head_dim": 4,
                "num_query_heads": 4,
                "num_key_value_heads": 2,
                "use_causal_mask": True,
                "sliding_window": 2,
                "use_gate": True,
                "use_bias": False,
            },
            gives="float32[batch, 4, 8]",
            equals='einsum("...thv,hvo->...to", gate * averages, attention_output_kernel)',
            where={
                "steps": "arange(4)[:, None] - arange(5)",
                **_grouped("steps >= 0 and steps < 2", bias=False),
                "gate": 'sigmoid(einsum("...tn,nhd->...thd", x, gate_kernel))',
            },
            why="a step reads from itself and from the one before",
        ),
        Example(
            ("float32[batch, 4, 8]", "float32[batch, 5, 8]"),
            {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2, "use_gate": True},
            gives="float32[batch, 4, 8]",
            equals='einsum("...thv,hvo->...to", gate * averages, attention_output_kernel)'
            " + attention_output_bias",
            where={
                **_grouped("True"),
                "gate": 'sigmoid(einsum("...tn,nhd->...thd", x, gate_kernel) + gate_bias)',
            },
        ),
        Example(
            ("float32[batch, 4, 8]", "float32[batch, 5, 8]"),
            {"head_dim": 4, "num_query_heads": 3, "num_key_value_heads": 2},
            refuses="SPC0104",
            why="3 heads make no groups of 2",
        ),
        Example(
            ("float32[batch, 3, 4, 8]", "float32[batch, 3, 5, 8]"),
            {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2},
            refuses="SPC0304",
        ),
    )
    ports: ClassVar[Ports] = Roles(("query", "value"), ("key", "attention_mask"))
    outputs: ClassVar[tuple[Named, ...]] = (
        Named("output"),
        Named("scores", ("return_attention_scores",)),
    )
    learned: ClassVar[tuple[Named, ...]] = (
        *projection("query"),
        *projection("key"),
        *projection("gate", "use_gate"),
        *projection("value"),
        *projection("attention_output"),
    )
    masks: ClassVar[Masks] = Masks(uses=True, passes=Passing.FIRST)

    head_dim: KnownSize
    """Size of a head."""
    num_query_heads: KnownSize
    """Number of heads of queries, a multiple of those of keys and values."""
    num_key_value_heads: KnownSize
    """Number of heads of keys and values."""
    dropout: Fraction = 0.0
    """Fraction of the weights that training drops; no effect on inference."""
    use_bias: StrictBool = True
    """Whether the projections add biases."""
    sliding_window: KnownSize | None = None
    """A step attends only to steps that are fewer steps away than this, on either side."""
    flash_attention: StrictBool | None = None
    """Accepted for Keras's sake; the result is the same."""
    kernel_initializer: InitializerField = GlorotUniform()
    """Gives the kernels their first values."""
    bias_initializer: InitializerField = Zeros()
    """Gives the biases their first values."""
    kernel_regularizer: RegularizerField | None = None
    """Penalty on each kernel."""
    bias_regularizer: RegularizerField | None = None
    """Penalty on each bias."""
    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
    kernel_constraint: ConstraintField | None = None
    """Projection of new kernels."""
    bias_constraint: ConstraintField | None = None
    """Projection of new biases."""
    use_gate: StrictBool = False
    """Whether `query` says how much of each average passes."""
    seed: WholeNumber | None = None
    """Seed of the dropout; no effect on inference."""
    use_causal_mask: StrictBool = False
    """Whether a step attends only to steps up to itself; an argument of the call in Keras."""
    return_attention_scores: StrictBool = False
    """Whether the weights of the average are an output; an argument of the call in Keras."""

    @model_validator(mode="after")
    def _whole_groups(self) -> GroupQueryAttention:
        if self.num_query_heads % self.num_key_value_heads:
            raise refuse(
                f"must be a multiple of `num_key_value_heads` {self.num_key_value_heads}, not "
                f"{self.num_query_heads}",
                argument=("num_query_heads",),
            )
        return self

    def lower(
        self,
        b: LayerBuilder,
        query: Signal,
        value: Signal,
        key: Signal | None = None,
        attention_mask: Signal | None = None,
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        kind, keys = type(self).__name__, value if key is None else key
        if query.rank != 3:
            raise wrong_rank(kind, "query", query, "`[batch, steps, features]`")
        pattern = Pattern.of(kind, 3, (1,))
        check_inputs(b, pattern, {"query": query, "value": value, "key": keys})
        others = near_steps(b, pattern, query, value, self.use_causal_mask, self.sliding_window)
        if attention_mask is not None:
            heads = self.num_query_heads
            others.append(author_mask(b, pattern, attention_mask, query, value, heads))
        masked = (value,) if key is None else (value, key)
        keep = combined_masks(b, pattern, query, masked, others)
        asking = (self.num_query_heads, self.head_dim)
        answering = (self.num_key_value_heads, self.head_dim)
        q = project(b, self, "query", b.compute(query.value), asking)
        k = self._shared(b, project(b, self, "key", b.compute(keys.value), answering))
        gate = None
        if self.use_gate:
            gate = project(b, self, "gate", b.compute(query.value), asking)
        v = self._shared(b, project(b, self, "value", b.compute(value.value), answering))
        found, scores = attend(b, pattern, self.head_dim, (q, k, v), keep)
        if gate is not None:
            found = b.multiply(found, b.compose(Sigmoid(), gate))
        result = project(b, self, "attention_output", found, query.shape[-1:], inner=2)
        output = query.carry(result)
        if not self.return_attention_scores:
            return output
        return {"output": output, "scores": Signal(scores)}

    def _shared(self, b: Builder, x: Value) -> Value:
        """Each head `[batch, steps, heads, size]` as often as heads of queries share it."""
        batch, steps, heads, size = x.shape
        times = self.num_query_heads // self.num_key_value_heads
        spread = b.broadcast_to(b.expand(x, 3), (batch, steps, heads, times, size))
        return b.reshape(spread, (batch, steps, self.num_query_heads, size))
