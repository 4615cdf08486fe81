"""Names and the graph."""

from __future__ import annotations

from spec_compiler.codes.code import Code
from spec_compiler.codes.imports import IMPORTS

_HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\n"
_TWO = "specc: 1\ninputs: {x: {shape: [4]}, y: {shape: [4]}}\n"
_HEAD5 = "specc: 1\ninputs: {x: {shape: [5, 4]}}\n"
_STEP = """\
{head}blocks:
  step:
    inputs: {{x: {{shape: [4]}}, h: {{shape: {shape}}}}}
    layers: [{{type: Add, name: sum, from: [x, h]}}]
    outputs: {outputs}
layers: [{{type: RNN, cell: step}}]
"""
_BLOCK = (
    f"{_HEAD}blocks:\n"
    "  half: {inputs: {x: {}}, layers: [{type: Dense, units: 2}], outputs: dense}\n"
)
_PAIR = (
    f"{_HEAD}blocks:\n"
    "  pair:\n"
    "    inputs: {x: {}}\n"
    "    layers: [{type: Dense, name: p, units: 2}, {type: Dense, name: q, units: 2}]\n"
    "    outputs: {a: p, b: q}\n"
)
_HALF = (
    f"{_HEAD}blocks:\n"
    "  half:\n"
    "    params: {width: int}\n"
    "    inputs: {x: {shape: [width]}}\n"
    "    layers: [{type: Dense, units: width / 2}]\n"
    "    outputs: dense\n"
)

NAMES: tuple[Code, ...] = (
    Code(
        "SPC0201",
        "a name twice",
        "Inputs and layers share one space of names, and so do params and dims. A name that stands "
        "for two things would make every reference to it a guess. Rename one of them; a layer may "
        "also go without a name and gets one of its own.",
        f"{_HEAD}layers:\n"
        "  - {type: Dense, name: d, units: 3}\n  - {type: Dense, name: d, units: 2}\n",
        f"{_HEAD}layers:\n"
        "  - {type: Dense, name: d, units: 3}\n  - {type: Dense, name: e, units: 2}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0202",
        "unknown type of layer",
        "There is no layer of this type. Names are Keras's and case-sensitive. Inputs are not "
        "layers here: they stand under `inputs`.",
        f"{_HEAD}layers:\n  - {{type: Dens, units: 3}}\n",
        f"{_HEAD}layers:\n  - {{type: Dense, units: 3}}\n",
        mend="safe",
    ),
    Code(
        "SPC0203",
        "reference to nothing",
        "`from`, `reuse`, `mask` and `outputs` name inputs, layers, or one of several outputs of a "
        "layer as `layer.output`. Here there is nothing of that name.",
        f"{_HEAD}layers:\n  - {{type: Dense, name: hidden, units: 3}}\noutputs: hiden\n",
        f"{_HEAD}layers:\n  - {{type: Dense, name: hidden, units: 3}}\noutputs: hidden\n",
        mend="safe",
    ),
    Code(
        "SPC0204",
        "unclear what feeds a layer",
        "A layer without `from` reads the item above it, and the first one the only input. Where "
        "there are several inputs, or the layer above has several outputs, say which is meant. The "
        "same code says that a layer was given more or fewer inputs than it takes, or an unknown "
        "role.",
        f"{_TWO}layers:\n  - {{type: Add, name: sum}}\n",
        f"{_TWO}layers:\n  - {{type: Add, name: sum, from: [x, y]}}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0205",
        "unknown name in an expression",
        "Only params and dims that the file declares may stand in sizes, and only params behind a "
        "`$`. A name that is not declared is never a new dimension, since a slip of the pen would "
        "then be one too.",
        "specc: 1\nparams: {width: 3}\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: widht}\n",
        "specc: 1\nparams: {width: 3}\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: width}\n",
        gathers=True,
        mend="safe",
    ),
    Code(
        "SPC0206",
        "param without a good value",
        "A param needs a `default` or a value from `--set NAME=VALUE`, and the value must be of "
        "its type and keep to its `min`, `max` and `multiple_of`. `--set` cannot name a param that "
        "the file does not declare.",
        "specc: 1\nparams: {width: {type: int, default: 3, multiple_of: 2}}\n"
        "inputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, units: width}\n",
        "specc: 1\nparams: {width: {type: int, default: 4, multiple_of: 2}}\n"
        "inputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, units: width}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0207",
        "layers in a cycle",
        "Each layer of a cycle waits for another one, so none can start. The message shows the "
        "shortest cycle, a line of the file for each step. To use a layer's weights a second time, "
        "write `reuse`.",
        f"{_HEAD}layers:\n"
        "  - {type: Add, name: a, from: [x, b]}\n  - {type: Identity, name: b, from: a}\n",
        f"{_HEAD}layers:\n"
        "  - {type: Identity, name: b, from: x}\n  - {type: Add, name: a, from: [x, b]}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0208",
        "layer that feeds no output",
        "Nothing that the model gives out depends on this layer. Most often an output was "
        "forgotten or a `from` names another layer than was meant.",
        f"{_HEAD}layers:\n"
        "  - {type: Dense, name: d, units: 3}\n  - {type: Dense, name: e, units: 2, from: x}\n",
        f"{_HEAD}layers:\n"
        "  - {type: Dense, name: d, units: 3}\n  - {type: Dense, name: e, units: 2, from: x}\n"
        "outputs: [d, e]\n",
        mend="unsafe",
    ),
    Code(
        "SPC0209",
        "input that feeds no output",
        "Nothing that the model gives out depends on this input, and yet it would have to be fed. "
        "Remove it, or use it.",
        f"{_TWO}layers:\n  - {{type: Dense, name: d, units: 3, from: x}}\n",
        f"{_TWO}layers:\n  - {{type: Add, name: s, from: [x, y]}}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0210",
        "unknown block",
        "`use` names a block that the file declares under `blocks`, a block of a file that it "
        "imports (`parts.half`), or a whole file (`parts`). Here there is none of that name.",
        f"{_BLOCK}layers:\n  - {{use: hlaf}}\n",
        f"{_BLOCK}layers:\n  - {{use: half}}\n",
        mend="safe",
    ),
    Code(
        "SPC0211",
        "block that uses itself",
        "A block cannot stand in itself, directly or through others: its expansion would never "
        "end. The message shows the path. For several copies in a row write `repeat`.",
        f"{_HEAD}blocks:\n"
        "  a: {inputs: {x: {}}, layers: [{use: b}], outputs: b}\n"
        "  b: {inputs: {x: {}}, layers: [{use: a}], outputs: a}\n"
        "layers:\n  - {use: a}\n",
        f"{_HEAD}blocks:\n"
        "  a: {inputs: {x: {}}, layers: [{use: b}], outputs: b}\n"
        "  b: {inputs: {x: {}}, layers: [{type: Dense, units: 2}], outputs: dense}\n"
        "layers:\n  - {use: a}\n",
    ),
    Code(
        "SPC0212",
        "copies that cannot be chained",
        "Each copy of a block reads what the one before it gives, and a residual adds a block's "
        "input to its output. With one input and one output these belong together; with more they "
        "belong together by name. Here no output has the name of an input, or with `repeat: 0` "
        "there is nothing that an output could be.",
        f"{_PAIR}layers:\n  - {{use: pair, repeat: 2}}\noutputs: [pair.a, pair.b]\n",
        f"{_PAIR}layers:\n  - {{use: pair}}\noutputs: [pair.a, pair.b]\n",
    ),
    Code(
        "SPC0213",
        "input that does not fit a block",
        "The shape under a block's `inputs` is its signature. A name in it is bound to the size "
        "that is fed, the same everywhere in the signature; `...` stands for any number of axes, "
        "the same for all inputs. The batch axis is not written. What is fed here has another "
        "rank, or another size where one is already known.",
        f"{_HALF}layers:\n  - {{use: half, with: {{width: 3}}}}\n",
        f"{_HALF}layers:\n  - {{use: half, with: {{width: 4}}}}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0214",
        "residual of another shape",
        "`residual: true` adds the input of each copy to its output, and both must have one "
        "shape: a size of 1 is not stretched. Let the last layer of the block give the size that "
        "came in, which the signature can name: `inputs: {x: {shape: [..., d]}}`.",
        f"{_BLOCK}layers:\n  - {{use: half, residual: true}}\n",
        f"{_BLOCK}layers:\n  - {{use: half}}\n",
        mend="author",
    ),
    Code(
        "SPC0220",
        "params that are made from each other",
        "`value` makes a param from others, and one of those is made from it again. The path is in "
        "the message. One of them needs a `default`, which `--set` can change.",
        "specc: 1\nparams: {width: {value: 2 * half}, half: {value: width / 2}}\n"
        "inputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, units: width}\n",
        "specc: 1\nparams: {width: 8, half: {value: width / 2}}\n"
        "inputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, units: half}\n",
    ),
    Code(
        "SPC0221",
        "block that is no cell",
        "A block is a cell of RNN by the names of its inputs and outputs: its first input is a "
        "step of the sequence, the others are states, and an output with the name of a state is "
        "what that becomes. One other output is what a step gives; without one, the first state "
        "is. Here a state has no output, or more than one output is left.",
        _STEP.format(head=_HEAD5, shape="[4]", outputs="{y: sum}"),
        _STEP.format(head=_HEAD5, shape="[4]", outputs="{h: sum}"),
        mend="unsafe",
    ),
    Code(
        "SPC0222",
        "first state of unknown size",
        "The states of a cell start from zeros, in the shape that the block's signature has for "
        "them: in numbers, params of the block, or sizes that the step binds. Here a size is "
        "neither. Make it a param, or feed the first states.",
        _STEP.format(head=_HEAD5, shape="[n]", outputs="{h: sum}"),
        _STEP.format(head=_HEAD5, shape="[4]", outputs="{h: sum}"),
    ),
    *IMPORTS,
)
