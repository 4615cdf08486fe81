"""The places of layers that were refused, and what would read them: the gaps of a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from spec_compiler.compile import Analysis
from spec_compiler.expanding.core import Core, Item
from spec_compiler.expanding.layer_list import snake
from spec_compiler.picture.picture import Box, Edge, Group, Lines
from spec_compiler.picture.words import last_line
from spec_compiler.source.node import SourceNode


def with_refused(
    analysis: Analysis, boxes: Sequence[Box], groups: Sequence[Group], edges: Sequence[Edge]
) -> tuple[list[Box], list[Edge]]:
    """Boxes for the items of the file's own list that were refused, and edges as they are written.

    Args:
        analysis: What is known of the spec.
        boxes: Those of what is known.
        groups: As above.
        edges: As above.
    """
    node, core = analysis.node, analysis.core
    if node is None or not analysis.found.errors:
        return [*boxes], [*edges]
    layers = node.get("layers")
    items = layers.value if layers is not None and isinstance(layers.value, list) else []
    known = {part.lines: part for part in (*boxes, *groups) if part.lines is not None}
    known_nodes = set(map(id, _nodes(core)))
    rest = [box for box in boxes if box.role != "output"]
    gaps: list[Box] = []
    made: list[Edge] = []
    above = next((box.id for box in reversed(rest) if box.role in {"input", "refused"}), "")
    names = {box.name: box.id for box in rest}
    gives = {box.id: box.tensors[0] for box in rest if box.tensors}
    for index, item in enumerate(items):
        lines = Lines(item.span.line, last_line(item))
        if id(item) not in known_nodes and lines not in known:
            name, kind = _called(item)
            gap = Box(f"r{index}", name, kind, "refused", lines=lines)
            gaps.append(gap)
            made += _written(item, gap.id, names, above)
            names.setdefault(name, gap.id)
            above = gap.id
        else:
            last = [box.id for box in rest if box.lines == lines]
            above = last[-1] if last else above
    if core is not None:
        made += _unread(core, names, gaps, {edge.target for edge in edges})
    outputs = [box for box in boxes if box.role == "output"]
    for at, edge in enumerate(made):
        tensor = gives.get(edge.source)
        if tensor is not None:
            made[at] = replace(edge, label=f"{tensor}", mask=tensor.mask, kind="data")
    return [*rest, *gaps, *outputs], [*edges, *made]


def _nodes(core: Core | None) -> Iterator[SourceNode]:
    if core is not None:
        yield from (item.node for item in core.items)
        yield from (instance.node for instance in core.instances)


def _called(item: SourceNode) -> tuple[str, str]:
    """The name and the type of an item, as far as they can be read."""
    words = {key: item.get(key) for key in ("name", "type", "use", "reuse")}
    texts = {key: node.value for key, node in words.items() if node and isinstance(node.value, str)}
    kind = texts.get("type") or texts.get("use") or texts.get("reuse") or "layer"
    return texts.get("name") or snake(kind.rpartition(".")[2]) or kind, kind


def _written(item: SourceNode, target: str, names: Mapping[str, str], above: str) -> Iterator[Edge]:
    """What an item reads, by its text."""
    source = item.get("from")
    written = [] if source is None else _texts(source.plain())
    read = [names[name] for text in written if (name := _source(text, names))]
    if source is None and above:
        read = [above]
    yield from (Edge(one, target, kind="open") for one in read)


def _texts(plain: object) -> list[str]:
    if isinstance(plain, str):
        return [plain]
    if isinstance(plain, list | tuple):
        return [one for one in plain if isinstance(one, str)]  # pyright: ignore
    if isinstance(plain, dict):
        return [one for one in plain.values() if isinstance(one, str)]  # pyright: ignore
    return []


def _source(text: str, names: Mapping[str, str]) -> str:
    """The name that a reference begins with; empty where there is none."""
    while text and text not in names:
        text = text.rpartition(".")[0]
    return text


def _unread(
    core: Core, names: Mapping[str, str], gaps: Sequence[Box], fed: set[str]
) -> Iterator[Edge]:
    """Edges of layers that read what was refused."""
    items: Sequence[Item] = core.items
    for item in items:
        target = names.get(item.name)
        if target is None or target in fed or item.instance is not None:
            continue
        if item.sources is not None:
            written = _texts(item.sources)
        else:
            written = [item.above] if item.above is not None else []
        found = [names[name] for text in written if (name := _source(text, names))]
        if not found and item.sources is None and item.above is None and gaps:
            found = [gaps[-1].id]
        yield from (Edge(one, target, kind="open") for one in found if one != target)
