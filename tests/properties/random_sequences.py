"""Layers that read sequences, drawn so that they are valid."""

from __future__ import annotations

from random_tensors import MATRICES, VECTORS, Growing, Tensor, base, named_mask, training


def _attend(g: Growing) -> None:
    def sequence(t: Tensor) -> bool:
        whole = t.mask is None or len(t.mask) == t.rank - 1
        return t.rank >= 3 and t.known_last and whole and t.dtype != "bool"

    query = g.choose(sequence)
    if query is None:
        return
    dtype, settings = base(g)
    steps = query.rank - 2
    chosen = g.several(range(1, steps + 1), steps)
    if len(chosen) == steps and g.chance(50):
        chosen = list(range(1, steps + 1))
    else:
        settings["attention_axes"] = [axis - g.pick(0, query.rank) for axis in chosen]
    apart = [i for i in range(query.rank - 1) if i not in chosen]

    def beside(t: Tensor) -> bool:
        same = t.rank == query.rank and all(t.shape[i] == query.shape[i] for i in apart)
        return sequence(t) and same

    value = g.choose(beside) or query
    key = g.choose(lambda t: sequence(t) and t.shape[:-1] == value.shape[:-1])
    takes = {"query": query, "value": value}
    if key is not None and g.chance(40):
        takes["key"] = key
    attended = (*(query.shape[i] for i in chosen), *(value.shape[i] for i in chosen))
    allowed = g.choose(lambda t: t.dtype == "bool" and t.shape == (query.shape[0], *attended))
    if allowed is not None and g.chance(70):
        takes["attention_mask"] = allowed
    if len(chosen) == 1:
        settings |= {"use_causal_mask": True} if g.chance(30) else {}
        settings |= {"sliding_window": g.pick(1, 2, 9)} if g.chance(20) else {}
    heads, size = g.whole(1, 2), g.whole(1, 3)
    settings |= {"num_heads": heads, "key_dim": size}
    last = (query.shape[-1],)
    if g.chance(30):
        last = g.pick((2,), (2, 3))
        settings["output_shape"] = last[0] if len(last) == 1 else list(last)
    settings |= {"value_dim": 2} if g.chance(30) else {}
    settings |= {"use_gate": True} if g.chance(20) else {}
    settings |= {"use_bias": False} if g.chance(20) else {}
    settings |= (
        g.pick({"dropout": 0.5}, {"flash_attention": False}, {"seed": 7}) if g.chance(20) else {}
    )
    training(g, settings, kernel=MATRICES, bias=VECTORS)
    mask = named_mask(g, query, settings, (query.rank - 1,))
    if mask is not None and g.chance(10):
        settings["mask"], mask = "drop", None
    scores = g.chance(30)
    settings |= {"return_attention_scores": True} if scores else {}
    made = g.layer("MultiHeadAttention", list(takes.values()), settings)
    name = made["name"]
    if "attention_mask" in takes or g.chance(50):
        made["from"] = {role: t.name for role, t in takes.items()}
    shape = (*query.shape[:-1], *last)
    g.tensors.append(Tensor(f"{name}.output" if scores else name, shape, dtype, mask))
    if scores:
        shape = (*(query.shape[i] for i in apart), heads, *attended)
        g.tensors.append(Tensor(f"{name}.scores", shape, dtype))


def _pool(g: Growing) -> None:
    x = g.choose(
        lambda t: t.rank == 3 and t.dtype != "bool" and (t.mask is None or len(t.mask) == 2)
    )
    if x is None:
        return
    dtype, settings = base(g)
    steps = 1
    mask = named_mask(g, x, settings, (2,))
    if mask is not None and g.chance(25):
        settings["mask"], mask = "drop", None
    if mask is None and g.chance(40):
        settings["data_format"], steps = "channels_first", 2
    shape = [size for axis, size in enumerate(x.shape) if axis != steps]
    if g.chance(30):
        settings["keepdims"] = True
        shape.insert(steps, 1)
    made = g.layer("GlobalAveragePooling1D", [x], settings)
    g.tensors.append(Tensor(made["name"], tuple(shape), dtype))


SEQUENCES = {
    "MultiHeadAttention": _attend, "GlobalAveragePooling1D": _pool,
}  # fmt: skip
