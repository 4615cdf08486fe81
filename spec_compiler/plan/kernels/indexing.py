"""Rows of a table by whole numbers: one look at the numbers, one pass over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.evaluate import RunError
from spec_compiler.ir.primitives.indexing import Take, require_within
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.recorder import Operand, Recorder
from spec_compiler.refusals import Refusal


def _take(recorder: Recorder, _: Take, operands: Sequence[Operand], of: TensorType) -> Operand:
    table, indices = operands
    out, layer = recorder.result(of), recorder.mark.layer

    def take(table: Array, indices: Array, out: Array) -> None:
        if indices.size and not 0 <= indices.min() <= indices.max() < len(table):
            try:
                require_within(indices, len(table), help=", or give the table more rows")
            except Refusal as refusal:
                raise RunError(layer, refusal) from None
        table.take(indices.astype(np.intp, copy=False), 0, out, "clip")

    recorder.do(take, table, indices, out)
    return out


INDEXING: dict[type, Any] = {Take: (_take, lambda *_: True)}
