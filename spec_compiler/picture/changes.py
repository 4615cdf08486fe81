"""Two pictures as one: what came, what went, and what is not as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from spec_compiler.compare import Comparison
from spec_compiler.picture.picture import Box, Change, Edge, Group, Picture

_OLD = "w"
"""What ids of the older picture begin with in the one of both."""
Key = tuple[str, str, int]
"""What a box is known by: its role, its name, and how many have both above it, where a name
stands twice in what is refused."""


def beside(old: Picture, new: Picture, comparison: Comparison | None) -> Picture:
    """The newer picture, with what went in its old place.

    Args:
        old: How it was.
        new: How it is; the text is its own.
        comparison: What differs; None where one of both is refused, or no model.
    """
    renamed: Mapping[str, str] = {} if comparison is None else comparison.renamed
    before, after = _keyed(old.boxes, renamed), _keyed(new.boxes, {})
    ids = {was.id: after[key].id for key, was in before.items() if key in after}
    gone = [box for key, box in before.items() if key not in after]
    groups = _groups(old, new, gone)
    ids |= {box.id: _OLD + box.id for box in gone}
    boxes = [_compared(box, before.get(key), comparison) for key, box in after.items()]
    went = [
        replace(box, id=ids[box.id], group=groups[box.group], lines=None, change="removed")
        for box in gone
    ]
    ends = next((at for at, box in enumerate(boxes) if box.role == "output"), len(boxes))
    boxes[ends:ends] = [box for box in went if box.role != "output"]
    boxes += [box for box in went if box.role == "output"]
    more = [
        replace(group, id=_OLD + group.id, group=groups[group.group], lines=None)
        for group in old.groups
        if groups.get(group.id) == _OLD + group.id
    ]
    went = tuple(
        (id_, part.lines)
        for part in (*gone, *old.groups)
        if part.lines is not None
        for id_ in (ids.get(part.id, ""), groups.get(part.id, ""))
        if id_ == _OLD + part.id
    )
    verdict = comparison.verdict if comparison is not None else _uncompared(old, new)
    return replace(
        new,
        boxes=tuple(boxes),
        groups=(*new.groups, *more),
        edges=_edges(old.edges, new.edges, ids),
        old=old.file,
        old_text=old.text if went else "",
        went=went,
        verdict=verdict,
    )


def _uncompared(old: Picture, new: Picture) -> str:
    """Why two pictures are not of two models that can be compared."""
    refused = any(remark.severity == "error" for one in (old, new) for remark in one.remarks)
    return "one of both is refused" if refused else "files of blocks are drawn, not compared"


def _keyed(boxes: Iterable[Box], renamed: Mapping[str, str]) -> dict[Key, Box]:
    seen = Counter[tuple[str, str]]()
    found: dict[Key, Box] = {}
    for box in boxes:
        role = box.role if box.role in {"input", "output"} else "layer"
        name = renamed.get(box.name, box.name) if role == "layer" else box.name
        found[role, name, seen[role, name]] = box
        seen[role, name] += 1
    return found


def _groups(old: Picture, new: Picture, gone: Iterable[Box]) -> dict[str, str]:
    """The id of each group of the older picture in that of both, where something in it went."""
    now = {(group.name, group.copies > 0): group.id for group in new.groups}
    known: dict[str, Group] = {group.id: group for group in old.groups}
    found = {"": ""}
    for box in gone:
        at = box.group
        while at and at not in found:
            group = known[at]
            found[at] = now.get((group.name, group.copies > 0), _OLD + at)
            at = group.group
    return found


def _compared(box: Box, was: Box | None, comparison: Comparison | None) -> Box:
    if was is None:
        return replace(box, change="added")
    words = list(_words(box, comparison))
    if was.name != box.name:
        words.insert(0, f"was called {was.name}")
    sides = [(one.kind, one.tensors, one.role, one.costs.parameters) for one in (was, box)]
    if sides[0] != sides[1] and not words:
        types = [", ".join(map(str, one.tensors)) for one in (was, box)]
        words = [f"{types[0]} → {types[1]}"] if types[0] != types[1] else ["other settings"]
    return replace(box, change="changed" if words else "", words=tuple(words))


def _words(box: Box, comparison: Comparison | None) -> Iterable[str]:
    start = {"input": "inputs.", "output": "outputs."}.get(box.role, "") + box.name
    for finding in comparison.findings if comparison is not None else ():
        if finding.name == start or finding.name.startswith(f"{start}."):
            name = finding.name.removeprefix(start).removeprefix(".")
            old, new = ("nothing" if side is None else side for side in (finding.old, finding.new))
            yield f"{name}: {old} → {new}" if name else f"{old} → {new}"


def _edges(old: Iterable[Edge], new: Iterable[Edge], ids: Mapping[str, str]) -> tuple[Edge, ...]:
    moved = [replace(edge, source=ids[edge.source], target=ids[edge.target]) for edge in old]
    before, after = ({_ends(edge) for edge in edges} for edges in (moved, tuple(new)))
    added: Change = "added"
    return (
        *(edge if _ends(edge) in before else replace(edge, change=added) for edge in new),
        *(replace(edge, change="removed") for edge in moved if _ends(edge) not in after),
    )


def _ends(edge: Edge) -> tuple[str, str, str, str]:
    return edge.source, edge.target, edge.name, edge.kind
