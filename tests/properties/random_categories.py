"""Layers that make features of raw data, drawn so that they are valid."""

from __future__ import annotations

from typing import Any

from random_tensors import INTS, Growing, Tensor, base


def _encoded(g: Growing, x: Tensor, settings: dict[str, Any], depth: int, modes: Any) -> Any:
    """The shape that an output mode gives, and whether the numbers stay apart; None for none."""
    modes = [mode for mode in modes if mode in ("int", "one_hot") or x.rank == 2]
    settings["output_mode"] = mode = g.pick(*modes)
    if mode == "int":
        return x.shape, x.rank
    if mode != "one_hot":
        return (x.shape[0], depth), 0
    gives_way = x.rank > 1 and x.shape[-1] == 1
    return (*(x.shape[:-1] if gives_way else x.shape), depth), x.rank - gives_way


def _finish(
    g: Growing, kind: str, takes: list[Tensor], settings: dict[str, Any], found: Any, dtype: str
) -> Tensor:
    x, (shape, kept) = takes[0], found
    mask = None
    if any(t.mask is not None for t in takes):
        alone = x.mask is not None and all(t.mask is None for t in takes[1:])
        if alone and len(x.mask or ()) <= kept and g.chance(50):
            settings["mask"], mask = "pass", x.mask
        elif g.document["mask_policy"] == "error":
            settings["mask"] = "drop"
    if g.chance(20):
        settings["sparse"] = False
    made = g.layer(kind, takes, settings)
    return Tensor(made["name"], shape, dtype, mask)


def _categories(g: Growing) -> None:
    x = g.choose(lambda t: t.high is not None and 1 <= t.rank < 4)
    if x is None:
        return
    dtype, settings = base(g)
    depth = x.high + 1 + g.pick(0, 0, 2)
    settings["num_tokens"] = depth
    found = _encoded(g, x, settings, depth, ("one_hot", "multi_hot", "count"))
    takes = [x]
    weights = g.choose(lambda t: t.shape == x.shape)
    if settings["output_mode"] == "count" and weights is not None and g.chance(60):
        takes.append(weights)
    elif settings["output_mode"] == "multi_hot" and g.chance(50):
        del settings["output_mode"]
    g.tensors.append(_finish(g, "CategoryEncoding", takes, settings, found, dtype))


def _bins(g: Growing) -> None:
    x = g.choose(lambda t: 1 <= t.rank < 4 and t.dtype != "bool")
    if x is None:
        return
    dtype, settings = base(g)
    bounds = g.pick([], [0], [-1, 0.5], ["1 / width", 1, 1, 2.5])
    settings["bin_boundaries"] = bounds
    settings |= {"num_bins": 4} if g.chance(20) else {}
    settings |= {"epsilon": 0.1} if g.chance(20) else {}
    found = _encoded(g, x, settings, len(bounds) + 1, ("int", "one_hot", "multi_hot", "count"))
    dtype = "int32" if settings["output_mode"] == "int" else dtype
    g.tensors.append(_finish(g, "Discretization", [x], settings, found, dtype))


def _looked_up(g: Growing) -> None:
    x = g.choose(lambda t: 1 <= t.rank < 4 and t.dtype in INTS)
    if x is None:
        return
    _, settings = base(g)
    tokens = g.pick([1], [3, 1], [2, -5, 0, "width"])
    others = g.whole(1, 2)
    settings |= {"vocabulary": tokens, "num_oov_indices": others}
    masked = g.chance(40)
    settings |= {"mask_token": 7} if masked else {}
    settings |= {"oov_token": -9} if g.chance(30) else {}
    settings |= {"vocabulary_dtype": "int64"} if g.chance(20) else {}
    settings |= {"oov_method": "floormod"} if g.chance(20) else {}
    if g.chance(30):
        settings["invert"] = True
        found: Any = x.shape, x.rank
    else:
        depth = len(tokens) + others
        if g.chance(30):
            depth += 3
            settings |= {"max_tokens": depth, "pad_to_max_tokens": True}
        found = _encoded(g, x, settings, depth, ("int", "one_hot", "multi_hot", "count"))
    g.tensors.append(_finish(g, "IntegerLookup", [x], settings, found, "int64"))


CATEGORIES = {
    "CategoryEncoding": _categories, "Discretization": _bins, "IntegerLookup": _looked_up,
}  # fmt: skip
