"""A network as an ONNX graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper
from workloads.network import Array, Layer, Network

OPSET, IR = 20, 10
ACTIVATIONS = {
    "relu": "Relu",
    "gelu": "Gelu",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "softmax": "Softmax",
}


class Graph:
    """Nodes and constants as they are added; each operation returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.channels_first: set[str] = set()

    def constant(self, array: Any) -> str:
        """The name of a constant."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def integers(self, *numbers: int) -> str:
        """A constant list of whole numbers: axes, shapes."""
        return self.constant(np.array(numbers, "i8"))

    def add(self, op: str, *inputs: str, results: int = 1, wanted: int = 0, **settings: Any) -> str:
        """An operation; of several results the wanted one."""
        names = [f"t{len(self.nodes)}_{i}" if i == wanted else "" for i in range(results)]
        self.nodes.append(helper.make_node(op, list(inputs), names, **settings))
        return names[wanted]

    def activated(self, activation: str | None, x: str) -> str:
        """A value after an activation."""
        if activation == "relu6":
            return self.add("Clip", x, self.constant(np.float32(0)), self.constant(np.float32(6)))
        return self.add(ACTIVATIONS[activation], x) if activation else x

    def turned(self, x: str, axes: int) -> str:
        """A value with the channels first, as ONNX has them; it stays so from layer to layer."""
        if x in self.channels_first:
            return x
        return self.add("Transpose", x, perm=[0, axes + 1, *range(1, axes + 1)])


def dense(g: Graph, layer: Layer, x: str, ranks: dict[str, int]) -> str:
    kernel, bias = (g.constant(layer.weights[name]) for name in ("kernel", "bias"))
    if ranks[layer.takes[0]] == 2:
        made = g.add("Gemm", x, kernel, bias)
    else:
        made = g.add("Add", g.add("MatMul", x, kernel), bias)
    return g.activated(layer.settings.get("activation"), made)


def mask(g: Graph, layer: Layer, x: str) -> str:
    if layer.settings["axis"] is None:
        return g.add("Not", g.add("Equal", x, g.constant(np.array(0, "i4"))))
    held = g.add("Not", g.add("Equal", x, g.constant(np.float32(0))))
    floats = g.add("Cast", held, to=TensorProto.FLOAT)
    most = g.add("ReduceMax", floats, g.integers(-1), keepdims=0)
    return g.add("Cast", most, to=TensorProto.BOOL)


def average_steps(g: Graph, layer: Layer, x: str, *kept: str) -> str:
    steps = g.integers(1)
    if not kept:
        return g.add("ReduceMean", x, steps, keepdims=0)
    each = g.add("Unsqueeze", g.add("Cast", kept[0], to=TensorProto.FLOAT), g.integers(2))
    total = g.add("ReduceSum", g.add("Mul", x, each), steps, keepdims=0)
    return g.add("Div", total, g.add("ReduceSum", each, steps, keepdims=0))


# ONNX's gates of an LSTM are input, output, forget, candidate; Keras's begin with input, forget,
# candidate. Those of a GRU are the same.
RECURRENT = {"LSTM": ("LSTM", (0, 3, 1, 2)), "GRU": ("GRU", (0, 1, 2)), "SimpleRNN": ("RNN", (0,))}


def recurrent(g: Graph, layer: Layer, x: str, *kept: str) -> str:
    both = layer.type == "Bidirectional"
    kind = layer.settings["layer"]["type"] if both else layer.type
    op, order = RECURRENT[kind]

    def gates(array: Array) -> Array:
        parts = np.split(array, len(order), axis=-1)
        return np.concatenate([parts[gate] for gate in order], axis=-1)

    def stacked(name: str, turn: Callable[[Array], Array]) -> str:
        prefixes = ("forward_layer.", "backward_layer.") if both else ("",)
        return g.constant(np.stack([turn(layer.weights[prefix + name]) for prefix in prefixes]))

    def two_biases(array: Array) -> Array:
        rows = np.atleast_2d(array)
        return gates(rows if len(rows) == 2 else np.stack([rows[0], 0 * rows[0]])).reshape(-1)

    kernel = stacked("kernel", lambda w: gates(w).T)
    again = stacked("recurrent_kernel", lambda w: gates(w).T)
    units = (layer.settings["layer"] if both else layer.settings)["units"]
    settings = {"linear_before_reset": 1} if kind == "GRU" else {}
    settings |= {"direction": "bidirectional"} if both else {}
    lengths = ""
    if kept:
        whole = g.add("Cast", kept[0], to=TensorProto.INT32)
        lengths = g.add("ReduceSum", whole, g.integers(1), keepdims=0)
    steps_first = g.add("Transpose", x, perm=[1, 0, 2])
    inputs = (steps_first, kernel, again, stacked("bias", two_biases), lengths)
    state = g.add(op, *inputs, results=2, wanted=1, hidden_size=units, **settings)
    if not both:
        return g.add("Squeeze", state, g.integers(0))
    return g.add("Reshape", g.add("Transpose", state, perm=[1, 0, 2]), g.integers(0, 2 * units))


def attention(g: Graph, layer: Layer, x: str, _: str, *kept: str) -> str:
    width, heads, each = layer.weights["query.kernel"].shape

    def projected(name: str, order: list[int]) -> str:
        kernel = g.constant(layer.weights[f"{name}.kernel"].reshape(width, -1))
        bias = g.constant(layer.weights[f"{name}.bias"].reshape(-1))
        made = g.add("Add", g.add("MatMul", x, kernel), bias)
        return g.add("Transpose", g.add("Reshape", made, g.integers(0, 0, heads, each)), perm=order)

    q, v = (projected(name, [0, 2, 1, 3]) for name in ("query", "value"))
    scores = g.add("MatMul", q, projected("key", [0, 2, 3, 1]))
    scores = g.add("Div", scores, g.constant(np.sqrt(np.float32(each))))
    if kept:
        allowed, hidden = g.constant(np.float32(0)), g.constant(np.float32(-1e9))
        added = g.add("Where", kept[0], allowed, hidden)
        scores = g.add("Add", scores, g.add("Unsqueeze", added, g.integers(1, 2)))
    if layer.settings.get("use_causal_mask"):
        shape = g.add("Shape", x, start=1, end=2)
        square = g.add(
            "Expand", g.constant(np.array([[-1e9]], "f")), g.add("Concat", shape, shape, axis=0)
        )
        scores = g.add("Add", scores, g.add("Trilu", square, g.constant(np.int64(1)), upper=1))
    read = g.add("MatMul", g.add("Softmax", scores, axis=-1), v)
    read = g.add("Transpose", read, perm=[0, 2, 1, 3])
    read = g.add("Reshape", read, g.integers(0, 0, heads * each))
    out = g.constant(layer.weights["attention_output.kernel"].reshape(-1, width))
    return g.add(
        "Add", g.add("MatMul", read, out), g.constant(layer.weights["attention_output.bias"])
    )


def layer_norm(g: Graph, layer: Layer, x: str) -> str:
    gamma, beta = (g.constant(layer.weights[name]) for name in ("gamma", "beta"))
    epsilon = layer.settings["epsilon"]
    return g.add("LayerNormalization", x, gamma, beta, axis=-1, epsilon=epsilon)


def conv(g: Graph, layer: Layer, x: str) -> str:
    kernel = layer.weights["kernel"]
    axes = kernel.ndim - 2
    deep = layer.type == "DepthwiseConv2D"
    last = (axes, axes + 1) if deep else (axes + 1, axes)
    inputs = [g.turned(x, axes), g.constant(kernel.transpose(*last, *range(axes)))]
    if "bias" in layer.weights:
        inputs.append(g.constant(layer.weights["bias"]))
    settings: dict[str, Any] = {"strides": [layer.settings.get("strides", 1)] * axes}
    settings |= {"group": kernel.shape[axes]} if deep else {}
    made = g.add("Conv", *inputs, auto_pad="SAME_UPPER", **settings)
    return g.activated(layer.settings.get("activation"), made)


def batch_norm(g: Graph, layer: Layer, x: str) -> str:
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    inputs = [g.constant(layer.weights[name]) for name in names]
    return g.add("BatchNormalization", x, *inputs, epsilon=1e-3)


def unit_norm(g: Graph, layer: Layer, x: str) -> str:
    squares = g.add("ReduceSum", g.add("Mul", x, x), g.integers(-1), keepdims=1)
    return g.add("Div", x, g.add("Sqrt", squares))


def einsum(g: Graph, layer: Layer, *inputs: str) -> str:
    kernels = [g.constant(array) for array in layer.weights.values()]
    return g.add("Einsum", *inputs, *kernels, equation=layer.settings["equation"])


LAYERS: dict[str, Callable[..., str]] = {
    "Activation": lambda g, layer, x: g.activated(layer.settings["activation"], x),
    "Add": lambda g, layer, *values: g.add("Sum" if len(values) > 2 else "Add", *values),
    "BatchNormalization": batch_norm,
    "Bidirectional": recurrent,
    "Conv1D": conv,
    "Conv2D": conv,
    "DepthwiseConv2D": conv,
    "Einsum": einsum,
    "EinsumDense": einsum,
    "Embedding": lambda g, layer, x: g.add("Gather", g.constant(layer.weights["embeddings"]), x),
    "GRU": recurrent,
    "GlobalAveragePooling1D": average_steps,
    "GlobalAveragePooling2D": lambda g, layer, x: g.add(
        "ReduceMean", x, g.integers(2, 3), keepdims=0
    ),
    "GlobalMaxPooling1D": lambda g, layer, x: g.add("ReduceMax", x, g.integers(2), keepdims=0),
    "LSTM": recurrent,
    "LayerNormalization": layer_norm,
    "Mask": mask,
    "Masking": lambda g, layer, x: g.add("Identity", x),  # what is masked is 0 already
    "MultiHeadAttention": attention,
    "SimpleRNN": recurrent,
    "UnitNormalization": unit_norm,
}
POOLED = ("GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalAveragePooling1D")
CONVOLUTIONS = ("Conv1D", "Conv2D", "DepthwiseConv2D")
TYPES = {"float32": TensorProto.FLOAT, "int32": TensorProto.INT32}


def model_bytes(network: Network, any_batch: bool = False) -> bytes:
    """The model as ONNX's own bytes, with sizes in numbers; with `any_batch` the first is free."""
    g = Graph()
    names = {name: name for name in network.feeds}
    ranks = {name: feed.array.ndim for name, feed in network.feeds.items()}
    for layer in network.layers:
        read = [names[value] for value in layer.reads]
        if layer.type == "Dense":
            made = dense(g, layer, read[0], ranks)
        else:
            made = LAYERS[layer.type](g, layer, *read)
        pooled = layer.type in (*POOLED, *RECURRENT, "Bidirectional")
        ranks[layer.name] = 2 if pooled else ranks[layer.takes[0]] + (layer.type == "Embedding")
        if layer.type in CONVOLUTIONS or (not pooled and read[0] in g.channels_first):
            g.channels_first.add(made)
        names[layer.name] = made
    inputs = [
        helper.make_tensor_value_info(
            name,
            TYPES[str(feed.array.dtype)],
            ["rows" if any_batch else len(feed.array), *feed.array.shape[1:]],
        )
        for name, feed in network.feeds.items()
    ]
    output = helper.make_tensor_value_info(names[network.output], TensorProto.FLOAT, None)
    graph = helper.make_graph(g.nodes, "network", inputs, [output], g.constants)
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR).SerializeToString()
