"""Blocks, their use, and defaults, drawn so that they are valid."""

from __future__ import annotations

from typing import Any

from random_tensors import FLOATS, Growing, Tensor, computes_in

BLOCKS: dict[str, Any] = {
    "ffn": {
        "params": {"w": "int", "act": {"type": "activation", "default": "gelu"}},
        "inputs": {"x": {"shape": ["...", "d"]}},
        "layers": [
            {"type": "Dense", "name": "up", "units": "w", "activation": "$act"},
            {"type": "Dense", "name": "down", "units": "d"},
        ],
        "outputs": {"y": {"from": "down", "shape": ["batch", "...", "d"]}},
    },
    "two": {
        "inputs": {"x": {"shape": ["...", "d"]}},
        "layers": [
            {"use": "ffn", "name": "f", "repeat": 2, "with": {"w": "d + i"}},
            {"type": "LayerNormalization", "name": "n"},
            {"type": "Add", "name": "sum", "from": ["f", "n"]},
        ],
        "outputs": {"a": "n", "b": {"from": "sum", "shape": [None, "...", "2 * d / 2"]}},
    },
    "again": {
        "inputs": {"x": {"shape": ["...", "d"]}},
        "layers": [
            {"type": "Dense", "name": "once", "units": "d"},
            {"reuse": "once", "name": "twice"},
            {"type": "Lambda", "name": "act", "function": "tanh(x) / d"},
        ],
        "outputs": "act",
    },
    "join": {
        "doc": "of two inputs, one of which is the same for all copies",
        "params": {"k": {"value": "d + 1"}, "times": {"type": "float", "default": 0.5}},
        "inputs": {"a": {"shape": ["...", "d"], "doc": "goes on"}, "b": {"shape": ["...", "d"]}},
        "layers": [
            {"type": "Dense", "name": "wide", "units": "k", "from": "a"},
            {"type": "Lambda", "name": "narrow", "function": "wide[..., :d] * times"},
            {"type": "Add", "name": "sum", "from": ["narrow", "b"]},
        ],
        "outputs": {"a": "sum"},
    },
    "plain": {
        "inputs": {"x": {"shape": ["...", "d"], "dtype": "float32"}},
        "layers": [{"type": "Dense", "name": "same", "units": "d", "dtype": "float32"}],
        "outputs": {"y": {"from": "same", "dtype": "float32", "mask": "none"}},
    },
}
DEFAULTS: dict[str, tuple[dict[str, Any], ...]] = {
    "Dense": ({"kernel_initializer": "he_normal"}, {"use_bias": False}, {"trainable": False}),
    "LayerNormalization": ({"epsilon": 0.01}, {"gamma_initializer": "ones"}),
    "LSTM": ({"recurrent_initializer": "glorot_uniform", "unroll": True},),
    "Dropout": ({"rate": 0.25},),
    "Concatenate": ({"doc": "side by side"},),
}


def add_defaults(g: Growing) -> None:
    """Defaults that leave shapes, dtypes and masks as they are."""
    kinds = [kind for kind in DEFAULTS if g.chance(30)]
    g.document["defaults"] = {kind: dict(g.pick(*DEFAULTS[kind])) for kind in kinds}
    if not kinds:
        del g.document["defaults"]


def _use(g: Growing) -> None:
    dtype = computes_in(g.policy)
    x = g.choose(
        lambda t: (
            t.rank >= 2
            and t.known_last
            and t.dtype in FLOATS
            and (t.mask is None or len(t.mask) < t.rank)
        )
    )
    if x is None:
        return
    block = g.pick("ffn", "ffn", *BLOCKS)
    if block == "plain" and (x.dtype != dtype or dtype != "float32" or x.mask is not None):
        return
    g.document["blocks"] = {**g.document.get("blocks", {}), **BLOCKS}
    g.count += 1
    name = f"n{g.count}"
    g.uses.add(name)
    written: dict[str, Any] = {"use": block, "name": name, "from": x.name}
    given = {"w": g.number(1, 3)[1]} if block == "ffn" else {}
    if given and g.chance(40):
        given["act"] = g.pick("relu", "tanh")
    if block == "join":
        written["from"] = g.pick([x.name, x.name], {"b": x.name, "a": x.name})
        given = {"times": g.pick(2, "width / 8")} if g.chance(50) else {}
    copies = 1
    way = g.pick("once", "repeat", *(["each"] if block == "ffn" else []))
    if way == "repeat":
        copies = written["repeat"] = g.pick(1, 2, 3)
        if copies == 2 and g.chance(30):
            written["repeat"] = "width / 2"
        if "w" in given and g.chance(40):
            given["w"] = "2 + i"
        elif g.chance(40):
            written["share"] = True
    elif way == "each":
        written["each"] = {"w": [2, 1]}
        copies, given = 2, {key: value for key, value in given.items() if key != "w"}
    # several outputs cannot go into one input
    if block == "two" and copies > 1:
        del written["repeat"]
        written.pop("share", None)
        copies = 1
    if given:
        written["with"] = given
    if block not in {"two", "join"} and g.chance(40):
        written["residual"] = True
    g.document["layers"].append(written)
    if block not in {"join", "plain"} and g.chance(30):
        again = g.choose(lambda t: t.shape == x.shape and t.dtype == x.dtype and t.mask == x.mask)
        if again is not None:
            g.count += 1
            other = f"n{g.count}"
            g.document["layers"].append({"reuse": name, "name": other, "from": again.name})
            outputs = [f"{other}.a", f"{other}.b"] if block == "two" else [other]
            g.tensors += [Tensor(part, x.shape, dtype, x.mask) for part in outputs]
    made = Tensor(name, x.shape, "float32" if block == "plain" else dtype, x.mask)
    if block == "two":
        parts = [f"{name}.{output}" for output in ("a", "b")]
    else:
        parts = [name] + ([f"{name}.0"] if way != "once" and g.chance(30) else [])
    g.tensors += [Tensor(part, made.shape, made.dtype, made.mask) for part in parts]


BLOCK_USES = {"use": _use}
