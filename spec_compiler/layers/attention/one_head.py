"""What Attention and AdditiveAttention share: one head, without projections."""

from __future__ import annotations

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import quoted
from spec_compiler.ir.graph import Value
from spec_compiler.layers.attention.attention import (
    Pattern,
    averaged,
    check_inputs,
    combined_masks,
    near_steps,
    steps_kept,
    wrong_rank,
)
from spec_compiler.layers.attention.inside import note_inside
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


def paired(b: Builder, layer: Layer, query: Signal, value: Signal, key: Signal) -> Pattern:
    """The steps that attend to each other: those next to the features; all other axes stay apart.

    Raises:
        Refusal: the inputs do not go together.
    """
    kind = type(layer).__name__
    if query.rank < 3:
        raise wrong_rank(kind, "query", query, "`[batch, steps, features]`")
    pattern = Pattern.of(kind, query.rank, (query.rank - 2,), heads=False)
    check_inputs(b, pattern, {"query": query, "value": value, "key": key})
    left, right = query.shape[-1], key.shape[-1]
    if not b.require(left, "==", right, f"{kind}: the features of `query` and `key`"):
        other = "value" if key is value else "key"
        raise Refusal(
            "SPC0363",
            f"{kind} compares the features of `query` and `{other}`: {quoted(left)} is not "
            f"{quoted(right)}",
            argument=("from",),
            origins=((query.value, query.rank - 1), (key.value, key.rank - 1)),
            help="give both the same number of features, such as by a Dense",
        )
    if key.mask is not None and value.mask is None:
        raise Refusal(
            "SPC0412",
            f"{kind} looks at the masks of `query` and `value`, and of `key` alone the mask would "
            "be lost",
            argument=("from",),
            origins=((key.mask.value, "type"),),
            help="let `value` have it, too, or write `mask: drop` if padding may take part",
        )
    return pattern


def sums(b: Builder, query: Value, key: Value) -> Value:
    """The sum of each query and each key: `[batch, …, t, s, features]`."""
    return b.add(b.expand(query, -2), b.expand(key, -3))


def read(
    b: LayerBuilder,
    pattern: Pattern,
    fits: Value,
    query: Signal,
    value: Signal,
    *,
    causal: bool,
    scores: bool,
) -> Signal | dict[str, Signal]:
    """The averages of `value`, 0 where `query` is masked, and the scores where they are wanted.

    Args:
        b: The builder.
        pattern: Which axes attend to which.
        fits: How well each key fits each query.
        query: Whose mask the result has.
        value: What is averaged, but for its masked steps.
        causal: Whether a step attends only to those up to itself.
        scores: Whether the weights are an output.
    """
    near = near_steps(b, pattern, query, value, causal, None)
    keep = combined_masks(b, pattern, query.masked(None), (value,), near)
    result, weights = averaged(b, pattern, fits, b.compute(value.value), keep)
    note_inside(b, pattern, {}, keep, weights)
    if query.mask is not None:
        kept = steps_kept(pattern.kind, query.mask, query.rank)
        result = b.select(b.expand(kept, -1), result, 0)
    output = query.carry(result)
    return {"output": output, "scores": Signal(weights)} if scores else output
