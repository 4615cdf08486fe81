"""Attention with one head, and in groups of heads, drawn so that it is valid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from random_tensors import MATRICES, VECTORS, Growing, Tensor, base, named_mask, training


def _sequence(t: Tensor) -> bool:
    whole = t.mask is None or len(t.mask) == t.rank - 1
    return t.rank >= 3 and t.known_last and whole and t.dtype != "bool"


def _inputs(g: Growing, rank: int = 0) -> dict[str, Tensor] | None:
    """Sequences that go together; the layer may compare features of `query` and `key`."""
    query = g.choose(lambda t: _sequence(t) and (not rank or t.rank == rank))
    if query is None:
        return None
    apart = query.shape[:-2]

    def beside(t: Tensor) -> bool:
        return _sequence(t) and t.rank == query.rank and t.shape[:-2] == apart

    value = g.choose(beside) or query
    return {"query": query, "value": value}


def _told(
    g: Growing,
    kind: str,
    takes: dict[str, Tensor],
    settings: dict[str, Any],
    dtype: str,
    heads: Any,
) -> None:
    query, value = takes["query"], takes["value"]
    mask = named_mask(g, query, settings, (query.rank - 1,))
    if mask is not None and g.chance(10):
        settings["mask"], mask = "drop", None
    scores = g.chance(30)
    settings |= {"return_attention_scores": True} if scores else {}
    made = g.layer(kind, list(takes.values()), settings)
    name = made["name"]
    if "attention_mask" in takes or g.chance(50):
        made["from"] = {role: t.name for role, t in takes.items()}
    last = query.shape[-1] if heads else value.shape[-1]
    shape = (*query.shape[:-1], last)
    g.tensors.append(Tensor(f"{name}.output" if scores else name, shape, dtype, mask))
    if scores:
        pairs = (*query.shape[:-2], *heads, query.shape[-2], value.shape[-2])
        g.tensors.append(Tensor(f"{name}.scores", pairs, dtype))


def _one_head(kind: str) -> Callable[[Growing], None]:
    def draw(g: Growing) -> None:
        takes = _inputs(g)
        if takes is None:
            return
        query, value = takes["query"], takes["value"]

        def fits(t: Tensor) -> bool:
            same = t.shape[:-1] == value.shape[:-1] and t.shape[-1] == query.shape[-1]
            masked = t.mask is None or value.mask is not None
            return _sequence(t) and same and masked

        key = g.choose(fits)
        if key is not None and (g.chance(40) or value.shape[-1] != query.shape[-1]):
            takes["key"] = key
        elif value.shape[-1] != query.shape[-1]:
            takes["value"] = query
        dtype, settings = base(g)
        for flag in ("use_scale", "use_causal_mask"):
            settings |= {flag: g.chance(50)} if g.chance(40) else {}
        if kind == "Attention":
            settings |= {"score_mode": g.pick("dot", "concat")} if g.chance(40) else {}
        settings |= g.pick({"dropout": 0.5}, {"seed": 7}) if g.chance(20) else {}
        _told(g, kind, takes, settings, dtype, ())

    return draw


def _in_groups(g: Growing) -> None:
    takes = _inputs(g, 3)
    if takes is None:
        return
    query, value = takes["query"], takes["value"]
    key = g.choose(lambda t: _sequence(t) and t.shape[:-1] == value.shape[:-1])
    if key is not None and g.chance(40):
        takes["key"] = key
    pairs = (query.shape[0], query.shape[1], value.shape[1])
    allowed = g.choose(lambda t: t.dtype == "bool" and t.shape == pairs)
    if allowed is not None and g.chance(70):
        takes["attention_mask"] = allowed
    dtype, settings = base(g)
    shared, groups = g.whole(1, 2), g.whole(1, 2)
    settings |= {"head_dim": g.whole(1, 3), "num_query_heads": shared * groups}
    settings |= {"num_key_value_heads": groups}
    settings |= {"use_causal_mask": True} if g.chance(30) else {}
    settings |= {"sliding_window": g.pick(1, 2, 9)} if g.chance(20) else {}
    settings |= {"use_gate": True} if g.chance(20) else {}
    settings |= {"use_bias": False} if g.chance(20) else {}
    settings |= (
        g.pick({"dropout": 0.5}, {"flash_attention": False}, {"seed": 7}) if g.chance(20) else {}
    )
    training(g, settings, kernel=MATRICES, bias=VECTORS)
    _told(g, "GroupQueryAttention", takes, settings, dtype, (shared * groups,))


ATTENTION = {
    "Attention": _one_head("Attention"), "AdditiveAttention": _one_head("AdditiveAttention"),
    "GroupQueryAttention": _in_groups,
}  # fmt: skip
