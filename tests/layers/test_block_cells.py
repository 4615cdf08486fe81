"""A block as the cell of RNN: it gives what Keras's cells give, and what is wrong is said once."""

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compare import compare, identity
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.text import print_graph
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

CELLS = """
blocks:
  rnn:
    params: {n: int}
    inputs: {x: {shape: [d]}, h: {shape: [n]}}
    layers:
      - {type: Dense, name: a, units: n, from: x}
      - {type: Dense, name: u, units: n, from: h, use_bias: false}
      - {type: Lambda, name: t, from: [a, u], function: tanh(a + u)}
    outputs: {y: t, h: t}
  gru:
    params: {n: int}
    inputs: {x: {shape: [d]}, h: {shape: [n]}}
    layers:
      - {type: Dense, name: a, units: 3 * n, from: x}
      - {type: Dense, name: u, units: 3 * n, from: h}
      - {type: Lambda, name: z, from: [a, u], function: "sigmoid(a[:, :n] + u[:, :n])"}
      - {type: Lambda, name: r, from: [a, u], function: "sigmoid(a[:, n:2*n] + u[:, n:2*n])"}
      - {type: Lambda, name: c, from: [a, u, r], function: "tanh(a[:, 2*n:] + r * u[:, 2*n:])"}
      - {type: Lambda, name: new, from: [z, h, c], function: z * h + (1 - z) * c}
    outputs: {h: new}
  lstm:
    params: {n: int}
    inputs: {x: {shape: [d]}, h: {shape: [n]}, c: {shape: [n]}}
    layers:
      - {type: Dense, name: a, units: 4 * n, from: x}
      - {type: Dense, name: u, units: 4 * n, from: h, use_bias: false}
      - {type: Add, name: z, from: [a, u]}
      - type: Lambda
        name: new
        from: [z, c]
        function: "sigmoid(z[:, n:2*n]) * c + sigmoid(z[:, :n]) * tanh(z[:, 2*n:3*n])"
      - {type: Lambda, name: out, from: [z, new], function: "sigmoid(z[:, 3*n:]) * tanh(new)"}
    outputs: {h: out, c: new}
"""
OF_KERAS = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}


def twin(kind, around, masked, given, flags):
    """A model with a block as its cell, one with Keras's layer, and data for both."""
    states = (["h", "c"] if kind == "lstm" else ["h"]) if given else []
    fed = {
        "x": f"{{shape: [5, 3], mask: {str(masked).lower()}}}",
        **dict.fromkeys(states, "{shape: [4]}"),
    }
    if given and around == "Bidirectional":
        states = [*states, *[f"{s}2" for s in states]]
        fed |= dict.fromkeys(states, "{shape: [4]}")
    head = "specc: 1\ndtype: float64\ninputs:\n"
    head += "".join(f"  {name}: {text}\n" for name, text in fed.items())
    said = "".join(f", {flag}: true" for flag in flags)
    feeds = f"from: [{', '.join(['x', *states])}]"
    texts = []
    for inner in (
        f"type: RNN, cell: {{use: {kind}, with: {{n: 4}}}}",
        f"type: {OF_KERAS[kind]}, units: 4",
    ):
        layer = f"{{{inner}{said}, name: r, {feeds}}}"
        if around:
            layer = f"{{type: {around}, name: r, {feeds}, layer: {{{inner}{said}}}}}"
        texts.append(f"{head}{CELLS}layers: [{layer}]\n")
    models = [sc.compile_text(text) for text in texts]
    rng = np.random.default_rng(1)
    weights = {
        name: rng.standard_normal(weight.shape)
        for name, weight in models[1].program.graph.weights.items()
    }
    models[1].weights = weights
    models[0].weights = {name: own(name, weights) for name in models[0].program.graph.weights}
    data = {s: rng.standard_normal((6, 4)) for s in states} | {"x": rng.standard_normal((6, 5, 3))}
    if masked:
        data["x.mask"] = rng.random((6, 5)) < 0.6
    return models, data


def own(name, weights):
    """The weight of a block's layer, of those of Keras's layer."""
    head, _, layer, kind = name.rsplit(".", 3)
    if kind == "kernel":
        return weights[f"{head}.{'kernel' if layer == 'a' else 'recurrent_kernel'}"]
    bias = weights[f"{head}.bias"]
    return bias if bias.ndim == 1 else bias[0 if layer == "a" else 1]


@pytest.mark.parametrize("kind", OF_KERAS)
@pytest.mark.parametrize("around", ["", "Bidirectional"])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize(
    ("masked", "flags"),
    [
        (False, ()),
        (False, ("return_sequences", "return_state")),
        (True, ("return_state",)),
        (True, ("return_sequences", "go_backwards")),
        (True, ("return_sequences", "return_state")),
    ],
)
def test_a_block_gives_what_the_layer_gives(kind, around, masked, given, flags):
    models, data = twin(kind, around, masked, given, flags)
    found, wanted = (model(data, masks=True) for model in models)
    if not isinstance(wanted, dict):
        found, wanted = {"r": found}, {"r": wanted}
    # a state `h` is called `state_h`, also where Keras calls its only one `state`
    for one, other in zip(found.values(), wanted.values(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("whole", [False, True])
def test_a_masked_step_can_give_zeros(whole):
    flags = ("zero_output_for_mask", *["return_sequences"] * whole)
    models, data = twin("gru", "", True, True, flags)
    found, wanted = (model(data) for model in models)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def test_a_state_may_be_of_any_rank_and_dtype():
    """Steps are counted, and images are added up; what comes out is the step itself."""
    text = """
specc: 1
inputs: {x: {shape: [null, 2, 3], dtype: int32}, kept: {shape: [null], dtype: bool}}
blocks:
  sums:
    inputs: {x: {shape: ["...", d]}, n: {shape: [], dtype: int32}, sum: {shape: ["...", d]}}
    layers:
      - {type: Lambda, name: more, from: {n: n}, function: n + 1}
      - {type: Add, name: added, from: [x, sum]}
    outputs: {y: x, n: more, sum: added}
layers: [{type: RNN, name: r, cell: sums, from: x, mask: kept, return_state: true}]
"""
    x = np.arange(48, dtype="int32").reshape(2, 4, 2, 3)
    kept = np.array([[True, False, True, True], [True, True, False, False]])
    found = sc.compile_text(text)({"x": x, "kept": kept})
    np.testing.assert_array_equal(found["r.state_n"], [3, 2])
    np.testing.assert_array_equal(
        found["r.state_sum"], np.where(kept[..., None, None], x, 0).sum(1)
    )
    np.testing.assert_array_equal(found["r.output"], [x[0, 3], x[1, 1]])
    assert found["r.output"].dtype == found["r.state_n"].dtype == np.int32


DEEP = """
specc: 1
params: {k: 2}
inputs: {x: {shape: [5, 3]}, z: {shape: [7, 3]}}
blocks:
  half:
    params: {m: int}
    inputs: {a: {shape: [d]}}
    layers: [{type: Dense, name: p, units: m}, {type: Dropout, name: less, rate: 0.5}]
    outputs: less
  inner:
    inputs: {x: {shape: [q]}, s: {shape: [3]}}
    layers:
      - {use: half, name: i, from: x, with: {m: 3}}
      - {type: Add, name: sum, from: [i, s]}
    outputs: {s: sum}
  step:
    params: {n: int}
    inputs: {x: {shape: [d]}, h: {shape: [n]}}
    layers:
      - {use: half, name: in, from: x, with: {m: n}, repeat: k}
      - {type: Dense, name: u, units: n, from: h, use_bias: false}
      - {type: Add, name: t, from: [in, u]}
      - {type: Reshape, name: pair, target_shape: [2, 2]}
      - {type: RNN, name: deep, cell: inner}
      - {reuse: u, name: v, from: t}
    outputs: {h: v, y: deep}
  read:
    params: {size: int}
    inputs: {x: {shape: [s, f]}}
    layers:
      - {type: RNN, name: r, cell: {use: step, with: {n: size}}}
    outputs: r
layers:
  - {use: read, name: o, from: x, with: {size: 4}}
  - {reuse: o, name: again, from: z}
  - {type: Add, name: both, from: [o, again]}
"""


def test_blocks_and_cells_nest_and_share_their_weights():
    program = program_of_text(DEEP)
    assert [*program.graph.weights] == [
        f"o.r.cell.{name}"
        for name in (
            *("in.0.p.kernel", "in.0.p.bias", "in.1.p.kernel", "in.1.p.bias"),
            *("u.kernel", "deep.cell.i.p.kernel", "deep.cell.i.p.bias"),
        )
    ]
    core = core_document(program)
    again = program_of_text(to_yaml(core))
    assert identity(again) == identity(program)
    assert print_graph(again.graph) == print_graph(program.graph)
    assert core_document(again) == core


def test_what_a_block_says_is_in_the_identity_and_its_name_is_not():
    other = DEEP.replace("inner", "within")
    assert identity(program_of_text(other)) == identity(program_of_text(DEEP))
    other = DEEP.replace("{type: Add, name: sum", "{type: Multiply, name: sum")
    assert identity(program_of_text(other)) != identity(program_of_text(DEEP))


HEAD = """
specc: 1
inputs: {x: {shape: [5, 3]}, h: {shape: [4]}, i: {shape: [5], dtype: int32}}
blocks:
  step:
    params: {n: int}
    inputs: {x: {shape: [d]}, h: {shape: [n]}}
    layers:
      - {type: Dense, name: a, units: n, from: x}
      - {type: Add, name: t, from: [a, h]}
    outputs: {h: t}
  free:
    inputs: {x: {}, h: {shape: [m]}}
    layers: [{type: Add, name: t, from: [h, h]}]
    outputs: {y: x, h: t}
  open: {inputs: {x: {}, h: {}}, layers: [{type: Add, name: t, from: [h, h]}], outputs: {h: t}}
  grown:
    inputs: {x: {}, h: {shape: [4]}}
    layers: [{type: Concatenate, name: t, from: [x, h]}]
    outputs: {h: t}
  other: {inputs: {x: {}, h: {shape: [4]}}, layers: [{type: Add, from: [h, h]}], outputs: {y: add}}
  many:
    inputs: {x: {}, h: {shape: [3]}}
    layers: [{type: Identity, from: x}]
    outputs: {a: x, b: x, h: h}
  tokens:
    inputs: {x: {shape: []}, h: {shape: [2]}}
    layers: [{type: Embedding, name: e, from: x, input_dim: 9, output_dim: 2, mask_zero: true}]
    outputs: {h: e}
  penal:
    inputs: {x: {}, h: {shape: [4]}}
    layers: [{type: Dense, from: x, units: 4, activity_regularizer: l2}]
    outputs: {h: dense}
layers:
  - """


def refused(layer):
    """The only error: its code, its message, and the text that it stands at."""
    text = f"{HEAD}{layer}\n"
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    line = text.splitlines()[error.span.line - 1]
    return error.code, error.message, line[error.span.column - 1 : error.span.end_column - 1]


@pytest.mark.parametrize(
    ("layer", "code", "message", "at"),
    [
        ("{cell: stepp}", "SPC0210", "there is no block `stepp`", "stepp"),
        ("{cell: step}", "SPC0102", "`use: step` needs `n` under `with`", "step"),
        (
            "{cell: {type: step}}",
            "SPC0202",
            "`step` is a block, and no layer type",
            "step",
        ),
        (
            "{cell: {use: step, with: {n: 4}, repeat: 2}}",
            "SPC0103",
            "a block as a cell has no key `repeat`",
            "repeat",
        ),
        (
            "{cell: {use: step, with: {n: 0}}}",
            "SPC0308",
            "`units` must be positive, not 0",
            "n",
        ),
        (
            "{cell: {use: step, with: {n: 5}}, from: [x, h]}",
            "SPC0213",
            "`h` of `step` is [n], and it is fed [4]: `n` is 5, and here 4 is fed",
            "h",
        ),
        (
            "{cell: free}",
            "SPC0222",
            "the state `h` of `free` starts from zeros, and nothing tells the size `m`",
            "free",
        ),
        (
            "{cell: open}",
            "SPC0222",
            "the state `h` of `open` starts from zeros, and nothing tells its shape",
            "open",
        ),
        (
            "{cell: grown}",
            "SPC0345",
            "the state `h` of `grown` goes in as float32[batch, 4], and comes out as "
            "float32[batch, 7]",
            "grown",
        ),
        (
            "{cell: other}",
            "SPC0221",
            "the state `h` of `other` has no output: it gives `y`",
            "other",
        ),
        (
            "{cell: many}",
            "SPC0221",
            "`many` gives `a` and `b` beside its states, and a step has one output",
            "many",
        ),
        (
            "{cell: tokens, from: i}",
            "SPC0410",
            "the cell `tokens` would drop the mask made by `cell.e`",
            "tokens",
        ),
        (
            "{cell: penal}",
            "SPC0108",
            "`activity_regularizer` has no effect in a cell: what a step gives inside does not "
            "leave the loop",
            "activity_regularizer",
        ),
        (
            "{type: TimeDistributed, from: x, layer: {type: RNN, cell: {use: step, with: {n: 4}}}}",
            "SPC0213",
            "`x` of `step` is [d], and it is fed []: the rank is 0",
            "x",
        ),
        (
            "{cell: {type: StackedRNNCells, cells: [grown]}}",
            "SPC0103",
            "a block cannot be one of several cells",
            "grown",
        ),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_once(layer, code, message, at):
    written = layer if layer.startswith("{type") else layer.replace("{", "{type: RNN, ", 1)
    if "from" not in written:
        written = written[:-1] + ", from: x}"
    assert refused(written) == (code, message, at)


def test_a_mistake_in_the_block_is_said_in_the_block_once():
    bad = HEAD.replace("name: a, units: n, from: x", "name: a, unit: n, from: x")
    both = "{type: Bidirectional, from: x, layer: {type: RNN, cell: {use: step, with: {n: 4}}}}\n"
    with pytest.raises(SpecError) as caught:
        program_of_text(bad + both + "  - {type: RNN, from: x, cell: {use: step, with: {n: 2}}}\n")
    (error,) = caught.value.diagnostics.errors
    assert error.code == "SPC0103"
    assert "unit: n" in bad.splitlines()[error.span.line - 1]
    assert any("expanded from `use: step`" in label.text for label in error.labels)


def test_a_block_that_uses_itself_as_a_cell_is_refused():
    text = """
specc: 1
inputs: {x: {shape: [5, 3, 2]}}
blocks:
  a: {inputs: {x: {shape: [3, 2]}}, layers: [{type: RNN, cell: a}], outputs: rnn}
layers: [{type: RNN, cell: a}]
"""
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    assert (error.code, error.message) == ("SPC0211", "the block `a` uses itself: a -> a")


def test_a_difference_is_that_of_a_layer_in_the_block():
    old = program_of_text(DEEP)
    new = program_of_text(DEEP.replace("rate: 0.5", "rate: 0.25"))
    assert [(found.name, found.old, found.new) for found in compare(old, new).findings] == [
        (f"o.r.cell.layers.{layer}.rate", "0.5", "0.25")
        for layer in ("in.0.less", "in.1.less", "deep.cell.layers.i.less")
    ]
