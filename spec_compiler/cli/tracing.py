"""The two runs of `specc trace`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.running import Sources, sources_of, weights_of
from spec_compiler.cli.sources import from_files
from spec_compiler.cli.typed import UsageError, exclude_each_other
from spec_compiler.data import Handle, read
from spec_compiler.data.handle import Allowance
from spec_compiler.data.saved import saved
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.elaborate.tracing import owner_of
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.graph import Weight
from spec_compiler.ir.storage import stored
from spec_compiler.plan.engine import Engine
from spec_compiler.program import Program
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.inside import looking_at, of_layers, results
from spec_compiler.runtime.memory import left_for_data, require_memory, require_room
from spec_compiler.testing.trace import Trace, in_new_names, inside_of, same_layers, trace
from spec_compiler.weights.checkpoint import weights_place
from spec_compiler.weights.initialise import initialise

Allowed = tuple[float | None, float | None]
"""The relative and the absolute error that are typed."""


class How(NamedTuple):
    """What holds of both runs.

    Attributes:
        root: What files may not leave.
        dims: Sizes that are fixed beforehand.
        limit: The bytes that each may use.
        found: Collects what is said.
    """

    root: Path | None
    dims: Mapping[str, Fixed]
    limit: int
    found: Diagnostics


class Second(NamedTuple):
    """What is typed of the second run."""

    spec: str | None
    params: list[str]
    weights: str | None
    inputs: list[str]
    engine: str | None

    def require(self, spec: str, against: str | None) -> None:
        """Ask for two runs, and no more.

        Raises:
            UsageError: it makes no sense.
        """
        names = ("OTHER", "--with-set", "--with-weights", "--with-input", "--with-engine")
        for option, value in zip(names, self, strict=True):
            exclude_each_other({"--against": against is not None, option: bool(value)})
        if against is None and not any(self):
            raise UsageError(
                "one run alone: name a second spec, --against, or --with-weights, --with-set, "
                "--with-input or --with-engine"
            )
        if spec == STDIN and against is None and self.spec in (None, STDIN):
            raise UsageError("standard input is read once: name a file")


class Side(NamedTuple):
    """One of the runs.

    Attributes:
        program: What runs.
        engine: What computes.
        sources: What `--input` names.
        random: What `--random` says.
        initial: Whether the weights are those of the seed, whatever file the spec names.
        own: Whether it has weights of its own: from a file, or from the seed as it is asked for.
    """

    program: Program
    engine: Engine
    sources: list[str]
    random: str | None
    initial: bool
    own: bool

    @classmethod
    def first(
        cls,
        program: Program,
        engine: Engine,
        sources: list[str] | None,
        random: str | None,
        initial: bool,
    ) -> Side:
        """The one that says what both are fed."""
        own = initial or weights_place(program.core) is not None
        return cls(program, engine, sources or [], random, initial, own)

    def twin(self, program: Program, engine: Engine, typed: Second) -> Side:
        """The other one."""
        file = weights_place(program.core) is not None
        own = typed.weights is not None or (file and not self.initial)
        return Side(program, engine, typed.inputs, None, False, own)

    def run(
        self,
        weights: dict[str, Array],
        data: Sources,
        how: How,
        inside: Iterable[str] | None = None,
    ) -> dict[str, Array]:
        """All results of its layers, or some of what is inside of one, and the masks.

        Raises:
            SpecError: the data is refused, or there is too little memory.
        """
        names = of_layers(self.program) if inside is None else inside
        run = data.run(looking_at(self.program, names), weights, how.found)
        run.engine = self.engine
        run.prepare()
        require_room(run, how.limit)
        return run.whole()

    def data(self, weights: dict[str, Array], how: How) -> Sources:
        """What it is fed; random where nothing is said."""
        random = "" if self.random is None and not self.sources else self.random
        return sources_of(self.program, weights, self.sources, random, how.dims, how.limit)


def against_saved(side: Side, file: str, how: How, allowed: Allowed) -> Trace:
    """A run beside results that are there.

    Raises:
        Refusal: they cannot be read.
        OSError: they cannot be opened.
        SpecError: the run is refused.
    """
    theirs = _saved(file, how.limit)
    weights = _loaded(side, how)
    given = {name: of for name, of in theirs.items() if name in side.program.graph.inputs}
    whole = not (side.sources or side.random) and {*given} == {*side.program.graph.inputs}
    data = Sources(given, how.dims) if whole else side.data(weights, how)
    known = results(side.program)

    def compared(inside: list[str] | None = None) -> Trace:
        found = side.run(weights, data, how, inside and [name for name in inside if name in theirs])
        loaded = {
            name: handle.load()
            for name, handle in theirs.items()
            if name in found or (inside is None and not (name in known and known[name].is_inside))
        }
        return trace(side.program, found, loaded, {}, allowed)

    return _with_inside(compared)


def _with_inside(compared: Callable[[list[str] | None], Trace]) -> Trace:
    """A comparison of all layers, and of what is inside of the first that differs.

    Args:
        compared: Compares; with names, what is inside of a layer.
    """
    traced = compared(None)
    names = inside_of(traced)
    if not names:
        return traced
    try:
        return traced._replace(inside=compared(names).compared)
    except SpecError:  # the data was accepted before: there is too little memory for so much
        return traced


def _saved(file: str, limit: int) -> Mapping[str, Handle]:
    allowance = Allowance(limit)
    if Path(file).is_dir():
        return saved(file, allowance)
    return read(file, allowance=allowance)


def side_by_side(first: Side, second: Side, how: How, allowed: Allowed) -> Trace:
    """Two runs over the same data, if nothing else is said.

    Raises:
        SpecError: one is refused.
    """
    layers = same_layers(first.program, second.program)
    weights, others = _weights_of_both(first, second, layers, how)
    data = first.data(weights, how)
    fed, there = _fed(second, data, layers, how), results(second.program)
    known = [(name, of.layer) for name, of in results(first.program).items()]
    names = in_new_names(known, layers)

    def compared(inside: list[str] | None = None) -> Trace:
        ours = None if inside is None else [name for name in inside if names[name] in there]
        found = first.run(weights, data, how, ours)
        theirs = second.run(others, fed, how, ours and [names[name] for name in ours])
        return trace(first.program, found, theirs, names, allowed)

    return _with_inside(compared)


def _fed(side: Side, data: Sources, layers: Mapping[str, str], how: How) -> Sources:
    """The second run's own data in the place of the first's."""
    wanted = side.program.graph.inputs
    names = in_new_names([(name, name.partition(".")[0]) for name in data.handles], layers)
    handles = {names[name]: handle for name, handle in data.handles.items()}
    kept = {name: handle for name, handle in handles.items() if name in wanted}
    if side.sources:
        kept |= from_files(side.program, side.sources, left_for_data(how.limit, {}))
    dims = {name: of for name, of in data.dims.items() if name in side.program.named_sizes}
    return Sources(kept, how.dims if side.sources else dims)


def _weights_of_both(
    first: Side, second: Side, layers: Mapping[str, str], how: How
) -> tuple[dict[str, Array], dict[str, Array]]:
    """The weights of both; one that has none of its own has those of the other, where they fit."""
    steps = first.program.steps
    names = in_new_names(
        [(name, owner_of(name, steps)[0]) for name in first.program.weights], layers
    )
    if second.own and not first.own:
        others = _loaded(second, how)
        back = {theirs: name for name, theirs in names.items()}
        return _taken(first, others, back), others
    weights = _loaded(first, how)
    return weights, _loaded(second, how) if second.own else _taken(second, weights, names)


def _loaded(side: Side, how: How) -> dict[str, Array]:
    require_memory(side.program, None, how.limit)
    weights = weights_of(side.program, how.found, how.limit, initial=side.initial)
    how.found.stop_on_errors()
    return weights


def _taken(side: Side, given: Mapping[str, Array], names: Mapping[str, str]) -> dict[str, Array]:
    """Those of the other model by name, and for what it lacks those of the seed."""
    wanted = side.program.graph.weights
    taken = {
        names[name]: array
        for name, array in given.items()
        if names.get(name) in wanted and _fits(array, wanted[names[name]])
    }
    if {*taken} == {*wanted}:
        return taken
    return initialise(side.program.weights, side.program.core.header.seed) | taken


def _fits(array: Array, weight: Weight) -> bool:
    return array.shape == weight.shape and array.dtype == stored(weight.value.dtype)


def without(items: list[str] | None, other: list[str] | None) -> list[str]:
    """What `--set` gives and `--with-set` does not."""
    taken = {item.partition("=")[0] for item in other or ()}
    return [item for item in items or () if item.partition("=")[0] not in taken]
