"""Differences between two models, for people, for a pull request, and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from spec_compiler.compare import Comparison, Finding, FindingKind
from spec_compiler.report import escape
from spec_compiler.report.escape import terminal
from spec_compiler.report.markdown import code, folded
from spec_compiler.report.markdown import table as markdown_table
from spec_compiler.report.paths import relative
from spec_compiler.report.style import Style
from spec_compiler.report.table import table

FORMAT_VERSION = 1
_HEAD = ("name", "old", "new", "loads")
_ABSENT = "-"
_CELL_AT_MOST = 80
_NAMED_AT_MOST = 8
_ROOM = 12_000
"""Characters of a table; a comment may have 65,536."""
MARK = "<!-- specc diff -->"
"""The first line of a comment, which nobody sees."""


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
    """The verdict and a table for each kind of difference, for a comment on a pull request.

    Its first line is a comment by which a job finds its own to write it again. What breaks nobody
    who uses the model is folded. Of many rows the first are shown: a comment has an end.
    """
    files = [code(relative(file), style) for file in (comparison.old, comparison.new)]
    arrow = " → " if style.unicode else " -> "
    blocks = [MARK, f"**{arrow.join(dict.fromkeys(files))}: {comparison.verdict}**"]
    if comparison.unloadable:
        blocks.append(f"Weights that no longer load: {_some(comparison.unloadable, style)}")
    if comparison.renamed:
        pairs = [f"{code(old, style)} is {code(new, style)}" for old, new in _few(comparison)]
        blocks.append(f"Probably new names: {', '.join(pairs)}")
    for kind in FindingKind:
        columns = len(_HEAD) if kind is FindingKind.WEIGHTS else len(_HEAD) - 1
        rows = [_marked(finding, style)[:columns] for finding in comparison.of(kind)]
        if rows:
            block = markdown_table((kind.value, *_HEAD[1:columns]), rows, _ROOM)
            folds = kind in (FindingKind.GRAPH, FindingKind.COSMETIC)
            blocks.append(folded(f"{kind.value}: {len(rows):,}", block) if folds else block)
    return "\n\n".join(blocks) + "\n"


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
    document = {"format_version": FORMAT_VERSION, **comparison_data(comparison)}
    return escape.json(json.dumps(document, indent=2)) + "\n"


def comparison_data(comparison: Comparison) -> dict[str, object]:
    """What JSON says of a comparison."""
    return {
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


def _marked(finding: Finding, style: Style) -> tuple[str, ...]:
    *cells, loads = _row(finding)
    sign = {"yes": "✅ yes", "no": "❌ no"}.get(loads, "") if style.unicode else loads
    return *("" if cell == _ABSENT else code(cell, style) for cell in cells), sign


def _some(names: Sequence[str], style: Style) -> str:
    listed = [code(_short(name), style) for name in names[:_NAMED_AT_MOST]]
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(listed) + (f" and {more:,} more" if more > 0 else "")


def _few(comparison: Comparison) -> Iterator[tuple[str, str]]:
    pairs = islice(comparison.renamed.items(), _NAMED_AT_MOST)
    return ((_short(old), _short(new)) for old, new in pairs)
