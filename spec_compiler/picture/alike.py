"""Frames around what is alike, so that a page can close them: the same that a summary folds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spec_compiler.folds import Part
from spec_compiler.picture.picture import Box, Group, Lines


def with_alike(
    boxes: Sequence[Box], groups: Sequence[Group], parts: Sequence[Part], prefix: str = ""
) -> tuple[list[Box], list[Group]]:
    """The same boxes and groups, with a group for each run of what is alike.

    Copies of a sequence have a group each, within that of the run. Where a run is what a use
    repeats, its group is there already.

    Args:
        boxes: Of a program, with every layer.
        groups: Of its blocks.
        parts: Of the same program, with all levels.
        prefix: What ids begin with.
    """
    frames = _Frames(boxes, groups, f"{prefix}a")
    frames.walk(parts, [""], "", [""])
    return frames.boxes, frames.groups


class _Frames:
    def __init__(self, boxes: Sequence[Box], groups: Sequence[Group], prefix: str) -> None:
        self._prefix = prefix
        self._boxes, self._groups = {one.id: one for one in boxes}, {one.id: one for one in groups}
        self._layers = {one.name: one.id for one in boxes if one.role in {"layer", "unknown"}}
        self._blocks = {one.name: one.id for one in groups if not one.copies}
        self._around = {one.id: one.group for one in (*boxes, *groups)}
        self._inside: dict[str, set[str]] = {}
        for box in boxes:
            for at in self._up(box.id):
                self._inside.setdefault(at, set()).add(box.id)

    @property
    def boxes(self) -> list[Box]:
        """All of them, in the groups that they stand in now."""
        return [replace(one, group=self._around[one.id]) for one in self._boxes.values()]

    @property
    def groups(self) -> list[Group]:
        """All of them, each behind the one that it stands in."""
        found = sorted(self._groups.values(), key=lambda one: sum(1 for _ in self._up(one.id)))
        return [replace(one, group=self._around[one.id]) for one in found]

    def walk(
        self, parts: Iterable[Part], places: Sequence[str], around: str, names: Sequence[str]
    ) -> None:
        """Add groups for parts, of which one copy stands in each place.

        Args:
            parts: What stands in all of the places.
            places: Ids of groups.
            around: What the names of the parts begin with.
            names: What they begin with instead in each place.
        """
        for part in parts:
            if part.is_sequence:
                inside = self._units(part)
                self._run(part, inside, places, around, names)
                self.walk(part.inside, inside, around, [*names] * part.times)
                continue
            known = self._layers if part.is_layer else self._blocks
            members = [known[name] for name in part.names]
            if part.times > 1:
                self._run(part, members, places, around, names)
            self.walk(part.inside, members, f"{part.name}.", [f"{name}." for name in part.names])

    def _run(
        self,
        part: Part,
        members: Sequence[str],
        places: Sequence[str],
        around: str,
        names: Sequence[str],
    ) -> None:
        for at in range(len(places)):
            those = members[at :: len(places)]
            outer = {self._around.get(one) for one in those}
            if len(outer) > 1 or None in outer or self._is_whole(those):
                continue
            name = names[at] + part.name.removeprefix(around)
            self._add(name, part.kind, those, part.times)

    def _is_whole(self, members: Sequence[str]) -> bool:
        """Whether these are all that a use repeats."""
        known = self._groups.get(self._around[members[0]])
        return known is not None and known.copies == len(members)

    def _units(self, part: Part) -> list[str]:
        """A group for each copy of a sequence; `` where it has parts of what a use repeats."""
        found: list[str] = []
        for name, layers in zip(part.names, part.copies, strict=True):
            boxes = {self._layers[layer] for layer in layers}
            members = list(dict.fromkeys(self._highest(self._layers[one], boxes) for one in layers))
            apart = len({self._around[one] for one in members}) > 1
            found.append("" if apart else self._add(name, part.kind, members, 0))
        return found

    def _highest(self, box: str, among: set[str]) -> str:
        """The outermost group around a box that has no other boxes than some."""
        found = box
        for at in self._up(box):
            if not self._inside[at] <= among:
                break
            found = at
        return found

    def _up(self, part: str) -> Iterator[str]:
        """The groups around a part, the innermost first."""
        at = self._around[part]
        while at:
            yield at
            at = self._around[at]

    def _add(self, name: str, kind: str, members: Sequence[str], copies: int) -> str:
        made = f"{self._prefix}{len(self._groups)}"
        outer = self._around[members[0]]
        known = [self._boxes.get(one) or self._groups[one] for one in members]
        lines = [one.lines for one in known if one.lines is not None]
        whole = None
        if len(lines) == len(known):
            whole = Lines(min(one.first for one in lines), max(one.last for one in lines))
        self._groups[made] = Group(made, name, kind, outer, copies, whole)
        self._around[made] = outer
        self._inside[made] = set()
        for one in members:
            self._around[one] = made
            self._inside[made] |= self._inside.get(one, {one})
        return made
