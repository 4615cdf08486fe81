"""What Keras 1 wrote, in the form of Keras 2: other names of classes and arguments, and `Merge`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast

from spec_compiler.keras.json_data import JsonPlace, class_of, too_deep
from spec_compiler.keras.older.merge import merging, merging_first
from spec_compiler.keras.older.walk import MODELS, inside, renamed, with_layers
from spec_compiler.refusals import Refusal

_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        **{f"Convolution{rank}D": f"Conv{rank}D" for rank in (1, 2, 3)},
        **{f"AtrousConvolution{rank}D": f"Conv{rank}D" for rank in (1, 2)},
        "SeparableConvolution2D": "SeparableConv2D",
        "Deconvolution2D": "Conv2DTranspose",
        "Deconvolution3D": "Conv3DTranspose",
        "TimeDistributedDense": "Dense",
    }
)
"""Classes that have another name since; a Dense does the same at every step."""

_WEIGHT = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "W_constraint": "kernel_constraint",
    "b_regularizer": "bias_regularizer",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
_PADDED = {"border_mode": "padding", "dim_ordering": "data_format"}
_CONV = {**_WEIGHT, **_PADDED, "nb_filter": "filters", "atrous_rate": "dilation_rate"}
_STEPS = {**_CONV, "filter_length": "kernel_size", "subsample_length": "strides", "input_dim": ""}
_IMAGE = {**_CONV, "subsample": "strides"}
_RECURRENT = {
    **_WEIGHT,
    "output_dim": "units",
    "inner_init": "recurrent_initializer",
    "forget_bias_init": "unit_forget_bias",
    "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "consume_less": "",
    "input_dim": "",
}
_PARTS = {
    "depthwise_init": "depthwise_initializer",
    "pointwise_init": "pointwise_initializer",
    "gamma_init": "gamma_initializer",
    "beta_init": "beta_initializer",
}
_POOL = {**_PADDED, "pool_length": "pool_size", "stride": "strides"}
_RATE = {"p": "rate"}

_NAMES: Mapping[str, dict[str, str]] = MappingProxyType(
    {
        "Dense": {**_WEIGHT, "output_dim": "units", "input_dim": ""},
        "Conv1D": _STEPS,
        **dict.fromkeys(("Conv2D", "Conv3D", "Conv3DTranspose"), _IMAGE),
        "Conv2DTranspose": {**_IMAGE, "output_shape": ""},
        "SeparableConv2D": {**_IMAGE, **_PARTS},
        "ConvLSTM2D": {**_RECURRENT, **_IMAGE, "input_dim": ""},
        "LocallyConnected1D": _STEPS,
        "LocallyConnected2D": _IMAGE,
        **{
            f"{kind}Pooling{rank}D": _POOL
            for kind in ("Max", "Average", "GlobalMax", "GlobalAverage")
            for rank in (1, 2, 3)
        },
        "UpSampling1D": {"length": "size"},
        **dict.fromkeys(
            (
                *("UpSampling2D", "UpSampling3D", "ZeroPadding2D", "ZeroPadding3D"),
                *("Cropping2D", "Cropping3D", "Flatten"),
            ),
            _PADDED,
        ),
        "Embedding": {
            "init": "embeddings_initializer",
            "W_regularizer": "embeddings_regularizer",
            "W_constraint": "embeddings_constraint",
            "dropout": "",
        },
        **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), _RECURRENT),
        **dict.fromkeys(("Dropout", "GaussianDropout", "SpatialDropout1D"), _RATE),
        **{f"SpatialDropout{rank}D": {**_RATE, **_PADDED} for rank in (2, 3)},
        "GaussianNoise": {"sigma": "stddev"},
        "BatchNormalization": {**_PARTS, "mode": ""},
        "PReLU": {"init": "alpha_initializer"},
    }
)
"""The new name of each argument by the new name of its class; empty for what has no part."""

_SIZES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("Conv2D", "SeparableConv2D", "Conv2DTranspose", "ConvLSTM2D"), ("nb_row", "nb_col")
        ),
        "LocallyConnected2D": ("nb_row", "nb_col"),
        **dict.fromkeys(
            ("Conv3D", "Conv3DTranspose"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")
        ),
    }
)
"""The arguments that together are `kernel_size`."""

_ONLY_THEN = frozenset({*_WEIGHT, *_PADDED, *_SIZES["Conv2D"], "nb_filter", "consume_less",
                        "inner_init", "inner_activation", "U_regularizer", "dropout_W",
                        "pool_length", "subsample_length", "kernel_dim1"}) - {"bias"}  # fmt: skip


def wrote(place: JsonPlace) -> bool:
    """Whether only Keras 1 can have written a layer."""
    kind, config = class_of(place), place.get("config")
    if kind == "Merge" or (kind in _CLASSES and kind != "Deconvolution2D"):
        return True
    if not isinstance(config.value, dict):
        return False
    names = config.entries().keys()
    if names & _ONLY_THEN:
        return True
    return (kind == "Dense" and "output_dim" in names) or (kind == "Dropout" and "p" in names)


def renewed(place: JsonPlace, depth: int) -> JsonPlace:
    """A model or layer of Keras 1 as Keras 2 writes it.

    Args:
        place: An object with `class_name` and `config`; anything else stays.
        depth: How many may stand inside each other.

    Raises:
        Refusal: A part is not what Keras 1 writes there, or has no counterpart since.
    """
    if depth < 0:
        raise too_deep(place)

    def inner(item: JsonPlace) -> JsonPlace:
        return renewed(item, depth - 1)

    kind = class_of(place)
    if kind is None or not isinstance(place.get("config").value, dict | list):
        return place
    if kind in MODELS:
        place = with_layers(place)
        place = place.with_(config=inside(place.get("config"), inner))
        return merging_first(place) if kind == "Sequential" else place
    if kind == "Merge":
        return merging(place, inner)
    return _layer(place, kind, inside(place.get("config"), inner))


def _layer(place: JsonPlace, kind: str, config: JsonPlace) -> JsonPlace:
    new = _CLASSES.get(kind, kind)
    _check(place, new, config)
    config = renamed(config, _NAMES.get(new, {}))
    entries: dict[str, object] = dict(config.entries())
    parts = [entries.pop(name) for name in _SIZES.get(new, ()) if name in entries]
    if parts and "kernel_size" not in entries:
        entries["kernel_size"] = JsonPlace(parts, cast("JsonPlace", parts[0]).path)
    for name, item in entries.items():
        change = _VALUES.get(name) or _VALUES.get(f"*{name.rpartition('_')[2]}")
        if change is not None and isinstance(item, JsonPlace):
            entries[name] = change(item)
    padding = entries.get("padding")
    if new in ("ZeroPadding1D", "ZeroPadding2D") and isinstance(padding, JsonPlace):
        entries["padding"] = _padding(padding, new)
    if new in ("LSTM", "GRU", "ConvLSTM2D"):
        entries.setdefault("recurrent_activation", "hard_sigmoid")
    return place.with_(class_name=new, config=JsonPlace(entries, config.path))


def _check(place: JsonPlace, kind: str, config: JsonPlace) -> None:
    """Refuse what Keras 1 could do and none after it."""
    mode = config.get("mode").value
    if kind == "BatchNormalization" and mode not in (None, 0):
        of_rows = mode == 2
        name = config.get("name").value
        raise Refusal(
            "SPC0805",
            f"layer `{name}`: `mode` {mode} of BatchNormalization has no counterpart",
            argument=config.get("mode").path,
            help="it needs the other rows of the batch also in a run: write mode 0, and train again"
            if of_rows
            else "write a LayerNormalization, which has one epsilon where this has two, or a "
            "Lambda with `mean` and `std`",
        )


def _padding(place: JsonPlace, kind: str) -> object:
    """`[top, bottom, left, right]`, or a mapping of them: pairs of before and after."""
    names = ("left_pad", "right_pad")
    if kind == "ZeroPadding2D":
        names = ("top_pad", "bottom_pad", *names)
    sides: list[object]
    if any(place.has(name) for name in names):
        given = place.entries()
        if given.keys() - set(names):
            return place
        sides = [given.get(name, 0) for name in names]
    elif isinstance(place.value, list) and len(place.items()) == len(names) == 4:
        sides = [*place.items()]
    else:
        return place
    pairs = [JsonPlace(sides[at : at + 2], place.path) for at in range(0, len(sides), 2)]
    return JsonPlace(pairs, place.path) if len(pairs) > 1 else pairs[0]


def _data_format(place: JsonPlace) -> object:
    return {"tf": "channels_last", "th": "channels_first"}.get(str(place.value))


def _forget(place: JsonPlace) -> object:
    return place.value in ("one", "ones")


def _regularizer(place: JsonPlace) -> object:
    """`{"name": "WeightRegularizer", "l1": 0, "l2": 0.01}`."""
    return _by_name(place, lambda _: "L1L2", {})


def _constraint(place: JsonPlace) -> object:
    """`{"name": "MaxNorm", "m": 2, "axis": 0}`."""
    return _by_name(place, lambda name: name, {"m": "max_value"})


def _by_name(place: JsonPlace, kind: Callable[[str], str], names: dict[str, str]) -> object:
    if not isinstance(place.value, dict) or place.has("class_name"):
        return place
    config = renamed(place, {"name": "", **names})
    return {"class_name": kind(place.get("name").text()), "config": config}


_VALUES: Mapping[str, Callable[[JsonPlace], object]] = MappingProxyType(
    {
        "data_format": _data_format,
        "unit_forget_bias": _forget,
        "*regularizer": _regularizer,
        "*constraint": _constraint,
    }
)
"""How an argument's value is written since, by its new name or, behind `*`, by its last word."""
