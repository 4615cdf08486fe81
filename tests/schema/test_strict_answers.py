"""`--flavor strict` against what services publish, an engine that they use, and whole models."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from llguidance import LLMatcher, LLTokenizer

from spec_compiler.compile import program_of_file
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.language import json_flavors
from spec_compiler.language.json_flavors import Names, flavored
from spec_compiler.language.json_schema import language_schema
from spec_compiler.writing.core_form import core_document

ROOT = Path(__file__).parents[2]
STRICT = flavored("strict")
MODELS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("examples/**/model.yaml", "tests/ports/*/model.yaml", "spec_compiler/templates")
    for path in (ROOT.glob(pattern) if "*" in pattern else (ROOT / pattern).glob("**/*.yaml"))
)
KEYWORDS = {
    *("type", "enum", "const", "anyOf", "$ref", "$defs", "$schema"),
    *("properties", "required", "additionalProperties"),
    *("items", "minItems", "maxItems", "minimum", "maximum", "pattern"),
}
"""What OpenAI's guide to structured output lists as supported; and `$schema`, the draft's name."""
FREE = {
    "examples/pooling/model.yaml": "names the inputs of a Lambda",
    "spec_compiler/templates/encoder.yaml": "names the inputs of a Lambda",
    "spec_compiler/templates/siamese.yaml": "names the inputs of a Lambda",
    "tests/ports/llama/model.yaml": "names the inputs of a Lambda",
    "tests/ports/gpt2/model.yaml": "gives an activation a setting",
}
"""Models that strict has no words for."""


def parts(schema):
    """The schemas right inside of one."""
    yield from schema.get("anyOf", ())
    yield from schema.get("properties", {}).values()
    if "items" in schema:
        yield schema["items"]


def every(schema):
    yield schema
    for part in (*parts(schema), *schema.get("$defs", {}).values()):
        yield from every(part)


def depth(schema, above=()):
    """How deep objects and lists nest in an answer; what refers to itself has no end."""
    if name := schema.get("$ref", "").removeprefix("#/$defs/"):
        assert name not in above
        return depth(STRICT["$defs"][name], (*above, name))
    inside = max((depth(part, above) for part in parts(schema)), default=0)
    return inside + (schema.get("type") in {"object", "array"})


def test_it_keeps_to_the_limits_that_services_publish():
    """Those of OpenAI: 10 levels, 5000 properties, 1000 values, 120,000 characters of names."""
    schemas = list(every(STRICT))
    assert {key for schema in schemas for key in schema} <= KEYWORDS
    assert depth(STRICT) <= 10
    names = [name for schema in schemas for name in schema.get("properties", {})]
    values = [str(value) for schema in schemas for value in schema.get("enum", ())]
    constants = [str(schema["const"]) for schema in schemas if "const" in schema]
    assert len(names) <= 5000
    assert len(values) <= 1000
    assert len("".join([*names, *values, *constants, *STRICT["$defs"]])) <= 120_000
    for schema in schemas:
        texts = [value for value in schema.get("enum", ()) if isinstance(value, str)]
        assert len(texts) <= 250 or len("".join(texts)) <= 15_000


def test_every_object_is_closed_and_says_all_of_its_keys():
    assert STRICT["type"] == "object"
    objects = [of for of in every(STRICT) if of.get("type") == "object" or "properties" in of]
    assert len(objects) > 100
    for schema in objects:
        assert schema["additionalProperties"] is False
        assert sorted(schema["required"]) == sorted(schema["properties"])
    for schema in every(STRICT):
        assert not isinstance(schema.get("type"), list), "a type is one"


def test_layers_are_written_before_what_comes_out():
    for names in (Names(), Names(("a",), ("n",), ("y",))):
        keys = list(flavored("strict", names)["properties"])
        assert keys == ["specc", *(["dims"] if names.dims else []), "inputs", "layers", "outputs"]


class Answer:
    """A model as strict has it: every key, in the order of the schema, null where it says none."""

    def __init__(self, path):
        document = core_document(program_of_file(path, diagnostics=Diagnostics(), weights=False))
        document = json.loads(json.dumps(document))
        named = (tuple(document.get(key, ())) for key in Names._fields)
        # the layers that it has: a schema of all takes an engine seconds
        kinds = tuple({item["type"]: None for item in document["layers"] if "type" in item})
        self.schema = flavored("strict", Names(*named), kinds)
        self.document = {}
        for key, schema in self.schema["properties"].items():
            written = document[key]
            if key == "layers":
                written = [
                    self.whole({"$ref": f"#/$defs/layer.{item.get('type', 'reuse')}"}, item)
                    for item in written
                ]
            elif key == "dims":
                written = {
                    n: size if isinstance(size, int) else None for n, size in written.items()
                }
            elif key == "outputs":
                written = {
                    name: of.get("from", name) if isinstance(of, dict) else of
                    for name, of in written.items()
                }
            else:
                written = self.whole(schema, written)
            self.document[key] = written

    def whole(self, schema, written):
        """What is written, with all keys that an object has, and no others."""
        while "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        if "anyOf" in schema:
            schema = self.fitting(schema["anyOf"], written) or {}
            return self.whole(schema, written) if schema else written
        if isinstance(written, dict) and "properties" in schema:
            return {
                key: self.whole(of, written.get(key)) for key, of in schema["properties"].items()
            }
        if isinstance(written, list) and "items" in schema:
            return [self.whole(schema["items"], item) for item in written]
        return written

    def fitting(self, options, written):
        """The alternative for what is written."""
        for option in options:
            name = option.get("$ref", "").removeprefix("#/$defs/")
            option = self.schema["$defs"][name] if name else option
            kind = option.get("properties", {}).get("type", {}).get("const")
            if isinstance(written, dict) and "properties" in option:
                if kind == written.get("type") and (
                    kind or written.keys() <= option["properties"].keys()
                ):
                    return option
            elif isinstance(written, list) and "items" in option:
                return option
        return None


@pytest.fixture(scope="module", autouse=True)
def cut_from_one_schema():
    """The full schema is made once."""
    full = language_schema()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_flavors, "language_schema", lambda: full)
        yield


@pytest.fixture(scope="module")
def tokens():
    return LLTokenizer("byte")


def taken(schema, document, tokens):
    """Whether the engine lets a document be written, byte by byte, and end."""
    grammar = LLMatcher.grammar_from_json_schema(schema)
    matcher = LLMatcher(tokens, grammar)
    text = tokens.tokenize_bytes(json.dumps(document, separators=(",", ":")).encode())
    return matcher.try_consume_tokens(text) == len(text) and matcher.is_accepting()


def test_the_engine_knows_all_of_it(tokens):
    grammar = LLMatcher.grammar_from_json_schema(STRICT)
    assert LLMatcher.validate_grammar_with_warnings(grammar, tokens) == (False, [])


@pytest.mark.parametrize("path", MODELS)
def test_models_fit_but_for_what_strict_leaves_out(path, tokens, monkeypatch):
    monkeypatch.chdir(ROOT)
    answer = Answer(path)
    valid = Draft202012Validator(answer.schema).is_valid(answer.document)
    assert valid == (path not in FREE)
    if valid and len(answer.document["layers"]) < 40:
        assert taken(answer.schema, answer.document, tokens)
        answer.document["layers"][0]["unknown"] = None
        assert not taken(answer.schema, answer.document, tokens)


def test_there_are_many_models():
    assert len(MODELS) >= 25
    assert {*FREE} < {*MODELS}
