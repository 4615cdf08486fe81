"""Ranks, sizes and claims about them: what any layer can meet."""

from __future__ import annotations

from spec_compiler.codes.code import Code


def _dense(settings: str, shape: str = "[4]", head: str = "") -> str:
    """A Dense layer behind an input."""
    return f"""\
specc: 1
{head}inputs: {{x: {{shape: {shape}}}}}
layers:
  - {{type: Dense, name: d, {settings}}}
"""


def _sum(shape: str) -> str:
    """The sum of a vector and another input."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [4]}}, y: {{shape: {shape}}}}}
layers:
  - {{type: Add, name: sum, from: [x, y]}}
"""


def _reused(shape: str) -> str:
    """A layer that is called on two inputs."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [4]}}, y: {{shape: {shape}}}}}
layers:
  - {{type: Dense, name: d, units: 2, from: x}}
  - {{reuse: d, name: again, from: y}}
outputs: [d, again]
"""


SIZES: tuple[Code, ...] = (
    Code(
        "SPC0301",
        "axis of another size",
        "Two sizes must be equal and are not: most often `input_spec` says what an axis of the "
        "input must be. The labels of the message show where each size came from.",
        _dense("units: 2, input_spec: {axes: {-1: 3}}"),
        _dense("units: 2, input_spec: {axes: {-1: 4}}"),
        mend="unsafe",
    ),
    Code(
        "SPC0303",
        "shapes that do not broadcast",
        "Tensors are combined element by element: in each axis the sizes are equal, or one of them "
        "is 1. The message names the axis and both sizes.",
        _sum("[3]"),
        _sum("[1]"),
        mend="unsafe",
    ),
    Code(
        "SPC0304",
        "tensor of the wrong rank",
        "The layer, or its `input_spec`, needs a tensor with more or fewer axes. The rank counts "
        "the batch axis, which `shape` of an input leaves out: `shape: [4]` has rank 2.",
        _dense("units: 2", "[]"),
        _dense("units: 2", "[1]"),
        mend="unsafe",
    ),
    Code(
        "SPC0305",
        "second call that needs other weights",
        "A `reuse` has the weights of the first call, and their shapes follow from what that call "
        "is fed. Here this call would need others. Feed it the same sizes, or use a layer of its "
        "own.",
        _reused("[3]"),
        _reused("[4]"),
    ),
    Code(
        "SPC0306",
        "unknown size where a number is needed",
        "Weights are made when compiling, so the sizes of their axes must be numbers. This one "
        "would depend on a size that only the data knows. Give that axis a number or a param. What "
        "Resizing crops or pads follows from the sizes of the image, which are numbers, too.",
        _dense("units: 2", "[null]"),
        _dense("units: 2", "[4]"),
        mend="unsafe",
    ),
    Code(
        "SPC0307",
        "arithmetic that has no result",
        "In sizes `/` is exact: it is an error when it does not divide, since rounding would hide "
        "a mistake. `//` rounds down. Division by zero and numbers beyond 2^63 have no result "
        "either.",
        _dense("units: width / 3", head="params: {width: 64}\n"),
        _dense("units: width // 3", head="params: {width: 64}\n"),
        mend="unsafe",
    ),
    Code(
        "SPC0308",
        "size that is not positive",
        "The size must be at least 1, for every value that its params and dims can have. A dim "
        "with a larger `min`, or a constraint, can show that it is.",
        _dense("units: 0"),
        _dense("units: 1"),
        mend="safe",
    ),
    Code(
        "SPC0309",
        "claim about a shape that is false",
        "`expect` and `outputs` claim shapes with the batch axis, and the claim is proved when "
        "compiling. `null` claims nothing about an axis. Here rank or size is another one.",
        _dense("units: 2, expect: {shape: [batch, 3]}"),
        _dense("units: 2, expect: {shape: [batch, 2]}"),
        mend="unsafe",
    ),
    Code(
        "SPC0313",
        "constraint that does not hold",
        "`constraints` are relations between params and dims. This one is false for the values "
        "that the params have, or for every size that the dims can have.",
        _dense("units: width", head='params: {width: 3}\nconstraints: ["width % 2 == 0"]\n'),
        _dense("units: width", head='params: {width: 4}\nconstraints: ["width % 2 == 0"]\n'),
    ),
    Code(
        "SPC0316",
        "relation of sizes left to the data",
        "Whether two sizes fit is known only from the data: a named size or `null` can be any "
        "number. The relation is checked before a run begins. This is a note; a size with one "
        "name in both places, or a relation under `constraints`, answers it when compiling.",
        wrong="""\
specc: 1
dims: {s: {}, t: {}}
inputs: {x: {shape: [s, 3]}, y: {shape: [t, 3]}}
layers: [{type: Add, from: [x, y]}]
""",
        right="""\
specc: 1
dims: {s: {}}
inputs: {x: {shape: [s, 3]}, y: {shape: [s, 3]}}
layers: [{type: Add, from: [x, y]}]
""",
        gathers=True,
    ),
    Code(
        "SPC0317",
        "named size that can only be one number",
        "A dim, or the batch, is a size that the data decides. Here an equation, a claim, a "
        "`reshape` or the shape of another tensor leaves it one number, so that every other size "
        "is refused when it is fed. Write the number for the dim, or `batch_size` on the input, "
        "or mend the shape that it is compared with.",
        wrong="""\
specc: 1
dims: {n: {}}
inputs: {x: {shape: [4, n]}, w: {shape: [16, 3]}}
layers: [{type: Lambda, from: [x, w], function: x @ w}]
""",
        right="""\
specc: 1
dims: {n: 16}
inputs: {x: {shape: [4, n]}, w: {shape: [16, 3]}}
layers: [{type: Lambda, from: [x, w], function: x @ w}]
""",
        gathers=True,
        mend="unsafe",
    ),
    Code(
        "SPC0356",
        "layer that needs a batch",
        "The layer works on the rows of a batch, each a sequence, and what feeds it has no batch: "
        "a constant, a learned tensor, or what is made of these alone. It is the same for every "
        "row. An expression over an input gives each row a copy.",
        wrong="""\
specc: 1
inputs: {x: {shape: [2]}, table: {tensor: [[1.0, 2.0], [3.0, 4.0]]}}
layers:
  - {type: GlobalAveragePooling1D, name: mean, from: table}
  - {type: Add, name: sum, from: [x, mean]}
""",
        right="""\
specc: 1
inputs: {x: {shape: [2]}, table: {tensor: [[1.0, 2.0], [3.0, 4.0]]}}
layers:
  - {type: Lambda, name: rows, from: [x, table], function: "zeros_like(x)[:, None] + table"}
  - {type: GlobalAveragePooling1D, name: mean}
  - {type: Add, name: sum, from: [x, mean]}
""",
    ),
    Code(
        "SPC0357",
        "batch at another axis",
        "Layers take axis 0 for the batch: what they do, they do to each of its entries. An "
        "expression has moved the batch to another axis. Move it back to the front.",
        wrong="""\
specc: 1
inputs: {x: {shape: [3, 4]}}
layers:
  - {type: Lambda, name: turned, function: "transpose(x, [1, 0, 2])"}
  - {type: Dense, name: d, units: 2}
""",
        right="""\
specc: 1
inputs: {x: {shape: [3, 4]}}
layers:
  - {type: Lambda, name: turned, function: "transpose(x, [0, 2, 1])"}
  - {type: Dense, name: d, units: 2}
""",
        mend="unsafe",
    ),
    Code(
        "SPC0358",
        "entries of the batch mixed",
        "The tensor has no other axis than the batch, and the function works along its last one: "
        "the rows of a batch would decide each other's results. Where that is meant, say it: "
        "`axis: 0`. Inside of TimeDistributed each step is a row: nothing works along the batch.",
        wrong="""\
specc: 1
inputs: {x: {shape: []}}
layers: [{type: Activation, activation: softmax}]
""",
        right="""\
specc: 1
inputs: {x: {shape: [3]}}
layers: [{type: Activation, activation: softmax}]
""",
    ),
)
