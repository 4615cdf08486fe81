"""MultiHeadAttention: every step of one sequence reads from all steps of another."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, StrictBool, WithJsonSchema

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.attention import attend, author_mask, combined_masks
from spec_compiler.layers.constraints import ConstraintField
from spec_compiler.layers.initializers import GlorotUniform, InitializerField, Zeros
from spec_compiler.layers.layer import Example, Layer
from spec_compiler.layers.regularizers import RegularizerField
from spec_compiler.layers.signal import Signal
from spec_compiler.notation.fields import KnownSize, refuse
from spec_compiler.notation.numbers import Axes, Fraction, WholeNumber
from spec_compiler.notation.plain import is_sequence


def _listed(written: object) -> object:
    """A single size stands for a list of one."""
    return tuple(written) if is_sequence(written) else (written,)


def _over_steps(axes: tuple[int, ...]) -> tuple[int, ...]:
    if axes not in {(1,), (-2,)}:
        raise refuse(
            f"must be [1], the axis of the steps, not {list(axes)}",
            "SPC0365",
            help="leave it out; for other axes use EinsumDense and an Activation `softmax`",
        )
    return axes


def _without(value: object) -> object:
    """A setting of Keras that only its default is taken of."""
    if value:
        raise refuse("is not part of this language", "SPC0365", help="leave it out")
    return value


_SIZE: list[dict[str, Any]] = [{"type": "integer", "minimum": 1}, {"type": "string"}]
OutputShape = Annotated[
    tuple[KnownSize, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [*_SIZE, {"type": "array", "items": {"anyOf": _SIZE}}]}),
]


class MultiHeadAttention(Layer):
    """Let each step of `query` read an average of the steps of `value`, in several heads.

    `query` `[batch, t, n]` and `value` `[batch, s, m]` to `[batch, t, n]`, or `[batch, t,
    output_shape]`. `key` `[batch, s, k]` is `value` where it is not given. In each head

        output = softmax(q @ k.T / sqrt(key_dim)) @ v

    where `q`, `k` and `v` are projections of the inputs; a last projection joins the heads.
    Weights: `query.kernel [n, num_heads, key_dim]`, `key.kernel [k, num_heads, key_dim]`,
    `value.kernel [m, num_heads, value_dim]` and `attention_output.kernel [num_heads, value_dim,
    n]`; each has a `bias` of its last axes.

    A step of `query` attends to a step of `value` where neither is masked, `key`'s mask and
    `attention_mask` `[batch, t, s]` allow it (true: may attend) and, with `use_causal_mask`, it is
    not a later one. A step with nothing to attend to gets weights of 0, so `attention_output.bias`
    alone, whether or not scores are asked for. The output has the mask of `query`. With
    `return_attention_scores` the outputs are `output` and `scores` `[batch, num_heads, t, s]`.
    Source: Keras's MultiHeadAttention.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 8] mask"),
            {"num_heads": 2, "key_dim": 4},
            gives="float32[batch, seq, 8] mask",
        ),
        Example(
            ("float32[batch, 5, 8]", "float32[batch, seq, 6] mask", "float32[batch, seq, 3]"),
            {"num_heads": 2, "key_dim": 4, "value_dim": 5, "return_attention_scores": True},
            gives=("float32[batch, 5, 8]", "float32[batch, 2, 5, seq]"),
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
            why="a mask of one's own is the fourth input, or the role `attention_mask`",
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
        ),
    )
    consumes_mask: ClassVar[bool] = True

    type: Literal["MultiHeadAttention"] = "MultiHeadAttention"
    num_heads: KnownSize
    """Number of heads."""
    key_dim: KnownSize
    """Size of a head of query and key."""
    value_dim: KnownSize | None = None
    """Size of a head of value; default: `key_dim`."""
    dropout: Fraction = 0.0
    """Fraction of the weights that training drops; no effect on inference."""
    use_bias: StrictBool = True
    """Whether the projections add biases."""
    output_shape: OutputShape | None = None
    """Sizes of the output after the steps; default: the last size of `query`."""
    attention_axes: Annotated[Axes, AfterValidator(_over_steps)] | None = None
    """Only the axis of the steps, which is the default."""
    use_causal_mask: StrictBool = False
    """Whether a step attends only to steps up to itself; an argument of the call in Keras."""
    return_attention_scores: StrictBool = False
    """Whether the weights of the average are an output; an argument of the call in Keras."""
    flash_attention: StrictBool | None = None
    """Accepted for Keras's sake; the result is the same."""
    use_gate: Annotated[StrictBool, AfterValidator(_without)] = False
    """Only `false`."""
    sliding_window: Annotated[WholeNumber | None, AfterValidator(_without)] = None
    """Only `null`; an `attention_mask` can say the same."""
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
    seed: WholeNumber | None = None
    """Seed of the dropout; no effect on inference."""

    def lower(
        self,
        b: Builder,
        query: Signal,
        value: Signal,
        key: Signal | None = None,
        attention_mask: Signal | None = None,
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        keys = value if key is None else key
        _check_steps(b, {"query": query, "value": value, "key": keys})
        given = None
        if attention_mask is not None:
            wanted = (query.shape[0], self.num_heads, query.shape[1], value.shape[1])
            given = author_mask(b, attention_mask, wanted)
        keep = combined_masks(b, query, value, key, given, self.use_causal_mask)
        q = self._heads(b, "query", query, self.key_dim)
        k = self._heads(b, "key", keys, self.key_dim)
        v = self._heads(b, "value", value, self.value_dim or self.key_dim)
        averages, scores = attend(b, q, k, v, self.key_dim, keep)
        shape = self.output_shape or query.shape[-1:]
        output = query.carry(self._project(b, "attention_output", averages, 2, shape))
        if not self.return_attention_scores:
            return output
        return {"output": output, "scores": Signal(scores)}

    def _heads(self, b: Builder, name: str, x: Signal, size: int) -> Value:
        """`[batch, steps, features]` projected to `[batch, steps, heads, size]`."""
        return self._project(b, name, b.compute(x.value), 1, (self.num_heads, size))

    def _project(
        self, b: Builder, name: str, x: Value, inner: int, shape: tuple[Any, ...]
    ) -> Value:
        """The last `inner` axes of `x` times a learned kernel, plus a bias of `shape`."""
        rank = len(x.shape)
        entering = x.shape[rank - inner :]
        fans = None
        if all(isinstance(size, int) for size in (*entering, *shape)):
            fans = (prod(entering), prod(shape))
        kernel = b.weight(
            f"{name}.kernel",
            (*entering, *shape),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            fans=fans,
        )
        y = b.contract(x, kernel, (tuple(range(rank - inner, rank)), tuple(range(inner))))
        if not self.use_bias:
            return y
        bias = b.weight(
            f"{name}.bias",
            shape,
            self.bias_initializer,
            regularizer=self.bias_regularizer,
            constraint=self.bias_constraint,
        )
        return b.add(y, bias)


def _check_steps(b: Builder, inputs: dict[str, Signal]) -> None:
    """All are sequences of one batch, and there is a key for each value, and at least one."""
    for name, x in inputs.items():
        if x.rank != 3:
            raise Refusal(
                "SPC0304",
                f"MultiHeadAttention needs `{name}` of `[batch, steps, features]`, and it is "
                f"{x.value.type}",
                argument=("from", name),
            )
    query, value, key = inputs.values()
    pairs = (
        (query.shape[0], value.shape[0], "the batch of `query` and `value`"),
        (query.shape[0], key.shape[0], "the batch of `query` and `key`"),
        (value.shape[1], key.shape[1], "the number of steps of `value` and `key`"),
    )
    for left, right, what in pairs:
        if not b.require(left, "==", right, f"MultiHeadAttention: {what}"):
            raise Refusal(
                "SPC0363",
                f"MultiHeadAttention needs {what} to be equal: {left} is not {right}",
                argument=("from",),
            )
    if not b.require(value.shape[1], ">=", 1, "MultiHeadAttention needs a step to attend to"):
        raise Refusal(
            "SPC0363",
            f"MultiHeadAttention needs a step to attend to, and `value` is {value.value.type}",
            argument=("from",),
        )
