"""Operations between layers mean what NumPy means by them; they know no masks, as in Keras."""

import numpy as np
import pytest
from test_keras import dense, functional, inputs, layer, lines, op, refused, tensor

import spec_compiler
from spec_compiler.keras.operation_table import ROWS
from spec_compiler.keras.read import import_keras
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.writing.yaml_text import to_yaml

X = np.linspace(-2, 2.5, 24, dtype="f").reshape(2, 4, 3)
Y = np.cos(np.arange(24, dtype="f")).reshape(2, 4, 3)
x, y = tensor("x"), tensor("y")


def cut(*bounds):
    names = ("start", "stop", "step")
    return {"class_name": "__slice__", "config": dict(zip(names, bounds, strict=True))}


ALL = cut(None, None, None)
CASES = [
    ("Add", (x, y), {}, X + Y),
    ("Add", (x, 1.5), {}, X + np.float32(1.5)),
    ("Subtract", (1, x), {}, 1 - X),
    ("Multiply", (x, -2), {}, X * -2),
    ("TrueDivide", (x, 3), {}, X / 3),
    ("Power", (x, 2), {}, X**2),
    ("FloorDivide", (x, 0.5), {}, X // 0.5),
    ("Mod", (x, 0.5), {}, X % 0.5),
    ("Negative", (x,), {}, -X),
    ("Reciprocal", (x,), {}, 1 / X),
    ("Maximum", (x, y), {}, np.maximum(X, Y)),
    ("Minimum", (x, 0.25), {}, np.minimum(X, np.float32(0.25))),
    ("Greater", (x, y), {}, X > Y),
    ("NotEqual", (x, -2.0), {}, X != -2),
    ("Clip", (x,), {"x_min": -0.5, "x_max": 1}, np.clip(X, -0.5, 1)),
    ("Mean", (x,), {"axis": -1, "keepdims": True}, X.mean(-1, keepdims=True)),
    ("Sum", (x,), {"axis": [1, 2], "keepdims": False}, X.sum((1, 2))),
    ("Max", (x,), {"axis": 1, "keepdims": False, "initial": None}, X.max(1)),
    ("Argmax", (x,), {"axis": 1, "keepdims": False}, X.argmax(1)),
    ("Concatenate", ([x, y],), {"axis": 1}, np.concatenate([X, Y], 1)),
    ("Concatenate", ([x, x],), {"axis": -1}, np.concatenate([X, X], -1)),
    ("Stack", ([x, y],), {"axis": 1}, np.stack([X, Y], 1)),
    ("GetItem", (x, [ALL, cut(1, None, None), cut(None, 2, None)]), {}, X[:, 1:, :2]),
    ("GetItem", (x, [ALL, -1]), {}, X[:, -1]),
    ("GetItem", (x, [{"class_name": "__ellipsis__", "config": {}}, None]), {}, X[..., None]),
    ("GetItem", (x, [ALL, cut(None, None, 2)]), {}, X[:, ::2]),
    ("Reshape", (x,), {"newshape": [-1, 12]}, X.reshape(2, 12)),
    ("Transpose", (x,), {"axes": [0, 2, 1]}, X.transpose(0, 2, 1)),
    ("ExpandDims", (x,), {"axis": -1}, X[..., None]),
    ("Repeat", (x,), {"repeats": 2, "axis": 1}, X.repeat(2, 1)),
    ("Flip", (x,), {"axis": 1}, X[:, ::-1]),
    ("Roll", (x,), {"shift": 1, "axis": 1}, np.roll(X, 1, 1)),
    ("Pad", (x,), {"pad_width": [[0, 0], [1, 1], [0, 0]], "mode": "constant"},
     np.pad(X, [[0, 0], [1, 1], [0, 0]])),
    ("Einsum", (x, y), {"subscripts": "bij,bkj->bik"}, np.einsum("bij,bkj->bik", X, Y)),
    ("Cast", (x,), {"dtype": "int32"}, X.astype("int32")),
    ("Relu", (x,), {}, np.maximum(X, 0)),
    ("LeakyRelu", (x,), {"negative_slope": 0.1}, np.where(X > 0, X, np.float32(0.1) * X)),
    ("Round", (x,), {"decimals": 0}, X.round()),
    ("Take", (x, [0, 2]), {"axis": 1}, X[:, [0, 2]]),
    ("Multiply", (x, [1.0, 2.0, 3.0]), {}, X * np.array([1, 2, 3], "f")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "args", "options", "expected"), CASES, ids=[case[0] for case in CASES]
)
def test_an_operation_gives_the_numbers_of_numpy(kind, args, options, expected):
    model = functional(
        inputs(), inputs("y"), op(kind, "r", *args, **options), ins=("x", "y"), outputs=["r", 0, 0]
    )
    spec = spec_compiler.compile_text(to_yaml(import_keras(model).document))
    result = spec({"x": X, "y": Y})
    assert result.dtype == (expected.dtype if kind != "Argmax" else "int32")
    np.testing.assert_allclose(result, expected, rtol=1e-6, atol=1e-6)


def test_two_tensors_that_are_added_are_the_layer():
    model = functional(inputs(), dense("d", (x, {})), op("Add", "r", x, tensor("d")),
                       outputs=["r", 0, 0])  # fmt: skip
    assert lines(model)[-1] == "{type: Add, name: r, from: [x, d]}"
    other = functional(inputs(), inputs("v", (None, 3)), op("Add", "r", x, tensor(
        "v", shape=(None, 3))), ins=("x", "v"), outputs=["r", 0, 0])  # fmt: skip
    assert lines(other) == ["{type: Lambda, name: r, from: {x1: x, x2: v}, function: x1 + x2}"]


def test_several_results_are_told_apart():
    halves = [tensor("s", output) for output in (0, 1)]
    model = functional(
        inputs(), op("Split", "s", x, indices_or_sections=2, axis=1),
        op("Subtract", "r", *halves), outputs=["r", 0, 0],
    )  # fmt: skip
    spec = spec_compiler.compile_text(to_yaml(import_keras(model).document))
    np.testing.assert_array_equal(spec(X), X[:, :2] - X[:, 2:])


def test_an_operation_loses_the_mask_as_in_keras():
    masked = layer("Masking", "m", (x, {}))
    model = functional(
        inputs(), masked, op("Multiply", "t", tensor("m"), 2.0), op("Add", "a", tensor("m"), x),
        layer("LSTM", "l", (tensor("t"), {}), units=2), outputs=[["l", 0, 0], ["a", 0, 0]],
    )  # fmt: skip
    assert lines(model)[1:3] == [
        "{type: Lambda, name: t, function: x * 2.0, mask: drop}",
        "{type: Add, name: a, from: [m, x], mask: drop}",
    ]


def test_an_operation_computes_in_the_dtype_of_its_inputs():
    half = inputs("h", dtype="float16")
    model = functional(half, op("Exp", "r", tensor("h", dtype="float16")), ins=("h",),
                       outputs=["r", 0, 0])  # fmt: skip
    assert import_keras(model).document["dtype"] == "float16"


def test_operations_that_nobody_needs_are_left_out():
    model = functional(inputs(), op("Median", "u", x), dense("d", (x, {})), outputs=["d", 0, 0])
    assert lines(model) == ["{type: Dense, name: d, units: 2}"]


@pytest.mark.parametrize(
    ("kind", "args", "options"),
    [
        ("Median", (x,), {}),
        ("Round", (x,), {"decimals": 2}),
        ("Sum", (x,), {"initial": 3.0}),
        ("Add", (x, x, x), {}),
        ("Add", (x, "`"), {}),
        ("Add", (1, 2), {}),
        ("GetItem", (x, [tensor("y")]), {}),
        ("GetItem", (x, [cut("a", None, None)]), {}),
        ("Split", (x,), {"indices_or_sections": [1, 2], "axis": -2}),
        ("Split", (x,), {"indices_or_sections": [-1], "axis": 1}),
        ("Unstack", (x,), {"num": None, "axis": 1}),
        ("TopK", (x,), {"k": 2, "sorted": False}),
        ("BySizes", (x,), {"text": "print({0})"}),
        ("Split", (x,), {"indices_or_sections": 10**9, "axis": 1}),
        ("Where", (x, None, None), {}),
    ],
)  # fmt: skip
def test_an_operation_that_cannot_be_said_is_refused_by_name(kind, args, options):
    model = functional(
        inputs(), inputs("y"), op(kind, "r", *args, **options), op(kind, "q", *args, **options),
        ins=("x", "y"), outputs=[["r", 0, 0], ["q", 0, 0]],
    )  # fmt: skip
    (finding,) = refused(model)
    assert finding[0] == "SPC0803"
    assert "`r`" in finding[1]
    assert "in 2 layers of class" in finding[1]


def test_the_layers_of_a_long_chain_are_found_without_recursion():
    chain = [op("Add", f"a{n}", tensor(f"a{n - 1}" if n else "x"), 1.0) for n in range(1200)]
    model = functional(inputs(), *chain, outputs=["a1199", 0, 0])
    assert len(import_keras(model).document["layers"]) == 1200


def test_every_row_names_a_function_that_there_is():
    for kind, row in ROWS.items():
        name = row.text.partition("(")[0]
        assert "{" in row.text or name in LAMBDA_FUNCTIONS, kind


def named(name, **config):
    function = {
        "module": "builtins", "class_name": "function", "config": name,
        "registered_name": "function",
    }  # fmt: skip
    return functional(inputs(), layer("Lambda", "l", (x, {}), function=function, **config),
                      outputs=["l", 0, 0])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wanted"), [("square", X**2), ("abs", abs(X)), ("log1p", np.log1p(X + 3))]
)
def test_a_lambda_of_a_function_that_mathematics_has_is_that_operation(name, wanted):
    imported = import_keras(named(name))
    model = spec_compiler.compile_text(to_yaml(imported.document))
    fed = X + 3 if name == "log1p" else X
    np.testing.assert_allclose(model(fed), wanted, rtol=1e-6)
    (note,) = imported.notes
    assert note == f"`l`: Keras keeps `{name}` by its name alone; it is read as `keras.ops.{name}`"


@pytest.mark.parametrize(
    "model",
    [
        named("normalize"), named("my_square"), named("softmax"), named(3),
        named("square", arguments={"n": 1}), named("square", mask=True),
    ],
)  # fmt: skip
def test_a_lambda_of_another_function_is_code(model):
    ((code, message, *_),) = refused(model)
    assert (code, message) == ("SPC0804", "layer `l` is of class `Lambda`, whose code is not run")


@pytest.mark.parametrize("module", ["tensorflow.python.ops.math_ops", "keras.backend", "__main__"])
def test_keras_2_says_where_a_function_is_from(module):
    square = layer("Lambda", "l", (x, {}), function="square", function_type="function")
    square["config"]["module"] = module
    model = functional(inputs(), square, outputs=["l", 0, 0])
    if module == "__main__":
        assert refused(model)[0][0] == "SPC0804"
    else:
        assert import_keras(model).document["layers"][0]["function"] == "square(x)"
