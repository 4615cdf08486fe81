"""Where the sizes and dtypes that a refusal is about came from: asked only on a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from spec_compiler.elaborate.tracing import owner_of
from spec_compiler.elaborate.written import entries, entry_of, written
from spec_compiler.expanding.core import Core
from spec_compiler.ir.axes import sources
from spec_compiler.ir.dims import Dim, Size, product, quoted, symbols
from spec_compiler.ir.graph import Apply, Node, Value, Weight
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.primitives.elementwise import Cast
from spec_compiler.ir.primitives.structure import BroadcastTo, Concatenate, Reshape
from spec_compiler.language.settings import Settings
from spec_compiler.program import Port, Program
from spec_compiler.refusals import ItemPath, Origin
from spec_compiler.spans import Label, Span

_MOST = 6
"""Places that are shown of one refusal."""
_THROUGH = (Cast, Reshape, BroadcastTo)
"""How a layer gets its input into the form that it works on."""


@dataclass
class Origins:
    """What is known of values so far: who made them, of what, and where that is written.

    Attributes:
        core: Where layers and inputs stand.
        settings: Of the layers that are known by now.
        inputs: By name; constants, too.
        nodes: So far.
        weights: So far, by name.
        own: The layer that is refused, which its message names.
        taken: What it takes.
    """

    core: Core
    settings: Mapping[str, Settings]
    inputs: Mapping[str, Port]
    nodes: Sequence[Node]
    weights: Mapping[str, Weight]
    own: str = ""
    taken: Sequence[Value] = ()
    found: dict[Label, None] = field(default_factory=dict[Label, None])

    @cached_property
    def makers(self) -> Mapping[Value, Node]:
        """The node that made each value."""
        return {result: node for node in self.nodes for result in node.results}

    @cached_property
    def owners(self) -> Mapping[Value, Weight]:
        """The weights by their values."""
        return {weight.value: weight for weight in self.weights.values()}

    @cached_property
    def ends(self) -> Mapping[Value, str]:
        """The inputs and constants by their values, and by their masks."""
        found = {port.signal.value: name for name, port in self.inputs.items()}
        masks = ((port.signal.mask, name) for name, port in self.inputs.items())
        return {**{mask.value: name for mask, name in masks if mask is not None}, **found}

    def labels(self, origins: Sequence[Origin]) -> tuple[Label, ...]:
        """The places that explain what a message is about, the nearest first."""
        for about, aspect in origins:
            if isinstance(about, Value):
                if aspect == "dtype":
                    self.dtype(about)
                elif aspect == "type":
                    self.type(about)
                elif isinstance(aspect, int) and -len(about.shape) <= aspect < len(about.shape):
                    self.size(about, aspect % len(about.shape), self.own)
            elif isinstance(about, int | Dim):
                self.came_in(about)
        return tuple(self.found)[:_MOST]

    def came_in(self, size: Size) -> None:
        """Explain a size by the inputs that have it, or one of the unknown sizes in it."""
        axes = [(value, axis) for value in self.taken for axis in range(len(value.shape))]
        same = [(value, axis) for value, axis in axes if value.shape[axis] == size]
        if not same:  # as many elements, or in all of a row
            whole = (x for x in self.taken for first in (0, 1) if product(x.shape[first:]) == size)
            value = next(whole, None)
            same = [(value, axis) for axis in range(1, len(value.shape))] if value else []
        inside = set(symbols(size))
        near = [at for at in axes if not inside.isdisjoint(symbols(at[0].shape[at[1]]))]
        for value, axis in same or near[:1]:
            self.size(value, axis, self.own)

    # --- sizes ---------------------------------------------------------------------------------

    def size(self, value: Value, axis: int, said: str) -> None:
        """Explain a size: where it is written, and the layers that computed it on the way.

        Args:
            value: Whose size it is.
            axis: Of which axis.
            said: The layer that is spoken of by now.
        """
        size, layer, shown = value.shape[axis], said, axis
        while len(self.found) < _MOST:
            node = self.makers.get(value)
            if value in self.owners:
                self.of_weight(self.owners[value], axis, said)
                return
            if value in self.ends:
                self.of_input(self.ends[value], axis, value.shape[axis])
                return
            if node is None:
                return
            if node.layer != layer:
                # in the layer's result; inside the layer it may be another
                layer, shown = node.layer, axis
            come_from = list(made_of(node, value, axis))
            same = next((one for one in come_from if one[0].shape[one[1]] == size), None)
            if same is None:
                if layer == said or not self.of_layer(layer, shown, size):
                    for operand, at in come_from:
                        self.size(operand, at, layer)
                return
            value, axis = same

    def of_layer(self, layer: str, axis: int, size: Size) -> bool:
        """Show the layer that computed a size; whether it is written there, as an argument."""
        if layer not in self.core.layer_places:
            return False
        node = self.core.layer_places[layer].node
        path = self.argument(layer, size)
        if path:
            words = written(f"makes axis {axis} of `{layer}`", node, path, size)
            self.add(node.span_of(path), words)
            return True
        self.add(node.headline, f"`{layer}` makes axis {axis} {quoted(size)}")
        return False

    def argument(self, layer: str, size: Size, weight: str = "") -> ItemPath:
        """The argument of a layer that holds a size, if one does; first those about a weight."""
        if layer not in self.settings:
            return ()
        held = self.settings[layer].layer
        names = [name for name in type(held).model_fields if name in held.model_fields_set]
        # a rank may equal another size by chance: it is asked first by the weights that are of it
        of_it = {
            switch.partition("=")[0]: item.name == weight
            for item in held.learned
            for switch in item.when
        }
        names.sort(key=lambda name: (not of_it.get(name, False), name in of_it))
        for name in names:
            for path, item in entries(getattr(held, name)):
                if item == size and not isinstance(item, bool | float):
                    return (name, *path)
        return ()

    def of_weight(self, weight: Weight, axis: int, said: str) -> None:
        """Show the argument of the layer that holds a size of a weight, or what it multiplies."""
        layer, own = owner_of(weight.name, self.settings)
        if layer not in self.settings:
            return
        size, node = weight.shape[axis], self.core.layer_places[layer].node
        path = self.argument(layer, size, own)
        partner = None if path else self.multiplied(weight, axis)
        if path:
            self.add(node.span_of(path), written(f"makes an axis of `{layer}`", node, path, size))
        elif partner is not None:
            self.size(*partner, layer)
        elif layer != said:
            self.add(node.headline, f"`{layer}` makes it {quoted(size)}")

    def multiplied(self, weight: Weight, axis: int) -> tuple[Value, int] | None:
        """The axis of another value that an axis of a weight is summed with."""
        same = {weight.value}
        for node in self.nodes:
            if isinstance(node, Apply) and isinstance(node.primitive, Cast):
                same |= {node.result} if node.operands[0] in same else set()
            if isinstance(node, Apply) and isinstance(node.primitive, Contract):
                for one, other in ((0, 1), (1, 0)):
                    axes = node.primitive.contracted
                    if node.operands[one] in same and axis in axes[one]:
                        return node.operands[other], axes[other][axes[one].index(axis)]
        return None

    def of_input(self, name: str, axis: int, size: Size) -> None:
        """Show where an input says a size; a constant has it from its numbers."""
        node = self.core.input_entries[name].node
        path = entry_of(node, axis)
        self.add(node.span_of(path), written(f"axis {axis} of `{name}` is", node, path, size))

    # --- dtypes and types ----------------------------------------------------------------------

    def dtype(self, value: Value) -> None:
        """Explain a dtype: by the input, the weight or the layer that it comes from."""
        dtype = value.dtype
        while True:
            node = self.makers.get(value)
            if value in self.owners:
                layer, _ = owner_of(self.owners[value].name, self.settings)
                self.of_policy(layer, f"`{layer}` has weights of `{dtype}`")
                return
            if value in self.ends:
                self.dtype_of_input(self.ends[value], dtype)
                return
            if node is None:
                return
            same = next((x for x in node.operands if x.dtype == dtype), None)
            cast = isinstance(node, Apply) and isinstance(node.primitive, Cast)
            if same is None or cast:
                if node.layer != self.own:
                    words = "computes in" if cast else "makes"
                    self.of_policy(node.layer, f"`{node.layer}` {words} `{dtype}`")
                return
            value = same

    def of_policy(self, layer: str, words: str) -> None:
        """Show what decides a layer's dtype: its own `dtype`, its expression, or the layer."""
        if layer in self.core.layer_places:
            node = self.core.layer_places[layer].node
            key = next((key for key in ("dtype", "function") if node.get(key) is not None), None)
            self.add(node.span_of((key,)) if key else node.headline, words)

    def dtype_of_input(self, name: str, dtype: str) -> None:
        """Show the `dtype` of an input, or the input."""
        entry = self.core.input_entries[name]
        said = entry.node.get("dtype") is not None
        self.add(
            entry.node.span_of(("dtype",)) if said else entry.key_span, f"`{name}` is `{dtype}`"
        )

    def type(self, value: Value) -> None:
        """Show the input or the layer that gives a value."""
        while (node := self.makers.get(value)) is not None and node.layer == self.own:
            if value in self.ends:
                break
            if not isinstance(node, Apply) or not isinstance(node.primitive, _THROUGH):
                for axis in range(1, len(value.shape)):
                    self.size(value, axis, self.own)
                return
            value = node.operands[0]
        places = self.core.layer_places
        if value in self.ends:
            name = self.ends[value]
            which = (
                f"`{name}`" if value is self.inputs[name].signal.value else f"the mask of `{name}`"
            )
            self.add(self.core.input_entries[name].key_span, f"{which} is {value.type}")
        elif value in self.owners:
            layer, own = owner_of(self.owners[value].name, places)
            if layer in places:
                self.add(places[layer].node.headline, f"`{own}` is {value.type}")
        elif node is not None and node.layer in places:
            self.add(places[node.layer].node.headline, f"`{node.layer}` is {value.type}")

    def add(self, span: Span, text: str) -> None:
        """Show a place, unless it is shown already."""
        self.found[Label(span, text)] = None


def origins_in(program: Program, own: str = "", taken: Sequence[Value] = ()) -> Origins:
    """What is known of the values of a program; see `Origins`."""
    return Origins(
        program.core,
        {name: step.settings for name, step in program.steps.items()},
        {**program.inputs, **program.constants},
        program.graph.nodes,
        program.graph.weights,
        own,
        taken,
    )


def made_of(node: Node, value: Value, axis: int) -> Iterator[tuple[Value, int]]:
    """The axes of operands that an axis of a result has its size from, or is computed of."""
    result = node.results.index(value)
    found = sources(node, result, axis)
    yield from ((node.operands[item.operand], item.axis) for item in found)
    if found or not isinstance(node, Apply):
        return
    if isinstance(node.primitive, Concatenate):
        yield from ((operand, axis) for operand in node.operands)
    elif isinstance(node.primitive, Reshape):
        (operand,) = node.operands
        axes = range(len(value.shape))
        kept = {item.axis for other in axes for item in sources(node, result, other)}
        yield from ((operand, at) for at in range(len(operand.shape)) if at not in kept)
