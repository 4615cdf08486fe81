"""The identity of random models: one for all ways to write them."""

import json

from hypothesis import given, note
from hypothesis import strategies as st
from random_specs import Spec, specs

from spec_compiler.compare import FindingKind, compare, identity
from spec_compiler.compile import program_of_text
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml


@given(specs(), st.randoms(use_true_random=False))
def test_order_and_form_make_no_difference(spec: Spec, random):
    program = program_of_text(json.dumps(spec.document), "spec.json")
    document = core_document(program)
    layers = [item for item in document["layers"] if "type" in item]
    random.shuffle(layers)  # a `reuse` stands below what it uses
    document["layers"] = layers + [item for item in document["layers"] if "type" not in item]
    for key in ("inputs", "outputs", "dims"):
        items = list(document.get(key, {}).items())
        random.shuffle(items)
        document |= {key: dict(items)} if items else {}
    text = to_yaml(dict(reversed(document.items())))
    note(text)
    shuffled = program_of_text(text, "spec.yaml")
    assert identity(shuffled) == identity(program)
    comparison = compare(program, shuffled)
    assert {item.kind for item in comparison.findings} <= {
        FindingKind.COSMETIC,
        FindingKind.INTERFACE,
    }
    assert {item.name for item in comparison.findings} <= {
        "order of inputs",
        "order of layers",
        "order of outputs",
    }


@given(specs(), specs())
def test_what_differs_has_another_identity(one: Spec, other: Spec):
    programs = [program_of_text(json.dumps(spec.document), "spec.json") for spec in (one, other)]
    findings = compare(*programs).findings
    order = "order of inputs"  # only how lists are fed
    means = [
        item for item in findings if item.kind is not FindingKind.COSMETIC and item.name != order
    ]
    assert (identity(programs[0]) == identity(programs[1])) == (not means)
