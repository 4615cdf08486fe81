"""`specc schema --flavor`: what a smaller schema accepts, the full one accepts, and specc reads."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from spec_compiler.compile import analyze_text, program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.language.json_flavors import FLAVORS, Names, flavored
from spec_compiler.language.json_schema import language_schema
from spec_compiler.layers import LAYERS
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.source import read

ROOT = Path(__file__).parents[2]
SMALL = {flavor: flavored(flavor) for flavor in FLAVORS}
VALID = {flavor: Draft202012Validator(schema) for flavor, schema in SMALL.items()}
FULL = Draft202012Validator(language_schema())
EXAMPLES = sorted(
    {*ROOT.glob("examples/**/model.yaml"), *ROOT.glob("spec_compiler/templates/**/*.yaml")}
)
FORBIDDEN = {"oneOf", "allOf", "not", "if", "then", "else", "patternProperties", "propertyNames"}


def schemas_in(schema):
    """Every schema in a schema."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key in ("properties", "$defs"):
        for below in schema.get(key, {}).values():
            yield from schemas_in(below)
    for below in schema.get("anyOf", []):
        yield from schemas_in(below)
    for key in ("items", "additionalProperties"):
        yield from schemas_in(schema.get(key))


class Written:
    """Random documents that a schema accepts."""

    def __init__(self, schema, seed):
        self.schema, self.random = schema, random.Random(seed)  # noqa: S311

    def of(self, schema, depth=0):
        if "$ref" in schema:
            return self.of(self.schema["$defs"][schema["$ref"].removeprefix("#/$defs/")], depth)
        if "anyOf" in schema and "properties" not in schema:
            return self.of(self.random.choice(schema["anyOf"]), depth + 1)
        if "const" in schema or "enum" in schema:
            return self.random.choice([schema["const"]] if "const" in schema else schema["enum"])
        kind = schema.get("type", "null")
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        if kind == "object" and "properties" in schema:
            needed = schema.get("required", [])
            return {
                key: self.of(field, depth + 1)
                for key, field in schema["properties"].items()
                if key in needed or (depth < 8 and self.random.random() < 0.3)
            }
        if kind == "object":
            of = schema.get("additionalProperties", True)
            keys = schema.get("required", ["a"])
            return {key: self.of(of if isinstance(of, dict) else {}, depth + 1) for key in keys}
        if kind == "array":
            least, most = schema.get("minItems", 0), schema.get("maxItems", 3)
            count = self.random.randint(least, max(least, min(most, least + 2)))
            return [self.of(schema.get("items", {}), depth + 1) for _ in range(count)]
        return {
            "string": self.random.choice(["x", "seq", "2 * n", "y-1"]),
            "integer": max(schema.get("minimum", 0), self.random.randint(-1, 4)),
            "number": max(schema.get("minimum", 0), 0.5),
            "boolean": self.random.random() < 0.5,
            "null": None,
        }[kind]


def test_strict_has_only_what_structured_output_knows():
    for schema in schemas_in(SMALL["strict"]):
        assert not FORBIDDEN & schema.keys()
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
        if schema.keys() & {"enum", "const"}:
            assert "type" in schema
        for option in schema.get("anyOf", []):
            assert option.keys() & {"type", "$ref"}
    assert SMALL["strict"]["type"] == "object"


def test_each_layer_has_an_alternative_of_its_own():
    for schema in SMALL.values():
        names = [of["$ref"].removeprefix("#/$defs/") for of in schema["$defs"]["layer"]["anyOf"]]
        of_types = [schema["$defs"][name]["properties"].get("type") for name in names]
        assert [of["const"] for of in of_types if of is not None] == list(LAYERS)


@pytest.mark.parametrize("flavor", FLAVORS)
def test_what_a_flavor_accepts_the_full_schema_accepts(flavor):
    """Random documents, and one for each layer."""
    schema = SMALL[flavor]
    for seed, name in enumerate(LAYERS):
        written = Written(schema, seed)
        layer = written.of(schema["$defs"][f"layer.{name}"], 1)
        document = {"specc": 1, "inputs": {"x": {"shape": [4]}}, "layers": [layer]}
        found = [error.message for error in FULL.iter_errors(document)]
        assert found == [], json.dumps(document)
    tried = 0
    for seed in range(60):
        document = Written(schema, seed).of(schema)
        document["layers"] = document["layers"][:1]
        if not VALID[flavor].is_valid(document):
            continue  # a param needs one of two keys, which is not drawn so
        tried += 1
        found = [error.message for error in FULL.iter_errors(document)]
        assert found == [], json.dumps(document)
    assert tried >= 20


def strictly(document):
    """A document as `strict` wants it: every key, with its default where it had none."""
    items = []
    for item in document["layers"]:
        definition = SMALL["strict"]["$defs"][f"layer.{item['type']}"]
        defaults = {
            field.alias or name: field.get_default(call_default_factory=True)
            for name, field in LAYERS[item["type"]].model_fields.items()
        }
        whole = {}
        for key in definition["properties"]:
            value = item.get(key, defaults.get(key))
            whole[key] = value.written() if hasattr(value, "written") else value
        items.append(whole)
    inputs = {}
    for name, given in document["inputs"].items():
        fields = SMALL["strict"]["$defs"]["input"]["properties"]
        inputs[name] = {key: given.get(key) for key in fields}
    dims = {
        name: None if isinstance(of, dict) else of for name, of in document.get("dims", {}).items()
    }
    document = document | ({"dims": dims} if dims else {})
    return {**document, "inputs": inputs, "layers": items}


OTHERWISE = {"Cropping1D", "ZeroPadding1D", "EinsumDense"}
"""What their examples leave out has no default that is written, or one for their kin."""


def one_layer_examples():
    for name, cls in LAYERS.items():
        if name in OTHERWISE:
            continue
        for example in cls.examples:
            document = example_spec(cls, example)
            if not example.refuses and list(document["inputs"]) == ["x"]:
                yield pytest.param(document, id=name)
                break


@pytest.mark.parametrize("document", [*one_layer_examples()])
def test_a_layer_with_all_of_its_keys_is_strict_and_means_the_same(document):
    document = json.loads(json.dumps(document))
    if set(document) - {"specc", "inputs", "layers", "outputs", "dims"}:
        pytest.skip("it has sections that strict leaves out")
    whole = json.loads(json.dumps(strictly(document), default=str))
    schema = flavored("strict", Names(("x",), tuple(document.get("dims", ())), ("y",)))
    name = whole["layers"][-1]["name"] = document["layers"][-1]["name"] = "y"
    document["outputs"], whole["outputs"] = {name: None}, {name: None}
    errors = [error.message for error in Draft202012Validator(schema).iter_errors(whole)]
    if errors:
        pytest.skip(f"written in a way that strict leaves out: {errors[0][:80]}")
    same, strict = (
        program_of_text(json.dumps(one), "m.json", diagnostics=Diagnostics())
        for one in (document, whole)
    )
    assert [str(value.type) for value in same.outputs.values()] == [
        str(value.type) for value in strict.outputs.values()
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_min_accepts_what_it_covers_and_nothing_that_is_wrong(path):
    document = read(path.read_text(), "m.yaml", Diagnostics()).plain()
    covered = VALID["min"].is_valid(document)
    if covered:
        assert FULL.is_valid(document)
    for wrong in mutated(document):
        if VALID["min"].is_valid(wrong):
            assert FULL.is_valid(wrong), json.dumps(wrong)[:400]


def mutated(document):
    """The document with a single thing changed, in many ways."""
    text = json.dumps(document)
    chance = random.Random(len(text))  # noqa: S311
    for _ in range(12):
        copy = json.loads(text)
        layer = chance.choice(copy.get("layers") or [{}])
        match chance.randrange(4):
            case 0:
                layer["unitz"] = 3
            case 1 if layer:
                layer.pop(chance.choice(list(layer)))
            case 2 if layer:
                layer[chance.choice(list(layer))] = chance.choice([None, 7, "x", [], {}, True])
            case _:
                copy.pop(chance.choice(list(copy)))
        yield copy


def test_min_covers_most_examples():
    documents = [read(path.read_text(), "m.yaml", Diagnostics()).plain() for path in EXAMPLES]
    assert sum(map(VALID["min"].is_valid, documents)) >= len(documents) // 2


def test_the_flavors_are_small():
    sizes = {flavor: len(json.dumps(schema)) for flavor, schema in SMALL.items()}
    full = len(json.dumps(language_schema()))
    assert sizes["min"] < full / 3
    few = flavored("min", layers=("Dense", "Dropout", "Embedding", "LSTM"))
    assert len(json.dumps(few)) < 30_000
    names = [key for of in schemas_in(SMALL["strict"]) for key in of.get("properties", {})]
    words = [word for of in schemas_in(SMALL["strict"]) for word in of.get("enum", [])]
    assert len(names) <= 5000
    assert len(words) <= 1000


def test_a_strict_answer_is_a_spec(specc):
    schema = json.loads(
        specc(
            "schema",
            "--flavor",
            "strict",
            "--inputs",
            "pixels",
            "--outputs",
            "probs",
            "--layers",
            "Dense",
        ).out
    )
    assert set(schema["properties"]["inputs"]["properties"]) == {"pixels"}
    fields = schema["$defs"]["input"]["properties"]
    answer = {
        "specc": 1,
        "inputs": {"pixels": dict.fromkeys(fields) | {"shape": [64]}},
        "layers": [
            {
                "type": "Dense",
                "units": 10,
                "activation": "softmax",
                "use_bias": True,
                "name": "probs",
                "from": None,
                "mask": None,
            }
        ],
        "outputs": {"probs": None},
    }
    Draft202012Validator(schema).validate(answer)
    known = analyze_text(json.dumps(answer), "answer.json")
    assert [item.message for item in known.found] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--flavor", "strikt"], "did you mean `strict`?"),
        (["--flavor", "min", "--layers", "Dens"], "did you mean `Dense`?"),
        (["--flavor", "min", "--layers", ","], "--layers names no layer"),
        (["--flavor", "min", "--inputs", "x"], "--inputs is for --flavor strict"),
        (["--flavor", "strict", "--inputs", "1 x"], "`1 x` is no name"),
        (["--flavor", "strict", "--draft", "draft-07"], "--draft is for --flavor full"),
        (["--layers", "Dense"], "--layers is for --flavor strict or min"),
    ],
)
def test_wrong_usage_is_said(specc, words, says):
    ran = specc("schema", *words)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err


def test_the_answer_on_the_page_fits(specc):
    page = (ROOT / "docs/schemas.md").read_text()
    command = re.search(r"^specc (schema .*) > ", page, re.MULTILINE)
    answer = json.loads(re.search(r"^```json answer.json\n(.*?)^```", page, re.M | re.S)[1])
    Draft202012Validator(json.loads(specc(*command[1].split()).out)).validate(answer)
