"""Models inside a model, written as blocks: a `use` for the first call, `reuse` for others.

A model is traced with the layers of nested models one by one, inner ones first. Here they come
together again, in that order, as long as nothing is lost: each call has the same layers, which
stand one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from spec_compiler.keras.folding import Folded, brief, folded, free, renamed_outputs, replaced
from spec_compiler.keras.repetition import MOST_LAYERS, WORDS, Item, Slot, explicit, leaves, slots
from spec_compiler.keras.steps import NestedCall
from spec_compiler.source.node import Plain

_AUTOMATIC = r"^input(_layer)?(_\d+)?$"
"""What Keras calls inputs to which nobody gave a name."""
Feed: TypeAlias = "tuple[str, ...]"
"""What a port reads, in each of the calls."""


def nested(document: dict[str, Plain], calls: Sequence[NestedCall]) -> Folded:
    """A document whose nested models are blocks, and what is repeated is written once."""
    items = explicit(document)
    if len(items) > MOST_LAYERS:
        return Folded(document, {})
    state = _State(document, items)
    paths = dict.fromkeys(call.path for call in calls)
    for path in paths:
        state.group([call for call in calls if call.path == path])
    made: dict[str, Plain] = {}
    for key, value in document.items():
        if key == "inputs" and state.blocks:
            made["blocks"] = state.blocks
        made[key] = value
    made |= {"layers": brief(state.items, document), "outputs": state.outputs}
    short = folded(made)
    again = {name: _behind(short.names, path) for name, path in state.paths.items()}
    return Folded(short.document, {**short.names, **again})


def _behind(names: Mapping[str, str], path: str) -> str:
    """The path of a layer whose outermost part may have another name."""
    first, dot, rest = path.partition(".")
    return f"{names.get(first, first)}{dot}{rest}"


class _Body(NamedTuple):
    """The layers of a nested model as the block has them.

    Attributes:
        items: The layers.
        names: What they are called inside, by their names outside.
        ports: The inputs, by what they read in the calls.
        outputs: What is given: names, by the references inside.
    """

    items: list[Item]
    names: dict[str, str]
    ports: dict[Feed, str]
    outputs: dict[str, str]


@dataclass(slots=True)
class _State:
    """A document in which nested models become blocks, one after the other.

    Attributes:
        items: The layers, each of which says what feeds it.
        outputs: Of the document.
        blocks: Those that have been made.
        made: What each nested model was before something in it was folded, and the new names.
        paths: Where the layers are now that are in a block, by their first names.
        stands: What stands for a layer in the list, by its first name.
        own: What a nested model that is a block now is called in the one around it.
        given: What a reference is now, where a block gives it.
    """

    document: dict[str, Plain]
    items: list[Item]
    outputs: Plain = None
    blocks: dict[str, Plain] = field(default_factory=dict[str, Plain])
    made: dict[str, tuple[dict[str, Plain], Mapping[str, str]]] = field(
        default_factory=dict[str, "tuple[dict[str, Plain], Mapping[str, str]]"]
    )
    paths: dict[str, str] = field(default_factory=dict[str, str])
    stands: dict[str, str] = field(default_factory=dict[str, str])
    own: dict[str, str] = field(default_factory=dict[str, str])
    given: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.outputs = self.document["outputs"]

    def group(self, calls: list[NestedCall]) -> None:
        """Make a nested model a block, if all of its calls are the same layers in a row."""
        ranges = [self._range(call) for call in calls]
        bodies = [self.items[found.start : found.stop] for found in ranges]
        if not all(bodies) or not _alike(bodies):
            return
        body = self._body(calls, bodies)
        if body is None or not body.ports or not body.outputs:
            return
        block, within = self._block(calls[0].path[-1], body)
        names = self._call_names(calls[0].path, len(calls), bodies)
        given: dict[str, str] = {}
        items = [*self.items]
        for number in reversed(range(len(calls))):
            name, found = names[number], ranges[number]
            fed = {port: feed[number] for feed, port in body.ports.items()}
            item: Item = {"reuse": names[0]} if number else {"use": block}
            item |= {"name": name, "from": {**fed} if len(fed) > 1 else next(iter(fed.values()))}
            items[found.start : found.stop] = [item]
            given |= _given_now(body, bodies[0], bodies[number], name)
            self.stands |= dict.fromkeys(calls[number].layers, name)
            self.own[name] = _word(calls[0].path[-1])
        self.given |= given
        self.items = [_reading(item, given) for item in items]
        for old, new in given.items():
            self.outputs = renamed_outputs(self.outputs, old, new)
        for layer in calls[0].layers:
            head, dot, rest = self.paths.get(layer, layer).partition(".")
            if head in body.names:  # else another call's, which has no weights
                inside = within.get(body.names[head], body.names[head])
                self.paths[layer] = f"{names[0]}.{inside}{dot}{rest}"

    def _call_names(self, path: tuple[str, ...], count: int, bodies: list[list[Item]]) -> list[str]:
        """The names of the calls, none of which a layer has that stays."""
        gone = {str(item["name"]) for body in bodies for item in body}
        taken = {*_mapping(self.document["inputs"])}
        taken |= {str(item["name"]) for item in self.items} - gone
        names = [free(_word("_".join(path)), taken)]
        for number in range(1, count):
            names.append(free(f"{names[0]}_call_{number}", {*taken, *names}))
        return names

    def _range(self, call: NestedCall) -> range:
        """Where the layers of a call stand; empty where others stand between them."""
        names = {self.stands.get(layer, layer) for layer in call.layers}
        places = [at for at, item in enumerate(self.items) if item["name"] in names]
        whole = range(places[0], places[-1] + 1) if places else range(0)
        return whole if len(whole) == len(places) == len(names) else range(0)

    def _body(self, calls: list[NestedCall], bodies: list[list[Item]]) -> _Body | None:
        names = self._names(calls[0], bodies[0])
        places = [{str(item["name"]): at for at, item in enumerate(part)} for part in bodies]
        ports: dict[Feed, str] = {}
        fed = [{key: self._now(ref) for key, ref in call.inputs.items()} for call in calls]
        known = {tuple(one[key] for one in fed): key for key in reversed(fed[0])}
        items: list[Item] = []
        for at, item in enumerate(bodies[0]):
            made: Item = {**item, "name": names[str(item["name"])]}
            if "reuse" in item:
                if str(item["reuse"]) not in names:
                    return None
                made["reuse"] = names[str(item["reuse"])]
            for slot, ref in slots(item):
                refs = tuple(dict(slots(part[at])).get(slot, "") for part in bodies)
                inside = [_inside(ref, place) for ref, place in zip(refs, places, strict=True)]
                if inside[0] is not None:
                    if len({*inside}) > 1:
                        return None
                    new = _local(ref, names)
                elif any(one is not None for one in inside) or not all(refs):
                    return None
                else:
                    wanted = re.sub(_AUTOMATIC, "x", known.get(refs) or _word(refs[0]))
                    new = ports.setdefault(refs, free(wanted, {*names.values(), *ports.values()}))
                made = replaced(made, slot, new)
            items.append(made)
        return _Body(items, names, ports, self._given(calls, bodies, places, names))

    def _names(self, call: NestedCall, items: list[Item]) -> dict[str, str]:
        """What the layers are called inside."""
        names: dict[str, str] = {}
        told = any(slot == ("mask", None) for item in items for slot, _ in slots(item))
        words = WORDS if told else frozenset[str]()  # of a mask, and no names of layers there
        for item in items:
            name = str(item["name"])
            again = "reuse" in item and str(item["reuse"]) in names
            own = self.own.get(name) or call.layers.get(name, name)
            wanted = f"{names[str(item['reuse'])]}_call" if again else own
            names[name] = free(wanted, {*names.values(), *words})
        return names

    def _given(
        self,
        calls: list[NestedCall],
        bodies: list[list[Item]],
        places: list[dict[str, int]],
        names: dict[str, str],
    ) -> dict[str, str]:
        """What others read of the layers, in the order of the model's outputs."""
        first = [str(item["name"]) for item in bodies[0]]
        read: list[str] = []
        for call, place in zip(calls, places, strict=True):
            others = (item for item in self.items if item["name"] not in place)
            asked = {*(ref for item in others for _, ref in slots(item)), *leaves(self.outputs)}
            ends = [self._now(ref) for ref in call.outputs]
            for ref in [*(end for end in ends if end in asked), *sorted(asked - {*ends})]:
                inside = _inside(ref, place)
                if inside is not None:
                    read.append(_local(f"{first[inside[0]]}{inside[1]}", names))
        found: dict[str, str] = {}
        for ref in dict.fromkeys(read):
            layer, _, output = ref.partition(".")
            found[ref] = free(output if output not in ("", "output") else layer, {*found.values()})
        return found

    def _block(self, name: str, body: _Body) -> tuple[str, Mapping[str, str]]:
        """The name of a block that is the body, and where its layers are now within it."""
        inputs: dict[str, Plain] = {port: {} for port in body.ports.values()}
        named: dict[str, Plain] = {name: ref for ref, name in body.outputs.items()}
        outputs: Plain = named if len(named) > 1 else next(iter(body.outputs))
        own: dict[str, Plain] = {"inputs": inputs, "layers": [], "outputs": outputs}
        own["layers"] = brief(body.items, own)
        for known, (other, names) in self.made.items():
            if other == own:
                return known, names
        short = folded({**own, "blocks": self.blocks})
        self.blocks = {**_mapping(short.document["blocks"])}
        block = {key: short.document[key] for key in ("inputs", "layers", "outputs")}
        called = free(_word(name), {*self.blocks})
        self.blocks[called] = block
        self.made[called] = own, short.names
        return called, short.names

    def _now(self, ref: str) -> str:
        while ref in self.given:
            ref = self.given[ref]
        return ref


def _alike(bodies: list[list[Item]]) -> bool:
    """Whether later calls run the layers of the first one again, in the same way."""
    first, *others = bodies
    for part in others:
        if len(part) != len(first):
            return False
        for item, again in zip(first, part, strict=True):
            of = item.get("reuse", item["name"])
            if again.get("reuse") != of or {*again} - {"reuse", "name", "from", "mask"}:
                return False
            if _form(item) != _form(again):
                return False
    return True


def _form(item: Item) -> tuple[list[Slot], Plain]:
    """Where a layer names tensors, and what else it says of its mask."""
    found = [slot for slot, _ in slots(item)]
    return found, None if ("mask", None) in found else item.get("mask")


def _inside(ref: str, place: Mapping[str, int]) -> tuple[int, str] | None:
    """The layer of a call that a reference is to, and what stands behind its name."""
    name, dot, output = ref.partition(".")
    return (place[name], dot + output) if name in place else None


def _local(ref: str, names: Mapping[str, str]) -> str:
    name, dot, output = ref.partition(".")
    return f"{names[name]}{dot}{output}"


def _given_now(body: _Body, first: list[Item], part: list[Item], name: str) -> dict[str, str]:
    """What references to the layers of a call are now, by what they were."""
    place = {body.names[str(item["name"])]: at for at, item in enumerate(first)}
    found: dict[str, str] = {}
    for ref, output in body.outputs.items():
        layer, dot, rest = ref.partition(".")
        new = name if len(body.outputs) == 1 else f"{name}.{output}"
        found[f"{part[place[layer]]['name']}{dot}{rest}"] = new
    return found


def _reading(item: Item, given: Mapping[str, str]) -> Item:
    for slot, ref in slots(item):
        if ref in given:
            item = replaced(item, slot, given[ref])
    return item


def _word(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _mapping(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}
