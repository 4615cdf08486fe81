"""A network as data: Keras's layers, settings and weights, for each engine in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
RECURRENT = ("LSTM", "GRU", "SimpleRNN", "Bidirectional")
READ_MASKS = (*RECURRENT, "GlobalAveragePooling1D", "MultiHeadAttention")
END_MASKS = (*RECURRENT, "GlobalAveragePooling1D")


@dataclass(frozen=True)
class Feed:
    """What is fed under a name, and what a spec declares of it."""

    array: Array
    declared: Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """A layer. Its weights have Keras's names and stand in Keras's order."""

    name: str
    type: str
    takes: tuple[str, ...]
    settings: Mapping[str, Any]
    weights: Mapping[str, Array]
    mask: str | None = None
    implied: bool = False  # a mask: a value of its own only for those who do not know masks

    @property
    def reads(self) -> tuple[str, ...]:
        """All values it reads, the mask last."""
        return self.takes if self.mask is None else (*self.takes, self.mask)


@dataclass(frozen=True)
class Example:
    """A spec that stands in `examples`, in place of one written from the layers."""

    spec: Path
    weights: Path
    feeds: tuple[str, ...]


@dataclass
class Network:
    """A network that grows by a layer a call; the last one is the output."""

    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))
    feeds: dict[str, Feed] = field(default_factory=dict[str, Feed])
    layers: list[Layer] = field(default_factory=list[Layer])
    masks: dict[str, str] = field(default_factory=dict[str, str])
    example: Example | None = None
    products: int = 0  # floating-point operations of the matrix products, where a row asks for them

    def normal(self, *shape: int, scale: float = 1.0) -> Array:
        """Float32 numbers around 0."""
        return self.random.standard_normal(shape, dtype=np.float32) * np.float32(scale)

    def feed(self, name: str, array: Array, **declared: Any) -> str:
        """An input; without a `shape` or `batch_shape` its sizes are those of the array."""
        if "batch_shape" not in declared:
            declared.setdefault("shape", list(array.shape[1:]))
        self.feeds[name] = Feed(array, declared | {"dtype": str(array.dtype)})
        return name

    def add(
        self, kind: str, *takes: str, weights: Mapping[str, Array] | None = None, **settings: Any
    ) -> str:
        """A layer that reads values by name; returns its name. Masks go the way of Keras's."""
        name = f"{kind.lower()}{len(self.layers)}"
        carried = next((self.masks[value] for value in takes if value in self.masks), None)
        read = carried if kind in READ_MASKS else None
        self.layers.append(Layer(name, kind, takes, settings, weights or {}, read))
        if kind == "Masking" or settings.get("mask_zero"):
            carried = f"{name}.mask"
            made = {"axis": -1 if kind == "Masking" else None}
            self.layers.append(Layer(carried, "Mask", takes, made, {}, implied=True))
        if carried and kind not in END_MASKS:
            self.masks[name] = carried
        return name

    def dense(self, x: str, kernel: Array, bias: Array, activation: str | None = None) -> str:
        """A Dense layer with these weights."""
        rows = next(iter(self.feeds.values())).array.shape[0]
        self.products += 2 * rows * kernel.size
        weights = {"kernel": kernel, "bias": bias}
        settings = {"activation": activation} if activation else {}
        return self.add("Dense", x, weights=weights, units=kernel.shape[1], **settings)

    @property
    def output(self) -> str:
        """The name of what the network gives."""
        return next(layer.name for layer in reversed(self.layers) if not layer.implied)
