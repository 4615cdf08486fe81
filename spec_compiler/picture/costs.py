"""What boxes cost, as formulas, and as numbers for the sizes that are assumed."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.ir.dims import Size
from spec_compiler.measure import Measure, memory_of, number_at
from spec_compiler.picture.picture import Costs

WORDS_AT_MOST = 120


def costs(row: Measure, sizes: Mapping[str, int]) -> Costs:
    """Those of an input or a layer."""
    memory = memory_of(row.results)
    return Costs(
        row.parameters.trainable,
        row.parameters.non_trainable,
        number_at(row.flops, sizes),
        size_words(row.flops),
        number_at(memory, sizes),
        size_words(memory),
    )


def size_words(size: Size | None) -> str:
    """A formula as people read it."""
    if size is None:
        return "(too long)"
    text = f"{size:,}" if isinstance(size, int) else str(size)
    return text if len(text) <= WORDS_AT_MOST else f"{text[: WORDS_AT_MOST - 1]}…"
