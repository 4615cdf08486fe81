"""What a model consists of, where neighbours that are alike are one part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from spec_compiler.folds.likeness import Likeness
from spec_compiler.folds.numbered import called, place_of_number
from spec_compiler.folds.sequences import Sequences
from spec_compiler.folds.tree import Branch, Bundle, branches_of, within
from spec_compiler.program import Program
from spec_compiler.records import record

LAYERS_AT_LEAST = 3
"""Layers that are alike and are one part; blocks that are alike are one from two on."""


@record
class Part:
    """A layer or a use of a block, or several that are alike; or copies of a sequence.

    Attributes:
        name: The full name: `stack.*` for `stack.0` to `stack.11`.
        kind: The type of the layer, or the name of the block; `sequence` for neighbours that
            repeat together.
        is_layer: Whether it is no block, and no sequence.
        times: How many there are that are alike, in each copy of what is around it.
        names: The full name of each of all that there are.
        copies: The full names of the layers of each, in executable order.
        inside: What the block consists of, of all copies at once; empty where it is closed.
        is_sequence: Whether it is one. What is inside has its full name, as without it.
    """

    name: str
    kind: str
    is_layer: bool
    times: int
    names: tuple[str, ...]
    copies: tuple[tuple[str, ...], ...]
    inside: tuple[Part, ...] = ()
    is_sequence: bool = False

    @property
    def layers(self) -> Iterator[str]:
        """Every layer that it stands for."""
        return (layer for copy in self.copies for layer in copy)

    @property
    def many(self) -> int:
        """How many there are, in all copies of what is around it."""
        return len(self.names)


def parts_of(program: Program, *, fold: bool = True) -> tuple[Part, ...]:
    """What stands in the file's own list, in executable order.

    Alike are neighbours of the same layers, settings, shapes, dtypes, masks and sharing of weights.
    They are one part where their names differ in a number alone; blocks with other names, where
    each reads the one before it. Neighbours that repeat together, as convolution, norm, relu, are
    a sequence where names and wiring say so, too.

    Args:
        program: The model.
        fold: Whether what is alike is one part; otherwise each is one of its own.
    """
    bundles = [Bundle(branch.name, [branch]) for branch in branches_of(program)]
    return _parts("", bundles, _Runs(program) if fold else None)


def _parts(around: str, bundles: Sequence[Bundle], runs: _Runs | None) -> tuple[Part, ...]:
    if runs is not None:
        bundles = list(runs.folded(bundles))
    return tuple(_part(around, bundle, runs) for bundle in bundles)


def _part(around: str, bundle: Bundle, runs: _Runs | None) -> Part:
    names = tuple(branch.name for branch in bundle.branches)
    copies = tuple(tuple(branch.layers) for branch in bundle.branches)
    first = bundle.branches[0]
    name = first.name if len(names) == 1 else around + bundle.name
    if bundle.inside:
        parts = _parts(around, bundle.inside, runs)
        return Part(name, first.kind, False, bundle.times, names, copies, parts, True)
    inside: dict[str, list[Branch]] = {within(one.name, first.name): [] for one in first.inside}
    for branch in bundle.branches:
        for one in branch.inside:
            inside[within(one.name, branch.name)].append(one)
    bundles = [Bundle(name_there, branches) for name_there, branches in inside.items()]
    parts = _parts(f"{name}.", bundles, runs)
    return Part(name, first.kind, first.is_layer, bundle.times, names, copies, parts)


class _Runs:
    """Finds neighbours that are alike."""

    def __init__(self, program: Program) -> None:
        self._program, self.likeness = program, Likeness(program)

    def folded(self, bundles: Sequence[Bundle]) -> Iterator[Bundle]:
        """The same, in which what is alike is one."""
        beside = [bundle.name for bundle in bundles]
        stack: list[Bundle] = []
        for run in self._numbered(Sequences(self._program, self.likeness, bundles).found()):
            # what is numbered is a whole; blocks with names of their own are one as a stack
            if stack and not (len(run) == 1 and self._stands_on(stack[-1], run[0])):
                yield from _one(stack, beside)
                stack = []
            if len(run) > 1:
                yield from _one(run, beside)
            else:
                stack += run
        yield from _one(stack, beside)

    def _numbered(self, bundles: Sequence[Bundle]) -> Iterator[list[Bundle]]:
        """Runs of what is alike, under names that differ in a number alone."""
        run: list[Bundle] = []
        for bundle in bundles:
            if run and not (
                place_of_number(run[0].name, bundle.name) is not None
                and self.likeness.alike(
                    run[-1].branches[0], bundle.branches[0], first=len(run) == 1
                )
            ):
                yield run
                run = []
            run.append(bundle)
        if run:
            yield run

    def _stands_on(self, below: Bundle, bundle: Bundle) -> bool:
        one, other = below.branches[0], bundle.branches[0]
        return (
            not one.is_layer
            and self.likeness.follows(one, other)
            and self.likeness.alike(one, other)
        )


def _one(run: Sequence[Bundle], beside: Sequence[str]) -> Iterator[Bundle]:
    if len(run) < (LAYERS_AT_LEAST if run and run[0].branches[0].is_layer else 2):
        yield from run
        return
    branches = [branch for bundle in run for branch in bundle.branches]
    yield Bundle(called([bundle.name for bundle in run], beside), branches, len(run))


def owner_of(part: Part, reuse: Callable[[str], str | None]) -> str | None:
    """The layer or block whose weights a part uses again; None where it does not.

    Args:
        part: One that has no weights of its own.
        reuse: The layer whose weights a layer uses again.
    """
    for layer in part.copies[0]:
        owner = reuse(layer)
        if owner is not None and owner not in part.copies[0]:
            inside = "" if part.is_layer else within(layer, part.names[0])
            return owner.removesuffix(f".{inside}") if inside else owner
    return None
