"""Dtypes and masks."""

from __future__ import annotations

from spec_compiler.codes.code import Code

TYPES: tuple[Code, ...] = (
    Code(
        "SPC0403",
        "index that is not a whole number",
        "An Embedding looks up rows by whole numbers. Keras's inputs are float32 by default, and "
        "it cuts the fraction off without a word: 1.9 becomes row 1. Declare the input with an "
        "integer dtype.",
        wrong="""\
specc: 1
inputs: {tokens: {shape: [4]}}
layers: [{type: Embedding, input_dim: 50, output_dim: 2}]
""",
        right="""\
specc: 1
inputs: {tokens: {shape: [4], dtype: int32}}
layers: [{type: Embedding, input_dim: 50, output_dim: 2}]
""",
    ),
    Code(
        "SPC0412",
        "not a mask for this input",
        "A mask is a boolean tensor whose axes are the first axes of the value that it belongs to. "
        "A recurrent layer needs one entry for each step: `[batch, steps]`.",
        "specc: 1\ninputs: {x: {shape: [5, 3]}, kept: {shape: [5]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, from: x, mask: kept}\n",
        "specc: 1\ninputs: {x: {shape: [5, 3]}, kept: {shape: [5], dtype: bool}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, from: x, mask: kept}\n",
    ),
)
