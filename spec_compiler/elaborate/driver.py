"""Layers to primitives: each is lowered in order, and what it makes is typed, masked and placed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.elaborate.causes import (
    pinned_above,
    with_batch,
    with_steps,
)
from spec_compiler.elaborate.claims import check_input_specs, check_residual
from spec_compiler.elaborate.inputs import input_signal
from spec_compiler.elaborate.mask_policy import lost_mask, named_mask, settle_mask, with_masks
from spec_compiler.elaborate.of_inputs import OfInputs
from spec_compiler.elaborate.reading import ONLY, Signals, first, read
from spec_compiler.elaborate.settings_in_blocks import Scopes, check_shared, settings_of
from spec_compiler.elaborate.tracing import (
    KnownLayers,
    interval_label,
    place_of_number,
    size_labels,
)
from spec_compiler.ir.dims import SizeError
from spec_compiler.ir.graph import Value
from spec_compiler.ir.primitives.foreign import PythonFunction
from spec_compiler.ir.primitives.structure import Overflow
from spec_compiler.ir.types import Policy
from spec_compiler.language.settings import Settings, input_names
from spec_compiler.layers.base.calling import lower_with
from spec_compiler.layers.base.interface import ByAuthor
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.program import Port, Program, Step
from spec_compiler.refusals import Refusal, Skipped, under
from spec_compiler.wiring import Call, Outlet, Reference, Wiring


class Elaborated(NamedTuple):
    """What is known of a spec, also where something in it was refused.

    Attributes:
        wiring: Who feeds whom, and the declarations.
        settings: Of the layers whose settings could be read, by name.
        signals: What inputs and layers give, by their name and that of the result; the only result
            of a layer is called ``. Without those that were refused, and what depends on them.
        program: The whole, where nothing was refused.
    """

    wiring: Wiring
    settings: Mapping[str, Settings]
    signals: Mapping[str, Signals]
    program: Program | None


def elaborate(
    wiring: Wiring,
    diagnostics: Diagnostics,
    functions: Mapping[str, PythonFunction] | None = None,
) -> Elaborated:
    """Lower every layer, as far as what it needs is there."""
    driver = _Driver(wiring, diagnostics, functions or {})
    driver.state_constraints()
    driver.make_inputs()
    for call in wiring.calls.values():
        driver.lower(call)
    driver.of_inputs.say()
    for name, outlet in wiring.outputs.items():
        driver.reach(name, outlet)
    diagnostics.unchecked += tuple(driver.skipped)
    program = None if diagnostics.errors else driver.program()
    return Elaborated(wiring, driver.settings, driver.signals, program)


class _Driver:
    """Walks the layers; knows where things are, while the rules know why."""

    def __init__(
        self, wiring: Wiring, diagnostics: Diagnostics, functions: Mapping[str, PythonFunction]
    ) -> None:
        self.wiring = wiring
        self.core = wiring.core
        self.diagnostics = diagnostics
        self.builder = LayerBuilder(functions=functions)
        self.default_policy = Policy.named(wiring.core.header.dtype)
        self.scopes = Scopes(wiring, self.builder, self.read, diagnostics)
        self.settings: dict[str, Settings] = {}
        self.signals: dict[str, Signals] = {}
        self.inputs: dict[str, Port] = {}
        self.constants: dict[str, Port] = {}
        self.outputs: dict[str, Port] = {}
        self.steps: dict[str, Step] = {}
        self.activities: list[tuple[str, Regularizer, Value]] = []
        self.skipped: list[str] = []
        self.of_inputs = OfInputs(self.core, self.inputs, diagnostics)

    # --- before the layers ---------------------------------------------------------------------

    def state_constraints(self) -> None:
        """Prove what the constraints say of params; take what they say of dims as facts."""
        for index, (left, relation, right) in self.core.relations:
            at = ("constraints", index)
            if not self.builder.state(left, relation, right, "the constraint", at):
                message = f"the constraint does not hold: {left} {relation} {right} is false"
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
                ends = self.inputs if declared.tensor is None else self.constants
                interval = declared.values.interval if declared.values else None
                ends[name] = Port(name, signal, interval)

    # --- a layer -------------------------------------------------------------------------------

    def lower(self, call: Call) -> None:
        """Lower one layer, or skip it when something before it is broken."""
        if any(needed.source not in self.signals for needed in call.feeds.needed):
            self.skipped.append(call.name)
            return
        settings = self.settle(call)
        if settings is None:
            return
        self.settings[call.name] = settings
        b, expect = self.builder_of(call, settings.layer), settings.around.expect
        before = len(b.nodes)
        taken: list[Signal] = []
        explain = partial(self.explained, call, taken)
        once = call.item.instance is not None
        with self.diagnostics.at(call.place, once=once, explain=explain):
            taken += [self.read(source) for source in call.feeds.inputs]
            check_input_specs(settings.layer, taken, b)
            if call.item.equal:
                check_residual(call.name, taken, b)
            try:
                results = self.results(b, call, settings, taken)
            except Refusal as refusal:
                if self.of_inputs.take(call, settings, taken, refusal):
                    raise Skipped from None
                raise
            if expect is not None:
                taken[:] = [first(results, "`expect`")]
                expect.check(b, taken[0], ("expect",))
            self.signals[call.name] = results
            self.steps[call.name] = Step(call, settings, results, b.made, (before, len(b.nodes)))

    def settle(self, call: Call) -> Settings | None:
        """The settings of a layer; None where they are refused, or those of its copy are."""
        item = call.item
        if isinstance(item.settings, Settings):
            return item.settings
        with self.diagnostics.at(call.place, once=True) as attempt:
            settings = settings_of(item, self.scopes)
            if item.reuse is not None:
                owner = self.wiring.calls.get(item.reuse)
                if owner is None:
                    raise Skipped
                if owner.item.instance is not item.instance:
                    first_copy = settings_of(owner.item, self.scopes)
                    check_shared(settings.layer, first_copy.layer, call.name)
            return settings
        if isinstance(attempt.refused, Skipped):
            self.skipped.append(call.name)
        return None

    def builder_of(self, call: Call, layer: Layer) -> LayerBuilder:
        """The builder as a layer sees it."""
        policy = Policy.named(layer.dtype) if layer.dtype else self.default_policy
        shared = call.reuse or ""
        return self.builder.for_layer(call.name, policy, trainable=layer.trainable, shared=shared)

    def results(
        self, b: LayerBuilder, call: Call, settings: Settings, taken: list[Signal]
    ) -> Signals:
        """What a layer makes, with its masks settled."""
        layer, wish, feeds = settings.layer, settings.around.mask, call.feeds
        named, told = None, feeds.mask
        of_result = len(taken) > 1 and not layer.masks.uses and not layer.masks.makes
        if told is not None and not of_result:
            named = named_mask(self.read(told), told.source, taken[0], b)
        given = with_masks(taken, layer, wish, named)
        results = self.lowered(b, call, layer, given)
        if told is not None and of_result:
            tensor = self.read(told)
            results = {
                key: signal.masked(named_mask(tensor, told.source, signal, b))
                for key, signal in results.items()
            }
        elif layer.masks.makes and wish not in {None, "pass"}:
            results = {key: signal.masked(named) for key, signal in results.items()}
        elif not layer.masks.uses:
            results, lost = settle_mask(layer, wish, given, results, b)
            if lost is not None:
                self.lose(lost, b, call, layer, given)
        regularizer = vars(layer).get("activity_regularizer")
        if regularizer is not None:
            activity = first(results, "").value
            with under("activity_regularizer"):
                regularizer.check(activity.shape)
            self.activities.append((call.name, regularizer, activity))
        return results

    def lowered(self, b: LayerBuilder, call: Call, layer: Layer, given: list[Signal]) -> Signals:
        """What a layer makes of what it is given."""
        by_author = isinstance(layer.ports, ByAuthor)
        roles = input_names(call.item.sources) if by_author else call.feeds.roles
        found = lower_with(layer, b, given, roles)
        return found if isinstance(found, dict) else {ONLY: found}

    def lose(
        self, mask: Mask, b: LayerBuilder, call: Call, layer: Layer, given: list[Signal]
    ) -> None:
        """Say that a layer loses a mask, as the file's policy wants it."""
        policy = self.core.header.mask_policy
        if policy != "keras":
            severity = Severity.ERROR if policy == "error" else Severity.WARNING
            could = self.could_pass(b.aside(), call, layer, given)
            refusal = lost_mask(mask, call, given, could, self.wiring, self.signals)
            self.diagnostics.at(call.place, severity=severity, once=True).add(refusal)

    def could_pass(self, b: LayerBuilder, call: Call, layer: Layer, given: list[Signal]) -> bool:
        """Whether `mask: pass` would be accepted."""
        try:
            given = with_masks(given, layer, "pass", None)
            settle_mask(layer, "pass", given, self.lowered(b, call, layer, given), b)
        except Refusal:
            return False
        return True

    def read(self, reference: Reference) -> Signal:
        """The signal that a reference means."""
        return read(reference, self.signals[reference.source])

    # --- outputs -------------------------------------------------------------------------------

    def reach(self, name: str, outlet: Outlet) -> None:
        """Find what an output reads, and prove the claims about it."""
        reference, declared = outlet.reference, outlet.declared
        if reference.source not in self.signals:
            return
        taken: list[Signal] = []
        with self.diagnostics.at(self.core.node, explain=partial(self.sized, taken)):
            results = self.signals[reference.source]
            if declared is None and reference.output is None and len(results) > 1:
                ends = {f"{name}.{key}": signal for key, signal in results.items()}
                self.outputs |= {key: Port(key, signal) for key, signal in ends.items()}
                return
            signal = self.read(reference)
            taken.append(signal)
            if declared is not None:
                declared.check(self.builder, signal, ("outputs", name))
            self.outputs[name] = Port(name, signal)

    def program(self) -> Program:
        """Everything that was lowered, under the names that people know."""
        inputs, outputs = (
            {name: of for port in ends.values() for name, of in port.tensors.items()}
            for ends in (self.inputs, self.outputs)
        )
        masks_last = sorted(outputs.items(), key=lambda item: item[1].is_mask)
        return Program(
            self.builder.graph(
                {name: of.value for name, of in inputs.items()},
                {name: of.value for name, of in masks_last},
            ),
            self.inputs,
            self.constants,
            self.outputs,
            self.steps,
            tuple(self.activities),
            self.wiring,
            dict(self.diagnostics.sources),
        )

    # --- refusals ------------------------------------------------------------------------------

    def explained(self, call: Call, taken: list[Signal], refusal: Refusal) -> Refusal:
        """A refusal of a layer with the places that explain it."""
        if isinstance(refusal, SizeError) and not refusal.argument:
            refusal = refusal.but(message=f"`{call.name}`: {refusal.message}")
        if isinstance(refusal, Overflow):
            at = place_of_number(self.settings[call.name].layer, refusal.number)
            if at[: len(refusal.argument)] == refusal.argument:
                refusal = refusal.but(argument=at)
        refusal = with_steps(refusal, call, taken, self.settings, self.core)
        refusal = with_batch(refusal, taken, self.core)
        refusal = pinned_above(refusal, self.builder.checks, self.core)
        labels = self.sized(taken, refusal).labels
        for index in refusal.intervals:
            labels += interval_label(taken[index].value, self.inputs, self.core)
        return refusal.but(labels=labels)

    def sized(self, taken: list[Signal], refusal: Refusal) -> Refusal:
        """A refusal with the places that the sizes came from which matter to it."""
        if not refusal.sizes:
            return refusal
        known = KnownLayers(self.core, self.settings)
        labels = size_labels(refusal, taken, known, self.builder.nodes, self.builder.weights)
        return refusal.but(labels=(*refusal.labels, *labels))
