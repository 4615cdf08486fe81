"""`specc docs NAME`: the reference by name, as text, as Markdown and as data."""

from __future__ import annotations

import json

import pytest

from spec_compiler.cli.commands import COMMANDS
from spec_compiler.cli.docs import documented, listed
from spec_compiler.codes import CODES
from spec_compiler.compile import program_of_text
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.language.document import Header
from spec_compiler.layers import LAYERS
from spec_compiler.report import Style
from spec_compiler.report.markdown_text import markdown_text

ALL = [name for of in listed().values() for name in of]
ONE_OF = {"losses": "loss", "regularizers": "regularizer", "blocks of specc:std": "block"}


def test_every_kind_is_complete():
    found = listed()
    assert set(found["layers"]) == set(LAYERS)
    assert set(found["codes"]) == set(CODES)
    assert set(found["commands"]) == set(COMMANDS)
    assert set(found["primitives"]) == set(PRIMITIVES)
    header = {field.alias or name for name, field in Header.model_fields.items()}
    assert header | {"inputs", "layers", "outputs", "blocks", "tests", "train"} <= set(
        found["sections"]
    )


def test_every_name_of_the_list_has_an_entry_of_its_kind_that_fits_a_terminal():
    for plural, names in listed().items():
        kind = ONE_OF.get(plural, plural.removesuffix("s"))
        for name in names:
            entries = {entry["kind"]: entry for entry in documented(name)}
            assert kind in entries, (kind, name)
            text = entries[kind]["markdown"]
            assert text.startswith("#"), name
            assert "](" not in text, name
            assert "<!--" not in text, name
            prose = markdown_text(text, Style(width=100)).splitlines()
            lines = [line for line in prose if not line.startswith("    ")]
            assert max(map(len, lines)) <= 100, name


def test_a_layer_as_data_says_what_it_takes(specc):
    ran = specc("docs", "Dense", "--format", "json")
    (entry,) = json.loads(ran.out)["entries"]
    assert (entry["kind"], entry["name"]) == ("layer", "Dense")
    arguments = {one["name"]: one for one in entry["arguments"]}
    assert set(arguments) == {
        field.alias or name for name, field in LAYERS["Dense"].model_fields.items()
    }
    assert arguments["units"]["required"] is True
    assert arguments["units"]["default"] is None
    assert arguments["use_bias"]["takes"] == "true or false"
    assert (arguments["use_bias"]["required"], arguments["use_bias"]["default"]) == (False, "true")
    assert entry["masks"] == "Passes the mask on."
    for example in entry["examples"]:
        program = program_of_text(json.dumps(example["spec"]), "example.json")
        given = [text.removesuffix(" mask") for text in example["gives"]]
        assert [str(value.type) for value in program.outputs.values()] == given


def test_a_code_as_data_has_its_examples(specc):
    (entry,) = json.loads(specc("docs", "301", "--format", "json").out)["entries"]
    code = CODES["SPC0301"]
    assert (entry["wrong"], entry["right"], entry["title"]) == (code.wrong, code.right, code.title)
    assert entry["command"] == "specc validate model.yaml"


def test_a_name_of_several_kinds_has_an_entry_of_each(specc):
    entries = json.loads(specc("docs", "softmax", "--format", "json").out)["entries"]
    assert [entry["kind"] for entry in entries] == ["activation", "function"]
    assert entries[1]["signature"].startswith("softmax(")
    (layer,) = json.loads(specc("docs", "Softmax", "--format", "json").out)["entries"]
    assert layer["kind"] == "layer"
    assert specc("docs", "dense").out == specc("docs", "Dense").out


def test_markdown_is_what_the_text_shows_and_json_has(specc):
    markdown = specc("docs", "gather", "--format", "markdown").out
    data = json.loads(specc("docs", "gather", "--format", "json").out)
    assert markdown == "\n".join(entry["markdown"] for entry in data["entries"])
    assert specc("docs", "gather").out == markdown_text(markdown, Style())


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("Dens", "did you mean `Dense`?"),
        ("validat", "did you mean `validate`?"),
        ("xyzzyxy", "`specc docs` alone lists all names"),
        ("inputz", "did you mean `inputs`?"),
        ("transpos", "did you mean `transpose`?"),
        ("STFTSpectrogram", "Keras has this layer, and specc has not"),
    ],
)
def test_a_slip_is_answered(specc, written, says):
    ran = specc("docs", written)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: there is nothing called `{written}`; {says}")


def test_alone_it_lists_all_names(specc):
    data = json.loads(specc("docs", "--format", "json").out)
    assert data["format_version"] == 1
    assert data["names"] == listed()
    assert set(specc("docs").out.split()) > set(ALL) - {"std"}
    assert "`std.swiglu`" in specc("docs", "--format", "markdown").out
