"""Refusals of layers, with what only the walk over the layers knows: where sizes came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spec_compiler.elaborate.causes import pinned_above, with_batch, with_steps
from spec_compiler.elaborate.tracing import (
    KnownLayers,
    interval_label,
    place_of_number,
    size_labels,
)
from spec_compiler.expanding.core import Core
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import SizeError
from spec_compiler.ir.primitives.structure import Overflow
from spec_compiler.language.settings import Settings
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Port
from spec_compiler.refusals import Refusal
from spec_compiler.wiring import Call


@dataclass(frozen=True, slots=True)
class Explainer:
    """Adds to refusals what is known so far; what it holds grows while layers are lowered.

    Attributes:
        core: What is lowered.
        builder: What it is written with.
        settings: Of the layers so far, by name.
        inputs: By name.
    """

    core: Core
    builder: Builder
    settings: Mapping[str, Settings]
    inputs: Mapping[str, Port]

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
