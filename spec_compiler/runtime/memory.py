"""How much memory a run takes, told before anything is allocated."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.data import MAPPED, Allowance
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.peak import Peak
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.free_memory import free_memory
from spec_compiler.runtime.offered import Offered, mapping
from spec_compiler.runtime.peak import peak_of

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
    program: Program,
    sizes: Mapping[str, int] | None,
    limit: int | None = None,
    data: Mapping[str, Offered] | None = None,
) -> None:
    """Refuse what would need more memory than there should be used.

    Args:
        program: What will run.
        sizes: The number that each named size is; None asks about the weights alone.
        limit: In bytes; None for `default_limit()`.
        data: What is offered for the inputs, where that is there.

    Raises:
        SpecError: what is held at once is larger.
    """
    fewer = "" if sizes is None else _FEWER
    require_room(program, peak_of(program, sizes, data), limit, fewer=fewer)


_FEWER = "run fewer rows at a time (`--rows` of `specc run`), or "


def require_room(
    program: Program, peak: Peak, limit: int | None = None, *, fewer: str = _FEWER
) -> None:
    """Refuse a run whose peak is known, as `require_memory` does.

    Args:
        program: What will run.
        peak: The most that it holds at once.
        limit: In bytes; None for `default_limit()`.
        fewer: What can be done instead of allowing more.

    Raises:
        SpecError: it is larger.
    """
    if limit is None and peak.most <= SMALL:
        return
    most = allowed(limit).most
    if peak.most <= most:
        return
    parts = sorted(peak.parts.items(), key=lambda item: -item[1])
    largest = ", ".join(f"{name} {readable(size)}" for name, size in parts[:3])
    found = Diagnostics(sources=program.sources)
    found.at(Outside(program.core.file)).add(
        Refusal(
            "SPC0523",
            f"the run would need {readable(peak.most)}, and {readable(most)} are allowed",
            notes=(f"what takes most: {largest}",),
            help=f"{fewer}allow more with `--max-memory`",
        )
    )
    found.stop()


def readable(size: int) -> str:
    """A number of bytes for people."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if amount < 1024 or unit == "PiB":
            break
        amount /= 1024
    return f"{amount:.4g} {unit}"
