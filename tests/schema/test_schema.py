"""The schema accepts what specc accepts, and refuses the slips that it can see."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from spec_compiler import validate
from spec_compiler.codes import CODES
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.language.declaration_schema import declaration_schema
from spec_compiler.language.json_schema import language_schema
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.interface import ByInner
from spec_compiler.reference import SCHEMAS as PUBLISHED
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.source import read
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

ROOT = Path(__file__).parents[2]
SCHEMAS = {draft: json.loads((ROOT / path).read_text()) for path, draft in PUBLISHED.items()}
"""As they are published: a test says that they are fresh."""
SPEC = {
    "specc": 1,
    "params": {"width": {"type": "int", "default": 4}, "flag": True},
    "dims": {"seq": {"min": 1}},
    "inputs": {"x": {"shape": ["seq", 4], "mask": True}},
    "layers": [
        {
            "type": "Dense",
            "units": "2*width",
            "activation": {"type": "relu", "max_value": 6},
            "use_bias": "$flag",
            "kernel_regularizer": "l2",
            "input_spec": {"axes": {"-1": 4}},
        },
        {"type": "LSTM", "name": "l", "units": 3},
        {"reuse": "dense", "name": "again", "from": "x"},
    ],
    "outputs": {"l": {"shape": [None, 3]}, "again": None},
}
SLIPS = {
    "key at the top": (("layer",), []),
    "version": (("specc",), 2),
    "dtype": (("dtype",), "float31"),
    "mask policy": (("mask_policy",), "ignore"),
    "param": (("params", "width", "minimum"), 3),
    "kind of param": (("params", "width", "type"), "integer"),
    "dim": (("dims", "seq", "low"), 1),
    "input": (("inputs", "x", "shap"), [4]),
    "name of an input": (("inputs", "a b"), {"shape": [4]}),
    "shape": (("inputs", "x", "shape"), 4),
    "type of layer": (("layers", 0, "type"), "Dens"),
    "argument": (("layers", 0, "unitz"), 3),
    "decimal size": (("layers", 0, "units"), 2.5),
    "boolean": (("layers", 0, "use_bias"), "no"),
    "activation": (("layers", 0, "activation"), "rellu"),
    "type of activation": (("layers", 0, "activation", "type"), "rellu"),
    "argument of an activation": (("layers", 0, "activation", "maximum"), 6),
    "regularizer": (("layers", 0, "kernel_regularizer"), "l3"),
    "axis": (("layers", 0, "input_spec", "axes", "last"), 4),
    "input spec": (("layers", 0, "input_spec", "dim"), 4),
    "reuse": (("layers", 2, "units"), 4),
    "claim": (("outputs", "l", "shapes"), [3]),
    "mask of a claim": (("outputs", "l", "mask"), "some"),
}


def validator(draft):
    cls = jsonschema.validators.validator_for(SCHEMAS[draft])
    return cls(SCHEMAS[draft])


@pytest.fixture(params=SCHEMAS)
def schema(request):
    return validator(request.param)


def plain(text, file):
    return read(text, file, Diagnostics()).plain()


def changed(path, value):
    spec = copy.deepcopy(SPEC)
    node = spec
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return spec


def test_the_schemas_are_schemas_of_their_drafts(schema):
    type(schema).check_schema(schema.schema)
    assert schema.schema["$schema"] == type(schema).META_SCHEMA["$schema"]


def test_accepted_specs_and_their_core_forms_are_valid(accepted):
    name, text = accepted
    spec, core = plain(text, name), core_document(program_of_text(text, name))
    for schema in SCHEMAS:
        validator(schema).validate(spec)
        validator(schema).validate(core)


def test_a_file_of_blocks_is_valid_and_needs_nothing_to_run(schema):
    block = {"inputs": {"x": {}}, "layers": [{"type": "Identity"}], "outputs": "identity"}
    parts = {"specc": 1, "imports": {"a": "a.yaml"}, "blocks": {"b": block}}
    assert schema.is_valid(parts)
    for more in ({"layers": [{"type": "Identity"}]}, {"inputs": {"x": {"shape": [2]}}}):
        assert not schema.is_valid(parts | more)
    assert not schema.is_valid({"specc": 1, "imports": {"a": "a.yaml"}})


def test_the_spec_that_slips_are_made_in_is_accepted(schema):
    program_of_text(to_yaml(SPEC), "model.yaml")
    schema.validate(SPEC)


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_are_seen_by_specc_and_by_the_schema(slip, schema):
    spec = changed(*SLIPS[slip])
    with pytest.raises(SpecError):
        program_of_text(to_yaml(spec), "model.yaml")
    assert not schema.is_valid(spec)


@pytest.mark.parametrize("code", ["SPC0100", "SPC0101", "SPC0102", "SPC0103", "SPC0106", "SPC0202"])
def test_what_codes_of_form_show_is_seen_by_the_schema(code, schema):
    assert not schema.is_valid(plain(CODES[code].wrong, CODES[code].varies))


FED = {
    "a name": "x",
    "a list of one": ["x"],
    "a list of two": ["x", "x"],
    "a list of five": ["x"] * 5,
    "no list": [],
    "roles": {"query": "x", "value": "x"},
    "an optional role": {"sequence": "x", "initial_state_h": "x", "x-why": 1},
    "the only role": {"x": "x"},
    "no role": {"quarry": "x", "value": "x"},
}


ONE_OF_EACH_KIND = list({repr(cls.ports): name for name, cls in LAYERS.items()}.values())
"""A layer for each kind of ports: the schema is made of these alone."""


@pytest.mark.parametrize("fed", FED)
@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_what_feeds_a_layer_has_the_form_of_its_ports(name, fed, schema):
    """As specc says with SPC0204 or SPC0104; how many a merge takes is not in its ports."""
    cls = LAYERS[name]
    example = next(item for item in cls.examples if item.gives)
    document = example_spec(cls, example)
    document["inputs"] = {"x": next(iter(document["inputs"].values()))}
    document["layers"][0]["from"] = FED[fed]
    if name == "Lambda":
        document["layers"][0]["function"] = "1"
    found = {item.code for item in validate(to_yaml(document))}
    refused = bool(found & {"SPC0204", "SPC0104"})
    if isinstance(cls.ports, ByInner):  # which there are says the layer inside
        assert refused or schema.is_valid(document)
    else:
        assert schema.is_valid(document) != refused


@pytest.mark.parametrize("path", [(), ("inputs", "x"), ("layers", 0), ("layers", 0, "activation")])
def test_x_keys_pass(path, schema):
    spec = changed((*path, "x-note"), {"free": [1]})
    program_of_text(to_yaml(spec), "model.yaml")
    schema.validate(spec)


def field_of(definition, argument):
    """A field as an editor sees it: what it refers to, if it was inherited."""
    definitions = SCHEMAS["2020-12"]["$defs"]
    field = definitions[definition]["properties"][argument]
    return definitions[field["$ref"].removeprefix("#/$defs/")] if list(field) == ["$ref"] else field


@pytest.mark.parametrize("name", LAYERS)
def test_editors_have_words_for_every_argument(name):
    for argument in SCHEMAS["2020-12"]["$defs"][f"layer.{name}"]["properties"]:
        assert field_of(f"layer.{name}", argument)["description"], argument


@pytest.mark.parametrize("name", LAYERS)
def test_a_field_that_is_written_once_for_many_is_what_each_of_them_has(name):
    for argument, field in declaration_schema(LAYERS[name])["properties"].items():
        if argument != "type":
            assert field_of(f"layer.{name}", argument) == field


def test_a_layer_repeats_no_field_that_every_layer_has():
    """Else each new layer would repeat them, in the published schemas, too."""
    added = SCHEMAS["2020-12"]["$defs"]["layer.Identity"]["properties"]
    assert all("$ref" in field for argument, field in added.items() if argument != "type")


def test_the_published_text_is_the_schema():
    for draft, schema in SCHEMAS.items():
        assert language_schema(draft) == schema


def test_defaults_are_shown():
    assert field_of("layer.Dense", "use_bias")["default"] is True
    assert field_of("layer.Dense", "kernel_initializer")["default"] == "glorot_uniform"
    assert field_of("layer.Dense", "trainable")["default"] is True
