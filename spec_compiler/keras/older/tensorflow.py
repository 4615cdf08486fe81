"""TensorFlow's operations between layers of tf.keras, `x + y`, as Keras 3's that mean the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate
from types import MappingProxyType

from spec_compiler.keras.json_data import SLICE, JsonPlace, class_of
from spec_compiler.keras.older.tensorflow_functions import OPERATIONS
from spec_compiler.keras.older.tensorflow_layers import LAYERS, as_layer
from spec_compiler.keras.older.tensorflow_nodes import Call, by_class, call_of
from spec_compiler.keras.older.tensorflow_sizes import Size, Sizes
from spec_compiler.keras.tensorflow_table import BECAUSE

_MODULE = "keras.src.ops"


_MODULES = frozenset({
    "", "math", "nn", "linalg", "__operators__", "compat.v1", "compat.v1.math", "compat.v1.nn",
    "keras.activations",
})  # fmt: skip
"""Where functions of these names mean this; `image.transpose` means something else."""
_LAYERS = frozenset({"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})
"""The classes of layers that call a function of TensorFlow."""


def operation(layer: JsonPlace, used: int, sizes: Sizes) -> JsonPlace:
    """A layer that calls an operation of TensorFlow once as the operation of Keras 3.

    Args:
        layer: Any layer of a functional model, with its calls in the form of Keras 3.
        used: How many of its results are read.
        sizes: The sizes that layers before it compute.
    """
    kind, nodes = class_of(layer), layer.get("inbound_nodes").items()
    if len(nodes) != 1 or not isinstance(layer.get("config").value, dict):
        return layer
    args, given = nodes[0].get("args").items(), nodes[0].get("kwargs").entries()
    call, tensors = None, [it for arg in args for it in _each(arg)]
    name = layer.get("config").get("function").value
    if kind == "TensorFlowOpLayer":
        call, name = call_of(layer, tensors), _kind_of_node(layer)
    elif kind == "SlicingOpLambda":
        call = Call("getitem", args, given)
    elif kind == "TFOpLambda" and isinstance(name, str):
        call = Call(name, args, given)
    elif kind in _BY_CLASS:
        call = by_class(str(kind), tensors)
    if call is None and kind not in _LAYERS:
        return layer
    made = "" if call is None else _made(layer, call, used, sizes)
    if isinstance(made, JsonPlace):
        return made
    # what has no counterpart is called what TensorFlow calls it
    return _called(
        layer, f"tf.{name}" if isinstance(name, str) else str(kind), {BECAUSE: made}, args
    )


def _made(layer: JsonPlace, call: Call, used: int, sizes: Sizes) -> JsonPlace | str:
    """A call as the operation that means the same, or why there is none."""
    module, _, word = call.function.rpartition(".")
    if word == "getitem":
        key = call.kwargs.get("slice_spec")
        return "" if key is None else _called(layer, "GetItem", {}, [*call.args, _key(key)])
    if call.function in LAYERS:
        return as_layer(layer, call)
    if module.startswith("random"):
        return ": it draws other numbers in every run"
    if not any(_holds_tensor(item) for item in [*call.args, *call.kwargs.values()]):
        return ", of which the file lacks the tensors"
    if call.function in ("zeros", "ones", "range"):
        return _made_of_sizes(layer, call, word, sizes)
    known = OPERATIONS.get(word) if module in _MODULES else None
    if known is None:
        return ""
    options = dict(known.fixed)
    for name, item in call.kwargs.items():
        value = item.value
        if name in known.only and isinstance(value, str | int | float):
            if value not in known.only[name]:
                return f" with `{name}`"
        elif name in known.options:
            if value is not None:
                options[known.options[name]] = item
        elif name not in (*known.operands, "name") and value is not None and value is not False:
            return f" with `{name}`"
    operands = [call.kwargs[name] for name in known.operands if name in call.kwargs]
    if known.kind == "Unstack":
        options.setdefault("num", used)
    kind = _FORMS.get(known.kind, lambda options: known.kind)(options)
    open_ = [name for name, item in options.items() if _holds_tensor(item)]
    if not open_ and kind is not None:
        return _called(layer, kind, options, [*call.args, *operands])
    function = {"Reshape": "reshape", "BroadcastTo": "broadcast_to"}.get(kind or "")
    shape = options.get(open_[0]) if open_ else None
    if function and isinstance(shape, JsonPlace):
        size = sizes.call(function, tuple(call.args), shape)
        if size is not None:
            return _by_sizes(layer, size)
    return " with a setting that is a tensor" if open_ else ", called so"


def _by_sizes(layer: JsonPlace, size: Size) -> JsonPlace:
    return _called(layer, "BySizes", {"text": size.text}, [*size.sources])


def _made_of_sizes(layer: JsonPlace, call: Call, word: str, sizes: Sizes) -> JsonPlace | str:
    """`tf.zeros`, `tf.ones` and `tf.range` of sizes that are computed."""
    given = {name: item for name, item in call.kwargs.items() if item.value is not None}
    dtype = given.pop("dtype", None)
    usual = "int32" if word == "range" else "float32"
    names = ("limit", "delta") if word == "range" else ()
    if (dtype is not None and dtype.value != usual) or given.keys() - {*names, "name", "start"}:
        return ", called so"
    more = [given[name] for name in ("start", *names) if name in given]
    size = sizes.call("arange" if word == "range" else word, (), *call.args, *more)
    return ", called so" if size is None else _by_sizes(layer, size)


def _holds_tensor(item: object) -> bool:
    """Whether a tensor is there, alone or in a list."""
    if not isinstance(item, JsonPlace):
        return False
    listed = item.items() if isinstance(item.value, list) else [item]
    return any(class_of(it) == "__keras_tensor__" or
               (isinstance(it.value, list) and _holds_tensor(it)) for it in listed)  # fmt: skip


def _each(place: JsonPlace) -> list[JsonPlace]:
    return place.items() if isinstance(place.value, list) else [place]


def _kind_of_node(layer: JsonPlace) -> str:
    node = layer.get("config").get("node_def")
    kind = node.get("op").value if isinstance(node.value, dict) else None
    return f"raw_ops.{kind}" if isinstance(kind, str) else "raw_ops"


def _product(options: dict[str, object]) -> str:
    turned = [_is_true(options.pop(name, None)) for name in ("a", "b")]
    kinds = ("Matmul", "MatmulByTransposed", "MatmulOfTransposed", "MatmulTransposed")
    return kinds[2 * turned[0] + turned[1]]


def _is_true(item: object) -> bool:
    return isinstance(item, JsonPlace) and item.value is True


def _padded(options: dict[str, object]) -> str | None:
    mode, value = options.pop("mode", None), options.pop("value", None)
    named = str(mode.value).lower() if isinstance(mode, JsonPlace) else "constant"
    if named in ("reflect", "symmetric"):
        options["mode"] = named
        return "PadAs"
    if isinstance(value, JsonPlace) and value.value not in (None, 0):
        options["value"] = value
        return "PadWith" if named == "constant" else None
    return "Pad" if named == "constant" else None


def _reshaped(options: dict[str, object]) -> str:
    """A size that is a tensor is what is left, where all others are numbers."""
    shape = options.get("newshape")
    if isinstance(shape, JsonPlace) and isinstance(shape.value, list):
        sizes = shape.items()
        open_ = [at for at, item in enumerate(sizes) if type(item.value) is not int]
        if len(open_) == 1 and not any(item.value == -1 for item in sizes):
            sizes[open_[0]] = JsonPlace(-1, sizes[open_[0]].path)
            options["newshape"] = JsonPlace(sizes, shape.path)
    return "Reshape"


def _parted(options: dict[str, object]) -> str:
    """Sizes of parts as the places where they end."""
    sizes = options.get("indices_or_sections")
    if isinstance(sizes, JsonPlace) and isinstance(sizes.value, list):
        parts = [item.value for item in sizes.items()]
        if parts and all(type(part) is int and part >= 0 for part in parts):
            ends = list(accumulate(part for part in parts if isinstance(part, int)))
            options["indices_or_sections"] = JsonPlace(ends[:-1], sizes.path)
    return "Split"


_FORMS: Mapping[str, Callable[[dict[str, object]], str | None]] = MappingProxyType(
    {"Matmul": _product, "Pad": _padded, "Reshape": _reshaped, "Split": _parted}
)
"""Which operation it is by its options, which are changed."""
_BY_CLASS = frozenset(
    {"AddV2", "RealDiv", "Mul", "Sub", "SquaredDifference", "Relu", "Sigmoid", "Tanh"}
)
"""Nodes by which TensorFlow.js and some versions called the layer itself."""


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
        return _key(place.get("items"))
    if isinstance(place.value, list):
        return JsonPlace([_key(item) for item in place.items()], place.path)
    if isinstance(place.value, dict) and not place.has("class_name"):
        return JsonPlace({"class_name": SLICE, "config": place}, place.path)
    return place
