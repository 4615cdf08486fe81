"""Refusals of layers, with what only the walk over the layers knows: where sizes came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spec_compiler.elaborate.causes import (
    as_above,
    at_input,
    channels_last,
    fed_from_above,
    of_two_sizes,
    of_two_states,
    of_units,
    pinned_above,
    with_all_fed,
    with_batch,
    with_steps,
)
from spec_compiler.elaborate.claimed_axes import with_cause
from spec_compiler.elaborate.tracing import interval_label, place_of_number
from spec_compiler.expanding.core import Core
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import SizeError
from spec_compiler.ir.primitives.structure import Overflow
from spec_compiler.ir.types import shape_text
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.interface import ByAuthor
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Port
from spec_compiler.records import record
from spec_compiler.refusals import Origin, Refusal
from spec_compiler.wiring import Call

_OF_SIZES_AND_DTYPES = ("SPC03", "SPC04")
"""The families of codes whose messages are about sizes and dtypes, also of what comes in."""


@record
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
        kinds = {name: type(held.layer).__name__ for name, held in self.settings.items()}
        refusal = as_above(refusal, call, taken, kinds, self.builder.nodes)
        refusal = of_two_states(refusal, call, self.settings, self.core)
        refusal = of_two_sizes(refusal, call, taken)
        refusal = with_batch(refusal, taken, self.core)
        refusal = pinned_above(refusal, self.builder.checks, self.core)
        refusal = at_input(refusal, self.inputs, self.core)
        refusal = of_units(refusal, call, self.settings, self.core)
        refusal = fed_from_above(refusal, call)
        refusal = with_all_fed(refusal, call, self.core)
        refusal = channels_last(refusal, self.core)
        refusal = self.with_feeds(call, refusal)
        refusal = self.without_batch(call, taken, refusal)
        refusal = self.traced(call.name, taken, refusal)
        labels = refusal.labels
        for index in refusal.intervals:
            labels += interval_label(taken[index].value, self.inputs, self.core)
        return refusal.but(labels=labels)

    def with_feeds(self, call: Call, refusal: Refusal) -> Refusal:
        """The refusal of an expression that names what does not feed its layer."""
        if not isinstance(call.kind.ports, ByAuthor):
            return refusal
        # only where an expression is refused
        from spec_compiler.elaborate.unfed import with_feeds

        return with_feeds(refusal, call.item, self.settings[call.name].layer)

    def of_output(
        self, source: str, calls: Mapping[str, Call], taken: Sequence[Signal], refusal: Refusal
    ) -> Refusal:
        """The refusal of a claim about what a layer gives as an output."""
        return self.traced("", taken, with_cause(refusal, source, calls, self.settings))

    def without_batch(self, call: Call, taken: Sequence[Signal], refusal: Refusal) -> Refusal:
        """The refusal of a layer that sees rows of a tensor that has no batch: it shows none."""
        if isinstance(call.kind.ports, ByAuthor):
            return refusal
        rows = next((x.shape[0] for x in taken if x.batch == 0), 1)
        held = {x.shape for x in taken if x.batch is not None}
        for feed, x in zip(call.feeds.inputs, taken, strict=False):
            seen = (rows, *x.shape)
            said = shape_text(seen)
            if x.batch is not None or seen in held or said not in _words(refusal):
                continue
            plain = shape_text(x.shape)
            note = f"`{feed.source}` has no batch: its first axis counts as axis 1"
            refusal = refusal.but(
                message=refusal.message.replace(said, plain),
                annotation=refusal.annotation.replace(said, plain),
                related=tuple((at, text.replace(said, plain)) for at, text in refusal.related),
                notes=tuple(dict.fromkeys((*refusal.notes, note))),
            )
        return refusal

    def traced(self, own: str, taken: Sequence[Signal], refusal: Refusal) -> Refusal:
        """A refusal with the places that the sizes and dtypes came from that it is about.

        Args:
            own: The layer that is refused; none where it is a copy of a block, or an output.
            taken: What it takes.
            refusal: Where it says nothing of what it is about, the types that it shows are traced.
        """
        values = [signal.value for signal in taken]
        of_these = refusal.code[:5] in _OF_SIZES_AND_DTYPES
        origins = refusal.origins or (_shown(refusal, taken) if of_these else ())
        if not origins:
            return refusal
        # where sizes come from is looked for only where something is refused
        from spec_compiler.elaborate.origins import Origins
        from spec_compiler.elaborate.sizes_apart import told_apart

        known = Origins(
            self.core,
            self.settings,
            {**self.inputs, **self.constants},
            self.builder.nodes,
            self.builder.weights,
            own,
            values,
        )
        refusal = told_apart(refusal, known)
        said = {label.span for label in refusal.labels}
        labels = (label for label in known.labels(origins) if label.span not in said)
        return refusal.but(labels=(*refusal.labels, *labels))


def _shown(refusal: Refusal, taken: Sequence[Signal]) -> tuple[Origin, ...]:
    """What comes in whose shape or type a message shows."""
    text = _words(refusal)
    return tuple(
        (value, "type")
        for value in dict.fromkeys(signal.value for signal in taken)
        if shape_text(value.shape) in text
    )


def _words(refusal: Refusal) -> str:
    return " ".join((refusal.message, refusal.annotation, *(said for _, said in refusal.related)))
