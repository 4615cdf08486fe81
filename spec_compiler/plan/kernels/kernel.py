"""What a kernel is, and what several of them ask of an operation before they are for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from spec_compiler.ir.types import TensorType
from spec_compiler.plan.recorder import Operand, Recorder

Kernel: TypeAlias = Callable[[Recorder, Any, Sequence[Operand], TensorType], Operand]
"""Records the calls of an operation: from its settings and operands to its result."""
Fits: TypeAlias = Callable[[Any, Sequence[TensorType], TensorType], bool]
"""Whether a kernel is for an operation of these settings and types, whose sizes are numbers."""
Kernels: TypeAlias = dict[type, tuple[Kernel, Fits]]
"""By the classes of primitives and composites."""

FLOATING = frozenset({"float32", "float64"})
"""The dtypes that BLAS multiplies, and whose steps NumPy does not round to another one."""


def always(_: object, takes: Sequence[TensorType], of: TensorType) -> bool:
    """All."""
    return True


def floating(_: object, takes: Sequence[TensorType], of: TensorType) -> bool:
    """Those whose result is float32 or float64."""
    return of.dtype in FLOATING


def not_empty(kind: object, takes: Sequence[TensorType], of: TensorType) -> bool:
    """Of these, those of which no size is 0."""
    return floating(kind, takes, of) and not any(0 in each.shape for each in (*takes, of))


def along_rows(kind: Any, takes: Sequence[TensorType], of: TensorType) -> bool:
    """Of these, those that go along the last axis alone, which their settings name in `axes`."""
    return not_empty(kind, takes, of) and kind.axes == (len(of.shape) - 1,)
