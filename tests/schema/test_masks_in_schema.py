"""What the schema lets be said of masks: of a call in words, of a result as a shape."""

import jsonschema
import pytest

from spec_compiler.language.json_schema import language_schema

SPEC = {
    "specc": 1,
    "inputs": {"x": {"shape": [4], "mask": True}},
    "layers": [{"type": "Identity", "name": "y"}],
}


@pytest.fixture(scope="module")
def schema():
    return jsonschema.Draft202012Validator(language_schema())


@pytest.mark.parametrize("mask", ["none", ["batch", 4], [[True, False]]])
def test_a_test_expects_a_mask(schema, mask):
    tests = [{"name": "a", "expect": {"y": {"mask": mask}}}]
    assert schema.is_valid({**SPEC, "tests": tests})


@pytest.mark.parametrize("mask", ["none", ["batch", "..."]])
def test_a_block_claims_a_mask(schema, mask):
    block = {"inputs": {"x": None}, "layers": [], "outputs": {"y": {"from": "x", "mask": mask}}}
    assert schema.is_valid({**SPEC, "blocks": {"b": block}})


def test_a_call_says_what_becomes_of_one(schema):
    layers = [{"type": "Identity", "mask": mask} for mask in ("drop", "pass", "x.mask")]
    assert schema.is_valid({**SPEC, "layers": layers})
    assert not schema.is_valid({**SPEC, "layers": [{"type": "Identity", "mask": ["batch"]}]})
