"""The page of the functions that an expression can call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spec_compiler.expression.function import Function
from spec_compiler.expression.functions import FUNCTIONS, GROUPS
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.reference.markdown import page, table, yaml_block

_ACTIVATIONS = "Activations"
_INTRODUCTION = """\
What an expression of a `Lambda` can call, and the transforms (`as`) of `weights.map`. The table is
closed; a Python function can be added only from Python, with
`compile_file(…, functions={"name": …})`.

- Arguments stand in order or by name: `sum(x, 1)` and `sum(x, axis=1)` are the same.
- `axis` counts the batch as 0 and may be negative; where it may be `None`, that is all axes, and a
  list or a tuple, `(0, 1)`, is several.
- A dtype or an equation is text in quotes. A shape is a list of numbers, params, dims and
  arithmetic with them.
- A list of numbers is a tensor wherever one is expected; `pi` and `inf` are numbers.
- Truth values count as 0 and 1 where numbers are expected. *Floating* is the dtype of a floating
  `x`, and the layer's dtype for whole numbers.
- Whole numbers wrap around where their dtype ends, and divided by a 0 of the data they give 0, as
  in NumPy; a division by a zero that is written is an error, and that a size is not 0 is checked
  before the run.
- The name of a function alone is the function of the inputs: `function: tanh` is `tanh(x)`.
"""
EXAMPLES: Mapping[str, str] = {
    "Element by element": """\
specc: 1
inputs:
  x: {shape: [8]}
layers:
  - {type: Lambda, name: bounded, function: "clip(round(x * 10) / 10, min=-1, max=None)"}
  - {type: Lambda, name: finite, from: x, function: "where(isfinite(x), log1p(abs(x)), 0)"}
outputs: [bounded, finite]
""",
    "Along axes": """\
specc: 1
dims: {seq: {}}
inputs:
  x: {shape: [seq, 8]}
layers:
  - {type: Lambda, name: scaled, function: "(x - mean(x, axis=1, keepdims=True)) / (std(x) + 1e-6)"}
  - {type: Lambda, name: best, function: "argmax(x, axis=-1)"}
  - {type: Lambda, name: three, from: scaled, function: "top_k(x, 3)[0]"}
outputs: {scaled: {shape: [batch, seq, 8]}, best: {shape: [batch, seq], dtype: int32}, three: {shape: [batch, seq, 3]}}
""",
    "Products": """\
specc: 1
dims: {seq: {}}
inputs:
  q: {shape: [seq, 8]}
  k: {shape: [seq, 8]}
layers:
  - type: Lambda
    name: scores
    from: [q, k]
    function: softmax(einsum("bqd,bkd->bqk", q, k) / sqrt(8))
outputs: {scores: {shape: [batch, seq, seq]}}
""",
    "Moving and joining": """\
specc: 1
dims: {seq: {}}
inputs:
  x: {shape: [seq, 8]}
layers:
  - {type: Lambda, name: heads, function: "transpose(reshape(x, [batch, seq, 2, 4]), [0, 2, 1, 3])"}
  - {type: Lambda, name: gated, from: x, function: "split(x, 2, axis=-1)[0] * sigmoid(split(x, 2, axis=-1)[1])"}
  - {type: Lambda, name: shifted, from: x, function: "concat([x[:, 1:], zeros_like(x[:, :1])], axis=1)"}
outputs: [heads, gated, shifted]
""",
    "Picking and placing": """\
specc: 1
dims: {seq: {min: 2}}
inputs:
  x: {shape: [seq, 8]}
layers:
  - type: Lambda                            # a convolution over three steps, its length kept
    name: convolved
    function: einsum("bscw,wcd->bsd", windows(pad(x, [[0, 0], [1, 1], [0, 0]]), 1, 3), ones([3, 8, 4]))
  - {type: Lambda, name: pooled, from: x, function: "max(windows(x, axis=1, size=2, stride=2), axis=-1)"}
  - {type: Lambda, name: sorted, from: x, function: "take_along_axis(x, [[[7, 0]]], axis=-1)"}
outputs: {convolved: {shape: [batch, seq, 4]}, pooled: {shape: [batch, seq // 2, 8]}, sorted: {shape: [batch, seq, 2]}}
""",
    "Making and asking": """\
specc: 1
dims: {seq: {}}
inputs:
  x: {shape: [seq, 8], mask: true}
layers:
  - {type: Lambda, name: total, function: "sum(where(mask(x)[..., None], x, zeros_like(x)), axis=1)"}
  - {type: Lambda, name: causal, from: x, function: "tril(ones([seq, seq], dtype='bool'))", mask: drop}
outputs: {total: {shape: [batch, 8]}, causal: {shape: [seq, seq], dtype: bool}}
""",
    _ACTIVATIONS: """\
specc: 1
inputs:
  x: {shape: [8]}
layers:
  - {type: Lambda, name: mixed, function: "gelu(x) + leaky_relu(x, negative_slope=0.1)"}
  - {type: Lambda, name: alone, function: tanh}
""",
}


def functions_page() -> str:
    """Every function: how it is called, what it does, what it gives, and an example a group."""
    activations = [item for name, item in LAMBDA_FUNCTIONS.items() if name not in FUNCTIONS]
    blocks = ["# Functions of expressions", _INTRODUCTION]
    for title, functions in {**GROUPS, _ACTIVATIONS: activations}.items():
        blocks += [f"## {title}", _rows(functions), yaml_block(EXAMPLES[title])]
    return page(*blocks)


def _rows(functions: Iterable[Function]) -> str:
    rows = ((f"`{item}`", item.does, item.gives) for item in functions)
    return table(("call", "does", "gives"), rows)
