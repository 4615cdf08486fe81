"""Differences between two models, for people, for a pull request, and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from spec_compiler.compare import Comparison, Finding, FindingKind
from spec_compiler.report import escape
from spec_compiler.report.escape import terminal
from spec_compiler.report.style import Style
from spec_compiler.report.table import table

FORMAT_VERSION = 1
_HEAD = ("name", "old", "new", "loads")
_ABSENT = "-"
_CELL_AT_MOST = 80


def comparison_text(comparison: Comparison, style: Style) -> str:
    """A table for each kind of difference, then the verdict; ends with a newline."""
    parts: list[str] = []
    for kind in FindingKind:
        # only weights have a word to say about loading
        columns = len(_HEAD) if kind is FindingKind.WEIGHTS else len(_HEAD) - 1
        rows = [_row(finding)[:columns] for finding in comparison.of(kind)]
        if rows:
            parts.append(table((kind.value, *_HEAD[1:columns]), rows, style))
    parts.append(style.paint("bold", terminal(comparison.verdict, style.unicode)))
    return "\n\n".join(parts) + "\n"


def comparison_markdown(comparison: Comparison, style: Style) -> str:
    """The verdict and one table, for a comment on a pull request; ends with a newline."""
    lines = [f"**{comparison.verdict}**"]
    if comparison.findings:
        lines += ["", f"| | {' | '.join(_HEAD)} |", "|---" * (len(_HEAD) + 1) + "|"]
    for finding in comparison.findings:
        name, old, new, loads = _row(finding)
        cells = [_code(cell, style) if cell != _ABSENT else "" for cell in (name, old, new)]
        lines.append(f"| {finding.kind} | {' | '.join(cells)} | {loads} |")
    return "\n".join(lines) + "\n"


def comparison_json(comparison: Comparison, style: Style) -> str:
    """One JSON document in ASCII, ending with a newline. A version only gains fields.

    - `format_version`: 1
    - `old`, `new`: the files
    - `verdict`: all of it in one line
    - `findings`: each with `kind` (`interface`, `weights`, `graph`, `cosmetic`), `name`, `old` and
      `new` (text, or null for what is not there), `loads` (for a weight whether the old tensor
      still loads by its name, else null)
    - `layers`: those of the old model that have weights; `unloadable`: those of them whose weights
      no longer load; `renamed`: layers that probably have another name now, new names by old ones
    """
    document = {
        "format_version": FORMAT_VERSION,
        "old": comparison.old,
        "new": comparison.new,
        "verdict": comparison.verdict,
        "findings": [
            {
                "kind": finding.kind.value,
                "name": finding.name,
                "old": finding.old,
                "new": finding.new,
                "loads": finding.loads,
            }
            for finding in comparison.findings
        ],
        "layers": list(comparison.layers),
        "unloadable": list(comparison.unloadable),
        "renamed": dict(comparison.renamed),
    }
    return escape.json(json.dumps(document, indent=2)) + "\n"


ComparisonPrinter: TypeAlias = Callable[[Comparison, Style], str]
COMPARISON_FORMATS: Mapping[str, ComparisonPrinter] = {
    "text": comparison_text,
    "markdown": comparison_markdown,
    "json": comparison_json,
}


def _row(finding: Finding) -> tuple[str, str, str, str]:
    loads = {None: "", True: "yes", False: "no"}[finding.loads]
    old, new = (_ABSENT if side is None else _short(side) for side in (finding.old, finding.new))
    return _short(finding.name), old, new, loads


def _short(text: str) -> str:
    return text if len(text) <= _CELL_AT_MOST else f"{text[: _CELL_AT_MOST - 3]}..."


def _code(text: str, style: Style) -> str:
    return f"`{escape.markdown_code(text, style.unicode)}`" if text else ""
