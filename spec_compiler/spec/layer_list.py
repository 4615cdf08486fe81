"""The layers that were read, under names of which no two are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from spec_compiler.diagnostics import Attempt, Diagnostic, Diagnostics, Label, Refusal
from spec_compiler.files import Origin
from spec_compiler.source.node import Entry, Incomplete, Node
from spec_compiler.spec.core import Call
from spec_compiler.spec.extent import Extents
from spec_compiler.spec.inputs import Input
from spec_compiler.spec.instance import Instance, Names, Place
from spec_compiler.spec.library import Library
from spec_compiler.spec.names import check_layer_name, check_name
from spec_compiler.spec.use import Known


@dataclass(slots=True)
class Whole:
    """What all lists of layers of a spec have in common while they are expanded."""

    diagnostics: Diagnostics
    origin: Origin
    inputs: dict[str, Input | None]
    input_entries: dict[str, Entry]
    calls: dict[str, Call] = field(default_factory=dict[str, Call])
    instances: list[Instance] = field(default_factory=list[Instance])
    extents: Extents = field(default_factory=Extents)
    factor: int = 1
    """How many copies there will be of the first copy that is at hand."""


class LayerList:
    """The names in a list of layers: the file's, or that of a copy of a block."""

    def __init__(
        self,
        whole: Whole,
        library: Library,
        known: Known,
        names: Names,
        *,
        file: Known,
        prefix: str = "",
        owner: str = "",
        instance: Instance | None = None,
    ) -> None:
        self.whole = whole
        self.diagnostics = whole.diagnostics
        self.library = library
        self.known = known
        self.scope = known.scope
        self.file = file  # what the params of the file mean here
        self.names = names
        self.prefix = prefix
        self.owner = owner  # the prefix of the layers whose weights these use
        self.instance = instance
        self.inputs = dict.fromkeys(names.inputs)
        self.calls: dict[str, Call | None] = {}
        self.counts: dict[str, int] = {}
        self.explicit: dict[str, Node] = {}
        self.above: str | None = None

    def claim(self, name: str, node: Node, document: Node) -> None:
        """Register an explicit name; two that are the same are an error with both places."""
        first = self.explicit.setdefault(name, node)
        span = first.span if first is not node else None
        if span is None and name in self.inputs:
            span = document.key_span(("inputs", name))
        if span is not None:
            self.diagnostics.add(
                Diagnostic(
                    "SPC0201",
                    f"two things are called `{name}`",
                    node.span,
                    annotation="the second",
                    labels=(Label(span, "the first"),),
                    help="names of inputs and layers are unique",
                ),
                once=True,
            )

    def at(self, item: Node) -> Attempt:
        """Work on an item, of which the same may be wrong in another copy."""
        return self.diagnostics.at(Place(item, self.instance), once=True)

    def forget(self, calls: int, instances: int) -> None:
        """Drop the part of an expansion that was too large."""
        self.whole.factor = 1
        for name in list(self.whole.calls)[calls:]:
            del self.whole.calls[name]
        del self.whole.instances[instances:]

    def add(self, call: Call) -> None:
        """Register a call; a name that its author wrote must be one."""
        if call.explicit_name and self.instance is not None:
            check_name(call.name, "a layer in a block", ("name",))
        elif call.explicit_name:
            check_layer_name(call.name)
        self.keep(call)

    def add_broken(self, item: Node, *, strange_key: bool = False) -> None:
        """Keep the place of a layer that was refused, so that nothing behind it is blamed.

        Args:
            item: The layer.
            strange_key: Whether a key of it is unknown, which may have been meant as `name`.
        """
        name, kind = item.get("name"), item.get("type") or item.get("use")
        if name is not None and isinstance(name.value, str):
            self.keep(Call(name.value, None, None, item))
            return
        base = snake(kind.value) if kind is not None and isinstance(kind.value, str) else "layer"
        lost = isinstance(item.value, Incomplete) or strange_key
        self.names.unsure |= kind is None or name is not None or lost
        generated = self.name_for(None, base)
        self.keep(Call(generated, None, None, item, explicit_name=False))

    def keep(self, call: Call) -> None:
        """Register a call; what reads a name that two have is not checked."""
        name, full = call.name, self.prefix + call.name
        block = name if name in self.calls and self.calls[name] is None else None
        if name in self.calls or name in self.inputs or full in self.whole.calls:
            first = self.calls.get(name)
            if first is not None:
                broken = replace(first, layer=None, pending=None)
                self.calls[name] = self.whole.calls[first.name] = broken
            elif full in self.whole.calls:
                message = f"two layers are called `{full}`"
                self.at(call.node).add(Refusal("SPC0201", message))
            name = self.name_for(None, "layer")
            full = self.prefix + name
            call = Call(name, None, None, call.node, explicit_name=False)
        owner = self.owner + name
        reuse = call.reuse or (owner if owner != full else None)
        call = replace(call, name=full, reuse=reuse, names=self.names, above=self.above)
        self.calls[name] = self.whole.calls[full] = call
        self.names.meaning[name] = full
        if block is not None:  # what reads the name of a block and a layer is not checked
            self.names.meaning[block] = full
        self.above = name

    def name_for(self, written: str | None, base: str, *, call: bool = False) -> str:
        """The author's name, or the next free one as Keras counts: `dense`, `dense_1`."""
        if written is not None:
            return written
        number = self.counts.get(base, int(call))
        while True:
            name = f"{base}_{number}" if number else base
            number += 1
            if name not in self.explicit and name not in self.inputs and name not in self.calls:
                self.counts[base] = number
                return name


def snake(name: str) -> str:
    """`EinsumDense` to `einsum_dense`, `LSTM` to `lstm`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
