"""What becomes of each layer: Keras's own where that computes the same, else one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.reading import ONLY, read
from spec_compiler.export.keras.arguments import NotInKerasError
from spec_compiler.export.keras.masking import Masking, UnknownMaskError, masking_of
from spec_compiler.export.keras.model import Argument
from spec_compiler.export.keras.otherwise import reason_of
from spec_compiler.export.keras.rewriting import keras_arguments
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Program, Step
from spec_compiler.wiring import Reference


@dataclass(slots=True)
class Plan:
    """How a step is written.

    Attributes:
        taken: What it reads.
        told: The tensor that `mask: NAME` names.
        masking: What becomes of masks, where Keras's layer is called.
        arguments: Of Keras's class.
        reason: Why it is one of our own; empty where it is Keras's.
        exposed: The weights of its layer that others read.
    """

    taken: tuple[Signal, ...]
    told: Signal | None
    masking: Masking | None = None
    arguments: dict[str, Argument] = field(default_factory=dict[str, Argument])
    reason: str = ""
    exposed: frozenset[str] = frozenset()


def plans(program: Program, diagnostics: Diagnostics) -> dict[str, Plan]:
    """A plan for each step, by its name.

    Args:
        program: The compiled spec.
        diagnostics: Takes what cannot be exported.
    """
    found: dict[str, Plan] = {}
    exposed: dict[str, set[str]] = {}
    for step in program.steps.values():
        with diagnostics.at(step.call.place):
            found[step.name] = _plan(program, step)
        for reference in step.call.feeds.read:
            _expose(program, reference, exposed)
    diagnostics.stop_on_errors()
    for outlet in program.wiring.outputs.values():
        _expose(program, outlet.reference, exposed)
    _settle(program, found, exposed)
    return found


def owner_of(step: Step) -> str:
    """The layer that has the weights of a call."""
    return step.call.reuse or step.name


def signal_of(program: Program, reference: Reference) -> Signal:
    """What a reference means; a weight is as it is stored."""
    step = program.steps.get(reference.source)
    if step is None:
        ends = program.inputs if reference.source in program.inputs else program.constants
        return read(reference, {ONLY: ends[reference.source].signal})
    weight = _weight(program, reference)
    if weight:
        return Signal(program.graph.weights[weight].value, batch=None)
    return read(reference, dict(step.results))


def _weight(program: Program, reference: Reference) -> str:
    """The full name of the weight that a reference means; empty where it means a result."""
    step, output = program.steps.get(reference.source), reference.output
    if step is None or output is None or output in step.results:
        return ""
    full = f"{owner_of(step)}.{output}"
    return full if full in program.graph.weights else ""


def _expose(program: Program, reference: Reference, exposed: dict[str, set[str]]) -> None:
    weight = _weight(program, reference)
    if weight:
        owner = owner_of(program.steps[reference.source])
        exposed.setdefault(owner, set()).add(weight)


def _plan(program: Program, step: Step) -> Plan:
    feeds = step.call.feeds
    taken = tuple(signal_of(program, reference) for reference in feeds.inputs)
    told = None if feeds.mask is None else signal_of(program, feeds.mask)
    plan = Plan(taken, told)
    try:
        plan.masking = masking_of(step, taken, told)
        plan.reason = reason_of(step.settings.layer, plan.masking.given)
        if not plan.reason:
            plan.arguments = keras_arguments(step)
    except UnknownMaskError:
        plan.reason = "Keras loses its mask"
    except NotInKerasError as error:
        plan.reason = str(error)
    return plan


def _settle(program: Program, found: Mapping[str, Plan], exposed: Mapping[str, set[str]]) -> None:
    """All calls of a layer are Keras's, or all are ours, as where others read its weights.

    One of ours is called once: other calls of it are layers that read its weights.
    """
    groups: dict[str, list[Step]] = {}
    for step in program.steps.values():
        groups.setdefault(owner_of(step), []).append(step)
    for owner, steps in groups.items():
        reason = next((why for step in steps if (why := found[step.name].reason)), "")
        shown = set(exposed.get(owner, ()))
        if shown:
            reason = reason or "another layer reads its weights"
        if reason and len(steps) > 1:
            shown.update(name for step in steps for name in step.weights)
        for step in steps:
            plan = found[step.name]
            plan.reason, plan.exposed = reason, frozenset(shown)
