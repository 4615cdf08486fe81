"""A picture as a Mermaid flowchart, which GitHub and many editors draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spec_compiler.export.diagram import label, within, words
from spec_compiler.picture.picture import Box, Edge, Group, Picture
from spec_compiler.report.escape import mermaid as escape


def mermaid(picture: Picture) -> str:
    """The flowchart, ending with a newline; shapes and masks stand on its edges."""
    inside = within(picture)
    lines = ["flowchart TD", *_parts(inside, "", ""), *map(_arrow, picture.edges)]
    return "\n    ".join(lines) + "\n"


def _parts(inside: Mapping[str, Sequence[Box | Group]], group: str, around: str) -> Iterator[str]:
    for part in inside[group]:
        if isinstance(part, Box):
            yield _box(part, around)
            continue
        yield f'subgraph {part.id}["{_label(part, around)}"]'
        yield from (f"    {line}" for line in _parts(inside, part.id, part.name))
        yield "end"


def _box(box: Box, around: str) -> str:
    if box.role in {"input", "constant", "output"}:
        return f'{box.id}(["{_label(box, around)}"])'
    return (
        f'{box.id}[["{_label(box, around)}"]]'
        if box.role == "block"
        else f'{box.id}["{_label(box, around)}"]'
    )


def _label(part: Box | Group, around: str) -> str:
    return "<br/>".join(map(escape, words(part, around)))


def _arrow(edge: Edge) -> str:
    line = "-.-" if edge.kind == "weights" else "-.->" if edge.next else "-->"
    return f'{edge.source} {line}|"{escape(label(edge))}"| {edge.target}'
