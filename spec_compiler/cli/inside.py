"""Results of layers, shown on a terminal or written into a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from spec_compiler.cli.running import Sources
from spec_compiler.cli.typed import Looking, UsageError
from spec_compiler.cli.words import say
from spec_compiler.data.saved import saving
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.rows import batch_axis
from spec_compiler.layers.signal import MASK
from spec_compiler.program import Program
from spec_compiler.runtime.bound import Bindings
from spec_compiler.runtime.inside import Result, chosen, looking_at, once, results
from spec_compiler.runtime.memory import require_room
from spec_compiler.runtime.run import Run
from spec_compiler.runtime.statistics import Statistics

READ = 4 * 2**20
"""The bytes of results that are there at a time, where nothing is said and rows stay apart."""


def look(run: Run, data: Sources, looking: Looking, inputs: set[Path]) -> None:
    """Run for results of layers; show some, or write all.

    Args:
        run: The one for the model's own results.
        data: What it is fed.
        looking: What is asked for.
        inputs: Files that must not be replaced.

    Raises:
        UsageError: a name means nothing.
        SpecError: the data is refused, or there is too little memory.
    """
    program = run.program
    shown = names_of(program, looking.show)
    kinds = results(program)
    every = [] if looking.save is None else once(program)
    names = [*dict.fromkeys([*every, *shown])]
    inner = data.run(looking_at(program, names), dict(run.weights), run.diagnostics)
    inner.engine = run.engine
    inner.prepare()
    found = {name: Statistics() for name in shown}
    parts = _parts(inner, program, names, looking)
    if looking.save is None:
        for part in parts:
            _add(found, part)
    else:
        fields, about = inner.shapes(), _about(kinds)
        with saving(looking.save, fields, about, inputs) as target:
            for part in parts:
                _add(found, part)
                target.append(part)
        say(f"wrote {looking.save}: {len(fields)} results", err=True)
    for name, of in found.items():
        _, shape = inner.shapes()[name]
        kind = f" ({kinds[name].type})" if name in kinds else ""
        _say(f"{name}{kind} {inner.program.graph.outputs[name].dtype}{list(shape)}", of)


def names_of(program: Program, named: list[str]) -> list[str]:
    """The results that `--show` means.

    Raises:
        UsageError: a name means nothing.
    """
    names = [name for item in named for name in item.split(",") if name]
    if named and not names:
        raise UsageError("--show: name a layer, or several: --show encoder.0,probs")
    try:
        return chosen(program, names)
    except ValueError as error:
        raise UsageError(f"--show: {error}") from None


def _parts(
    inner: Run, program: Program, wanted: list[str], looking: Looking
) -> Iterator[dict[str, Array]]:
    """All results at once, or those of some rows after the others.

    What has no rows, such as the result of a Weight, is in the first part.
    """
    moving, steady = (inner, None) if inner.rows is not None else _by_rows(inner, program, wanted)
    apart = moving.rows
    rows = None if apart is None else looking.rows or max(READ // max(moving.row, 1), 1)
    at_once = require_room(moving, looking.limit, rows)
    if apart is None or apart <= at_once:
        yield inner.whole()
        return
    # a single row tells it
    first = {} if steady is None else next(steady.slices(1))
    for part in moving.slices(at_once):
        yield part | first
        first = {}


def _by_rows(inner: Run, program: Program, wanted: list[str]) -> tuple[Run, Run | None]:
    """A run of the results that have rows, and one of those without, where neither needs more."""
    made = inner.program.graph.outputs
    without = [name for name in wanted if batch_axis(made[name]) is None]
    others = [name for name in wanted if name not in {*without}]
    if not without or not others:
        return inner, None
    moving, steady = (
        replace(inner, program=looking_at(program, part), bindings=Bindings())
        for part in (others, without)
    )
    moving.prepare()
    if moving.rows is None:
        return inner, None
    steady.prepare()
    return moving, steady


def _add(found: dict[str, Statistics], part: Mapping[str, Array]) -> None:
    for name, of in found.items():
        if name in part:
            of.add(part[name], part.get(f"{name}.{MASK}"))


def _about(kinds: Mapping[str, Result]) -> dict[str, dict[str, str]]:
    """What the index says of a result beside its shape."""
    return {
        name: {"layer": of.layer, "type": of.type} | ({"mask_of": of.mask_of} if of.mask_of else {})
        for name, of in kinds.items()
    }


def _say(title: str, of: Statistics) -> None:
    real = f", {of.count:,} of {of.total:,} numbers real" if of.count < of.total else ""
    say(f"{title}{real}")
    share = 100 * of.zeros / of.count if of.count else 0.0
    numbers = {"min": of.least, "mean": of.mean, "max": of.most, "std": of.std}
    told = "  ".join(f"{word} {number:.4g}" for word, number in numbers.items())
    say(f"  {told}  zeros {share:.3g} %  NaN {of.nan}  inf {of.inf}")
    for line in of.corner_lines():
        say(f"  {line}")
