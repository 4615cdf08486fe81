"""MultiHeadAttention: every step of one sequence reads from all steps of another."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.fixes import Fix, advise, write
from spec_compiler.ir.dims import Shape
from spec_compiler.layers.attention.attention import Pattern, wrong_rank
from spec_compiler.layers.attention.attention_formula import JOINED, averages
from spec_compiler.layers.attention.head_settings import AttendedAxes, LastAxes
from spec_compiler.layers.attention.several_heads import SeveralHeads
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


def _over_steps(rank: int) -> Fix | None:
    """What to write for axes that cannot be attended over: the only one, where it is that."""
    words = f"write different axes from 1 to {rank - 2}; the batch is axis 0, and the features "
    words += "are last"
    return write("[1]", words=words, safe=False) if rank == 3 else advise(words)


class MultiHeadAttention(SeveralHeads):
    """Let each step of `query` read an average of the steps of `value`, in several heads.

    `query` `[batch, t, n]` and `value` `[batch, s, m]` to `[batch, t, n]`, or `[batch, t,
    output_shape]`. `key` `[batch, s, k]` is `value` where it is not given. In each head

        output = softmax(q @ k.T / sqrt(key_dim)) @ v

    where `q`, `k` and `v` are projections of the inputs; a last projection joins the heads.
    Weights: `query.kernel [n, num_heads, key_dim]`, `key.kernel [k, num_heads, key_dim]`,
    `value.kernel [m, num_heads, value_dim]` and `attention_output.kernel [num_heads, value_dim,
    n]`; each has a `bias` of its last axes.

    With `use_gate`, the averages are multiplied by `sigmoid` of another projection of `query`, with
    weights `gate.kernel [n, num_heads, value_dim]` and `gate.bias`, listed after those of `key`.

    A step of `query` attends to a step of `value` where neither is masked, `key`'s mask and
    `attention_mask` `[batch, t, s]` allow it (true: may attend) and it is not too far away:
    `use_causal_mask`, `sliding_window`. A step with nothing to attend to gets weights of 0, so
    `attention_output.bias` alone, whether or not scores are asked for. The output has the mask of
    `query`. With `return_attention_scores` the outputs are `output` and `scores` `[batch,
    num_heads, t, s]`.

    Between the batch and the features there may be more axes than the steps. Attention is over all
    of them together, or over `attention_axes`; the others are equal in all inputs, and what stands
    at different places of them stays apart. `scores` are then `[batch, others, num_heads, axes of
    query, axes of value]`. Source: Keras's MultiHeadAttention.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 8] mask"),
            {"num_heads": 2, "key_dim": 4},
            gives="float32[batch, seq, 8] mask",
            equals=JOINED,
            keeps="mask(x)",
            where=averages("mask(x)[:, None, :, None] and mask(y)[:, None, None, :]"),
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, seq, 6] mask", "float32[batch, seq, 3]"),
            {"num_heads": 2, "key_dim": 4, "value_dim": 5, "return_attention_scores": True},
            gives=("float32[batch, 5, 8]", "float32[batch, 2, 5, seq]"),
            equals=(JOINED, "weights"),
            where=averages("mask(y)[:, None, None, :]", key="z"),
            why="`query`, `value` and `key`",
        ),
        Example(
            (
                "float32[batch, t, 8]",
                "float32[batch, s, 6]",
                "float32[batch, s, 6]",
                "bool[1, t, s]",
            ),
            {"num_heads": 2, "key_dim": 4, "output_shape": [3, 2]},
            gives="float32[batch, t, 3, 2]",
            equals='einsum("...thv,hvop->...top", averages, attention_output_kernel)'
            " + attention_output_bias",
            where=averages("w[:, None]", key="z"),
            why="a mask of one's own is the fourth input, or the role `attention_mask`",
        ),
        Example(
            ("float32[batch, 4, 8]", "float32[batch, 5, 8]"),
            {
                "num_heads": 1,
                "key_dim": 4,
                "use_causal_mask": True,
                "sliding_window": 2,
                "use_gate": True,
                "use_bias": False,
            },
            gives="float32[batch, 4, 8]",
            equals='einsum("...thv,hvo->...to", gate * averages, attention_output_kernel)',
            where={
                "steps": "arange(4)[:, None] - arange(5)",
                **averages("steps >= 0 and steps < 2", bias=False),
                "gate": 'sigmoid(einsum("...tn,nhd->...thd", x, gate_kernel))',
            },
            why="a step reads from itself and from the one before",
        ),
        Example(
            ("float32[batch, 4, 8]", "float32[batch, 5, 8]"),
            {"num_heads": 2, "key_dim": 4, "use_gate": True},
            gives="float32[batch, 4, 8]",
            equals='einsum("...thv,hvo->...to", gate * averages, attention_output_kernel)'
            " + attention_output_bias",
            where={
                **averages("True"),
                "gate": 'sigmoid(einsum("...tn,nhd->...thd", x, gate_kernel) + gate_bias)',
            },
            why="the gate has a bias, too",
        ),
        Example(
            ("float32[batch, 7, t, 8] mask", "float32[batch, 7, s, 8]"),
            {"num_heads": 2, "key_dim": 4, "attention_axes": [2]},
            gives="float32[batch, 7, t, 8] mask",
            equals=JOINED,
            keeps="mask(x)",
            where=averages("mask(x)[:, :, None, :, None]"),
            why="7 sequences in each sample, which stay apart",
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, 4, 8]", "float32[batch, 3, 8]"),
            {"num_heads": 2, "key_dim": 4},
            refuses="SPC0363",
            why="a key for each value",
        ),
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"),
            {"num_heads": 2, "key_dim": 4},
            refuses="SPC0304",
            why="there are no steps",
        ),
        Example(
            ("float32[batch, seq, ?]", "float32[batch, seq, 8]"),
            {"num_heads": 2, "key_dim": 4},
            refuses="SPC0306",
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, 4, 8]"),
            {"num_heads": 2, "key_dim": 4, "attention_axes": [2]},
            refuses="SPC0365",
            why="axis 2 holds the features",
        ),
    )

    in_order: ClassVar[tuple[str, ...]] = (
        *("num_heads", "key_dim", "value_dim", "dropout", "use_bias"),
        *("output_shape", "attention_axes"),
    )

    num_heads: KnownSize
    """Number of heads."""
    key_dim: KnownSize
    """Size of a head of query and key."""
    value_dim: KnownSize | None = None
    """Size of a head of value; default: `key_dim`."""
    output_shape: LastAxes | None = None
    """Sizes of the output after the steps; default: the last size of `query`."""
    attention_axes: AttendedAxes | None = None
    """The axes to attend over; default: all between the batch and the features."""

    @property
    def of_queries(self) -> tuple[int, int]:
        """See `SeveralHeads`."""
        return self.num_heads, self.key_dim

    @property
    def of_values(self) -> tuple[int, int]:
        """See `SeveralHeads`."""
        return self.num_heads, self.value_dim or self.key_dim

    def of_output(self, query: Signal) -> Shape:
        """See `SeveralHeads`."""
        return self.output_shape or super().of_output(query)

    def pattern(self, query: Signal) -> Pattern:
        """See `SeveralHeads`."""
        rank = query.rank
        if rank < 3:
            raise wrong_rank(type(self).__name__, "query", query, "`[batch, steps, features]`")
        axes = tuple(range(1, rank - 1))
        if self.attention_axes is not None:
            axes = tuple(axis % rank for axis in self.attention_axes if -rank <= axis < rank)
            outside = len(axes) < len(self.attention_axes) or {0, rank - 1} & {*axes}
            if outside or len({*axes}) < len(axes):
                raise Refusal(
                    "SPC0365",
                    f"MultiHeadAttention cannot attend over axes {list(self.attention_axes)} of "
                    f"`query` {query.value.type}",
                    argument=("attention_axes",),
                    fix=_over_steps(rank),
                )
        ordered = "use_causal_mask" if self.use_causal_mask else "sliding_window"
        if len(axes) > 1 and getattr(self, ordered):
            raise Refusal(
                "SPC0365",
                f"`{ordered}` needs one axis of steps, and attention is over axes {list(axes)}",
                argument=(ordered,),
                help="name one in `attention_axes`, or give an `attention_mask`",
            )
        return Pattern.of(type(self).__name__, rank, axes)
