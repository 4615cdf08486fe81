"""The classes that `keras.applications` has of its own, as layers that do the same at inference."""

from __future__ import annotations

from spec_compiler.keras.json_data import JsonPlace, class_of

_MODULES = "keras.src.applications."


def plain_layer(place: JsonPlace) -> JsonPlace:
    """A serialised layer, put into a class that all may use where it is of one of theirs."""
    module = place.get("module").value
    if not isinstance(module, str) or not module.startswith(_MODULES):
        return place
    config = place.get("config")
    match class_of(place):
        case "StochasticDepth":  # which leaves paths out in training alone
            inert = config.with_(drop_path_rate=...)
            return place.with_(class_name="Identity", config=inert)
        case "LayerScale":
            first = {
                "class_name": "Constant",
                "config": {"value": config.get("init_values")},
            }
            scale = config.with_(
                init_values=...,
                projection_dim=...,
                equation="...c,c->...c",
                output_shape=[config.get("projection_dim")],
                kernel_initializer=JsonPlace(first, config.path),
            )
            return place.with_(class_name="EinsumDense", config=scale)
        case _:
            return place
