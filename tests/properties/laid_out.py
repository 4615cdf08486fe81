"""Weights in a file of others, and the map that leads back."""

from __future__ import annotations

from typing import Any

import numpy as np


def laid_out_otherwise(weights: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors of a file by other names, and the map that leads back."""
    file: dict[str, Any] = {}
    entries: dict[str, Any] = {}
    for index, (name, array) in enumerate(weights.items()):
        form = index % 5 if array.ndim and array.shape[0] else 0
        there = f"their.{index}"
        if form == 0:
            file[there], entries[name] = array, there
        elif form == 1:
            file[there] = np.ascontiguousarray(array.T)
            entries[name] = {"from": there, "as": "transpose(w)"}
        elif form == 2:
            file[there] = array.reshape(-1)
            sizes = ", ".join(map(str, array.shape))
            entries[name] = {"from": there, "as": f"reshape(w, [{sizes}])"}
        elif form == 3:
            file[f"{there}.a"], file[f"{there}.b"] = array[:1], array[1:]
            sources = {"a": f"{there}.a", "b": f"{there}.b"}
            entries[name] = {"from": sources, "as": "concat([a, b], axis=0)"}
        else:
            head, _, last = name.rpartition(".")
            file[f"{there}.{last}"] = array
            entries[f"{head}.{{i}}"] = f"{there}.{{i}}"
            if sum(other.startswith(f"{head}.") for other in weights) > 1:
                del entries[f"{head}.{{i}}"]
                entries[name] = f"{there}.{last}"
    return file, entries
