"""`specc graph`: layers as nodes, types and masks on the edges."""

from __future__ import annotations

import re

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.export.dot import dot
from spec_compiler.export.mermaid import mermaid

SMALL = """\
specc: 1
name: small
dims: {steps: null}
inputs:
  x: {shape: [steps, 3], mask: true}
  keep: {shape: [steps], dtype: bool}
  c: {tensor: [[1.0, 2.0, 3.0]]}
layers:
  - {type: Dense, name: wide, units: 4, from: x}
  - {type: LSTM, name: reader, units: 1, mask: keep, return_state: true}
  - {reuse: wide, name: again, from: c}
outputs: {end: {from: reader.state_h}, again: {}}
"""

MERMAID = """\
flowchart TD
    n0(["x"])
    n1(["keep"])
    n2(["c<br/>constant"])
    n3["wide<br/>Dense"]
    n4["reader<br/>LSTM"]
    n5["again<br/>Dense"]
    n6(["end"])
    n7(["again"])
    n0 -->|"float32[batch, steps, 3] mask"| n3
    n3 -->|"float32[batch, steps, 4] mask"| n4
    n1 -->|"bool[batch, steps] as mask"| n4
    n2 -->|"float32[1, 3]"| n5
    n3 -.-|"same weights"| n5
    n4 -->|"state_h: float32[batch, 1]"| n6
    n5 -->|"float32[1, 4]"| n7
"""

DOT = """\
digraph "small" {
    node [shape=box];
    n0 [label="x", shape=ellipse];
    n1 [label="keep", shape=ellipse];
    n2 [label="c\\nconstant", shape=ellipse];
    n3 [label="wide\\nDense"];
    n4 [label="reader\\nLSTM"];
    n5 [label="again\\nDense"];
    n6 [label="end", shape=ellipse];
    n7 [label="again", shape=ellipse];
    n0 -> n3 [label="float32[batch, steps, 3] mask"];
    n3 -> n4 [label="float32[batch, steps, 4] mask"];
    n1 -> n4 [label="bool[batch, steps] as mask"];
    n2 -> n5 [label="float32[1, 3]"];
    n3 -> n5 [label="same weights", style=dashed, dir=none, constraint=false];
    n4 -> n6 [label="state_h: float32[batch, 1]"];
    n5 -> n7 [label="float32[1, 4]"];
}
"""


@pytest.mark.parametrize(("form", "expected"), [("mermaid", MERMAID), ("dot", DOT)])
def test_a_small_model(specc, form, expected):
    result = specc("graph", "-", "--format", form, stdin=SMALL)
    assert result.status == 0
    assert result.out == expected


def test_a_last_layer_with_several_results_gives_an_output_for_each():
    text = SMALL[: SMALL.index("  - {reuse")]
    drawn = mermaid(program_of_text(text))
    assert re.findall(r"n4 -->\|\"(\w+): .*\| (n\d+)", drawn) == [
        ("output", "n5"),
        ("state_h", "n6"),
        ("state_c", "n7"),
    ]


def test_a_hostile_name_stays_inside_its_string():
    name = 'x"]; a -> b \\" <script> \\\\'
    text = SMALL.replace("name: small", f"name: '{name}'")
    [head, *rest] = dot(program_of_text(text)).splitlines()
    assert re.fullmatch(r'digraph "(?:[^"\\]|\\.)*" \{', head)
    assert rest == DOT.splitlines()[1:]


def test_the_file_is_written_whole_or_not_at_all(specc, tmp_path):
    spec, drawing = tmp_path / "model.yaml", tmp_path / "model.mmd"
    spec.write_text(SMALL)
    result = specc("graph", str(spec), "--output", str(drawing))
    assert (result.status, result.out) == (0, "")
    assert drawing.read_text() == MERMAID
    spec.write_text(SMALL.replace("units: 4", "units: 0"))
    assert specc("graph", str(spec), "--output", str(drawing)).status == 1
    assert drawing.read_text() == MERMAID


def test_an_unknown_format_is_wrong_usage(specc):
    assert specc("graph", "-", "--format", "dto", stdin=SMALL).status == 2
