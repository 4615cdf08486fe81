"""`specc graph` of what repeats: drawn once, or closed; edges keep what flows."""

from __future__ import annotations

import re

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.folds import parts_of, shown
from spec_compiler.picture.draw import draw_program
from spec_compiler.picture.folded import folded

STACK = """\
specc: 1
name: stack
dims: {seq: {}}
inputs:
  tokens: {shape: [seq], dtype: int32}
blocks:
  feed:
    inputs: {x: {shape: [seq, d]}}
    layers:
      - {type: Dense, name: up, units: 2 * d}
      - {type: Dense, name: down, units: d}
    outputs: down
layers:
  - {type: Embedding, name: embed, input_dim: 9, output_dim: 3, mask_zero: true}
  - {use: feed, name: stack, repeat: 12}
  - {type: LSTM, name: pool, units: 4}
"""

# up: 3*6 + 6 = 24, down: 6*3 + 3 = 21; both twelve times: 540
OPEN = """\
flowchart TD
    i0(["tokens"])
    n0["embed<br/>Embedding"]
    subgraph f0["stack.* ×12<br/>feed<br/>24 layers, 540 parameters"]
        n1["up<br/>Dense"]
        n2["down<br/>Dense"]
    end
    n25["pool<br/>LSTM"]
    o0(["pool"])
    i0 -->|"[batch, seq] int32"| n0
    n0 -->|"[batch, seq, 3] float32 mask"| n1
    n1 -->|"[batch, seq, 6] float32 mask"| n2
    n2 -.->|"to the next: [batch, seq, 3] float32 mask"| n1
    n2 -->|"[batch, seq, 3] float32 mask"| n25
    n25 -->|"[batch, 4] float32"| o0
"""

CLOSED = """\
flowchart TD
    i0(["tokens"])
    n0["embed<br/>Embedding"]
    n1[["stack.* ×12<br/>feed<br/>24 layers, 540 parameters"]]
    n25["pool<br/>LSTM"]
    o0(["pool"])
    i0 -->|"[batch, seq] int32"| n0
    n0 -->|"[batch, seq, 3] float32 mask"| n1
    n1 -->|"[batch, seq, 3] float32 mask"| n25
    n25 -->|"[batch, 4] float32"| o0
"""

CLOSED_DOT = """\
digraph "stack" {
    node [shape=box];
    i0 [label="tokens", shape=ellipse];
    n0 [label="embed\\nEmbedding"];
    n1 [label="stack.* ×12\\nfeed\\n24 layers, 540 parameters", style=rounded, peripheries=2];
    n25 [label="pool\\nLSTM"];
    o0 [label="pool", shape=ellipse];
    i0 -> n0 [label="[batch, seq] int32"];
    n0 -> n1 [label="[batch, seq, 3] float32 mask"];
    n1 -> n25 [label="[batch, seq, 3] float32 mask"];
    n25 -> o0 [label="[batch, 4] float32"];
}
"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), OPEN),
        (("--depth", "2"), OPEN),
        (("--depth", "1"), CLOSED),
        (("--depth", "0"), CLOSED),
        (("--depth", "1", "--format", "dot"), CLOSED_DOT),
    ],
)
def test_what_is_alike_is_drawn_once(specc, options, expected):
    ran = specc("graph", "-", *options, stdin=STACK)
    assert (ran.status, ran.out) == (0, expected)


def test_an_open_block_is_a_cluster_of_graphviz(specc):
    drawn = specc("graph", "-", "--format", "dot", stdin=STACK).out
    assert (
        """\
    subgraph cluster_f0 {
        label="stack.* ×12\\nfeed\\n24 layers, 540 parameters"; style=rounded;
        n1 [label="up\\nDense"];
        n2 [label="down\\nDense"];
    }
"""
        in drawn
    )
    label = "to the next: [batch, seq, 3] float32 mask"
    assert f'    n2 -> n1 [label="{label}", style=dashed, constraint=false];\n' in drawn


@pytest.mark.parametrize("option", [("--no-fold",), ("--depth", "all")])
def test_every_layer_by_itself(specc, option):
    drawn = specc("graph", "-", *option, stdin=STACK).out
    assert re.findall(r'subgraph f\d+\["(.*)<br/>feed"\]', drawn) == [
        f"stack.{copy}" for copy in range(12)
    ]
    assert len(re.findall(r"<br/>Dense", drawn)) == 24
    assert len(re.findall("-->", drawn)) == 27
    assert "next" not in drawn


@pytest.mark.parametrize("depth", ["-1", "deep", "1.5", "٣", "9999999"])
def test_a_depth_is_a_whole_number(specc, depth):
    ran = specc("graph", "-", "--depth", depth, stdin=STACK)
    assert ran.status == 2
    assert "whole number from 0 on, all or auto" in ran.err


def test_weights_and_masks_keep_their_ends():
    text = """\
specc: 1
dims: {seq: {}}
inputs:
  left: {shape: [seq, 3]}
  right: {shape: [seq, 3]}
  keep: {shape: [seq], dtype: bool}
blocks:
  read:
    inputs: {x: {shape: [seq, d]}, keep: {shape: [seq], dtype: bool}}
    layers:
      - {type: Dense, name: mix, units: d, from: x}
      - {type: LSTM, name: pool, units: 2, from: mix, mask: keep}
    outputs: pool
layers:
  - {use: read, name: one, from: {x: left, keep: keep}}
  - {reuse: one, name: two, from: {x: right, keep: keep}}
  - {type: Add, name: both, from: [one, two]}
"""
    program = program_of_text(text)
    found = folded(draw_program(program), shown(parts_of(program), 1))
    names = {box.id: box.name for box in found.boxes if box.role != "output"}
    edges = [
        (names.get(edge.source), names.get(edge.target, "end"), edge.kind) for edge in found.edges
    ]
    assert sorted(edges) == [
        ("both", "end", "data"),
        ("keep", "one", "mask"),
        ("keep", "two", "mask"),
        ("left", "one", "data"),
        ("one", "both", "data"),
        ("one", "two", "weights"),
        ("right", "two", "data"),
        ("two", "both", "data"),
    ]
    costs = {box.name: (box.costs.parameters, box.layers) for box in found.boxes}
    assert costs["one"] == (12 + 4 * 2 * (3 + 2 + 1), 2)
    assert costs["two"] == (0, 2)
