"""Functions of TensorFlow between layers of tf.keras mean what NumPy means by them."""

import json

import numpy as np
import pytest
from test_older_forms import layer, model, operation, refused, source

import spec_compiler
from spec_compiler.keras.read import import_keras
from spec_compiler.writing.yaml_text import to_yaml

X = np.linspace(-2, 2.5, 48, dtype="f").reshape(2, 4, 6)
Y = np.cos(np.arange(48, dtype="f")).reshape(2, 4, 6)
x, y = ["x", 0, 0], ["y", 0, 0]
CUT = {"start": None, "stop": None, "step": None}


def run(*made, outs=(("r", 0, 0),)):
    """The results of layers over two inputs, by their numbers."""
    whole = model(source("x", [4, 6]), source("y", [4, 6]), *made, ins=["x", "y"],
                  outs=[list(item) for item in outs])  # fmt: skip
    document = import_keras({**whole, "keras_version": "2.3.0-tf"}).document
    return spec_compiler.compile_text(to_yaml(document))({"x": X, "y": Y})


def length(axis, epsilon=1e-12):
    return X / np.sqrt(np.maximum((X**2).sum(axis, keepdims=True), epsilon))


CALLS = [
    ("compat.v1.transpose", x, {"perm": [0, 2, 1], "conjugate": False, "name": "transpose"},
     X.transpose(0, 2, 1)),
    ("linalg.matmul", x, {"b": y, "transpose_b": True}, X @ Y.transpose(0, 2, 1)),
    ("linalg.matmul", x, {"b": y, "transpose_a": True}, X.transpose(0, 2, 1) @ Y),
    ("compat.v1.pad", x, {"paddings": [[0, 0], [1, 2], [0, 0]], "mode": "CONSTANT",
                          "constant_values": 0}, np.pad(X, [[0, 0], [1, 2], [0, 0]])),
    ("compat.v1.pad", x, {"paddings": [[0, 0], [1, 2], [0, 0]], "mode": "SYMMETRIC"},
     np.pad(X, [[0, 0], [1, 2], [0, 0]], mode="symmetric")),
    ("pad", x, {"paddings": [[0, 0], [1, 0], [0, 0]], "constant_values": 1.5},
     np.pad(X, [[0, 0], [1, 0], [0, 0]], constant_values=1.5)),
    ("math.l2_normalize", x, {"axis": -1}, length(-1)),
    ("nn.l2_normalize", x, {"axis": [1, 2], "epsilon": 40.0}, length((1, 2), 40.0)),
    ("nn.bias_add", x, {"bias": [1.0, 2, 3, 4, 5, 6], "data_format": "NHWC"}, X + np.arange(1, 7)),
    ("math.cumsum", x, {"axis": 1}, X.cumsum(1)),
    ("compat.v1.floor_div", x, {"y": 0.5}, X // 0.5),
    ("math.squared_difference", x, {"y": y}, (X - Y) ** 2),
    ("ones_like", x, {"optimize": True}, np.ones_like(X)),
    ("reshape", x, {"shape": [-1, 3, 8]}, X.reshape(2, 3, 8)),
    ("tile", x, {"multiples": [1, 2, 1]}, np.tile(X, [1, 2, 1])),
    ("math.reduce_mean", x, {"axis": 1, "keepdims": True}, X.mean(1, keepdims=True)),
    ("norm", x, {"axis": -1, "ord": "euclidean"}, np.linalg.norm(X, axis=-1)),
    ("__operators__.eq", x, {"other": -2.0}, X == -2),
    ("math.log1p", y, {}, np.log1p(Y)),
    ("linalg.matrix_transpose", x, {"conjugate": False}, X.transpose(0, 2, 1)),
    ("math.atan2", y, {"x": x}, np.arctan2(Y, X)),
    ("__operators__.getitem", x, {"slice_spec": {"class_name": "__tuple__", "items": [CUT, -1]}},
     X[:, -1]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "first", "given", "expected"), CALLS)
def test_a_function_gives_the_numbers_of_numpy(function, first, given, expected):
    kind = "SlicingOpLambda" if "getitem" in function else "TFOpLambda"
    result = run(operation(function, "r", [*first, given], kind))
    np.testing.assert_allclose(result, expected, rtol=2e-6, atol=1e-6)


def test_parts_are_told_apart():
    ends = [("s", 0, 2), ("u", 0, 1), ("t", 0, 0)]
    split = operation("split", "s", ["x", 0, 0, {"num_or_size_splits": [1, 2, 3], "axis": -1}])
    apart = operation("unstack", "u", ["x", 0, 0, {"axis": 1}])
    best = operation("math.top_k", "t", ["y", 0, 0, {"k": 2, "sorted": True}])
    c, row, top = run(split, apart, best, outs=ends).values()
    np.testing.assert_array_equal(c, X[..., 3:])
    np.testing.assert_array_equal(row, X[:, 1])
    np.testing.assert_array_equal(top, -np.sort(-Y, axis=-1)[..., :2])


def test_depth_becomes_space_and_space_depth():
    whole = model(
        source("x", [2, 3, 8]),
        operation("nn.depth_to_space", "d", ["x", 0, 0, {"block_size": 2}]),
        operation("nn.space_to_depth", "s", ["d", 0, 0, {"block_size": 2}]),
        ins=["x"], outs=[["d", 0, 0], ["s", 0, 0]],
    )  # fmt: skip
    data = np.arange(96, dtype="f").reshape(2, 2, 3, 8)
    wide, back = spec_compiler.compile_text(to_yaml(import_keras(whole).document))(data).values()
    for row in range(4):
        for column in range(6):
            from_ = 2 * (2 * (row % 2) + column % 2)
            cell = data[:, row // 2, column // 2, from_ : from_ + 2]
            np.testing.assert_array_equal(wide[:, row, column], cell)
    np.testing.assert_array_equal(back, data)


def test_images_are_resized_by_the_layer():
    whole = model(
        source("x", [4, 4, 3]),
        operation("image.resize", "r", ["x", 0, 0, {"size": [2, 8], "method": "nearest"}]),
        ins=["x"], outs=[["r", 0, 0]],
    )  # fmt: skip
    assert import_keras(whole).document["layers"] == [
        {"type": "Resizing", "name": "r", "height": 2, "width": 8, "interpolation": "nearest"}
    ]


def test_tensors_are_added_and_images_pooled():
    added = layer("TFOpLambda", "r", [[*x, {}], [*y, {}], [*x, {}]], function="math.add_n")
    np.testing.assert_allclose(run(added), 2 * X + Y, rtol=1e-6, atol=1e-6)
    pooled = operation("nn.max_pool2d", "r", ["x", 0, 0, {"ksize": [3, 2], "strides": 2,
                                                          "padding": "VALID"}])  # fmt: skip
    whole = model(source("x", [4, 4, 3]), pooled, ins=["x"], outs=[["r", 0, 0]])
    assert import_keras(whole).document["layers"] == [
        {"type": "MaxPooling2D", "name": "r", "pool_size": [3, 2], "strides": 2}
    ]


def sized(*slices, shape):
    """A reshape to sizes that are computed."""
    return run(
        operation("compat.v1.shape", "n", ["x", 0, 0, {"out_type": "int32"}]),
        *(operation("__operators__.getitem", f"n{at}", ["n", 0, 0, {"slice_spec": at}],
                    "SlicingOpLambda") for at in slices),
        operation("math.multiply", "n12", ["n1", 0, 0, {"y": ["n2", 0, 0]}]),
        operation("reshape", "r", ["y", 0, 0, {"shape": shape}]),
    )  # fmt: skip


@pytest.mark.parametrize(("shape", "expected"), [
    ([["n0", 0, 0], 8, 3], (2, 8, 3)), ([["n0", 0, 0], -1, 3], (2, 8, 3)),
    ([["n0", 0, 0], ["n12", 0, 0]], (2, 24)), (["n", 0, 0], (2, 4, 6)),
])  # fmt: skip
def test_sizes_that_are_computed_stand_in_the_expression(shape, expected):
    np.testing.assert_array_equal(sized(0, 1, 2, shape=shape), Y.reshape(expected))


def test_what_is_made_of_sizes_is_an_expression():
    shape = operation("compat.v1.shape", "n", ["x", 0, 0, {"out_type": "int32"}])
    sizes = [operation("__operators__.getitem", f"n{at}", ["n", 0, 0, {"slice_spec": at}],
                       "SlicingOpLambda") for at in (0, 1)]  # fmt: skip
    shaped = [["n0", 0, 0, {}], ["_CONSTANT_VALUE", -1, 1, {}], ["_CONSTANT_VALUE", -1, 6, {}]]
    zeros = layer("TFOpLambda", "z", shaped, function="zeros")
    more = operation("__operators__.add", "r", ["x", 0, 0, {"y": ["z", 0, 0]}])
    np.testing.assert_array_equal(run(shape, *sizes, zeros, more), X)
    steps = operation("range", "r", ["n1", 0, 0, {}])
    whole = [shape, *sizes, steps, operation("cast", "c", ["r", 0, 0, {"dtype": "float32"}]),
             operation("reshape", "w", ["c", 0, 0, {"shape": [4, 1]}]),
             operation("math.multiply", "q", ["x", 0, 0, {"y": ["w", 0, 0]}])]  # fmt: skip
    result = run(*whole, outs=[("q", 0, 0)])
    np.testing.assert_allclose(result, X * np.arange(4, dtype="f")[:, None], rtol=1e-6)


def node(op, *given, constants=(), text=False, **attr):
    kept = {"name": op, "op": op, "input": ["a", "b"], "attr": {"T": {"type": "DT_FLOAT"}, **attr}}
    config = {"node_def": json.dumps(kept) if text else kept,
              "constants": {str(at): item for at, item in constants}}  # fmt: skip
    return layer("TensorFlowOpLayer", "r", [list(item) for item in given], **config)


ONE, TRUE = {"i": "1"}, {"b": True}
NODES = [
    (node("AddV2", x, y), X + Y),
    (node("Sub", x, y, text=True), X - Y),
    (node("Mul", x, constants=[(1, 2.0)]), X * 2),
    (node("Mul", x, constants=[(0, 2.0)]), 2 * X),
    (node("RealDiv", x, constants=[(0, 2.0)]), 2 / X),
    (node("Sub", x, constants=[(0, 1.0)]), 1 - X),
    (node("Pow", x, constants=[(1, 2.0)]), X**2),
    (node("Maximum", x, constants=[(1, 0.5)]), np.maximum(X, np.float32(0.5))),
    (node("Relu", x), np.maximum(X, 0)),
    (node("Neg", x), -X),
    (node("LeakyRelu", x, alpha={"f": 0.1}), np.where(X > 0, X, X * np.float32(0.1))),
    (node("Mean", x, constants=[(1, [1])], keep_dims=TRUE), X.mean(1, keepdims=True)),
    (node("Sum", x, constants=[(1, -1)], keep_dims={"b": False}), X.sum(-1)),
    (node("Max", x, constants=[(1, [1, 2])]), X.max((1, 2))),
    (node("Reshape", x, constants=[(1, [-1, 24])]), X.reshape(2, 24)),
    (node("ExpandDims", x, constants=[(1, -1)]), X[..., None]),
    (node("Transpose", x, constants=[(1, [0, 2, 1])]), X.transpose(0, 2, 1)),
    (node("Cast", x, DstT={"type": "DT_INT32"}), X.astype("int32")),
    (node("ConcatV2", x, y, constants=[(2, -1)]), np.concatenate([X, Y], -1)),
    (node("Pack", x, y, axis=ONE), np.stack([X, Y], 1)),
    (node("BatchMatMulV2", x, y, adj_y=TRUE, adj_x={"b": False}), X @ Y.transpose(0, 2, 1)),
    (node("StridedSlice", x, constants=[(1, [0, 0]), (2, [0, 1]), (3, [1, 1])], begin_mask=ONE,
          end_mask=ONE, shrink_axis_mask={"i": "2"}), X[:, 0]),
    (node("StridedSlice", x, constants=[(1, [0, 1]), (2, [0, -1]), (3, [1, 2])],
          ellipsis_mask=ONE, new_axis_mask={"i": 0}), X[..., 1:-1:2]),
    (node("StridedSlice", x, constants=[(1, [0, 0]), (2, [0, 0]), (3, [1, 1])],
          begin_mask=ONE, end_mask=ONE, new_axis_mask={"i": 2}), X[:, None]),
]  # fmt: skip


@pytest.mark.parametrize(("made", "expected"), NODES)
def test_a_node_of_a_graph_is_read_as_data(made, expected):
    np.testing.assert_allclose(run(made), expected, rtol=1e-6)


def test_a_layer_may_be_called_as_its_node():
    result = run(layer("AddV2", "r", [x, y], trainable=True))
    np.testing.assert_array_equal(result, X + Y)


@pytest.mark.parametrize(("made", "told"), [
    (operation("einsum", "r", ["_CONSTANT_VALUE", -1, "bij->bi", {}]),
     "class `tf.einsum` between layers cannot be imported, of which the file lacks the tensors"),
    (operation("image.transpose", "r", ["x", 0, 0, {}]), "class `tf.image.transpose`"),
    (operation("math.cumsum", "r", ["x", 0, 0, {"axis": 1, "reverse": True}]), "with `reverse`"),
    (operation("one_hot", "r", ["x", 0, 0, {"depth": 3, "axis": 1}]), "with `axis`"),
    (operation("reshape", "r", ["x", 0, 0, {"shape": [["y", 0, 0], ["y", 0, 0]]}]),
     "with a setting that is a tensor"),
    (operation("nn.bias_add", "r", ["x", 0, 0, {"bias": [1.0], "data_format": "NCHW"}]),
     "with `data_format`"),
    (operation("random.normal", "r", ["x", 0, 0, {}]), "it draws other numbers in every run"),
    (node("FFT2D", x), "class `tf.raw_ops.FFT2D`"),
    (layer("TensorFlowOpLayer", "r", [x], node_def="CgNtdWw=", constants={}), "class `tf.raw_ops`"),
])  # fmt: skip
def test_what_has_no_counterpart_is_called_what_tensorflow_calls_it(made, told):
    whole = model(source("x", [4, 6]), source("y", [4, 6]), made, ins=["x", "y"],
                  outs=[["r", 0, 0]])  # fmt: skip
    ((code, message),) = refused(whole)
    assert code == "SPC0803"
    assert told in message
