"""Kernels of the composites whose results add up to 1."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.composites.softmaxes import MaskedSoftmax, Softmax
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.kernels.exponentials import exponential
from spec_compiler.plan.kernels.kernel import Kernels, along_rows
from spec_compiler.plan.kernels.reduction import of_rows
from spec_compiler.plan.recorder import Operand, Recorder


class Between(NamedTuple):
    """What is written while rows become shares.

    Attributes:
        largest: The largest number of each row.
        total: The sum of each row.
        dropped: Which entries do not count; None: all do.
        empty: The rows of which none does.
    """

    largest: Array
    total: Array
    dropped: Array | None
    empty: Array | None

    @classmethod
    def of(
        cls, recorder: Recorder, shape: tuple[int, ...], dtype: Any, kept: Operand | None
    ) -> Between:
        """Memory for rows of a shape, and for a mask."""
        largest, total = (recorder.new((*shape[:-1], 1), dtype) for _ in range(2))
        if kept is None:
            return cls(largest, total, None, None)
        empty = recorder.new((*kept.shape[:-1], 1), bool)
        return cls(largest, total, recorder.new(kept.shape, bool), empty)


def exponentials(
    recorder: Recorder, x: Operand, kept: Operand | None, out: Operand, between: Between
) -> None:
    """Record the exponentials of rows less their largest number, and their sums.

    Args:
        recorder: Takes the calls.
        x: The numbers, which may be where the result comes.
        kept: Which ones count, broadcast; None: all. Where none of a row does, all are 0.
        out: Takes the exponentials, row-major.
        between: Takes the sums, at least 1 with a mask.
    """
    largest, total, dropped, empty = between
    if kept is not None and dropped is not None and empty is not None:
        zero, none = (np.asarray(number, largest.dtype) for number in (0, -np.inf))
        recorder.do(np.logical_not, kept, dropped)
        of_rows(recorder, np.logical_and, dropped, empty)
        if x is not out:
            recorder.do(np.copyto, out, x)
            x = out
        recorder.do(_fill, out, none, dropped)
        of_rows(recorder, np.maximum, out, largest)
        recorder.do(_fill, largest, zero, empty)
    else:
        of_rows(recorder, np.maximum, x, largest)
    recorder.do(np.subtract, x, largest, out)
    if kept is None:
        exponential(recorder, out, out)
    else:  # what does not count has to be 0 exactly
        recorder.do(np.exp, out, out)
    rows, columns = prod(out.shape[:-1]), out.shape[-1]
    flat = recorder.reshaped(out, (rows, columns))
    recorder.do(np.dot, flat, np.ones((columns, 1), largest.dtype), total.reshape(rows, 1))
    if kept is not None:
        recorder.do(_at_least, total, np.asarray(1, total.dtype))


def _softmax(
    recorder: Recorder,
    _: Softmax | MaskedSoftmax,
    operands: Sequence[Operand],
    of: TensorType,
) -> Operand:
    x, *kept = operands
    out = recorder.into(of, x, rows=True)
    which = kept[0] if kept else None
    between = Between.of(recorder, out.shape, out.dtype, which)
    exponentials(recorder, x, which, out, between)
    recorder.do(np.divide, out, between.total, out)
    return out


def _fill(out: Array, number: Array, where: Array) -> None:
    np.copyto(out, number, where=where)


def _at_least(out: Array, number: Array) -> None:
    np.maximum(out, number, out=out)


SOFTMAXES: Kernels = dict.fromkeys((Softmax, MaskedSoftmax), (_softmax, along_rows))
