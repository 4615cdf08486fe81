"""Layers to primitives: each is lowered in order, and what it makes is typed, masked and placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from spec_compiler.diagnostics import Diagnostics, Refusal, Skipped, nearest, suggestion
from spec_compiler.elaborate.claims import check_input_specs, check_residual
from spec_compiler.elaborate.inputs import input_signal
from spec_compiler.elaborate.instances import Scopes, check_shared, layer_in
from spec_compiler.elaborate.mask_policy import named_mask, settle_mask, with_masks
from spec_compiler.elaborate.tracing import interval_label, size_labels
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import SizeError
from spec_compiler.ir.facts import RELATIONS, Facts
from spec_compiler.ir.graph import Graph, Value
from spec_compiler.ir.primitives.foreign import PythonFunction
from spec_compiler.ir.types import Policy
from spec_compiler.layers.interface import ByAuthor
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.ports import lower_with, names_in
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Port as ProgramPort
from spec_compiler.program import Program, Step
from spec_compiler.spec.core import Call
from spec_compiler.wiring import Feeds, Port, Wiring

Results = dict[str, Signal]
ONLY = ""
"""The key of a layer's only result."""


def elaborate(
    wiring: Wiring,
    diagnostics: Diagnostics,
    functions: Mapping[str, PythonFunction] | None = None,
) -> Program | None:
    """Lower every layer; None when something was refused."""
    driver = _Driver(wiring, diagnostics, functions or {})
    driver.state_constraints()
    driver.make_inputs()
    for call in wiring.order:
        driver.lower(call)
    driver.reach_outputs()
    diagnostics.unchecked += tuple(driver.skipped)
    return None if diagnostics.errors else driver.program()


class _Driver:
    """Walks the layers; knows where things are, while the rules know why."""

    def __init__(
        self, wiring: Wiring, diagnostics: Diagnostics, functions: Mapping[str, PythonFunction]
    ) -> None:
        self.wiring = wiring
        self.core = wiring.core
        self.diagnostics = diagnostics
        self.builder = Builder(Facts(), functions=functions)
        self.default_policy = Policy.named(wiring.core.header.dtype)
        self.signals: dict[str, Results] = {}
        self.inputs: dict[str, Value] = {}
        self.ports: dict[str, ProgramPort] = {}
        self.steps: list[Step] = []
        self.activities: list[tuple[str, Any, Value]] = []
        self.skipped: list[str] = []
        self.outputs: dict[str, Signal] = {}
        self.calls = {call.name: call for call in wiring.core.calls}
        self.resolved: dict[str, Call] = {}
        self.scopes = Scopes(wiring, self.builder, self.read, diagnostics)

    # --- before the layers ---------------------------------------------------------------------

    def state_constraints(self) -> None:
        """Prove what the constraints say of params; take what they say of dims as facts."""
        for index, (left, relation, right) in self.core.relations:
            if isinstance(left, int) and isinstance(right, int):
                holds = RELATIONS[relation](left, right)
            else:
                at = ("constraints", index)
                holds = self.builder.require(left, relation, right, "the constraint", at)
                self.builder.facts.state(left, relation, right)
            if not holds:
                message = f"the constraint does not hold: {left} {relation} {right} is false"
                at = ("constraints", index)
                self.diagnostics.at(self.core.node, at).add(Refusal("SPC0313", message))

    def make_inputs(self) -> None:
        """Give every input its signal; a constant becomes a node."""
        for name, declared in self.core.inputs.items():
            if declared is None:
                continue
            with self.diagnostics.at(self.core.input_entries[name].node):
                signal = input_signal(
                    name, declared, self.builder, self.core.origin, self.default_policy
                )
                self.signals[name] = {ONLY: signal}
                if declared.tensor is None:
                    self.add_input(name, signal)

    def add_input(self, name: str, signal: Signal) -> None:
        """Let an input be fed at run time, with its mask if it has one."""
        self.inputs[name] = signal.value
        mask = signal.mask.value if signal.mask else None
        if mask is not None:
            self.inputs[f"{name}.mask"] = mask
        self.ports[name] = ProgramPort(
            name, signal.value.type, signal.interval, signal.sparse, mask.type if mask else None
        )

    # --- a layer -------------------------------------------------------------------------------

    def lower(self, call: Call) -> None:
        """Lower one layer, or skip it when something before it is broken."""
        feeds = self.wiring.feeds.get(call.name)
        if call.refused or feeds is None or call.name in self.wiring.broken:
            return
        if any(port.source not in self.signals for port in feeds.sources):
            self.skipped.append(call.name)
            return
        layer = self.settings(call)
        if layer is None:
            return
        self.builder.layer = call.name
        if layer is not call.layer:
            call = replace(call, layer=layer)
        self.resolved[call.name] = call
        first_node = len(self.builder.nodes)
        self.builder.made = []
        taken: list[Signal] = []
        once = call.instance is not None
        explain = partial(self.explained, call, taken)
        with self.diagnostics.at(call.place, once=once, explain=explain):
            taken += [self.read(port) for port in feeds.ports]
            check_input_specs(layer, taken, self.builder)
            if call.equal:
                check_residual(call, taken, self.builder)
            results = self.results(call, layer, feeds, taken)
            if layer.expect is not None:
                taken[:] = [self.single(results, "`expect`")]
                layer.expect.check(self.builder, taken[0], ("expect",))
            self.signals[call.name] = results
            span = (first_node, len(self.builder.nodes))
            made = tuple(self.builder.made)
            self.steps.append(Step(call.name, type(layer).__name__, results, made, span))

    def settings(self, call: Call) -> Layer | None:
        """The settings of a layer; those of a block's layer are read when its sizes are bound."""
        with self.diagnostics.at(call.place, once=True) as attempt:
            layer = layer_in(call, self.scopes)
            if call.pending is not None and call.reuse in self.calls:
                owner = self.calls[call.reuse]
                if owner.instance is not call.instance:
                    check_shared(layer, layer_in(owner, self.scopes), call.name)
            elif call.pending is not None and call.reuse is not None:
                check_shared(layer, None, call.name)
            return layer
        if isinstance(attempt.refused, Skipped):
            self.skipped.append(call.name)
        return None

    def results(self, call: Call, layer: Layer, feeds: Feeds, taken: list[Signal]) -> Results:
        """What a layer makes, with its masks settled."""
        b = self.builder
        b.layer, b.shared = call.name, call.reuse or ""
        b.policy = Policy.named(layer.dtype) if layer.dtype else self.default_policy
        b.trainable = layer.trainable
        named = None
        if feeds.mask is not None:
            named = named_mask(self.read(feeds.mask), feeds.mask.source, taken[0], b)
        given = with_masks(taken, layer, named)
        named_by_author = isinstance(layer.ports, ByAuthor)
        roles = names_in(layer.from_) if named_by_author else feeds.roles
        found = lower_with(layer, b, given, roles)
        results = found if isinstance(found, dict) else {ONLY: found}
        if layer.masks.makes and layer.mask not in {None, "pass"}:
            results = {key: signal.masked(named) for key, signal in results.items()}
        elif not layer.masks.uses:
            results = settle_mask(
                call, given, results, b, self.wiring, self.signals, self.diagnostics
            )
        self.note_activity(call, layer, results)
        return results

    def note_activity(self, call: Call, layer: Layer, results: Results) -> None:
        """Remember what an activity regulariser will look at."""
        regularizer = getattr(layer, "activity_regularizer", None)
        if regularizer is not None:
            self.activities.append((call.name, regularizer, next(iter(results.values())).value))

    # --- references ----------------------------------------------------------------------------

    def read(self, port: Port) -> Signal:
        """The signal that a reference means."""
        results = self.signals[port.source]
        if port.output is None:
            if len(results) > 1:
                names = [f"`{port.source}.{name}`" for name in results]
                raise Refusal(
                    "SPC0204",
                    f"`{port.source}` has {len(results)} outputs; say which",
                    argument=port.at or ("from",),
                    help=f"write `from:` with one of {', '.join(names)}",
                )
            return next(iter(results.values()))
        if port.output in results:
            return results[port.output]
        mask = next(iter(results.values())).mask
        if port.output == "mask" and mask is not None:
            return Signal(mask.value)
        known = [name for name in results if name]
        guess = nearest(port.output, known)
        alone = f"write `{port.source}` alone: it has one output"
        raise Refusal(
            "SPC0203",
            f"`{port.source}` has no output `{port.output}`",
            argument=port.at,
            **suggestion(guess and f"{port.source}.{guess}", "" if known else alone),
        )

    def single(self, results: Results, what: str) -> Signal:
        """The first result; claims about a layer are about it."""
        if not results:
            raise Refusal("SPC0204", f"{what} needs a result")
        return next(iter(results.values()))

    def reach_outputs(self) -> None:
        """Find what each output reads, and prove the claims about it."""
        declared = self.core.outputs or {}
        for name, port in self.wiring.outputs.items():
            if port.source not in self.signals:
                continue
            output = declared.get(name)
            at: tuple[str | int, ...] = ("outputs", name) if output else ()
            self.builder.layer = ""
            taken: list[Signal] = []
            explain = partial(self.sized, taken)
            with self.diagnostics.at(self.core.node, explain=explain):
                results = self.signals[port.source]
                if output is None and port.output is None and len(results) > 1:
                    self.outputs |= {f"{name}.{key}": item for key, item in results.items()}
                    continue
                signal = self.read(port)
                taken.append(signal)
                if output is not None:
                    output.check(self.builder, signal, at)
                self.outputs[name] = signal

    # --- refusals ------------------------------------------------------------------------------

    def explained(self, call: Call, taken: list[Signal], refusal: Refusal) -> Refusal:
        """A refusal of a layer with the places that explain it."""
        if isinstance(refusal, SizeError) and not refusal.argument:
            refusal = refusal.but(message=f"`{call.name}`: {refusal.message}")
        labels = self.sized(taken, refusal).labels
        for index in refusal.intervals:
            labels += interval_label(taken[index].value, self.inputs, self.core)
        return refusal.but(labels=labels)

    def program(self) -> Program:
        """Everything that was lowered, under the names that people know."""
        reached = {name: signal.value for name, signal in self.outputs.items()}
        masks = {
            f"{name}.mask": signal.mask.value
            for name, signal in self.outputs.items()
            if signal.mask is not None
        }
        outputs = {
            name: ProgramPort(
                name,
                signal.value.type,
                signal.interval,
                mask=signal.mask.value.type if signal.mask else None,
            )
            for name, signal in self.outputs.items()
        }
        graph: Graph = self.builder.graph(self.inputs, {**reached, **masks})
        return Program(
            graph,
            self.ports,
            outputs,
            tuple(self.steps),
            tuple(self.activities),
            self.seen(),
            dict(self.diagnostics.sources),
        )

    def sized(self, taken: list[Signal], refusal: Refusal) -> Refusal:
        """A refusal with the places that the sizes came from which matter to it."""
        if not refusal.sizes:
            return refusal
        labels = size_labels(
            refusal, taken, self.seen().core, self.builder.nodes, self.builder.weights
        )
        return refusal.but(labels=(*refusal.labels, *labels))

    def seen(self) -> Wiring:
        """The wiring with the settings that are known by now."""
        if not self.core.instances:
            return self.wiring
        found = self.resolved
        calls = tuple(found.get(call.name, call) for call in self.core.calls)
        order = tuple(found.get(call.name, call) for call in self.wiring.order)
        return replace(self.wiring, core=replace(self.core, calls=calls), order=order)
