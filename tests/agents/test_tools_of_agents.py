"""What a language model asks is answered with data of the type that is told."""

import json
import re

import pytest
from asking import TREE, Asking
from jsonschema import Draft202012Validator
from mcp.shared.exceptions import MCPError

from spec_compiler.cli.mcp import command

SPEC = """\
specc: 1
inputs:
  x: {shape: [4]}
layers:
  # as wide as it is deep
  - {type: Dense, name: hidden, units: 3}
  - {type: Dense, name: out, units: 2}
"""
WRONG = SPEC.replace("units: 3", "unitz: 3")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root")
    (folder / "parts").mkdir()
    (folder / "model.yaml").write_text(SPEC)
    (folder / "wrong.yaml").write_text(WRONG)
    (folder / "parts" / "lib.yaml").write_text(
        "specc: 1\nblocks:\n  b:\n    inputs: {x: {shape: [d]}}\n"
        "    layers: [{type: Dense, name: y, units: d}]\n    outputs: y\n"
    )
    return folder


@pytest.fixture(scope="module")
def ask(root):
    with Asking(root) as asking:
        yield asking


def test_tools_are_told_closed_and_harmless(ask):
    assert {*ask.tools} == {"validate", "explain", "summary", "fmt", "names", "schema"}
    for tool in ask.tools.values():
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
        assert tool.input_schema["additionalProperties"] is False
        assert tool.annotations.read_only_hint
        assert tool.description


def test_the_page_lists_the_tools(ask):
    page = (TREE / "docs/language_models.md").read_text()
    rows = {
        tool: set(re.findall(r"`(\w+)`", taken))
        for tool, taken in re.findall(r"^\| `(\w+)` \| ([^|]*) \|", page, re.MULTILINE)
    }
    given = {"text", "path", "name"}
    for name, tool in ask.tools.items():
        taken = {*tool.input_schema["properties"]}
        assert rows[name] == ((taken - given) | {"text"} if given <= taken else taken)
    assert rows.keys() == ask.tools.keys()


def test_a_text_is_proved(ask):
    found = ask("validate", text=SPEC)
    assert found["valid"]
    assert found["report"]["diagnostics"] == []
    assert (found["fixed"], found["text"]) == (0, None)


def test_a_mistake_has_what_mends_it(ask):
    found = ask("validate", text=WRONG)
    assert not found["valid"]
    schema = json.loads((TREE / "schemas/report.schema.json").read_text())
    Draft202012Validator(schema).validate(found["report"])
    (finding,) = found["report"]["diagnostics"]
    assert finding["code"] == "SPC0103"
    assert finding["pointer"] == "/layers/0/unitz"
    assert "units" in finding["allowed"]
    assert finding["patch"] == [
        {"op": "move", "from": "/layers/0/unitz", "path": "/layers/0/units"}
    ]
    assert "unit" in ask("explain", name=finding["code"])["entries"][0]["wrong"]


def test_an_edit_that_would_mend_nothing_is_not_offered(ask):
    vain = '{type: Lambda, name: hidden, function: "x.reshape(shape)"}'
    found = ask("validate", text=SPEC.replace("{type: Dense, name: hidden, units: 3}", vain))
    assert [item["patch"] for item in found["report"]["diagnostics"]] == [None]


def test_fixes_come_back_as_text_and_no_file_is_written(ask, root):
    found = ask("validate", path="wrong.yaml", fix="safe")
    assert found["valid"]
    assert (found["fixed"], found["text"]) == (1, SPEC)
    assert (root / "wrong.yaml").read_text() == WRONG
    assert ask("validate", text=WRONG, fix="safe")["text"] == SPEC
    assert ask("validate", text=SPEC, fix="unsafe")["fixed"] == 0


def test_a_file_is_as_its_text(ask):
    assert ask("validate", path="model.yaml")["valid"]
    assert ask("summary", path="model.yaml") == ask("summary", text=SPEC)


def test_json_is_json_by_its_name(ask):
    document = json.dumps({"specc": 1, "inputs": {"x": {"shape": [4]}}, "layers": []})
    assert ask("fmt", text=document, name="a.json")["text"].startswith("{")
    (finding,) = ask("validate", text="specc: 1", name="a.json")["report"]["diagnostics"]
    assert finding["file"] == "a.json"


def test_imports_are_relative_to_the_name(ask):
    spec = "specc: 1\nimports: {l: lib.yaml}\ninputs: {x: {shape: [4]}}\nlayers: [{use: l.b}]\n"
    assert ask("validate", text=spec, name="parts/new.yaml")["valid"]
    assert not ask("validate", text=spec)["valid"]


def test_params_are_set_and_sizes_too(ask):
    spec = SPEC.replace("units: 3", "units: width") + "params: {width: 3}\n"
    row = ask("summary", text=spec, params={"width": 5}, dims={"batch": 2})
    hidden = row["layers"][1]
    assert hidden["outputs"][0]["shape"] == [2, 5]
    assert hidden["parameters"]["trainable"] == 4 * 5 + 5
    assert "of type int" in ask.refused("summary", text=spec, params={"width": "wide"})
    assert "`batch`" in ask.refused("summary", text=spec, dims={"batch": "two"})
    assert "rows" in ask.refused("summary", text=spec, dims={"rows": 2})


def test_what_is_refused_has_no_summary_and_says_why(ask):
    assert "SPC0103" in ask.refused("summary", text=WRONG)
    assert "SPC0103" not in ask.refused("fmt", text="layers: [")
    assert ask("fmt", text=WRONG)["text"] == WRONG  # it can be read


def test_comments_stay_in_style(ask):
    found = ask("fmt", text=SPEC.replace("{shape: [4]}", "{shape:   [4] }"))
    assert found == {"text": SPEC, "changed": True}
    assert ask("fmt", text=SPEC) == {"text": SPEC, "changed": False}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Dense", ["layer"]),
        ("gelu", ["activation", "function"]),
        ("gather", ["function"]),
        ("std.swiglu", ["block"]),
        ("inputs", ["section"]),
        ("spc0410", ["code"]),
        ("validate", ["command"]),
        ("specc fmt", ["command"]),
    ],
)
def test_names_are_explained(ask, name, kinds):
    entries = ask("explain", name=name)["entries"]
    assert [entry["kind"] for entry in entries][: len(kinds)] == kinds
    assert all(entry["markdown"].startswith("# ") for entry in entries)


def test_all_that_is_listed_is_explained(ask):
    names = ask("names")["names"]
    assert {"Dense", "LSTM"} <= set(names["layers"])
    assert {"validate", "mcp"} <= set(names["commands"])
    assert ask("names", kind="codes") == {"names": {"codes": names["codes"]}}
    assert "layers" in ask.refused("names", kind="layer")
    for of in names.values():
        for name in (of[0], of[-1]):
            assert ask("explain", name=name)["entries"][0]["name"] in {name, of[0], of[-1]}


def test_a_schema_is_that_of_the_command(ask, specc):
    few = {"layers": "Dense,Softmax"}
    small = ask("schema", **few)["schema"]
    assert small == json.loads(specc("schema", "--flavor", "min", "--layers", few["layers"]).out)
    words = ["--layers", few["layers"], "--inputs", "a,b", "--outputs", "y"]
    strict = ask("schema", flavor="strict", inputs="a, b", outputs="y", **few)["schema"]
    assert strict == json.loads(specc("schema", "--flavor", "strict", *words).out)
    Draft202012Validator.check_schema(strict)
    assert "did you mean `Dense`?" in ask.refused("schema", layers="Dens")
    assert "no layer" in ask.refused("schema", layers=",")
    assert "`inputs` goes with" in ask.refused("schema", inputs="a")
    assert "is no name" in ask.refused("schema", flavor="strict", inputs="1 a")
    assert "min" in ask.refused("schema", flavor="full")


def test_names_docs_and_the_schema_have_addresses(ask):
    fixed, named = ask.addresses()
    assert named == ["specc://docs/{name}"]
    assert [str(uri) for uri in fixed] == ["specc://names", "specc://schema/min"]
    assert json.loads(ask.read("specc://names")) == ask("names")["names"]
    assert json.loads(ask.read("specc://schema/min")) == ask("schema")["schema"]
    assert ask.read("specc://docs/Dense") == ask("explain", name="Dense")["entries"][0]["markdown"]
    with pytest.raises(MCPError, match="did you mean `Dense`"):
        ask.read("specc://docs/Dence")
    for wrong in ("specc://other", "file:///etc/passwd", "specc://docs/../../etc/passwd"):
        with pytest.raises(MCPError, match="nothing"):
            ask.read(wrong)


def test_slips_of_names_are_answered(ask):
    assert "did you mean `validate`?" in ask.refused("explain", name="validat")
    assert "`Dense`" in ask.refused("explain", name="Dence")
    assert "did you mean `validate`?" in ask.refused("validat", text=SPEC)
    assert "did you mean `text`?" in ask.refused("validate", txt=SPEC)
    assert "unsafe" in ask.refused("validate", text=SPEC, fix="all")
    assert "either `text`" in ask.refused("validate")
    assert "either `text`" in ask.refused("validate", text=SPEC, path="model.yaml")
    assert "`name` goes with `text`" in ask.refused("fmt", path="model.yaml", name="x.yaml")
    assert "`name` is missing" in ask.refused("explain")
    assert "not of type string" in ask.refused("explain", name=3)
    assert "not of type object" in ask.refused("validate", text=SPEC, params=[])


def test_without_the_package_it_is_said(specc, monkeypatch, tmp_path):
    assert command.__doc__
    missing = tmp_path / "none"
    assert specc("mcp", "--root", str(missing)).status == 2
    monkeypatch.setattr("spec_compiler.cli.mcp.find_spec", lambda name: None)
    done = specc("mcp")
    assert done.status == 2
    assert 'pip install "spec-compiler[mcp]"' in done.err
