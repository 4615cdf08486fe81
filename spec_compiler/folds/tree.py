"""The uses of blocks as a tree, with the layers as its leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from spec_compiler.expanding.copies import Instance
from spec_compiler.program import Program

SEQUENCE = "sequence"
"""The kind of neighbours that repeat together, without a block."""


@dataclass(eq=False, repr=False)
class Branch:
    """A layer, or a use of a block; of a use that repeats one, a copy; or a copy of a sequence.

    Attributes:
        name: The full name.
        kind: The type of the layer, or the name of the block.
        inside: What the use consists of, in the order of its first layers; empty for a layer.
        is_layer: Whether it is one.
    """

    name: str
    kind: str
    is_layer: bool = False
    inside: list[Branch] = field(default_factory=list["Branch"])

    @property
    def layers(self) -> Iterator[str]:
        """The full names of all layers in it."""
        if self.is_layer:
            yield self.name
        for branch in self.inside:
            yield from branch.layers


class Bundle(NamedTuple):
    """A part of the model in every copy of what is around it.

    Attributes:
        name: Within what is around it.
        branches: All of them.
        times: How many there are that are alike, in each copy of what is around it.
        inside: Of a sequence, what it consists of.
    """

    name: str
    branches: list[Branch]
    times: int = 1
    inside: tuple[Bundle, ...] = ()


def within(name: str, around: str) -> str:
    """What a layer or block is called within a part; a layer that is the part itself ``.

    Of copies that share their weights the first has its layers under the name of the use: `stack.0`
    has `stack.up`.
    """
    for start in (around, around.rpartition(".")[0]):
        if start and name.startswith(f"{start}."):
            return name[len(start) + 1 :]
    return name if name != around else ""


def branches_of(program: Program) -> list[Branch]:
    """What stands in the file's own list, in executable order; without what has no layers."""
    root = Branch("", "")
    made: dict[Instance, Branch] = {}

    def branch_of(instance: Instance | None) -> Branch:
        if instance is None:
            return root
        found = made.get(instance)
        if found is None:
            found = made[instance] = Branch(instance.name, instance.block.name)
            branch_of(instance.outer).inside.append(found)
        return found

    for step in program.steps.values():
        inside = branch_of(step.call.item.instance).inside
        inside.append(Branch(step.name, step.kind, is_layer=True))
    return root.inside
