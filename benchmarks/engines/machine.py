"""What the machine can do: asked in turn with the engines, so that a slow moment meets all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from workloads.network import Array, Network

SIDE = 1536
FLOPS = 2 * SIDE**3
COPIED = 192 << 20  # bytes, more than caches hold


def product(network: Network) -> Callable[[], Array]:
    """A square product of float32 matrices, whatever the network is."""
    first, second = network.normal(SIDE, SIDE), network.normal(SIDE, SIDE)
    result = np.empty_like(first)
    return lambda: first.dot(second, result)


def copy(network: Network) -> Callable[[], Array]:
    """A copy of a large array."""
    source = np.ones(COPIED // 4, np.float32)
    target = np.empty_like(source)

    def run() -> Array:
        np.copyto(target, source)
        return target

    return run
