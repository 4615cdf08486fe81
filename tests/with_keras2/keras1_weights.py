"""A layer's arrays in a file as Keras 1 wrote them: gates apart, kernels of steps with a column."""

from __future__ import annotations

from typing import Any

import numpy as np

GATES = {"LSTM": "icfo", "GRU": "zrh"}
"""The gates in the order in which Keras 1 saved them."""
NOW = {"LSTM": "ifco", "GRU": "zrh"}
"""The same in the order in which they lie in one kernel since."""


def older_weights(group: Any, layer: Any) -> None:
    """Rewrite the arrays of a layer in its group of an HDF5 file."""
    names = [name.decode() if isinstance(name, bytes) else name
             for name in group.attrs["weight_names"]]  # fmt: skip
    arrays = [np.array(group[name]) for name in names]
    made = _older(layer, arrays)
    for name in names:
        del group[name]
    called = [f"{layer.name}_W{number}" for number in range(len(made))]
    for name, array in zip(called, made, strict=True):
        group[name] = array
    group.attrs["weight_names"] = [name.encode() for name in called]


def _older(layer: Any, arrays: list[Any]) -> list[Any]:
    kind = type(layer).__name__
    if kind == "TimeDistributed":
        return _older(layer.layer, arrays)
    if kind == "Bidirectional":
        half = len(arrays) // 2
        return [*_older(layer.forward_layer, arrays[:half]),
                *_older(layer.backward_layer, arrays[half:])]  # fmt: skip
    if kind in ("Functional", "Sequential"):
        return _of_model(layer, arrays)
    if kind in GATES:
        count = len(GATES[kind])
        split = [np.split(array, count, axis=-1) for array in arrays]
        return [part[NOW[kind].index(gate)] for gate in GATES[kind] for part in split]
    if kind == "Conv1D":
        return [arrays[0][:, None], *arrays[1:]]
    if kind == "Conv2DTranspose":
        return [arrays[0].transpose(0, 1, 3, 2), *arrays[1:]]
    return arrays


def _of_model(model: Any, arrays: list[Any]) -> list[Any]:
    """A nested model's: all that are trained, then all that are not."""
    trained, fixed = [], []
    every = model.trainable_weights + model.non_trainable_weights
    position = {id(weight): array for weight, array in zip(every, arrays, strict=True)}
    for layer in model.layers:
        count = len(layer.trainable_weights)
        weights = layer.trainable_weights + layer.non_trainable_weights
        own = [position[id(weight)] for weight in weights]
        made = _older(layer, own)
        extra = len(layer.non_trainable_weights) if count else len(made)
        trained += made[: len(made) - extra]
        fixed += made[len(made) - extra :]
    return [*trained, *fixed]
