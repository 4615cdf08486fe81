"""From a program to calls of Keras: Keras's own layer where it is exact, else one of our own."""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.reading import ONLY
from spec_compiler.export.keras.arguments import activity_of, required
from spec_compiler.export.keras.masking import Masking
from spec_compiler.export.keras.model import (
    Argument,
    Fed,
    KerasBlock,
    KerasCall,
    KerasLayer,
    KerasObject,
    KerasProgram,
)
from spec_compiler.export.keras.own_layer import own_layer
from spec_compiler.export.keras.plan import Plan, owner_of, plans
from spec_compiler.export.keras.states import in_lists, results_in_lists
from spec_compiler.export.keras.tensors import OTHER, Tensors, block_of
from spec_compiler.ir.graph import Value
from spec_compiler.keras.document import legal
from spec_compiler.keras.table import ROWS, Row, outputs_of, weights_of
from spec_compiler.language.settings import input_names
from spec_compiler.layers.base.interface import ByAuthor, Roles
from spec_compiler.program import Program, Step
from spec_compiler.refusals import Refusal
from spec_compiler.shortening import shown_some
from spec_compiler.wiring import Reference


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
    lowering = _Lowering(program, plans(program, diagnostics))
    for step in program.steps.values():
        with diagnostics.at(step.call.place):
            lowering.lower(step)
        diagnostics.stop_on_errors()  # what follows reads it
    return lowering.finished()


class _Lowering:
    """Walks the steps, and writes each as it is planned."""

    def __init__(self, program: Program, planned: dict[str, Plan]) -> None:
        self.program, self.plans = program, planned
        self.tensors = Tensors(program)
        self.called: dict[str, str] = {}
        """The names in Keras of layers that may be called again, by the spec's."""

    def lower(self, step: Step) -> None:
        """Add the calls of a step.

        Raises:
            Refusal: Keras has no form for it.
        """
        plan = self.plans[step.name]
        if plan.reason or plan.masking is None:
            self._own(step, plan)
        else:
            self._keras(step, plan, plan.masking)

    # --- layers of our own ---------------------------------------------------------------------

    def _own(self, step: Step, plan: Plan) -> None:
        """A layer of our own: what the step computes, masks among its results."""
        tensors, feeds = self.tensors, step.call.feeds
        operands = self._operands(step, plan)
        known = {value for value, _ in operands}
        results: dict[Value, str] = {}
        for name, signal in step.results.items():
            results.setdefault(signal.value, f"{step.name}_{name}" if name else step.name)
        for name, signal in step.results.items():
            mask = None if signal.mask is None else signal.mask.value
            if mask is not None and mask not in known and not tensors.known(mask):
                results.setdefault(mask, f"{step.name}_{name}_mask")
        for name in sorted(plan.exposed & step.weights.keys()):
            results.setdefault(step.weights[name].weight.value, name)
        activity = activity_of(step.settings.layer)
        own = own_layer(
            operands, list(results), step.weights, tensors.around, _doc(step, plan), activity
        )
        made = KerasObject(tensors.class_name(_camel(step.name), own.text), _trained(step))
        fed = {
            signal.value: tensors.reach(reference, step)
            for reference, signal in zip(feeds.inputs, plan.taken, strict=True)
        }
        name = tensors.layer_name(step.name)
        found = dict(zip(results, tensors.own(made, name, own, fed, results, step), strict=True))
        for key, signal in step.results.items():
            tensors.settle(step, key, found[signal.value])

    def _operands(self, step: Step, plan: Plan) -> list[tuple[Value, str]]:
        """What a step can read, and what to call it."""
        roles = step.call.feeds.roles or ()
        if isinstance(step.settings.layer.ports, ByAuthor):
            roles = input_names(step.call.item.sources)
        found: list[tuple[Value, str]] = []
        for at, signal in enumerate(plan.taken):
            role = roles[at] if at < len(roles) else "x" if len(plan.taken) == 1 else f"x{at}"
            found.append((signal.value, role))
            if signal.mask is not None:
                found.append((signal.mask.value, f"{role}_mask"))
        if plan.told is not None:
            found.append((plan.told.value, "mask"))
        return found

    # --- Keras's layers ------------------------------------------------------------------------

    def _keras(self, step: Step, plan: Plan, masking: Masking) -> None:
        """A call of Keras's layer, with the masks that it is to see."""
        tensors, layer, kind = self.tensors, step.settings.layer, step.kind
        row, owner = ROWS.get(kind, Row()), owner_of(step)
        if owner not in self.called:
            self.called[owner] = self._layer(step, plan)
        fed, keywords = self._fed(step, plan, masking, row)
        args = self._args(step, row, fed, keywords)
        keywords |= {name: True for name in row.settings if getattr(layer, name)}
        outputs = [*step.results]
        if len(outputs) > 1:
            outputs = [*outputs_of(kind, layer.arguments())]
        results = [
            tensors.result(step.results[key].value, f"{step.name}_{key}" if key else step.name)
            for key in outputs
        ]
        if kind == "MultiHeadAttention" and not results[1:] and any(x.mask for x in masking.given):
            # without scores, Keras lets a step that may attend to nothing attend to all
            keywords["return_attention_scores"] = True
            results.append(tensors.variable(f"{step.name}_scores"))
        gives = results_in_lists(layer, results)
        call = KerasCall(self.called[owner], args, keywords, gives, block_of(step))
        tensors.calls.append(call)
        for key, tensor in zip(outputs, results, strict=False):
            mask = step.results[key].mask
            tensors.carrying[tensor] = None if mask is None else mask.value
            if key in masking.after:
                tensors.carrying[tensor] = OTHER
                tensor = tensors.masked(tensor, masking.after[key], step)
            tensors.settle(step, key, tensor)

    def _fed(
        self, step: Step, plan: Plan, masking: Masking, row: Row
    ) -> tuple[list[str], dict[str, Fed]]:
        """The tensors that a layer is called with, and its mask where it is told by keyword."""
        tensors, keywords = self.tensors, dict[str, Fed]()
        told = None if plan.told is None else plan.told.value
        ends = "mask" in row.call and not any(x.mask for x in step.results.values())
        found: list[str] = []
        for at, seen in enumerate(masking.given):
            mask = None if seen.mask is None else seen.mask.value
            tensor = tensors.reach(step.call.feeds.inputs[at], step)
            if mask is not None and mask is told and at == 0 and ends:
                keywords["mask"] = tensors.tensor(mask, step)
            elif masking.minds:
                tensor = tensors.masked(tensor, mask, step)
            found.append(tensor)
        return found, keywords

    def _args(
        self, step: Step, row: Row, tensors: list[str], keywords: dict[str, Fed]
    ) -> tuple[Fed, ...]:
        """What a layer is called with by position; its other ports become keywords."""
        layer = step.settings.layer
        declared = layer.ports_with(layer.arguments())
        if not isinstance(declared, Roles):
            return (tuple(tensors),)
        ports = row.ports(type(layer), layer.arguments())
        if not ports:
            return (tensors[0],)
        fed = dict(zip(step.call.feeds.roles or declared.names, tensors, strict=False))
        first, *others = row.call
        for name in others:
            found = tuple(fed[port] for port in ports.get(name, ()) if port in fed)
            if found:
                listed = in_lists(layer, found)
                keywords[name] = found[0] if listed == found and len(ports[name]) == 1 else listed
        together = tuple(fed[port] for port in ports[first] if port in fed)
        return together if len(ports[first]) == 1 else (together,)

    def _layer(self, step: Step, plan: Plan) -> str:
        """Make the layer; gives its name in Keras."""
        layer, owner = step.settings.layer, owner_of(step)
        arguments = {**plan.arguments}
        policy = layer.dtype or self.program.core.header.dtype
        if policy != "float32":
            arguments["dtype"] = policy
        made = KerasObject(f"layers.{step.kind}", arguments | _trained(step), required(type(layer)))
        weights = {name: f"{owner}.{name}" for name in weights_of(step.kind, layer.arguments())}
        name = self.tensors.layer_name(owner)
        # those of Dense and Embedding forget it when they are built
        forgets = step.kind in {"Dense", "Embedding"}
        alpha = getattr(layer, "lora_alpha", None) if forgets else None
        if alpha is not None:
            self.tensors.notes.append(
                f"`{name}`: Keras forgets `lora_alpha` when it loads a layer: what it computes is "
                "right, and what is trained afterwards is scaled by 1"
            )
        self.tensors.layers[name] = KerasLayer(name, made, weights, alpha)
        return name

    # --- the whole -----------------------------------------------------------------------------

    def finished(self) -> KerasProgram:
        """The model, once every step is lowered."""
        tensors, outputs = self.tensors, dict[str, str]()
        for name, port in self.program.outputs.items():
            outlet, (source, _, result) = (
                self.program.wiring.outputs.get(name),
                name.rpartition("."),
            )
            reference = Reference(source, result, ()) if outlet is None else outlet.reference
            mask = port.signal.mask
            reached = tensors.reach(reference, None)
            outputs[name] = tensors.masked(reached, None if mask is None else mask.value, None)
        calls = _reached(tensors.calls, {*outputs.values()})
        layers = {call.layer: tensors.layers[call.layer] for call in calls}
        left_out = [name for name in tensors.layers if name not in layers]
        if left_out:
            tensors.notes.append(f"what feeds no output is left out: {shown_some(left_out)}")
        used = {layer.made.cls for layer in layers.values()}
        return KerasProgram(
            legal(self.program.core.header.name or "model"),
            tuple(tensors.inputs),
            layers,
            tuple(calls),
            outputs,
            _by_name(calls, outputs),
            {name: text for name, text in tensors.classes.items() if name in used},
            tensors.around.helpers.texts,
            tuple(tensors.notes),
            self._blocks(),
        )

    def _blocks(self) -> dict[str, KerasBlock]:
        """The copies of blocks."""
        found: dict[str, KerasBlock] = {}
        for copy in self.program.core.instances:
            ports: dict[str, str] = {}
            for port, reference in self.program.wiring.bindings.get(copy, {}).items():
                tensor = self.tensors.at.get((reference.source, reference.output or ONLY))
                if tensor is not None:
                    ports[tensor] = port
            use = copy.name if copy.index is None else copy.name.rpartition(".")[0]
            outer = "" if copy.outer is None else copy.outer.name
            found[copy.name] = KerasBlock(
                copy.name, copy.block.name, legal(copy.name), copy.index, legal(use), ports, outer
            )
        return found


def _trained(step: Step) -> dict[str, Argument]:
    return {} if step.settings.layer.trainable else {"trainable": False}


def _reached(calls: list[KerasCall], wanted: set[str]) -> list[KerasCall]:
    """The calls that outputs depend on, in their order."""
    found: list[KerasCall] = []
    for call in reversed(calls):
        if not wanted.isdisjoint(call.results):
            wanted.update(call.reads)
            found.append(call)
    return found[::-1]


def _by_name(calls: list[KerasCall], outputs: dict[str, str]) -> bool:
    """Whether an output is called otherwise than the layer that makes it."""
    makers = {tensor: call for call in calls for tensor in call.results}
    times = [call.layer for call in calls]
    return any(
        (call := makers.get(tensor)) is None
        or call.layer != name
        or times.count(name) > 1
        or len(call.results) > 1
        for name, tensor in outputs.items()
    )


def _camel(name: str) -> str:
    """A class's name from a layer's."""
    words = re.split(r"[^A-Za-z0-9]+", name.rpartition(".")[2])
    return "".join(word[:1].upper() + word[1:] for word in words) or "Layer"


def _doc(step: Step, plan: Plan) -> str:
    """What a layer of our own does."""
    if step.kind == "Weight":
        return "A learned tensor, the same for every row."
    if step.kind != "Lambda":
        return f"{step.kind}, as specc computes it: {plan.reason}."
    function = step.settings.layer.arguments()["function"]
    if isinstance(function, str):
        return function
    return "; ".join(f"{name} = {text}" for name, text in function.items())
