"""A program at a glance: a row a layer, and what all of it costs; for people and for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

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
)
from spec_compiler.program import Program
from spec_compiler.report import escape
from spec_compiler.report.escape import terminal
from spec_compiler.report.style import NARROWEST, Style
from spec_compiler.report.table import table

FORMAT_VERSION = 1
_HEAD = ("layer", "type", "output", "dtype", "mask", "parameters", "FLOPs")
_PARAMETERS = 5
PLAIN = Style()


def summary_text(program: Program, style: Style = PLAIN) -> str:
    """The summary for people, ending with a newline.

    A mask is shown by its shape, FLOPs as a formula in the named sizes.
    """
    header = program.core.header
    doc = (header.doc or "").strip().split("\n")[0]
    title = ": ".join(part for part in (header.name, doc) if part)
    rows = [row for item in measure(program) for row in _rows(item)]
    parts = [table(_HEAD, rows, style, right={_PARAMETERS}), "\n".join(_totals(program, style))]
    if title:
        lines = textwrap.wrap(terminal(title, style.unicode), max(style.width, NARROWEST))
        parts.insert(0, "\n".join(style.paint("bold", line) for line in lines))
    return "\n\n".join(parts) + "\n"


def summary_json(program: Program) -> str:
    """The summary for programs, as one JSON document in ASCII, ending with a newline.

    Sizes and FLOPs are whole numbers where they are known, else formulas in the named sizes, as
    text. A version only gains fields.

    - `format_version`: 1
    - `name`: of the model, or null
    - `layers`: inputs first, each with
      `name`, `type` (of the layer; `input` or `constant`),
      `outputs` (each `name`, empty for the only one, `shape`, `dtype`, `mask`: its shape, or null),
      `parameters` (`trainable`, `non_trainable`, `bytes`),
      `flops` (null where the formula would be too long to read), and
      `reuse` (the layer whose weights it uses again, or null)
    - `totals`: `parameters` (as above), `flops`, and `flops_per_row`: for one row of a batch
    """
    count = flops(program)
    document = {
        "format_version": FORMAT_VERSION,
        "name": program.core.header.name,
        "layers": [_layer(item) for item in measure(program)],
        "totals": {
            "parameters": _counts(parameters(program)),
            "flops": _plain(count),
            "flops_per_row": _plain(None if count is None else for_one_row(count, program)),
        },
    }
    return escape.json(json.dumps(document, indent=2)) + "\n"


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


def _totals(program: Program, style: Style) -> Iterator[str]:
    count = flops(program)
    total = parameters(program)
    lines = {
        "parameters": f"{total.total:,}",
        "  trainable": f"{total.trainable:,}",
        "  non-trainable": f"{total.non_trainable:,}",
        "weights": f"{total.bytes:,} bytes",
        "FLOPs": _formula(count),
        "FLOPs, one row": _formula(None if count is None else for_one_row(count, program)),
    }
    for name, text in lines.items():
        yield f"{name:<{max(map(len, lines))}}  {terminal(text, style.unicode)}"


def _formula(size: Size | None) -> str:
    return "(too long)" if size is None else f"{size:,}" if isinstance(size, int) else str(size)


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
