"""The model that the tests change."""

MODEL = """\
specc: 1
params: {classes: 10, width: 16}
dims: {steps: {min: 1, max: 9}}
inputs:
  x: {shape: [steps, 8], mask: true}
layers:
  - {type: LSTM, name: memory, units: width}
  - {type: Dense, name: hidden, units: width, activation: relu}
  - {type: Dense, name: probs, units: classes, activation: softmax}
"""
