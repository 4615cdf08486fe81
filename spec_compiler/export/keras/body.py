"""Statements that make layers and call them: blocks are functions, their copies loops."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from textwrap import indent

from spec_compiler.export.keras.arguments import python, quoted, written
from spec_compiler.export.keras.blocks import Group, Node
from spec_compiler.export.keras.layout import laid_out
from spec_compiler.export.keras.model import Fed, KerasCall, KerasLayer, KerasProgram
from spec_compiler.export.keras.sizes import identifier

_TAKEN = {"keras", "layers", "ops", "functools", "itertools", "build_model", "name", "i"}
_FUNCTION = re.compile(r"_block(_[0-9]+)?$")
"""What the names of functions end with that make blocks."""


class BodyWriter:
    """Writes the body of `build_model`, and the functions that it calls.

    Attributes:
        functions: Their texts by name, each before those that call it.
        names: What the tensors are called, of those that have another name than the model's.
    """

    def __init__(self, model: KerasProgram) -> None:
        self.functions: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._model = model
        self._taken = {*_TAKEN, *model.classes, *model.functions}
        self._taken |= {tensor for call in model.calls for tensor in call.results}
        self._taken |= {item.tensor for item in model.inputs}
        self._made: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._times = Counter(call.layer for call in model.calls)
        self._readers = Counter(tensor for call in model.calls for tensor in call.reads)
        self._readers.update(model.outputs.values())

    def body(self, nodes: list[Node], names: dict[str, str], prefix: str) -> list[str]:
        """The statements of some nodes.

        Args:
            nodes: Calls, and copies of blocks.
            names: What tensors are called; takes those that are made.
            prefix: What the names of layers begin with, in the place of which `name` stands.
        """
        lines: list[str] = []
        made: set[str] = set()
        at = 0
        while at < len(nodes):
            node = nodes[at]
            if not isinstance(node, Group):
                lines += self._call(node, names, prefix, made)
                at += 1
                continue
            run = self._run(nodes, at)
            if len(run) > 1:
                lines += self._loop(run, names, prefix)
            else:
                lines.append(self._use(node, names, prefix))
            at += len(run)
        if not prefix:
            self.names |= names
        return lines

    # --- layers --------------------------------------------------------------------------------

    def _call(
        self, call: KerasCall, names: dict[str, str], prefix: str, made: set[str]
    ) -> Iterator[str]:
        layer = self._model.layers[call.layer]
        text = self._layer(layer, prefix)
        kept = self._times[call.layer] > 1 or layer.lora_alpha is not None
        variable = f"{_local(layer.name.replace('-', '_'), prefix)}_layer"
        if kept and call.layer not in made:
            yield f"{variable} = {text}"
        fed = [_tensors(item, names) for item in call.args]
        fed += [f"{name}={_tensors(item, names)}" for name, item in call.keywords.items()]
        for tensor in call.results:
            names[tensor] = self._name(tensor, names, prefix)
        results = ", ".join(_tensors(item, names) for item in call.gives)
        yield f"{results} = {variable if kept else text}({', '.join(fed)})"
        if layer.lora_alpha is not None and call.layer not in made:
            yield f"{variable}.lora_alpha = {python(layer.lora_alpha)}  # Keras forgets it"
        made.add(call.layer)

    def _layer(self, layer: KerasLayer, prefix: str) -> str:
        return written(layer.made, name=_named(layer.name, prefix))

    def _name(self, tensor: str, names: Mapping[str, str], prefix: str) -> str:
        """What a tensor is called in a function: without what all names begin with."""
        if not prefix:
            return tensor
        return self._inside(_local(tensor, prefix.replace("-", "_")), names)

    def _inside(self, wanted: str, names: Mapping[str, str]) -> str:
        """A name within a function, which none of those that it calls has."""
        wanted = f"{wanted}_" if _FUNCTION.search(wanted) else wanted
        known = {*_TAKEN, *names.values(), *self._model.classes, *self._model.functions}
        return identifier(wanted, known)

    # --- blocks --------------------------------------------------------------------------------

    def _function(self, group: Group) -> str:
        """The function that makes a copy of a block; copies of one text have one."""
        copy = group.block.name
        if copy not in self._made:
            text = self._function_text(group)
            if text not in self._known:
                name = f"{group.block.block.removesuffix('.yaml')}_block"
                self._known[text] = found = identifier(name, self._taken)
                self._taken.add(found)
                self.functions[found] = f"def {found}{text}"
            self._made[copy] = self._known[text]
        return self._made[copy]

    def _function_text(self, group: Group) -> str:
        """The function, from its parameters on."""
        names: dict[str, str] = {}
        for tensor in group.reads:
            wanted = group.block.ports.get(tensor, "x")
            names[tensor] = self._inside(wanted, names)
        parameters = ", ".join((*names.values(), "name"))
        lines = self.body(group.nodes, names, group.block.prefix)
        lines.append(f"return {', '.join(names[tensor] for tensor in group.gives)}")
        inside = indent("\n".join(laid_out(line, 4) for line in lines), "    ")
        block = ascii(group.block.block)[1:-1].replace('"', "'")  # a file's name may be anything
        return f'({parameters}):\n    """The block `{block}`."""\n{inside}'

    def _use(self, group: Group, names: dict[str, str], prefix: str) -> str:
        function = self._function(group)
        fed = [names[tensor] for tensor in group.reads]
        for tensor in group.gives:
            names[tensor] = self._name(tensor, names, prefix)
        results = ", ".join(names[tensor] for tensor in group.gives)
        return (
            f"{results} = {function}({', '.join(fed)}, name={_named(group.block.prefix, prefix)})"
        )

    def _run(self, nodes: list[Node], first: int) -> list[Group]:
        """Copies that follow each other, each fed with what the one before gives."""
        start = nodes[first]
        assert isinstance(start, Group)  # noqa: S101 - the caller has looked
        run = [start]
        for node in nodes[first + 1 :]:
            if not isinstance(node, Group) or not self._follows(run[-1], node):
                break
            run.append(node)
        return run if self._alike(run) else run[:1]

    def _follows(self, one: Group, other: Group) -> bool:
        indices = one.block.number, other.block.number
        if None in indices or one.block.use != other.block.use or len(one.gives) != 1:
            return False
        if len(other.gives) != 1 or len(one.reads) != len(other.reads):
            return False
        inside = sum(call.reads.count(one.gives[0]) for call in other.calls)
        if self._readers[one.gives[0]] != inside:  # it is read elsewhere, too
            return False
        return indices[1] == (indices[0] or 0) + 1 and self._function(one) == self._function(other)

    def _alike(self, run: list[Group]) -> bool:
        """Whether each port reads the same in each turn, or what the turn before gave."""
        return (
            all(
                later == earlier or later == one.gives[0]
                for one, other in pairwise(run)
                for earlier, later in zip(one.reads, other.reads, strict=True)
            )
            and len({self._chained(*pair) for pair in pairwise(run)}) <= 1
        )

    def _chained(self, one: Group, other: Group) -> tuple[bool, ...]:
        return tuple(tensor == one.gives[0] for tensor in other.reads)

    def _loop(self, run: list[Group], names: dict[str, str], prefix: str) -> list[str]:
        first, second, last = run[0], run[1], run[-1]
        function, chained = self._function(first), self._chained(first, second)
        wanted = _local(first.block.use.replace("-", "_"), prefix.replace("-", "_"))
        local = self._inside(wanted, names) if prefix else identifier(wanted, self._taken)
        self._taken |= set[str]() if prefix else {local}
        start = next(names[x] for x, again in zip(first.reads, chained, strict=True) if again)
        fed = [local if again else names[x] for x, again in zip(first.reads, chained, strict=True)]
        begin, end = first.block.number or 0, (last.block.number or 0) + 1
        count = f"{begin}, {end}" if begin else str(end)
        use = _local(first.block.use, prefix) if prefix else first.block.use
        named = f'f"{{name}}_{use}_{{i}}"' if prefix else f'f"{use}_{{i}}"'
        names[last.gives[0]] = local
        return [
            f"{local} = {start}",
            f"for i in range({count}):",
            f"    {local} = {function}({', '.join(fed)}, name={named})",
        ]


def _local(name: str, prefix: str) -> str:
    """A name without what all names of a block begin with."""
    return name.removeprefix(f"{prefix}_") if prefix else name


def _named(name: str, prefix: str) -> str:
    """The name of a layer, as a text of Python's."""
    if prefix and name.startswith(f"{prefix}_"):
        return f'f"{{name}}_{name.removeprefix(f"{prefix}_")}"'
    return quoted(name)


def _tensors(fed: Fed, names: Mapping[str, str]) -> str:
    if isinstance(fed, bool):
        return str(fed)
    return names[fed] if isinstance(fed, str) else f"[{', '.join(_tensors(x, names) for x in fed)}]"
