"""How much memory a run takes, told before anything is allocated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.dim_operations import evaluate
from spec_compiler.ir.dims import SizeError, product
from spec_compiler.ir.types import ITEMSIZE, TensorType
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.free_memory import free_memory

LARGEST_DEFAULT = 8 * 2**30


def default_limit() -> int:
    """The smaller of 80 % of the memory that is free, and 8 GiB."""
    free = free_memory()
    return LARGEST_DEFAULT if free is None else min(free * 8 // 10, LARGEST_DEFAULT)


def require_memory(
    program: Program, sizes: Mapping[str, int] | None, limit: int | None = None
) -> None:
    """Refuse what would need more memory than there should be used.

    Args:
        program: What will run.
        sizes: The number that each named size is; None asks about the weights alone.
        limit: In bytes; None for `default_limit()`.

    Raises:
        SpecError: the weights, inputs and results of all steps together are larger.
    """
    allowed = default_limit() if limit is None else limit
    parts = sorted(_tensors(program, sizes), key=lambda item: -item[1])
    total = sum(size for _, size in parts)
    if total <= allowed:
        return
    largest = ", ".join(f"{name} {readable(size)}" for name, size in parts[:3])
    found = Diagnostics(sources=program.sources)
    found.at(Outside(program.core.file)).add(
        Refusal(
            "SPC0523",
            f"the run would need {readable(total)}, and {readable(allowed)} are allowed",
            notes=(f"the largest tensors: {largest}",),
            help="run fewer rows at a time with `--rows`, or allow more with `--max-memory`",
        )
    )
    found.stop()


def _tensors(program: Program, sizes: Mapping[str, int] | None) -> Iterator[tuple[str, int]]:
    graph = program.graph
    for name, weight in graph.weights.items():
        yield f"`{name}`", _bytes(weight.value.type, {})
    if sizes is None:
        return
    for name, value in graph.inputs.items():
        yield f"`{name}`", _bytes(value.type, sizes)
    for node in graph.nodes:
        for result in node.results:
            yield f"{node.name} in `{node.layer}`", _bytes(result.type, sizes)


def _bytes(of: TensorType, sizes: Mapping[str, int]) -> int:
    each = 4 if of.dtype == "bfloat16" else ITEMSIZE[of.dtype]  # see ir/storage.py
    try:
        return each * evaluate(product(of.shape), sizes)
    except SizeError:  # beyond 2^63 elements: more than any limit
        return each * 2**63


def readable(size: int) -> str:
    """A number of bytes for people."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if amount < 1024 or unit == "PiB":
            break
        amount /= 1024
    return f"{amount:.4g} {unit}"
