"""Specs that the tests draw, and their pictures."""

from spec_compiler.compile import analyze_text
from spec_compiler.picture.draw import draw

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
STACK = """\
specc: 1
name: stack
dims: {seq: {}}
inputs:
  tokens: {shape: [seq], dtype: int32}
blocks:
  feed:
    params: {width: {type: int}}
    inputs: {x: {shape: [..., width]}}
    layers:
      - {type: Dense, units: 4*width, activation: relu, name: up}
      - {type: Dense, units: width, name: down}
    outputs: down
  encoder:
    params: {width: {type: int}}
    inputs: {x: {shape: [..., width]}}
    layers:
      - {type: Dense, units: width, name: mix}
      - {use: feed, with: {width: width}, residual: true}
    outputs: feed
layers:
  - {type: Embedding, input_dim: 100, output_dim: 16, mask_zero: true}
  - {use: encoder, name: stack, repeat: 12, with: {width: 16}}
  - {type: LSTM, units: 4, name: pool}
  - {type: Dense, units: 2, name: probs}
"""
REFUSED = """\
specc: 1
inputs:
  x: {shape: [4]}
layers:
  - {type: Dense, units: 3, name: a}
  - {type: Dense, unis: 3, name: b}
  - {type: Dens, name: c}
  - {type: Dense, units: 3, name: d}
"""
BLOCKS = """\
specc: 1
blocks:
  one:
    inputs: {x: {shape: [..., width]}}
    layers: [{type: Dense, units: width, name: a}]
    outputs: a
  two:
    inputs: {x: {shape: [..., width]}}
    layers:
      - {type: Dense, units: 3, name: b}
      - {type: Dense, units: 4, name: c}
    outputs: c
"""
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "\u2028line",
    "\u202edrib",
    "a\nb",
    "\x1b[31mred",
    "]]>&amp;<g/>",
    "'\"`${x}",
)


def picture(text, file="model.yaml", **sizes):
    return draw(analyze_text(text, file), sizes)


def box(found, name):
    (one,) = [box for box in found.boxes if box.name == name and box.role != "output"]
    return one
