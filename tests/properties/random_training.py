"""How random models are trained: losses of any numbers, and what stands beside them."""

from __future__ import annotations

from typing import Any

from random_tensors import FLOATS, Growing, Tensor

_LOSSES = (
    "mean_squared_error",
    "mae",
    "LogCosh",
    {"type": "huber", "delta": 2, "reduction": "sum"},
    {"type": "mape"},
)
_RATES = (
    0.01,
    "1 / width",
    {"type": "cosine_decay", "initial_learning_rate": 0.1, "decay_steps": "2 * epoch"},
    {"type": "PolynomialDecay", "initial_learning_rate": 0.1, "decay_steps": "width", "power": 2},
    {"type": "piecewise_constant_decay", "boundaries": [3, "9 * epoch"], "values": [1, 0.5, 0.1]},
)
_OPTIMIZERS = (
    {"type": "adamw", "weight_decay": 0.1},
    {"type": "SGD", "momentum": 0.9, "nesterov": True},
    {"type": "muon", "exclude_layers": ["embed"]},
    {"type": "lion", "clipnorm": 1, "use_ema": True},
)
_METRICS = ("mse", "mean_absolute_error", {"type": "log_cosh_error"}, "root_mean_squared_error")


def add_training(g: Growing, outputs: dict[str, Tensor]) -> None:
    """A section that fits, where a layer is there whose weights change."""
    layers = g.document["layers"]
    learns = any(item.get("type") == "Dense" and "trainable" not in item for item in layers)
    fits = {
        name: tensor
        for name, tensor in outputs.items()
        if tensor.dtype in FLOATS and not tensor.constant and not tensor.displaced
    }
    if not learns or not fits or "defaults" in g.document:
        return
    alone = len(outputs) == 1
    named = dict.fromkeys(g.several(tuple(fits), 2))
    train: dict[str, Any] = {
        "loss": g.pick(*_LOSSES) if alone else {name: g.pick(*_LOSSES) for name in named},
    }
    if g.chance(50):
        rate = {"learning_rate": g.pick(*_RATES)}
        train["optimizer"] = g.pick("adam", {**g.pick(*_OPTIMIZERS), **rate})
    if g.chance(50):
        metrics = g.pick(g.pick(*_METRICS), [g.pick(*_METRICS), "mae"])
        train["metrics"] = metrics if alone else dict.fromkeys(named, metrics)
    if g.chance(30):
        first = next(iter(fits if alone else named))
        train["labels"] = {"wanted": g.pick({"output": first, "dtype": "float64"}, first)}
    if g.chance(30):
        train |= {"epochs": "2 * width", "batch_size": 4, "seed": g.whole(0, 9)}
    if g.chance(30):
        train |= {"validation_split": 0.25, "early_stopping": {"patience": g.whole(0, 3)}}
    if not alone and g.chance(30):
        train["loss_weights"] = dict.fromkeys(named, 0.5)
    g.document["train"] = train
