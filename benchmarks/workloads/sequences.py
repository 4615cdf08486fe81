"""What several workloads are made of: recurrent layers, encoders, sequences with padding."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workloads.network import Array, Network

PROJECTIONS = ("query", "key", "value", "attention_output")


def padded(network: Network, rows: int, steps: int, shortest: int) -> Array:
    """Where steps hold something: each row from its start to a length of its own."""
    lengths = network.random.integers(shortest, steps + 1, rows)
    return np.arange(steps)[None] < lengths[:, None]


def recurrent_weights(network: Network, features: int, units: int, gates: int) -> dict[str, Array]:
    """Weights of an LSTM (4 gates), a GRU (3) or a SimpleRNN (1)."""
    width = gates * units
    bias = (2, width) if gates == 3 else (width,)
    return {
        "kernel": network.normal(features, width, scale=0.1),
        "recurrent_kernel": network.normal(units, width, scale=0.08),
        "bias": network.normal(*bias, scale=0.1),
    }


def encoder_weights(network: Network, width: int, heads: int, inner: int) -> dict[str, Array]:
    """Weights of a transformer's encoder by the names that `encoder` reads."""
    found: dict[str, Array] = {}
    each = width // heads
    for name in PROJECTIONS:
        last = name == "attention_output"
        kernel = network.normal(width, width, scale=width**-0.5)
        bias = network.normal(width, scale=0.1)
        found[f"{name}.kernel"] = kernel.reshape(
            (heads, each, width) if last else (width, heads, each)
        )
        found[f"{name}.bias"] = bias if last else bias.reshape(heads, each)
    for norm in ("norm_1", "norm_2"):
        found[f"{norm}.gamma"] = 1 + network.normal(width, scale=0.1)
        found[f"{norm}.beta"] = network.normal(width, scale=0.1)
    for name, (rows, columns) in {"up": (width, inner), "down": (inner, width)}.items():
        found[f"{name}.kernel"] = network.normal(rows, columns, scale=rows**-0.5)
        found[f"{name}.bias"] = network.normal(columns, scale=0.1)
    return found


def encoder(
    network: Network, x: str, weights: Mapping[str, Array], epsilon: float, causal: bool = False
) -> str:
    """Attention, then two Dense layers, each added to what went in and normalised."""

    def of(*layers: str) -> dict[str, Array]:
        return {
            name if len(layers) > 1 else name.partition(".")[2]: array
            for name, array in weights.items()
            if name.partition(".")[0] in layers
        }

    _, heads, each = weights["query.kernel"].shape
    settings = {"use_causal_mask": True} if causal else {}
    attention = network.add(
        "MultiHeadAttention",
        x,
        x,
        weights=of(*PROJECTIONS),
        num_heads=heads,
        key_dim=each,
        **settings,
    )
    attended = network.add("Add", x, attention)
    x = network.add("LayerNormalization", attended, weights=of("norm_1"), epsilon=epsilon)
    up = network.dense(x, weights["up.kernel"], weights["up.bias"], "gelu")
    down = network.dense(up, weights["down.kernel"], weights["down.bias"])
    fed = network.add("Add", x, down)
    return network.add("LayerNormalization", fed, weights=of("norm_2"), epsilon=epsilon)
