"""What languages for graphs have in common: what stands in what, and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_compiler.picture.picture import Box, Edge, Group, Picture
from spec_compiler.shortening import counted

LABEL_AT_MOST = 120


def within(picture: Picture) -> Mapping[str, list[Box | Group]]:
    """Boxes and groups by the group that they stand in, in executable order; `` is outside."""
    inside: dict[str, list[Box | Group]] = {"": [], **{group.id: [] for group in picture.groups}}
    groups = {group.id: group for group in picture.groups}
    placed: set[str] = set()
    for box in picture.boxes:
        part: Box | Group = box
        while part.id not in placed:
            placed.add(part.id)
            inside[part.group].append(part)
            part = groups.get(part.group, part)
    return inside


def words(part: Box | Group, around: str = "") -> Iterator[str]:
    """The lines that stand in a box: its name, what it is, and what is folded in it.

    Args:
        part: What is drawn.
        around: The name of the group that it stands in, which is not said again.
    """
    name = part.name.removeprefix(f"{around}.") if around else part.name
    yield cut(name) + (f" ×{part.copies}" if part.copies > 1 else "")
    is_group = isinstance(part, Group)
    kind = part.block if is_group else part.kind
    if kind != name and (is_group or part.role not in {"input", "output"}):
        yield cut(kind)
    if part.costs is not None and (part.copies > 1 or (not is_group and part.role == "block")):
        parameters = counted(part.costs.parameters, "parameter")
        yield f"{counted(part.layers, 'layer')}, {parameters}"


def label(edge: Edge) -> str:
    """What flows: shape, dtype, and whether there is a mask."""
    if edge.kind == "weights":
        return "same weights"
    name = f"{edge.name}: " if edge.name and edge.kind != "mask" else ""
    ending = " as mask" if edge.kind == "mask" else " mask" if edge.mask else ""
    onward = "to the next: " if edge.next else ""
    return f"{onward}{name}{cut(edge.label)}{ending}"


def cut(text: str) -> str:
    """A name or a shape that is not too long to be drawn."""
    return text if len(text) <= LABEL_AT_MOST else f"{text[: LABEL_AT_MOST - 3]}..."
