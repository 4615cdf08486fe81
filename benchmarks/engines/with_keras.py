"""Keras on JAX: its own layers of the same names, and its compiled call, `predict_on_batch`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from workloads.network import Array, Layer, Network


def keras_layer(layer: Layer) -> Any:
    """Keras's layer, without weights yet."""
    settings = dict(layer.settings)
    settings.pop("use_causal_mask", None)  # an argument of the call
    if layer.type == "Bidirectional":
        inner = dict(settings.pop("layer"))
        return keras.layers.Bidirectional(getattr(keras.layers, inner.pop("type"))(**inner))
    if layer.type == "EinsumDense":
        result = settings["equation"].split("->")[1].removeprefix("...")
        sizes = settings.pop("sizes")
        own = settings["equation"].partition("...")[1]
        settings["output_shape"] = [sizes.get(letter) for letter in result[0 if own else 1 :]]
    return getattr(keras.layers, layer.type)(**settings)


def called(layer: Layer, read: list[Any]) -> Any:
    """The layer's output, with its weights."""
    if layer.type == "Einsum":
        return keras.ops.einsum(layer.settings["equation"], *read)
    made = keras_layer(layer)
    if layer.type == "MultiHeadAttention":
        result = made(*read, use_causal_mask=layer.settings.get("use_causal_mask", False))
    else:
        result = made(read[0] if len(read) == 1 else read)
    if layer.weights:
        made.set_weights(list(layer.weights.values()))
    return result


def build(network: Network) -> Callable[[], Array]:
    """A call of the model, from NumPy to NumPy."""
    inputs: dict[str, Any] = {}
    for name, feed in network.feeds.items():
        batch = len(feed.array) if "batch_shape" in feed.declared else None
        shape, dtype = feed.array.shape[1:], str(feed.array.dtype)
        inputs[name] = keras.Input(shape, batch_size=batch, dtype=dtype, name=name)
    values = dict(inputs)
    for layer in network.layers:
        if not layer.implied:
            values[layer.name] = called(layer, [values[name] for name in layer.takes])
    model = keras.Model(list(inputs.values()), values[network.output])
    feeds = [feed.array for feed in network.feeds.values()]
    if any("batch_shape" in feed.declared for feed in network.feeds.values()):
        return lambda: np.asarray(model(feeds))  # a batch must be one number there
    fed = feeds[0] if len(feeds) == 1 else feeds
    return lambda: np.asarray(model.predict_on_batch(fed))
