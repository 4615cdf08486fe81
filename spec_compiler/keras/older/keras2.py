"""What Keras 2 wrote, from 2.0 to the last tf.keras, in the form of Keras 3.

`config` of a sequential model may be a list of layers, and its input's shape stands in the first
layer; `inbound_nodes` are lists `[name, node, tensor, kwargs]`; some classes and arguments had
other names, and `hard_sigmoid` was another function.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.keras.json_data import JsonPlace, class_of, too_deep
from spec_compiler.keras.older.calls import with_calls
from spec_compiler.keras.older.walk import MODELS, inside, renamed, shape_within, with_layers

MARKS = frozenset({"batch_input_shape", "time_major", "input_dtype"})
"""Entries of a layer's configuration that Keras 3 does not write."""

_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "BatchNormalizationV1": "BatchNormalization",
        "BatchNormalizationV2": "BatchNormalization",
        "SyncBatchNormalization": "BatchNormalization",
        **dict.fromkeys(("CuDNNLSTM", "LSTMV2", "UnifiedLSTM"), "LSTM"),
        **dict.fromkeys(("CuDNNGRU", "GRUV2", "UnifiedGRU"), "GRU"),
        "ThresholdedReLU": "Activation",
        **dict.fromkeys(("Model", "Network", "Container"), "Functional"),
    }
)
_NO_KERNEL = {f"kernel_{name}": "" for name in ("initializer", "regularizer", "constraint")}
"""What convolutions in two parts have of the class above them, and do not use."""
_NAMES: Mapping[str, dict[str, str]] = MappingProxyType(
    {
        **{f"SeparableConv{rank}D": _NO_KERNEL for rank in (1, 2)},
        **{f"DepthwiseConv{rank}D": {**_NO_KERNEL, "filters": ""} for rank in (1, 2)},
        "InputLayer": {"batch_input_shape": "batch_shape"},
        "LeakyReLU": {"alpha": "negative_slope"},
        "MultiHeadAttention": dict.fromkeys(("query_shape", "key_shape", "value_shape"), ""),
    }
)
_WITHOUT_MEANING = dict.fromkeys(("batch_input_shape", "input_dtype", "input_length"), "")
_ALWAYS: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "time_major": (False,),
        "ragged": (False,),
        "fused": (True, False, None),  # how it is computed
        "renorm": (False,),
        "virtual_batch_size": (None,),
        "causal": (False,),
        "groups": (1,),  # also of convolutions that have none
        "softmax_robust_masking": (True, False),  # of rows that are masked as a whole
        "data_format": (None,),
        "rng_type": ("stateful", "stateless", "legacy_stateful", None),  # of training alone
    }
)
"""Arguments that Keras 3 has not, and their values that say nothing else than it does."""
_OLD_GATES = {"class_name": "hard_sigmoid", "config": {"slope": 0.2}}
"""`hard_sigmoid` as it was: `max(0, min(1, 0.2 * x + 0.5))`."""
_RECURRENT = frozenset({"LSTM", "GRU", "LSTMCell", "GRUCell", "ConvLSTM2D"})


def renewed(place: JsonPlace, depth: int, *, old_gates: bool = False) -> JsonPlace:
    """A model or layer of Keras 2 as Keras 3 writes it.

    Args:
        place: An object with `class_name` and `config`; anything else stays.
        depth: How many may stand inside each other.
        old_gates: Whether gates that are not named are `hard_sigmoid`, as before 2.3.

    Raises:
        Refusal: A part is not what Keras 2 writes there.
    """
    if depth < 0:
        raise too_deep(place)

    def inner(item: JsonPlace) -> JsonPlace:
        return renewed(item, depth - 1, old_gates=old_gates)

    kind = class_of(place)
    if kind is None or not isinstance(place.get("config").value, dict | list):
        return place
    if kind not in MODELS:
        return _layer(place, kind, inside(place.get("config"), inner), old_gates=old_gates)
    place = with_layers(place)
    if kind == "Sequential":
        return _with_input(place.with_(config=inside(place.get("config"), inner)), place)
    config = inside(with_calls(place).get("config"), inner)
    return place.with_(class_name=_CLASSES.get(kind, kind), config=config)


def _layer(place: JsonPlace, kind: str, config: JsonPlace, *, old_gates: bool) -> JsonPlace:
    new = _CLASSES.get(kind, kind)
    config = renamed(config, {**_WITHOUT_MEANING, **_NAMES.get(new, {})})
    entries: dict[str, object] = {
        name: _value(name, item)
        for name, item in config.entries().items()
        if not any(_same(item.value, value) for value in _ALWAYS.get(name, ()))
    }
    if new == "GRU" and kind != "CuDNNGRU":
        entries.setdefault("reset_after", False)
    if new in _RECURRENT and old_gates and not kind.startswith("CuDNN"):
        entries.setdefault("recurrent_activation", _OLD_GATES)
    if kind == "ThresholdedReLU":
        threshold = {"threshold": entries.pop("theta", 1.0), "default_value": 0.0}
        entries["activation"] = {"class_name": "threshold", "config": threshold}
    axis = entries.get("axis")
    if new == "BatchNormalization" and isinstance(axis, JsonPlace) and isinstance(axis.value, list):
        only = axis.items()
        entries["axis"] = only[0] if len(only) == 1 else axis
    return place.with_(class_name=new, config=JsonPlace(entries, config.path))


def _same(value: object, other: object) -> bool:
    """Whether two plain values are one; 1 is not True."""
    return type(value) is type(other) and value == other


def _value(name: str, place: JsonPlace) -> object:
    """An argument in the form of Keras 3."""
    if name.endswith("activation"):
        function = place.get("config") if class_of(place) == "function" else place
        return JsonPlace(_OLD_GATES, place.path) if function.value == "hard_sigmoid" else place
    if name == "dtype" and (class_of(place) or "").startswith("Policy"):
        named = place.get("config").get("name")
        return None if named.value == "_infer" else named
    return _bare(place)


def _bare(place: JsonPlace) -> JsonPlace:
    """A number that was an array of NumPy when it was written, as that number."""
    if isinstance(place.value, dict) and place.get("type").value == "ndarray":
        return place.get("value")
    if class_of(place) is not None and isinstance(place.get("config").value, dict):
        config = place.get("config")
        bare = {name: _bare(item) for name, item in config.entries().items()}
        return place.with_(config=JsonPlace(bare, config.path))
    return place


def _with_input(model: JsonPlace, old: JsonPlace) -> JsonPlace:
    """A sequential model that says what comes in: its first layer did."""
    layers = old.get("config").get("layers")
    if not isinstance(layers.value, list) or not layers.items():
        return model
    first = layers.items()[0]
    if class_of(first) in (None, "InputLayer"):
        return model
    shape = shape_within(first)
    if shape is None:
        return model
    config, inner = model.get("config"), first.get("config")
    name = (inner if isinstance(inner.value, dict) else first).get("name").value
    called = f"{name}_input" if isinstance(name, str) else "input"
    made = {"class_name": "InputLayer", "config": {"name": called, "batch_shape": shape}}
    all_layers = JsonPlace(
        [JsonPlace(made, shape.path), *config.get("layers").items()], layers.path
    )
    return model.with_(config=config.with_(layers=all_layers))
