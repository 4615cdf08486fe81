"""What PyTorch and others call the weights of a layer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

OURS: Mapping[str, tuple[str, ...]] = {
    "weight": ("kernel", "gamma", "embeddings"),
    "weights": ("kernel", "gamma", "embeddings"),
    "w": ("kernel", "embeddings"),
    "embedding": ("embeddings",),
    "table": ("embeddings",),
    "matrix": ("kernel", "embeddings"),
    "b": ("bias",),
    "bias": ("beta",),
    "scale": ("gamma",),
    "running_mean": ("moving_mean",),
    "running_var": ("moving_variance",),
}
"""How names of weights end elsewhere, and what of ours they may be."""


def weight_called(name: str, weights: Collection[str]) -> str:
    """The weight of a layer that another tool calls so, or ``.

    Args:
        name: What is written behind the layer.
        weights: The names of the layer's own.
    """
    before, dot, last = name.rpartition(".")
    for meant in OURS.get(last.casefold(), ()):
        if (ours := f"{before}{dot}{meant}") in weights:
            return ours
    return ""
