"""A program at a glance: a row a layer, and what all of it costs; for people and for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from spec_compiler.ir.dims import Size, short_text
from spec_compiler.ir.types import TensorType, shape_text
from spec_compiler.measure import (
    Measure,
    Parameters,
    Result,
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
from spec_compiler.report.style import NARROWEST, Style
from spec_compiler.report.table import table

FORMAT_VERSION = 1
_HEAD = ("layer", "type", "output", "dtype", "mask", "parameters", "FLOPs")
_PARAMETERS = 5
_FORMULA_AT_MOST = 200


@dataclass(frozen=True, repr=False)
class Summary:
    """A row a layer: output, mask, parameters, FLOPs; and the totals. It prints as a table.

    Attributes:
        program: What is summarised.
        sizes: Numbers for named sizes; formulas are in those that are left.
        memory: The bytes that a run holds, by kind, and all of them; empty where nobody asked.
    """

    program: Program
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    memory: Mapping[str, Size] = field(default_factory=dict[str, Size])

    def text(self, style: Style) -> str:
        """The summary for people, ending with a newline.

        A mask is shown by its shape, FLOPs as a formula in the named sizes.
        """
        totals = self._totals()
        widest = max(map(len, totals))
        lines = (
            f"{name:<{widest}}  {terminal(text, style.unicode)}" for name, text in totals.items()
        )
        parts = [table(_HEAD, self._rows(), style, right={_PARAMETERS}), "\n".join(lines)]
        if title := self._title():
            wrapped = textwrap.wrap(terminal(title, style.unicode), max(style.width, NARROWEST))
            parts.insert(0, "\n".join(style.paint("bold", line) for line in wrapped))
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
        - `totals`: `parameters` (as above), `flops`, `flops_per_row`: for one row of a batch, and
          where it was asked for `memory`: the bytes that a run holds, by kind and as a whole
        """
        document = {
            "format_version": FORMAT_VERSION,
            "name": self.program.core.header.name,
            "layers": [_layer(item) for item in self._measures()],
            "totals": {
                "parameters": _counts(parameters(self.program)),
                "flops": _plain(self._flops()),
                "flops_per_row": _plain(self._flops(one_row=True)),
                **self._memory(),
            },
        }
        return escape.json(json.dumps(document, indent=2)) + "\n"

    def __str__(self) -> str:
        return self.text(Style()).removesuffix("\n")

    __repr__ = __str__  # what a prompt shows

    def _repr_html_(self) -> str:
        title = self._title()
        totals = notebook.table((), list(self._totals().items()))
        body = notebook.table(_HEAD, self._rows(), right={_PARAMETERS})
        return "\n".join([*([notebook.paragraph(title)] if title else []), body, totals])

    def _title(self) -> str:
        header = self.program.core.header
        doc = (header.doc or "").strip().split("\n")[0]
        return ": ".join(part for part in (header.name, doc) if part)

    def _measures(self) -> list[Measure]:
        return [with_sizes(item, self.sizes) for item in measure(self.program)]

    def _rows(self) -> list[tuple[str, ...]]:
        return [row for item in self._measures() for row in _rows(item)]

    def _totals(self) -> dict[str, str]:
        total = parameters(self.program)
        return {
            "parameters": f"{total.total:,}",
            "  trainable": f"{total.trainable:,}",
            "  non-trainable": f"{total.non_trainable:,}",
            "weights": f"{total.bytes:,} bytes",
            "FLOPs": _formula(self._flops()),
            "FLOPs, one row": _formula(self._flops(one_row=True)),
            **self._memory_rows(),
        }

    def _memory(self) -> dict[str, object]:
        if not self.memory:
            return {}
        return {"memory": {name: _plain(size) for name, size in self.memory.items()}}

    def _memory_rows(self) -> dict[str, str]:
        whole = self.memory.get("memory")
        if whole is None:
            return {}
        kinds = {f"  {name}": size for name, size in self.memory.items() if name != "memory"}
        exact = all(isinstance(size, int) for size in kinds.values())
        named = "memory" if exact else "memory, about"
        rows = {named: whole, **kinds}
        return {name: f"{_formula(size)} bytes" for name, size in rows.items()}

    def _flops(self, *, one_row: bool = False) -> Size | None:
        count = flops(self.program)
        if one_row and count is not None:
            count = for_one_row(count, self.program)
        return None if count is None else with_numbers(count, self.sizes)


def _rows(item: Measure) -> Iterator[tuple[str, ...]]:
    """A row for each result; what is about the layer as a whole stands in the first."""
    layer = item.kind not in {"input", "constant"}
    shared = f"as {item.reuse}" if item.reuse else f"{item.parameters.total:,}"
    costs = (shared, _formula(item.flops)) if layer else ("", "")
    kind = item.kind
    for result in item.results:
        name = f"{item.name}.{result.name}" if result.name else item.name
        mask = shape_text(result.mask.shape) if result.mask else "-"
        yield name, kind, shape_text(result.type.shape), result.type.dtype, mask, *costs
        kind, costs = "", ("", "")


def _formula(size: Size | None) -> str:
    if size is None:
        return "(too long)"
    text = f"{size:,}" if isinstance(size, int) else str(size)
    return text if len(text) <= _FORMULA_AT_MOST else f"{text[: _FORMULA_AT_MOST - 3]}..."


def _layer(item: Measure) -> dict[str, object]:
    return {
        "name": item.name,
        "type": item.kind,
        "outputs": [_output(result) for result in item.results],
        "parameters": _counts(item.parameters),
        "flops": _plain(item.flops),
        "reuse": item.reuse,
    }


def _output(result: Result) -> dict[str, object]:
    return {
        "name": result.name,
        "shape": _shape(result.type),
        "dtype": result.type.dtype,
        "mask": _shape(result.mask) if result.mask else None,
    }


def _shape(of: TensorType) -> list[int | str | None]:
    return [size if isinstance(size, int) else short_text(size) for size in of.shape]


def _plain(size: Size | None) -> int | str | None:
    return size if size is None or isinstance(size, int) else str(size)


def _counts(of: Parameters) -> dict[str, int]:
    return {"trainable": of.trainable, "non_trainable": of.non_trainable, "bytes": of.bytes}
