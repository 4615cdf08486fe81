"""States of cells: Keras takes and gives those of one in a list, and those of several in lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spec_compiler.export.keras.model import Fed
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.recurrent.cell import Cell
from spec_compiler.layers.recurrent.stacked import StackedRNNCells


def in_lists(layer: Layer, states: Sequence[str]) -> Fed:
    """States as Keras takes them: by cell, where there are several."""
    several = _by_cell(layer, states)
    return tuple(several) if several else tuple(states)


def results_in_lists(layer: Layer, results: Sequence[str]) -> tuple[Fed, ...]:
    """An output and the states behind it as Keras gives them."""
    output, *states = results
    several = tuple(_by_cell(layer, states))
    if isinstance(layer, StackedRNNCells):
        return output, several
    if isinstance(layer, Cell) and len(states) > 1:
        return output, tuple(states)
    # RNN declares one state without a list
    alone = (item[0] if len(item) == 1 else item for item in several)
    return (output, *alone) if several else (output, *states)


def _by_cell(layer: Layer, states: Sequence[str]) -> list[tuple[str, ...]]:
    cell = getattr(layer, "cell", layer)
    if not isinstance(cell, StackedRNNCells) or not states:
        return []
    waiting: Iterator[str] = iter(states)
    return [tuple(next(waiting) for _ in one.held) for one in cell.stacked]
