"""The identity of random specs: of the meaning, whatever form it has, and of all of it."""

import json
import random

from hypothesis import given, note
from hypothesis import strategies as st
from random_specs import Spec, specs

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.text import print_graph
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml


def compiled(document):
    return program_of_text(json.dumps(document), "spec.json")


def shuffled(value, order: random.Random):
    """The same mapping with its keys in another order, at every depth; lists stay.

    So does what feeds a layer with an `input_spec`, a list in the order of its inputs.
    """
    if isinstance(value, list):
        return [shuffled(item, order) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    order.shuffle(keys)
    return {
        key: value[key] if key == "from" and "input_spec" in value else shuffled(value[key], order)
        for key in keys
    }


def settings_of(document):
    """Where the core form has a number, a boolean or nothing as an argument of a layer."""
    return [
        (layer, key)
        for layer in document["layers"]
        for key, value in layer.items()
        if value is None or isinstance(value, bool | int | float)
    ]


@given(specs(), st.randoms(use_true_random=False))
def test_every_form_has_one_identity(spec: Spec, order: random.Random):
    program = compiled(spec.document)
    core = core_document(program)
    layers = list(core["layers"])
    if not any("reuse" in layer for layer in layers):  # a reuse has weights that stand above it
        order.shuffle(layers)
    forms = [
        to_yaml(spec.document),
        to_yaml(core),
        json.dumps(shuffled(core, order)),
        json.dumps({**core, "layers": layers, "name": "other", "metadata": {"a": 1}}, indent=3),
    ]
    for text in forms:
        note(text)
        assert identity(program_of_text(text, "spec.yaml")) == identity(program)


@given(specs(), st.data())
def test_what_changes_the_program_changes_the_identity(spec: Spec, data):
    program = compiled(spec.document)
    core = core_document(program)
    layer, key = data.draw(st.sampled_from(settings_of(core) or [({}, "")]))
    layer[key] = data.draw(st.sampled_from([True, False, 1, 2, 3, 0.5]), key)
    try:
        changed = compiled(core)
    except SpecError:
        return
    note(to_yaml(core))
    if print_graph(changed.graph) != print_graph(program.graph):
        assert identity(changed) != identity(program)
