"""The nodes of TensorFlow's graphs that tf.keras 2.0 to 2.3 wrote, as calls of its functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from spec_compiler.keras.json_data import ELLIPSIS, SLICE, JsonPlace
from spec_compiler.records import record

_LARGEST = 100_000
"""Characters of a node that is written as text; nodes have some hundred."""


@record
class Call:
    """A call of a function of TensorFlow.

    Attributes:
        function: Its name.
        args: What it is given without names.
        kwargs: What it is given by names.
    """

    function: str
    args: list[JsonPlace]
    kwargs: dict[str, JsonPlace]


@record
class _Node:
    """What a node is.

    Attributes:
        function: The function of TensorFlow.
        inputs: The names of its inputs behind the first, in order; empty for one without.
        attributes: What its attributes are called by the function.
    """

    function: str
    inputs: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])


_REDUCED = {"keep_dims": "keepdims"}
_ALONE = (
    *("Relu", "Relu6", "Sigmoid", "Tanh", "Sqrt", "Rsqrt", "Square", "Exp", "Log", "Abs", "Sign"),
    *("Floor", "Ceil", "Round", "Softplus", "Softsign", "Elu", "Selu", "Log1p", "Expm1", "Sin"),
    *("Cos", "Erf", "Softmax", "Identity", "Reciprocal", "Tan", "Sinh", "Cosh"),
)
_TWO: Mapping[str, str] = {
    **{name: name.lower() for name in ("Maximum", "Minimum", "Pow", "Greater", "Less")},
    "Mul": "multiply",
    "Add": "add",
    "AddV2": "add",
    "Sub": "subtract",
    "Equal": "equal",
    "RealDiv": "truediv",
    "FloorDiv": "floordiv",
    "FloorMod": "floormod",
    "GreaterEqual": "greater_equal",
    "LessEqual": "less_equal",
    "NotEqual": "not_equal",
    "LogicalAnd": "logical_and",
    "LogicalOr": "logical_or",
    "SquaredDifference": "squared_difference",
}
_NODES: Mapping[str, _Node] = MappingProxyType(
    {
        **{kind: _Node(kind.lower()) for kind in _ALONE},
        **{kind: _Node(function, ("y",)) for kind, function in _TWO.items()},
        **{
            kind: _Node(f"reduce_{kind.lower()}", ("axis",), _REDUCED)
            for kind in ("Mean", "Sum", "Max", "Min", "Prod", "Any", "All")
        },
        "Neg": _Node("negative"),
        "Rint": _Node("round"),
        "Inv": _Node("reciprocal"),
        "LogSoftmax": _Node("log_softmax"),
        "LogicalNot": _Node("logical_not"),
        "StopGradient": _Node("stop_gradient"),
        "LeakyRelu": _Node("leaky_relu", (), {"alpha": "alpha"}),
        "BiasAdd": _Node("bias_add", ("bias",), {"data_format": "data_format"}),
        "Reshape": _Node("reshape", ("shape",)),
        "ExpandDims": _Node("expand_dims", ("axis",)),
        "Squeeze": _Node("squeeze", (), {"squeeze_dims": "axis"}),
        "Cast": _Node("cast", (), {"DstT": "dtype"}),
        "Transpose": _Node("transpose", ("perm",)),
        "Tile": _Node("tile", ("multiples",)),
        "Pad": _Node("pad", ("paddings",)),
        "PadV2": _Node("pad", ("paddings", "constant_values")),
        "ArgMax": _Node("argmax", ("axis",)),
        "Cumsum": _Node("cumsum", ("axis",), {"exclusive": "exclusive", "reverse": "reverse"}),
        "ClipByValue": _Node("clip_by_value", ("clip_value_min", "clip_value_max")),
        "MatMul": _Node("matmul", ("b",), {"transpose_a": "transpose_a",
                                           "transpose_b": "transpose_b"}),
        **dict.fromkeys(
            ("BatchMatMul", "BatchMatMulV2"),
            _Node("matmul", ("b",), {"adj_x": "transpose_a", "adj_y": "transpose_b"}),
        ),
        "SelectV2": _Node("where", ("x", "y")),
        "GatherV2": _Node("gather", ("indices", "axis"), {"batch_dims": "batch_dims"}),
        "DepthToSpace": _Node("depth_to_space", (), {"block_size": "block_size",
                                                    "data_format": "data_format"}),
        "SpaceToDepth": _Node("space_to_depth", (), {"block_size": "block_size",
                                                    "data_format": "data_format"}),
        "Unpack": _Node("unstack", (), {"num": "num", "axis": "axis"}),
    }
)  # fmt: skip
"""What has an input of its own for each operand; what joins many is written below."""
_DTYPES: Mapping[str, str] = {
    "DT_FLOAT": "float32",
    "DT_DOUBLE": "float64",
    "DT_HALF": "float16",
    "DT_INT32": "int32",
    "DT_INT64": "int64",
    "DT_BOOL": "bool",
    "DT_UINT8": "uint8",
    "DT_BFLOAT16": "bfloat16",
    "DT_INT8": "int8",
    "DT_INT16": "int16",
}


def call_of(layer: JsonPlace, given: list[JsonPlace]) -> Call | None:
    """What a layer `TensorFlowOpLayer` calls; None for a node that is not known.

    Args:
        layer: The layer.
        given: The tensors that it is called with.
    """
    config = layer.get("config")
    node = _node(config.get("node_def"))
    if node is None or not isinstance(node.get("op").value, str):
        return None
    kind, inputs = node.get("op").text(), _inputs(given, config.get("constants"))
    held = node.get("attr")
    attributes = held.entries() if isinstance(held.value, dict) else {}
    values = {name: _value(item) for name, item in attributes.items()}
    if inputs is None:
        return None
    if kind == "StridedSlice" and len(inputs) == 4:
        key = _index(inputs, values)
        return None if key is None else Call("getitem", inputs[:1], {"slice_spec": key})
    if kind in ("ConcatV2", "Pack") and inputs:
        axis = inputs.pop() if kind == "ConcatV2" else values.get("axis", JsonPlace(0))
        joined = JsonPlace(inputs, layer.path)
        return Call("stack" if kind == "Pack" else "concat", [joined], {"axis": axis})
    known = _NODES.get(kind)
    if known is None or len(inputs) != len(known.inputs) + 1:
        return None
    named = dict(zip(known.inputs, inputs[1:], strict=True))
    options = {
        known.attributes[name]: it for name, it in values.items() if name in known.attributes
    }
    if kind == "Squeeze" and options.get("axis", JsonPlace(None)).value == []:
        del options["axis"]
    return Call(known.function, inputs[:1], {**named, **options})


def by_class(kind: str, given: list[JsonPlace]) -> Call | None:
    """What a layer calls of which the class is a node's kind, and which is given tensors alone."""
    known = _NODES.get(kind)
    if known is None or known.attributes or len(given) != len(known.inputs) + 1:
        return None
    return Call(known.function, given[:1], dict(zip(known.inputs, given[1:], strict=True)))


def _node(place: JsonPlace) -> JsonPlace | None:
    """A node as data; it may be written as the text of that."""
    if isinstance(place.value, str) and len(place.value) <= _LARGEST:
        try:
            place = JsonPlace(json.loads(place.value), place.path)
        except (ValueError, RecursionError):
            return None
    return place if isinstance(place.value, dict) else None


def _inputs(given: list[JsonPlace], constants: JsonPlace) -> list[JsonPlace] | None:
    """All inputs in order: constants stand at their numbers, and tensors at all others."""
    if not isinstance(constants.value, dict):
        return list(given)
    held, inputs, tensors = constants.entries(), list[JsonPlace](), iter(given)
    for index in range(len(given) + len(held)):
        found = held.get(str(index)) or next(tensors, None)
        if found is None:
            return None
        inputs.append(found)
    return inputs


def _value(place: JsonPlace) -> JsonPlace:
    """An attribute's value: `{"i": "1"}`, `{"b": true}`, `{"type": "DT_FLOAT"}`, lists of them."""
    if not isinstance(place.value, dict):
        return place
    for kind, item in place.entries().items():
        match kind:
            case "i":
                return _whole(item)
            case "type":
                return JsonPlace(_DTYPES.get(str(item.value), item.value), item.path)
            case "s":
                return JsonPlace(_TEXTS.get(str(item.value), item.value), item.path)
            case "list" if isinstance(item.value, dict):
                whole = item.get("i")
                listed = whole.items() if isinstance(whole.value, list) else []
                return JsonPlace([_whole(it).value for it in listed], item.path)
            case _:
                return item
    return place


_TEXTS: Mapping[str, str] = {"TkhXQw==": "NHWC", "TkNIVw==": "NCHW"}
"""Texts as JSON has them of bytes."""


def _whole(place: JsonPlace) -> JsonPlace:
    """A whole number, which JSON may have as text."""
    text = place.value
    if isinstance(text, str) and len(text) < 20 and text.lstrip("-").isdecimal():
        return JsonPlace(int(text), place.path)
    return place


def _index(inputs: list[JsonPlace], values: Mapping[str, JsonPlace]) -> JsonPlace | None:
    """What stands between the brackets; the bits of each mask are for an axis each."""
    bounds = [[it.value for it in place.items()] if isinstance(place.value, list) else []
              for place in inputs[1:]]  # fmt: skip
    if len({len(bound) for bound in bounds}) != 1:
        return None

    def has(mask: str, at: int) -> bool:
        bits = values.get(f"{mask}_mask", JsonPlace(0)).value
        return isinstance(bits, int) and bool(bits >> at & 1)

    keys: list[object] = []
    for at, (start, stop, step) in enumerate(zip(*bounds, strict=True)):
        if has("ellipsis", at):
            keys.append({"class_name": ELLIPSIS, "config": {}})
        elif has("new_axis", at):
            keys.append(None)
        elif has("shrink_axis", at):
            keys.append(start)
        else:
            ends = (None if has("begin", at) else start, None if has("end", at) else stop)
            cut = {"start": ends[0], "stop": ends[1], "step": None if step == 1 else step}
            keys.append({"class_name": SLICE, "config": cut})
    return JsonPlace(keys, inputs[1].path)
