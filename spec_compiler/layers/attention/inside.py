"""What is inside of an attention, by name."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.ir.graph import Value
from spec_compiler.layers.attention.attention import Pattern
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.signal import Signal


def note_inside(
    b: LayerBuilder,
    pattern: Pattern,
    projected: Mapping[str, Signal],
    keep: Value | None,
    scores: Value,
) -> None:
    """Name what is inside of an attention: projections, who may attend, and the weights.

    Args:
        b: The builder of the layer.
        pattern: Which axes attend to which.
        projected: Query, key and value as they are projected, by these names.
        keep: Where a query may attend to a key, as the scores are laid out.
        scores: The weights of the averages.
    """
    for name, signal in projected.items():
        b.note(name, signal, pattern.kind)
    if keep is not None:
        batch = None if keep.shape[0] == 1 else 0
        b.note("attention_mask", Signal(keep, batch=batch), pattern.kind)
    b.note("scores", Signal(scores), pattern.kind)
