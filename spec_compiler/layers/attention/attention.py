"""Dot-product attention in primitives, and which entries may attend to which."""

from __future__ import annotations

from functools import reduce
from math import sqrt
from string import ascii_lowercase, ascii_uppercase

from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.softmaxes import MaskedSoftmax, Softmax
from spec_compiler.ir.dims import Shape, quoted
from spec_compiler.ir.graph import Value
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.places import on_input
from spec_compiler.records import record
from spec_compiler.refusals import Origin, Refusal

_BOOL = "write `dtype: bool` on the input: true where a query may attend"
_HEADS, _QUERY_SIZE, _VALUE_SIZE = "012"
_FARTHEST = 2**31 - 1  # of int32, which counts the steps


@record
class Pattern:
    """Which axes attend to which, as labels of a contraction.

    Attributes:
        axes: The axes of `[batch, …, features]` that are attended over, counted from 0.
        query: Labels of the axes of `query` but the features.
        key: The same of `key` and `value`; only attended axes have labels of their own.
        kind: The kind of layer, for messages.
        heads: The label of the heads; nothing where there are none.
    """

    axes: tuple[int, ...]
    query: str
    key: str
    kind: str
    heads: str

    @classmethod
    def of(cls, kind: str, rank: int, axes: tuple[int, ...], *, heads: bool = True) -> Pattern:
        """The pattern of inputs of `rank` axes."""
        query = ascii_uppercase[: rank - 1]
        key = "".join(ascii_lowercase[i] if i in axes else label for i, label in enumerate(query))
        return cls(axes, query, key, kind, _HEADS if heads else "")

    @property
    def lead(self) -> str:
        """The batch and the other axes that stay apart."""
        return "".join(label for label in self.query if label in self.key)

    @property
    def scores(self) -> str:
        """Labels of the scores: the axes that stay apart, heads, axes of query, axes of key."""
        pairs = (self.query, self.key)
        return self.lead + self.heads + "".join(labels[i] for labels in pairs for i in self.axes)

    def describe(self, label: str) -> str:
        """What a label of the scores stands for, for messages."""
        if label == _HEADS:
            return "the number of heads"
        if label in self.lead:
            return "the batch" if label == self.query[0] else f"axis {self.query.index(label)}"
        owner, labels = ("query", self.query) if label in self.query else ("value", self.key)
        if len(self.query) == 2:
            return f"the number of steps of `{owner}`"
        return f"axis {labels.index(label)} of `{owner}`"

    def laid_out(self, b: Builder, x: Value, labels: str) -> Value:
        """A value whose axes have `labels`, laid out to broadcast against the scores."""
        present = [label for label in self.scores if label in labels]
        turned = b.transpose(x, tuple(labels.index(label) for label in present))
        sizes = dict(zip(present, turned.shape, strict=True))
        return b.reshape(turned, tuple(sizes.get(label, 1) for label in self.scores))


def wrong_rank(kind: str, name: str, x: Signal, wanted: str) -> Refusal:
    """The refusal of an input that has not the axes that are `wanted`."""
    return Refusal(
        "SPC0304",
        f"{kind} needs `{name}` of {wanted}, and it is {x.value.type}",
        argument=("from", name),
    )


def check_inputs(b: Builder, pattern: Pattern, inputs: dict[str, Signal]) -> None:
    """All have one rank and agree where they stay apart; a key for each value, at least one.

    Raises:
        Refusal: they do not.
    """
    query, value, key = inputs.values()
    for name, x in inputs.items():
        if x.rank != query.rank:
            steps = "`[batch, steps, features]`" if query.rank == 3 else "the rank of `query`"
            raise wrong_rank(pattern.kind, name, x, steps)
    pairs = [
        (query, x, i, f"{pattern.describe(label)} of `query` and `{name}`")
        for name, x in (("value", value), ("key", key))
        for i, label in enumerate(pattern.query)
        if label in pattern.lead
    ]
    for axis in pattern.axes:
        counted = "the number of steps" if query.rank == 3 else f"axis {axis}"
        pairs.append((value, key, axis, f"{counted} of `value` and `key`"))
    for one, other, axis, what in pairs:
        left, right = one.shape[axis], other.shape[axis]
        if not b.require(left, "==", right, f"{pattern.kind}: {what}"):
            raise Refusal(
                "SPC0363",
                f"{pattern.kind} needs {what} to be equal: {quoted(left)} is not {quoted(right)}",
                argument=("from",),
                origins=((one.value, axis), (other.value, axis)),
            )
    for axis in pattern.axes:
        why = f"{pattern.kind} needs a step to attend to"
        if not b.require(value.shape[axis], ">=", 1, why):
            message = f"{why}, and `value` is {value.value.type}"
            origin = value.value, axis
            raise Refusal("SPC0363", message, argument=("from",), origins=(origin,))


def attend(
    b: Builder,
    pattern: Pattern,
    size: int,
    projected: tuple[Value, Value, Value],
    keep: Value | None,
) -> tuple[Value, Value]:
    """Averages of `value`, weighted by how well each key fits each query.

    Args:
        b: The builder.
        pattern: Which axes attend to which.
        size: The size of a head.
        projected: Query and key `[batch, …, heads, size]`, value `[batch, …, heads, value size]`.
        keep: Where a query may attend to a key, as the scores are laid out; broadcast to them.

    Returns:
        The averages `[batch, …, heads, value size]` and the weights.
    """
    query, key, value = projected
    fits = products(b, pattern, b.multiply(query, 1 / sqrt(size)), key)
    return averaged(b, pattern, fits, value, keep)


def products(b: Builder, pattern: Pattern, query: Value, key: Value) -> Value:
    """The product of each query and each key, summed over their last axis; laid out."""
    of_query, of_key = (labels + pattern.heads for labels in (pattern.query, pattern.key))
    return b.einsum(of_query + _QUERY_SIZE, of_key + _QUERY_SIZE, pattern.scores, query, key)


def averaged(
    b: Builder, pattern: Pattern, fits: Value, value: Value, keep: Value | None
) -> tuple[Value, Value]:
    """Averages of `value`, weighted by the softmax of the scores, and the weights."""
    of_query, of_key = (labels + pattern.heads for labels in (pattern.query, pattern.key))
    axes = tuple(range(len(pattern.scores) - len(pattern.axes), len(pattern.scores)))
    if keep is None:
        weights = b.compose(Softmax(axes), fits)
    else:
        weights = b.compose(MaskedSoftmax(axes), fits, keep)
    labels = of_key + _VALUE_SIZE
    return b.einsum(pattern.scores, labels, of_query + _VALUE_SIZE, weights, value), weights


def combined_masks(
    b: Builder, pattern: Pattern, query: Signal, values: tuple[Signal, ...], others: list[Value]
) -> Value | None:
    """Where a query may attend to a key, as the scores are laid out; None where everywhere.

    Args:
        b: The builder.
        pattern: Which axes attend to which.
        query: Its masked entries attend to nothing.
        values: `value`, and `key` if it is another; nothing attends to their masked entries.
        others: More masks, laid out.

    Raises:
        Refusal: a mask is for other axes.
    """
    labelled = [(query, pattern.query), *((x, pattern.key) for x in values)]
    parts = [
        pattern.laid_out(b, steps_kept(pattern.kind, x.mask, x.rank), labels)
        for x, labels in labelled
        if x.mask is not None
    ]
    parts += others
    if not parts:
        return None
    return reduce(lambda left, right: b.binary("logical_and", left, right), parts)


def near_steps(
    b: Builder, pattern: Pattern, query: Signal, value: Signal, causal: bool, window: int | None
) -> list[Value]:
    """Masks of the distance between two steps, laid out.

    Args:
        b: The builder.
        pattern: Which axes attend to which; just one.
        query: Whose steps attend.
        value: To whose steps.
        causal: Whether a step attends only to those up to itself.
        window: At how many steps apart two are too far.
    """
    axis = pattern.axes[0]
    to = b.arange(query.shape[axis], "int32")
    of = b.arange(value.shape[axis], "int32")
    to = pattern.laid_out(b, to, pattern.query[axis])
    of = pattern.laid_out(b, of, pattern.key[axis])
    masks = [b.binary("greater_equal", to, of)] if causal else []
    if window is not None:
        distance = b.unary("abs", b.subtract(to, of))
        masks.append(b.binary("less", distance, min(window, _FARTHEST)))
    return masks


def author_mask(
    b: Builder, pattern: Pattern, given: Signal, query: Signal, value: Signal, heads: int
) -> Value:
    """The author's mask as a boolean tensor, laid out, and proved to fit.

    Args:
        b: The builder.
        pattern: Which axes attend to which.
        given: As the scores are, without the heads or with them, or with fewer of the axes that
            stay apart. It may have size 1 anywhere.
        query: Whose entries attend.
        value: To whose entries.
        heads: The number of heads.

    Raises:
        Refusal: it holds floats, or does not fit.
    """
    mask = given.value
    at = ("from", "attention_mask")
    if mask.dtype != "bool" and not mask.type.is_integer:
        raise Refusal(
            "SPC0364",
            f"`attention_mask` must be boolean, and it is {mask.type}",
            argument=at,
            origins=((mask, "dtype"),),
            fix=on_input("dtype", "bool", _BOOL),
        )
    steps = 2 * len(pattern.axes)
    if not steps < given.rank <= len(pattern.scores):
        wanted = [pattern.describe(label) for label in pattern.scores[-steps:]]
        raise Refusal(
            "SPC0364",
            f"`attention_mask` must be `[batch, {', '.join(_short(text) for text in wanted)}]`, "
            f"and it is {mask.type}",
            argument=at,
            origins=((mask, "type"),),
            help="for the steps of an input write `mask: true` there, and feed `NAME.mask`",
        )
    lead = given.shape[:-steps]
    shape = (*lead, *(1,) * (len(pattern.scores) - given.rank), *given.shape[-steps:])
    needed = _sizes(pattern, query, value, heads)
    for place, (size, wanted, label) in enumerate(zip(shape, needed, pattern.scores, strict=True)):
        what = pattern.describe(label)
        if size != 1 and not b.require(size, "==", wanted, f"`attention_mask` against {what}"):
            raise Refusal(
                "SPC0364",
                f"`attention_mask` is {mask.type}, and {what} is {quoted(wanted)}, not "
                f"{quoted(size)}",
                argument=at,
                origins=(
                    (mask, place if place < len(lead) else place - len(shape)),
                    *_of_label(pattern, label, query, value),
                ),
                related=((("num_heads",), what),) if label == _HEADS else (),
            )
    known = mask if mask.dtype == "bool" else b.binary("not_equal", mask, 0)
    fitting = tuple(1 if size == 1 else wanted for size, wanted in zip(shape, needed, strict=True))
    return b.broadcast_to(b.reshape(known, shape), fitting)


def _sizes(pattern: Pattern, query: Signal, value: Signal, heads: int) -> Shape:
    """The shape of the scores."""
    sizes = dict(zip(pattern.key, value.shape, strict=False))
    sizes |= dict(zip(pattern.query, query.shape, strict=False))
    sizes[_HEADS] = heads
    return tuple(sizes[label] for label in pattern.scores)


def _of_label(pattern: Pattern, label: str, query: Signal, value: Signal) -> tuple[Origin, ...]:
    """The axis that a label of the scores is of; none for the heads, which are an argument."""
    owners = ((query, pattern.query), (value, pattern.key))
    found = ((x.value, labels.index(label)) for x, labels in owners if label in labels)
    return tuple(found)[:1]


def _short(text: str) -> str:
    return text.removeprefix("the number of ").replace("`", "")


def steps_kept(kind: str, mask: Mask, rank: int) -> Value:
    """A mask that is for all axes of an input but the features.

    Raises:
        Refusal: it is for others.
    """
    if len(mask.value.shape) != rank - 1:
        wanted = "[batch, steps]" if rank == 3 else f"of rank {rank - 1}"
        raise Refusal(
            "SPC0412",
            f"{kind} needs masks `{wanted}`, and the mask made by "
            f"`{mask.origin}` is {mask.value.type}",
            argument=("from",),
            origins=((mask.value, "type"),),
            help="write `mask: drop`, or `mask: NAME` for a tensor of that shape",
        )
    return mask.value
