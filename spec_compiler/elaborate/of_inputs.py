"""What layers refuse and is to be mended at the input that they read: said there, and once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.causes import behind_first
from spec_compiler.elaborate.tracing import interval_label
from spec_compiler.expanding.core import Core
from spec_compiler.fixes import put, remove
from spec_compiler.ir.dims import is_refused, symbols
from spec_compiler.ir.graph import Value
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.layer_builder import UnknownSize
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Port
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label
from spec_compiler.wiring import Call


class Reader(NamedTuple):
    """A layer that reads what its input may not hold, and its refusal."""

    call: Call
    refusal: Refusal
    rows: int


class OfInputs:
    """Refusals of layers that are about inputs.

    Args:
        core: The core form.
        inputs: The inputs that are known by now.
        diagnostics: Collects what is said.
    """

    def __init__(self, core: Core, inputs: Mapping[str, Port], diagnostics: Diagnostics) -> None:
        self.core = core
        self.inputs = inputs
        self.diagnostics = diagnostics
        self.readers: dict[str, list[Reader]] = {}

    def take(self, call: Call, settings: Settings, taken: list[Signal], refusal: Refusal) -> bool:
        """Whether the refusal of a layer is about an input: it is said, or will be."""
        if isinstance(refusal, UnknownSize) and is_refused(refusal.size):
            return True  # what the size was to be was refused where it is declared
        found = _batch_in_shape(refusal, call, self.core)
        if found is not None:
            name, instead = found
            self.diagnostics.at(self.core.input_entries[name].node, once=True).add(instead)
            return True
        rows = getattr(settings.layer, "input_dim", None)
        for index in refusal.intervals:
            name = self._named(taken[index].value)
            if name is not None and isinstance(rows, int):
                self.readers.setdefault(name, []).append(Reader(call, refusal, rows))
                return True
        return False

    def say(self) -> None:
        """Say of each input once what several layers cannot read."""
        for name, readers in self.readers.items():
            places = {reader.call.place.span_of(reader.refusal.argument) for reader in readers}
            if len(places) > 1:
                place = self.core.input_entries[name].node
                self.diagnostics.at(place).add(_too_wide(name, readers, self.core))
                continue
            call, refusal, _ = readers[0]
            labels = interval_label(self.inputs[name].signal.value, self.inputs, self.core)
            self.diagnostics.at(call.place).add(refusal.but(labels=labels))

    def _named(self, value: Value) -> str | None:
        """The input that a value is, if it says what it holds."""
        for name, port in self.inputs.items():
            if port.signal.value is value and port.interval is not None:
                return name
        return None


def _batch_in_shape(refusal: Refusal, call: Call, core: Core) -> tuple[str, Refusal] | None:
    """`shape: [null, 28, 28]`, where the layer needs what it would get without the `null`."""
    if not isinstance(refusal, UnknownSize):
        return None
    for symbol in symbols(refusal.size):
        name, _, axis = symbol.name.rpartition(".")
        declared = core.inputs.get(name)
        if not symbol.anonymous or axis != "1" or declared is None:
            continue
        if len(declared.shape or ()) < 2:
            continue
        return name, Refusal(
            refusal.code,
            f"the size of this axis is unknown, and `{refusal.weight}` of `{call.name}` needs it",
            argument=("shape", 0),
            labels=(Label(call.place.node.headline, f"`{refusal.weight}` is made here"),),
            fix=remove(
                "`shape` leaves the batch axis out: write "
                f"`shape: [{behind_first(declared)}]`, or a number"
            ),
        )
    return None


def _too_wide(name: str, readers: list[Reader], core: Core) -> Refusal:
    """One refusal of an input that may hold what several layers have no row for."""
    declared = core.inputs[name]
    low = declared.values.min if declared is not None and declared.values else 0
    below = isinstance(low, int | float) and low < 0
    end, number = ("min", 0) if below else ("max", min(reader.rows for reader in readers) - 1)
    labels = tuple(
        Label(
            reader.call.place.span_of(reader.refusal.argument),
            f"`{reader.call.name}` has {reader.refusal.annotation}",
        )
        for reader in readers
    )
    return Refusal(
        "SPC0501",
        f"`{name}` may hold what {len(readers)} layers have no row for",
        argument=("values", end),
        labels=labels,
        fix=put(
            end, number, "" if end == "min" else ", or give each of them more rows", beside=True
        ),
    )
