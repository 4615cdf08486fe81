"""Where the data of a run comes from: files by the names of inputs, or random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.typed import UsageError, sizes_of
from spec_compiler.cli.words import say
from spec_compiler.data import (
    Allowance,
    Handle,
    files_of,
    in_memory,
    of_rank,
    read,
    read_one,
    split_key,
)
from spec_compiler.program import Program
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.memory import require_memory
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes


def from_files(
    program: Program,
    items: list[str],
    allowance: Allowance,
    option: str = "--input",
    *,
    streamed: bool = False,
) -> dict[str, Handle]:
    """The data by input name; all sources together may take what is allowed.

    Args:
        program: Whose inputs are fed.
        items: What was typed: `NAME=FILE`, or `FILE`.
        allowance: What they may take together.
        option: Behind which option.
        streamed: Whether rows may be read as they are asked for; else all are in memory.
    """
    found: dict[str, Handle] = {}
    stdin = 0
    for item in items:
        name, sign, source = item.partition("=")
        if not sign:
            name, source = "", item
        if not source:
            raise UsageError(f"{option} {item}: no file is named")
        stdin += source == STDIN
        if stdin > 1:
            raise UsageError(f"standard input can feed one {option} only")
        if name:
            if name in found:
                raise UsageError(f"{option} {name}: given twice")
            handle = read_one(source, name=name, allowance=allowance)
            found[name] = _as_declared(program, name, handle)
        else:
            found |= _unnamed(program, source, allowance, option)
    if streamed:
        return found
    return {name: in_memory(handle, allowance) for name, handle in found.items()}


def files_of_source(item: str) -> set[Path]:
    """The files that were typed as `NAME=FILE`, or `FILE`, which no result may replace."""
    return set(map(Path, files_of(item.partition("=")[2] or item)))


def _as_declared(program: Program, name: str, handle: Handle) -> Handle:
    declared = program.graph.inputs.get(name)
    return handle if declared is None else of_rank(handle, declared.type.rank)


def _unnamed(program: Program, source: str, allowance: Allowance, option: str) -> dict[str, Handle]:
    """A source without a name: the only input's data, or arrays by the inputs' names."""
    wanted = list(program.graph.inputs)
    if len(wanted) == 1:
        handles = read(source, name=wanted[0], allowance=allowance)
        if len(handles) == 1:
            (handle,) = handles.values()
            return {wanted[0]: _as_declared(program, wanted[0], handle)}
        return {name: handle for name, handle in handles.items() if name in wanted} or handles
    handles = read(source, name=split_key(source)[0], allowance=allowance)
    if len(handles) == 1 and not set(handles) & set(wanted):
        named = " or ".join(f"`{option} {name}={source}`" for name in wanted[:3])
        asked = f"{len(wanted)} arrays are wanted; write {named}"
        raise UsageError(f"{option} {source} is one array, and {asked}")
    return handles


def at_random(
    program: Program, text: str, dims: Mapping[str, Fixed], limit: int | None
) -> tuple[dict[str, Handle], dict[str, Fixed]]:
    """Random data for every input, and the sizes that it has."""
    given = sizes_of("--random", [item for item in text.split(",") if item])
    sizes = random_sizes(program, {**{name: size for name, (size, _) in dims.items()}, **given})
    require_memory(program, sizes, limit)
    shown = ", ".join(f"{name.removeprefix('?')}={size}" for name, size in sizes.items())
    say(f"note: random data for {shown}", err=True)
    arrays = random_inputs(program, sizes)
    handles = {name: Handle.of(array, name, f"random {name}") for name, array in arrays.items()}
    fixed = {name: item for name, item in dims.items() if name not in given}
    return handles, {name: (size, f"--random {text}") for name, size in sizes.items()} | fixed
