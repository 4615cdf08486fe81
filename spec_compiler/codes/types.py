"""Dtypes and masks."""

from __future__ import annotations

from spec_compiler.codes.code import Code


def _masked(layer: str) -> str:
    """A model whose second layer gets a mask."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [5], dtype: int32}}}}
layers:
  - {{type: Embedding, input_dim: 50, output_dim: 2, mask_zero: true}}
  - {{{layer}}}
"""


def _claimed(claim: str) -> str:
    """A Dense layer with something said about it."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [4]}}}}
layers:
  - {{type: Dense, units: 2, {claim}}}
"""


TYPES: tuple[Code, ...] = (
    Code(
        "SPC0401",
        "operands of different dtypes",
        "A primitive needs operands of one dtype. Layers cast their inputs to the dtype that they "
        "compute in, so a spec cannot cause this by itself: it points to a mistake in a layer.",
        wrong="",
        right="",
    ),
    Code(
        "SPC0402",
        "input of another dtype",
        "`input_spec` says which dtype the layer's input has, and it has another one. Keras's "
        "InputSpec does not promote dtypes, and neither does specc.",
        _claimed("input_spec: {dtype: int32}"),
        _claimed("input_spec: {dtype: float32}"),
        mend="unsafe",
    ),
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
        mend="unsafe",
    ),
    Code(
        "SPC0405",
        "claim about dtype or mask that is false",
        "`expect` and `outputs` claim what a result is, and the claim is proved when compiling. "
        "Here the dtype or the mask is another one.",
        _claimed("expect: {dtype: float16}"),
        _claimed("expect: {dtype: float32}"),
        mend="unsafe",
    ),
    Code(
        "SPC0410",
        "mask that would be lost",
        "The input has a mask, and this layer neither uses it nor passes it on, so padding would "
        "enter the result unseen. Keras drops the mask silently. Say what you mean: `mask: drop`, "
        "`mask: pass` where the masked axes survive, or `mask_policy: keras` for the whole file. "
        "An expression that reads `mask(x)` has used it: "
        '`function: "sum(where(mask(x)[..., None], x, 0), axis=1)"`.',
        _masked('type: EinsumDense, equation: "bte,eu->btu", sizes: {u: 3}'),
        _masked('type: EinsumDense, equation: "bte,eu->btu", sizes: {u: 3}, mask: pass'),
        mend="unsafe",
    ),
    Code(
        "SPC0411",
        "mask that cannot be passed on",
        "`mask: pass` is a claim that the masked axes are still there, in the same order, and it "
        "cannot be proved for this layer. Write `mask: drop` if padding may take part, or "
        "`mask: NAME` for a tensor that is the mask.",
        _masked('type: EinsumDense, equation: "bte,eu->bu", sizes: {u: 3}, mask: pass'),
        _masked('type: EinsumDense, equation: "bte,eu->bu", sizes: {u: 3}, mask: drop'),
        mend="unsafe",
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
        mend="unsafe",
    ),
)
