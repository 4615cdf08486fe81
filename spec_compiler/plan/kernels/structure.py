"""What moves or joins elements: views of what is there, where the memory allows it."""

from __future__ import annotations

from collections.abc import Sequence

from spec_compiler.ir.arrays import np
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.structure import (
    BroadcastTo,
    Concatenate,
    Reshape,
    Reverse,
    Slice,
    Stride,
    Transpose,
)
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels.kernel import Kernels, always
from spec_compiler.plan.recorder import Late, Operand, Recorder


def _reshape(
    recorder: Recorder, _: Reshape, operands: Sequence[Operand], of: TensorType
) -> Operand:
    x, shape = operands[0], concrete(of)
    if isinstance(x, Late) and x.shape == shape:  # a place is one value's: it may be emptied
        return recorder.view(lambda array: array, x, of)
    return recorder.reshaped(x, shape)


def _view(
    recorder: Recorder, kind: Primitive, operands: Sequence[Operand], of: TensorType
) -> Operand:
    return recorder.view(kind.ready(of), operands[0], of)


def _concatenate(
    recorder: Recorder, kind: Concatenate, operands: Sequence[Operand], of: TensorType
) -> Operand:
    out, end = recorder.result(of), 0
    for x in operands:
        begin, end = end, end + x.shape[kind.axis]
        size = end - begin
        if not size:
            continue
        part = Slice(kind.axis, begin, end)
        shape = (*of.shape[: kind.axis], size, *of.shape[kind.axis + 1 :])
        to = of._replace(shape=shape)
        recorder.do(np.copyto, recorder.view(part.ready(to), out, to), x)
    return out


STRUCTURE: Kernels = {
    Reshape: (_reshape, always),
    **dict.fromkeys((BroadcastTo, Reverse, Slice, Stride, Transpose), (_view, always)),
    Concatenate: (_concatenate, always),
}
