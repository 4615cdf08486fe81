"""Rows of a table by whole numbers: one look at the numbers, one pass over the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.evaluate import RunError
from spec_compiler.ir.primitives.indexing import Take, require_within
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.kernels.kernel import Kernels, always
from spec_compiler.plan.recorder import Operand, Recorder
from spec_compiler.refusals import Refusal


def within(recorder: Recorder) -> Callable[[Array, Array], None]:
    """What looks whether all numbers name rows of a table: at the least and at the greatest.

    They are the second operand of the node at hand.
    """
    layer, node = recorder.layer, recorder.node

    def look(table: Array, indices: Array) -> None:
        if indices.size and not (indices.min() >= 0 and indices.max() < len(table)):
            try:
                require_within(indices, len(table), help=", or give the table more rows")
            except Refusal as refusal:
                read = None if node is None else node.operands[1]
                raise RunError(layer, refusal, read) from None

    return look


def _take(recorder: Recorder, _: Take, operands: Sequence[Operand], of: TensorType) -> Operand:
    out, check = recorder.result(of), within(recorder)

    def take(table: Array, indices: Array, out: Array) -> None:
        check(table, indices)
        table.take(indices.astype(np.intp, copy=False), 0, out, "clip")

    indices = operands[1]
    recorder.beside(prod(indices.shape) * np.dtype(np.intp).itemsize)
    recorder.do(take, *operands, out)
    return out


INDEXING: Kernels = {Take: (_take, always)}
