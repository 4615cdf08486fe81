"""How much of a model is shown: what `--depth` and `--no-fold` mean."""

from __future__ import annotations

from spec_compiler.cli.typed import UsageError
from spec_compiler.folds import Part, parts_of, shown
from spec_compiler.program import Program

AUTO, ALL = "auto", "all"
_MOST_DIGITS = 6


def parts_shown(program: Program, depth: str, *, no_fold: bool) -> tuple[Part, ...]:
    """The parts of a program that are rows or boxes.

    Args:
        program: The model.
        depth: As it was typed.
        no_fold: Whether every layer is one.

    Raises:
        UsageError: this is no depth, or both say different things.
    """
    wanted = depth_of(depth)
    if no_fold and wanted not in {AUTO, ALL}:
        raise UsageError(f"--depth {depth} and --no-fold: one closes blocks, the other shows all")
    if no_fold or wanted == ALL:
        return parts_of(program, fold=False)
    return shown(parts_of(program), None if wanted == AUTO else int(wanted))


def depth_of(depth: str) -> str:
    """What was typed, where it is a depth.

    Raises:
        UsageError: it is none.
    """
    number = depth.isascii() and depth.isdigit() and len(depth) <= _MOST_DIGITS
    if depth not in {AUTO, ALL} and not number:
        raise UsageError(f"--depth {depth}: a depth is a whole number from 0 on, all or auto")
    return depth
