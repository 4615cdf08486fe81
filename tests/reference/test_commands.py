"""`specc explain`, `schema` and `expand` as people call them."""

import json
from pathlib import Path

import pytest

from spec_compiler.codes import CODES
from spec_compiler.compile import program_of_text
from spec_compiler.expression.other_tools.words import SYNONYMS
from spec_compiler.layers import LAYERS
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.reference import SCHEMAS
from spec_compiler.reference.explained import words

ROOT = Path(__file__).parents[2]

SPEC = "specc: 1\nparams: {n: 2}\ninputs: {x: {shape: [n]}}\nlayers: [{type: Dense, units: n}]\n"


def test_a_code_is_explained_in_any_case(specc):
    status, out, _ = specc("explain", "spc0308")
    assert status == 0
    assert CODES["SPC0308"].title in out
    assert "units: 0" in out


def test_a_slip_in_a_code_is_guessed(specc):
    status, out, err = specc("explain", "SPC-0308")
    assert (status, out) == (2, "")
    assert "did you mean SPC0308?" in err


def test_all_that_can_be_explained_is_listed(specc):
    status, out, _ = specc("explain")
    assert status == 0
    *named, codes = out.strip().split("\n\n")
    assert [line.split()[0] for line in codes.splitlines()] == sorted(CODES)
    listed = {kind: names.split() for kind, names in (block.split("\n", 1) for block in named)}
    assert listed["layers"] == sorted(LAYERS, key=str.casefold)
    assert set(listed["functions"]) == LAMBDA_FUNCTIONS.keys()
    assert {"relu", "softmax"} < set(listed["activations"])
    assert {name for names in listed.values() for name in names} == {*words()} - SYNONYMS.keys()
    assert max(map(len, out.splitlines())) <= 80


def test_the_schema_is_printed(specc):
    for path, draft in SCHEMAS.items():
        status, out, _ = specc("schema", "--draft", draft)
        assert (status, json.loads(out)) == (0, json.loads((ROOT / path).read_text()))
    assert specc("schema", "--draft", "draft-7")[0] == 2


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_the_core_form_is_printed(specc, tmp_path, form):
    path = tmp_path / "model.yaml"
    path.write_text(SPEC)
    status, out, err = specc("expand", str(path), "--set", "n=5", "--format", form)
    assert (status, err) == (0, "")
    program = program_of_text(out, f"core.{form}")
    assert str(program.outputs["dense"].type) == "float32[batch, 5]"


def test_a_broken_spec_has_no_core_form(specc, tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(SPEC.replace("units", "unit"))
    status, out, err = specc("expand", str(path))
    assert (status, out) == (1, "")
    assert "SPC0103" in err
