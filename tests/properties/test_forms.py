"""One meaning, several ways of writing it."""

import json

import numpy as np
import yaml
from hypothesis import assume, given, note
from hypothesis import strategies as st
from random_specs import Spec, arrays_for, sizes_for, specs

from spec_compiler import compile_text
from spec_compiler.ir.text import print_graph
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml


def run(model, seed):
    rng = np.random.default_rng(seed)
    results = model(arrays_for(model, rng, sizes_for(model.program, rng)), masks=True)
    return results if isinstance(results, dict) else {"": results}


def expanded(model):
    return core_document(model.program)


@given(specs(), st.booleans())
def test_yaml_and_json_mean_the_same(spec: Spec, flow: bool):
    of_json = compile_text(json.dumps(spec.document), file="spec.json")
    texts = [
        yaml.safe_dump(spec.document, default_flow_style=flow, sort_keys=False, width=10_000),
        to_yaml(spec.document),
    ]
    for text in texts:
        note(text)
        of_yaml = compile_text(text, file="spec.yaml")
        assert print_graph(of_yaml.program.graph) == print_graph(of_json.program.graph)
        assert expanded(of_yaml) == expanded(of_json)


@given(specs())
def test_the_core_form_is_a_spec_of_the_same_meaning(spec: Spec):
    first = compile_text(json.dumps(spec.document), file="spec.json")
    document = expanded(first)
    text = to_yaml(document)
    note(text)
    second = compile_text(text, file="spec.yaml")
    assert print_graph(second.program.graph) == print_graph(first.program.graph)
    assert second.program.graph.checks == first.program.graph.checks
    assert expanded(second) == document
    assert first.weights.keys() == second.weights.keys()
    for name, array in first.weights.items():
        np.testing.assert_array_equal(array, second.weights[name], name)


@given(specs(), st.randoms(use_true_random=False), st.integers(0, 2**32 - 1))
def test_the_order_of_layers_does_not_matter(spec: Spec, random, seed: int):
    assume(not any("reuse" in layer for layer in spec.document["layers"]))
    layers = list(spec.document["layers"])
    random.shuffle(layers)
    first = compile_text(json.dumps(spec.document), file="spec.json")
    second = compile_text(json.dumps({**spec.document, "layers": layers}), file="spec.json")
    assert first.weights.keys() == second.weights.keys()
    for name, array in first.weights.items():
        np.testing.assert_array_equal(array, second.weights[name], name)
    results = run(first, seed), run(second, seed)
    for name, array in results[0].items():
        np.testing.assert_array_equal(array, results[1][name], name)


@given(specs(), st.integers(0, 2**32 - 1))
def test_implied_edges_and_names_are_the_explicit_ones(spec: Spec, seed: int):
    """Without `from`, a layer reads the item above; the results stay."""
    document = json.loads(json.dumps(spec.document))
    above = next(iter(document["inputs"])) if len(document["inputs"]) == 1 else None
    for layer in document["layers"]:
        if "from" in layer and layer["from"] == above:
            del layer["from"]
        above = layer["name"]
    first = compile_text(json.dumps(spec.document), file="spec.json")
    second = compile_text(json.dumps(document), file="spec.json")
    assert print_graph(first.program.graph) == print_graph(second.program.graph)
