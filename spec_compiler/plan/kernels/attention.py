"""Attention in blocks of queries: the scores of a block stay in cache, and there are no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.passes.attention import Attention
from spec_compiler.plan.kernels.kernel import Kernels, not_empty
from spec_compiler.plan.kernels.softmaxes import Between, exponentials
from spec_compiler.plan.machine import core_cache
from spec_compiler.plan.recorder import Operand, Recorder

_LEAST = 16
"""Queries of a block: with fewer, products are slow."""


def _attention(
    recorder: Recorder, kind: Attention, operands: Sequence[Operand], of: TensorType
) -> Operand:
    """Shares are not divided by their sums, but what they weight is, which is less."""
    query, key, value, *masks = map(recorder.settled, operands)
    (q_sum, k_sum), (q_lead, k_lead) = kind.scores.contracted, kind.scores.batch
    queries = query.transpose(*q_lead, *kind.scores.free(0, query.ndim), *q_sum)
    keys = key.transpose(*k_lead, *k_sum, *kind.scores.free(1, key.ndim))
    v_sum, v_lead = kind.context.contracted[1], kind.context.batch[1]
    values = value.transpose(*v_lead, *v_sum, *kind.context.free(1, value.ndim))
    out = recorder.new(concrete(of), queries.dtype, recorder.order)
    shape = (*queries.shape[:-1], keys.shape[-1])
    kept = masks[0].reshape((1,) * (len(shape) - masks[0].ndim) + masks[0].shape) if masks else None
    memory: dict[tuple[int, ...], tuple[Array, Between]] = {}
    for lead, rows in _blocks(shape, queries.itemsize):
        block, part = queries[lead][..., rows, :], out[lead][..., rows, :]
        which = None if kept is None else _kept(kept, lead, rows)
        form = (*block.shape[:-1], shape[-1])
        if form not in memory:
            scores = recorder.new(form, queries.dtype)
            memory[form] = scores, Between.of(recorder, form, queries.dtype, which)
        scores, between = memory[form]
        recorder.do(np.matmul, block, keys[lead], scores)
        exponentials(recorder, scores, which, scores, between)
        recorder.do(np.matmul, scores, values[lead], part)
        recorder.do(np.divide, part, between.total, part)
    return out


def _kept(kept: Array, lead: tuple[int, ...], rows: slice) -> Array:
    """The part of a mask that is for a block; axes of size 1 are for all."""
    at = tuple(0 if size == 1 else place for size, place in zip(kept.shape, lead, strict=False))
    part = kept[at]
    return part if part.shape[-2] == 1 else part[..., rows, :]


def _blocks(shape: tuple[int, ...], itemsize: int) -> Iterator[tuple[tuple[int, ...], slice]]:
    """Entries of axes that lead, and queries of them, whose scores fill half of the cache."""
    room = core_cache() // 2 // itemsize
    *lead, queries, keys = shape
    apart = 0
    while apart < len(lead) and prod(lead[apart:]) * min(queries, _LEAST) * keys > room:
        apart += 1
    rows = max(room // max(prod(lead[apart:]) * keys, 1), min(queries, _LEAST))
    for at in np.ndindex(*lead[:apart]):
        for start in range(0, queries, rows):
            yield at, slice(start, min(start + rows, queries))


ATTENTION: Kernels = {Attention: (_attention, not_empty)}
