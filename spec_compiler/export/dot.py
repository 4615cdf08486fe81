"""A picture in DOT, the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spec_compiler.export.diagram import label, within, words
from spec_compiler.picture.picture import Box, Edge, Group, Picture
from spec_compiler.report.escape import dot as escape


def dot(picture: Picture) -> str:
    """The graph, ending with a newline; shapes and masks stand on its edges."""
    inside = within(picture)
    lines = ["node [shape=box];", *_parts(inside, "", ""), *map(_arrow, picture.edges)]
    return "\n    ".join([f'digraph "{escape(picture.title)}" {{', *lines]) + "\n}\n"


def _parts(inside: Mapping[str, Sequence[Box | Group]], group: str, around: str) -> Iterator[str]:
    for part in inside[group]:
        if isinstance(part, Box):
            yield _box(part, around)
            continue
        yield f"subgraph cluster_{part.id} {{"
        yield f'    label="{_label(part, around)}"; style=rounded;'
        yield from (f"    {line}" for line in _parts(inside, part.id, part.name))
        yield "}"


def _box(box: Box, around: str) -> str:
    ends = {"input", "constant", "output"}
    looks = ", shape=ellipse" if box.role in ends else ""
    looks += ", style=rounded" if box.role == "block" else ""
    looks += ", peripheries=2" if box.copies > 1 else ""
    return f'{box.id} [label="{_label(box, around)}"{looks}];'


def _label(part: Box | Group, around: str) -> str:
    return "\\n".join(map(escape, words(part, around)))


def _arrow(edge: Edge) -> str:
    looks = ", style=dashed, dir=none, constraint=false" if edge.kind == "weights" else ""
    if edge.next and not looks:
        looks = ", style=dashed, constraint=false"
    return f'{edge.source} -> {edge.target} [label="{escape(label(edge))}"{looks}];'
