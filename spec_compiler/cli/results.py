"""Results as a whole: in a file, as JSON on standard output, or their first rows on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, Final

from spec_compiler.cli.progress import Progress
from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.typed import Interrupted
from spec_compiler.data import Streamed, write, writer
from spec_compiler.data.writer import Field
from spec_compiler.runtime.run import Run

_NAMED: Final = 8
"""How many results are named when they have been written."""
_READABLE: Final = 10_000
"""The numbers that a terminal shows; of more, it shows the first rows."""
_FIRST: Final = 5
"""How many those are."""


def write_all(run: Run, output: str, rows: int, masks: bool, inputs: set[Path]) -> str:
    """Write the results, and give what to say of them, if anything.

    Args:
        run: One that is prepared.
        output: Where they go.
        rows: How many run at a time, where they are streamed.
        masks: Whether masks are written, too.
        inputs: Files that must not be replaced.

    Raises:
        Interrupted: By Ctrl-C; nothing is written.
    """
    shapes = {name: of for name, of in run.shapes().items() if masks or name in run.program.outputs}
    if output == STDIN and on_terminal() and run.rows and _numbers(shapes) > _READABLE:
        return _first_rows(run, run.rows, shapes)
    try:
        _write(run, output, rows, shapes, inputs)
    except KeyboardInterrupt:
        if output == STDIN:
            raise
        on = "; into a folder, `--output scores/`, a run goes on where it ended" * bool(run.rows)
        raise Interrupted(f"nothing is written{on}") from None
    if output == STDIN:
        return ""
    listed = [f"{name} {dtype}{list(shape)}" for name, (dtype, shape) in shapes.items()]
    more = [f"and {len(listed) - _NAMED} more"] if len(listed) > _NAMED else []
    return f"wrote {output}: {', '.join(listed[:_NAMED] + more)}"


def on_terminal() -> bool:
    """Whether standard output is one."""
    return sys.stdout.isatty()


def _write(
    run: Run, output: str, rows: int, shapes: Mapping[str, Field], inputs: set[Path]
) -> None:
    batch = run.rows
    streamed = any(isinstance(data, Streamed) for data in run.inputs.values())
    if batch is None or (batch <= rows and not streamed):
        results = run.whole()
        write(output, {name: results[name] for name in shapes}, inputs=inputs)
        return
    with writer(output, shapes, inputs=inputs) as target, Progress("running", batch) as progress:
        for part in run.slices(rows):
            target.append({name: part[name] for name in shapes})
            progress.add(len(part[next(iter(shapes))]))


def _first_rows(run: Run, batch: int, shapes: Mapping[str, Field]) -> str:
    """Show what fits a terminal; no other row runs."""
    of_row = _numbers(shapes) // batch
    shown = min(_FIRST, batch)
    said = f"{batch:,} rows: write them, `--output y.npy`, or into a pipe"
    if of_row * shown > _READABLE:
        return f"a terminal shows no row of {of_row:,} numbers, of {said}"
    for part in run.slices(shown):
        write(STDIN, {name: part[name] for name in shapes})
        return f"the first {shown} of {said}; no other row was run"
    return ""  # what is refused has left


def _numbers(shapes: Mapping[str, tuple[Any, tuple[int, ...]]]) -> int:
    return sum(prod(shape) for _, shape in shapes.values())
