"""A row for each layer and closed block of a summary, in words, and its share of all FLOPs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spec_compiler.folds import Row
from spec_compiler.ir.dims import Size
from spec_compiler.ir.types import shape_text
from spec_compiler.measure import assumed, number_at
from spec_compiler.records import record

_FORMULA_AT_MOST = 200
_HEATS = ((0.5, "heat4"), (0.25, "heat3"), (0.1, "heat2"), (0.03, "heat1"))
"""From which share on a cell is painted how."""


@record
class Line:
    """A result in words: the first of a layer says what is about all of it.

    Attributes:
        cells: As the columns of the head.
        looks: How cells are painted, by column.
    """

    cells: tuple[str, ...]
    looks: Mapping[int, str]


@record
class Shares:
    """What part of all FLOPs each row has; of sizes that only the data knows, numbers are assumed.

    Attributes:
        flops: For each row; empty where that is not known, or there are none.
        assumed: The sizes that are assumed.
    """

    flops: Sequence[float]
    assumed: Mapping[str, int]

    @property
    def words(self) -> str:
        """Of what they are."""
        sizes = ", ".join(f"{name}={size:,}" for name, size in self.assumed.items())
        return f"of FLOPs where {sizes}" if sizes else "of FLOPs"


def shares(rows: Sequence[Row], given: Mapping[str, int]) -> Shares:
    """Those of some rows, in which every layer is once.

    Args:
        rows: Without numbers for sizes.
        given: Numbers for named sizes.
    """
    sizes = assumed((row.measure for row in rows), given)
    counts = [number_at(row.measure.flops, sizes) for row in rows]
    known = [count for count in counts if count is not None]
    total = sum(known)
    open_sizes = {name: size for name, size in sizes.items() if name not in given}
    if not total or len(known) < len(counts):
        return Shares((), open_sizes)
    return Shares([count / total for count in known], open_sizes)


def head(*, memory: bool, share: bool) -> tuple[str, ...]:
    """The titles of the columns."""
    last = (*(["results"] if memory else []), *(["share"] if share else []))
    return ("layer", "type", "output", "dtype", "mask", "parameters", "FLOPs", *last)


PARAMETERS = 5


def lines_of(
    row: Row, share: float | None, of_parameters: float, *, memory: bool, times: str
) -> Iterator[Line]:
    """A line for each result.

    Args:
        row: An input, a layer or a closed block.
        share: Its part of all FLOPs; None where no row has one.
        of_parameters: Its part of all parameters.
        memory: Whether its results have bytes.
        times: The sign before how many there are.
    """
    item = row.measure
    costs = [*_costs(row), *([_bytes(row)] if memory else [])]
    looks = {at: role for at, role in [(PARAMETERS, heat(of_parameters))] if role}
    if share is not None:
        costs.append("" if row.part is None else share_text(share))
        looks |= {5 + len(costs) - 1: role for role in [heat(share)] if role}
    kind, many = item.kind, f"  {times}{row.many:,}" if row.many > 1 else ""
    for result in item.results:
        name = f"{item.name}.{result.name}" if result.name else item.name
        mask = shape_text(result.mask.shape) if result.mask else "-"
        shape = shape_text(result.type.shape)
        yield Line((name + many, kind, shape, result.type.dtype, mask, *costs), looks)
        kind, many, costs, looks = "", "", [""] * len(costs), {}


def _costs(row: Row) -> tuple[str, str]:
    item = row.measure
    if row.part is None:
        return "", ""
    parameters = f"as {item.reuse}" if item.reuse else f"{item.parameters.total:,}"
    return parameters, formula(item.flops)


def _bytes(row: Row) -> str:
    return "" if row.part is None else formula(row.memory)


def formula(size: Size | None) -> str:
    """FLOPs or bytes as people read them."""
    if size is None:
        return "(too long)"
    text = f"{size:,}" if isinstance(size, int) else str(size)
    return text if len(text) <= _FORMULA_AT_MOST else f"{text[: _FORMULA_AT_MOST - 3]}..."


def share_text(share: float) -> str:
    """A part of all: `42%`, `4.2%`."""
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{share:.0%}" if share >= 0.0995 or not share else f"{share:.1%}"


def heat(share: float) -> str:
    """How a cell of this share is painted; empty for as others."""
    return next((role for least, role in _HEATS if share >= least), "")
