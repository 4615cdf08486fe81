"""How much memory a run takes, told before anything is allocated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spec_compiler.data import MAPPED, Allowance
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.ir.peak import Part, Peak
from spec_compiler.places import Outside
from spec_compiler.plan.engine import BETWEEN
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.free_memory import free_memory
from spec_compiler.runtime.offered import mapping
from spec_compiler.runtime.peak import at_most, fed, loading
from spec_compiler.runtime.run import Run

LARGEST_DEFAULT = 8 * 2**30
SMALL = 16 * 2**20
"""The bytes that may always be used: to ask how much is free takes longer than a small run."""


def default_limit() -> int:
    """The smaller of 80 % of the memory that is free, and 8 GiB."""
    free = free_memory()
    return LARGEST_DEFAULT if free is None else min(free * 8 // 10, LARGEST_DEFAULT)


def allowed(limit: int | None, held: int = 0) -> Allowance:
    """What reading weights or data may take.

    Args:
        limit: In bytes; None for `default_limit()`.
        held: The bytes of what is there.
    """
    most = default_limit() if limit is None else limit
    return Allowance(most, held, f"{MAPPED}, or allow more with `--max-memory`")


def left_for_data(limit: int | None, weights: Mapping[str, Array]) -> Allowance:
    """What reading data may take beside the weights, of which mapped ones do not count.

    Args:
        limit: In bytes; None for `default_limit()`.
        weights: The weights that are there.
    """
    arrays = {id(array): array for array in weights.values() if mapping(array) is None}
    return allowed(limit, sum(array.nbytes for array in arrays.values()))


def require_memory(
    program: Program, sizes: Mapping[str, int] | None, limit: int | None = None
) -> None:
    """Refuse weights, or data to be drawn, that need more memory than there should be used.

    Args:
        program: What will run.
        sizes: The number that each named size is; None asks about the weights alone.
        limit: In bytes; None for `default_limit()`.

    Raises:
        SpecError: what is held at once is larger.
    """
    peak = loading(program) if sizes is None else fed(program, sizes)
    if limit is not None or peak.most > SMALL:
        _require(program, peak, allowed(limit).most, "" if sizes is None else _FEWER)


_FEWER = "give fewer rows, or "


def require_room(run: Run, limit: int | None = None, rows: int | None = None) -> int:
    """Refuse a run that needs more memory than there should be used, however it goes.

    Where all would be too much, it has smaller slices.

    Args:
        run: One that is prepared.
        limit: In bytes; None for `default_limit()`.
        rows: How many rows of data and results are held at a time; None: all of them.

    Returns:
        How many may be, of as many rows as were asked for.

    Raises:
        SpecError: what is held at once is larger.
    """
    batch = run.sizes.get(BATCH_NAME, 1)
    at_once = batch if rows is None else min(rows, batch)
    if limit is None and run.bound.peak.most <= SMALL:
        return at_once
    most = allowed(limit).most
    while (peak := _peak(run, at_once, most)).most > most:
        if rows is None or at_once <= 1 or run.rows is None:
            _require(run.program, peak, most, _FEWER)
        at_once = (at_once + 1) // 2
    return at_once


def _peak(run: Run, rows: int, most: int) -> Peak:
    """The most that a run of some rows holds, in slices that keep to `most` where they can."""
    program, sizes = run.program, run.sizes
    if BATCH_NAME in sizes:
        sizes = {**sizes, BATCH_NAME: rows}
    peak = run.bound.peak if sizes == run.sizes else at_most(program, sizes, run.bound.offered)
    if peak.most <= most:
        return peak
    peak = fed(program, sizes, run.bound.offered)
    sparse = frozenset(name for name, item in run.bound.offered.items() if item.sparse)
    left = most - peak.held
    peak.then(run.engine.held(program.graph, run.weights, sizes, sparse, left))
    return peak


def _require(program: Program, peak: Peak, most: int, fewer: str) -> None:
    """Refuse a peak that is above what is allowed.

    Raises:
        SpecError: it is.
    """
    if peak.most <= most:
        return
    parts = sorted(peak.parts.items(), key=lambda item: -item[1])
    notes = [f"what takes most: {_listed(parts[:3])}"]
    if peak.tensors:
        notes.append(f"the largest of {BETWEEN}, some in one place: {_listed(peak.tensors)}")
    found = Diagnostics(sources=program.sources)
    found.at(Outside(program.core.file)).add(
        Refusal(
            "SPC0523",
            f"the run would need {readable(peak.most)}, and {readable(most)} are allowed",
            notes=tuple(notes),
            help=f"{fewer}allow more with `--max-memory`",
        )
    )
    found.stop()


def _listed(parts: Sequence[tuple[Part, int]]) -> str:
    return ", ".join(f"{part} {readable(size)}" for part, size in parts if size)


def readable(size: int) -> str:
    """A number of bytes for people."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if amount < 1024 or unit == "PiB":
            break
        amount /= 1024
    return f"{amount:.4g} {unit}"
