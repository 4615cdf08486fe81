"""The layers that were read, under names of which no two are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from spec_compiler.diagnostics import Attempt, Diagnostics
from spec_compiler.expanding.arguments import Known
from spec_compiler.expanding.copies import Instance, Names, Place, Used
from spec_compiler.expanding.core import Core, Item, Refused
from spec_compiler.expanding.growth import Extents
from spec_compiler.files import Origin
from spec_compiler.fixes import advise, called
from spec_compiler.language.inputs import Input
from spec_compiler.language.names import check_layer_name
from spec_compiler.reading.header import Headed
from spec_compiler.reading.library import Library
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spans import Label

if TYPE_CHECKING:
    from spec_compiler.expanding.read_before import ReadBefore

_SAID_AGAIN = (
    "an alias repeats the name, too: write `reuse: {}` in its place to call the layer again, or "
    "write the layer out, with a name of its own"
)


@dataclass(slots=True, eq=False, repr=False)
class Whole:
    """What all lists of layers of a spec have in common while they are expanded."""

    diagnostics: Diagnostics
    origin: Origin
    stated: Headed
    inputs: dict[str, Input | None]
    input_entries: dict[str, Entry]
    items: dict[str, Item | Refused] = field(default_factory=dict[str, "Item | Refused"])
    instances: list[Instance] = field(default_factory=list[Instance])
    extents: Extents = field(default_factory=Extents)
    cells: list[Core] = field(default_factory=list["Core"])
    beside: int = 0
    """How many layers and copies there are in cells, or around this one."""
    read_before: ReadBefore | None = None
    """The settings that are known from an analysis before."""

    @property
    def extent(self) -> int:
        """How many layers and copies of blocks there are by now."""
        return len(self.items) + len(self.instances) + self.beside

    def core(self, names: Names, node: SourceNode, last: str | None) -> Core:
        """What was expanded.

        Args:
            names: What references mean in the outermost list.
            node: What holds the list.
            last: The name of the last item.
        """
        return Core(
            header=self.stated.header,
            scope=self.stated.scope,
            relations=(),
            inputs=self.inputs,
            items=tuple(item for item in self.items.values() if isinstance(item, Item)),
            refused=frozenset(
                name for name, item in self.items.items() if isinstance(item, Refused)
            ),
            outputs=None,
            node=node,
            origin=self.origin,
            names=names,
            instances=tuple(self.instances),
            last=last,
            input_entries=self.input_entries,
            cells=tuple(self.cells),
        )


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
        factor: int = 1,
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
        self.factor = factor  # how many such lists there will be, where this is the first
        self.inputs = dict.fromkeys(names.inputs)
        self.items: dict[str, Item | Refused | None] = {}
        self.uses: dict[str, Used] = {}
        self.counts: dict[str, int] = {}
        self.explicit: dict[str, SourceNode] = {}
        self.above: str | None = None

    @property
    def implied(self) -> str:
        """What the next item reads without `from`: the one above, else the only input."""
        only, *others = self.names.inputs or ("",)
        return self.above or ("" if others else only)

    def claim(self, name: str, node: SourceNode, document: SourceNode) -> None:
        """Register an explicit name; two that are the same are an error with both places."""
        first = self.explicit.get(name)
        self.explicit.setdefault(name, node)
        span = document.key_span(("inputs", name)) if name in self.inputs else None
        span = first.span if first is not None else span
        if span is None:
            return
        free = (f"{name}_{number}" for number in count(2))
        other = next(one for one in free if one not in self.explicit and one not in self.inputs)
        fix = called(other, f"names of inputs and layers are unique: `{other}` is free")
        second, labels = "the second", (Label(span, "the first"),)
        if span == node.span:  # an alias of YAML says again what stands elsewhere
            fix, second, labels = advise(_SAID_AGAIN.format(name)), "said again by an alias", ()
        self.diagnostics.at(node, once=True, labels=labels).add(
            Refusal("SPC0201", f"two things are called `{name}`", annotation=second, fix=fix)
        )

    def at(self, item: SourceNode) -> Attempt:
        """Work on an item, of which the same may be wrong in another copy."""
        return self.diagnostics.at(Place(item, self.instance), once=True)

    def forget(self, items: int, instances: int) -> None:
        """Drop the part of an expansion that was too large."""
        for name in list(self.whole.items)[items:]:
            del self.whole.items[name]
        del self.whole.instances[instances:]

    def add(self, item: Item) -> None:
        """Register a layer; a name that its author wrote must be one."""
        if item.explicit_name:
            check_layer_name(item.name)
        self.keep(item)

    def add_broken(self, item: SourceNode, *, strange_key: bool = False) -> None:
        """Keep the place of a layer that was refused, so that nothing behind it is blamed.

        Args:
            item: The layer.
            strange_key: Whether a key of it is unknown, which may have been meant as `name`.
        """
        name, kind = item.get("name"), item.get("type") or item.get("use")
        if name is not None and isinstance(name.value, str):
            self.refuse(name.value, item)
            return
        base = snake(kind.value) if kind is not None and isinstance(kind.value, str) else "layer"
        self.names.unsure |= kind is None or name is not None or strange_key
        self.refuse(self.name_for(None, base), item)

    def refuse(self, name: str, item: SourceNode) -> None:
        """Keep the place of a layer that was refused, under its name."""
        self.keep(Refused(name, item, self.instance))

    def keep(self, item: Item | Refused) -> None:
        """Register a layer; what reads a name that two have is not checked."""
        name, full = item.name, self.prefix + item.name
        block = name if name in self.items and self.items[name] is None else None
        if name in self.items or name in self.inputs or full in self.whole.items:
            first = self.items.get(name)
            if first is not None:
                refused = Refused(first.name, first.node, first.instance)
                self.items[name] = self.whole.items[first.name] = refused
            elif full in self.whole.items:
                message = f"two layers are called `{full}`"
                self.at(item.node).add(Refusal("SPC0201", message))
            name = self.name_for(None, "layer")
            full = self.prefix + name
            item = Refused(name, item.node, self.instance)
        owner = self.owner + name
        if isinstance(item, Item):
            reuse = item.reuse or (owner if owner != full else None)
            item = item._replace(name=full, reuse=reuse, above=self.above)
        else:
            item = item._replace(name=full)
        self.items[name] = self.whole.items[full] = item
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
            if name not in self.explicit and name not in self.inputs and name not in self.items:
                self.counts[base] = number
                return name


@cache
def snake(name: str) -> str:
    """Keras's name of a class: `einsum_dense`, `lstm`, `global_average_pooling1d`.

    A word begins with a capital that small letters follow, or that follows one.
    """
    return re.sub(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", name).lower()
