"""A layer that is an argument of another: where its mistakes stand, and what is known of it."""

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compare import identity as identity_of
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.weights.initialise import initialise

HEAD = "specc: 1\ninputs: {x: {shape: [5, 3]}, s: {shape: [2]}}\n"
LSTM = "{type: LSTM, units: 4}"


def refused(layer, more="", head=HEAD):
    """The only error: its code, its message, the text that it stands at, and its advice."""
    text = f"{head}{more}layers:\n  - {layer}\n"
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    line = text.splitlines()[error.span.line - 1]
    at = line[error.span.column - 1 : error.span.end_column - 1]
    return error.code, error.message, at, error.annotation or error.help


@pytest.mark.parametrize(
    ("layer", "code", "message", "at", "advice"),
    [
        (
            "{type: Bidirectional, layer: {type: LSTMM, units: 3}}",
            "SPC0202",
            "there is no layer type `LSTMM`",
            "LSTMM",
            "did you mean `LSTM`?",
        ),
        (
            "{type: TimeDistributed, layer: {type: gelu}}",
            "SPC0202",
            "`gelu` is an activation, and no layer type",
            "gelu",
            "write `{type: Activation, activation: gelu}`",
        ),
        (
            "{type: Bidirectional, layer: {type: LSTM, unit: 3}}",
            "SPC0103",
            "LSTM has no argument `unit`",
            "unit",
            "did you mean `units`?",
        ),
        (
            "{type: Bidirectional, layer: LSTM}",
            "SPC0104",
            "`layer` must be a layer with `type`, not the text `LSTM`",
            "LSTM",
            "write `{type: LSTM, …}`",
        ),
        (
            "{type: Bidirectional, layer: {units: 3}}",
            "SPC0102",
            "`layer` needs `type`",
            "{units: 3}",
            "add `type: …`",
        ),
        (
            "{type: RNN, cell: {type: StackedRNNCells, cells: [{type: GRUCell, units: 0}]}}",
            "SPC0308",
            "`units` must be positive, not 0",
            "0",
            "",
        ),
        (
            "{type: RNN, cell: {type: GRUCell, units: 1, input_spec: {ndim: 2}}}",
            "SPC0108",
            "`input_spec` has no effect on this cell: the layer around it decides",
            "{ndim: 2}",
            "write `input_spec` beside the layer around it",
        ),
        (
            "{type: StackedRNNCells, cells: [{type: GRUCell, units: 1, dtype: float16}]}",
            "SPC0108",
            "`dtype` has no effect on this cell: the layer around it decides",
            "float16",
            "write `dtype` beside the layer around it",
        ),
        (
            "{type: RNN, cell: [{type: GRUCell, units: 1}]}",
            "SPC0104",
            "`cell` must be a cell, not a list",
            "[{type: GRUCell, units: 1}]",
            "write `cell: {type: StackedRNNCells, cells: […]}`",
        ),
        (
            "{type: RNN, cell: {type: LSTM, units: 1}}",
            "SPC0104",
            "`cell` must be a cell: LSTMCell, GRUCell, SimpleRNNCell or StackedRNNCells, or a "
            "block, not `LSTM`",
            "LSTM",
            "a layer that reads a sequence stands by itself",
        ),
        (
            "{type: RNN, from: x, cell: {type: StackedRNNCells, cells: [{type: GRUCell, units: 2}, "
            "{type: LSTMCell, units: 3, activation: glu}]}}",
            "SPC0108",
            "`activation` cannot be `glu`: it halves the state",
            "glu",
            "",
        ),
        (
            "{type: Bidirectional, from: x, layer: {type: LSTM, units: 3, activation: "
            "{type: softmax, axis: 5}}}",
            "SPC0310",
            "`softmax` has axis 5, and its input float32[batch, 3] has axes -2 to 1",
            "5",
            "write an axis from -2 to 1",
        ),
        (
            "{type: Bidirectional, from: x, layer: {type: LSTM, units: 3, mask: drop}}",
            "SPC0103",
            "a layer inside of another has no `mask`",
            "mask",
            "write it beside the layer around it",
        ),
        (
            "{type: TimeDistributed, from: x, layer: {type: LayerNormalization, axis: 2}}",
            "SPC0354",
            "LayerNormalization has no axis 2 to work along; its input is float32[batch, 3]",
            "2",
            "write different axes from -2 to 1",
        ),
        (
            "{type: TimeDistributed, from: x, layer: {type: Dense, units: 2, input_spec: "
            "{ndim: 4}}}",
            "SPC0304",
            "the input needs rank 4, and it has rank 2: float32[batch, 3]",
            "4",
            "",
        ),
        (
            "{type: TimeDistributed, from: x, layer: {type: Masking}}",
            "SPC0410",
            "TimeDistributed would lose the mask that `Masking` makes",
            "Masking",
            "write `Masking` without TimeDistributed: it does the same at every step",
        ),
    ],
)
def test_a_mistake_inside_is_said_where_it_stands(layer, code, message, at, advice):
    assert refused(layer) == (code, message, at, advice)


@pytest.mark.parametrize(
    ("layer", "code", "message", "at"),
    [
        (
            "{type: Bidirectional, from: [x, s, s], layer: {type: GRU, units: 4}}",
            "SPC0344",
            "`initial_state` of GRU must be [batch, 4], and it is float32[batch, 2]",
            "s",
        ),
        (
            "{type: Bidirectional, from: {sequence: x, initial_state_forward: s, "
            "initial_state_backward: x}, layer: {type: GRU, units: 2}}",
            "SPC0344",
            "`initial_state` of GRU must be [batch, 2], and it is float32[batch, 5, 3]",
            "x",
        ),
        (
            "{type: Bidirectional, from: {sequence: x, initial_state: s}, layer: "
            "{type: GRU, units: 2}}",
            "SPC0204",
            "Bidirectional has no input `initial_state`",
            "initial_state",
        ),
        (
            "{type: RNN, from: [x, s], cell: {type: GRUCell, units: 4}}",
            "SPC0344",
            "`initial_state` of RNN must be [batch, 4], and it is float32[batch, 2]",
            "s",
        ),
        (
            "{type: RNN, from: [x, s], cell: {type: LSTMCell, units: 2}}",
            "SPC0343",
            "RNN needs 2 initial states or none, and it has 1",
            "[x, s]",
        ),
    ],
)
def test_what_comes_in_is_blamed_where_it_is_fed(layer, code, message, at):
    assert refused(layer)[:3] == (code, message, at)


@pytest.mark.parametrize(
    ("layer", "code", "message"),
    [
        (
            f"{{type: Bidirectional, layer: {LSTM}, backward_layer: {LSTM}}}",
            "SPC0107",
            "`backward_layer` is a contradiction: `go_backwards` is false here, and in `layer`",
        ),
        (
            f"{{type: Bidirectional, layer: {LSTM}, backward_layer: {{type: LSTM, units: 4, "
            "go_backwards: true, return_state: true}}",
            "SPC0107",
            "`backward_layer` is a contradiction: `return_state` is true here, and not in `layer`",
        ),
        (
            f"{{type: Bidirectional, from: x, merge_mode: sum, layer: {LSTM}, backward_layer: "
            "{type: LSTM, units: 3, go_backwards: true}}",
            "SPC0342",
            "`merge_mode: sum` needs outputs of one size, and they have 4 and 3 entries",
        ),
        (
            "{type: Bidirectional, layer: {type: LSTM, units: 4, zero_output_for_mask: true}}",
            "SPC0108",
            "`zero_output_for_mask` has no effect inside of Bidirectional: a masked step of a "
            "sequence gives 0, and a last output that is masked stays",
        ),
    ],
)
def test_two_directions_agree(layer, code, message):
    assert refused(layer)[:2] == (code, message)


def test_a_layer_that_needs_the_steps_of_both_directions_is_told_where_they_are_asked_for():
    both = f"  - {{type: Bidirectional, name: both, from: x, layer: {LSTM}}}\n"
    found = refused(LSTM, head=f"{HEAD}layers:\n{both}".replace("layers:\n", "layers:\n", 1) + "#")
    assert found[0] == "SPC0304"
    assert found[3] == "write `return_sequences: true` in the `layer` of `both`"


def test_params_and_sizes_of_blocks_reach_a_layer_inside():
    text = (
        "specc: 1\nparams: {n: 4}\ninputs: {x: {shape: [5, 3]}}\n"
        "blocks:\n  b:\n    params: {act: {type: activation, default: relu}}\n"
        "    inputs: {x: {shape: [t, d]}}\n    outputs: time_distributed\n    layers:\n"
        "      - {type: TimeDistributed, layer: {type: Dense, units: d * 2, activation: $act}}\n"
        "layers:\n  - {use: b, name: u}\n  - {type: Bidirectional, layer: {type: GRU, units: $n}}\n"
    )
    model = sc.compile_text(text)
    shapes = {name: array.shape for name, array in model.weights.items()}
    assert shapes["u.time_distributed.layer.kernel"] == (3, 6)
    assert shapes["bidirectional.backward_layer.kernel"] == (6, 12)
    layer = model.program.steps["u.time_distributed"].settings.layer.layer
    assert layer.activation.names[0] == "relu"


def test_defaults_reach_a_layer_inside_and_are_shown_where_they_are_wrong():
    defaults = "defaults: {GRUCell: {use_bias: false}}\n"
    layer = (
        "{type: RNN, from: x, cell: {type: StackedRNNCells, cells: [{type: GRUCell, units: 2}]}}"
    )
    program = program_of_text(f"{HEAD}{defaults}layers:\n  - {layer}\n")
    assert list(program.graph.weights) == [
        "rnn.cell.cells.0.kernel",
        "rnn.cell.cells.0.recurrent_kernel",
    ]


def test_a_weight_inside_is_read_by_its_name():
    text = (
        f"{HEAD}layers:\n  - {{type: Bidirectional, name: b, from: x, layer: {LSTM}}}\n"
        "  - {type: Lambda, from: {h: x, k: b.forward_layer.kernel}, function: h @ k}\n"
    )
    assert str(next(iter(program_of_text(text).outputs.values())).type) == "float32[batch, 5, 16]"


def test_both_directions_begin_with_weights_of_their_own():
    text = f"{HEAD}layers:\n  - {{type: Bidirectional, name: b, from: x, layer: {LSTM}}}\n"
    weights = initialise(program_of_text(text).weights, 0)
    one, other = (weights[f"b.{way}_layer.kernel"] for way in ("forward", "backward"))
    assert one.shape == other.shape
    assert not np.array_equal(one, other)


def test_a_second_call_has_the_weights_inside_of_the_first():
    text = (
        "specc: 1\ninputs: {x: {shape: [5, 3]}, y: {shape: [null, 3]}}\nlayers:\n"
        f"  - {{type: Bidirectional, name: b, from: x, layer: {LSTM}}}\n"
        "  - {reuse: b, name: c, from: y}\noutputs: [b, c]\n"
    )
    assert len(program_of_text(text).graph.weights) == 6


def test_what_is_inside_may_have_its_own_dtype_and_may_stay_as_it_is():
    text = (
        f"{HEAD}layers:\n  - {{type: TimeDistributed, from: x, layer: {{type: Dense, units: 2, "
        "dtype: float16, trainable: false}}\n"
    )
    program = program_of_text(text)
    assert str(next(iter(program.outputs.values())).type) == "float16[batch, 5, 2]"
    assert not any(weight.trainable for weight in program.graph.weights.values())


def test_penalties_on_what_layers_inside_give_are_counted():
    text = (
        f"{HEAD}layers:\n  - {{type: Bidirectional, from: x, layer: {{type: SimpleRNN, units: 4, "
        "activity_regularizer: l1}, merge_mode: sum}\n"
    )
    model = sc.compile_text(text)
    x = np.ones((2, 5, 3), "float32")
    one = {name: array * 0 + 0.1 for name, array in model.weights.items()}
    model = sc.compile_text(text, weights=one)
    (loss,) = model.losses({"x": x, "s": np.zeros((2, 2), "float32")}).values()
    # both directions see the same, so that half of the sum is what each gives
    found = model({"x": x, "s": np.zeros((2, 2), "float32")})
    assert loss == pytest.approx(0.01 * np.abs(found).sum() / 2, rel=1e-5)


def test_the_identity_of_a_model_is_that_of_what_is_inside():
    def identity(units, more=""):
        layer = f"{{type: Bidirectional, layer: {{type: LSTM, units: {units}{more}}}}}"
        text = f"{HEAD}layers:\n  - {{type: Identity, from: x}}\n  - {layer}\n"
        return identity_of(program_of_text(text))

    assert identity(2) == identity(2, ", use_bias: true")
    assert identity(2) != identity(3)
    assert identity(2) != identity(2, ", use_bias: false")


def test_an_expression_inside_has_one_spelling():
    def identity(function):
        layer = f"{{type: TimeDistributed, layer: {{type: Lambda, function: '{function}'}}}}"
        text = f"{HEAD}layers:\n  - {{type: Identity, from: x}}\n  - {layer}\n"
        return identity_of(program_of_text(text))

    assert identity("x*2") == identity("x * 2")
    assert identity("x * 2") != identity("x * 3")


def test_what_differs_inside_is_said_by_its_path(specc, tmp_path):
    cells = "cell: {type: StackedRNNCells, cells: [{type: GRUCell, units: 2}]}"
    old = f"{HEAD}layers:\n  - {{type: RNN, name: r, from: x, {cells}}}\n"
    (tmp_path / "old.yaml").write_text(old)
    (tmp_path / "new.yaml").write_text(old.replace("units: 2", "units: 2, activation: relu"))
    found = specc("diff", tmp_path / "old.yaml", tmp_path / "new.yaml").out
    assert "r.cell.cells.0.activation" in found


def test_a_size_that_is_written_inside_is_shown_there():
    text = (
        f"{HEAD}layers:\n  - {{type: TimeDistributed, from: x, layer: {{type: Dense, units: 7}}}}\n"
        "  - {type: Add, from: [x, time_distributed]}\n"
    )
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    line = text.splitlines()[3]
    shown = {
        label.text: line[label.span.column - 1 : label.span.end_column - 1]
        for label in error.labels
    }
    assert shown["makes an axis of `time_distributed` 7"] == "7"


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        ("{type: Lambda, function: 'x - mean(x, axis=0)'}", "Lambda"),
        ("{type: Softmax, axis: 0}", "Softmax"),
        ("{type: TimeDistributed, layer: {type: Softmax, axis: 0}}", "Softmax"),
    ],
)
def test_steps_do_not_mix(layer, kind):
    head = HEAD.replace("[5, 3]", "[5, 2, 3]")
    found = refused(f"{{type: TimeDistributed, from: x, layer: {layer}}}", head=head)
    assert found[:2] == (
        "SPC0358",
        f"{kind} works along the batch here: inside of TimeDistributed the steps of a row would "
        "mix",
    )


@pytest.mark.parametrize(
    "layer",
    [
        "{type: Lambda, function: 'x - mean(x, axis=1, keepdims=True)'}",
        "{type: EinsumDense, equation: 'ab,bc->ac', output_shape: [4]}",
        "{type: Softmax}",
        "{type: Reshape, target_shape: [3, 1]}",
        "{type: RepeatVector, n: 2}",
        "{type: LayerNormalization}",
        "{type: Activation, activation: sparsemax}",
    ],
)
def test_what_keeps_rows_apart_may_stand_at_every_step(layer):
    text = f"{HEAD}layers:\n  - {{type: TimeDistributed, from: x, layer: {layer}}}\n"
    model = sc.compile_text(text)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    found = model({"x": x, "s": np.zeros((2, 2), "float32")})
    text = f"specc: 1\ninputs: {{x: {{shape: [3]}}}}\nlayers: [{layer}]\n"
    (name,) = program_of_text(text).steps
    weights = {
        f"{name}.{inner.rpartition('.')[2]}": array for inner, array in model.weights.items()
    }
    alone = sc.compile_text(text, weights=weights)
    for step in range(5):
        np.testing.assert_allclose(found[:, step], alone({"x": x[:, step]}), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "layer", ["{type: Dense, units: 2}", "{type: TimeDistributed, layer: {type: Softmax}}"]
)
def test_rows_stay_apart_where_steps_are_rows(layer):
    text = (
        "specc: 1\ninputs: {x: {shape: [null, 2, 3]}}\n"
        f"layers: [{{type: TimeDistributed, layer: {layer}}}]\n"
    )
    assert rows_stay_apart(program_of_text(text).graph)


def test_many_steps_inside_of_steps_are_compiled_at_once():
    layer = "{type: Dense, units: 2}"
    for _ in range(12):
        layer = f"{{type: TimeDistributed, layer: {layer}}}"
    text = f"specc: 1\ninputs: {{x: {{shape: [{'2, ' * 12}3]}}}}\nlayers: [{layer}]\n"
    assert len(program_of_text(text).graph.nodes) < 60


def test_layers_inside_of_each_other_without_end_are_refused():
    layer = "{type: Dense, units: 2}"
    for _ in range(90):
        layer = f"{{type: TimeDistributed, layer: {layer}}}"
    with pytest.raises(SpecError):
        program_of_text(f"{HEAD}layers:\n  - {layer}\n")
