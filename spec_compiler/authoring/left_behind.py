"""Weights that a file would hold in vain after a renaming: it has them under the old name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal, Severity
from spec_compiler.shortening import shown, shown_some


def left_behind(before: Program, after: Program) -> Iterator[str]:
    """What to tell of each file whose weights a spec would no longer find; a line each.

    Args:
        before: The spec as it is.
        after: The spec with other names. What its files hold is read, as far as it can be.
    """
    # only where something is renamed
    from spec_compiler.weights.checkpoint import read_checkpoint, weights_place

    where = weights_place(before.core)
    checkpoint = where and read_checkpoint(where, Diagnostics(), Severity.NOTE)
    if where is not None and checkpoint is not None:
        then, now = _read(before), _read(after)
        lost = [name for name in then if name in checkpoint.tensors and name not in now]
        if lost:
            file, names = shown(where.declared.file), shown_some(lost)
            advice = "rename them there, too, or say under `weights` what they are called: "
            entry = f"`map: {{NEW: {lost[0]}}}`"
            yield f"the weights file {file} has {names} under the old name; {advice}{entry}"
    yield from _left_at_first(before, after)


def _left_at_first(before: Program, after: Program) -> Iterator[str]:
    """The same of the file that training begins with, where its names are those of the spec."""
    from spec_compiler.weights.safetensors import read_header  # see above

    core, declared = before.core, before.core.header.weights
    file = None if core.train is None else core.train.initial_weights
    if file is None or (declared is not None and declared.map):
        return
    try:
        held: Collection[str] = read_header(core.origin.locate(file))
    except (OSError, Refusal):
        return
    now = after.graph.weights
    lost = [name for name in before.graph.weights if name in held and name not in now]
    if lost:
        names = shown_some(lost)
        yield (
            f"training begins with {names} of {shown(file)}, which has the old name; what has "
            "another one is drawn anew"
        )


def _read(program: Program) -> dict[str, None]:
    """The tensors of a file that a spec reads, in the order of its weights."""
    from spec_compiler.weights.mapping import origins  # see above

    declared = program.core.header.weights
    entries = {} if declared is None else declared.map
    sources, _ = origins(program.graph.weights, entries, program.core.scope)
    return {name: None for source in sources.values() for name in source.names}
