"""Sums of rows of a table, row by row of the batch: what is kept is read once, and added up."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.passes.pooled import SumOfRows
from spec_compiler.plan.kernels.indexing import within
from spec_compiler.plan.kernels.kernel import Kernels, floating
from spec_compiler.plan.recorder import Operand, Recorder

_LARGE = 2**12
"""The numbers from which on a row of the batch is worth calls of its own."""


def _sum_of_rows(
    recorder: Recorder, _: SumOfRows, operands: Sequence[Operand], of: TensorType
) -> Operand:
    table, indices, kept = operands
    out, steps = recorder.into(of, rows=True), indices.shape[1]
    rows = recorder.new((steps, table.shape[1]), table.dtype)
    ones = np.ones(steps, table.dtype)
    check = within(recorder)

    def add(table: Array, indices: Array, kept: Array, rows: Array, out: Array) -> None:
        check(table, indices)
        for numbers, which, total in zip(indices, kept[..., 0], out, strict=True):
            named = numbers[which]
            part = rows[: len(named)]
            table.take(named.astype(np.intp, copy=False), 0, part, "clip")
            np.dot(ones[: len(named)], part, total)

    recorder.do(add, table, indices, kept, rows, out)
    return out


def _fits(kind: SumOfRows, takes: Sequence[TensorType], of: TensorType) -> bool:
    table, indices, _ = map(concrete, takes)
    return floating(kind, takes, of) and prod((*indices[1:], *table[1:])) >= _LARGE


POOLED: Kernels = {SumOfRows: (_sum_of_rows, _fits)}
