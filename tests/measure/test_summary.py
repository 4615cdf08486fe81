"""`specc summary`: what it shows, whatever the width and the words are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from spec_compiler.compile import program_of_file, program_of_text
from spec_compiler.report.model import Summary
from spec_compiler.report.style import Style
from spec_compiler.report.table import table

EXAMPLES = Path(__file__).parents[2] / "examples"
SEQUENCE = str(EXAMPLES / "sequence" / "model.yaml")

SMALL = """\
specc: 1
name: small
dims: {steps: null}
inputs: {x: {shape: [steps, 3], mask: true}}
layers:
  - {type: Dense, name: wide, units: 4}
  - {type: Dense, name: deep, units: 2, from: x}
  - {reuse: deep, name: again, from: x, mask: drop}
  - {type: LSTM, name: reader, units: 1, from: wide, return_state: true}
outputs: {again: {}, deep: {}, end: {from: reader.output}}
"""

# Dense: 2*3*units + units. LSTM: 4 gates of 1 unit from 4 features: 32 + 8 in products, two
# additions of 4, three sigmoids of 7, two tanh, four of the state, two for the mask.
# Shares: 28, 14 and 77 of 133.
SMALL_TEXT = """\
small

layer           type   output             dtype    mask            parameters  FLOPs           share
x               input  [batch, steps, 3]  float32  [batch, steps]
wide            Dense  [batch, steps, 4]  float32  [batch, steps]          16  28*batch*steps    21%
deep            Dense  [batch, steps, 2]  float32  [batch, steps]           8  14*batch*steps    11%
again           Dense  [batch, steps, 2]  float32  -                  as deep  14*batch*steps    11%
reader.output   LSTM   [batch, 1]         float32  -                       24  77*batch*steps    58%
reader.state_h         [batch, 1]         float32  -
reader.state_c         [batch, 1]         float32  -

parameters       48
  trainable      48
  non-trainable  0
weights          192 bytes
FLOPs            133*batch*steps
FLOPs, one row   133*steps
share            of FLOPs where batch=1, steps=128
"""


def test_the_text_of_a_small_model():
    assert Summary(program_of_text(SMALL)).text(Style()) == SMALL_TEXT


def test_the_command_prints_the_same_text(specc):
    result = specc("summary", "-", stdin=SMALL)
    assert result.status == 0
    assert result.out == SMALL_TEXT


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_table_fits_its_width_and_loses_nothing(width):
    head = ["layer", "output", "FLOPs"]
    rows = [["encoder", "[batch, length, 32]", "51521*batch*length + 804*batch"], ["b", "", "1"]]
    text = table(head, rows, Style(width=width, wraps=True), right={2})
    assert max(map(len, text.splitlines())) <= width
    letters = sorted("".join(text.split()))
    assert letters == sorted("".join("".join(row) for row in [head, *rows]).replace(" ", ""))


def test_where_nobody_looks_no_name_is_broken_or_cut(specc):
    name = "a_layer_with_a_name_of_many_words_" * 7
    spec = SMALL.replace("name: deep", f"name: {name}").replace("reuse: deep", f"reuse: {name}")
    lines = specc("summary", "-", stdin=spec.replace("deep: {}", f"{name}: {{}}")).out.splitlines()
    assert [line.split()[:2] for line in lines if name in line] == [
        [name, "Dense"],
        ["again", "Dense"],
    ]
    assert f"as {name}" in next(line for line in lines if line.startswith("again"))
    assert len(lines) == len(SMALL_TEXT.splitlines())


def test_sizes_that_are_given_are_numbers(specc):
    out = specc("summary", "-", "--dim", "batch=2", "--dim", "steps=5", stdin=SMALL).out
    rows = {line.split()[0]: line for line in out.splitlines() if line}
    assert "[2, 5, 4]" in rows["wide"]
    assert rows["wide"].split()[-2] == "280"  # 28 * 2 * 5
    assert rows["FLOPs"].split()[-1] in {"1,330", "665"}  # 133 * 2 * 5
    assert "FLOPs            1,330\nFLOPs, one row   665\n" in out
    document = json.loads(
        specc("summary", "-", "--dim", "batch=2", "--format", "json", stdin=SMALL).out
    )
    assert document["totals"]["flops"] == "266*steps"
    assert document["layers"][1]["outputs"][0]["mask"] == [2, "steps"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--dim", "step=5"), "did you mean `steps`?"),
        (("--dim", "steps=-1"), "a size is a whole number"),
        (("--dim", "steps=9"), "`steps` is 9 (--dim steps=9), and it must be at most 8"),
    ],
)
def test_a_size_that_cannot_be_is_refused(specc, words, says):
    ran = specc("summary", "-", *words, stdin=SMALL.replace("steps: null", "steps: {max: 8}"))
    assert (ran.status != 0, ran.out) == (True, "")
    assert says in ran.err


def test_colour_changes_nothing_but_the_looks():
    program = program_of_file(SEQUENCE)
    painted = Summary(program).text(Style(color=True))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == Summary(program).text(Style())


def test_json_has_sizes_masks_and_formulas(specc):
    document = json.loads(specc("summary", "-", "--format", "json", stdin=SMALL).out)
    assert document["format_version"] == 1
    layers = {layer["name"]: layer for layer in document["layers"]}
    assert list(layers) == ["x", "wide", "deep", "again", "reader"]
    assert layers["x"]["type"] == "input"
    assert layers["wide"]["outputs"] == [
        {
            "name": "",
            "shape": ["batch", "steps", 4],
            "dtype": "float32",
            "mask": ["batch", "steps"],
        }
    ]
    assert [item["name"] for item in layers["reader"]["outputs"]] == [
        "output",
        "state_h",
        "state_c",
    ]
    assert layers["again"]["reuse"] == "deep"
    assert layers["deep"]["parameters"] == {"trainable": 8, "non_trainable": 0, "bytes": 32}
    assert document["totals"]["flops"] == "133*batch*steps"
    assert document["totals"]["flops_per_row"] == "133*steps"


def test_set_changes_the_numbers(specc):
    spec = SMALL.replace("units: 4", "units: n") + "params: {n: 4}\n"
    result = specc("summary", "-", "--set", "n=5", "--format", "json", stdin=spec)
    layers = {layer["name"]: layer for layer in json.loads(result.out)["layers"]}
    assert layers["wide"]["parameters"]["trainable"] == 3 * 5 + 5


def test_a_refused_spec_prints_no_table(specc):
    result = specc("summary", "-", stdin=SMALL.replace("units: 4", "units: 0"))
    assert result.status == 1
    assert result.out == ""
    assert "units" in result.err


def test_strangers_words_act_on_nothing(specc):
    hostile = 'name: "\\e[31m\\u202e##[error]x"\ndoc: "two\\nlines ##vso[task]"'
    spec = SMALL.replace("name: small", hostile)
    text = Summary(program_of_text(spec)).text(Style(unicode=False))
    assert text.isascii()
    found = specc("summary", "-", "--format", "json", stdin=spec).out
    for shown in (text, found):
        assert not {"\x1b", "\u202e"} & set(shown)
        assert "##[" not in shown
        assert "##vso" not in shown
    assert json.loads(found)["name"] == "\x1b[31m\u202e##[error]x"
