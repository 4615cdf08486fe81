"""What is inside of layers, by name: directions, steps, cells, projections, scores."""

from __future__ import annotations

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.verify import verify
from spec_compiler.runtime.inside import looking_at, results

X = np.random.default_rng(0).normal(size=(4, 5, 3)).astype("f")
KEPT = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 1, 0, 1], [0, 0, 0, 0, 0]], bool)
FED = {"x": X, "x.mask": KEPT}


def built(layers: str, *, blocks: str = "", shape: str = "[5, 3]", mask: bool = True) -> sc.Model:
    """A model whose weights are all drawn, biases too."""
    kept = ", mask: true" if mask else ""
    made = sc.compile_text(
        f"specc: 1\ninputs: {{x: {{shape: {shape}{kept}}}}}\n{blocks}layers: [{layers}]\n"
    )
    drawn = np.random.default_rng(1)
    made.weights = {
        name: drawn.normal(size=array.shape).astype("f") for name, array in made.weights.items()
    }
    return made


def alone(layer: str, outer: sc.Model, prefix: str, **options) -> sc.Model:
    """A layer that stands by itself, with the weights of one inside of another."""
    it = built(f"{{name: it, {layer}}}", **options)
    it.weights = {name: outer.weights[name.replace("it.", prefix, 1)] for name in it.weights}
    return it


def test_each_direction_is_the_layer_alone():
    inner = "type: GRU, units: 2, return_sequences: true, return_state: true"
    both = built(f"{{type: Bidirectional, name: both, layer: {{{inner}}}}}")
    found = both.run(FED, outputs=["both.forward_layer", "both.backward_layer"], masks=True)
    for way, more in (("forward", ""), ("backward", ", go_backwards: true")):
        layer = alone(f"{inner}{more}", both, f"both.{way}_layer.")
        wanted = layer.run(FED, masks=True)
        mask = wanted["it.output.mask"]
        got = found[f"both.{way}_layer.output"]
        np.testing.assert_array_equal(found[f"both.{way}_layer.output.mask"], mask)
        np.testing.assert_allclose(got[mask], wanted["it.output"][mask], rtol=1e-5, atol=1e-6)
        states = found[f"both.{way}_layer.state"], wanted["it.state"]
        np.testing.assert_allclose(*states, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("layer", ["type: LSTM, units: 2", "type: RNN, cell: {CELL}"])
def test_the_states_of_each_step_are_the_last_ones_of_as_many_steps(layer):
    text = layer.replace("CELL", "type: LSTMCell, units: 2")
    whole = built(f"{{name: it, {text}}}", mask=False)
    found = whole.run(X, outputs="it.cell")
    assert [*found] == ["it.cell.state_h", "it.cell.state_c"]
    for steps in range(1, 6):
        less = alone(f"{text}, return_state: true", whole, "it.", shape=f"[{steps}, 3]", mask=False)
        last = less.run(X[:, :steps])
        for name in ("state_h", "state_c"):
            step = found[f"it.cell.{name}"][:, steps - 1]
            np.testing.assert_allclose(step, last[f"it.{name}"], rtol=1e-5, atol=1e-6)


def test_cells_of_a_stack_are_layers_one_after_the_other():
    one, two = "type: LSTMCell, units: 2", "type: GRUCell, units: 4"
    cells = f"type: StackedRNNCells, cells: [{{{one}}}, {{{two}}}]"
    stack = built(f"{{type: RNN, name: rnn, go_backwards: true, cell: {{{cells}}}}}")
    found = stack.run(FED, outputs=["rnn.cell.cells.0", "rnn.cell.cells.1"], masks=True)
    names = [name.removeprefix("rnn.cell.cells.") for name in found]
    assert [name for name in names if "mask" not in name] == ["0.state_h", "0.state_c", "1.state"]
    kept = found["rnn.cell.cells.0.state_h.mask"]
    np.testing.assert_array_equal(kept, KEPT[:, ::-1])
    reads = "type: RNN, name: it, return_sequences: true, go_backwards: true"
    first = built(f"{{{reads}, cell: {{{one}}}}}")
    first.weights = {
        name: stack.weights[name.replace("it.cell.", "rnn.cell.cells.0.")] for name in first.weights
    }
    got, wanted = found["rnn.cell.cells.0.state_h"], first.run(FED)["it"]
    np.testing.assert_allclose(got[kept], wanted[kept], rtol=1e-5, atol=1e-6)


def test_what_is_at_every_step_has_its_steps_apart():
    inner = "type: Bidirectional, layer: {type: SimpleRNN, units: 2, return_sequences: true}"
    each = built(
        f"{{type: TimeDistributed, name: each, layer: {{{inner}}}}}", shape="[2, 5, 3]", mask=False
    )
    x = np.stack([X, X + 1], axis=1)
    found = each.run(x, outputs=["each.layer", "each.layer.forward_layer"])
    np.testing.assert_array_equal(found["each.layer"], each(x))
    layer = alone(
        "type: SimpleRNN, units: 2, return_sequences: true",
        each,
        "each.layer.forward_layer.",
        mask=False,
    )
    for step in range(2):
        got = found["each.layer.forward_layer"][:, step]
        np.testing.assert_allclose(got, layer(x[:, step]), rtol=1e-5, atol=1e-6)


def test_projections_scores_and_who_attends():
    settings = "type: MultiHeadAttention, num_heads: 2, key_dim: 4, use_causal_mask: true"
    attend = built(f"{{{settings}, name: attend, from: [x, x]}}")
    found = attend.run(FED, outputs="attend.*")
    assert [*found] == [
        *("attend.query", "attend.key", "attend.value"),
        *("attend.attention_mask", "attend.scores"),
    ]
    of = attend.weights
    query = np.einsum("btn,nhd->bthd", X, of["attend.query.kernel"]) + of["attend.query.bias"]
    key = np.einsum("btn,nhd->bthd", X, of["attend.key.kernel"]) + of["attend.key.bias"]
    np.testing.assert_allclose(found["attend.query"], query, rtol=1e-5, atol=1e-6)
    may = KEPT[:, None, :, None] & KEPT[:, None, None, :] & np.tri(5, dtype=bool)
    np.testing.assert_array_equal(found["attend.attention_mask"], may)
    fits = np.exp(np.einsum("bthd,bshd->bhts", query, key) / 2) * may
    scores = fits / np.maximum(fits.sum(axis=-1, keepdims=True), 1e-30)
    np.testing.assert_allclose(found["attend.scores"], scores, rtol=1e-4, atol=1e-6)


def test_scores_that_are_an_output_are_the_output():
    asked = "name: attend, from: [x, x], return_attention_scores: true"
    attend = built(f"{{type: Attention, {asked}}}", mask=False)
    names = [*results(attend.program)]
    assert names == ["x", "attend.output", "attend.scores"]


CELL = """\
blocks:
  cell:
    inputs: {x: {shape: [3]}, h: {shape: [2]}}
    layers:
      - {type: Dense, name: from_x, units: 2, from: x}
      - {type: Dense, name: from_h, units: 2, use_bias: false, from: h}
      - {type: Add, name: both, from: [from_x, from_h]}
      - {type: Activation, name: h_next, activation: tanh}
    outputs: {h: h_next, y: both}
"""


def test_each_layer_of_a_block_that_is_a_cell():
    rnn = built("{type: RNN, name: rnn, cell: {use: cell}}", blocks=CELL, mask=False)
    found = rnn.run(X, outputs="rnn.cell.*")
    kernel, bias = rnn.weights["rnn.cell.from_x.kernel"], rnn.weights["rnn.cell.from_x.bias"]
    recurrent, h = rnn.weights["rnn.cell.from_h.kernel"], np.zeros((4, 2), "f")
    for step in range(5):
        from_x, from_h = X[:, step] @ kernel + bias, h @ recurrent
        h = np.tanh(from_x + from_h)
        for name, wanted in (("from_x", from_x), ("from_h", from_h), ("h_next", h)):
            got = found[f"rnn.cell.{name}"][:, step]
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5, err_msg=name)
    assert {*found} == {f"rnn.cell.{name}" for name in ("from_x", "from_h", "both", "h_next")}


def test_what_is_in_a_cell_is_shown_some_rows_at_a_time(tmp_path, specc):
    """`from_x` reads no state, which keeps nobody from slices; a cell may stand at every step."""
    layer = "{type: TimeDistributed, name: each, layer: {type: RNN, cell: {use: cell}}}"
    text = f"specc: 1\ninputs: {{x: {{shape: [2, 5, 3]}}}}\n{CELL}layers: [{layer}]\n"
    (tmp_path / "m.yaml").write_text(text)
    program = program_of_text(text)
    assert rows_stay_apart(looking_at(program, results(program)).graph)
    np.save(tmp_path / "x.npy", np.stack([X, X + 1], axis=1))
    words = "run", "m.yaml", "-i", "x.npy", "--show", "each.layer.cell.from_x,each"
    whole, parts = (specc(*words, *more, folder=tmp_path) for more in ([], ["--rows", "3"]))
    assert (whole.status, whole.out) == (0, parts.out)
    assert "each.layer.cell.from_x (Dense) float32[4, 2, 5, 2]" in whole.out


INNER = """\
blocks:
  cell:
    inputs: {x: {shape: [5, 3]}, h: {shape: [2]}}
    layers:
      - {type: Weight, name: scale, shape: [2]}
      - {type: GRU, name: read, units: 2, from: x}
      - {type: Lambda, name: sum, function: h + r * s, from: {h: h, r: read, s: scale}}
    outputs: {h: sum}
"""


def test_a_loop_in_a_loop():
    """What is there at each step of both is stacked twice; what no step decides, once."""
    rnn = built(
        "{type: RNN, name: rnn, cell: {use: cell}}", blocks=INNER, shape="[2, 5, 3]", mask=False
    )
    x = np.stack([X, X + 1], axis=1)
    found = rnn.run(x, outputs=["rnn.cell.read.cell", "rnn.cell.scale"])
    reader = alone("type: GRU, units: 2, return_sequences: true", rnn, "rnn.cell.read.", mask=False)
    for step in range(2):
        got = found["rnn.cell.read.cell.state"][:, step]
        np.testing.assert_allclose(got, reader(x[:, step]), rtol=1e-4, atol=1e-5)
    scale = rnn.weights["rnn.cell.scale.value"]
    np.testing.assert_array_equal(found["rnn.cell.scale"], np.broadcast_to(scale, (2, 2)))


def test_states_of_images_have_the_axes_that_the_layer_gives():
    settings = "type: ConvLSTM1D, filters: 2, kernel_size: 2, data_format: channels_first"
    settings += ", return_sequences: true"
    layer = built(f"{{{settings}, name: it}}", shape="[2, 3, 5]", mask=False)
    x = np.random.default_rng(2).normal(size=(4, 2, 3, 5)).astype("f")
    found = layer.run(x, outputs="it.cell.state_h")
    np.testing.assert_array_equal(found["it.cell.state_h"], layer(x))


def test_what_is_not_asked_for_is_not_computed():
    """The program of a model has no more than before; one that is looked at is whole."""
    program = built("{type: LSTM, name: it, units: 2}").program
    assert program is not None
    (loop,) = (node for node in program.graph.nodes if node.name == "scan")
    assert len(loop.results) == 2
    opened = looking_at(program, ["it.cell.state_c"])
    (loop,) = (node for node in opened.graph.nodes if node.name == "scan")
    assert len(loop.results) == 3
    verify(opened.graph)


@pytest.mark.parametrize("name", ["both.forward_layer", "both.forward_layer.cell"])
def test_what_is_inside_cannot_be_read_and_that_is_said(name):
    with pytest.raises(sc.SpecError) as caught:
        built(
            "{type: Bidirectional, name: both, layer: {type: GRU, units: 2}}, "
            f"{{type: Dense, units: 2, from: {name}}}"
        )
    (found,) = caught.value.diagnostics.errors
    assert (found.code, found.message) == (
        "SPC0203",
        f"`{name}` is inside of `both`, and no output of it",
    )
    assert f"`specc run --show {name}`" in found.help


@pytest.mark.parametrize(
    ("layer", "output", "argument"),
    [
        ("type: LSTM, units: 2", "state_h", "return_state"),
        ("type: Attention, from: [x, x]", "scores", "return_attention_scores"),
    ],
)
def test_what_an_argument_makes_an_output_is_told_with_it(layer, output, argument):
    text = f"""\
specc: 1
inputs: {{x: {{shape: [5, 3]}}}}
layers:
  - {{name: it, {layer}}}
  - {{type: Dense, units: 2, from: it.{output}}}
"""
    (found,) = [item for item in sc.validate(text) if item.code == "SPC0203"]
    assert found.message == f"`it` has no output `{output}`"
    assert f"write `{argument}: true` in `it`" in found.help
    mended = text.replace("name: it,", f"name: it, {argument}: true,")
    assert not [item for item in sc.validate(mended) if item.severity == "error"]
