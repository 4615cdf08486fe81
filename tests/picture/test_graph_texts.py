"""`specc graph`: layers as nodes, types and masks on the edges."""

from __future__ import annotations

import re

import pytest
from pictures import SMALL

from spec_compiler.compile import program_of_text
from spec_compiler.export.dot import dot
from spec_compiler.export.mermaid import mermaid
from spec_compiler.picture.draw import draw_program

MERMAID = """\
flowchart TD
    i0(["x"])
    i1(["keep"])
    i2(["c<br/>constant"])
    n0["wide<br/>Dense"]
    n1["reader<br/>LSTM"]
    n2["again<br/>Dense"]
    o0(["end"])
    o1(["again"])
    i0 -->|"[batch, steps, 3] float32 mask"| n0
    n0 -->|"[batch, steps, 4] float32 mask"| n1
    i1 -->|"[batch, steps] bool as mask"| n1
    i2 -->|"[1, 3] float32"| n2
    n0 -.-|"same weights"| n2
    n1 -->|"state_h: [batch, 1] float32"| o0
    n2 -->|"[1, 4] float32"| o1
"""

DOT = """\
digraph "small" {
    node [shape=box];
    i0 [label="x", shape=ellipse];
    i1 [label="keep", shape=ellipse];
    i2 [label="c\\nconstant", shape=ellipse];
    n0 [label="wide\\nDense"];
    n1 [label="reader\\nLSTM"];
    n2 [label="again\\nDense"];
    o0 [label="end", shape=ellipse];
    o1 [label="again", shape=ellipse];
    i0 -> n0 [label="[batch, steps, 3] float32 mask"];
    n0 -> n1 [label="[batch, steps, 4] float32 mask"];
    i1 -> n1 [label="[batch, steps] bool as mask"];
    i2 -> n2 [label="[1, 3] float32"];
    n0 -> n2 [label="same weights", style=dashed, dir=none, constraint=false];
    n1 -> o0 [label="state_h: [batch, 1] float32"];
    n2 -> o1 [label="[1, 4] float32"];
}
"""


@pytest.mark.parametrize(("form", "expected"), [("mermaid", MERMAID), ("dot", DOT)])
def test_a_small_model(specc, form, expected):
    result = specc("graph", "-", "--format", form, stdin=SMALL)
    assert result.status == 0
    assert result.out == expected


def test_a_last_layer_with_several_results_gives_an_output_for_each():
    text = SMALL[: SMALL.index("  - {reuse")]
    drawn = mermaid(draw_program(program_of_text(text)))
    assert re.findall(r"n1 -->\|\"(\w+): .*\| (o\d+)", drawn) == [
        ("output", "o0"),
        ("state_h", "o1"),
        ("state_c", "o2"),
    ]
    assert re.findall(r"(o\d)\(\[\"(.*)\"\]\)", drawn) == [
        ("o0", "reader.output"),
        ("o1", "reader.state_h"),
        ("o2", "reader.state_c"),
    ]


def test_a_hostile_name_stays_inside_its_string():
    name = 'x"]; a -> b \\" <script> \\\\'
    text = SMALL.replace("name: small", f"name: '{name}'")
    [head, *rest] = dot(draw_program(program_of_text(text))).splitlines()
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
