"""specc as its users call it: a spec and its weights from files, `model(data)`, checks included."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from workloads.network import Array, Network
from workloads.spec_file import write_spec

import spec_compiler as sc


def build(network: Network) -> Callable[[], Array]:
    """A call of the model on what is fed."""
    feeds = {name: feed.array for name, feed in network.feeds.items()}
    with tempfile.TemporaryDirectory() as folder:
        if network.example is None:
            path = write_spec(network, Path(folder))
        else:
            feeds = {name: feeds[name] for name in network.example.feeds}
            path = Path(shutil.copy(network.example.spec, folder))
            shutil.copy(network.example.weights, Path(folder) / "model.safetensors")
        model = sc.compile_file(path)
        assert model.weights is not None  # read now: the folder goes
    if len(feeds) == 1:
        [only] = feeds.values()
        return lambda: model(only)
    return lambda: model(feeds)
