"""Operations of Keras 3 and what an expression of `Lambda` has for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from spec_compiler.keras.inner_layers import snake_case
from spec_compiler.records import record
from spec_compiler.source.node import Plain


@record
class Row:
    """How an operation is written in an expression.

    Attributes:
        text: The expression; `{0}` is the first operand, `{axis}` an option. A name alone is a
            function that has the operands and options as arguments.
        operands: The parameters of Keras's `call`.
        options: The names that the function has for options of Keras.
        only: Options and their only value that can be written.
    """

    text: str
    operands: tuple[str, ...] = ("x",)
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    only: Mapping[str, Plain] = field(default_factory=dict[str, Plain])


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_TWO = ("x1", "x2")
_BITS = ("x", "y")
_REDUCED = _same("axis", "keepdims")

_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "Add": "+",
        "Subtract": "-",
        "Multiply": "*",
        "Divide": "/",
        "TrueDivide": "/",
        "FloorDivide": "//",
        "Mod": "%",
        "Power": "**",
        "Matmul": "@",
        "Greater": ">",
        "GreaterEqual": ">=",
        "Less": "<",
        "LessEqual": "<=",
        "Equal": "==",
        "NotEqual": "!=",
        "LogicalAnd": "and",
        "LogicalOr": "or",
    }
)
_UNARY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("Absolute", "Abs"), "abs"),
        **{f"Arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{
            name.capitalize(): name
            for name in (
                *("sign", "square", "floor", "ceil", "exp", "expm1", "log", "log1p", "sqrt"),
                *("rsqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf"),
                *("isnan", "isfinite", "relu", "relu6", "sigmoid", "softplus", "softsign", "silu"),
                "selu",
            )
        },
        "SparseSigmoid": "sparse_sigmoid",
        "SparsePlus": "sparse_plus",
        "LogSigmoid": "log_sigmoid",
        "HardSigmoid": "hard_sigmoid",
        "HardSilu": "hard_silu",
        "TanhShrink": "tanh_shrink",
        "HardTanh": "hard_tanh",
        "Negative": "-{0}",
        "LogicalNot": "not {0}",
        "Reciprocal": "1 / {0}",
        "Log2": "log({0}) / log(2)",
        "Log10": "log({0}) / log(10)",
        "Isinf": "abs({0}) == inf",
        "Copy": "{0}",
    }
)
ROWS: Mapping[str, Row] = MappingProxyType(
    {
        **{kind: Row(f"{{0}} {sign} {{1}}", _TWO) for kind, sign in _SIGNS.items()},
        **{kind: Row(text) for kind, text in _UNARY.items()},
        **{kind: Row(kind.lower(), _TWO) for kind in ("Maximum", "Minimum", "Fmod")},
        **{
            kind: Row(kind.lower(), options=_REDUCED)
            for kind in ("Any", "All", "Mean", "Var", "Std", "Logsumexp", "Sum", "Argmax", "Argmin")
        },
        **{kind: Row(kind.lower(), options=_REDUCED) for kind in ("Max", "Min", "Prod")},
        **{f"A{kind}": Row(kind, options=_REDUCED) for kind in ("max", "min")},
        **{kind: Row(kind.lower(), options=_same("axis")) for kind in ("Cumsum", "Cumprod")},
        **{kind: Row(kind.lower(), options=_same("axis")) for kind in ("Sort", "Argsort")},
        "Arctan2": Row("atan2", _TWO),
        "BitwiseAnd": Row("bit_and", _BITS),
        "BitwiseOr": Row("bit_or", _BITS),
        "BitwiseXor": Row("bit_xor", _BITS),
        "Round": Row("round", only={"decimals": 0}),
        "Clip": Row("clip({0}, {x_min}, {x_max})", options=_same("x_min", "x_max")),
        "Where": Row("where", ("condition", "x1", "x2")),
        "Cast": Row("cast({0}, {dtype})", options=_same("dtype")),
        "StopGradient": Row("{0}", ("variable",)),
        "Softmax": Row("softmax", options=_same("axis")),
        "LogSoftmax": Row("log_softmax", options=_same("axis")),
        "LeakyRelu": Row("leaky_relu", options=_same("negative_slope")),
        "Elu": Row("elu", options=_same("alpha")),
        "Celu": Row("celu", options=_same("alpha")),
        "Gelu": Row("gelu", options=_same("approximate")),
        "Glu": Row("glu", options=_same("axis")),
        "HardShrink": Row("hard_shrink", options=_same("threshold")),
        "SoftShrink": Row("soft_shrink", options=_same("threshold")),
        "Squareplus": Row("squareplus", options=_same("b")),
        "Threshold": Row("threshold", options=_same("threshold", "default_value")),
        "Reshape": Row("reshape({0}, {newshape})", options=_same("newshape")),
        "BroadcastTo": Row("broadcast_to({0}, {shape})", options=_same("shape")),
        "Transpose": Row("transpose", options=_same("axes")),
        "Swapaxes": Row("swapaxes", options=_same("axis1", "axis2")),
        "ExpandDims": Row("expand", options=_same("axis")),
        "Squeeze": Row("squeeze", options=_same("axis")),
        "Tile": Row("tile", options=_same("repeats")),
        "Repeat": Row("repeat", options=_same("repeats", "axis")),
        "Flip": Row("flip", options=_same("axis")),
        "Roll": Row("roll", options=_same("shift", "axis")),
        "Tril": Row("tril", options=_same("k")),
        "Triu": Row("triu", options=_same("k")),
        "ZerosLike": Row("zeros_like", options=_same("dtype")),
        "OnesLike": Row("ones_like", options=_same("dtype")),
        "Norm": Row("norm", options=_REDUCED),
        "Pad": Row("pad({0}, {pad_width})", options=_same("pad_width"), only={"mode": "constant"}),
        "Take": Row("gather", ("x", "indices"), _same("axis")),
        "TakeAlongAxis": Row("take_along_axis", ("x", "indices"), _same("axis")),
        "Stack": Row("stack", options=_same("axis")),
        "Concatenate": Row("concat", ("xs",), options=_same("axis")),
        "OneHot": Row(
            "one_hot", options={"num_classes": "classes", "dtype": "dtype"}, only={"axis": -1}
        ),
    }
)
"""The operations by class; what has no row means something else there, or cannot be said."""
NAMED: Mapping[str, str] = MappingProxyType(
    {
        snake_case(kind): kind
        for kind, row in ROWS.items()
        if row.operands == ("x",) and not row.options and not row.only
    }
)
"""Operations on one tensor by their functions' names, which mean one thing in mathematics."""
