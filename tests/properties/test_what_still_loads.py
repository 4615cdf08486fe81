"""What a comparison says of the weights is what becomes of a file of them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, note
from hypothesis import strategies as st
from random_specs import Spec, specs

from spec_compiler.compare import FindingKind, compare
from spec_compiler.compile import program_of_text
from spec_compiler.data import Allowance
from spec_compiler.diagnostics import SpecError
from spec_compiler.weights.load import load_weights
from spec_compiler.weights.tensors import write_tensors

MISFITS = {"SPC0611", "SPC0612", "SPC0614"}


def numbers(value):
    """Every mapping and key that holds a whole number."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if type(item) is int:
            yield value, key
        elif isinstance(item, dict | list):
            yield from numbers(item)


def codes_of(document, file):
    """Why a spec is refused; or its program."""
    try:
        return set(), program_of_text(json.dumps(document), file)
    except SpecError as error:
        return {item.code for item in error.diagnostics.errors}, None


@given(specs(), st.data())
def test_a_file_of_the_old_weights_loads_as_the_comparison_says(spec: Spec, data):
    old = program_of_text(json.dumps(spec.document), "spec.json")
    changed = json.loads(json.dumps(spec.document))
    places = [*numbers(changed["layers"]), *numbers(changed["params"])]
    if places:
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = data.draw(st.integers(1, 6))
    if len(changed["layers"]) > 1 and data.draw(st.booleans()):
        del changed["layers"][data.draw(st.integers(0, len(changed["layers"]) - 1))]
    try:
        new = program_of_text(json.dumps(changed), "spec.json")
    except SpecError:
        return
    note(json.dumps(changed))
    said = [item for item in compare(old, new).of(FindingKind.WEIGHTS) if item.loads is not True]
    weights = load_weights(old, Allowance())
    with TemporaryDirectory() as folder:
        write_tensors(Path(folder, "old.safetensors"), weights)
        changed["weights"] = {"file": "old.safetensors"}
        refused, model = codes_of(changed, str(Path(folder, "spec.json")))
        assert refused <= MISFITS
        assert bool(refused) == bool(said)
        if model is not None:
            assert load_weights(model, Allowance()).keys() == weights.keys()
