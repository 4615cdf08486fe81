"""What boxes cost, as numbers: sizes that only the data knows are assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spec_compiler.ir.dims import Size, SizeError, Symbol, product, symbols
from spec_compiler.ir.types import ITEMSIZE, TensorType
from spec_compiler.measure import Measure, Result, with_numbers
from spec_compiler.picture.picture import Costs

USUAL = 128
"""What a size is assumed to be of which nothing is known."""
WORDS_AT_MOST = 120


def assumed(rows: Iterable[Measure], given: Mapping[str, int]) -> dict[str, int]:
    """A number for every size in what inputs and layers give: the given one, 1 for the batch."""
    found: dict[str, Symbol] = {}
    for row in rows:
        shapes = [size for result in row.results for size in result.type.shape]
        for size in (*shapes, 0 if row.flops is None else row.flops):
            for item in () if isinstance(size, int) else symbols(size):
                found.setdefault(item.name, item)
    return {name: given.get(name, _number(item)) for name, item in found.items()}


def costs(row: Measure, sizes: Mapping[str, int]) -> Costs:
    """Those of an input or a layer."""
    memory = memory_of(row.results)
    return Costs(
        row.parameters.trainable,
        row.parameters.non_trainable,
        _at(row.flops, sizes),
        size_words(row.flops),
        _at(memory, sizes),
        size_words(memory),
    )


def memory_of(results: Iterable[Result]) -> Size | None:
    """The bytes of results; None where they have no number."""
    total: Size = 0
    try:
        for result in results:
            total = total + _bytes(result.type)
            total = total + (0 if result.mask is None else _bytes(result.mask))
    except SizeError:
        return None
    return total


def size_words(size: Size | None) -> str:
    """A formula as people read it."""
    if size is None:
        return "(too long)"
    text = f"{size:,}" if isinstance(size, int) else str(size)
    return text if len(text) <= WORDS_AT_MOST else f"{text[: WORDS_AT_MOST - 1]}…"


def _bytes(of: TensorType) -> Size:
    return product(of.shape) * ITEMSIZE[of.dtype]


def _at(size: Size | None, sizes: Mapping[str, int]) -> int | None:
    if size is None:
        return None
    number = with_numbers(size, sizes)
    return number if isinstance(number, int) and number >= 0 else None


def _number(item: Symbol) -> int:
    if item.kind == "batch":
        return max(item.low, 1)
    step = max(item.multiple, 1)
    number = -(-max(item.low, USUAL) // step) * step
    return number if item.high is None or number <= item.high else item.high
