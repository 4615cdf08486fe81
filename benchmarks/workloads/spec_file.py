"""A network as its spec and its weights file: what a user of specc has."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from workloads.network import Layer, Network


def write_spec(network: Network, folder: Path) -> Path:
    """Write `spec.yaml` and, if there are weights, `weights.safetensors`; the path of the spec."""
    weights = {
        f"{layer.name}.{name}": np.ascontiguousarray(array)
        for layer in network.layers
        for name, array in layer.weights.items()
    }
    text = spec_text(network)
    if weights:
        save_file(weights, folder / "weights.safetensors")
        text += "weights: {file: weights.safetensors}\n"
    path = folder / "spec.yaml"
    path.write_text(text)
    return path


def spec_text(network: Network) -> str:
    """The spec without its weights. JSON is YAML, so a layer is a line of JSON."""
    sizes = {
        size: {}
        for feed in network.feeds.values()
        for size in feed.declared.get("shape", ())
        if isinstance(size, str)
    }
    inputs = {name: feed.declared for name, feed in network.feeds.items()}
    lines = ["specc: 1", f"inputs: {json.dumps(inputs)}", "layers:"]
    if sizes:
        lines.insert(1, f"dims: {json.dumps(sizes)}")
    lines += [f"  - {json.dumps(written(layer))}" for layer in network.layers if not layer.implied]
    return "\n".join(lines) + "\n"


def written(layer: Layer) -> dict[str, object]:
    """A layer as a spec has it."""
    if layer.type == "Einsum":
        first, second = layer.takes
        function = f'einsum("{layer.settings["equation"]}", {first}, {second})'
        named = {name: name for name in layer.takes}
        return {"type": "Lambda", "name": layer.name, "from": named, "function": function}
    source = layer.takes[0] if len(layer.takes) == 1 else list(layer.takes)
    return {"type": layer.type, "name": layer.name, "from": source, **layer.settings}
