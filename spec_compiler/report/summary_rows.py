"""A row for each layer and closed block of a summary, in words, in columns that fit a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from spec_compiler.folds import Row
from spec_compiler.ir.dims import Size
from spec_compiler.ir.types import TensorType, shape_text
from spec_compiler.measure import assumed, number_at, with_numbers, with_sizes
from spec_compiler.records import record
from spec_compiler.report.style import Style

RIGHT = {"parameters", "share"}
"""Columns of numbers."""
_FORMULA_AT_MOST = 200
_HEATS = ((0.5, "heat4"), (0.25, "heat3"), (0.1, "heat2"), (0.03, "heat1"))
"""From which share on a cell is painted how."""
_GAP = 2
_UNITS = "KMGTPE"
_ASCII = str.maketrans("┌│└", "/|\\")


class Form(NamedTuple):
    """How much the columns say; on a narrow terminal less.

    Attributes:
        formulas: Whether FLOPs and bytes are formulas; else numbers for the sizes of the shares.
        masks: Whether masks have shapes; else it is only said that they are there.
        without: Columns that are left out.
    """

    formulas: bool = True
    masks: bool = True
    without: tuple[str, ...] = ()


_FORMS = (Form(formulas=False), Form(False, False), Form(False, False, ("dtype",)))
"""In their order, until no name is broken."""
_LEFT_OUT = ("dtype", "mask", "FLOPs", "results", "type", "share")
_NARROW_FORMS = tuple(Form(False, False, _LEFT_OUT[:count]) for count in range(2, 7))
"""In their order, until names need not be broken more often than can be read."""
_BROKEN_TO = {"layer": 16, "type": 12, "output": 14}
"""Columns of a terminal in which names can still be read."""


@record
class Line:
    """A result in words: the first of a layer says what is about all of it.

    Attributes:
        cells: By the titles of the columns.
        looks: How cells are painted, by the titles.
    """

    cells: Mapping[str, str]
    looks: Mapping[str, str]


@record
class Lines:
    """The rows of a table.

    Attributes:
        head: The titles of the columns.
        lines: Of all rows.
        share: Of what the shares and numbers are; empty where there are none.
    """

    head: Sequence[str]
    lines: Sequence[Line]
    share: str

    @property
    def rows(self) -> list[list[str]]:
        """Cells in the order of the columns."""
        return [[line.cells.get(title, "") for title in self.head] for line in self.lines]

    @property
    def looks(self) -> list[dict[int, str]]:
        """How they are painted, by column."""
        return [
            {at: line.looks[title] for at, title in enumerate(self.head) if title in line.looks}
            for line in self.lines
        ]

    @property
    def right(self) -> set[int]:
        """The columns of numbers."""
        return {at for at, title in enumerate(self.head) if title in RIGHT}

    @property
    def width(self) -> int:
        """Columns of a terminal that take all without a break."""
        return sum(self._widths) + _GAP * (len(self.head) - 1)

    @property
    def narrowest(self) -> int:
        """Columns of a terminal that take all, where names are broken and can be read."""
        known = zip(self.head, self._widths, strict=True)
        widths = [min(width, _BROKEN_TO.get(title, width)) for title, width in known]
        return sum(widths) + _GAP * (len(widths) - 1)

    @property
    def _widths(self) -> list[int]:
        return [max(map(len, cells)) for cells in zip(self.head, *self.rows, strict=True)]


def lines_for(
    rows: Sequence[Row], given: Mapping[str, int], style: Style, *, memory: bool
) -> Lines:
    """Some rows in words: where the terminal is too narrow for all, as much as fits.

    Args:
        rows: Every layer is in one; without numbers for sizes.
        given: Numbers for named sizes.
        style: Of what it is printed on.
        memory: Whether the results of layers have bytes.
    """
    table = _Table(rows, given, style, memory=memory)
    found = table.lines(Form())
    if not style.wraps:
        return found
    for form in _FORMS:
        if found.width <= style.width:
            return found
        found = table.lines(form)
    for form in _NARROW_FORMS:
        if found.narrowest <= style.width:
            return found
        found = table.lines(form)
    return found


class _Table:
    def __init__(
        self, rows: Sequence[Row], given: Mapping[str, int], style: Style, *, memory: bool
    ) -> None:
        self.given, self.memory, self.style = given, memory, style
        self.sizes = assumed((row.measure for row in rows), given)
        self.parameters = sum(row.measure.parameters.total for row in rows) or 1
        counts = [number_at(row.measure.flops, self.sizes) for row in rows]
        known = [count for count in counts if count is not None]
        total = sum(known) if len(known) == len(counts) else 0
        self.shares = [count / total for count in known] if total else []
        self.rows = [self._with_sizes(row) for row in rows]

    def lines(self, form: Form) -> Lines:
        found = [
            line
            for row, share in zip_longest(self.rows, self.shares)
            for line in self._lines(row, share, form)
        ]
        head = ["layer", "type", "output", "dtype", "mask", "parameters", "FLOPs"]
        head += [*(["results"] if self.memory else []), *(["share"] if self.shares else [])]
        head = [title for title in head if title not in form.without]
        return Lines(head, found, self._said(form, head))

    def _said(self, form: Form, head: Sequence[str]) -> str:
        """Of what the shares and numbers are."""
        assumed = {name: size for name, size in self.sizes.items() if name not in self.given}
        sizes = ", ".join(f"{name}={size:,}" for name, size in assumed.items())
        numbers = not form.formulas and ("FLOPs" in head or "results" in head)
        if not numbers and "share" not in head:
            return ""
        words = "of FLOPs, both" if numbers else "of FLOPs"
        return f"{words} where {sizes}" if sizes else "of FLOPs"

    def _with_sizes(self, row: Row) -> Row:
        memory = None if row.memory is None else with_numbers(row.memory, self.given)
        return replace(row, measure=with_sizes(row.measure, self.given), memory=memory)

    def _lines(self, row: Row, share: float | None, form: Form) -> Iterator[Line]:
        item = row.measure
        cells = {"type": item.kind}
        looks: dict[str, str] = {}
        if row.part is not None:
            parameters = f"{item.parameters.total:,}"
            cells["parameters"] = f"as {item.reuse}" if item.reuse else parameters
            cells["FLOPs"] = self._size(item.flops, form)
            cells["results"] = self._size(row.memory, form)
            looks["parameters"] = _heat(item.parameters.total / self.parameters)
        if row.part is not None and share is not None:
            cells["share"] = share_text(share)
            looks["share"] = _heat(share)
        times = "×" if self.style.unicode else "x"
        many = f"  {times}{row.many:,}" if row.many > 1 else ""
        for number, result in enumerate(item.results, 1):
            mark = self._mark(row.mark, number == 1, number == len(item.results))
            name = f"{item.name}.{result.name}" if result.name else item.name
            cells |= {
                "layer": mark + name + many,
                "output": shape_text(result.type.shape),
                "dtype": str(result.type.dtype),
                "mask": _mask(result.mask, form),
            }
            yield Line(cells, {title: role for title, role in looks.items() if role})
            cells, looks, many = {}, {}, ""

    def _mark(self, mark: str, first: bool, last: bool) -> str:
        """What stands before a line, the first and the last of its row or not."""
        if not mark:
            return ""
        goes_on = mark.translate({ord("┌"): "┌" if first else "│", ord("└"): "└" if last else "│"})
        return (goes_on if self.style.unicode else goes_on.translate(_ASCII)) + " "

    def _size(self, size: Size | None, form: Form) -> str:
        number = None if form.formulas else number_at(size, self.sizes)
        return formula(size) if number is None else short_number(number)


def _mask(of: TensorType | None, form: Form) -> str:
    if of is None:
        return "-"
    return shape_text(of.shape) if form.masks else "yes"


def formula(size: Size | None) -> str:
    """FLOPs or bytes as people read them."""
    if size is None:
        return "(too long)"
    text = f"{size:,}" if isinstance(size, int) else str(size)
    return text if len(text) <= _FORMULA_AT_MOST else f"{text[: _FORMULA_AT_MOST - 3]}..."


def short_number(number: int) -> str:
    """A number of three digits and a unit: `12.3M` is 12,300,000."""
    text, scale = f"{number:.2e}".split("e")
    unit = min(int(scale) // 3, len(_UNITS))
    if unit == 0:
        return f"{number}"
    places = int(scale) - 3 * unit
    return f"{float(text) * 10**places:.{max(2 - places, 0)}f}{_UNITS[unit - 1]}"


def share_text(share: float) -> str:
    """A part of all: `42%`, `4.2%`."""
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{share:.0%}" if share >= 0.0995 or not share else f"{share:.1%}"


def _heat(share: float) -> str:
    """How a cell of this share is painted; empty for as others."""
    return next((role for least, role in _HEATS if share >= least), "")
