"""A program in DOT, the language of Graphviz."""

from __future__ import annotations

from spec_compiler.export.diagram import Arrow, Box, diagram
from spec_compiler.program import Program
from spec_compiler.report.escape import dot as escape


def dot(program: Program) -> str:
    """The graph, ending with a newline; shapes and masks stand on its edges."""
    drawn = diagram(program)
    inside = ["node [shape=box];", *map(_box, drawn.boxes), *map(_arrow, drawn.arrows)]
    return "\n    ".join([f'digraph "{escape(drawn.name)}" {{', *inside]) + "\n}\n"


def _box(box: Box) -> str:
    label = "\\n".join(escape(line) for line in box.lines)
    shape = ", shape=ellipse" if box.role == "end" else ""
    return f'{box.id} [label="{label}"{shape}];'


def _arrow(arrow: Arrow) -> str:
    looks = ", style=dashed, dir=none, constraint=false" if arrow.shared else ""
    return f'{arrow.source} -> {arrow.target} [label="{escape(arrow.label)}"{looks}];'
