"""Operations of Keras between layers, `x + y` or `keras.ops.mean`, as a spec says them.

Two tensors of one rank that are added are the layer `Add`; everything else is an expression of
`Lambda`. An operation whose parameters or options mean something else there has no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isinf, isnan
from types import MappingProxyType

from spec_compiler.keras.json_data import ELLIPSIS, SLICE
from spec_compiler.keras.model import Part
from spec_compiler.keras.nodes import History, KerasCall, Nest
from spec_compiler.keras.operation_table import ROWS
from spec_compiler.keras.tensorflow_table import BECAUSE
from spec_compiler.keras.tensorflow_table import ROWS as TENSORFLOW
from spec_compiler.records import record
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Plain

_MOST_PARTS = 100
_TEXT = re.compile(r"[A-Za-z0-9_.,>\- ]*")

_SIZES = re.compile(
    r"(reshape|broadcast_to|zeros|ones|arange)\((shape\(\{[0-9]+\}\)|[0-9 {}()*/+,\[\]-])+\)"
)


@record
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


OPERATIONS = frozenset({*ROWS, "GetItem", "Split", "Einsum", "Unstack", "TopK"})
"""The classes that can be written."""
_MERGES = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})
"""The operations on two tensors that a layer does, too, where both have the same rank."""


def written(part: Part, call: KerasCall) -> Written:
    """An operation as a layer of a spec.

    Raises:
        Refusal: It has no counterpart.
    """
    feeds: dict[tuple[str, int, int], tuple[str, History]] = {}
    found = _leaves([*call.args, *call.kwargs.values()])
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
    count: Plain = 1
    match part.kind:
        case "Split":
            places = part.arguments.get("indices_or_sections")
            count = len(places) + 1 if isinstance(places, list) else places
        case "Unstack":
            count = part.arguments.get("num")
        case "TopK":
            return ("values", "indices")
        case _:
            return ("output",)
    if type(count) is not int or not 0 < count <= _MOST_PARTS:
        return ("output",)
    return tuple(f"part_{index}" for index in range(count))


def together(dtypes: list[str]) -> str:
    """The dtype in which an operation computes floating numbers, by the dtypes of its inputs."""
    floats = {dtype for dtype in dtypes if "float" in dtype}
    return floats.pop() if len(floats) == 1 else "float64" if "float64" in floats else "float32"


def no_counterpart(part: Part, why: str = "") -> Refusal:
    """That an operation cannot be written in a spec; the operation itself may say why."""
    why = why or str(part.arguments.get(BECAUSE, ""))
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
    row = ROWS.get(part.kind) or TENSORFLOW.get(part.kind)
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
    """`split(x, 2, axis=1)`, or `x[:, 2:5]`, each part by its name."""
    parts, axis = part.arguments.get("indices_or_sections"), part.arguments.get("axis", 0)
    names = results_of(part)
    if len(call.args) != 1 or call.kwargs:
        raise no_counterpart(part, ", called so")
    whole = text(call.args[0])
    if isinstance(parts, list) and all(type(at) is int and at >= 0 for at in parts):
        before = _until(axis, part)
        ends = ["", *map(str, parts), ""]
        return {name: f"{whole}[{before}{start}:{stop}]"
                for name, start, stop in zip(names, ends, ends[1:], strict=False)}  # fmt: skip
    if type(parts) is not int or len(names) != parts:
        raise no_counterpart(part, " at such places")
    return {name: f"split({whole}, {parts}, axis={text(axis)})[{index}]"
            for index, name in enumerate(names)}  # fmt: skip


def _unstack(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    """`x[:, 0]`, each part by its name."""
    names = results_of(part)
    if len(call.args) != 1 or part.arguments.get("num") != len(names):
        raise no_counterpart(part, " into so many parts")
    before = _until(part.arguments.get("axis", 0), part)
    return {name: f"{text(call.args[0])}[{before}{index}]" for index, name in enumerate(names)}


def _until(axis: Plain, part: Part) -> str:
    """What stands in an index before an axis that is the last, or is counted from the first."""
    if axis == -1:
        return "..., "
    if type(axis) is not int or not 0 <= axis <= _MOST_PARTS:
        raise no_counterpart(part, " with such an `axis`")
    return ":, " * axis


def _add_n(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    listed = call.args[0] if len(call.args) == 1 else None
    if not isinstance(listed, list) or not listed:
        raise no_counterpart(part, ", called so")
    return " + ".join(map(text, listed))


def _by_sizes(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    """`reshape(x1, [shape(x2)[0], 8, 3])`: `{0}` in its text is the first tensor."""
    written = part.arguments.get("text")
    if not isinstance(written, str) or not _SIZES.fullmatch(written):
        raise no_counterpart(part)
    for index, item in enumerate(call.args):
        written = written.replace(f"{{{index}}}", text(item))
    return written


def _top_k(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    count, more = part.arguments.get("k"), part.arguments.get("sorted", True)
    if type(count) is not int or len(call.args) != 1 or more is not True:
        raise no_counterpart(part, ", called so")
    whole = f"top_k({text(call.args[0])}, {count})"
    return {name: f"{whole}[{index}]" for index, name in enumerate(results_of(part))}


def _einsum(part: Part, call: KerasCall, text: Callable[[Nest], str]) -> Plain:
    equation = part.arguments.get("subscripts")
    if not isinstance(equation, str) or call.kwargs:
        raise no_counterpart(part)
    return f"einsum({', '.join([text(equation), *map(text, call.args)])})"


_SPECIAL: Mapping[str, Callable[[Part, KerasCall, Callable[[Nest], str]], Plain]] = (
    MappingProxyType(
        {
            "GetItem": _item,
            "Split": _split,
            "Unstack": _unstack,
            "TopK": _top_k,
            "AddN": _add_n,
            "BySizes": _by_sizes,
            "Einsum": _einsum,
        }
    )
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
