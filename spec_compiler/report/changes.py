"""What a change does to many specs: for a terminal, for a pull request, and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from spec_compiler.compare import Changes
from spec_compiler.report import escape
from spec_compiler.report.comparison import (
    FORMAT_VERSION,
    MARK,
    comparison_data,
    comparison_markdown,
    comparison_text,
)
from spec_compiler.report.escape import terminal
from spec_compiler.report.markdown import code, folded, table
from spec_compiler.report.paths import relative
from spec_compiler.report.style import Style

_ROOM = 50_000
"""Characters of what differs; a comment may have 65,536."""
_NAMES_ROOM = 6_000


def changes_text(changes: Changes, style: Style) -> str:
    """Each spec that differs with its tables, a line for each that came or went, and a count."""
    parts: list[str] = []
    for one in changes.compared:
        head = style.paint("bold", terminal(relative(one.new), style.unicode))
        parts.append(f"{head}\n{comparison_text(one, style)}")
    lines = [
        f"{terminal(relative(path), style.unicode)}: {what}" for path, what in _others(changes)
    ]
    parts += ["\n".join(lines) + "\n"] if lines else []
    return "\n".join([*parts, f"{changes.verdict}\n"])


def changes_markdown(changes: Changes, style: Style) -> str:
    """The same as one comment on a pull request, whose first line is its mark.

    Of many specs the first are told in full, and the others are counted: a comment has an end.
    """
    blocks, length, left = [MARK, f"**{changes.verdict}**"], 0, 0
    for one in changes.compared:
        block = comparison_markdown(one, style).removeprefix(MARK).strip("\n")
        length += len(block)
        left += length > _ROOM
        blocks += [block] if length <= _ROOM else []
    if left:
        blocks.append(f"{left:,} more changed; `specc diff` says how.")
    rows = [(code(relative(path), style), what) for path, what in _others(changes)]
    if rows:
        found = table(("spec", ""), rows, _NAMES_ROOM)
        blocks.append(folded(f"others: {len(rows):,}", found) if changes.compared else found)
    return "\n\n".join(blocks) + "\n"


def changes_json(changes: Changes, style: Style) -> str:
    """One JSON document in ASCII, ending with a newline. A version only gains fields.

    - `format_version`: 1; `verdict`: all of it in one line
    - `comparisons`: of the specs that differ, each as `specc diff OLD NEW` has it
    - `added`, `removed`: files; `refused`: by file why it cannot be compared; `same`: how many
    """
    document = {
        "format_version": FORMAT_VERSION,
        "verdict": changes.verdict,
        "comparisons": [comparison_data(one) for one in changes.compared],
        "added": list(changes.added),
        "removed": list(changes.removed),
        "refused": dict(changes.refused),
        "same": changes.same,
    }
    return escape.json(json.dumps(document, indent=2)) + "\n"


ChangesPrinter: TypeAlias = Callable[[Changes, Style], str]
CHANGES_FORMATS: Mapping[str, ChangesPrinter] = {
    "text": changes_text,
    "markdown": changes_markdown,
    "json": changes_json,
}


def _others(changes: Changes) -> list[tuple[str, str]]:
    """What is to be said of specs in a line each."""
    found = [(path, "added") for path in changes.added]
    found += [(path, "removed") for path in changes.removed]
    return sorted([*found, *changes.refused.items()])
