"""Whether two parts of a model are alike: the same layers, that read and give the same."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import zip_longest

from spec_compiler.folds.tree import Branch, within
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import MASK, Signal
from spec_compiler.program import Program, Step
from spec_compiler.wiring import Reference

_OF_THE_PLACE = {"_source", "_in_scope"}
"""What a layer keeps of names around it, which a formula that uses them says itself."""


class Likeness:
    """Compares parts of one program.

    Args:
        program: What they are parts of.
    """

    def __init__(self, program: Program) -> None:
        self._steps = program.steps
        self._ends = {**program.inputs, **program.constants}

    def alike(self, one: Branch, other: Branch, *, first: bool = False) -> bool:
        """Whether both have the same layers, settings, shapes, dtypes, masks and sharing.

        Names are compared as they are within each, so that copies of a block can be alike; what
        comes from outside is compared by its type.

        Args:
            one: A part.
            other: Another.
            first: Whether the other may use the weights of this one, as all that follow do.
        """
        if first and self._uses(one, other):
            return self._same_but_for_weights(one, other, shared=True)
        return self._same_but_for_weights(one, other, shared=False)

    def _uses(self, one: Branch, other: Branch) -> bool:
        owners = set(one.layers)
        return any(self._steps[layer].call.reuse in owners for layer in other.layers)

    def _same_but_for_weights(self, one: Branch, other: Branch, *, shared: bool) -> bool:
        if (one.kind, one.is_layer) != (other.kind, other.is_layer):
            return False
        here, there = _by_names(one), _by_names(other)
        if len(here) != len(there) or here.keys() != there.keys():
            return False
        back = [{full: name for name, full in names.items()} for names in (here, there)]
        return all(
            self._same(self._steps[full], self._steps[there[name]], back[0], back[1])
            and self._shared(self._steps[full], self._steps[there[name]], back, shared=shared)
            for name, full in here.items()
        )

    def looks(self, branch: Branch) -> Hashable:
        """What parts that are alike have in common: where it differs, they are not."""
        names = {full: name for name, full in _by_names(branch).items()}
        return branch.is_layer, *(self._looks(self._steps[full], names) for full in names)

    def _looks(self, step: Step, names: dict[str, str]) -> Hashable:
        feeds = step.call.feeds
        read = tuple(self._meant(one, names) for one in feeds.read)
        kind = step.kind, repr(step.settings.layer), names[step.name]
        return *kind, *_types(step.results), feeds.roles, feeds.mask is None, read

    def follows(self, one: Branch, other: Branch) -> bool:
        """Whether the other part reads this one."""
        given = set(one.layers)
        return any(
            read.source in given
            for layer in other.layers
            for read in self._steps[layer].call.feeds.read
        )

    def _same(self, one: Step, other: Step, here: dict[str, str], there: dict[str, str]) -> bool:
        feeds = one.call.feeds, other.call.feeds
        return (
            one.kind == other.kind
            and _meant_by(one.settings.layer) == _meant_by(other.settings.layer)
            and _types(one.results) == _types(other.results)
            and feeds[0].roles == feeds[1].roles
            and (feeds[0].mask is None) == (feeds[1].mask is None)
            and all(
                first is not None
                and second is not None
                and self._meant(first, here) == self._meant(second, there)
                for first, second in zip_longest(feeds[0].read, feeds[1].read)
            )
        )

    def _shared(
        self, one: Step, other: Step, names: Sequence[dict[str, str]], *, shared: bool
    ) -> bool:
        """Whether both use the same weights again, or the other those of the one."""
        reuse = one.call.reuse, other.call.reuse
        if shared and reuse[0] is None and reuse[1] is not None:
            return reuse[1] == one.name
        return self._shares(reuse[0], names[0]) == self._shares(reuse[1], names[1])

    def _shares(self, owner: str | None, names: dict[str, str]) -> str | None:
        """The layer whose weights are used, as it is called within the part."""
        return owner if owner is None else names.get(owner, f"/{owner}")

    def _meant(self, read: Reference, names: dict[str, str]) -> tuple[object, ...]:
        """What is read: a layer within the part, or what comes from outside by its type."""
        if read.source in names:
            return True, names[read.source], read.output
        return False, *self._type(read)

    def _type(self, read: Reference) -> tuple[object, ...]:
        end = self._ends.get(read.source)
        step = self._steps.get(read.source)
        results = {"": end.signal} if end is not None else step.results if step else {}
        signal = results.get(read.output or "")
        if signal is not None:
            return _type(signal)
        first = next(iter(results.values()), None)
        if read.output == MASK and first is not None and first.mask is not None:
            return (first.mask.value.type,)
        # the weight of another layer is told apart by where it comes from
        return read.source, read.output


def _meant_by(layer: Layer) -> tuple[object, ...]:
    """The arguments of a layer, and what its formula takes from the scope; not what feeds it."""
    private = layer.__pydantic_private__ or {}
    taken = {name: value for name, value in private.items() if name not in _OF_THE_PLACE}
    return dict(layer), taken


def _by_names(branch: Branch) -> dict[str, str]:
    """The full name of each layer by that which it has within the part."""
    return {within(layer, branch.name): layer for layer in branch.layers}


def _types(results: Mapping[str, Signal]) -> list[tuple[object, ...]]:
    return [(name, *_type(signal)) for name, signal in results.items()]


def _type(signal: Signal) -> tuple[object, ...]:
    mask = None if signal.mask is None else signal.mask.value.type
    return signal.value.type, mask, signal.sparse
