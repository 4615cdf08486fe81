"""Dot-product attention in primitives, and which steps may attend to which."""

from __future__ import annotations

from functools import reduce
from math import sqrt

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.layers.activations.softmaxes import softmax
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.layers.softmax import masked_softmax

_AXES = (
    "the batch",
    "the number of heads",
    "the number of steps of `query`",
    "the number of steps of `value`",
)


def attend(
    b: Builder, query: Value, key: Value, value: Value, size: int, keep: Value | None
) -> tuple[Value, Value]:
    """Averages of `value`, weighted by how well each key fits each query.

    Args:
        b: The builder.
        query: `[batch, t, heads, size]`.
        key: `[batch, s, heads, size]`.
        value: `[batch, s, heads, value size]`.
        size: The size of a head.
        keep: Where a query may attend to a key, `[batch, heads, t, s]` or broadcast to it.

    Returns:
        The averages `[batch, t, heads, value size]` and the weights `[batch, heads, t, s]`.
    """
    scaled = b.multiply(query, 1 / sqrt(size))
    fits = b.einsum("bthk", "bshk", "bhts", scaled, key)
    if keep is None:
        weights = b.call("softmax", softmax, fits, axis=3)
    else:
        weights = b.call("masked_softmax", masked_softmax, fits, keep, axes=(3,))
    return b.einsum("bhts", "bshv", "bthv", weights, value), weights


def combined_masks(
    b: Builder,
    query: Signal,
    value: Signal,
    key: Signal | None,
    given: Value | None,
    causal: bool,
) -> Value | None:
    """Where a query may attend to a key, of rank 4; None where everywhere.

    Args:
        b: The builder.
        query: `[batch, t, features]`; its masked steps attend to nothing.
        value: `[batch, s, features]`; nothing attends to its masked steps.
        key: The same for another tensor of keys.
        given: The author's mask, of rank 4.
        causal: Whether a step attends only to those up to itself.

    Raises:
        Refusal: a mask is not for the steps.
    """
    batch, t, s = query.shape[0], query.shape[1], value.shape[1]
    parts: list[Value] = []
    if query.mask is not None:
        parts.append(b.reshape(_of_steps(query.mask), (batch, 1, t, 1)))
    parts += [
        b.reshape(_of_steps(source.mask), (batch, 1, 1, source.shape[1]))
        for source in (value, key)
        if source is not None and source.mask is not None
    ]
    if causal:
        to = b.reshape(b.emit("arange", length=t, dtype="int32"), (1, 1, t, 1))
        of = b.reshape(b.emit("arange", length=s, dtype="int32"), (1, 1, 1, s))
        parts.append(b.binary("greater_equal", to, of))
    if given is not None:
        parts.append(given)
    if not parts:
        return None
    return reduce(lambda left, right: b.binary("logical_and", left, right), parts)


def author_mask(b: Builder, given: Signal, wanted: Shape) -> Value:
    """The author's mask as a boolean tensor of rank 4, proved to fit.

    Args:
        b: The builder.
        given: Of rank 3, without heads, or 4; a constant may also leave out the batch.
        wanted: `(batch, heads, t, s)`; the mask may have size 1 instead.

    Raises:
        Refusal: it holds floats, or does not fit.
    """
    value = given.value
    at = ("from", "attention_mask")
    if value.dtype != "bool" and not value.type.is_integer:
        raise Refusal(
            "SPC0364",
            f"`attention_mask` must be boolean, and it is {value.type}",
            argument=at,
            help="write `dtype: bool` on the input: true where a query may attend",
        )
    least = 3 if given.batched else 2
    if not least <= given.rank <= 4:
        raise Refusal(
            "SPC0364",
            "`attention_mask` must be `[batch, steps of query, steps of value]`, and it is "
            f"{value.type}",
            argument=at,
            help="for a mask of the steps of one input, write it as that input's own mask",
        )
    batch, heads, steps = given.shape[:-2][:1], given.shape[:-2][1:], given.shape[-2:]
    shape = (*(batch or (1,)), *(heads or (1,)), *steps)
    for size, needed, what in zip(shape, wanted, _AXES, strict=True):
        if size != 1 and not b.require(size, "==", needed, f"`attention_mask` against {what}"):
            raise Refusal(
                "SPC0364",
                f"`attention_mask` is {value.type}, and {what} is {needed}, not {size}",
                argument=at,
            )
    known = value if value.dtype == "bool" else b.binary("not_equal", value, 0)
    fitting = tuple(1 if size == 1 else needed for size, needed in zip(shape, wanted, strict=True))
    return b.broadcast_to(b.reshape(known, shape), fitting)


def _of_steps(mask: Mask) -> Value:
    if len(mask.value.shape) != 2:
        raise Refusal(
            "SPC0412",
            "MultiHeadAttention needs masks `[batch, steps]`, and the mask made by "
            f"`{mask.origin}` is {mask.value.type}",
            argument=("from",),
            help="write `mask: drop`, or `mask: NAME` for a tensor of that shape",
        )
    return mask.value
