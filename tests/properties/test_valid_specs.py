"""What validates, runs, and all that is promised of a valid spec holds; see `holding.py`."""

import json

import pytest
from holding import PROMISES, Held
from hypothesis import given, note, settings
from hypothesis import strategies as st
from random_language import sayable
from random_specs import Spec, specs

from spec_compiler import compile_text
from spec_compiler.ir.text import print_graph


def compiled(document):
    text = json.dumps(document)
    note(text)
    return compile_text(text, file="spec.json")


@pytest.mark.parametrize("promise", PROMISES)
@settings(settings.get_profile("repeated"))
@given(specs(), st.integers(0, 2**32 - 1))
def test_a_valid_spec_keeps_each_promise(promise: str, spec: Spec, seed: int):
    note(json.dumps(spec.document))
    PROMISES[promise](Held.of(spec, seed))


@given(specs())
def test_claims_that_are_true_are_proved(spec: Spec):
    model = compiled(spec.document)
    document = json.loads(json.dumps(spec.document))
    results = {name: step.results for name, step in model.program.steps.items()}
    for layer in document["layers"]:
        if layer["name"] not in results:  # blocks
            continue
        signal = next(iter(results[layer["name"]].values()))
        mask = "none" if signal.mask is None else sayable(signal.mask.value.shape)
        layer["expect"] = {"dtype": signal.dtype, "shape": sayable(signal.shape), "mask": mask}
        ports = model.program.steps[layer["name"]].call.feeds.inputs
        again = any(other.get("reuse") == layer["name"] for other in document["layers"])
        if again or "reuse" in layer or any(port.source not in results for port in ports):
            continue  # what is said of a layer holds of each call of it
        taken = [results[port.source].get(port.output or "") for port in ports]
        if any(signal is None or signal.batch is None for signal in taken):
            continue  # weights, and what the layer sees with a batch
        taken = [signal.value for signal in taken]
        layer["input_spec"] = [
            {
                "dtype": value.dtype,
                "shape": sayable(value.shape),
                "ndim": len(value.shape),
                "axes": {str(i): n for i, n in enumerate(value.shape) if isinstance(n, int)},
            }
            for value in taken
        ]
    again = compiled(document)
    assert print_graph(again.program.graph) == print_graph(model.program.graph)
    assert again.program.graph.checks == model.program.graph.checks


@given(specs())
def test_a_mask_lies_over_the_first_axes(spec: Spec):
    for step in compiled(spec.document).program.steps.values():
        for signal in step.results.values():
            if signal.mask is not None:
                mask = signal.mask.value.shape
                assert mask == signal.shape[: len(mask)], step.name
