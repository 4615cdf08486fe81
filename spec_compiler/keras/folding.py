"""Layers that follow each other again and again, written once: a block with `repeat`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from spec_compiler.keras.repetition import Item, Run, Slot, Wanted, explicit, longest, slots
from spec_compiler.records import record
from spec_compiler.source.node import Plain

_MOST_BLOCKS = 20
_WANTED = (Wanted(3, 0), Wanted(3, 3), Wanted(2, 2))
"""What is folded first: equal copies, else two stages that hold them would be two copies."""
_RESERVED = frozenset({"x", "i", "batch"})
"""What a param of a block may not be called: an input, the number of the copy, the batch."""


@record
class Folded:
    """A document in which repeated layers are blocks.

    Attributes:
        document: The document.
        names: The new name of each layer that is in a block now, `blocks.2.dense`.
    """

    document: dict[str, Plain]
    names: Mapping[str, str]

    def renamed(self, weight: str) -> str:
        """The new name of a weight."""
        layer, _, own = weight.partition(".")
        return f"{self.names.get(layer, layer)}.{own}"

    def said(self, note: str) -> str:
        """A note that calls layers by their new names."""
        return re.sub(r"`([^`]+)`", lambda it: f"`{self.names.get(it[1], it[1])}`", note)


def folded(document: dict[str, Plain]) -> Folded:
    """A document without blocks with its longest repetitions as blocks.

    A repetition is a chain of groups of layers of the same types, arguments and connections, each
    fed by the one before: three, or two long ones. Only the result of the last one is read
    elsewhere. A few numbers may differ: they become params of the block.
    """
    names: dict[str, str] = {}
    blocks = 0
    for wanted in _WANTED:
        while blocks < _MOST_BLOCKS and (run := longest(document, wanted)):
            document, renamed = _with_block(document, run)
            names |= renamed
            blocks += 1
    return Folded(document, names)


def _with_block(document: dict[str, Plain], run: Run) -> tuple[dict[str, Plain], dict[str, str]]:
    items = explicit(document)
    blocks = document.get("blocks")
    known: dict[str, Plain] = dict(blocks) if isinstance(blocks, dict) else {}
    taken = {str(item["name"]) for item in items} | {*_inputs(document), *known}
    block = free("block", taken)
    body = free("blocks", taken | {block})
    inner = _inner_names(items, run)
    sources = dict.fromkeys(run.shared.values())
    fed = {ref: free(re.sub(r"\W", "_", ref), {*inner, "x"}) for ref in sources}
    copy = [_inside(items[run.start + at], at, run, inner, fed, items) for at in range(run.period)]
    params: dict[str, list[float]] = {}
    for values, places in run.varied.items():
        name = free(places[0][1], {*inner, *fed.values(), *params, *_RESERVED})
        params[name] = [*values]
        for at, key in places:
            copy[at] = {**copy[at], key: name}
    at, output = run.exit
    given = f"{inner[at]}.{output}" if output else inner[at]
    kinds = {name: "int" if all(isinstance(value, int) for value in values) else "float"
             for name, values in params.items()}  # fmt: skip
    known[block] = {
        **({"params": {**kinds}} if kinds else {}),
        "inputs": {"x": {}, **{name: {} for name in fed.values()}},
        "layers": list[Plain](copy),
        "outputs": {"x": given},
    }
    entry = _entry(items, run)
    use: Item = {"use": block, "name": body}
    if params:
        use["each"] = {name: [*values] for name, values in params.items()}
    else:
        use["repeat"] = run.count
    use["from"] = {"x": entry, **{name: ref for ref, name in fed.items()}} if fed else entry
    last = str(items[run.end - run.period + at]["name"])
    final = f"{last}.{output}" if output else last
    rest = [_reading(item, final, body) for item in items[run.end :]]
    layers = [*items[: run.start], use, *rest]
    names = {
        str(items[run.start + number * run.period + at]["name"]): f"{body}.{number}.{inner[at]}"
        for number in range(run.count)
        for at in range(run.period)
    }
    made = {**document, "layers": brief(layers, document)}
    made["outputs"] = renamed_outputs(document["outputs"], final, body)
    ordered = {
        key: made[key] for key in made if key not in ("blocks", "inputs", "layers", "outputs")
    }
    return {
        **ordered, "blocks": known, **{key: made[key] for key in ("inputs", "layers", "outputs")}
    }, names  # fmt: skip


def _inputs(document: dict[str, Plain]) -> list[str]:
    inputs = document["inputs"]
    return list(inputs) if isinstance(inputs, dict) else []


def _entry(items: list[Item], run: Run) -> str:
    at, slot = min(run.chained, key=str)
    return dict(slots(items[run.start + at]))[slot]


def free(name: str, taken: set[str]) -> str:
    """A name, with a number where it is taken."""
    number, base = 0, name
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def _inner_names(items: list[Item], run: Run) -> list[str]:
    """The names of a copy's layers without what told the copies apart."""
    taken: set[str] = {"x"}
    names: list[str] = []
    for at in range(run.period):
        copies = [_words(item) for item in items[run.start + at : run.end : run.period]]
        alike = len({len(words) for words in copies}) == 1
        words = [word for word, *others in zip(*copies, strict=True) if {word} == {*others}] \
            if alike else [word for word in copies[0] if not word.isdecimal()]  # fmt: skip
        name = "_".join(words).lstrip("0123456789_-") or _plain_name(items[run.start + at])
        names.append(free(name, taken))
        taken.add(names[-1])
    return names


def _words(item: Item) -> list[str]:
    return [word for word in str(item["name"]).split("_") if word]


def _plain_name(item: Item) -> str:
    """A name for a layer whose own says nothing but its number."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(item["type"])).lower()


def _inside(
    item: Item,
    at: int,
    run: Run,
    inner: list[str],
    fed: Mapping[str, str],
    items: list[Item],
) -> Item:
    """A layer as the block has it."""
    own = {str(items[run.start + number]["name"]): name for number, name in enumerate(inner)}
    made: Item = {**item, "name": inner[at]}
    for slot, ref in slots(item):
        name, dot, output = ref.partition(".")
        new = "x" if (at, slot) in run.chained else fed.get(ref) or f"{own[name]}{dot}{output}"
        made = replaced(made, slot, new)
    above = inner[at - 1] if at else None
    if made["from"] == above:
        made = {key: value for key, value in made.items() if key != "from"}
    return made


def replaced(item: Item, slot: Slot, ref: str) -> Item:
    """A layer that reads something else in one place."""
    key, within = slot
    held = item[key]
    if isinstance(held, list):
        return {**item, key: [ref if at == within else old for at, old in enumerate(held)]}
    if isinstance(held, dict):
        return {**item, key: {**held, str(within): ref}}
    return {**item, key: ref}


def _reading(item: Item, old: str, new: str) -> Item:
    for slot, ref in slots(item):
        if ref == old:
            item = replaced(item, slot, new)
    return item


def renamed_outputs(outputs: Plain, old: str, new: str) -> Plain:
    """A document's outputs with another reference in place of one."""
    if isinstance(outputs, dict):
        return {key: renamed_outputs(item, old, new) for key, item in outputs.items()}
    if isinstance(outputs, list):
        return [renamed_outputs(item, old, new) for item in outputs]
    return new if outputs == old else outputs


def brief(items: list[Item], document: dict[str, Plain]) -> list[Plain]:
    """The layers without a `from` that is the one above them, where that has one output."""
    inputs = _inputs(document)
    several = Counter(
        ref.partition(".")[0] for item in items for _, ref in slots(item) if "." in ref
    )
    first: list[Item] = [{"name": inputs[0]}] if len(inputs) == 1 else [{"name": None}]
    brief: list[Plain] = []
    for above, item in pairwise([*first, *items]):
        same = item.get("from") == above["name"] and not several[str(above["name"])]
        brief.append({key: value for key, value in item.items() if key != "from" or not same})
    return brief
