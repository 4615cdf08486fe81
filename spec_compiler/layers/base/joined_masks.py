"""Several masks as one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.signal import Mask


def over_all(b: Builder, operation: str, masks: Iterable[Value]) -> Value:
    """Masks joined, of whatever ranks; the same mask twice is read once."""
    distinct = list(dict.fromkeys(masks))
    rank = max(len(mask.shape) for mask in distinct)
    level = [b.reshape(m, (*m.shape, *(1,) * (rank - len(m.shape)))) for m in distinct]
    return reduce(lambda left, right: b.binary(operation, left, right), level)


def common_origin(b: Builder, masks: Iterable[Mask]) -> str:
    """Who made a mask that comes from several: the layer at hand, unless all have one origin."""
    origins = {mask.origin for mask in masks}
    return origins.pop() if len(origins) == 1 else b.layer
