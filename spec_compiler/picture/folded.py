"""A picture in which blocks are closed, and what is alike is drawn once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from spec_compiler.folds import Part, owner_of
from spec_compiler.picture.picture import Box, Costs, Edge, Group, Picture, Role


def folded(picture: Picture, parts: Sequence[Part]) -> Picture:
    """The same model with a box for each layer and closed block among some parts.

    Edges that look the same are one. What flows within a closed block is not drawn; what flows from
    one copy to another of a block that is drawn once, and open, is `next`.

    Args:
        picture: Of a program, with every layer.
        parts: Of the same program, as `folds.shown` gives them.
    """
    boxes = {box.name: box for box in picture.boxes if box.role != "output"}
    fold = _Fold(boxes)
    fold.walk(parts, "")
    ends = [box for box in picture.boxes if box.role in {"input", "constant"}]
    outputs = [box for box in picture.boxes if box.role == "output"]
    return replace(
        picture,
        boxes=(*ends, *fold.boxes, *outputs),
        groups=tuple(fold.groups),
        edges=tuple(fold.edges(picture.edges)),
    )


class _Fold:
    """What is drawn, and where each layer of the whole picture is to be found in it."""

    def __init__(self, whole: Mapping[str, Box]) -> None:
        self.whole = whole
        self.boxes: list[Box] = []
        self.groups: list[Group] = []
        self._at: dict[str, str] = {}
        self._copy: dict[str, list[tuple[str, int]]] = {}

    def walk(self, parts: Iterable[Part], group: str) -> None:
        """Draw parts that stand in a group."""
        for part in parts:
            layers = [self.whole[name] for name in part.layers]
            if part.inside:
                made = self._group(part, layers, group)
                for index, copy in enumerate(part.copies):
                    for name in copy:
                        self._copy.setdefault(self.whole[name].id, []).append((made, index))
                self.walk(part.inside, made)
            else:
                box = self._box(part, layers, group)
                self.boxes.append(box)
                self._at |= {layer.id: box.id for layer in layers}

    def edges(self, edges: Iterable[Edge]) -> Iterator[Edge]:
        """Between what is drawn."""
        found: dict[Edge, None] = {}
        for edge in edges:
            source = self._at.get(edge.source, edge.source)
            target = self._at.get(edge.target, edge.target)
            onward = self._between_copies(edge)
            if source != target or onward:
                found[replace(edge, source=source, target=target, next=onward)] = None
        return iter(found)

    def _between_copies(self, edge: Edge) -> bool:
        there = dict(self._copy.get(edge.target, ()))
        here = self._copy.get(edge.source, ())
        return any(there.get(group, index) != index for group, index in here)

    def _group(self, part: Part, layers: Sequence[Box], group: str) -> str:
        made = f"f{len(self.groups)}"
        copies = part.times if part.times > 1 else 0
        costs = added(layer.costs for layer in layers)
        self.groups.append(
            Group(made, part.name, part.kind, group, copies, None, len(layers), costs)
        )
        return made

    def _box(self, part: Part, layers: Sequence[Box], group: str) -> Box:
        first, last = layers[0], layers[-1]
        if part.is_layer and part.many == 1:
            return replace(first, group=group)
        role: Role = "layer" if part.is_layer else "block"
        costs = added(layer.costs for layer in layers)
        owner = (
            None
            if costs.parameters
            else owner_of(part, lambda name: self.whole[name].reuse or None)
        )
        return Box(
            first.id,
            part.name,
            part.kind,
            role,
            group,
            last.tensors,
            costs,
            first.lines,
            owner or "",
            part.times,
            len(layers),
        )


def added(costs: Iterable[Costs]) -> Costs:
    """What several layers cost together, in numbers: the formulas of each are none of all."""
    each = list(costs)
    flops = [one.flops for one in each if one.flops is not None]
    memory = [one.memory for one in each if one.memory is not None]
    return Costs(
        sum(one.trainable for one in each),
        sum(one.frozen for one in each),
        sum(flops) if len(flops) == len(each) else None,
        "",
        sum(memory) if len(memory) == len(each) else None,
        "",
    )
