"""Tensors without a batch: the same for every row, whatever the batch is."""

import numpy as np
import pytest

import spec_compiler as sc

TABLE = np.arange(8, dtype=np.float32).reshape(2, 4) / 8
X = np.random.default_rng(0).normal(size=(3, 2, 4)).astype(np.float32)
JOINED = np.stack([np.vstack([row, TABLE]) for row in X])


def spec(layers, inputs="x: {shape: [2, 4]}", head=""):
    table = TABLE.tolist()
    body = "\n".join(f"  - {layer}" for layer in layers)
    return f"specc: 1\n{head}inputs: {{{inputs}, table: {{tensor: {table}}}}}\nlayers:\n{body}\n"


def refusals(*layers, inputs="x: {shape: [2, 4]}"):
    found = sc.validate(spec(layers, inputs) + "outputs: [last]\n")
    return [(item.code, item.message, item.help) for item in found if item.severity == "error"]


@pytest.mark.parametrize("batch", [1, 2, 3, 5])
def test_positions_need_no_trick(batch):
    text = """\
specc: 1
params: {places: 5}
inputs: {x: {shape: [places, 3]}}
layers:
  - {type: Lambda, name: positions, function: arange(places)}
  - {type: Embedding, name: where, input_dim: places, output_dim: 3}
  - {type: Add, name: sum, from: [x, where]}
"""
    model = sc.compile_text(text)
    x = np.random.default_rng(batch).normal(size=(batch, 5, 3)).astype(np.float32)
    np.testing.assert_array_equal(model(x), x + model.weights["where.embeddings"])


@pytest.mark.parametrize("size", ["", ", batch_size: 3"])
@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("{type: Add, from: [x, table]}", X + TABLE),
        ("{type: Add, from: [table, x]}", X + TABLE),
        ("{type: Concatenate, axis: 1, from: [x, table]}", JOINED),
        ("{type: Lambda, from: [x, table], function: x * table}", X * TABLE),
        ('{type: Lambda, from: [x, table], function: "x @ transpose(table, [1, 0])"}', X @ TABLE.T),
        ("{type: Dot, axes: [2, 2], from: [x, table]}", X @ TABLE.T),
    ],
)  # fmt: skip
def test_a_table_is_the_same_for_every_row(size, layer, expected):
    model = sc.compile_text(spec([layer], f"x: {{shape: [2, 4]{size}}}"))
    np.testing.assert_allclose(model(X), expected, rtol=1e-6)


def test_the_batch_is_never_paired_with_an_axis_of_a_table():
    x = X[:, 0]
    for size in ("", ", batch_size: 2"):
        model = sc.compile_text(spec(["{type: Add, from: [x, table]}"], f"x: {{shape: [4]{size}}}"))
        x = x[:2] if size else x
        np.testing.assert_array_equal(model(x), x[:, None] + TABLE)


def test_a_first_axis_of_size_1_stands_for_the_batch():
    text = spec(["{type: Add, name: sum, from: [x, one]}"]).replace(
        "inputs: {", "inputs: {one: {tensor: [[[1], [2]]]}, "
    )
    np.testing.assert_array_equal(sc.compile_text(text)(X), X + np.float32([[1], [2]]))


def test_what_is_made_of_tables_alone_is_one():
    layers = [
        "{type: Dense, name: d, units: 3, from: table, expect: {shape: [2, 3]}}",
        "{type: LayerNormalization, name: n, expect: {shape: [2, 3]}}",
        "{type: Average, name: mean, from: [n, d], expect: {shape: [2, 3]}}",
        "{type: Dense, name: up, units: 4, activation: softmax}",
        "{type: Multiply, name: last, from: [x, up]}",
    ]
    model = sc.compile_text(spec(layers, head="seed: 3\n") + "outputs: [up, last]\n")
    made = model({"x": X})
    assert made["up"].shape == (2, 4)
    np.testing.assert_allclose(made["up"].sum(-1), 1, rtol=1e-6)
    np.testing.assert_array_equal(made["last"], X * made["up"])


def test_a_state_and_a_memory_may_be_learned_by_all():
    inputs = "x: {shape: [2, 4]}, start: {tensor: [0.5, -0.5, 0.25]}"
    states = "from: {sequence: x, initial_state_h: start, initial_state_c: start}"
    one = sc.compile_text(spec([f"{{type: LSTM, units: 3, {states}}}"], inputs))
    text = spec([f"{{type: LSTM, units: 3, {states}}}"], "x: {shape: [2, 4]}, start: {shape: [3]}")
    fed = sc.compile_text(text, weights=one.weights)
    start = np.tile(np.float32([0.5, -0.5, 0.25]), (3, 1))
    np.testing.assert_array_equal(one(X), fed({"x": X, "start": start}))
    attention = "{type: MultiHeadAttention, num_heads: 2, key_dim: 3, from: {query: x, value: m}}"
    one = sc.compile_text(spec([attention.replace("m}", "table}")]))
    fed = sc.compile_text(
        spec([attention], "x: {shape: [2, 4]}, m: {shape: [2, 4]}"), weights=one.weights
    )
    memory = np.tile(TABLE, (3, 1, 1))
    np.testing.assert_array_equal(one(X), fed({"x": X, "m": memory}))


def test_a_mask_may_be_the_same_for_every_row():
    layers = ["{type: GlobalAveragePooling1D, from: x, mask: keep}"]
    inputs = "x: {shape: [2, 4]}, keep: {tensor: [true, false], dtype: bool}"
    np.testing.assert_array_equal(sc.compile_text(spec(layers, inputs))(X), X[:, 0])


@pytest.mark.parametrize(
    "layer",
    [
        "type: LSTM, units: 2",
        "type: GlobalAveragePooling1D",
        "type: Flatten",
        "type: Permute, dims: [1]",
        "type: Reshape, target_shape: [4]",
    ],
)
def test_rows_that_are_not_there_are_asked_for(layer):
    kind = layer.removeprefix("type: ").partition(",")[0]
    ((code, message, help),) = refusals(f"{{{layer}, name: last, from: table}}")
    assert code == "SPC0356"
    assert message == (
        f"{kind} works on the rows of a batch, and its input float32[2, 4] has none: it is the "
        "same for every row"
    )
    assert "`zeros_like(x) + table`" in help
    lambda_ = "{type: Lambda, name: rows, from: [x, table], function: zeros_like(x) + table}"
    mended = spec([lambda_, "{type: LSTM, name: last, units: 2}"])
    assert [item.code for item in sc.validate(mended)] == []


def test_the_batch_is_put_first_again():
    turned = '{type: Lambda, name: t, from: x, function: "transpose(x, [1, 0, 2])"}'
    ((code, message, help),) = refusals(turned, "{type: Dense, name: last, units: 2}")
    assert (code, message) == (
        "SPC0357",
        "the batch is axis 1 of the input [2, batch, 4], and Dense takes axis 0 for it",
    )
    assert help == "put it first: a Lambda with `transpose(x, [1, 0, 2])`"
    back = '{type: Lambda, name: b, function: "transpose(x, [1, 0, 2])"}'
    for size in ("", ", batch_size: 3"):
        text = spec([turned, back, "{type: Add, from: [x, b]}"], f"x: {{shape: [2, 4]{size}}}")
        np.testing.assert_array_equal(sc.compile_text(text)(X), X + X)


@pytest.mark.parametrize("size", ["", ", batch_size: 3"])
def test_rows_that_are_folded_into_others_are_rows(size):
    layers = [
        '{type: Lambda, name: f, from: x, function: "reshape(x, [-1, 4])"}',
        "{type: Dense, name: d, units: 4, use_bias: false}",
        '{type: Lambda, name: u, function: "reshape(x, [-1, 2, 4])"}',
        "{type: Add, name: s, from: [x, u]}",
    ]
    model = sc.compile_text(spec(layers, f"x: {{shape: [2, 4]{size}}}"))
    np.testing.assert_allclose(model(X), X + X @ model.weights["d.kernel"], rtol=1e-5)


def test_what_rows_have_in_common_is_the_same_for_each():
    layers = [
        '{type: Lambda, name: m, from: x, function: "mean(x, axis=0)", expect: {shape: [2, 4]}}',
        "{type: Subtract, name: s, from: [x, m]}",
    ]
    np.testing.assert_allclose(
        sc.compile_text(spec(layers))(X), X - X.mean(0), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    "layer",
    [
        "{type: Softmax, name: last, from: x}",
        "{type: Activation, activation: softmax, name: last, from: x}",
        "{type: Activation, activation: log_softmax, name: last, from: x}",
        "{type: Lambda, function: softmax(x), name: last, from: x}",
        "{type: Lambda, function: glu(x), name: last, from: x}",
    ],
)
def test_rows_do_not_mix_without_a_word(layer):
    ((code, message, _),) = refusals(layer, inputs="x: {shape: []}")
    assert code == "SPC0358"
    assert message.endswith("would work along the batch, axis 0 of float32[batch]: rows would mix")


def test_rows_mix_where_it_is_said():
    x = X[:, 0, 0]
    expected = np.exp(x) / np.exp(x).sum()
    for layer in (
        "{type: Softmax, axis: 0, from: x}",
        '{type: Lambda, function: "softmax(x, axis=0)", from: x}',
    ):
        np.testing.assert_allclose(
            sc.compile_text(spec([layer], "x: {shape: []}"))(x), expected, 1e-6
        )


def test_an_expression_does_not_pair_the_batch_by_accident():
    layer = "{type: Lambda, name: last, from: x, function: x + arange(5)}"
    ((code, message, help),) = refusals(layer, inputs="x: {shape: []}")
    assert (code, message) == (
        "SPC0303",
        "the batch, axis 0 of float32[batch], would be paired with axis 0 of float32[5]",
    )
    assert "expand" in help
    mended = spec(
        ['{type: Lambda, from: x, function: "expand(x, -1) + arange(5)"}'], "x: {shape: []}"
    )
    np.testing.assert_array_equal(
        sc.compile_text(mended)(X[:, 0, 0]), X[:, :1, 0] + np.arange(5, dtype=np.float32)
    )


def test_an_output_without_a_batch_is_the_same_in_every_run():
    layers = [
        "{type: Dense, name: d, units: 3, from: table}",
        "{type: Dense, name: e, units: 1, from: x}",
    ]
    model = sc.compile_text(spec(layers) + "outputs: [d, e]\n")
    made = model({"x": np.tile(X, (50, 1, 1))})
    np.testing.assert_array_equal(made["d"], model({"x": X})["d"])
    assert made["d"].shape == (2, 3)
    assert made["e"].shape == (150, 2, 1)


def expression(text, shape="[seq, 4]"):
    layer = f"{{type: Lambda, name: y, from: x, function: '{text}'}}"
    text = f"specc: 1\ndims: {{seq: {{}}}}\ninputs: {{x: {{shape: {shape}}}}}\nlayers: [{layer}]\n"
    return sc.compile_text(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("std(transpose(x, [1, 0, 2]), axis=1, keepdims=True)", X.std(0)[:, None]),
        ("logsumexp(transpose(x, [1, 0, 2]), axis=1)", np.log(np.exp(X).sum(0))),
        ("softmax(mean(x, axis=0, keepdims=True), axis=0)", np.ones((1, 2, 4))),
        ("x - mean(x, axis=0, keepdims=True)", X - X.mean(0)),
    ],
)
def test_the_batch_is_gone_where_it_was_reduced(text, expected):
    np.testing.assert_allclose(expression(text)(X), expected, rtol=1e-5, atol=1e-6)


def test_what_the_batch_was_reduced_to_is_the_same_for_every_row():
    model = expression("mean(x, axis=0, keepdims=True)", "[2, 4]")
    signal = next(iter(model.program.steps["y"].results.values()))
    assert (signal.shape, signal.batch) == ((1, 2, 4), None)
    again = expression("cumsum(reshape(mean(x, axis=0, keepdims=True), [8]), axis=-1)", "[2, 4]")
    np.testing.assert_allclose(again(X), X.mean(0).ravel().cumsum(), rtol=1e-5)


@pytest.mark.parametrize("shape", ["[seq]", "[null]"])
def test_two_tensors_have_one_batch_though_its_size_is_another(shape):
    text = f"""\
specc: 1
dims: {{seq: {{}}}}
inputs: {{x: {{shape: {shape}, batch_size: 2}}}}
layers:
  - {{type: EinsumDense, name: e, equation: "bc,byz->cyz", sizes: {{y: 2, z: 2}}}}
  - {{type: Lambda, name: y, function: "where(x > 0.5, x, -x)"}}
"""
    model = sc.compile_text(text)
    x = X[:2, 0, :3]
    made = np.einsum("bc,byz->cyz", x, model.weights["e.kernel"])
    np.testing.assert_allclose(model(x), np.where(made > 0.5, made, -made), rtol=1e-5)


@pytest.mark.parametrize(
    ("function", "other", "help"),
    [
        ("x @ y", "[16]", "for a number of each row write `sum(x * y, axis=-1)`"),
        ("dot(x, y)", "[16]", "for a number of each row write `sum(x * y, axis=-1)`"),
        ("x @ y", "[3]", "a product sums over the last axis"),
        ("y @ transpose(x, [1, 0, 2])", "[16]", "a product sums over the last axis"),
        ('einsum("bi,ij->bj", x, y)', "[3]", "give axes of different sizes different labels"),
        ("concat([x, transpose(y)], axis=1)", "[16]", ""),
    ],
)
def test_the_batch_is_equal_to_no_other_size(function, other, help):
    first = "[5, 16]" if "1, 0, 2" in function else "[16]"
    layer = f"{{type: Lambda, name: last, from: [x, y], function: '{function}'}}"
    ((_, message, said),) = refusals(layer, inputs=f"x: {{shape: {first}}}, y: {{shape: {other}}}")
    assert "batch" in message
    assert said.startswith(help)


def test_the_batch_is_a_number_where_that_is_stated():
    text = "specc: 1\nconstraints: [batch == 16]\ninputs: {x: {shape: [16]}, y: {shape: [16]}}\n"
    text += "layers: [{type: Lambda, name: out, from: [x, y], function: x @ y}]\n"
    x, y = np.random.default_rng(0).normal(size=(2, 16, 16)).astype(np.float32)
    np.testing.assert_allclose(sc.compile_text(text)({"x": x, "y": y}), x @ y, rtol=1e-4, atol=1e-5)
