"""Keras's InputSpec: what it accepts, what it rejects, and what it refuses to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.writing.yaml_text import to_yaml

CASES = json.loads((Path(__file__).parent / "inputspec.json").read_text())

STRICTER = {
    # with squeeze, Keras compares only as many axes as the shorter shape has
    '{"shape": [null, 28], "allow_last_axis_squeeze": true} [2, 28, 5, 6]',
}


def key(case: dict) -> str:
    return f"{json.dumps(case['spec'])} {case.get('shape')}"


def findings(case: dict) -> Diagnostics:
    document = {
        "specc": 1,
        "inputs": {
            "x": {"batch_shape": case.get("shape", [2, 3]), "dtype": case.get("dtype", "float32")}
        },
        "layers": [{"type": "Identity", "input_spec": case["spec"]}],
    }
    found = Diagnostics()
    try:
        program_of_text(to_yaml(document), diagnostics=found)
    except SpecError as error:
        return error.diagnostics
    return found


@pytest.mark.parametrize("case", CASES, ids=[str(i) for i in range(len(CASES))])
def test_as_keras(case: dict) -> None:
    errors = findings(case).errors
    if case["result"] == "ok" and key(case) not in STRICTER:
        assert errors == []
        return
    assert len(errors) == 1
    family = "SPC01" if case["result"] == "spec_rejected" else "SPC0"
    assert errors[0].code.startswith(family)
    assert errors[0].span is not None
