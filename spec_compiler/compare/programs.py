"""What differs between two models: interface, weights, graph, and what only people read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from spec_compiler.compare.canonical import canonical, layers_inside, port_facts
from spec_compiler.compare.renaming import edge_in_new_names, in_new_names, renamed_layers
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.language.weights import WeightsDeclaration
from spec_compiler.program import Program
from spec_compiler.records import record
from spec_compiler.writing.core_form import core_document, core_weights

_CLAIMS = ("doc", "expect", "input_spec")
_OUTPUT_CLAIMS = ("shape", "dtype", "mask", "doc")


class FindingKind(StrEnum):
    """What a difference means for those who use the model."""

    INTERFACE = "interface"
    WEIGHTS = "weights"
    GRAPH = "graph"
    COSMETIC = "cosmetic"


@record
class Finding:
    """One difference.

    Attributes:
        kind: What it means.
        name: The thing, by its path: `outputs.probs.shape`, `probs.kernel`, `probs.units`.
        old: As it was, in words; None for what is new.
        new: As it is; None for what is gone.
        loads: For a weight: whether the old model's tensor still loads by its name.
    """

    kind: FindingKind
    name: str
    old: str | None
    new: str | None
    loads: bool | None = None


@record
class Comparison:
    """Every difference between two models.

    Attributes:
        old: The first spec's file.
        new: The second spec's file.
        findings: By kind, then in the order of the files.
        layers: Layers of the old model that have weights.
        unloadable: Those of them whose weights no longer load.
        renamed: Layers that probably have another name now: the new one by the old one.
    """

    old: str
    new: str
    findings: tuple[Finding, ...]
    layers: tuple[str, ...]
    unloadable: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, kind: FindingKind) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return tuple(finding for finding in self.findings if finding.kind is kind)

    @property
    def verdict(self) -> str:
        """All of it in one line."""
        if not self.findings:
            return "the models are the same"
        if all(finding.kind is FindingKind.COSMETIC for finding in self.findings):
            return "the models are the same; what differs is cosmetic"
        changed = [
            kind.value for kind in (FindingKind.INTERFACE, FindingKind.GRAPH) if self.of(kind)
        ]
        verbs = {0: [], 1: [f"the {' '.join(changed)} changes"]}
        parts = verbs.get(len(changed), [f"{' and '.join(changed)} change"])
        if self.unloadable:
            count = f"{len(self.unloadable)} of {len(self.layers)}"
            plural = "" if len(self.layers) == 1 else "s"
            parts.append(f"weights of {count} layer{plural} no longer load")
        elif self.layers:
            parts.append("all old weights still load")
        if any(item.old is None and item.loads is False for item in self.of(FindingKind.WEIGHTS)):
            parts.append("there are new weights")
        if self.renamed:
            one = len(self.renamed) == 1
            parts.append(
                "a layer probably has a new name"
                if one
                else f"{len(self.renamed)} layers probably have new names"
            )
        return "; ".join(parts)


def compare(old: Program, new: Program) -> Comparison:
    """Compare two proved specs. What they mean decides, not how they are written."""
    before, after = canonical(old), canonical(new)
    in_order = {name: before["layers"][name] for name in old.steps}
    renamed = renamed_layers(in_order, after["layers"])
    weights = tuple(_weights(old, new, renamed))
    owners = _owners(old) | _owners(new)
    layers = tuple(dict.fromkeys(_owners(old).values()))
    broken = {owners[finding.name] for finding in weights if finding.loads is False}
    interface = tuple(_interface(before, after, old, new))
    proved = {finding.name for finding in interface}
    findings = (
        *interface,
        *weights,
        *_weights_file(old, new),
        *_graph(before, after, renamed),
        # a claim that went with what it claims says nothing more
        *(finding for finding in _cosmetic(old, new) if finding.name not in proved),
    )
    return Comparison(
        old.core.file,
        new.core.file,
        findings,
        layers,
        tuple(name for name in layers if name in broken),
        renamed,
    )


def _interface(
    before: dict[str, Any], after: dict[str, Any], old: Program, new: Program
) -> Iterator[Finding]:
    kind = FindingKind.INTERFACE
    yield from _items(kind, "inputs.", before["inputs"], after["inputs"], _port_text)
    yield from _order(kind, "order of inputs", old.inputs, new.inputs)
    ports = [{name: port_facts(port) for name, port in item.outputs.items()} for item in (old, new)]
    yield from _items(kind, "outputs.", ports[0], ports[1], _port_text)
    yield from _changes(kind, "dims.", before["dims"], after["dims"])
    constraints = [dict.fromkeys(item["constraints"]) for item in (before, after)]
    for text in {**constraints[0], **constraints[1]}:
        held, holds = (text if text in side else None for side in constraints)
        if held != holds:
            yield Finding(kind, "constraints", held, holds)


def _weights(old: Program, new: Program, renamed: Mapping[str, str]) -> Iterator[Finding]:
    """Tensors by name. A float tensor loads into any float dtype, as long as its shape is right."""
    before, after = old.graph.weights, new.graph.weights
    moved = {
        name: f"{renamed[owner]}{name.removeprefix(owner)}"
        for name, owner in _owners(old).items()
        if owner in renamed and name.startswith(f"{owner}.")
    }
    moved = {name: other for name, other in moved.items() if other in after}
    for name, other in moved.items():
        words = f"{other} {after[other].value.type}"
        yield Finding(FindingKind.WEIGHTS, name, str(before[name].value.type), words, loads=False)
    for name in {**before, **after}:
        if name in moved or name in moved.values():
            continue
        sides = [side[name].value.type if name in side else None for side in (before, after)]
        was, becomes = sides
        if was != becomes:
            loads = was is not None and becomes is not None and was.shape == becomes.shape
            texts = [None if side is None else str(side) for side in sides]
            yield Finding(FindingKind.WEIGHTS, name, texts[0], texts[1], loads)


def _weights_file(old: Program, new: Program) -> Iterator[Finding]:
    """Where the weights are: another checksum is other weights, another path is only a path."""
    before, after = (core_weights(item.core) for item in (old, new))
    renamed = before is not None and after is not None
    for finding in _changes(FindingKind.WEIGHTS, "weights.", _settings(before), _settings(after)):
        if not (renamed and finding.name == "weights.file"):
            yield finding


def _settings(weights: WeightsDeclaration | None) -> dict[str, Any]:
    """What is said of the weights, each entry of `map` by itself."""
    if weights is None:
        return {}
    written = weights.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"doc"})
    entries = written.pop("map")
    return written | {f"map.{key}": entry for key, entry in entries.items()}


def _graph(
    before: dict[str, Any], after: dict[str, Any], renamed: Mapping[str, str]
) -> Iterator[Finding]:
    kind = FindingKind.GRAPH
    for name, other in renamed.items():
        yield Finding(kind, f"{name}.name", name, other)
    layers = {
        renamed.get(name, name): in_new_names(layer, renamed)
        for name, layer in before["layers"].items()
    }
    yield from _items(kind, "", layers, after["layers"], _layer_text)
    yield from _items(kind, "inputs.", before["constants"], after["constants"], _port_text)
    shared = before["outputs"].keys() & after["outputs"].keys()
    edges = [
        {
            name: edge_in_new_names(edge, names)
            for name, edge in side["outputs"].items()
            if name in shared
        }
        for side, names in ((before, renamed), (after, dict[str, str]()))
    ]
    for finding in _changes(kind, "outputs.", *edges):
        yield Finding(kind, f"{finding.name}.from", finding.old, finding.new)
    settings = [{key: side[key] for key in ("seed", "mask_policy")} for side in (before, after)]
    yield from _changes(kind, "", *settings)


def _cosmetic(old: Program, new: Program) -> Iterator[Finding]:
    kind = FindingKind.COSMETIC
    documents = [core_document(item) for item in (old, new)]
    heads = [_only(document, ("name", "doc", "metadata")) for document in documents]
    yield from _changes(kind, "", *heads)
    yield from _changes(kind, "tests.", *map(_tests, documents))
    files = [_only(document.get("weights", {}), ("file", "doc")) for document in documents]
    if all(files):
        yield from _changes(kind, "weights.", *files)
    layers = [{item["name"]: item for item in document["layers"]} for document in documents]
    for section, sides, keys in (
        ("inputs.", [document["inputs"] for document in documents], ("doc",)),
        ("", layers, _CLAIMS),
        ("outputs.", [document["outputs"] for document in documents], _OUTPUT_CLAIMS),
    ):
        for name in sides[0]:
            if name in sides[1]:
                items = [_only(side[name], keys) for side in sides]
                yield from _changes(kind, f"{section}{name}.", *items)
    yield from _order(kind, "order of layers", *layers)
    yield from _order(kind, "order of outputs", old.outputs, new.outputs)


def _items(
    kind: FindingKind,
    at: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    words: Callable[[dict[str, Any]], str],
) -> Iterator[Finding]:
    """Things with settings: one that came or went is one finding, else one for each setting."""
    for name in {**old, **new}:
        if name in old and name in new and old[name].get("type") == new[name].get("type"):
            yield from _changes(kind, f"{at}{name}.", old[name], new[name])
        else:
            texts = [words(side[name]) if name in side else None for side in (old, new)]
            yield Finding(kind, f"{at}{name}", texts[0], texts[1])


def _changes(
    kind: FindingKind, at: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Finding]:
    for key in {**old, **new}:
        if old.get(key) == new.get(key) and (key in old) == (key in new):
            continue
        before, after = (layers_inside(side.get(key)) for side in (old, new))
        if before and after and before.get("type") == after.get("type"):
            yield from _changes(kind, f"{at}{key}.", before, after)
        else:
            texts = [_text(side[key]) if key in side else None for side in (old, new)]
            yield Finding(kind, f"{at}{key}", texts[0], texts[1])


def _order(
    kind: FindingKind, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Finding]:
    """Whether what both have stands in another order."""
    sides = [[item for item in old if item in new], [item for item in new if item in old]]
    if sides[0] != sides[1]:
        yield Finding(kind, name, _text(sides[0]), _text(sides[1]))


def _owners(program: Program) -> dict[str, str]:
    """The layer that each weight belongs to; a `reuse` that runs first does not own them."""
    return {
        weight: step.call.reuse or name
        for name, step in program.steps.items()
        for weight in step.weights
    }


def _only(item: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """Some keys of a mapping; an output that is only a name has none."""
    return {key: item[key] for key in keys if key in item} if is_mapping(item) else {}


def _tests(document: dict[str, Any]) -> dict[str, Any]:
    """The tests by name, or by number where they have none."""
    tests = enumerate(document.get("tests", ()), 1)
    return {str(item.get("name", number)): item for number, item in tests}


def _port_text(facts: dict[str, Any]) -> str:
    return f"{facts['dtype']}{_text(facts['shape'])}"


def _layer_text(layer: dict[str, Any]) -> str:
    kind = layer["type"] if "type" in layer else f"reuse of {layer['reuse']}"
    return f"{kind} from {_text(layer['from'])}"


def _text(value: object) -> str:
    """Plain data as people write it."""
    if is_mapping(value):
        return "{" + ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(map(_text, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
