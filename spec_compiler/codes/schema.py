"""The schema."""

from __future__ import annotations

from spec_compiler.codes.code import Code
from spec_compiler.codes.expressions import EXPRESSIONS


def _layer(item: str) -> str:
    """A model of one layer."""
    return f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nlayers:\n  - {{{item}}}\n"


def _blocks(item: str) -> str:
    """A model of one use of a block."""
    block = "{inputs: {x: {}}, layers: [{type: Dense, units: 2}], outputs: dense}"
    head = f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nblocks:\n  half: {block}\n"
    return f"{head}layers:\n  - {{{item}}}\n"


SCHEMA: tuple[Code, ...] = (
    Code(
        "SPC0100",
        "not a mapping",
        "A spec is a mapping with the keys `specc`, `inputs` and `layers`. This document is a "
        "list, a number or a text.",
        "- {type: Dense, units: 2}\n",
        _layer("type: Dense, units: 2"),
        mend="unsafe",
    ),
    Code(
        "SPC0101",
        "unknown version of the language",
        "`specc` is the version of the language that the file is written in. This program reads "
        "version 1. A newer file needs a newer specc.",
        "specc: 2\ninputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, units: 2}\n",
        _layer("type: Dense, units: 2"),
        mend="unsafe",
    ),
    Code(
        "SPC0102",
        "missing key",
        "A required key is missing. If a key beside it looks like it, that one is reported "
        "instead, as unknown.",
        _layer("type: Dense"),
        _layer("type: Dense, units: 2"),
        mend="safe",
    ),
    Code(
        "SPC0103",
        "unknown key",
        "Mappings are closed: a key that nothing reads is an error, since it is most often a slip "
        "of the pen. Notes of your own go under `metadata`, into `doc`, or into keys that start "
        "with `x-`.",
        _layer("type: Dense, unitz: 2"),
        _layer("type: Dense, units: 2, x-owner: me"),
        mend="safe",
    ),
    Code(
        "SPC0104",
        "value of another kind",
        "The value is not of the kind that belongs there: text where a number should be, a decimal "
        "number as a size, a text that is not an expression. Nothing is converted silently: "
        '`"8"` in quotes is text, and `no` is text too.',
        _layer('type: Dense, units: "8"'),
        _layer("type: Dense, units: 8"),
        mend="safe",
    ),
    Code(
        "SPC0105",
        "beyond a limit",
        "Sizes lie between 0 and 2^31 - 1 for dims and below 2^63 everywhere, and an expression "
        "has at most 1000 characters and 50 levels of parentheses. No real model needs more.",
        "specc: 1\ndims: {seq: {max: 3000000000}}\ninputs: {x: {shape: [seq, 4]}}\n"
        "layers:\n  - {type: Dense, units: 2}\n",
        "specc: 1\ndims: {seq: {max: 3000}}\ninputs: {x: {shape: [seq, 4]}}\n"
        "layers:\n  - {type: Dense, units: 2}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0106",
        "unknown choice",
        "There is no activation, initializer, regularizer, constraint, dtype or other choice of "
        "this name. Names are Keras's.",
        _layer("type: Dense, units: 2, activation: rellu"),
        _layer("type: Dense, units: 2, activation: relu"),
        mend="safe",
    ),
    Code(
        "SPC0107",
        "settings that contradict each other",
        "Two settings cannot both hold, or say the same thing twice. specc never lets one of them "
        "win silently: keep the one that you mean.",
        _layer("type: Dense, units: 2, input_spec: {ndim: 3, shape: [null, 4]}"),
        _layer("type: Dense, units: 2, input_spec: {ndim: 2, shape: [null, 4]}"),
        mend="unsafe",
    ),
    Code(
        "SPC0108",
        "setting without effect",
        "The argument only means something beside another one, which is missing or excludes it. "
        "Alone it would be ignored, and that is hardly what was meant.",
        _layer("type: Dense, units: 2, lora_alpha: 4"),
        _layer("type: Dense, units: 2, lora_alpha: 4, lora_rank: 1"),
        mend="safe",
    ),
    Code(
        "SPC0109",
        "state between runs",
        "A compiled graph computes its outputs from its inputs alone and keeps nothing between "
        "runs, so `stateful: true` is refused. Write `return_state: true`, and feed the states to "
        "the next run as initial states.",
        "specc: 1\ninputs: {x: {shape: [5, 3]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, stateful: true}\n",
        "specc: 1\ninputs: {x: {shape: [5, 3]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, return_state: true}\noutputs: [l.output]\n",
        mend="unsafe",
    ),
    Code(
        "SPC0110",
        "`None` for null",
        "YAML knows no `None` and reads it as text. In a shape it can only mean a size that the "
        "data decides, so it is taken as `null`, and this is a note. Write `null`, or name the "
        "size under `dims`.",
        "specc: 1\ninputs: {x: {shape: [None, 4]}}\nlayers:\n  - {type: Dense, units: 2}\n",
        "specc: 1\ninputs: {x: {shape: [null, 4]}}\nlayers:\n  - {type: Dense, units: 2}\n",
        mend="safe",
    ),
    Code(
        "SPC0112",
        "not a name",
        "Names are letters, digits, `_` and `-`, and start with a letter or `_`. So they can stand "
        "in references, in the names of weights and of files. A layer that came out of a block has "
        "dots, too, as `specc expand` writes it: `stack.0.up`; what ends with `.mask` is a mask. "
        "Names of params and dims stand in arithmetic and have no `-`.",
        _layer("type: Dense, units: 2, name: my layer"),
        _layer("type: Dense, units: 2, name: my_layer"),
        mend="unsafe",
    ),
    Code(
        "SPC0113",
        "too large an expansion",
        "Blocks expand to at most 100000 layers and copies, and stand at most 32 deep in one "
        "another. A number of copies beyond that is a slip, or an attack on the machine that reads "
        "the file. Write a smaller `repeat`.",
        _blocks("use: half, repeat: 1000000000"),
        _blocks("use: half, repeat: 3"),
    ),
    *EXPRESSIONS,
)
