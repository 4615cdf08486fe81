"""Two runs, layer by layer: which result is the first that differs, and what feeds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from spec_compiler.compare.canonical import canonical
from spec_compiler.compare.renaming import in_new_names as reading_anew
from spec_compiler.compare.renaming import renamed_layers
from spec_compiler.ir.arrays import Array
from spec_compiler.layers.signal import MASK
from spec_compiler.program import Program, Step
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.inside import INPUT, Result, results
from spec_compiler.testing.compare import LENIENT, difference, tolerances


class Pair(NamedTuple):
    """A result of one run, and the same of the other.

    Attributes:
        name: Its name in the first.
        other: Its name in the second.
        result: What it is.
        found: How it differs; None where it does not. Of a masked result only real steps count.
        padding: Whether it differs where both masks hide it.
    """

    name: str
    other: str
    result: Result
    found: Refusal | None
    padding: bool


class Trace(NamedTuple):
    """Two runs beside each other.

    Attributes:
        pairs: What was compared, in the order in which the first model runs.
        only_first: Results that the second does not have.
        only_second: Results that the first does not have.
        program: The first model.
        inside: What is inside of the first layer that differs, compared.
    """

    pairs: tuple[Pair, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    program: Program
    inside: Sequence[Pair] = ()

    @property
    def compared(self) -> list[Pair]:
        """Those of layers: what is fed is no finding."""
        return [pair for pair in self.pairs if pair.result.type != INPUT]

    @property
    def differing(self) -> list[Pair]:
        """Results of layers that differ; each stands behind what feeds it."""
        return [pair for pair in self.compared if pair.found is not None]

    def feeds(self, pair: Pair) -> list[tuple[str, str]]:
        """What the layer of a result reads, each with what was found of it."""
        step = self.program.steps.get(pair.result.layer)
        said = {item.name: _said(item) for item in self.pairs}
        names = [] if step is None else [read.text for read in step.call.feeds.read]
        return [(name, said.get(name, "not compared")) for name in dict.fromkeys(names)]


def inside_of(traced: Trace) -> list[str]:
    """The names of what is inside of the first layer that differs."""
    layer = traced.differing[0].result.layer if traced.differing else None
    return [
        name
        for name, of in results(traced.program).items()
        if of.layer == layer and of.is_inside and not of.same_as and not of.mask_of
    ]


def _said(pair: Pair) -> str:
    if pair.found is not None:
        return "differs"
    return "the same at real steps, not at padding" if pair.padding else "the same"


def same_layers(program: Program, other: Program) -> dict[str, str]:
    """Names of the second model's layers and inputs by those of the first's that are the same.

    A layer of another name that says and reads the same as one of the first is that one; where
    there is none, the next of the same type whose results have the same types. Inputs belong
    together in their order where their names do not.
    """
    inputs = dict(zip(program.inputs, other.inputs, strict=False))
    if {*program.inputs} == {*other.inputs}:
        inputs = {name: name for name in inputs}
    layers = canonical(program)["layers"]
    before = {name: reading_anew(layers[name], inputs) for name in program.steps}
    renamed = renamed_layers(before, canonical(other)["layers"])
    found = {name: renamed.get(name, name) for name in program.steps} | inputs
    return found | _by_kind(program, other, found)


def _by_kind(program: Program, other: Program, found: Mapping[str, str]) -> dict[str, str]:
    """For layers that are in one alone: the next one of the same type with the same results."""
    taken = {*found.values()}
    left: dict[str, list[str]] = {}
    for name, step in reversed([*other.steps.items()]):
        if name not in taken:
            left.setdefault(_looks(step), []).append(name)
    missing = [name for name in program.steps if found[name] not in other.steps]
    pairs = ((name, left.get(_looks(program.steps[name]))) for name in missing)
    return {name: those.pop() for name, those in pairs if those}


def _looks(step: Step) -> str:
    return f"{step.kind}: {[(key, str(of.value.type)) for key, of in step.results.items()]}"


def in_new_names(names: Iterable[tuple[str, str]], layers: Mapping[str, str]) -> dict[str, str]:
    """The second model's names of results, or weights, by the first's.

    Args:
        names: Each with the layer that it is of.
        layers: See `same_layers`.
    """
    return {name: f"{layers.get(layer, layer)}{name.removeprefix(layer)}" for name, layer in names}


def trace(
    program: Program,
    first: Mapping[str, Array],
    second: Mapping[str, Array],
    names: Mapping[str, str],
    allowed: tuple[float | None, float | None] = (None, None),
) -> Trace:
    """Compare all results of two runs that both have.

    Args:
        program: The first model.
        first: Its results by name, and the masks.
        second: Those of the second.
        names: The second's names by the first's.
        allowed: Relative and absolute error; None for what the dtype makes usual.
    """
    known = {name: of for name, of in results(program).items() if not of.is_inside or name in first}
    pairs = tuple(_pairs(known, first, second, names, allowed))
    met, taken = {pair.name for pair in pairs}, {pair.other for pair in pairs}
    return Trace(
        pairs,
        tuple(name for name in known if name not in met),
        tuple(name for name in second if name not in taken),
        program,
    )


def _pairs(
    known: Mapping[str, Result],
    first: Mapping[str, Array],
    second: Mapping[str, Array],
    names: Mapping[str, str],
    allowed: tuple[float | None, float | None],
) -> Iterator[Pair]:
    for name, result in known.items():
        other = names.get(name, name)
        if name not in first or other not in second:
            continue
        usual = tolerances(result.noted.signal.dtype)
        rtol, atol = (
            LENIENT * usually if given is None else given
            for usually, given in zip(usual, allowed, strict=True)
        )
        got, wanted = first[name], second[other]
        whole = difference(f"`{name}`", got, wanted, (rtol, atol), (), "the other")
        found = whole
        real = _real(got, wanted, first.get(f"{name}.{MASK}"), second.get(f"{other}.{MASK}"))
        if whole is not None and real is not None:
            left, right = got[real], wanted[real]
            hidden = difference(f"`{name}`", left, right, (rtol, atol), (), "the other")
            found = None if hidden is None else whole
        yield Pair(name, other, result, found, whole is not None and found is None)


def _real(got: Array, wanted: Array, mask: Array | None, other: Array | None) -> Array | None:
    """Where a mask of either keeps something; None where there is none to go by."""
    masks = [each for each in (mask, other) if each is not None]
    if got.shape != wanted.shape or not masks:
        return None
    if any(each.shape != got.shape[: each.ndim] for each in masks):
        return None
    kept = masks[0]
    for each in masks[1:]:
        kept = kept | each if kept.shape == each.shape else kept
    return kept
