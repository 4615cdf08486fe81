"""The tensors of a model of Keras while it is written: what they are called, and their masks."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.elaborate.reading import ONLY
from spec_compiler.export.keras.function import Helpers, made_by
from spec_compiler.export.keras.model import Fed, KerasCall, KerasInput, KerasLayer, KerasObject
from spec_compiler.export.keras.own_layer import MASKS, OwnLayer, Surroundings, own_layer
from spec_compiler.export.keras.plan import signal_of
from spec_compiler.export.keras.sizes import identifier, tells
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import TensorType
from spec_compiler.keras.document import legal
from spec_compiler.program import Program, Step
from spec_compiler.wiring import Reference

_RESERVED = {
    *("keras", "layers", "ops", "functools", "itertools", "build_model", "name", "i"),
    *("constraints", "initializers", "regularizers"),
}
OTHER = Value(0, TensorType("bool", ()))
"""The mask that Keras gives a tensor, where the spec has another."""


class Tensors:
    """What is called how, and the calls that made it.

    Attributes:
        program: What is exported.
        inputs: Of the model.
        calls: So far.
        layers: By their names in Keras.
        classes: The texts of our own classes, by name.
        around: What these are written with.
        notes: What is not as in the spec.
        carrying: The mask that each tensor has in Keras.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.calls: list[KerasCall] = []
        self.layers: dict[str, KerasLayer] = {}
        self.classes: dict[str, str] = {}
        self.notes: list[str] = []
        self.inputs: list[KerasInput] = []
        self.carrying: dict[str, Value | None] = {}
        self._variables, self._names = {*_RESERVED}, set[str]()
        self._of_value: dict[Value, str] = {}
        self._classes: dict[str, str] = {}
        self._masked: dict[tuple[str, Value | None], str] = {}
        for name, channel in program.takes.items():
            value, tensor = channel.value, self.result(channel.value, name)
            sizes = tuple(size if isinstance(size, int) else None for size in value.shape)
            self.inputs.append(KerasInput(self.layer_name(name), tensor, sizes, value.dtype, name))
            if channel.port.sparse:
                self.notes.append(f"`{name}` is dense in Keras: not every backend has sparse data")
        fed = list(program.graph.inputs.values())
        self.around = Surroundings(
            made_by(program.graph.nodes),
            {symbol: value for value in reversed(fed) for symbol in tells(value)},
            fed[0],
            Helpers(),
        )
        self.at = {
            (name, ONLY): self._of_value[port.signal.value] for name, port in program.inputs.items()
        }

    # --- names ---------------------------------------------------------------------------------

    def variable(self, wanted: str) -> str:
        """A new name of Python's."""
        found = identifier(wanted, self._variables)
        self._variables.add(found)
        return found

    def layer_name(self, wanted: str) -> str:
        """A new name of a layer in Keras, the nearest to the spec's."""
        base, count = legal(wanted), 0
        found = base
        while found in self._names:
            count += 1
            found = f"{base}_{count}"
        self._names.add(found)
        return found

    def class_name(self, wanted: str, text: str) -> str:
        """The class of a text, which has `{name}` for its own."""
        if text not in self._classes:
            found = self._classes[text] = self.variable(wanted)
            self.classes[found] = text.replace("{name}", found)
        return self._classes[text]

    # --- tensors -------------------------------------------------------------------------------

    def result(self, value: Value, wanted: str) -> str:
        """A new tensor, which holds a value and has no mask."""
        tensor = self._of_value[value] = self.variable(wanted)
        self.carrying[tensor] = None
        return tensor

    def settle(self, step: Step, key: str, tensor: str) -> None:
        """Say which tensor a result of a step is."""
        self._of_value[step.results[key].value] = self.at[step.name, key] = tensor

    def reach(self, reference: Reference, step: Step | None) -> str:
        """The tensor that a reference means."""
        output = reference.output
        if output is None:
            found = self.program.steps.get(reference.source)
            output = ONLY if found is None else next(iter(found.results))
        tensor = self.at.get((reference.source, output))
        if tensor is not None:
            return tensor
        return self.tensor(signal_of(self.program, reference).value, step)

    def known(self, value: Value) -> bool:
        """Whether a tensor holds a value."""
        return value in self._of_value

    def tensor(self, value: Value, step: Step | None) -> str:
        """The tensor that holds a value: a result, a mask that one carries, or a constant."""
        if value not in self._of_value:
            carrier = next((name for name, mask in self.carrying.items() if mask is value), None)
            if carrier is None:
                self._constant(value, step)
            else:
                found = self._beside("MaskOf", (carrier,), f"{carrier}_mask", step)
                self._of_value[value] = found
        return self._of_value[value]

    def masked(self, tensor: str, mask: Value | None, step: Step | None) -> str:
        """The tensor with a mask, or with none."""
        if self.carrying[tensor] is mask:
            return tensor
        key = tensor, mask
        if key not in self._masked:
            if mask is None:
                found = self._beside("WithoutMask", (tensor,), f"{tensor}_unmasked", step)
            else:
                pair = ((tensor, self.tensor(mask, step)),)
                found = self._beside("WithMask", pair, f"{tensor}_masked", step)
            self.carrying[found] = mask
            self._masked[key] = found
        return self._masked[key]

    # --- calls ---------------------------------------------------------------------------------

    def own(
        self, made: KerasObject, name: str, of: OwnLayer, fed: Mapping[Value, str],
        results: Mapping[Value, str], step: Step | None,
    ) -> tuple[str, ...]:  # fmt: skip
        """Call a layer of our own; gives its tensors."""
        self.layers[name] = KerasLayer(name, made, of.weights)
        args = tuple(fed.get(x) or self.tensor(x, step) for x in of.operands)
        tensors = tuple(self.result(value, wanted) for value, wanted in results.items())
        self.calls.append(KerasCall(name, args, {}, tensors, block_of(step)))
        return tensors

    def _constant(self, value: Value, step: Step | None) -> None:
        """What nothing computes, as a layer of our own."""
        constants = self.program.constants.items()
        name = next((name for name, port in constants if port.signal.value is value), "constant")
        own = own_layer([], [value], {}, self.around, f"The constant `{name}`.")
        cls = self.class_name(identifier(name.title().replace("_", "")), own.text)
        self.own(KerasObject(cls), self.layer_name(name), own, {}, {value: name}, step)

    def _beside(self, cls: str, args: tuple[Fed, ...], wanted: str, step: Step | None) -> str:
        """Call a layer that handles a mask."""
        made = KerasObject(self.class_name(cls, MASKS[cls].strip("\n")))
        name, tensor = self.layer_name(wanted), self.variable(wanted)
        self.layers[name] = KerasLayer(name, made)
        self.carrying[tensor] = None
        self.calls.append(KerasCall(name, args, {}, (tensor,), block_of(step)))
        return tensor


def block_of(step: Step | None) -> str:
    """The copy of a block that a step belongs to."""
    instance = None if step is None else step.call.item.instance
    return "" if instance is None else instance.name
