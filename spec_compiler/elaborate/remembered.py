"""What layers became the last time a spec was analysed, for those that have not changed since.

While a spec is written it is analysed again and again, and most of it is as before. A layer that
has the same settings and reads the same values becomes what it became: its nodes, weights and
checks are collected again, for a tenth of the time. One that has changed is lowered, and where it
gives the types that it gave before, it gives the same values, so that what reads them has not
changed.

A layer is remembered where that is all that its lowering depends on: it said nothing, asked nothing
of the numbers that values hold, and has its weights for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple, TypeAlias

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.reading import ONLY, Signals
from spec_compiler.expanding.read_before import ReadBefore
from spec_compiler.ir.build import Added, Mark
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Node, Scan, Value
from spec_compiler.ir.ranges import Ranges
from spec_compiler.language.inputs import Input
from spec_compiler.language.settings import Settings, input_names
from spec_compiler.layers.base.claim import Claim
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Trained
from spec_compiler.layers.signal import Mask, Noted, Signal
from spec_compiler.source.read_again import ReadAgain
from spec_compiler.wiring import Call

_SPARE = 100
"""How many layers that are gone are remembered at least: most come back."""
Stated: TypeAlias = tuple[Size, str, Size]
"""A relation that an author states."""


class Asked(NamedTuple):
    """What decides what a layer becomes, beside what holds for the whole spec."""

    layer: Layer
    mask: str | None
    claim: Claim | None
    equal: bool
    roles: tuple[str, ...] | None
    names: tuple[str, ...]
    taken: tuple[Signal, ...]


class Became(NamedTuple):
    """What a layer became; without `asked`, that decides it not alone."""

    asked: Asked | None
    facts: tuple[Stated, ...]
    results: Signals
    added: Added
    made: Mapping[str, Trained]
    noted: Mapping[str, Noted]


class Remembered:
    """What is known from one analysis of a spec to the next."""

    def __init__(self) -> None:
        self.text = ReadAgain()
        """The text as it was read."""
        self.read = ReadBefore()
        """The settings of layers that were read."""
        self.numbers: Iterator[int] = count(1)
        """Of values, which may be the same in several analyses."""
        self._whole: object = None
        self._inputs: dict[str, tuple[Input, Signal]] = {}
        self._layers: dict[str, Became] = {}
        self._facts: dict[tuple[Stated, ...], tuple[Stated, ...]] = {}
        self._latest: tuple[Stated, ...] = ()
        self._sharing = set[str]()
        """The layers whose weights others make, or use again."""

    def begin(self, whole: object, names: Collection[str]) -> None:
        """Start an analysis.

        Args:
            whole: What all depends on: where it has changed, everything is forgotten.
            names: The layers; others are forgotten once they are more, as half-typed names are.
        """
        if whole != self._whole:
            self._inputs, self._layers = {}, {}
        if len(self._layers) > 2 * len(names) + _SPARE:
            self._layers = {name: self._layers[name] for name in names if name in self._layers}
        self._whole, self._latest, self._sharing = whole, (), set[str]()

    # --- inputs --------------------------------------------------------------------------------

    def input(self, name: str, declared: Input, made: Signal, b: LayerBuilder) -> Signal:
        """The signal of an input: the one of before where the declaration is."""
        before, signal = self._inputs.get(name, (None, made))
        if before != declared:
            self._inputs[name] = declared, made
            return made
        _move(b.ranges, {made.value: signal.value})
        return signal

    # --- layers --------------------------------------------------------------------------------

    def again(
        self, call: Call, settings: Settings, signals: Mapping[str, Signals], b: LayerBuilder
    ) -> Became | None:
        """What a layer became, collected again, where it is as before and that is seen at once.

        Args:
            call: The layer.
            settings: As they are written.
            signals: What there is by now.
            b: The builder of the whole.
        """
        became = self._layers.get(call.name)
        asked = became and became.asked
        if not became or not asked or call.reuse or call.name in self._sharing:
            return None
        taken: list[Signal] = []
        for source, output, _ in call.feeds.inputs:
            results = signals[source]
            one = output or ONLY
            if one not in results or (output is None and len(results) > 1):
                return None
            taken.append(results[one])
        if became.facts is not self._stated(b) or asked != _asked(call, settings, taken):
            return None
        b.collect(became.added)
        return became

    def results(
        self,
        call: Call,
        settings: Settings,
        taken: Sequence[Signal],
        b: LayerBuilder,
        found: Diagnostics,
        lower: Callable[[], Signals],
    ) -> Signals:
        """What a layer gives, collected again where it is as before.

        Args:
            call: The layer.
            settings: As they are written.
            taken: What it reads.
            b: Its builder.
            found: Where what is said of it is collected.
            lower: Lowers it.

        Raises:
            Refusal: as `lower` does.
        """
        name, asked = call.name, _asked(call, settings, taken)
        if b.shared:
            self._sharing.add(b.shared)
        asked = None if b.shared or name in self._sharing else asked
        became = self._layers.get(name)
        if became and asked and became.asked == asked and became.facts is self._stated(b):
            b.collect(became.added)
            b.made.update(became.made)
            b.noted.update(became.noted)
            return became.results
        mark, said, questions = b.mark(), found.added, b.ranges.asked
        facts = self._stated(b)
        results = lower()
        if (found.added, b.ranges.asked) != (said, questions) or facts is not self._stated(b):
            asked = None
        became = Became(asked, facts, results, b.since(mark), b.made, {**b.noted})
        return self._keep(name, became, b, mark)

    def _keep(self, name: str, became: Became, b: LayerBuilder, mark: Mark) -> Signals:
        """Remember what a layer became.

        Returns:
            Its results: those that it had before, where nobody can tell them from the new ones.
        """
        last = self._layers.pop(name, None)
        if b.activities:
            return became.results
        values = None if last is None else _same_types(became, last)
        if last is not None and values is not None:
            nodes = tuple(_renamed(node, values) for node in became.added.nodes)
            became = became._replace(results=last.results, added=became.added._replace(nodes=nodes))
            b.nodes[mark.nodes :] = nodes
            noted = {key: _moved(of, values) for key, of in became.noted.items()}
            became = became._replace(noted=noted)
            b.noted.update(noted)
            _move(b.ranges, values)
        self._layers[name] = became
        return became.results

    def _stated(self, b: LayerBuilder) -> tuple[Stated, ...]:
        """The facts by now: the same object for the same facts."""
        if len(self._latest) != len(b.facts.stated):
            facts = tuple(b.facts.stated)
            self._latest = self._facts.setdefault(facts, facts)
        return self._latest


def _asked(call: Call, settings: Settings, taken: Sequence[Signal]) -> Asked | None:
    """What decides what a layer becomes; None where it is told of its mask by a tensor."""
    if call.feeds.mask is not None:
        return None
    item, around = call.item, settings.around
    names = input_names(item.sources)
    return Asked(
        settings.layer,
        around.mask,
        around.expect,
        item.equal,
        call.feeds.roles,
        names,
        tuple(taken),
    )


def _same_types(became: Became, last: Became) -> dict[Value, Value] | None:
    """The values that a layer gave, for those that it gives; None where they can be told apart."""
    now, then = became.results, last.results
    if now.keys() != then.keys():
        return None
    values: dict[Value, Value] = {}
    made, had = _made(became.added.nodes), _made(last.added.nodes)
    written = {value for of in (became, last) for value, _ in of.added.written}
    for key, new in now.items():
        old = then[key]
        pairs = [(new.value, old.value)]
        if new.mask is not None and old.mask is not None:
            pairs.append((new.mask.value, old.mask.value))
            new = new.masked(replace(new.mask, value=old.mask.value))
        if replace(new, value=old.value) != old:
            return None
        for one, other in pairs:
            replaceable = one in made and other in had and not {one, other} & written
            if values.setdefault(one, other) is not other or one.type != other.type:
                return None
            if one is not other and not replaceable:
                return None
    return values if len(set(values.values())) == len(values) else None


def _made(nodes: tuple[Node, ...]) -> set[Value]:
    return {value for node in nodes for value in node.results}


def _renamed(node: Node, values: Mapping[Value, Value]) -> Node:
    """A node that reads and makes other values."""
    read = tuple(values.get(value, value) for value in node.operands)
    if isinstance(node, Scan):
        made = tuple(values.get(value, value) for value in node.results)
        return replace(node, operands=read, results=made)
    return replace(node, operands=read, result=values.get(node.result, node.result))


def _moved(noted: Noted, values: Mapping[Value, Value]) -> Noted:
    """What is inside of a layer, where others stand for values of the graph."""

    def mask(of: Mask | None) -> Mask | None:
        return of and replace(of, value=values.get(of.value, of.value))

    signal = noted.signal
    way = tuple(
        step._replace(loop=step.loop and values.get(step.loop, step.loop), mask=mask(step.mask))
        for step in noted.way
    )
    value = values.get(signal.value, signal.value)
    return replace(noted, signal=replace(signal, value=value, mask=mask(signal.mask)), way=way)


def _move(ranges: Ranges, values: Mapping[Value, Value]) -> None:
    """Know of values what is known of others."""
    for new, old in values.items():
        known = ranges.known.pop(new, None)
        if known is not None:
            ranges.known[old] = known
