"""Layers that repeat as a sequence: convolution, norm, relu, and the same again, written flat."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from spec_compiler.folds.likeness import Likeness
from spec_compiler.folds.numbered import called, label_of, start_of, word_between
from spec_compiler.folds.tree import SEQUENCE, Branch, Bundle, within
from spec_compiler.program import Program

LONGEST = 64
"""Layers and blocks of one sequence."""
COMPARED = 4_000_000
"""Pairs of parts that are compared at most: in long lists only shorter sequences are seen."""
UNNAMED_SAVE = 4
"""Rows that must be saved by two sequences whose names say nothing of each other."""
_TURNS = 6
"""Places where a sequence may begin that are tried."""


class _Run(NamedTuple):
    """So many layers, so many times."""

    start: int
    length: int
    times: int

    @property
    def saved(self) -> int:
        return self.length * (self.times - 1)

    @property
    def end(self) -> int:
        return self.start + self.length * self.times


class _Link(NamedTuple):
    """What is read: in a list of parts by its place, else by its name."""

    at: int
    layer: str
    output: str


class Sequences:
    """Finds sequences in one list of parts.

    Args:
        program: What they are parts of.
        likeness: Compares them.
        bundles: The list, in executable order.
    """

    def __init__(self, program: Program, likeness: Likeness, bundles: Sequence[Bundle]) -> None:
        self._likeness, self._bundles = likeness, bundles
        self._names = [bundle.name for bundle in bundles]
        looks: dict[object, int] = {}
        self._looks = [looks.setdefault(likeness.looks(one), len(looks)) for one in self._firsts()]
        self._links = self._all_links(program)
        self._weights = [
            sum(bool(program.steps[layer].weights) for layer in one.layers)
            for one in self._firsts()
        ]

    def found(self) -> list[Bundle]:
        """The same list, in which the copies of a sequence are one."""
        runs = {run.start: run for run in self._chosen(self._candidates())}
        found: list[Bundle] = []
        at = 0
        while at < len(self._bundles):
            run = runs.get(at)
            found.append(self._bundles[at] if run is None else self._one(run))
            at = at + 1 if run is None else run.end
        return found

    def _firsts(self) -> Iterator[Branch]:
        return (bundle.branches[0] for bundle in self._bundles)

    def _all_links(self, program: Program) -> list[list[_Link]]:
        """What the layers of each part read, and whose weights they use."""
        places = {
            layer: (at, within(layer, branch.name))
            for at, branch in enumerate(self._firsts())
            for layer in branch.layers
        }

        def link(layer: str, output: str) -> _Link:
            return _Link(*places.get(layer, (-1, layer)), output)

        found: list[list[_Link]] = []
        for branch in self._firsts():
            calls = [program.steps[layer].call for layer in branch.layers]
            links = [link(r.source, r.output or "") for call in calls for r in call.feeds.read]
            links += [link(call.reuse, "/") for call in calls if call.reuse is not None]
            found.append(links)
        return found

    def _candidates(self) -> list[_Run]:
        """Every sequence that repeats, wherever it begins; they may overlap."""
        looks = self._looks
        longest = min(LONGEST, len(looks) // 2, COMPARED // (len(looks) or 1))
        found: list[_Run] = []
        for length in range(2, longest + 1):
            same = [one == other for one, other in zip(looks, looks[length:], strict=False)]
            at = 0
            for alike, group in groupby(same):
                count = sum(1 for _ in group)
                if alike and count >= length:
                    found += self._turned(at, length, at + count + length, found)
                at += count
        return found

    def _turned(self, start: int, length: int, end: int, known: Sequence[_Run]) -> list[_Run]:
        """The runs in a stretch that repeats, begun where it is read best."""
        inner = _period(self._looks[start : start + length])
        if any(run.length == inner and start < run.end and run.start < end for run in known):
            return []
        turns: list[tuple[tuple[int, ...], int]] = []
        for at in range(start, min(start + length, end - 2 * length + 1)):
            named = self._named(at, at + length, length)
            if named is not None and (named or inner > 1):
                turns.append((self._judged(at, length, end, named), at))
        for _, at in sorted(turns, reverse=True)[:_TURNS]:
            runs = list(self._holding(at, length, (end - at) // length))
            if runs:
                return runs
        return []

    def _judged(self, at: int, length: int, end: int, named: bool) -> tuple[int, ...]:
        """How well a sequence begins there, the larger the better."""
        into = {
            (link.at, link.output)
            for after in range(at + length, at + 2 * length)
            for link in self._links[after]
            if at <= link.at < at + length
        }
        times = (end - at) // length
        return named, times, -len(into), self._weights[at], -at

    def _named(self, one: int, other: int, length: int) -> bool | None:
        """Whether names say that two sequences are copies: True where all have the same label.

        False where each name differs in a number of its own; None where they differ otherwise.
        """
        words = [
            word_between(self._names[one + at], self._names[other + at]) for at in range(length)
        ]
        labels = {None if word is None else (word.one, word.other) for word in words}
        if len(labels) == 1 and None not in labels:
            return all(all(label) for label in labels if label)
        return False if all(word is not None and word.is_number for word in words) else None

    def _holding(self, start: int, length: int, times: int) -> Iterator[_Run]:
        """Runs of copies that are alike in all, wiring among it."""
        first = start
        for at in range(start, start + length * times, length):
            last = at + length == start + length * times
            if last or not self._follows(first, at, length):
                run = _Run(first, length, (at - first) // length + 1)
                if self._is_worth(run):
                    yield run
                first = at + length

    def _is_worth(self, run: _Run) -> bool:
        if run.times < 2:
            return False
        named = self._named(run.start, run.start + run.length, run.length)
        return bool(named) or run.times > 2 or run.saved >= UNNAMED_SAVE

    def _follows(self, first: int, at: int, length: int) -> bool:
        """Whether the copy behind one is like it, where the run has begun at `first`."""
        named = self._named(first, at + length, length)
        if named is None:
            return False
        stands_on = False
        for here in range(at, at + length):
            there = here + length
            if len(self._links[here]) != len(self._links[there]) or not self._likeness.alike(
                self._bundles[here].branches[0], self._bundles[there].branches[0]
            ):
                return False
            for one, other in zip(self._links[here], self._links[there], strict=True):
                before = at <= other.at < at + length
                stands_on |= before
                if not _same(one, other, first, at, length):
                    return False
        word = word_between(self._names[at], self._names[at + length])
        return stands_on or (word is not None and word.is_number)

    def _chosen(self, runs: Sequence[_Run]) -> Iterator[_Run]:
        """Those that save most, none in the place of another."""
        taken = bytearray(len(self._bundles))
        heap = [(-run.saved, run.length, run) for run in runs]
        heapq.heapify(heap)
        while heap:
            _, length, run = heapq.heappop(heap)
            free = [not any(taken[at : at + length]) for at in range(run.start, run.end, length)]
            if all(free):
                taken[run.start : run.end] = b"\1" * (run.end - run.start)
                yield run
                continue
            at = run.start
            for is_free, group in groupby(free):
                rest = _Run(at, length, sum(1 for _ in group))
                if is_free and self._is_worth(rest):
                    heapq.heappush(heap, (-rest.saved, length, rest))
                at = rest.end

    def _one(self, run: _Run) -> Bundle:
        """The copies of a sequence as one part, in which each of its layers is one."""
        starts = range(run.start, run.end, run.length)
        inside: list[Bundle] = []
        for at in range(run.length):
            bundles = [self._bundles[start + at] for start in starts]
            name = called([bundle.name for bundle in bundles], self._names)
            branches = [branch for bundle in bundles for branch in bundle.branches]
            inside.append(Bundle(name, branches))
        names = [self._names[start : start + run.length] for start in starts]
        labels = [label_of(one, names[at == 0]) for at, one in enumerate(names)]
        if all(labels):
            name = called(labels, {start_of(name, labels[0]) for name in self._names})
        else:
            name = _range(names[0][0], names[-1][-1])
        return Bundle(name, [*self._copies(starts, run.length)], run.times, tuple(inside))

    def _copies(self, starts: Sequence[int], length: int) -> Iterator[Branch]:
        """Each copy, in every copy of what is around the list."""
        for number, start in enumerate(starts):
            other = starts[number == 0]
            for copy in range(len(self._bundles[start].branches)):
                inside = [self._bundles[start + at].branches[copy] for at in range(length)]
                beside = [self._bundles[other + at].branches[copy].name for at in range(length)]
                names = [branch.name for branch in inside]
                label = label_of(names, beside) or _range(names[0], names[-1])
                yield Branch(label, SEQUENCE, inside=inside)


def _range(first: str, last: str) -> str:
    return f"{{{first}..{last}}}"


def _same(one: _Link, other: _Link, first: int, at: int, length: int) -> bool:
    """Whether two copies, the first at `at`, read the same in their places."""
    if other.at >= at + length:
        return one == other._replace(at=other.at - length)
    if other.at >= at:
        # the first copy is fed by what is before all
        return one.at < first if at == first else one == other._replace(at=other.at - length)
    return one == other and other.at < first


def _period(looks: Sequence[int]) -> int:
    """How many at its beginning a list repeats from its beginning to its end."""
    return next(
        length
        for length in range(1, len(looks) + 1)
        if not len(looks) % length and all(map(int.__eq__, looks[length:], looks))
    )
