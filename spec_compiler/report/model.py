"""A program at a glance: a row a layer, and what all of it costs; for people and for programs."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spec_compiler.folds import Measured, Part, Row, parts_of, shown
from spec_compiler.ir.dims import Size
from spec_compiler.measure import (
    added,
    flops,
    for_one_row,
    measure,
    parameters,
    with_numbers,
    with_sizes,
)
from spec_compiler.program import Program
from spec_compiler.report import escape, notebook
from spec_compiler.report.escape import terminal
from spec_compiler.report.markdown import code
from spec_compiler.report.style import NARROWEST, Style
from spec_compiler.report.summary_data import counts, layer, part_data, plain
from spec_compiler.report.summary_rows import Lines, formula, lines_for
from spec_compiler.report.table import table
from spec_compiler.shortening import counted

FORMAT_VERSION = 1
_NUMBER = re.compile("[0-9,.%]*")
MANY = 1000
"""More levels than blocks can stand in each other."""


@dataclass(frozen=True, repr=False)
class Summary:
    """A row a layer: output, mask, parameters, FLOPs; and the totals. It prints as a table.

    Attributes:
        program: What is summarised.
        sizes: Numbers for named sizes; formulas are in those that are left.
        memory: The bytes that a run holds, by kind, and all of them; empty where nobody asked.
        depth: How many levels of blocks are shown; None: as many as make a short table.
        fold: Whether what is alike is one row; otherwise every layer has its own.
    """

    program: Program
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    memory: Mapping[str, Size] = field(default_factory=dict[str, Size])
    depth: int | None = None
    fold: bool = True

    def text(self, style: Style) -> str:
        """The summary for people, ending with a newline.

        A mask is shown by its shape, FLOPs as a formula in the named sizes. Where there is colour,
        cells with much of all parameters or FLOPs are painted.
        """
        rows = self._rows()
        shown = self._lines(rows, style)
        totals = self._totals(rows, shown.share)
        widest = max(map(len, totals))
        lines = [
            f"{name:<{widest}}  {terminal(text, style.unicode)}" for name, text in totals.items()
        ]
        if style.wraps:
            width, behind = max(style.width, NARROWEST), " " * (widest + 2)
            lines = [one for line in lines for one in _wrapped(line, width, behind)]
        body = table(shown.head, shown.rows, style, shown.right, shown.looks)
        parts = [body, "\n".join(lines)]
        if title := self._title():
            wrapped = textwrap.wrap(terminal(title, style.unicode), max(style.width, NARROWEST))
            parts.insert(0, "\n".join(style.paint("bold", line) for line in wrapped))
        return escape.lines("\n\n".join(parts)) + "\n"

    def markdown(self, style: Style | None = None) -> str:
        """The summary as tables of Markdown, ending with a newline."""
        style = style or Style()
        found = self._rows()
        shown = self._lines(found, style._replace(wraps=False))
        sides = [("---:" if at in shown.right else "---") for at in range(len(shown.head))]
        rows = [[_cell(cell, style) for cell in row] for row in shown.rows]
        totals = [
            [name.strip(), _cell(text, style)]
            for name, text in self._totals(found, shown.share).items()
        ]
        tables = [[shown.head, sides, *rows], [("", ""), ("---", "---:"), *totals]]
        parts = ["\n".join(f"| {' | '.join(row)} |" for row in table) for table in tables]
        if title := self._title():
            parts.insert(0, escape.markdown(title, style.unicode))
        return "\n\n".join(parts) + "\n"

    def json(self) -> str:
        """The summary for programs, as one JSON document in ASCII, ending with a newline.

        Sizes and FLOPs are whole numbers where they are known, else formulas in the named sizes, as
        text. A version only gains fields.

        - `format_version`: 1
        - `name`: of the model, or null
        - `layers`: inputs first, each with
          `name`, `type` (of the layer; `input` or `constant`),
          `outputs` (each `name`, empty for the only one, `shape`, `dtype`, `mask`: its shape, or
          null),
          `parameters` (`trainable`, `non_trainable`, `bytes`),
          `flops` (null where the formula would be too long to read), and
          `reuse` (the layer whose weights it uses again, or null)
        - `parts`: the tree of blocks, as deep as `depth` says, with what is alike as one: each
          `name` (`stack.*`), `type` (of the layer, or the block; `sequence` for neighbours that
          repeat together, written flat), `block` (whether it is one),
          `copies` (the names of those that are alike), `layers` (all layers in them), `outputs`,
          `parameters`, `flops` and `reuse` as above, of all copies; `results`: the bytes of what
          its layers give; and `parts`: what is in it, where it is open
        - `totals`: `parameters` (as above), `flops`, `flops_per_row`: for one row of a batch, and
          where it was asked for `memory`: the bytes that a run holds, by kind and as a whole
        """
        document = {
            "format_version": FORMAT_VERSION,
            "name": self.program.core.header.name,
            "layers": [layer(with_sizes(item, self.sizes)) for item in measure(self.program)],
            "parts": part_data(self.parts(MANY), Measured(self.program), self.sizes),
            "totals": {
                "parameters": counts(parameters(self.program)),
                "flops": plain(self._flops()),
                "flops_per_row": plain(self._flops(one_row=True)),
                **self._memory(),
            },
        }
        return escape.json(json.dumps(document, indent=2)) + "\n"

    def __str__(self) -> str:
        return self.text(Style()).removesuffix("\n")

    __repr__ = __str__  # what a prompt shows

    def _repr_html_(self) -> str:
        title, rows = self._title(), self._rows()
        shown = self._lines(rows, Style())
        totals = notebook.table((), list(self._totals(rows, shown.share).items()))
        body = notebook.table(shown.head, shown.rows, shown.right)
        return "\n".join([*([notebook.paragraph(title)] if title else []), body, totals])

    def _title(self) -> str:
        header = self.program.core.header
        doc = (header.doc or "").strip().split("\n")[0]
        return ": ".join(part for part in (header.name, doc) if part)

    def parts(self, otherwise: int | None = None) -> tuple[Part, ...]:
        """What the model consists of, as it is shown.

        Args:
            otherwise: How deep it is where nobody said it.
        """
        if not self.fold:
            return parts_of(self.program, fold=False)
        return shown(parts_of(self.program), otherwise if self.depth is None else self.depth)

    def _rows(self) -> list[Row]:
        return list(Measured(self.program).rows(self.parts()))

    def _lines(self, rows: Sequence[Row], style: Style) -> Lines:
        return lines_for(rows, self.sizes, style, memory=bool(self.memory))

    def _totals(self, shown: Sequence[Row], share: str) -> dict[str, str]:
        total = parameters(self.program)
        layers = len(self.program.steps)
        rows = len(shown) - len(self.program.core.inputs)
        return {
            **({"layers": f"{layers:,}, in {counted(rows, 'row')}"} if rows < layers else {}),
            "parameters": f"{total.total:,}",
            "  trainable": f"{total.trainable:,}",
            "  non-trainable": f"{total.non_trainable:,}",
            "weights": f"{total.bytes:,} bytes",
            "FLOPs": formula(self._flops()),
            "FLOPs, one row": formula(self._flops(one_row=True)),
            **({"share": share} if share else {}),
            **self._memory_rows(shown),
        }

    def _memory(self) -> dict[str, object]:
        if not self.memory:
            return {}
        return {"memory": {name: plain(size) for name, size in self.memory.items()}}

    def _memory_rows(self, shown: Sequence[Row]) -> dict[str, str]:
        whole = self.memory.get("memory")
        if whole is None:
            return {}
        kinds = {f"  {name}": size for name, size in self.memory.items() if name != "memory"}
        exact = all(isinstance(size, int) for size in kinds.values())
        named = "memory" if exact else "memory, about"
        results = added(row.memory for row in shown if row.part is not None)
        at = None if results is None else with_numbers(results, self.sizes)
        rows = {"results, all": at, named: whole, **kinds}
        return {name: f"{formula(size)} bytes" for name, size in rows.items()}

    def _flops(self, *, one_row: bool = False) -> Size | None:
        count = flops(self.program)
        if one_row and count is not None:
            count = for_one_row(count, self.program)
        return None if count is None else with_numbers(count, self.sizes)


def _wrapped(line: str, width: int, behind: str) -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent=behind)


def _cell(text: str, style: Style) -> str:
    """A cell of Markdown: numbers as they are, all else as code."""
    return text if _NUMBER.fullmatch(text) else code(text, style)
