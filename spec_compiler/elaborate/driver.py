"""Layers to primitives: each is lowered in order, and what it makes is typed, masked and placed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.elaborate.block_outputs import check_block_outputs
from spec_compiler.elaborate.claims import check_residual
from spec_compiler.elaborate.explaining import Explainer
from spec_compiler.elaborate.inputs import input_signal
from spec_compiler.elaborate.mask_policy import Lost, lost_mask, named_mask, settle_mask, with_masks
from spec_compiler.elaborate.of_inputs import OfInputs
from spec_compiler.elaborate.reading import ONLY, Signals, first, read
from spec_compiler.elaborate.rows import alone_in, with_rows, without_rows
from spec_compiler.elaborate.settings_in_blocks import Scopes, check_shared, settings_of
from spec_compiler.elaborate.written import named_in
from spec_compiler.expanding.cells import CellBody
from spec_compiler.ir.dims import as_symbol
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import Policy
from spec_compiler.language.settings import Settings, input_names
from spec_compiler.layers.base.calling import lower_with
from spec_compiler.layers.base.interface import ByAuthor
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.layers.signal import Signal
from spec_compiler.program import MadeCell, Port, Program, Step
from spec_compiler.refusals import Refusal, Skipped, under
from spec_compiler.wiring import Call, Outlet, Reference, Wiring

if TYPE_CHECKING:
    from spec_compiler.elaborate.remembered import Remembered


class Driver:
    """Walks the layers; knows where things are, while the rules know why."""

    remembered: Remembered | None = None
    """What is known of an analysis before this one."""

    def __init__(self, wiring: Wiring, diagnostics: Diagnostics, builder: LayerBuilder) -> None:
        self.wiring = wiring
        self.core = wiring.core
        self.diagnostics = diagnostics
        self.builder = builder
        self.default_policy = Policy.named(wiring.core.header.dtype)
        self.settings: dict[str, Settings] = {}
        self.signals: dict[str, Signals] = {}
        self.inputs: dict[str, Port] = {}
        self.constants: dict[str, Port] = {}
        self.outputs: dict[str, Port] = {}
        self.steps: dict[str, Step] = {}
        self.activities: list[tuple[str, Regularizer, Value]] = []
        self.skipped: list[str] = []
        self.cells: dict[CellBody, MadeCell] = {}
        self.explainer = Explainer(
            self.core, self.builder, self.settings, self.inputs, self.constants
        )
        self.scopes = Scopes(wiring, self.builder, self.read, diagnostics, self.explainer.traced)
        self.of_inputs = OfInputs(self.core, self.inputs, diagnostics)

    # --- before the layers ---------------------------------------------------------------------

    def state_constraints(self) -> None:
        """Prove what the constraints say of params; take what is said of dims as facts."""
        for index, (left, relation, right) in self.core.relations:
            at = ("constraints", index)
            if not self.builder.state(left, relation, right, "the constraint", at):
                message = f"the constraint does not hold: `{left} {relation} {right}` is false"
                text = str(self.core.node.nearest(at).value)
                refusal = Refusal("SPC0313", message, labels=named_in(text, self.core))
                self.diagnostics.at(self.core.node, at).add(refusal)
        for size in self.core.scope.dims.values():
            single = as_symbol(size)
            if single is not None:
                self.builder.facts.state_multiple(single)

    def make_inputs(self) -> None:
        """Give every input its signal; a constant becomes a node."""
        for name, declared in self.core.inputs.items():
            if declared is None:
                continue
            with self.diagnostics.at(self.core.input_entries[name].node):
                signal = input_signal(
                    name, declared, self.builder, self.core.origin, self.default_policy
                )
                if self.remembered is not None and declared.tensor is None:
                    signal = self.remembered.input(name, declared, signal, self.builder)
                self.signals[name] = {ONLY: signal}
                ends = self.inputs if declared.tensor is None else self.constants
                ends[name] = Port(name, signal, declared.interval)

    def lower_all(self) -> None:
        """Lower the layers in order, and prove what blocks claim of their outputs."""
        for call in self.wiring.calls.values():
            self.lower(call)
        check_block_outputs(self.wiring, self.scopes, self.builder, self.signals, self.diagnostics)
        self.of_inputs.say()

    # --- a layer -------------------------------------------------------------------------------

    def lower(self, call: Call) -> None:
        """Lower one layer, or skip it when something before it is broken."""
        for needed in call.feeds.needed:
            if needed.source not in self.signals:
                self.skipped.append(call.name)
                return
        settings = self.settle(call)
        if settings is None:
            return
        self.settings[call.name] = settings
        before, known = len(self.builder.nodes), self.remembered
        again = known and known.again(call, settings, self.signals, self.builder)
        if again:
            self.signals[call.name], nodes = again.results, (before, len(self.builder.nodes))
            self.steps[call.name] = Step(
                call, settings, again.results, again.made, nodes, again.noted
            )
            return
        b = self.builder_of(call, settings.layer)
        taken: list[Signal] = []
        explain = partial(self.explainer.explained, call, taken)
        once = call.item.instance is not None
        with self.diagnostics.at(call.place, once=once, explain=explain):
            taken += [self.read(source) for source in call.feeds.inputs]
            anew = partial(self.lowered_anew, b, call, settings, taken)
            if self.remembered is None:
                results = anew()
            else:
                results = self.remembered.results(call, settings, taken, b, self.diagnostics, anew)
            self.signals[call.name] = results
            nodes = before, len(b.nodes)
            self.steps[call.name] = Step(call, settings, results, b.made, nodes, b.noted)

    def lowered_anew(
        self, b: LayerBuilder, call: Call, settings: Settings, taken: list[Signal]
    ) -> Signals:
        """What a layer makes; what is claimed of it is proved, and is what is `taken` then."""
        settings.layer.check_inputs(b, taken)
        if call.item.equal:
            check_residual(call.name, taken, b)
        try:
            results = self.results(b, call, settings, taken)
        except Refusal as refusal:
            if self.of_inputs.take(call, settings, taken, refusal):
                raise Skipped from None
            raise
        expect = settings.around.expect
        if expect is not None:
            taken[:] = [first(results, "`expect`")]
            expect.check(b, taken[0], ("expect",))
        return results

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
                    check_shared(settings.layer, first_copy.layer, call.name, item.reuse)
            return settings
        if isinstance(attempt.refused, Skipped):
            self.skipped.append(call.name)
        return None

    def builder_of(self, call: Call, layer: Layer) -> LayerBuilder:
        """The builder as a layer sees it."""
        policy, shared = self.policy_of(layer), call.reuse or ""
        return self.builder.for_layer(call.name, policy, trainable=layer.trainable, shared=shared)

    def owner_of(self, call: Call) -> str:
        """What the names of a layer's weights begin with."""
        return f"{call.reuse or call.name}."

    def policy_of(self, layer: Layer) -> Policy:
        """The dtypes that a layer stores and computes in."""
        return Policy.named(layer.dtype) if layer.dtype else self.default_policy

    def results(
        self, b: LayerBuilder, call: Call, settings: Settings, taken: list[Signal]
    ) -> Signals:
        """What a layer makes, with its masks settled."""
        layer, wish, feeds = settings.layer, settings.around.mask, call.feeds
        named, told = None, feeds.mask
        sources = taken if told is None else [*taken, self.read(told)]
        alone, sources = alone_in(layer, sources), with_rows(b, layer, sources)
        taken = sources[: len(taken)]
        of_result = len(taken) > 1 and not layer.masks.uses and not layer.masks.makes
        if told is not None and not of_result:
            named = named_mask(sources[-1], told.source, taken[0], b)
        given = with_masks(taken, layer, wish, named)
        results = self.lowered(b, call, layer, given)
        if told is not None and of_result:
            results = {
                key: signal.masked(named_mask(sources[-1], told.source, signal, b))
                for key, signal in results.items()
            }
        elif layer.masks.makes and wish not in {None, "pass"}:
            results = {key: signal.masked(named) for key, signal in results.items()}
        elif not layer.masks.uses:
            results, lost = settle_mask(layer, wish, given, results, b)
            if lost:
                results = self.lose(lost, b, call, layer, given) or results
        regularizer = layer.penalty()
        if regularizer is not None:
            activity = first(results, "").value
            with under("activity_regularizer"):
                regularizer.check(activity.shape)
            b.activities[""] = regularizer, activity
        self.activities += ((call.name, *of) for of in b.activities.values())
        return without_rows(b, results) if alone else results

    def lowered(self, b: LayerBuilder, call: Call, layer: Layer, given: list[Signal]) -> Signals:
        """What a layer makes of what it is given."""
        by_author = isinstance(layer.ports, ByAuthor)
        roles = input_names(call.item.sources) if by_author else call.feeds.roles
        found = lower_with(layer, b, given, roles)
        return found if isinstance(found, dict) else {ONLY: found}

    def lose(
        self, lost: Sequence[Lost], b: LayerBuilder, call: Call, layer: Layer, given: list[Signal]
    ) -> Signals | None:
        """Say that a layer loses masks, as the file's policy wants it.

        Returns:
            For an error, its results with the mask, if it could pass: what is said of the layers
            behind then holds once the author has mended this one.
        """
        policy = self.core.header.mask_policy
        if policy == "keras":
            return None
        severity = Severity.ERROR if policy == "error" else Severity.WARNING
        passing = self.passing(b.aside(), call, layer, given)
        could, place = (
            passing is not None,
            self.diagnostics.at(call.place, severity=severity, once=True),
        )
        for item in lost:
            place.add(lost_mask(item, call, given, could, self.wiring, self.signals))
        return passing if severity is Severity.ERROR else None

    def passing(
        self, b: LayerBuilder, call: Call, layer: Layer, given: list[Signal]
    ) -> Signals | None:
        """The results with the mask that `mask: pass` would keep; None where it is refused."""
        try:
            given = with_masks(given, layer, "pass", None)
            results, _ = settle_mask(layer, "pass", given, self.lowered(b, call, layer, given), b)
        except Refusal:
            return None
        return results

    def read(self, reference: Reference) -> Signal:
        """The signal that a reference means: a result, or a weight of a layer."""
        results = self.signals[reference.source]
        step = self.steps.get(reference.source)
        if step is None or reference.output is None or reference.output in results:
            return read(reference, results)
        owner = self.owner_of(step.call)
        weight = self.builder.weights.get(owner + reference.output)
        if weight is None:
            owned = [name for name in self.builder.weights if name.startswith(owner)]
            owned = [name.removeprefix(owner) for name in owned]
            return read(reference, results, owned, step)
        compute = self.policy_of(step.settings.layer).compute
        return Signal(self.builder.cast(weight.value, compute), batch=None)

    # --- outputs -------------------------------------------------------------------------------

    def reach(self, name: str, outlet: Outlet) -> None:
        """Find what an output reads, and prove the claims about it."""
        reference, declared = outlet.reference, outlet.declared
        if reference.source not in self.signals:
            return
        taken: list[Signal] = []
        explain = partial(self.explainer.of_output, reference.source, self.wiring.calls, taken)
        with self.diagnostics.at(self.core.node, explain=explain):
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
            self.cells,
        )
