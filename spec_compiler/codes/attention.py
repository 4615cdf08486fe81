"""Attention."""

from __future__ import annotations

from spec_compiler.codes.code import Code


def _model(others: str, settings: str) -> str:
    return f"""\
specc: 1
inputs:
  q: {{shape: [5, 4]}}
  v: {{shape: [3, 4]}}
{others}layers:
  - {{type: MultiHeadAttention, name: read, num_heads: 2, key_dim: 4, {settings}}}
"""


_WITH_MASK = "from: {query: q, value: v, attention_mask: m}"


ATTENTION: tuple[Code, ...] = (
    Code(
        "SPC0363",
        "sequences that do not go together",
        "A layer of attention has a key for each value, so `key` and `value` have as many steps, "
        "at least one, and all of its inputs have one batch. `query` may have other steps. "
        "Attention and AdditiveAttention compare `query` and `key` as they are, so these have the "
        "same features.",
        _model("  k: {shape: [2, 4]}\n", "from: [q, v, k]"),
        _model("  k: {shape: [3, 4]}\n", "from: [q, v, k]"),
    ),
    Code(
        "SPC0364",
        "an attention mask that does not fit",
        "`attention_mask` says which step of `query` may attend to which step of `value`: a "
        "boolean tensor `[batch, steps of query, steps of value]`, true where it may, with size 1 "
        "for what does not matter. Numbers that are added to the scores mean the opposite, so "
        "floats are refused.",
        _model("  m: {shape: [5, 3]}\n", _WITH_MASK),
        _model("  m: {shape: [5, 3], dtype: bool}\n", _WITH_MASK),
        mend="unsafe",
    ),
    Code(
        "SPC0365",
        "axes that cannot be attended over",
        "`attention_axes` are different axes between the batch (axis 0) and the features (the last "
        "one). `use_causal_mask` and `sliding_window` compare steps, so they need a single axis.",
        _model("", "from: [q, v], attention_axes: [2]"),
        _model("", "from: [q, v], attention_axes: [1]"),
        mend="unsafe",
    ),
)
