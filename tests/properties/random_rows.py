"""Tensors with a batch and without: what a layer that is drawn is shown of them.

Those without are shown as a layer sees them: with the batch of the others, or with one row of their
own, which goes away again. So no strategy of a layer has anything to say about them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from random_spatial import SPATIAL
from random_tensors import Growing, Tensor
from random_windows import WINDOWS

ONE_ROW = "rows"
"""The size of the batch in a layer whose inputs have none."""
NEED_ROWS = {
    *("GlobalAveragePooling1D", "Flatten", "Reshape", "Permute", "RepeatVector"),
    *("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "TimeDistributed"),
    *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "SpectralNormalization"),
    *("use", "reuse", *WINDOWS, *SPATIAL),
}  # fmt: skip
"""What tensors without a batch alone do not feed: a block may claim that its outputs have one."""
AS_WRITTEN = {"EinsumDense", "Lambda", "Weight"}
"""What is shown tensors as they are, and says itself whether its results have a batch."""
BESIDE_ROWS = (
    "Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "LSTM",
    "MultiHeadAttention", "Attention", "AdditiveAttention", "GroupQueryAttention",
)  # fmt: skip
"""What takes several tensors."""


def draw(g: Growing, kind: str, item: Callable[[Growing], None]) -> None:
    """One item: of tensors with a batch, of those without, or of both."""
    tables = [t for t in g.tensors if t.constant]
    with_batch = [t for t in g.tensors if not t.constant]
    if kind in AS_WRITTEN:
        _shown(g, list(g.tensors), item)
    elif kind in BESIDE_ROWS and g.chance(35):
        size = g.pick("batch", 2)
        with_batch = [t for t in with_batch if t.shape[:1] == (size,)]
        if with_batch:
            tables += _fitting(g, g.pick(*with_batch[-6:]))
        beside = [_with_rows(t, size) for t in tables if t.shape[:1] != (1,)]
        _beside(g, [*with_batch, *beside], {t.name for t in beside}, item)
    elif tables and kind not in NEED_ROWS and g.chance(40):
        _alone(g, [_with_rows(t, ONE_ROW) for t in tables], item)
    else:
        _shown(g, with_batch, item)


def _fitting(g: Growing, x: Tensor) -> list[Tensor]:
    """A learned tensor that can be merged with one that has a batch."""
    shape = [size if isinstance(size, int) else 1 for size in x.shape[1:]]
    if not shape or shape[0] == 1:
        return []
    made = g.layer("Weight", [], {"shape": shape})
    del made["from"]
    dtype = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}.get(g.policy, g.policy)
    table = Tensor(made["name"], tuple(shape), dtype, constant=True)
    g.tensors.append(table)
    return [table]


def _shown(g: Growing, tensors: list[Tensor], item: Callable[[Growing], None]) -> list[Tensor]:
    """Draw it, shown these tensors only; what it adds."""
    known, g.tensors = g.tensors, list(tensors)
    item(g)
    made = g.tensors[len(tensors) :]
    g.tensors = [*known, *made]
    return made


def _alone(g: Growing, tensors: list[Tensor], item: Callable[[Growing], None]) -> None:
    before, calls = len(g.document["layers"]), len(g.first_calls)
    made = _shown(g, tensors, item)
    del g.first_calls[calls:]
    _take_rows(g, made, before)


def _take_rows(g: Growing, made: list[Tensor], before: int) -> None:
    """Results of one row, as they are without it; a layer that moves the row is taken back."""
    del g.tensors[len(g.tensors) - len(made) :]
    if any(not t.constant and (not t.rank or t.shape[0] != ONE_ROW) for t in made) or any(
        ONE_ROW in str(size) for t in made for size in t.shape[1:]
    ):
        del g.document["layers"][before:]
        return
    g.tensors += [t if t.constant else without_row(t) for t in made]


def _beside(
    g: Growing, tensors: list[Tensor], tables: set[str], item: Callable[[Growing], None]
) -> None:
    before = len(g.document["layers"])
    made = _shown(g, tensors, item)
    for layer in g.document["layers"][before:]:
        if set(names_in(layer["from"])) <= tables:  # none of them has a batch, after all
            del g.document["layers"][before:]
            del g.tensors[len(g.tensors) - len(made) :]


def names_in(written: Any) -> list[str]:
    """What a `from` names."""
    if isinstance(written, str):
        return [written]
    return list(written.values() if isinstance(written, dict) else written)


def _with_rows(t: Tensor, size: Any) -> Tensor:
    mask = None if t.mask is None else (size, *t.mask)
    return replace(t, shape=(size, *t.shape), mask=mask, constant=False)


def without_row(t: Tensor) -> Tensor:
    """What is left of the only row."""
    mask = None if t.mask is None else t.mask[1:]
    return replace(t, shape=t.shape[1:], mask=mask, constant=True)
