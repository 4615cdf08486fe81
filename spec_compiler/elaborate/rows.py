"""Tensors without a batch: what a layer sees of them, and what it gives."""

from __future__ import annotations

from dataclasses import replace

from spec_compiler.elaborate.reading import Signals
from spec_compiler.fixes import advise, before
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.base.interface import Rows
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


def with_rows(b: Builder, layer: Layer, taken: list[Signal]) -> list[Signal]:
    """The inputs as a layer sees them: the batch is axis 0 of each.

    One without a batch is the same for every row of the others. Where none has one, there is one
    row, which `without_rows` takes away again. Where the layer's text names every axis, it sees
    what its author does.

    Raises:
        Refusal: the batch is another axis, or the layer needs one and there is none.
    """
    if layer.rows is Rows.NAMED or all(x.batch == 0 for x in taken):
        return taken
    alone = alone_in(layer, taken)
    for index, x in enumerate(taken):
        if x.batch:
            raise _displaced(layer, index, x)
    if alone and layer.rows is Rows.NEEDED:
        raise _without_batch(layer, taken[0])
    if alone:
        return [alike(b, x, 1) for x in taken]
    longest = max((x for x in taken if x.batch == 0), key=lambda x: x.rank)
    return [x if x.batch == 0 else beside(b, x, longest) for x in taken]


def alone_in(layer: Layer, taken: list[Signal]) -> bool:
    """Whether a layer has inputs, and none of them has a batch."""
    no_batch = bool(taken) and all(x.batch is None for x in taken)
    return no_batch and layer.rows is not Rows.NAMED


def beside(b: Builder, x: Signal, rows: Signal) -> Signal:
    """A tensor without a batch, as one with it: the same for each row of another.

    A first axis of size 1 may stand for the batch where the other has as many axes.
    """
    if x.rank < rows.rank or x.shape[0] != 1:
        return alike(b, x, rows.shape[0])

    def repeated(value: Value) -> Value:
        return b.broadcast_to(value, (rows.shape[0], *value.shape[1:]))

    mask = x.mask and replace(x.mask, value=repeated(x.mask.value))
    return Signal(repeated(x.value), mask, x.sparse)


def alike(b: Builder, x: Signal, rows: Size) -> Signal:
    """A tensor without a batch, the same in each of the rows."""

    def repeated(value: Value) -> Value:
        row = b.expand(value, 0)
        return row if rows == 1 else b.broadcast_to(row, (rows, *value.shape))

    mask = x.mask and replace(x.mask, value=repeated(x.mask.value))
    return Signal(repeated(x.value), mask, x.sparse)


def without_rows(b: Builder, results: Signals) -> Signals:
    """What a layer makes of one row alone, as tensors without a batch."""

    def only(value: Value) -> Value:
        return b.reshape(value, value.shape[1:])

    return {
        name: Signal(
            only(x.value), x.mask and replace(x.mask, value=only(x.mask.value)), batch=None
        )
        for name, x in results.items()
    }


def _without_batch(layer: Layer, x: Signal) -> Refusal:
    kind = type(layer).__name__
    if not x.rank:
        return Refusal(
            "SPC0304",
            f"{kind} needs a batch, and its input {x.value.type} is a single number",
            argument=("from",),
            help="sum or take the mean over `axis=…` before it, so that the batch stays",
        )
    return Refusal(
        "SPC0356",
        f"{kind} works on the rows of a batch, and its input {x.value.type} has none: it is the "
        "same for every row",
        argument=("from",),
        help="to give each row a copy, put a Lambda before it that adds it to zeros made of an "
        "input: `zeros_like(x) + table`",
    )


def _displaced(layer: Layer, index: int, x: Signal) -> Refusal:
    axis = x.batch or 0
    order = [axis, *(i for i in range(x.rank) if i != axis)]
    words = f"put it first: a Lambda with `transpose(x, {order})`"
    turned = f'{{type: Lambda, function: "transpose(x, {order})"}}'
    return Refusal(
        "SPC0357",
        f"the batch is axis {axis} of the input {shape_text(x.shape)}, and "
        f"{type(layer).__name__} takes axis 0 for it",
        argument=("from", index) if index else ("from",),
        fix=advise(words) if index else before(turned, words).on(),
    )
