"""PyTorch: what its functional interface has for each layer, eager or by torch.compile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 -- as everyone calls it
from torch import Tensor, from_numpy
from workloads.network import Array, Layer, Network

Run = Callable[..., Tensor]
ACTIVATIONS: dict[str, Run] = {
    "relu": torch.relu,
    "relu6": F.relu6,
    "gelu": F.gelu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": partial(torch.softmax, dim=-1),
}


def weight(layer: Layer, name: str) -> Tensor:
    """A weight as it stands."""
    return from_numpy(np.ascontiguousarray(layer.weights[name]))


def activated(layer: Layer, run: Run) -> Run:
    """What a layer computes, and its activation."""
    activation = layer.settings.get("activation")
    if activation is None:
        return run
    act = ACTIVATIONS[activation]
    return lambda *values: act(run(*values))


def dense(layer: Layer) -> Run:
    kernel = from_numpy(layer.weights["kernel"].T.copy())
    bias = weight(layer, "bias")
    return activated(layer, lambda x: F.linear(x, kernel, bias))


def einsum_dense(layer: Layer) -> Run:
    kernel, equation = weight(layer, "kernel"), layer.settings["equation"]
    return lambda x: torch.einsum(equation, x, kernel)


def einsum(layer: Layer) -> Run:
    equation = layer.settings["equation"]
    return lambda p, q: torch.einsum(equation, p, q)


def embedding(layer: Layer) -> Run:
    table = weight(layer, "embeddings")
    return lambda ids: F.embedding(ids, table)


def mask(layer: Layer) -> Run:
    axis = layer.settings["axis"]
    return (lambda x: x != 0) if axis is None else (lambda x: (x != 0).any(axis))


def average_steps(layer: Layer) -> Run:
    if layer.mask is None:
        return lambda x: x.mean(1)

    def masked(x: Tensor, kept: Tensor) -> Tensor:
        each = kept.unsqueeze(-1).to(x.dtype)
        return (x * each).sum(1) / each.sum(1)

    return masked


# Keras's gates of an LSTM are input, forget, candidate, output, as torch's; of a GRU update,
# reset, candidate, where torch begins with reset.
RECURRENT: dict[str, tuple[Any, tuple[int, ...]]] = {
    "LSTM": (torch.nn.LSTM, (0, 1, 2, 3)),
    "GRU": (torch.nn.GRU, (1, 0, 2)),
    "SimpleRNN": (torch.nn.RNN, (0,)),
}


def recurrent(layer: Layer) -> Run:
    both = layer.type == "Bidirectional"
    kind = layer.settings["layer"]["type"] if both else layer.type
    made, order = RECURRENT[kind]
    prefixes = {"": "forward_layer.", "_reverse": "backward_layer."} if both else {"": ""}
    first = layer.weights[next(iter(prefixes.values())) + "kernel"]
    units = first.shape[1] // len(order)
    module = made(first.shape[0], units, batch_first=True, bidirectional=both)

    def turned(array: Array) -> Tensor:
        parts = np.split(array, len(order), axis=-1)
        return from_numpy(np.concatenate([parts[gate] for gate in order], axis=-1).T.copy())

    with torch.no_grad():
        for suffix, prefix in prefixes.items():
            bias = np.atleast_2d(layer.weights[f"{prefix}bias"])
            found = {
                "weight_ih_l0": turned(layer.weights[f"{prefix}kernel"]),
                "weight_hh_l0": turned(layer.weights[f"{prefix}recurrent_kernel"]),
                "bias_ih_l0": turned(bias[0]),
                "bias_hh_l0": turned(bias[1]) if len(bias) == 2 else torch.zeros(first.shape[1]),
            }
            for name, value in found.items():
                getattr(module, name + suffix).copy_(value)

    def last(x: Tensor, *kept: Tensor) -> Tensor:
        if not kept:
            return module(x)[0][:, -1]
        lengths = kept[0].sum(1)
        if not both:
            return module(x)[0][torch.arange(len(x)), lengths - 1]
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            x, lengths, batch_first=True, enforce_sorted=False
        )
        return torch.cat(tuple(module(packed)[1]), -1)

    return last


def attention(layer: Layer) -> Run:
    names = ("query", "key", "value")
    width, heads, _ = layer.weights["query.kernel"].shape
    kernels = [layer.weights[f"{name}.kernel"].reshape(width, -1) for name in names]
    biases = [layer.weights[f"{name}.bias"].reshape(-1) for name in names]
    kernel = from_numpy(np.concatenate(kernels, 1).T.copy())
    bias = from_numpy(np.concatenate(biases))
    out = from_numpy(layer.weights["attention_output.kernel"].reshape(-1, width).T.copy())
    out_bias = weight(layer, "attention_output.bias")
    causal = layer.settings.get("use_causal_mask", False)

    def run(x: Tensor, same: Tensor, *kept: Tensor) -> Tensor:
        rows, steps, _ = x.shape
        parts = F.linear(x, kernel, bias).view(rows, steps, 3, heads, -1).permute(2, 0, 3, 1, 4)
        allowed = kept[0][:, None, None, :] if kept else None
        read = F.scaled_dot_product_attention(*parts, attn_mask=allowed, is_causal=causal)
        return F.linear(read.transpose(1, 2).reshape(rows, steps, width), out, out_bias)

    return run


def layer_norm(layer: Layer) -> Run:
    gamma, beta = weight(layer, "gamma"), weight(layer, "beta")
    epsilon = layer.settings["epsilon"]
    return lambda x: F.layer_norm(x, gamma.shape, gamma, beta, epsilon)


def conv_2d(layer: Layer) -> Run:
    deep = layer.type == "DepthwiseConv2D"
    kernel = from_numpy(layer.weights["kernel"]).permute((2, 3, 0, 1) if deep else (3, 2, 0, 1))
    kernel = kernel.contiguous(memory_format=torch.channels_last)
    strides, padding = layer.settings.get("strides", 1), layer.settings["kernel_size"] // 2
    groups = len(kernel) if deep else 1

    def run(x: Tensor) -> Tensor:  # views of channels_last: nothing is moved
        x = F.conv2d(x.permute(0, 3, 1, 2), kernel, None, strides, padding, groups=groups)
        return x.permute(0, 2, 3, 1)

    return run


def conv_1d(layer: Layer) -> Run:
    kernel = from_numpy(layer.weights["kernel"].transpose(2, 1, 0).copy())
    bias, padding = weight(layer, "bias"), layer.settings["kernel_size"] // 2

    def run(x: Tensor) -> Tensor:
        return F.conv1d(x.transpose(1, 2), kernel, bias, padding=padding).transpose(1, 2)

    return activated(layer, run)


def batch_norm(layer: Layer) -> Run:
    names = ("moving_mean", "moving_variance", "gamma", "beta")
    mean, variance, gamma, beta = (weight(layer, name) for name in names)

    def run(x: Tensor) -> Tensor:
        x = F.batch_norm(x.permute(0, 3, 1, 2), mean, variance, gamma, beta, eps=1e-3)
        return x.permute(0, 2, 3, 1)

    return run


LAYERS: dict[str, Callable[[Layer], Run]] = {
    "Activation": lambda layer: ACTIVATIONS[layer.settings["activation"]],
    "Add": lambda layer: lambda x, *more: x + sum(more[1:], more[0]),
    "BatchNormalization": batch_norm,
    "Bidirectional": recurrent,
    "Conv1D": conv_1d,
    "Conv2D": conv_2d,
    "Dense": dense,
    "DepthwiseConv2D": conv_2d,
    "Einsum": einsum,
    "EinsumDense": einsum_dense,
    "Embedding": embedding,
    "GRU": recurrent,
    "GlobalAveragePooling1D": average_steps,
    "GlobalAveragePooling2D": lambda layer: lambda x: x.mean((1, 2)),
    "GlobalMaxPooling1D": lambda layer: lambda x: x.amax(1),
    "LSTM": recurrent,
    "LayerNormalization": layer_norm,
    "Mask": mask,
    "Masking": lambda layer: lambda x: x,  # what is masked is 0 already
    "MultiHeadAttention": attention,
    "SimpleRNN": recurrent,
    "UnitNormalization": lambda layer: lambda x: F.normalize(x, dim=-1),
}


def build(network: Network, compiled: bool = False) -> Callable[[], Array]:
    """A call of the network, from NumPy to NumPy."""
    steps = [(LAYERS[layer.type](layer), layer.reads, layer.name) for layer in network.layers]
    feeds = {name: feed.array for name, feed in network.feeds.items()}
    output = network.output

    def net(fed: dict[str, Tensor]) -> Tensor:
        values = dict(fed)
        for run, reads, name in steps:
            values[name] = run(*[values[each] for each in reads])
        return values[output]

    chosen = torch.compile(net) if compiled else net

    def call() -> Array:
        with torch.inference_mode():
            return chosen({name: from_numpy(array) for name, array in feeds.items()}).numpy()

    return call
