"""What a Keras model's JSON declares: its layers, their calls, its inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace

from spec_compiler.keras.absent import OF_KERAS, instead
from spec_compiler.keras.applications import plain_layer
from spec_compiler.keras.arguments import dtype_of, layer_of
from spec_compiler.keras.gathered import Gathered
from spec_compiler.keras.inner_layers import counted_cells, inner_names
from spec_compiler.keras.json_data import DEPTH, JsonPlace, class_of, is_custom, plain, too_deep
from spec_compiler.keras.nodes import History, KerasCall, Nest, calls_of, triple
from spec_compiler.keras.operation_table import NAMED
from spec_compiler.keras.table import CLASSES, RENAMED, RENAMED_BACK, Row, row_of
from spec_compiler.keras.weights import Called
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import Plain
from spec_compiler.spelling import nearest

FUNCTIONAL = {"Functional", "Model"}
_MODELS = (*FUNCTIONAL, "Sequential")


@record
class Part:
    """A layer, operation, input or nested model.

    Attributes:
        kind: The class's name.
        layer: The spec's layer for it; empty for what is not a layer.
        row: How the layer is called; None for what is not a layer.
        model: The model that is nested here.
        inner: What stands in the paths of weights behind the layer's name.
        shape: An input's shape, batch included.
        counted: The class's name as Keras counts it in `.weights.h5` files.
        by_name: Whether the name of a function is all that is known of it.
        cells: The paths of inner layers there that stand in a list, in the list's order.
        steps: How many TimeDistributed stand around the models that it is in.
    """

    name: str
    kind: str
    path: ItemPath
    calls: tuple[KerasCall, ...] = ()
    layer: str = ""
    row: Row | None = None
    arguments: dict[str, Plain] = field(default_factory=dict[str, Plain])
    inner: dict[str, tuple[Called, ...]] = field(default_factory=dict[str, tuple[Called, ...]])
    dtype: str | None = None
    trainable: bool = True
    model: KerasModel | None = None
    shape: list[int | None] | None = None
    counted: str = ""
    by_name: bool = False
    cells: tuple[tuple[str, ...], ...] = ()
    steps: int = 0


@record
class KerasModel:
    """A functional model. A sequential one is the functional chain of its layers."""

    name: str
    parts: dict[str, Part]
    inputs: Nest
    outputs: Nest


def read_model(place: JsonPlace, gathered: Gathered, depth: int = DEPTH) -> KerasModel:
    """Read a model and everything nested in it.

    Args:
        place: An object with `class_name` and `config`, in the form of Keras 3.
        gathered: Takes the refusal of each layer that cannot be carried over.
        depth: How many models may nest.

    Raises:
        Refusal: It is not a model at all.
    """
    if depth < 0:
        raise too_deep(place)
    kind = class_of(place)
    if kind == "Graph" or (kind is None and place.has("layers") and place.has("name")):
        raise Refusal(
            "SPC0801",
            "the model is one of Keras 0, whose files are not read",
            argument=(*place.path, "class_name") if kind else place.path,
            help="build it with Keras 1.0 or later, and save it there",
        )
    if kind not in _MODELS or is_custom(place):
        raise Refusal(
            "SPC0801",
            (f"a model of class `{kind}`" if kind else str(place))
            + " is not a functional or sequential Keras model",
            argument=(*place.path, "class_name") if kind else place.path,
            help="build it of `keras.Input` and layers, and save that: a class of one's own is "
            "code, which is not run"
            if kind
            else "write one with `open(path, 'w').write(model.to_json())`",
        )
    config = place.get("config")
    name = config.get("name")
    parts: dict[str, Part] = {}
    for layer in _declared(config, place, kind):
        with gathered.of(class_of(layer) or "", _name(layer)):
            part = _part(layer, gathered, depth)
            if part.name in parts:
                raise Refusal("SPC0802", f"two layers are named `{part.name}`", argument=layer.path)
            parts[part.name] = part
    called = "model" if name.value is None else name.text()
    if kind == "Sequential":
        return _chain(called, parts, config)
    inputs, outputs = config.get("input_layers"), config.get("output_layers")
    return KerasModel(
        called,
        parts,
        _endpoints(inputs, parts, DEPTH),
        _endpoints(outputs, parts, DEPTH),
    )


def _declared(config: JsonPlace, place: JsonPlace, kind: str) -> Iterator[JsonPlace]:
    layers = config.get("layers").items()
    if kind == "Sequential" and (not layers or class_of(layers[0]) != "InputLayer"):
        built = place.get("build_config")
        shape = config.get("build_input_shape") if built.value is None else built.get("input_shape")
        if shape.value is None:
            raise Refusal(
                "SPC0801",
                "the sequential model was never built, so its input's shape is not in the file",
                argument=config.path,
                help="call `model.build(shape)` before `model.to_json()`",
            )
        made = {"batch_shape": shape.value, "name": "input_layer"}
        yield JsonPlace({"class_name": "InputLayer", "config": made}, shape.path)
    yield from layers


def _name(place: JsonPlace) -> str:
    """What calls name a layer; nothing where it has no name."""
    config = place.get("config")
    for holder in (place, config if isinstance(config.value, dict) else place):
        if isinstance(holder.get("name").value, str):
            return holder.get("name").text()
    return ""


def _part(place: JsonPlace, gathered: Gathered, depth: int) -> Part:
    kind = class_of(place)
    if kind is None:
        raise place.not_a("a layer with `class_name`")
    counted, place = RENAMED_BACK.get(kind, kind), plain_layer(place)
    kind = class_of(place) or kind
    kind = RENAMED.get(kind, kind)
    config, name = place.get("config"), _name(place)
    if is_custom(place):
        raise _unknown(place, name, kind)
    if not name:
        raise config.get("name").not_a("text")
    calls = calls_of(place)
    if kind in _MODELS:
        return Part(name, kind, place.path, calls, model=read_model(place, gathered, depth - 1))
    if kind == "TimeDistributed" and class_of(config.get("layer")) in _MODELS:
        model = read_model(config.get("layer"), gathered, depth - 1)
        return Part(name, kind, place.path, calls, model=model)
    if kind == "InputLayer":
        return _input(name, place.path, config)
    if kind == "Lambda" and (operation := _named_operation(config)):
        return Part(name, operation, place.path, calls, by_name=True)
    if _is_operation(place):
        options = {key: plain(item) for key, item in config.entries().items() if key != "name"}
        return Part(name, kind, place.path, calls, arguments=options)
    if kind not in CLASSES:
        raise _unknown(place, name, kind)
    trainable = config.get("trainable")
    layer, arguments = layer_of(place, kind)
    return Part(
        name,
        kind,
        place.path,
        calls,
        layer,
        row_of(kind),
        arguments,
        inner_names(place, kind),
        dtype_of(config.get("dtype")),
        trainable.value is None or trainable.truth(),
        counted=counted,
        cells=tuple(counted_cells(place, kind)),
    )


def _named_operation(config: JsonPlace) -> str:
    """The operation that a Lambda calls, where its function is kept by a name that tells it."""
    function = config.get("function")
    module = config.get("module").value  # Keras 2 says where a function is from, Keras 3 does not
    if class_of(function) == "function" and not is_custom(function):
        name = function.get("config").value
    elif isinstance(module, str) and module.split(".")[0] in ("keras", "tensorflow"):
        name = function.value
    else:
        return ""
    more = any(config.get(key).value for key in ("arguments", "mask", "output_shape"))
    return NAMED.get(name, "") if isinstance(name, str) and not more else ""


def _is_operation(place: JsonPlace) -> bool:
    module = place.get("module").value
    return isinstance(module, str) and ".ops" in module


def _input(name: str, path: ItemPath, config: JsonPlace) -> Part:
    for flag in ("ragged", "optional"):
        if config.get(flag).value:
            raise Refusal(
                "SPC0805",
                f"the input `{name}` is {flag}, which a spec's input cannot be",
                argument=config.get(flag).path,
            )
    shape = config.get("batch_shape").sizes()
    if not shape:
        raise config.get("batch_shape").not_a("a shape with the batch axis")
    sparse = config.get("sparse")
    arguments: dict[str, Plain] = {"sparse": True} if sparse.value and sparse.truth() else {}
    dtype = dtype_of(config.get("dtype")) or "float32"
    return Part(name, "InputLayer", path, arguments=arguments, dtype=dtype, shape=shape)


def _endpoints(place: JsonPlace, parts: dict[str, Part], depth: int) -> Nest:
    """The inputs or outputs of a functional model."""
    if depth < 0:
        raise too_deep(place)
    if class_of(place) == "__tuple__":
        return _endpoints(place.get("items"), parts, depth - 1)
    if isinstance(place.value, dict):
        return {key: _endpoints(item, parts, depth - 1) for key, item in place.entries().items()}
    items = place.items()
    if not items or not isinstance(items[0].value, str):
        return [_endpoints(item, parts, depth - 1) for item in items]
    layer, node, output = triple(place)
    part = parts.get(layer)
    # Keras counts a functional model's own input-to-output as its call 0, but only here.
    built_in = 1 if part and part.model and part.kind in FUNCTIONAL else 0
    return History(layer, node - built_in, output, place.path)


def _chain(name: str, parts: dict[str, Part], config: JsonPlace) -> KerasModel:
    chained: dict[str, Part] = {}
    previous: History | None = None
    first: History | None = None
    for part in parts.values():
        if previous is not None and part.kind == "InputLayer":
            raise Refusal(
                "SPC0806",
                f"input `{part.name}` stands behind other layers of a sequential model",
                argument=part.path,
                help="only the first may be an input",
            )
        if previous is None:
            chained[part.name] = part
        else:
            chained[part.name] = replace(part, calls=(KerasCall((previous,), {}, part.path),))
        previous = History(part.name, 0, 0, part.path)
        first = first or previous
    if first is None:
        raise config.get("layers").not_a("a list with at least one layer")
    return KerasModel(name, chained, first, previous)


def _unknown(place: JsonPlace, name: str, kind: str) -> Refusal:
    """That a class cannot be imported: one of Keras, or somebody's own."""
    module = place.get("module").value
    of_keras = isinstance(module, str) or kind in CLASSES or kind in OF_KERAS
    own = is_custom(place) or kind == "Lambda" or not of_keras
    close = None if of_keras or is_custom(place) else nearest(kind, CLASSES)
    return Refusal(
        "SPC0804" if own else "SPC0803",
        f"layer `{name}` is of class `{kind}`, "
        + ("whose code is not run" if own else "which cannot be imported"),
        argument=(*place.path, "class_name"),
        help=(f"did you mean `{close}`? Else " if close else "") + instead(kind),
    )
