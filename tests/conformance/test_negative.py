"""Graphs that must be refused: an error at the layer and the argument to blame."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics, Severity, SpecError
from spec_compiler.layers import LAYERS
from spec_compiler.runtime.run import Run
from spec_compiler.source import read
from spec_compiler.spans import Span
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.tensors import write_tensors
from spec_compiler.writing.yaml_text import to_yaml

ALL = json.loads((Path(__file__).parent / "negative.json").read_text())["cases"]
CASES = [
    case
    for case in ALL
    if {layer.get("class_name", "Dense") for layer in case["graph"]["layers"]} <= set(LAYERS)
]


def plain(value: object) -> object:
    """The neutral notation's values that JSON cannot hold."""
    if isinstance(value, dict) and "float" in value:
        return math.nan if value["float"] == "nan" else float(value["float"])
    if isinstance(value, dict) and "registered" in value:
        return value["registered"]  # a function by its name
    if isinstance(value, dict) and "tuple" in value:
        return value["tuple"]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def as_spec(case: dict) -> dict:
    graph = case["graph"]
    document: dict = {"specc": 1, "inputs": {}, "layers": []}
    for item in graph["inputs"]:
        document["inputs"][item["name"]] = {
            key: plain(value) for key, value in item.items() if key != "name"
        }
    for layer in graph["layers"]:
        sources = layer["inputs"] if len(layer["inputs"]) != 1 else layer["inputs"][0]
        if layer.get("call_again"):
            item = {"reuse": layer["name"], "name": layer["as"], "from": sources}
        else:
            item = {"type": layer["class_name"], "name": layer["name"], "from": sources}
            item |= {key: plain(value) for key, value in layer["config"].items()}
        document["layers"].append(item)
    document["outputs"] = graph["outputs"]
    return document


def findings(case: dict, folder: Path) -> tuple[str, Diagnostics]:
    document = as_spec(case)
    if "weights" in case:
        arrays = {
            path.replace("/", "."): np.zeros(shape, "f") for path, shape in case["weights"].items()
        }
        write_tensors(folder / "w.safetensors", arrays)
        document["weights"] = {"file": "w.safetensors"}
    text = to_yaml(document)
    found = Diagnostics()
    try:
        program = program_of_text(text, str(folder / "model.yaml"), diagnostics=found)
        if "feed" in case:
            inputs = {
                name: np.asarray(feed["values"]) if isinstance(feed, dict) else np.ones(feed, "f")
                for name, feed in case["feed"].items()
            }
            run = Run(program, initialise(program.weights, 0), inputs, diagnostics=found)
            run.prepare()
            run.whole()
    except SpecError as error:
        found = error.diagnostics
    return text, found


def within(inner: Span, outer: Span) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) and (
        (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def places_to_blame(text: str, blame: dict) -> list[Span]:
    root = read(text, "model.yaml", Diagnostics())
    assert root is not None
    layer, argument = blame["layer"], blame["argument"]
    if layer is None:
        return [root.nearest(("outputs",)).span]
    if layer in root.nearest(("inputs",)).value:
        node = root.nearest(("inputs", layer))
        return [node.span, root.key_span(("inputs", layer))]
    items = [
        item
        for item in root.nearest(("layers",)).value
        if layer in {getattr(item.get(key), "value", None) for key in ("name", "reuse")}
    ]
    assert items
    if argument == "inputs" or items[0].get(argument) is None:
        return [item.span for item in items]
    return [item.get(argument).span for item in items if item.get(argument)]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_refused_where_it_is_wrong(case: dict, tmp_path: Path) -> None:
    text, found = findings(case, tmp_path)
    if case["must"] == "error_or_strip" and not found.items:
        return  # blanks in an equation have no meaning, and are dropped
    if case["must"] == "error_or_defined_value" and not found.items:
        return  # the mean of no steps is 0, which the layer's own tests show
    findings_of_weight = found.errors or [
        item for item in found.items if item.severity is Severity.WARNING
    ]
    assert findings_of_weight, "accepted"
    if case["must"] == "error":
        assert found.errors
    spans = [
        span
        for item in findings_of_weight
        for span in (item.span, *(label.span for label in item.labels))
        if span
    ]
    blamed = places_to_blame(text, case["blame"])
    assert any(within(span, place) for span in spans for place in blamed), (text, found.items)
    assert len(found.errors) <= 1, "one mistake, one error"
