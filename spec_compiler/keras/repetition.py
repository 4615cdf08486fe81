"""Groups of layers that follow each other again and again, each fed by the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias, TypeGuard

from spec_compiler.records import record
from spec_compiler.source.node import Plain

_LONG = 8
"""Layers that two copies have at least: fewer are as easily read twice."""
_LONGEST_PERIOD = 200
MOST_LAYERS = 5000
WORDS = frozenset({"drop", "pass", "none"})
"""What `mask` may say besides the name of a tensor."""

Item: TypeAlias = "dict[str, Plain]"
Slot: TypeAlias = "tuple[str, str | int | None]"
"""Where an item names a tensor: its key, and the place in a list or mapping under it."""


@record
class Run:
    """A repetition.

    Attributes:
        start: The first layer's place.
        period: The layers of a copy.
        count: The copies.
        chained: Where the layers of a copy read what the copy before gives.
        exit: What a copy gives: the place of a layer in it, and the output behind its name.
        shared: What all copies read, by where they do.
        varied: The numbers in which copies differ: a value for each, by the layers and arguments
            that have them.
    """

    start: int
    period: int
    count: int
    chained: frozenset[tuple[int, Slot]]
    exit: tuple[int, str]
    shared: Mapping[tuple[int, Slot], str]
    varied: Mapping[tuple[float, ...], tuple[tuple[int, str], ...]]

    @property
    def end(self) -> int:
        """The place of what follows."""
        return self.start + self.period * self.count

    @property
    def saved(self) -> int:
        """The layers that need not be written, less what is written for them."""
        return self.period * (self.count - 1) - 2 * len(self.varied)


def _items(document: dict[str, Plain]) -> list[Item]:
    layers = document["layers"]
    return [item for item in layers if isinstance(item, dict)] if isinstance(layers, list) else []


class Wanted(NamedTuple):
    """What is looked for.

    Attributes:
        fewest: Copies that there are at least.
        varied: Numbers in which copies may differ.
    """

    fewest: int
    varied: int


def longest(document: dict[str, Plain], wanted: Wanted) -> Run | None:
    """The repetition that is worth most as a block, where there is one."""
    items = explicit(document)
    if len(items) > MOST_LAYERS:
        return None
    kinds = [_kind(item, with_numbers=not wanted.varied) for item in items]
    readers = _readers(document, items)
    best: Run | None = None
    for period in range(2, min(len(items) // wanted.fewest, _LONGEST_PERIOD) + 1):
        for start, length in _stretches(kinds, period):
            for first in range(start, min(start + period, start + length - period + 1)):
                count = (start + length + period - first) // period
                few = count < wanted.fewest or (count == 2 and period < _LONG)
                if few or (best and period * (count - 1) <= best.saved):
                    continue
                run = _run(items, first, period, count, readers)
                if run is None or len(run.varied) > wanted.varied:
                    continue
                if best is None or run.saved > best.saved:
                    best = run
    return best


def _stretches(kinds: list[str], period: int) -> Iterator[tuple[int, int]]:
    """Where layers are of the same kinds as those one period later: the first, and how many."""
    start: int | None = None
    for at in range(len(kinds) - period + 1):
        same = at + period < len(kinds) and kinds[at] and kinds[at] == kinds[at + period]
        if same and start is None:
            start = at
        elif not same and start is not None:
            yield start, at - start
            start = None


def _kind(item: Item, *, with_numbers: bool) -> str:
    """All of a layer but its name and what feeds it; empty for what no block can hold."""
    if "type" not in item:
        return ""
    bare = {
        key: value if with_numbers or not _is_number(value) else "?"
        for key, value in item.items()
        if key not in ("name", "from")
    }
    if slots(item) and ("mask", None) in dict(slots(item)):
        bare["mask"] = "?"
    source = item.get("from")
    form = len(source) if isinstance(source, list) else sorted(source) \
        if isinstance(source, dict) else 0  # fmt: skip
    return json.dumps([bare, form], sort_keys=True)


def _is_number(value: Plain) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def slots(item: Item) -> list[tuple[Slot, str]]:
    """The tensors that an item names."""
    source, mask = item.get("from"), item.get("mask")
    found: list[tuple[Slot, str]] = []
    if isinstance(source, str):
        found.append((("from", None), source))
    elif isinstance(source, list):
        found += [(("from", at), ref) for at, ref in enumerate(source) if isinstance(ref, str)]
    elif isinstance(source, dict):
        found += [(("from", key), ref) for key, ref in source.items() if isinstance(ref, str)]
    if isinstance(mask, str) and mask not in WORDS:
        found.append((("mask", None), mask))
    return found


def explicit(document: dict[str, Plain]) -> list[Item]:
    """The layers, each of which says what feeds it."""
    inputs = document["inputs"]
    above = next(iter(inputs)) if isinstance(inputs, dict) and len(inputs) == 1 else ""
    items: list[Item] = []
    for item in _items(document):
        items.append(item if "from" in item else {**item, "from": above})
        above = str(item["name"])
    return items


def _readers(document: dict[str, Plain], items: list[Item]) -> dict[str, list[tuple[int, str]]]:
    """Who reads each layer, and by which reference; -1 is the model itself."""
    found: dict[str, list[tuple[int, str]]] = {}
    for at, item in enumerate(items):
        for _, ref in slots(item):
            found.setdefault(ref.partition(".")[0], []).append((at, ref))
        if isinstance(item.get("reuse"), str):
            found.setdefault(str(item["reuse"]), []).append((at, "reuse"))
    for ref in leaves(document["outputs"]):
        found.setdefault(ref.partition(".")[0], []).append((-1, ref))
    return found


def leaves(outputs: Plain) -> list[str]:
    """The references of a document's outputs."""
    if isinstance(outputs, str):
        return [outputs]
    inner: list[Plain] = []
    if isinstance(outputs, dict):
        inner = [*outputs.values()]
    elif isinstance(outputs, list):
        inner = [*outputs]
    return [leaf for item in inner for leaf in leaves(item)]


def _run(
    items: list[Item],
    start: int,
    period: int,
    count: int,
    readers: Mapping[str, list[tuple[int, str]]],
) -> Run | None:
    """The repetition that begins here, if it is a chain of which only the end is read."""
    place = {str(items[start + at]["name"]): divmod(at, period) for at in range(period * count)}
    chained: set[tuple[int, Slot]] = set()
    shared: dict[tuple[int, Slot], str] = {}
    exits: set[tuple[int, str]] = set()
    entries: set[str] = set()
    for copy in range(count):
        for at in range(period):
            first = dict(slots(items[start + period + at]))
            for slot, ref in slots(items[start + copy * period + at]):
                meaning = _meaning(place, copy, ref)
                if _meaning(place, 1, first.get(slot, "")) != meaning and copy:
                    return None
                if copy == 0:
                    other = _meaning(place, 1, first.get(slot, ""))
                    if isinstance(other, tuple) and other[0] == "before":
                        if meaning != ref:
                            return None
                        entries.add(ref)
                        chained.add((at, slot))
                    elif other != meaning:
                        return None
                    elif isinstance(meaning, str):
                        shared[at, slot] = ref
                elif isinstance(meaning, tuple) and meaning[0] == "before":
                    exits.add((meaning[1], meaning[2]))
    if len(exits) != 1 or len(entries) != 1:
        return None
    (exit_,) = exits
    varied = _varied(items[start : start + period * count], period)
    run = Run(start, period, count, frozenset(chained), exit_, shared, varied)
    return run if run.saved > 0 and _closed(items, run, place, readers) else None


def _varied(items: list[Item], period: int) -> dict[tuple[float, ...], tuple[tuple[int, str], ...]]:
    """The numbers of copies that are not the same in all."""
    found: dict[tuple[float, ...], tuple[tuple[int, str], ...]] = {}
    for at in range(period):
        for key in items[at]:
            values = [item[key] for item in items[at::period]]
            numbers = tuple(value for value in values if _is_number(value))
            if len(numbers) == len(values) and len({*numbers}) > 1:
                found[numbers] = (*found.get(numbers, ()), (at, key))
    return found


def _meaning(
    place: Mapping[str, tuple[int, int]], copy: int, ref: str
) -> str | tuple[str, int, str]:
    """What a reference means in a copy: a layer of it, one of the copy before, or else itself."""
    name, _, output = ref.partition(".")
    if name not in place:
        return ref
    where, at = place[name]
    words = {copy: "same", copy - 1: "before"}
    return (words[where], at, output) if where in words else ("elsewhere", at, output)


def _closed(
    items: list[Item],
    run: Run,
    place: Mapping[str, tuple[int, int]],
    readers: Mapping[str, list[tuple[int, str]]],
) -> bool:
    """Whether nothing outside reads more than what the last copy gives."""
    last = str(items[run.end - run.period + run.exit[0]]["name"])
    final = f"{last}.{run.exit[1]}" if run.exit[1] else last
    return all(
        run.start <= reader < run.end or ref == final
        for name in place
        for reader, ref in readers.get(name, ())
    ) and not any("reuse" in items[at] for at in range(run.start, run.end))
