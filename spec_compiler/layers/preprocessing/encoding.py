"""Categories by number as vectors: one for each, or one for all of a sample."""

from __future__ import annotations

from typing import Literal, TypeAlias

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import DType
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal

Encoding: TypeAlias = Literal["one_hot", "multi_hot", "count"]
OutputMode: TypeAlias = Literal["int", "one_hot", "multi_hot", "count"]


def require_whole(kind: str, x: Signal) -> None:
    """Ask whether an input holds whole numbers.

    Raises:
        Refusal: it does not.
    """
    if not x.value.type.is_integer:
        raise Refusal(
            "SPC0403",
            f"{kind} reads whole numbers, and its input is {x.value.type}",
            argument=("from",),
            origins=((x.value, "dtype"),),
            help="write `dtype: int32` on the input",
        )


def encoded(
    b: Builder,
    kind: str,
    x: Signal,
    numbers: Value,
    depth: int,
    mode: Encoding,
    dtype: DType,
    weights: Value | None = None,
) -> Value:
    """Vectors of `depth` entries of the categories; a number that names none leaves no trace.

    `one_hot` gives a vector for each number, in the place of a last axis of size 1 where there is
    one; `multi_hot` says which are in a sample, and `count` how often.

    Args:
        b: The builder.
        kind: The kind of layer, for messages.
        x: Its input.
        numbers: The categories, of the input's shape.
        depth: How many there are.
        mode: What is made of them.
        dtype: The dtype of the result.
        weights: What each counts, in place of 1; of the result's dtype.

    Raises:
        Refusal: a sample is not a list of categories.
    """
    if mode != "one_hot" and x.rank != 2:
        raise Refusal(
            "SPC0304",
            f"{kind} with `output_mode: {mode}` needs rank 2, a list for each sample, and its "
            f"input is {x.value.type}",
            argument=("from",),
            help=""
            if x.rank > 2
            else "give the input an axis, `shape: [1]`, or write `output_mode: one_hot`",
        )
    if mode == "one_hot" and stands_for_its_axis(b, x):
        numbers = b.reshape(numbers, x.shape[:-1])
    found = b.binary("equal", b.expand(numbers, -1), b.arange(depth, numbers.dtype))
    if mode == "one_hot":
        return b.cast(found, dtype)
    if mode == "multi_hot":
        return b.cast(b.reduce("any", found, 1), dtype)
    if weights is not None:
        return b.reduce("sum", b.select(found, b.expand(weights, -1), 0), 1)
    return b.cast(b.reduce("sum", b.cast(found, "int32"), 1), dtype)


def stands_for_its_axis(b: Builder, x: Signal) -> bool:
    """Whether vectors take the place of the last axis, which has size 1."""
    return x.rank > 1 and b.facts.equal(x.shape[-1], 1) is True


def mask_of_categories(b: Builder, x: Signal, mode: OutputMode) -> Mask | None:
    """The mask of an input, where each number that it is for is still there."""
    if x.mask is None or mode not in {"int", "one_hot"}:
        return None
    lost = mode == "one_hot" and stands_for_its_axis(b, x)
    return x.mask if len(x.mask.value.shape) <= x.rank - lost else None
