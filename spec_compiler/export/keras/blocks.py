"""The calls of a model in the blocks of the spec that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from spec_compiler.export.keras.model import KerasBlock, KerasCall, KerasProgram


@dataclass(slots=True)
class Group:
    """The calls of a copy of a block, which a function can make.

    Attributes:
        block: The copy.
        nodes: Its calls, and the copies within it.
        reads: The tensors from outside, in the order in which they are read.
        gives: The tensors that are read outside.
    """

    block: KerasBlock
    nodes: list[Node] = field(default_factory=list["Node"])
    reads: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()

    @property
    def calls(self) -> Iterator[KerasCall]:
        """All of its calls, also those of copies within it."""
        return calls_of(self.nodes)


Node: TypeAlias = "KerasCall | Group"


def calls_of(nodes: Iterable[Node]) -> Iterator[KerasCall]:
    """The calls in some nodes."""
    for node in nodes:
        if isinstance(node, Group):
            yield from node.calls
        else:
            yield node


def grouped(model: KerasProgram) -> list[Node]:
    """The calls of a model, those of a copy of a block together where a function can make them.

    It can where all that they share with other calls is tensors: no layer, and no other's name.
    """
    tree: list[Node] = []
    closed: set[str] = set()
    open_: list[Group] = []
    broken: set[str] = set()
    for call in model.calls:
        path = list(_path(model.blocks, call.block))
        while open_ and [group.block.name for group in open_] != path[: len(open_)]:
            closed.add(open_.pop().block.name)
        for name in path[len(open_) :]:
            if name in closed:  # another's calls stand between its own
                broken.add(name)
            group = Group(model.blocks[name])
            (open_[-1].nodes if open_ else tree).append(group)
            open_.append(group)
        (open_[-1].nodes if open_ else tree).append(call)
    return _kept(tree, _Uses(model), broken)


def _path(blocks: Mapping[str, KerasBlock], name: str) -> Sequence[str]:
    """The copies around a call, from the outermost."""
    found: list[str] = []
    while name:
        found.append(name)
        name = blocks[name].outer
    return found[::-1]


class _Uses:
    """Who reads each tensor, and calls each layer."""

    def __init__(self, model: KerasProgram) -> None:
        self.readers: dict[str, int] = {}
        self.callers: dict[str, int] = {}
        for call in model.calls:
            self.callers[call.layer] = self.callers.get(call.layer, 0) + 1
            for tensor in call.reads:
                self.readers[tensor] = self.readers.get(tensor, 0) + 1
        for tensor in model.outputs.values():
            self.readers[tensor] = self.readers.get(tensor, 0) + 1


def _kept(nodes: list[Node], uses: _Uses, broken: set[str]) -> list[Node]:
    """The same nodes, without the groups that no function can make."""
    found: list[Node] = []
    for node in nodes:
        if not isinstance(node, Group):
            found.append(node)
            continue
        node.nodes = _kept(node.nodes, uses, broken)
        if node.block.name in broken or not _alone(node, uses):
            found += node.nodes
        else:
            found.append(node)
    return found


def _alone(group: Group, uses: _Uses) -> bool:
    """Whether a function can make the calls; finds what it reads and gives."""
    calls = list(group.calls)
    called: dict[str, int] = {}
    read: dict[str, int] = {}
    for call in calls:
        called[call.layer] = called.get(call.layer, 0) + 1
        for tensor in call.reads:
            read[tensor] = read.get(tensor, 0) + 1
    made = {tensor for call in calls for tensor in call.results}
    group.reads = tuple(tensor for tensor in read if tensor not in made)
    group.gives = tuple(
        tensor
        for call in calls
        for tensor in call.results
        if uses.readers.get(tensor, 0) > read.get(tensor, 0)
    )
    prefix = f"{group.block.prefix}_"
    return (
        bool(group.gives)
        and bool(group.reads)
        and all(called[name] == uses.callers[name] for name in called)
        and all(name.startswith(prefix) for name in called)
    )
