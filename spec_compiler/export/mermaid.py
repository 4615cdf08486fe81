"""A program as a Mermaid flowchart, which GitHub and many editors draw."""

from __future__ import annotations

from spec_compiler.export.diagram import Arrow, Box, diagram
from spec_compiler.program import Program
from spec_compiler.report.escape import mermaid as escape


def mermaid(program: Program) -> str:
    """The flowchart, ending with a newline; shapes and masks stand on its edges."""
    drawn = diagram(program)
    lines = ["flowchart TD", *map(_box, drawn.boxes), *map(_arrow, drawn.arrows)]
    return "\n    ".join(lines) + "\n"


def _box(box: Box) -> str:
    label = "<br/>".join(escape(line) for line in box.lines)
    return f'{box.id}(["{label}"])' if box.role == "end" else f'{box.id}["{label}"]'


def _arrow(arrow: Arrow) -> str:
    line = "-.-" if arrow.shared else "-->"
    return f'{arrow.source} {line}|"{escape(arrow.label)}"| {arrow.target}'
