"""TensorFlow's operations between layers of tf.keras, `x + y`, as Keras 3's that mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from spec_compiler.keras.json_data import SLICE, JsonPlace, class_of

_MODULE = "keras.src.ops"


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation of Keras 3.

    Attributes:
        kind: Its class.
        operands: TensorFlow's names of its operands but the first.
        options: Its options by TensorFlow's names.
        fixed: Options that TensorFlow implies where nothing is said.
        only: TensorFlow's options and the values that change nothing.
    """

    kind: str
    operands: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])
    only: Mapping[str, tuple[object, ...]] = field(default_factory=dict[str, "tuple[object, ...]"])


_WITH_Y = ("y",)
_AXIS = {"axis": "axis"}
_REDUCED = {"axis": "axis", "keepdims": "keepdims"}
_FROM_FIRST = {"axis": 0}

_OPERATIONS: Mapping[str, _Operation] = MappingProxyType(
    {
        **{
            name: _Operation(kind, _WITH_Y)
            for name, kind in {
                "add": "Add",
                "subtract": "Subtract",
                "multiply": "Multiply",
                "pow": "Power",
                "truediv": "TrueDivide",
                "divide": "TrueDivide",
                "floordiv": "FloorDivide",
                "floor_div": "FloorDivide",
                "squared_difference": "SquaredDifference",
                "floormod": "Mod",
                "maximum": "Maximum",
                "minimum": "Minimum",
                "greater": "Greater",
                "greater_equal": "GreaterEqual",
                "less": "Less",
                "less_equal": "LessEqual",
                "equal": "Equal",
                "not_equal": "NotEqual",
                "logical_and": "LogicalAnd",
                "logical_or": "LogicalOr",
            }.items()
        },
        **{
            name: _Operation(name.title())
            for name in (
                *("exp", "log", "sqrt", "square", "sign", "sin", "cos", "tanh", "sigmoid", "erf"),
                *("floor", "ceil", "round", "softplus", "softsign", "relu", "relu6", "selu"),
                *("silu", "negative", "rsqrt", "log1p", "expm1"),
            )
        },
        "abs": _Operation("Absolute"),
        "swish": _Operation("Silu"),
        "logical_not": _Operation("LogicalNot"),
        "reciprocal": _Operation("Reciprocal"),
        "log_sigmoid": _Operation("LogSigmoid"),
        "log_softmax": _Operation("LogSoftmax", (), _AXIS, {"axis": -1}),
        **{f"{name}_like": _Operation(f"{name.title()}Like") for name in ("zeros", "ones")},
        "bias_add": _Operation("Add", ("bias",), only={"data_format": ("NHWC", "N...C")}),
        "l2_normalize": _Operation(
            "L2Normalize", (), {"axis": "axis", "epsilon": "epsilon"}, {"epsilon": 1e-12}
        ),
        **dict.fromkeys(("identity", "stop_gradient"), _Operation("Copy")),
        "elu": _Operation("Elu", fixed={"alpha": 1.0}),
        "softmax": _Operation("Softmax", (), _AXIS, {"axis": -1}),
        "leaky_relu": _Operation(
            "LeakyRelu", (), {"alpha": "negative_slope"}, {"negative_slope": 0.2}
        ),
        "gelu": _Operation("Gelu", (), {"approximate": "approximate"}, {"approximate": False}),
        **{
            f"reduce_{name}": _Operation(kind, (), _REDUCED)
            for name, kind in {
                "mean": "Mean",
                "sum": "Sum",
                "max": "Max",
                "min": "Min",
                "prod": "Prod",
                "any": "Any",
                "all": "All",
                "std": "Std",
                "variance": "Var",
                "logsumexp": "Logsumexp",
            }.items()
        },
        "argmax": _Operation("Argmax", (), _AXIS, _FROM_FIRST),
        "argmin": _Operation("Argmin", (), _AXIS, _FROM_FIRST),
        "cumsum": _Operation("Cumsum", (), _AXIS, _FROM_FIRST),
        "cumprod": _Operation("Cumprod", (), _AXIS, _FROM_FIRST),
        "reverse": _Operation("Flip", (), _AXIS),
        "repeat": _Operation("Repeat", (), {"repeats": "repeats", "axis": "axis"}),
        "broadcast_to": _Operation("BroadcastTo", (), {"shape": "shape"}),
        "pad": _Operation(
            "Pad",
            (),
            {"paddings": "pad_width"},
            only={"mode": ("CONSTANT",), "constant_values": (0, 0.0)},
        ),
        "split": _Operation(
            "Split",
            (),
            {"num_or_size_splits": "indices_or_sections", "axis": "axis"},
            _FROM_FIRST,
        ),
        "concat": _Operation("Concatenate", (), _AXIS),
        "stack": _Operation("Stack", (), _AXIS, _FROM_FIRST),
        "reshape": _Operation("Reshape", (), {"shape": "newshape"}),
        "expand_dims": _Operation("ExpandDims", (), _AXIS),
        "squeeze": _Operation("Squeeze", (), _AXIS),
        "transpose": _Operation("Transpose", (), {"perm": "axes"}),
        "cast": _Operation("Cast", (), {"dtype": "dtype"}),
        "tile": _Operation("Tile", (), {"multiples": "repeats"}),
        "clip_by_value": _Operation(
            "Clip", (), {"clip_value_min": "x_min", "clip_value_max": "x_max"}
        ),
        "matmul": _Operation("Matmul", ("b",)),
        "where": _Operation("Where", ("x", "y")),
        "gather": _Operation("Take", ("indices",), _AXIS, _FROM_FIRST),
        "one_hot": _Operation("OneHot", (), {"depth": "num_classes"}, {"axis": -1}),
    }
)
"""By the last word of TensorFlow's name: `math.add` and `__operators__.add` are `add`."""


def operation(layer: JsonPlace) -> JsonPlace:
    """A layer that calls an operation of TensorFlow once as the operation of Keras 3.

    One that has no counterpart stays as it is.
    """
    kind, nodes = class_of(layer), layer.get("inbound_nodes").items()
    if kind not in ("TFOpLambda", "SlicingOpLambda") or len(nodes) != 1:
        return layer
    args, given = nodes[0].get("args").items(), nodes[0].get("kwargs").entries()
    if kind == "SlicingOpLambda":
        key = given.get("slice_spec")
        return layer if key is None else _called(layer, "GetItem", {}, [*args, _key(key)])
    name = layer.get("config").get("function").value
    known = _OPERATIONS.get(name.rpartition(".")[2]) if isinstance(name, str) else None
    if known is None:
        return layer
    options, kind = dict(known.fixed), known.kind
    if kind == "Matmul" and given.get("transpose_b", args[0]).value is True:
        kind = "MatmulTransposed"
    for name, item in given.items():
        if name in known.options:
            options[known.options[name]] = item
        elif name == "transpose_b" and kind == "MatmulTransposed":
            continue
        elif name not in (*known.operands, "name") and item.value not in (
            *(None, False),
            *known.only.get(name, ()),
        ):
            return layer
    operands = [given[name] for name in known.operands if name in given]
    return _called(layer, kind, options, [*args, *operands])


def _called(
    layer: JsonPlace, kind: str, options: dict[str, object], args: list[JsonPlace]
) -> JsonPlace:
    config = layer.get("config")
    named = {"name": config.get("name"), **options}
    return layer.with_(
        class_name=kind,
        module=_MODULE,
        registered_name=None,
        config=JsonPlace(named, config.path),
        inbound_nodes=[{"args": args, "kwargs": JsonPlace({}, config.path)}],
    )


def _key(place: JsonPlace) -> JsonPlace:
    """What stands between the brackets; slices are mappings."""
    if class_of(place) == "__tuple__":
        place = place.get("items")
    if not isinstance(place.value, list):
        return place
    items = [
        JsonPlace({"class_name": SLICE, "config": item}, item.path)
        if isinstance(item.value, dict) and not item.has("class_name")
        else item
        for item in place.items()
    ]
    return JsonPlace(items, place.path)
