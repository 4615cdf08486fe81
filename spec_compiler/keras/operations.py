"""Operations of Keras between layers, `x + y` or `keras.ops.mean`, as a spec says them.

Two tensors of one rank that are added are the layer `Add`; everything else is an expression of
`Lambda`. An operation whose parameters or options mean something else there has no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isinf, isnan
from types import MappingProxyType

from spec_compiler.keras.json_data import ELLIPSIS, SLICE
from spec_compiler.keras.model import History, KerasCall, Nest, Part
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Plain

_MOST_PARTS = 100
_TEXT = re.compile(r"[A-Za-z0-9_.,>\- ]*")


@dataclass(frozen=True, slots=True)
class Written:
    """What a spec has for an operation.

    Attributes:
        layer: Its type.
        arguments: Its arguments.
        feeds: What feeds it: a list, or by the names that an expression has for them.
    """

    layer: str
    arguments: dict[str, Plain]
    feeds: Mapping[str, History] | tuple[History, ...]


@dataclass(frozen=True, slots=True)
class _Row:
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
            name.title(): name
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
_ROWS: Mapping[str, _Row] = MappingProxyType(
    {
        **{kind: _Row(f"{{0}} {sign} {{1}}", _TWO) for kind, sign in _SIGNS.items()},
        **{kind: _Row(text) for kind, text in _UNARY.items()},
        **{kind: _Row(kind.lower(), _TWO) for kind in ("Maximum", "Minimum", "Fmod")},
        **{
            kind: _Row(kind.lower(), options=_REDUCED)
            for kind in ("Any", "All", "Mean", "Var", "Std", "Logsumexp", "Sum", "Argmax", "Argmin")
        },
        **{kind: _Row(kind.lower(), options=_REDUCED) for kind in ("Max", "Min", "Prod")},
        **{f"A{kind}": _Row(kind, options=_REDUCED) for kind in ("max", "min")},
        **{kind: _Row(kind.lower(), options=_same("axis")) for kind in ("Cumsum", "Cumprod")},
        **{kind: _Row(kind.lower(), options=_same("axis")) for kind in ("Sort", "Argsort")},
        "Arctan2": _Row("atan2", _TWO),
        "BitwiseAnd": _Row("bit_and", _BITS),
        "BitwiseOr": _Row("bit_or", _BITS),
        "BitwiseXor": _Row("bit_xor", _BITS),
        "Round": _Row("round", only={"decimals": 0}),
        "Clip": _Row("clip({0}, {x_min}, {x_max})", options=_same("x_min", "x_max")),
        "Where": _Row("where", ("condition", "x1", "x2")),
        "Cast": _Row("cast({0}, {dtype})", options=_same("dtype")),
        "StopGradient": _Row("{0}", ("variable",)),
        "Softmax": _Row("softmax", options=_same("axis")),
        "LogSoftmax": _Row("log_softmax", options=_same("axis")),
        "LeakyRelu": _Row("leaky_relu", options=_same("negative_slope")),
        "Elu": _Row("elu", options=_same("alpha")),
        "Celu": _Row("celu", options=_same("alpha")),
        "Gelu": _Row("gelu", options=_same("approximate")),
        "Glu": _Row("glu", options=_same("axis")),
        "HardShrink": _Row("hard_shrink", options=_same("threshold")),
        "SoftShrink": _Row("soft_shrink", options=_same("threshold")),
        "Squareplus": _Row("squareplus", options=_same("b")),
        "Threshold": _Row("threshold", options=_same("threshold", "default_value")),
        "Reshape": _Row("reshape({0}, {newshape})", options=_same("newshape")),
        "BroadcastTo": _Row("broadcast_to({0}, {shape})", options=_same("shape")),
        "Transpose": _Row("transpose", options=_same("axes")),
        "Swapaxes": _Row("swapaxes", options=_same("axis1", "axis2")),
        "ExpandDims": _Row("expand_dims", options=_same("axis")),
        "Squeeze": _Row("squeeze", options=_same("axis")),
        "Tile": _Row("tile", options=_same("repeats")),
        "Repeat": _Row("repeat", options=_same("repeats", "axis")),
        "Flip": _Row("flip", options=_same("axis")),
        "Roll": _Row("roll", options=_same("shift", "axis")),
        "Tril": _Row("tril", options=_same("k")),
        "Triu": _Row("triu", options=_same("k")),
        "ZerosLike": _Row("zeros_like", options=_same("dtype")),
        "OnesLike": _Row("ones_like", options=_same("dtype")),
        "Norm": _Row("norm", options=_REDUCED),
        "Pad": _Row("pad({0}, {pad_width})", options=_same("pad_width"), only={"mode": "constant"}),
        "Take": _Row("gather", ("x", "indices"), _same("axis")),
        "TakeAlongAxis": _Row("take_along_axis", ("x", "indices"), _same("axis")),
        "Stack": _Row("stack", options=_same("axis")),
        "Concatenate": _Row("concat", ("xs",), options=_same("axis")),
        "OneHot": _Row(
            "one_hot", options={"num_classes": "classes", "dtype": "dtype"}, only={"axis": -1}
        ),
    }
)
OPERATIONS = frozenset({*_ROWS, "GetItem", "Split", "Einsum"})
"""The classes that can be written."""
_MERGES = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})
"""The operations on two tensors that a layer does, too, where both have the same rank."""


def written(part: Part, call: KerasCall) -> Written:
    """An operation as a layer of a spec.

    Raises:
        Refusal: It has no counterpart.
    """
    feeds: dict[tuple[str, int, int], tuple[str, History]] = {}
    found = [item for item in _leaves([*call.args, *call.kwargs.values()])]
    several = len({_key(item) for item in found}) > 1
    for item in found:
        name = f"x{len(feeds) + 1}" if several else "x"
        feeds.setdefault(_key(item), (name, item))
    if not feeds:
        raise no_counterpart(part)
    if layer := _merge(part, call, found):
        return layer

    def text(nest: Nest) -> str:
        return _text(nest, part, {key: name for key, (name, _) in feeds.items()})

    special = _SPECIAL.get(part.kind)
    function = _expression(part, call, text) if special is None else special(part, call, text)
    named = dict(feeds.values()) if several else tuple(item for _, item in feeds.values())
    return Written("Lambda", {"function": function}, named)


def results_of(part: Part) -> tuple[str, ...]:
    """The names of what an operation gives."""
    parts = part.arguments.get("indices_or_sections")
    if part.kind != "Split" or type(parts) is not int or not 0 < parts <= _MOST_PARTS:
        return ("output",)
    return tuple(f"part_{index}" for index in range(parts))


def together(dtypes: list[str]) -> str:
    """The dtype in which an operation computes floating numbers, by the dtypes of its inputs."""
    floats = {dtype for dtype in dtypes if "float" in dtype}
    return floats.pop() if len(floats) == 1 else "float64" if "float64" in floats else "float32"


def no_counterpart(part: Part, why: str = "") -> Refusal:
    """That an operation cannot be written in a spec."""
    return Refusal(
        "SPC0803",
        f"operation `{part.name}` of class `{part.kind}` between layers cannot be imported{why}",
        argument=(*part.path, "class_name"),
        help="use layers of Keras for it, or write it in the spec as a Lambda expression",
    )


def _merge(part: Part, call: KerasCall, found: list[History]) -> Written | None:
    """The layer that does what an operation on tensors does, where there is one."""
    floats = all("float" in (item.dtype or "") for item in found)
    same = len({(item.dtype, item.rank) for item in found}) == 1 and found[0].rank is not None
    if not (floats and same):
        return None
    if part.kind in _MERGES and len(found) == len(call.args) == 2:
        return Written(part.kind, {}, tuple(found))
    listed = call.args[0] if len(call.args) == 1 else None
    if part.kind == "Concatenate" and isinstance(listed, list) and len(listed) == len(found) > 1:
        return Written(part.kind, {"axis": part.arguments.get("axis", 0)}, tuple(found))
    return None


def _expression(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    row = _ROWS.get(part.kind)
    if row is None or len(call.args) > len(row.operands):
        raise no_counterpart(part)
    given = dict(zip(row.operands, call.args, strict=False)) | call.kwargs
    given = {name: item for name, item in given.items() if item is not None}
    if given.keys() - set(row.operands) or any(given.get(name) is None for name in row.operands):
        raise no_counterpart(part, ", called so")
    options: dict[str, str] = {}
    for name, value in part.arguments.items():
        if name in row.only and value == row.only[name]:
            continue
        if name in row.options:
            options[name] = text(value)
        elif value is not None and value is not False:
            raise no_counterpart(part, f" with `{name}`")
    operands = [text(given[name]) for name in row.operands]
    if "{" in row.text:
        if row.text.startswith("{0} "):
            operands = [f"({item})" if item.startswith("-") else item for item in operands]
        return row.text.format(*operands, **options)
    more = [f"{row.options[name]}={value}" for name, value in options.items()
            if value not in ("None", "False")]  # fmt: skip
    return f"{row.text}({', '.join([*operands, *more])})"


def _item(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    """`x[:, 1:]`."""
    given = dict(zip(("x", "key"), call.args, strict=False)) | call.kwargs
    key = given.get("key")
    keys = key if isinstance(key, list) else [key]
    return f"{text(given.get('x'))}[{', '.join(_index(item, part) for item in keys)}]"


def _index(key: Nest, part: Part) -> str:
    if isinstance(key, dict) and SLICE in key:
        bounds = key[SLICE]
        start, stop, step = bounds if isinstance(bounds, list) else (None, None, None)
        if all(item is None or type(item) is int for item in (start, stop, step)):
            ends = ["" if item is None else str(item) for item in (start, stop)]
            return ":".join([*ends, str(step)] if step is not None else ends)
    if isinstance(key, dict) and ELLIPSIS in key:
        return "..."
    if key is None or type(key) is int:
        return str(key)
    raise no_counterpart(part, " with such an index")


def _split(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    """`split(x, 2, axis=1)`, each part by its name."""
    parts, axis = part.arguments.get("indices_or_sections"), part.arguments.get("axis", 0)
    names = results_of(part)
    if type(parts) is not int or len(call.args) != 1 or len(names) != parts:
        raise no_counterpart(part, " at such places")
    whole = f"split({text(call.args[0])}, {parts}, axis={text(axis)})"
    return {name: f"{whole}[{index}]" for index, name in enumerate(names)}


def _einsum(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    equation = part.arguments.get("subscripts")
    if not isinstance(equation, str) or call.kwargs:
        raise no_counterpart(part)
    return f"einsum({', '.join([text(equation), *map(text, call.args)])})"


_SPECIAL: Mapping[str, Callable[[Part, KerasCall, Callable[[Nest], str]], Plain]] = (
    MappingProxyType({"GetItem": _item, "Split": _split, "Einsum": _einsum})
)


def _key(item: History) -> tuple[str, int, int]:
    return item.layer, item.node, item.output


def _leaves(nest: Nest) -> list[History]:
    if isinstance(nest, History):
        return [nest]
    inner = nest.values() if isinstance(nest, dict) else nest if isinstance(nest, list) else ()
    return [leaf for item in inner for leaf in _leaves(item)]


def _text(nest: Nest, part: Part, names: Mapping[tuple[str, int, int], str]) -> str:
    """A tensor's name, or a constant as an expression writes it."""
    if isinstance(nest, History):
        return names[_key(nest)]
    if isinstance(nest, list):
        return f"[{', '.join(_text(item, part, names) for item in nest)}]"
    if isinstance(nest, float) and not isnan(nest):
        number = "inf" if isinf(nest) else repr(abs(nest))
        return f"-{number}" if nest < 0 else number
    if nest is None or isinstance(nest, bool):
        return str(nest)
    if isinstance(nest, int):
        return str(nest)
    if isinstance(nest, str) and _TEXT.fullmatch(nest):
        return f'"{nest}"'
    raise no_counterpart(part, " with such a constant")
