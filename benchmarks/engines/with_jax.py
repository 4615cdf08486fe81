"""JAX: the network as one function under `jax.jit`, its weights as arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from workloads.network import Array, Layer, Network

Weights = Mapping[str, Any]
ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "relu": jax.nn.relu,
    "relu6": jax.nn.relu6,
    "gelu": partial(jax.nn.gelu, approximate=False),
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "softmax": jax.nn.softmax,
}


def activated(layer: Layer, x: Any) -> Any:
    """A value after the layer's activation."""
    activation = layer.settings.get("activation")
    return x if activation is None else ACTIVATIONS[activation](x)


def dense(layer: Layer, w: Weights, x: Any) -> Any:
    return activated(layer, x @ w["kernel"] + w["bias"])


def average_steps(layer: Layer, w: Weights, x: Any, *kept: Any) -> Any:
    if not kept:
        return x.mean(1)
    each = kept[0][..., None].astype(x.dtype)
    return (x * each).sum(1) / each.sum(1)


def lstm_step(z: Any, w: Weights, state: Any) -> Any:
    hidden, cell = state
    i, f, g, o = jnp.split(z + hidden @ w["recurrent_kernel"], 4, -1)
    cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(cell), cell


def gru_step(z: Any, w: Weights, state: Any) -> Any:
    [hidden] = state
    h_update, h_reset, h_new = jnp.split(hidden @ w["recurrent_kernel"] + w["bias"][1], 3, -1)
    update, reset, new = jnp.split(z, 3, -1)
    update, reset = jax.nn.sigmoid(update + h_update), jax.nn.sigmoid(reset + h_reset)
    return (update * hidden + (1 - update) * jnp.tanh(new + reset * h_new),)


def simple_step(z: Any, w: Weights, state: Any) -> Any:
    return (jnp.tanh(z + state[0] @ w["recurrent_kernel"]),)


STEPS = {"LSTM": (lstm_step, 2), "GRU": (gru_step, 1), "SimpleRNN": (simple_step, 1)}


def scanned(kind: str, w: Weights, x: Any, kept: tuple[Any, ...], reverse: bool = False) -> Any:
    """The state after the last step that is not masked."""
    step, states = STEPS[kind]
    bias = w["bias"][0] if kind == "GRU" else w["bias"]
    z = jnp.einsum("btf,fg->tbg", x, w["kernel"]) + bias
    start = (jnp.zeros((len(x), w["recurrent_kernel"].shape[0])),) * states

    def body(state: Any, at: Any) -> Any:
        new = step(at[0], w, state)
        for mask in at[1:]:
            pairs = zip(new, state, strict=True)
            new = tuple(jnp.where(mask[:, None], after, before) for after, before in pairs)
        return new, None

    sequences = (z, *(mask.T for mask in kept))
    return jax.lax.scan(body, start, sequences, reverse=reverse)[0][0]


def recurrent(layer: Layer, w: Weights, x: Any, *kept: Any) -> Any:
    return scanned(layer.type, w, x, kept)


def bidirectional(layer: Layer, w: Weights, x: Any, *kept: Any) -> Any:
    kind = layer.settings["layer"]["type"]
    ends: list[Any] = []
    for reverse, direction in enumerate(("forward_layer.", "backward_layer.")):
        names = [name for name in w if name.startswith(direction)]
        own = {name.removeprefix(direction): w[name] for name in names}
        ends.append(scanned(kind, own, x, kept, bool(reverse)))
    return jnp.concatenate(ends, -1)


def attention(layer: Layer, w: Weights, x: Any, _: Any, *kept: Any) -> Any:
    names = ("query", "key", "value")
    q, k, v = (
        jnp.einsum("btd,dhe->bthe", x, w[f"{name}.kernel"]) + w[f"{name}.bias"] for name in names
    )
    scores = jnp.einsum("bqhe,bkhe->bhqk", q, k) / np.sqrt(q.shape[-1]).astype("f")
    for mask in kept:
        scores = jnp.where(mask[:, None, None, :], scores, -1e9)
    if layer.settings.get("use_causal_mask"):
        scores = jnp.where(jnp.tri(x.shape[1], dtype=bool), scores, -1e9)
    read = jnp.einsum("bhqk,bkhe->bqhe", jax.nn.softmax(scores), v)
    out = jnp.einsum("bqhe,hed->bqd", read, w["attention_output.kernel"])
    return out + w["attention_output.bias"]


def layer_norm(layer: Layer, w: Weights, x: Any) -> Any:
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    scaled = (x - mean) * jax.lax.rsqrt(variance + layer.settings["epsilon"])
    return scaled * w["gamma"] + w["beta"]


def conv(layer: Layer, w: Weights, x: Any) -> Any:
    kernel, groups = w["kernel"], 1
    if layer.type == "DepthwiseConv2D":
        groups = kernel.shape[2]
        kernel = kernel.transpose(0, 1, 3, 2)
    axes = x.ndim - 2
    words = ("NHC", "HIO", "NHC") if axes == 1 else ("NHWC", "HWIO", "NHWC")
    strides = (layer.settings.get("strides", 1),) * axes
    x = jax.lax.conv_general_dilated(
        x, kernel, strides, "SAME", dimension_numbers=words, feature_group_count=groups
    )
    return activated(layer, x + w["bias"] if "bias" in w else x)


def batch_norm(layer: Layer, w: Weights, x: Any) -> Any:
    scale = w["gamma"] * jax.lax.rsqrt(w["moving_variance"] + 1e-3)
    return x * scale + (w["beta"] - w["moving_mean"] * scale)


def mask(layer: Layer, w: Weights, x: Any) -> Any:
    axis = layer.settings["axis"]
    return x != 0 if axis is None else (x != 0).any(axis)


LAYERS: dict[str, Callable[..., Any]] = {
    "Activation": lambda layer, w, x: activated(layer, x),
    "Add": lambda layer, w, *values: sum(values[1:], values[0]),
    "BatchNormalization": batch_norm,
    "Bidirectional": bidirectional,
    "Conv1D": conv,
    "Conv2D": conv,
    "Dense": dense,
    "DepthwiseConv2D": conv,
    "Einsum": lambda layer, w, p, q: jnp.einsum(layer.settings["equation"], p, q),
    "EinsumDense": lambda layer, w, x: jnp.einsum(layer.settings["equation"], x, w["kernel"]),
    "Embedding": lambda layer, w, ids: w["embeddings"][ids],
    "GRU": recurrent,
    "GlobalAveragePooling1D": average_steps,
    "GlobalAveragePooling2D": lambda layer, w, x: x.mean((1, 2)),
    "GlobalMaxPooling1D": lambda layer, w, x: x.max(1),
    "LSTM": recurrent,
    "LayerNormalization": layer_norm,
    "Mask": mask,
    "Masking": lambda layer, w, x: x,  # what is masked is 0 already
    "MultiHeadAttention": attention,
    "SimpleRNN": recurrent,
    "UnitNormalization": lambda layer, w, x: x * jax.lax.rsqrt((x * x).sum(-1, keepdims=True)),
}


def build(network: Network) -> Callable[[], Array]:
    """A call of the network, from NumPy to NumPy."""
    layers, output = network.layers, network.output
    feeds = {name: feed.array for name, feed in network.feeds.items()}
    weights = [
        {name: jax.device_put(array) for name, array in layer.weights.items()} for layer in layers
    ]

    @jax.jit
    def net(weights: Any, fed: Any) -> Any:
        values = dict(fed)
        for layer, w in zip(layers, weights, strict=True):
            read = [values[name] for name in layer.reads]
            values[layer.name] = LAYERS[layer.type](layer, w, *read)
        return values[output]

    return lambda: np.asarray(net(weights, feeds))
