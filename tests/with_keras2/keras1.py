"""A model's JSON as Keras 1.2 wrote it: for files that nothing installed today can make."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Config = dict[str, Any]

CLASSES = {
    "Conv1D": "Convolution1D", "Conv2D": "Convolution2D", "Conv3D": "Convolution3D",
    "Conv2DTranspose": "Deconvolution2D", "SeparableConv2D": "SeparableConvolution2D",
}  # fmt: skip
MERGES = {
    "Add": "sum", "Multiply": "mul", "Average": "ave", "Maximum": "max", "Concatenate": "concat",
    "Dot": "dot",
}  # fmt: skip
WEIGHTS = {
    "kernel_initializer": "init", "recurrent_initializer": "inner_init", "use_bias": "bias",
    "gamma_initializer": "gamma_init", "beta_initializer": "beta_init",
    "embeddings_initializer": "init", "alpha_initializer": "init",
}  # fmt: skip
LATER = frozenset({
    "bias_initializer", "kernel_regularizer", "kernel_constraint", "bias_regularizer",
    "bias_constraint", "recurrent_regularizer", "recurrent_constraint", "embeddings_regularizer",
    "embeddings_constraint", "activity_regularizer", "moving_mean_initializer", "dtype", "groups",
    "moving_variance_initializer", "gamma_constraint", "beta_constraint", "gamma_regularizer",
    "beta_regularizer", "center", "scale", "implementation", "return_state", "time_major",
    "reset_after", "noise_shape", "seed", "output_padding", "keepdims", "alpha_regularizer",
    "alpha_constraint", "depthwise_initializer", "pointwise_initializer", "ragged", "sparse",
    "depthwise_regularizer", "pointwise_regularizer", "depthwise_constraint",
    "pointwise_constraint",
})  # fmt: skip
"""What Keras 1 has not, or has by another name that the models here leave at its default."""


class NotInKeras1Error(Exception):
    """Keras 1 had no such layer or setting."""


def _initializer(value: Any) -> str:
    names = {"GlorotUniform": "glorot_uniform", "Orthogonal": "orthogonal", "Zeros": "zero"}
    names |= {"Ones": "one", "RandomUniform": "uniform", "HeNormal": "he_normal"}
    return names[value["class_name"]]


def _sizes(names: tuple[str, ...]) -> Callable[[Config], None]:
    def change(config: Config) -> None:
        config.update(zip(names, config.pop("kernel_size"), strict=True))

    return change


def _renamed(**names: str) -> Callable[[Config], None]:
    def change(config: Config) -> None:
        for new, old in names.items():
            if new in config:
                config[old] = config.pop(new)

    return change


def _steps(config: Config) -> None:
    (config["filter_length"],), (config["subsample_length"],) = (
        config.pop("kernel_size"),
        config.pop("strides"),
    )
    (config["atrous_rate"],) = config.pop("dilation_rate")
    if config["atrous_rate"] != 1:
        raise NotInKeras1Error
    del config["atrous_rate"]


def _image(config: Config) -> None:
    if any(rate != 1 for rate in config.pop("dilation_rate", [1])):
        raise NotInKeras1Error
    config["subsample"] = config.pop("strides")


def _pool(config: Config) -> None:
    (config["pool_length"],), (config["stride"],) = config.pop("pool_size"), config.pop("strides")


def _recurrent(config: Config) -> None:
    _renamed(units="output_dim", recurrent_activation="inner_activation", dropout="dropout_W",
             recurrent_dropout="dropout_U")(config)  # fmt: skip
    if "unit_forget_bias" in config:
        config["forget_bias_init"] = "one" if config.pop("unit_forget_bias") else "zero"
    if not config.pop("bias", True):
        raise NotInKeras1Error
    config["consume_less"] = "cpu"


def _normalization(config: Config) -> None:
    axis = config["axis"]
    config["axis"] = axis[0] if isinstance(axis, list) else axis
    config["mode"] = 0


_RATE = _renamed(rate="p")
CHANGES: dict[str, tuple[Callable[[Config], None], ...]] = {
    "InputLayer": (), "Activation": (), "Flatten": (), "Reshape": (), "Permute": (), "Masking": (),
    "RepeatVector": (), "TimeDistributed": (), "Bidirectional": (), "ELU": (), "LeakyReLU": (),
    "ThresholdedReLU": (), "PReLU": (), "ZeroPadding1D": (), "ZeroPadding2D": (), "Embedding": (),
    "Cropping1D": (), "Cropping2D": (), "UpSampling2D": (), "MaxPooling2D": (), "MaxPooling3D": (),
    "AveragePooling2D": (), "GlobalMaxPooling1D": (), "GlobalAveragePooling1D": (),
    "GlobalMaxPooling2D": (), "GlobalAveragePooling2D": (),
    "Dense": (_renamed(units="output_dim"),),
    "Dropout": (_RATE,), "SpatialDropout1D": (_RATE,), "SpatialDropout2D": (_RATE,),
    "GaussianDropout": (_RATE,), "GaussianNoise": (_renamed(stddev="sigma"),),
    "Conv1D": (_steps, _renamed(filters="nb_filter")), "MaxPooling1D": (_pool,),
    "AveragePooling1D": (_pool,), "UpSampling1D": (_renamed(size="length"),),
    "Conv2D": (_sizes(("nb_row", "nb_col")), _image, _renamed(filters="nb_filter")),
    "Conv2DTranspose": (_sizes(("nb_row", "nb_col")), _image, _renamed(filters="nb_filter")),
    "SeparableConv2D": (_sizes(("nb_row", "nb_col")), _image, _renamed(filters="nb_filter")),
    "BatchNormalization": (_normalization,), "LSTM": (_recurrent,), "GRU": (_recurrent,),
    "SimpleRNN": (_recurrent,),
}  # fmt: skip
"""What is done to the settings of the classes that Keras 1 has."""


def older(model: Config) -> Config:
    """The object with `class_name` and `config` of Keras 2 as Keras 1 wrote it.

    Raises:
        NotInKeras1Error: Keras 1 had no such layer or setting.
    """
    kind, config = model["class_name"], model["config"]
    if kind == "Sequential":
        listed = [it for it in config["layers"] if it["class_name"] != "InputLayer"]
        shaped = [it["config"].get("batch_input_shape") for it in config["layers"]]
        layers = [_layer(item) for item in listed]
        layers[0]["config"]["batch_input_shape"] = shaped[0]
        return {"class_name": kind, "config": layers}
    if kind == "Functional":
        layers = [{**_layer(item), "inbound_nodes": _calls(item)} for item in config["layers"]]
        ends = {key: _nested(config[key]) for key in ("input_layers", "output_layers")}
        name = config["name"]
        return {"class_name": "Model", "config": {"name": name, "layers": layers, **ends}}
    raise NotInKeras1Error


def _nested(ends: Any) -> Any:
    if isinstance(ends, dict):
        raise NotInKeras1Error
    return [ends] if ends and isinstance(ends[0], str) else ends


def _calls(layer: Config) -> list[Any]:
    nodes = layer["inbound_nodes"]
    if any(not isinstance(item, list) or (len(item) > 3 and item[3])
           for node in nodes for item in node):  # fmt: skip
        raise NotInKeras1Error
    return [[item[:3] for item in node] for node in nodes]


def _layer(layer: Config) -> Config:
    kind, config = layer["class_name"], json.loads(json.dumps(layer["config"]))
    name = {"name": layer.get("name", config.get("name")) if isinstance(config, dict) else None}
    if kind in ("Sequential", "Functional"):
        return {**older(layer), **name}
    if kind in MERGES:
        made = {"mode": MERGES[kind], "concat_axis": config.get("axis", -1),
                "dot_axes": config.get("axes", -1), "mode_type": "raw", "name": config["name"],
                "output_shape": None, "output_mask": None, "arguments": {}}  # fmt: skip
        if config.get("normalize"):
            raise NotInKeras1Error
        return {"class_name": "Merge", "config": made, **name}
    if kind not in CHANGES or not isinstance(config, dict) or config.get("return_state"):
        raise NotInKeras1Error
    if config.get("reset_after") or config.get("groups", 1) != 1:
        raise NotInKeras1Error
    if not (config.get("center", True) and config.get("scale", True)):
        raise NotInKeras1Error
    _common(config)
    for change in CHANGES[kind]:
        change(config)
    if isinstance(config.get("layer"), dict):
        config["layer"] = _layer(config["layer"])
    return {"class_name": CLASSES.get(kind, kind), "config": config, **name}


def _common(config: Config) -> None:
    for new in LATER & config.keys():
        del config[new]
    for new, old in WEIGHTS.items():
        if new in config:
            value = config.pop(new)
            config[old] = value if new == "use_bias" else _initializer(value)
    if "padding" in config and isinstance(config["padding"], str):
        config["border_mode"] = config.pop("padding")
    if "data_format" in config:
        form = config.pop("data_format")
        config["dim_ordering"] = "th" if form == "channels_first" else "tf"
    for key in ("activation", "recurrent_activation"):
        if key in config and not isinstance(config[key], str):
            raise NotInKeras1Error
