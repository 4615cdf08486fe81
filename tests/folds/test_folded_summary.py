"""`specc summary` of what repeats: a row for all, whose costs are those of all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_alike import SPECS

from spec_compiler.compile import program_of_text, prove_file
from spec_compiler.folds import Measured, parts_of, shown
from spec_compiler.measure import Parameters, added, flops, measure, memory_of, parameters
from spec_compiler.picture.draw import draw_program
from spec_compiler.picture.folded import folded
from spec_compiler.report.model import Summary
from spec_compiler.report.style import Style
from spec_compiler.report.summary_rows import share_text, short_number

ROOT = Path(__file__).parents[2]
STACK = """\
specc: 1
name: stack
inputs: {x: {shape: [3]}}
blocks:
  feed:
    inputs: {x: {shape: [d]}}
    layers:
      - {type: Dense, name: up, units: 2 * d}
      - {type: Dense, name: down, units: d, trainable: false}
    outputs: down
layers:
  - {use: feed, name: stack, repeat: 12}
  - {use: feed, name: once}
  - {reuse: once, name: again}
  - {type: Dense, name: end, units: 1}
"""

# up: 3*6 + 6 = 24 parameters, 2*3*6 + 6 = 42 FLOPs a row; down: 6*3 + 3 = 21 and 2*6*3 + 3 = 39;
# end: 4 and 7. Of all 12*81 + 2*81 + 7 = 1141 FLOPs: 504 are 44.2 %, 468 are 41.0 %, 42 are 3.7 %,
# 39 are 3.4 %, 7 are 0.6 %, 81 are 7.1 %, 972 are 85.2 %.
TEXT = """\
stack

layer             type   output      dtype    mask  parameters  FLOPs      share
x                 input  [batch, 3]  float32  -
stack.*.up  ×12   Dense  [batch, 6]  float32  -            288  504*batch    44%
stack.*.down  ×12 Dense  [batch, 3]  float32  -            252  468*batch    41%
once.up           Dense  [batch, 6]  float32  -             24  42*batch    3.7%
once.down         Dense  [batch, 3]  float32  -             21  39*batch    3.4%
again.up          Dense  [batch, 6]  float32  -     as once.up  42*batch    3.7%
again.down        Dense  [batch, 3]  float32  -   as once.down  39*batch    3.4%
end               Dense  [batch, 1]  float32  -              4  7*batch     0.6%

layers           29, in 7 rows
parameters       589
  trainable      316
  non-trainable  273
weights          2,356 bytes
FLOPs            1141*batch
FLOPs, one row   1,141
share            of FLOPs where batch=1
"""

CLOSED = """\
stack

layer         type   output      dtype    mask  parameters  FLOPs      share
x             input  [batch, 3]  float32  -
stack.*  ×12  feed   [batch, 3]  float32  -            540  972*batch    85%
once          feed   [batch, 3]  float32  -             45  81*batch    7.1%
again         feed   [batch, 3]  float32  -        as once  81*batch    7.1%
end           Dense  [batch, 1]  float32  -              4  7*batch     0.6%

layers           29, in 4 rows
"""


def cells(text):
    return [re.split(r"\s\s+(?!×)|(?<=×\d\d)\s", line.strip()) for line in text.splitlines()]


def test_what_is_alike_is_a_row(specc):
    ran = specc("summary", "-", stdin=STACK)
    assert (ran.status, cells(ran.out)) == (0, cells(TEXT))


@pytest.mark.parametrize("depth", ["0", "1"])
def test_closed_blocks_are_rows(specc, depth):
    out = specc("summary", "-", "--depth", depth, stdin=STACK).out
    assert out.startswith(CLOSED)
    assert out.partition("parameters  ")[2].endswith(
        TEXT.partition("layers  ")[2].partition("\n")[2]
    )


@pytest.mark.parametrize("option", [("--no-fold",), ("--depth", "all")])
def test_each_layer_has_a_row(specc, option):
    out = specc("summary", "-", *option, stdin=STACK).out
    assert len(re.findall("^stack", out, re.MULTILINE)) == 1 + 24  # the title is `stack`, too
    assert "×" not in out
    assert "rows" not in out


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(ROOT)))
def test_rows_add_up_to_the_totals_however_they_are_folded(path):
    program = prove_file(path)
    if program is None:
        return
    measured = Measured(program)
    layers = [row for row in measure(program) if row.name in program.steps]
    for fold in (True, False):
        for depth in (1, 2, 9, None):
            parts = shown(parts_of(program, fold=fold), depth)
            rows = [row for row in measured.rows(parts) if row.part is not None]
            assert sorted(name for row in rows for name in row.part.layers) == sorted(program.steps)
            assert added(row.measure.flops for row in rows) == flops(program)
            total = sum((row.measure.parameters for row in rows), Parameters())
            assert total == parameters(program)
            each = [memory_of(layer.results) for layer in layers]
            assert added(row.memory for row in rows) == added(each)
            assert all(row.measure.results for row in rows)


def test_json_has_every_layer_and_the_tree():
    document = json.loads(Summary(program_of_text(STACK)).json())
    assert len(document["layers"]) == 1 + 29
    stack, once, again, end = document["parts"]
    assert (stack["name"], stack["type"], stack["block"]) == ("stack.*", "feed", True)
    assert stack["copies"] == [f"stack.{copy}" for copy in range(12)]
    assert len(stack["layers"]) == 24
    assert stack["parameters"] == {"trainable": 288, "non_trainable": 252, "bytes": 2160}
    assert (stack["flops"], stack["results"]) == ("972*batch", "432*batch")  # 12 * 4 * (6 + 3)
    assert [part["name"] for part in stack["parts"]] == ["stack.*.up", "stack.*.down"]
    assert stack["parts"][0]["copies"] == [f"stack.{copy}.up" for copy in range(12)]
    assert (once["reuse"], again["reuse"]) == (None, "once")
    assert (end["block"], end["copies"], end["parts"]) == (False, ["end"], [])


def test_json_is_as_deep_as_it_is_asked_for(specc):
    words = ("summary", "-", "--format", "json")
    closed = json.loads(specc(*words, "--depth", "1", stdin=STACK).out)
    assert [part["parts"] for part in closed["parts"]] == [[]] * 4
    whole = json.loads(specc(*words, "--no-fold", stdin=STACK).out)
    assert len(whole["parts"]) == 15
    assert whole["layers"] == closed["layers"]


def test_a_block_shows_what_others_read_of_it():
    text = """\
specc: 1
inputs: {x: {shape: [5, 3]}}
blocks:
  reader:
    inputs: {x: {shape: [s, d]}}
    layers:
      - {type: Dense, name: mix, units: 2}
      - {type: LSTM, name: read, units: 4, return_state: true}
    outputs: {last: read.state_h, all: mix}
layers:
  - {use: reader, name: r}
  - {type: Dense, name: a, units: 1, from: r.last}
  - {type: Dense, name: b, units: 1, from: r.all}
outputs: {a: {}, b: {}}
"""
    out = Summary(program_of_text(text), depth=1).text(Style())
    rows = [re.split(r"\s\s+", line)[:3] for line in out.splitlines() if line.startswith("r.")]
    assert rows == [
        ["r.mix", "reader", "[batch, 5, 2]"],
        ["r.read.state_h", "[batch, 4]", "float32"],
    ]


def test_markdown_is_two_tables(specc):
    out = specc("summary", "-", "--depth", "1", "--format", "markdown", stdin=STACK).out
    title, rows, totals = out.split("\n\n")
    assert title == "stack"
    assert rows.splitlines()[:4] == [
        "| layer | type | output | dtype | mask | parameters | FLOPs | share |",
        "| --- | --- | --- | --- | --- | ---: | --- | ---: |",
        "| `x` | `input` | `[batch, 3]` | `float32` | `-` |  |  |  |",
        "| `stack.*  ×12` | `feed` | `[batch, 3]` | `float32` | `-` | 540 | `972*batch` | 85% |",
    ]
    assert "| parameters | 589 |" in totals.splitlines()


def test_heat_is_said_in_numbers_too():
    program = program_of_text(STACK)
    painted = Summary(program, depth=1).text(Style(color=True))
    plain = Summary(program, depth=1).text(Style())
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain
    looks = {
        line.split()[0]: re.findall(r"48;5;(\d+)m *([0-9%.]+)\x1b", line)
        for line in painted.splitlines()
        if line
    }
    # 540 of 589 parameters are more than half, 45 are 7.6 %; 7.1 % of FLOPs
    assert looks["stack.*"] == [("209", "540"), ("209", "85%")]
    assert looks["once"] == [("230", "45"), ("230", "7.1%")]
    assert looks["again"] == [("230", "7.1%")]
    assert looks["end"] == []


def test_ascii_is_enough(specc):
    out = Summary(program_of_text(STACK)).text(Style(unicode=False))
    assert out.isascii()
    assert "stack.*.up  x12" in out


@pytest.mark.parametrize("width", [70, 80, 100])
def test_the_table_fits_a_terminal(width):
    text = Summary(program_of_text(STACK)).text(Style(width=width, wraps=True))
    assert max(map(len, text.splitlines())) <= width


def test_a_narrow_terminal_has_numbers_for_formulas_and_breaks_none():
    text = """\
specc: 1
dims: {steps: {}}
inputs: {x: {shape: [steps, 300], mask: true}}
layers:
  - {type: Dense, name: first_of_all_the_layers, units: 3000}
  - {type: LayerNormalization, name: second_of_them}
"""
    program = program_of_text(text)
    # 2*300*3000 + 3000 for each of the 128 steps that are assumed
    wide = Summary(program).text(Style(width=140, wraps=True))
    assert "1803000*batch*steps" in wide
    assert "share            of FLOPs where batch=1, steps=128" in wide
    narrow = Summary(program).text(Style(width=80, wraps=True))
    assert max(map(len, narrow.splitlines())) <= 80
    assert "share            of FLOPs, both where batch=1, steps=128" in narrow
    [first] = [line for line in narrow.splitlines() if line.startswith("first")]
    assert first.split()[-4:] == ["yes", "903,000", "231M", "99%"]
    assert "dtype" not in narrow.splitlines()[0]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00K"),
        (98_304, "98.3K"),
        (999_600, "1.00M"),
        (1_072_000_000, "1.07G"),
        (912_600_000, "913M"),
        (10**24, "1000000E"),
    ],
)
def test_a_short_number_has_three_digits_and_a_unit(number, text):
    assert short_number(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (1, "100%"), (0.0001, "<0.1%"), (0.042, "4.2%"), (0.0996, "10%"), (0.0994, "9.9%")],
)
def test_a_share_has_two_digits(share, text):
    assert share_text(share) == text


def test_without_operations_there_is_no_share(specc):
    text = "specc: 1\ninputs: {x: {shape: [4]}}\nlayers: [{type: Flatten}]\n"
    assert "share" not in specc("summary", "-", stdin=text).out


def test_memory_has_a_column(specc):
    out = specc("summary", "-", "--depth", "1", "--memory", stdin=STACK).out
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert rows["layer"][-2:] == ["results", "share"]
    assert rows["stack.*"][-2] == "432*batch"
    # and 36 each of once and again, 4 of end
    assert "results, all                508*batch bytes" in out


HOSTILE = "::a|`<script>##[error]'\" end.yaml"
"""The name of a file, and so of a block; others than printable signs are refused."""


@pytest.mark.parametrize(
    ("command", "form"),
    [
        *(("summary", form) for form in ("text", "markdown", "json")),
        *(("graph", form) for form in ("mermaid", "dot")),
    ],
)
def test_the_name_of_a_file_stays_text(specc, tmp_path, command, form):
    part = "specc: 1\ninputs: {x: {shape: [3]}}\nlayers:\n"
    part += "  - {type: Dense, name: a, units: 3}\n  - {type: Dense, name: b, units: 3}\n"
    (tmp_path / HOSTILE).write_text(part)
    spec = f"specc: 1\nname: n\nimports: {{part: {json.dumps('./' + HOSTILE)}}}\n"
    spec += "inputs: {x: {shape: [3]}}\nlayers: [{use: part, name: p, repeat: 2}]\n"
    (tmp_path / "model.yaml").write_text(spec)
    words = (command, "model.yaml", "--depth", "1", "--format", form)
    ran = specc(*words, folder=tmp_path)
    assert ran.status == 0
    assert not {"\x1b", "\u202e"} & set(ran.out)
    assert "##[" not in ran.out
    assert not [line for line in ran.out.splitlines() if line.lstrip().startswith("::")]
    if form == "json":
        assert json.loads(ran.out)["parts"][0]["type"] == HOSTILE
    elif form == "markdown":
        [row] = [line for line in ran.out.splitlines() if "p.*" in line]
        assert row.count("|") == 9
        assert re.sub("`[^`]*`", "", row).count("script") == 0
    elif command == "graph":
        assert "<script" not in ran.out.replace("&lt;", "") or form == "dot"
        strings = re.sub(r'"(?:[^"\\]|\\.)*"', "", ran.out)
        assert not {"script", "error"} & set(re.findall(r"\w+", strings))


SHARED = """\
specc: 1
inputs: {x: {shape: [4]}}
blocks:
  inner:
    inputs: {x: {shape: [4]}}
    layers: [{type: LayerNormalization, name: norm}, {type: Dense, name: up, units: 4}]
    outputs: up
  outer:
    inputs: {x: {shape: [4]}}
    layers: [{use: inner, name: first, repeat: 2, share: true}, {type: Dense, name: mix, units: 4}]
    outputs: mix
layers:
  - {use: outer, name: own}
  - {type: Identity, name: between}
  - {reuse: own, name: one}
  - {reuse: own, name: two}
"""


@pytest.mark.parametrize(
    ("depth", "owners"),
    [
        (1, {"own"}),
        (2, {"own.first", "own.mix"}),
        (3, {"own.first.norm", "own.first.up", "own.mix"}),
    ],
)
def test_whose_weights_are_used_again_is_said_of_what_is_shown(depth, owners):
    """A closed block has those of a block, a layer those of a layer, folded or not."""
    program = program_of_text(SHARED)
    parts = shown(parts_of(program), depth)
    rows = [row.measure.reuse for row in Measured(program).rows(parts)]
    boxes = [box.reuse for box in folded(draw_program(program), parts).boxes]
    assert {*rows} - {None} == {*boxes} - {""} == owners
