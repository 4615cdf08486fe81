"""The functions of TensorFlow that Keras 3, or a Lambda's expressions, have a counterpart of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from spec_compiler.records import record


@record
class Operation:
    """An operation of Keras 3, or of TensorFlow.

    Attributes:
        kind: Its class.
        operands: TensorFlow's names of its operands but the first.
        options: Its options by TensorFlow's names.
        fixed: Options that TensorFlow implies where nothing is said.
        only: Values of other options that say nothing.
    """

    kind: str
    operands: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])
    only: Mapping[str, tuple[object, ...]] = field(default_factory=dict[str, "tuple[object, ...]"])


_WITH_Y = ("y",)
_AXIS = {"axis": "axis"}
_REDUCED = {"axis": "axis", "keepdims": "keepdims"}

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        **{
            name: Operation(kind, _WITH_Y)
            for name, kind in {
                "add": "Add",
                "subtract": "Subtract",
                "multiply": "Multiply",
                "pow": "Power",
                "truediv": "TrueDivide",
                "divide": "TrueDivide",
                "floordiv": "FloorDivide",
                "floor_div": "FloorDivide",
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
                "mod": "Mod",
                "squared_difference": "SquaredDifference",
            }.items()
        },
        **{
            name: Operation(name.capitalize())
            for name in (
                *("exp", "log", "sqrt", "square", "sign", "sin", "cos", "tanh", "sigmoid", "erf"),
                *("floor", "ceil", "round", "softplus", "softsign", "relu", "relu6", "selu"),
                *(
                    "silu",
                    "negative",
                    "rsqrt",
                    "log1p",
                    "expm1",
                    "tan",
                    "sinh",
                    "cosh",
                    "reciprocal",
                ),
            )
        },
        **{
            name: Operation(kind)
            for name, kind in {
                "abs": "Absolute",
                "asin": "Arcsin",
                "acos": "Arccos",
                "atan": "Arctan",
                "is_nan": "Isnan",
                "is_finite": "Isfinite",
                "is_inf": "Isinf",
                "log_sigmoid": "LogSigmoid",
            }.items()
        },
        "eq": Operation("Equal", ("other",)),
        "ne": Operation("NotEqual", ("other",)),
        "atan2": Operation("Arctan2", ("x",)),
        "swish": Operation("Silu", only={"beta": (1, 1.0)}),
        "logical_not": Operation("LogicalNot"),
        **dict.fromkeys(("identity", "stop_gradient"), Operation("Copy")),
        "elu": Operation("Elu", fixed={"alpha": 1.0}),
        "softmax": Operation("Softmax", (), _AXIS, {"axis": -1}),
        "leaky_relu": Operation(
            "LeakyRelu", (), {"alpha": "negative_slope"}, {"negative_slope": 0.2}
        ),
        "gelu": Operation("Gelu", (), {"approximate": "approximate"}, {"approximate": False}),
        **{
            f"reduce_{name}": Operation(kind, (), _REDUCED)
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
        "argmax": Operation("Argmax", (), _AXIS, {"axis": 0}),
        "argmin": Operation("Argmin", (), _AXIS, {"axis": 0}),
        "cumsum": Operation("Cumsum", (), _AXIS, {"axis": 0}),
        "cumprod": Operation("Cumprod", (), _AXIS, {"axis": 0}),
        "concat": Operation("Concatenate", (), _AXIS),
        "stack": Operation("Stack", (), _AXIS, {"axis": 0}),
        "unstack": Operation("Unstack", (), {**_AXIS, "num": "num"}, {"axis": 0}),
        "split": Operation(
            "Split", (), {"num_or_size_splits": "indices_or_sections", **_AXIS}, {"axis": 0}
        ),
        "reshape": Operation("Reshape", (), {"shape": "newshape"}),
        "broadcast_to": Operation("BroadcastTo", (), {"shape": "shape"}),
        "shape": Operation("Shape", only={"out_type": ("int32", "int64")}),
        "expand_dims": Operation("ExpandDims", (), _AXIS),
        "squeeze": Operation("Squeeze", (), _AXIS),
        "transpose": Operation("Transpose", (), {"perm": "axes"}),
        "reverse": Operation("Flip", (), _AXIS),
        "roll": Operation("Roll", (), {"shift": "shift", **_AXIS}),
        "sort": Operation("Sort", (), _AXIS, {"axis": -1}, {"direction": ("ASCENDING",)}),
        "argsort": Operation("Argsort", (), _AXIS, {"axis": -1}, {"direction": ("ASCENDING",)}),
        "cast": Operation("Cast", (), {"dtype": "dtype"}),
        "tile": Operation("Tile", (), {"multiples": "repeats"}),
        "repeat": Operation("Repeat", (), {"repeats": "repeats", **_AXIS}),
        "zeros_like": Operation("ZerosLike", (), {"dtype": "dtype"}, only={"optimize": (True,)}),
        "ones_like": Operation("OnesLike", (), {"dtype": "dtype"}, only={"optimize": (True,)}),
        "clip_by_value": Operation(
            "Clip", (), {"clip_value_min": "x_min", "clip_value_max": "x_max"}
        ),
        "norm": Operation("Norm", (), _REDUCED, only={"ord": ("euclidean", 2)}),
        "l2_normalize": Operation(
            "L2Normalize", (), {**_AXIS, "epsilon": "epsilon"}, {"axis": None, "epsilon": 1e-12}
        ),
        "log_softmax": Operation("LogSoftmax", (), _AXIS, {"axis": -1}),
        "matrix_transpose": Operation("Swapaxes", fixed={"axis1": -2, "axis2": -1}),
        "add_n": Operation("AddN"),
        "matmul": Operation("Matmul", ("b",), {"transpose_a": "a", "transpose_b": "b"}),
        "bias_add": Operation("Add", ("bias",), only={"data_format": ("NHWC", "channels_last")}),
        "pad": Operation(
            "Pad", (), {"paddings": "pad_width", "mode": "mode", "constant_values": "value"}
        ),
        "depth_to_space": Operation(
            "DepthToSpace", (), {"block_size": "block"}, only={"data_format": ("NHWC",)}
        ),
        "space_to_depth": Operation(
            "SpaceToDepth", (), {"block_size": "block"}, only={"data_format": ("NHWC",)}
        ),
        "where": Operation("Where", ("x", "y")),
        "gather": Operation("Take", ("indices",), _AXIS, {"axis": 0}, {"batch_dims": (0,)}),
        "top_k": Operation("TopK", (), {"k": "k"}, {"k": 1}, {"sorted": (True,)}),
        "one_hot": Operation(
            "OneHot",
            (),
            {"depth": "num_classes", "dtype": "dtype"},
            {"axis": -1},
            {"axis": (-1,), "on_value": (1, 1.0), "off_value": (0, 0.0)},
        ),
    }
)
"""By the last word of TensorFlow's name: `math.add` and `__operators__.add` are `add`."""
