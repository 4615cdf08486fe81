"""From a program to calls of Keras: Keras's own layer where it is exact, else one of our own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.reading import ONLY, read
from spec_compiler.export.keras.arguments import (
    NotInKerasError,
    activity_of,
    required,
)
from spec_compiler.export.keras.function import Helpers, made_by
from spec_compiler.export.keras.masking import Masking, UnknownMaskError, masking_of
from spec_compiler.export.keras.model import (
    Argument,
    Fed,
    KerasBlock,
    KerasCall,
    KerasInput,
    KerasLayer,
    KerasObject,
    KerasProgram,
)
from spec_compiler.export.keras.otherwise import reason_of
from spec_compiler.export.keras.own_layer import MASKS, OwnLayer, own_layer
from spec_compiler.export.keras.rewriting import keras_arguments
from spec_compiler.export.keras.sizes import identifier, tells
from spec_compiler.ir.dims import Symbol
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import TensorType
from spec_compiler.keras.document import legal
from spec_compiler.keras.table import ROWS, Row, outputs_of, weights_of
from spec_compiler.layers.base.interface import Several
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Program, Step
from spec_compiler.refusals import Refusal
from spec_compiler.shortening import shown_some
from spec_compiler.wiring import Reference

_RESERVED = {"keras", "layers", "ops", "model", "functools", "itertools", "build_model", "name"}


def keras_program(program: Program, diagnostics: Diagnostics) -> KerasProgram:
    """The calls of Keras that compute what a program computes.

    Args:
        program: The compiled spec.
        diagnostics: Takes what cannot be exported, at its place.

    Raises:
        SpecError: something cannot be exported.
    """
    if not program.inputs:
        with diagnostics.at(program.core.node):
            message = "a model of Keras needs an input, and this one has constants only"
            raise Refusal("SPC0820", message, argument=("inputs",))
        diagnostics.stop()
    lowering = _Lowering(program)
    for step in program.steps.values():
        with diagnostics.at(step.call.place):
            lowering.plan(step)
    diagnostics.stop_on_errors()
    lowering.settle_groups()
    for step in program.steps.values():
        with diagnostics.at(step.call.place):
            lowering.lower(step)
        diagnostics.stop_on_errors()  # what follows reads it
    with diagnostics.at(program.core.node):
        return lowering.finished()
    return diagnostics.stop()


@dataclass(slots=True)
class _Plan:
    """How a step is written.

    Attributes:
        taken: What it reads.
        told: The tensor that `mask: NAME` names.
        masking: What becomes of masks, where Keras's layer is called.
        arguments: Of Keras's class.
        reason: Why it is one of our own; empty where it is Keras's.
    """

    taken: tuple[Signal, ...]
    told: Signal | None
    masking: Masking | None = None
    arguments: dict[str, Argument] = field(default_factory=dict[str, Argument])
    reason: str = ""


class _Lowering:
    """Walks the steps; knows which tensor of Keras stands for which value."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.plans: dict[str, _Plan] = {}
        self.exposed: dict[str, set[str]] = {}
        self.taken: set[str] = set(_RESERVED)
        self.names: set[str] = set()
        self.tensors: dict[Value, str] = {}
        self.carrying: dict[str, Value | None] = {}
        """The mask that a tensor has in Keras."""
        self.with_mask: dict[tuple[str, Value | None], str] = {}
        self.layers: dict[str, KerasLayer] = {}
        self.calls: list[KerasCall] = []
        self.classes: dict[str, str] = {}
        self.helpers = Helpers()
        self.notes: list[str] = []
        self.inputs: list[KerasInput] = []
        for name, channel in program.takes.items():
            value = channel.value
            tensor = self.tensors[value] = self.named(name)
            self.carrying[tensor] = None
            sizes = tuple(size if isinstance(size, int) else None for size in value.shape)
            self.inputs.append(KerasInput(self.layer_name(name), tensor, sizes, value.dtype, name))
            if channel.port.sparse:
                self.notes.append(f"`{name}` is dense in Keras: not every backend has sparse data")
        self.sized = {
            symbol: value
            for value in reversed(program.graph.inputs.values())
            for symbol in tells(value)
        }
        self.anything = next(iter(program.graph.inputs.values()))
        self.made = made_by(program.graph.nodes)
        self.layers_of: dict[str, str] = {}
        """The names in Keras of layers that may be called again, by the spec's."""
        self.at: dict[tuple[str, str], str] = {
            (name, ONLY): self.tensors[port.signal.value] for name, port in program.inputs.items()
        }

    # --- names ---------------------------------------------------------------------------------

    def named(self, wanted: str) -> str:
        """A variable of Python's."""
        found = identifier(wanted, self.taken)
        self.taken.add(found)
        return found

    def layer_name(self, wanted: str) -> str:
        """The name of a layer in Keras, the nearest to the spec's."""
        base, count = legal(wanted), 0
        found = base
        while found in self.names:
            count += 1
            found = f"{base}_{count}"
        self.names.add(found)
        return found

    # --- planning ------------------------------------------------------------------------------

    def signal(self, reference: Reference) -> Signal:
        """What a reference means; a weight is as it is stored."""
        program, source, output = self.program, reference.source, reference.output
        step = program.steps.get(source)
        if step is None:
            ends = program.inputs if source in program.inputs else program.constants
            return read(reference, {ONLY: ends[source].signal})
        if output is not None and output not in step.results:
            owner = step.call.reuse or step.name
            weight = program.graph.weights.get(f"{owner}.{output}")
            if weight is not None:
                self.exposed.setdefault(owner, set()).add(f"{owner}.{output}")
                return Signal(weight.value, batch=None)
        return read(reference, dict(step.results))

    def plan(self, step: Step) -> None:
        """Decide whether a step is a layer of Keras's."""
        feeds, layer = step.call.feeds, step.settings.layer
        taken = tuple(map(self.signal, feeds.inputs))
        told = None if feeds.mask is None else self.signal(feeds.mask)
        plan = self.plans[step.name] = _Plan(taken, told)
        try:
            plan.masking = masking_of(step, taken, told)
            plan.reason = reason_of(layer, plan.masking.given)
            if not plan.reason:
                plan.arguments = keras_arguments(step)
        except UnknownMaskError:
            plan.reason = "Keras loses its mask"
        except NotInKerasError as error:
            plan.reason = str(error)

    def settle_groups(self) -> None:
        """Calls of one layer are all Keras's or all ours, as are owners of weights that are read."""
        for outlet in self.program.wiring.outputs.values():
            self.signal(outlet.reference)
        groups: dict[str, list[Step]] = {}
        for step in self.program.steps.values():
            groups.setdefault(step.call.reuse or step.name, []).append(step)
        for owner, steps in groups.items():
            reason = next((why for step in steps if (why := self.plans[step.name].reason)), "")
            if owner in self.exposed:
                reason = reason or "another layer reads its weights"
            for step in steps:
                self.plans[step.name].reason = reason
            if reason and len(steps) > 1:
                self.exposed.setdefault(owner, set()).update(
                    name for step in steps for name in step.weights
                )

    # --- a step --------------------------------------------------------------------------------

    def lower(self, step: Step) -> None:
        """Add the calls of a step."""
        plan = self.plans[step.name]
        if plan.reason or plan.masking is None:
            self._own(step, plan)
        else:
            self._keras(step, plan, plan.masking)

    def _own(self, step: Step, plan: _Plan) -> None:
        """A layer of our own: what the step computes, masks among its results."""
        operands: list[tuple[Value, str]] = []
        roles = step.call.feeds.roles or ()
        for at, signal in enumerate(plan.taken):
            role = roles[at] if at < len(roles) else "x" if len(plan.taken) == 1 else f"x{at}"
            operands.append((signal.value, role))
            if signal.mask is not None:
                operands.append((signal.mask.value, f"{role}_mask"))
        if plan.told is not None:
            operands.append((plan.told.value, "mask"))
        made = step.weights
        results: dict[Value, str] = {}
        for name, signal in step.results.items():
            results.setdefault(signal.value, f"{step.name}_{name}" if name else step.name)
        for name, signal in step.results.items():
            mask = signal.mask
            if mask is not None and mask.value not in self._known(operands):
                results.setdefault(mask.value, f"{step.name}_{name}_mask")
        for name in sorted(self.exposed.get(step.call.reuse or step.name, set()) & made.keys()):
            results.setdefault(made[name].weight.value, name)
        own = own_layer(
            self.made, operands, list(results), made, self.sized, self.anything, self.helpers,
            _doc(step, plan),
        )
        self._add_own(step, own, results)

    def _known(self, operands: Iterable[tuple[Value, str]]) -> set[Value]:
        return {*self.tensors, *(value for value, _ in operands)}

    def _add_own(self, step: Step, own: OwnLayer, results: Mapping[Value, str]) -> None:
        cls = self._class(_camel(step), own.text)
        more = activity_of(step.settings.layer)
        name = self._layer(step, KerasObject(cls, self._said(step, more, own=True)), own.weights)
        fed = {x.value: self.reach(ref, x, step) for ref, x in self._read(step)}
        args = tuple(fed.get(x) or self.tensor(x, step) for x in own.operands)
        tensors = tuple(self._result(value, wanted) for value, wanted in results.items())
        self.calls.append(KerasCall(name, args, {}, tensors, _block(step)))
        found = dict(zip(results, tensors, strict=True))
        for key, signal in step.results.items():
            self.at[step.name, key] = found[signal.value]

    def _keras(self, step: Step, plan: _Plan, masking: Masking) -> None:
        """A call of Keras's layer, with the masks that it is to see."""
        layer, kind = step.settings.layer, step.kind
        row = ROWS.get(kind, Row())
        owner = step.call.reuse
        if owner is None or owner not in self.layers_of:
            made = KerasObject(
                f"layers.{kind}", self._said(step, plan.arguments), required(type(layer))
            )
            learned = weights_of(kind, layer.arguments())
            names = {name: f"{step.name}.{name}" for name in learned}
            self.layers_of[owner or step.name] = self._layer(step, made, names)
        name = self.layers_of[owner or step.name]
        keywords: dict[str, Fed] = {}
        tensors: list[str] = []
        for at, (signal, seen) in enumerate(zip(plan.taken, masking.given, strict=True)):
            mask = None if seen.mask is None else seen.mask.value
            by_keyword = (
                plan.told is not None and at == 0 and mask is plan.told.value
                and "mask" in row.call and not any(x.mask for x in step.results.values())
            )
            tensor = self.reach(step.call.feeds.inputs[at], signal, step)
            if by_keyword and mask is not None:
                keywords["mask"] = self.tensor(mask, step)
            elif masking.minds:
                tensor = self.masked(tensor, mask, step)
            tensors.append(tensor)
        args = self._args(layer, row, step, tensors, keywords)
        keywords |= {name: True for name in row.settings if getattr(layer, name)}
        outputs = list(step.results)
        if len(outputs) > 1:
            outputs = list(outputs_of(kind, layer.arguments()))
        results = [
            self._result(step.results[key].value, f"{step.name}_{key}" if key else step.name)
            for key in outputs
        ]
        if kind == "MultiHeadAttention" and len(results) == 1 and any(x.mask for x in masking.given):
            # without scores, Keras lets a step that may attend to nothing attend to all
            keywords["return_attention_scores"] = True
            results.append(self.named("scores"))
        self.calls.append(KerasCall(name, args, keywords, tuple(results), _block(step)))
        for key, tensor in zip(outputs, results, strict=False):
            mask = step.results[key].mask
            self.carrying[tensor] = None if mask is None else mask.value
            if key in masking.after:
                self.carrying[tensor] = _OTHER
                tensor = self.masked(tensor, masking.after[key], step)
            self.tensors[step.results[key].value] = self.at[step.name, key] = tensor

    def _args(
        self, layer: Layer, row: Row, step: Step, tensors: list[str], keywords: dict[str, Fed]
    ) -> tuple[Fed, ...]:
        """What the layer is called with by position; other ports become keywords."""
        if isinstance(layer.ports, Several):
            return (tuple(tensors),)
        ports = row.ports(type(layer))
        if not ports:
            return (tensors[0],)
        names = step.call.feeds.roles or layer.ports.names  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        fed = dict(zip(names, tensors, strict=False))
        first, *others = row.call
        for name in others:
            found = [fed[port] for port in ports.get(name, ()) if port in fed]
            if found:
                keywords[name] = found[0] if len(ports[name]) == 1 else tuple(found)
        return (fed[ports[first][0]],)

    def _said(
        self, step: Step, arguments: dict[str, Argument], *, own: bool = False
    ) -> dict[str, Argument]:
        """The arguments of a layer, and those that each layer has."""
        layer = step.settings.layer
        said = dict(arguments)
        policy = layer.dtype or self.program.core.header.dtype
        if policy != "float32" and not own:
            said["dtype"] = policy
        if not layer.trainable:
            said["trainable"] = False
        return said

    def _layer(self, step: Step, made: KerasObject, weights: Mapping[str, str]) -> str:
        name = self.layer_name(step.call.reuse or step.name)
        alpha = None
        layer = step.settings.layer
        if step.kind in {"Dense", "Embedding"} and made.cls.startswith("layers."):
            alpha = getattr(layer, "lora_alpha", None)
        if alpha is not None:
            self.notes.append(
                f"`{name}`: Keras forgets `lora_alpha` when it loads a layer, so what is trained "
                "after loading the file is scaled by 1; what it computes as it is loaded is right"
            )
        self.layers[name] = KerasLayer(name, made, weights, alpha)
        return name

    def _class(self, wanted: str, text: str) -> str:
        for known, there in self.classes.items():
            if there == text.replace("{name}", known):
                return known
        found = self.named(wanted)
        self.classes[found] = text.replace("{name}", found)
        return found

    def _result(self, value: Value, wanted: str) -> str:
        tensor = self.named(wanted)
        self.tensors.setdefault(value, tensor)
        self.tensors[value] = tensor
        self.carrying[tensor] = None
        return tensor

    # --- tensors and masks ---------------------------------------------------------------------

    def _read(self, step: Step) -> list[tuple[Reference, Signal]]:
        """What a step reads, by reference."""
        plan, feeds = self.plans[step.name], step.call.feeds
        told = [] if plan.told is None or feeds.mask is None else [(feeds.mask, plan.told)]
        return [*zip(feeds.inputs, plan.taken, strict=True), *told]

    def reach(self, reference: Reference, signal: Signal, step: Step | None) -> str:
        """The tensor of Keras that a reference means."""
        output = reference.output
        if output is None:
            found = self.program.steps.get(reference.source)
            output = ONLY if found is None else next(iter(found.results))
        tensor = self.at.get((reference.source, output))
        return self.tensor(signal.value, step) if tensor is None else tensor

    def tensor(self, value: Value, step: Step | None) -> str:
        """The tensor of Keras that holds a value: a result, or a mask that one carries."""
        if value in self.tensors:
            return self.tensors[value]
        carrier = next((name for name, mask in self.carrying.items() if mask is value), None)
        if carrier is None:
            return self._alone(value, step)
        found = self._beside("MaskOf", (carrier,), f"{carrier}_mask", step)
        self.tensors[value] = found
        return found

    def _alone(self, value: Value, step: Step | None) -> str:
        """A constant, which nothing computes, as a layer of our own."""
        name = next(
            (name for name, port in self.program.constants.items() if port.signal.value is value),
            "constant",
        )
        own = own_layer(
            self.made, [], [value], {}, self.sized, self.anything, self.helpers, f"`{name}`"
        )
        cls = self._class(identifier(name.title().replace("_", "")), own.text)
        layer = self.layer_name(name)
        self.layers[layer] = KerasLayer(layer, KerasObject(cls))
        args = tuple(self.tensor(x, step) for x in own.operands)
        tensor = self._result(value, name)
        self.calls.append(KerasCall(layer, args, {}, (tensor,), _block(step)))
        return tensor

    def masked(self, tensor: str, mask: Value | None, step: Step | None) -> str:
        """The tensor with a mask, or with none."""
        if self.carrying[tensor] is mask:
            return tensor
        key = tensor, mask
        if key not in self.with_mask:
            if mask is None:
                found = self._beside("WithoutMask", (tensor,), f"{tensor}_unmasked", step)
            else:
                pair = ((tensor, self.tensor(mask, step)),)
                found = self._beside("WithMask", pair, f"{tensor}_masked", step)
            self.carrying[found] = mask
            self.with_mask[key] = found
        return self.with_mask[key]

    def _beside(self, cls: str, args: tuple[Fed, ...], wanted: str, step: Step | None) -> str:
        name = self.layer_name(wanted)
        self.taken.add(cls)
        self.classes.setdefault(cls, MASKS[cls].strip("\n").replace("{name}", cls))
        self.layers[name] = KerasLayer(name, KerasObject(cls))
        tensor = self.named(wanted)
        self.carrying[tensor] = None
        self.calls.append(KerasCall(name, args, {}, (tensor,), _block(step)))
        return tensor

    # --- the whole -----------------------------------------------------------------------------

    def finished(self) -> KerasProgram:
        """The model, once every step is lowered."""
        outputs: dict[str, str] = {}
        for name, port in self.program.outputs.items():
            outlet, (source, _, result) = self.program.wiring.outputs.get(name), name.rpartition(".")
            reference = Reference(source, result, ()) if outlet is None else outlet.reference
            tensor = self.reach(reference, port.signal, None)
            mask = port.signal.mask
            outputs[name] = self.masked(tensor, None if mask is None else mask.value, None)
        calls = _reached(self.calls, set(outputs.values()))
        layers = {call.layer: self.layers[call.layer] for call in calls}
        left_out = [f"`{name}`" for name in self.layers if name not in layers]
        if left_out:
            self.notes.append(f"{shown_some(left_out, 5)} feed no output: Keras has no such layers")
        used = {layer.made.cls for layer in layers.values()}
        makers = {tensor: call for call in calls for tensor in call.results}
        times = [call.layer for call in calls]
        by_name = any(
            (call := makers.get(tensor)) is None
            or call.layer != name
            or times.count(call.layer) > 1
            or call.results[1:]
            for name, tensor in outputs.items()
        )
        return KerasProgram(
            legal(self.program.core.header.name or "model"),
            tuple(self.inputs),
            layers,
            tuple(calls),
            outputs,
            by_name,
            {name: text for name, text in self.classes.items() if name in used},
            self.helpers.texts,
            tuple(self.notes),
            self._blocks(),
        )

    def _blocks(self) -> dict[str, KerasBlock]:
        """The copies of blocks."""
        found: dict[str, KerasBlock] = {}
        for copy in self.program.core.instances:
            ports: dict[str, str] = {}
            for port, reference in self.program.wiring.bindings.get(copy, {}).items():
                tensor = self.at.get((reference.source, reference.output or ONLY))
                if tensor is not None:
                    ports[tensor] = port
            use = copy.name if copy.index is None else copy.name.rpartition(".")[0]
            outer = "" if copy.outer is None else copy.outer.name
            prefix = legal(copy.name)
            found[copy.name] = KerasBlock(
                copy.name, copy.block.name, prefix, copy.index, legal(use), ports, outer
            )
        return found


def _reached(calls: list[KerasCall], wanted: set[str]) -> list[KerasCall]:
    """The calls that outputs depend on, in their order."""
    found: list[KerasCall] = []
    for call in reversed(calls):
        if not wanted.isdisjoint(call.results):
            wanted.update(call.reads)
            found.append(call)
    return found[::-1]


def _block(step: Step | None) -> str:
    """The copy of a block that a step belongs to."""
    instance = None if step is None else step.call.item.instance
    return "" if instance is None else instance.name


_OTHER = Value(0, TensorType("bool", ()))
"""The mask that Keras gives a tensor, where the spec has another."""


def _camel(step: Step) -> str:
    """A class's name from a layer's."""
    words = re.split(r"[^A-Za-z0-9]+", step.name.rpartition(".")[2])
    return "".join(word[:1].upper() + word[1:] for word in words) or "Layer"


def _doc(step: Step, plan: _Plan) -> str:
    """What a layer of our own does."""
    if step.kind == "Lambda":
        function = step.settings.layer.arguments()["function"]
        return str(function) if isinstance(function, str) else "; ".join(
            f"{name} = {text}" for name, text in function.items()
        )
    if step.kind == "Weight":
        return "A learned tensor, the same for every row."
    return f"{step.kind}, as specc computes it: {plan.reason}."
