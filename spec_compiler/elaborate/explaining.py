"""Refusals of layers, with what only the walk over the layers knows: where sizes came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spec_compiler.elaborate.causes import pinned_above, with_batch, with_steps
from spec_compiler.elaborate.origins import Origins
from spec_compiler.elaborate.tracing import interval_label, place_of_number
from spec_compiler.expanding.core import Core
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import SizeError
from spec_compiler.ir.primitives.structure import Overflow
from spec_compiler.ir.types import shape_text
from spec_compiler.language.settings import Settings
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Port
from spec_compiler.refusals import Origin, Refusal
from spec_compiler.wiring import Call


_OF_SIZES_AND_DTYPES = ("SPC03", "SPC04")
"""The families of codes whose messages are about sizes and dtypes."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Adds to refusals what is known so far; what it holds grows while layers are lowered.

    Attributes:
        core: What is lowered.
        builder: What it is written with.
        settings: Of the layers so far, by name.
        inputs: By name.
        constants: By name.
    """

    core: Core
    builder: Builder
    settings: Mapping[str, Settings]
    inputs: Mapping[str, Port]
    constants: Mapping[str, Port]

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
        labels = self.traced(call.name, taken, refusal).labels
        for index in refusal.intervals:
            labels += interval_label(taken[index].value, self.inputs, self.core)
        return refusal.but(labels=labels)

    def traced(self, own: str, taken: Sequence[Signal], refusal: Refusal) -> Refusal:
        """A refusal with the places that the sizes and dtypes came from that it is about.

        Args:
            own: The layer that is refused; none where it is a copy of a block, or an output.
            taken: What it takes.
            refusal: Where it says nothing of what it is about, the types that it shows are traced.
        """
        values = [signal.value for signal in taken]
        origins = refusal.origins or _shown(refusal, taken)
        if not origins:
            return refusal
        known = Origins(
            self.core,
            self.settings,
            {**self.inputs, **self.constants},
            self.builder.nodes,
            self.builder.weights,
            own,
            values,
        )
        return refusal.but(labels=(*refusal.labels, *known.labels(origins)))


def _shown(refusal: Refusal, taken: Sequence[Signal]) -> tuple[Origin, ...]:
    """What comes in whose shape or type a message shows."""
    if refusal.code[:5] not in _OF_SIZES_AND_DTYPES:
        return ()
    text = " ".join((refusal.message, refusal.annotation, *(said for _, said in refusal.related)))
    return tuple(
        (value, "type")
        for value in dict.fromkeys(signal.value for signal in taken)
        if shape_text(value.shape) in text
    )
