"""Results of layers, shown on a terminal or written into a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from spec_compiler.cli.running import Sources
from spec_compiler.cli.typed import Looking, UsageError
from spec_compiler.cli.words import say
from spec_compiler.data.saved import saving
from spec_compiler.ir.arrays import Array
from spec_compiler.layers.signal import MASK, Signal
from spec_compiler.program import Program
from spec_compiler.runtime.inside import chosen, looking_at, results
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
    shown = signals_of(program, looking.show)
    kinds = results(program)
    every = {name: of.signal for name, of in kinds.items()} if looking.save is not None else {}
    inner = data.run(looking_at(program, every | shown), dict(run.weights), run.diagnostics)
    inner.engine = run.engine
    inner.prepare()
    found = {name: Statistics() for name in shown}
    parts = _parts(inner, looking)
    if looking.save is None:
        for part in parts:
            _add(found, part)
    else:
        fields, about = inner.shapes(), _about(program)
        with saving(looking.save, fields, about, inputs) as target:
            for part in parts:
                _add(found, part)
                target.append(part)
        say(f"wrote {looking.save}: {len(fields)} results", err=True)
    for name, of in found.items():
        _, shape = inner.shapes()[name]
        kind = f" ({kinds[name].type})" if name in kinds else ""
        _say(f"{name}{kind} {inner.program.graph.outputs[name].dtype}{list(shape)}", of)


def signals_of(program: Program, named: list[str]) -> dict[str, Signal]:
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


def _parts(run: Run, looking: Looking) -> Iterator[dict[str, Array]]:
    """All results at once, or those of some rows after the others."""
    apart = run.rows
    rows = None if apart is None else looking.rows or max(READ // max(run.row, 1), 1)
    at_once = require_room(run, looking.limit, rows)
    if apart is None or apart <= at_once:
        yield run.whole()
    else:
        yield from run.slices(at_once)


def _add(found: dict[str, Statistics], part: Mapping[str, Array]) -> None:
    for name, of in found.items():
        of.add(part[name], part.get(f"{name}.{MASK}"))


def _about(program: Program) -> dict[str, dict[str, str]]:
    """What the index says of a result beside its shape."""
    return {
        name: {"layer": of.layer, "type": of.type} | ({"mask_of": of.mask_of} if of.mask_of else {})
        for name, of in results(program).items()
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
