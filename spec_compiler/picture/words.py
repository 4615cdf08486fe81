"""Shapes, dtypes, masks and places, as a picture says them."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.expanding.copies import Place
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.signal import Signal
from spec_compiler.picture.picture import Lines, Tensor
from spec_compiler.source.node import SourceNode


def tensors_of(signals: Mapping[str, Signal]) -> tuple[Tensor, ...]:
    """What something gives, in words."""
    return tuple(tensor_of(name, signal) for name, signal in signals.items())


def tensor_of(name: str, signal: Signal) -> Tensor:
    """A result in words."""
    mask = "" if signal.mask is None else shape_text(signal.mask.value.type.shape)
    return Tensor(name, shape_text(signal.shape), signal.dtype, mask)


def lines_of(place: Place, file: str) -> Lines | None:
    """Where an item is written in a file: it, or the nearest use around it that stands there."""
    node, instance = place.node, place.instance
    while node.span.file != file:
        if instance is None:
            return None
        node, instance = instance.node, instance.outer
    return Lines(node.span.line, last_line(node))


def last_line(node: SourceNode) -> int:
    """The last line that has something of a node."""
    span = node.span
    return span.end_line if span.end_column > 1 or span.end_line == span.line else span.end_line - 1
