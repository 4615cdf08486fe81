"""GroupQueryAttention: several heads of queries read by the same keys and values."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.attention.attention import Pattern, wrong_rank
from spec_compiler.layers.attention.attention_formula import JOINED, averages
from spec_compiler.layers.attention.several_heads import SeveralHeads
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.signal import Signal


def _grouped(allowed: str, *, key: str = "y", bias: bool = True) -> dict[str, str]:
    """The averages in each of 4 heads of queries, which 2 heads of keys and values serve."""
    return {
        name: f"repeat({text}, 2, axis=2)" if name in {"k", "v"} else text
        for name, text in averages(allowed, key=key, bias=bias).items()
    }


class GroupQueryAttention(SeveralHeads):
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
    head_dim: KnownSize
    """Size of a head."""
    num_query_heads: KnownSize
    """Number of heads of queries, a multiple of those of keys and values."""
    num_key_value_heads: KnownSize
    """Number of heads of keys and values."""

    @model_validator(mode="after")
    def _whole_groups(self) -> GroupQueryAttention:
        if self.num_query_heads % self.num_key_value_heads:
            raise refuse(
                f"must be a multiple of `num_key_value_heads` {self.num_key_value_heads}, not "
                f"{self.num_query_heads}",
                argument=("num_query_heads",),
            )
        return self

    @property
    def of_queries(self) -> tuple[int, int]:
        """See `SeveralHeads`."""
        return self.num_query_heads, self.head_dim

    @property
    def of_keys(self) -> tuple[int, int]:
        """See `SeveralHeads`."""
        return self.num_key_value_heads, self.head_dim

    def pattern(self, query: Signal) -> Pattern:
        """See `SeveralHeads`."""
        kind = type(self).__name__
        if query.rank != 3:
            raise wrong_rank(kind, "query", query, "`[batch, steps, features]`")
        return Pattern.of(kind, 3, (1,))

    def for_each_query(self, b: Builder, x: Value) -> Value:
        """See `SeveralHeads`; each head serves those of a group in turn."""
        batch, steps, heads, size = x.shape
        times = self.num_query_heads // self.num_key_value_heads
        spread = b.broadcast_to(b.expand(x, 3), (batch, steps, heads, times, size))
        return b.reshape(spread, (batch, steps, self.num_query_heads, size))
