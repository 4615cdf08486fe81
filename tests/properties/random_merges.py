"""Layers of several inputs, drawn so that they are valid."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from random_tensors import FLOATS, Growing, Tensor, base, lose_mask


def merged(g: Growing, takes: list[Tensor], dtype: str) -> str | None:
    dtypes = {t.dtype for t in takes}
    if len(dtypes) == 1 and not dtypes & set(FLOATS):
        return dtypes.pop()
    return dtype if dtypes & set(FLOATS) else None


def _concatenate(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and not t.constant)
    if x is None:
        return
    dtype, settings = base(g)
    axis = g.draw(st.integers(1, x.rank - 1))

    def fits(t: Tensor) -> bool:
        return (
            t.rank == x.rank
            and not t.constant
            and all(
                i == axis or a == b for i, (a, b) in enumerate(zip(t.shape, x.shape, strict=True))
            )
        )

    takes = [x, g.choose(fits) or x]
    if g.chance(20):
        takes.append(g.choose(fits) or x)
    made_dtype = merged(g, takes, dtype)
    if made_dtype is None:
        return
    if axis != x.rank - 1 or g.chance(40):
        settings["axis"] = axis - g.pick(0, x.rank)
    sizes = [t.shape[axis] for t in takes]
    total = sum(sizes) if all(isinstance(s, int) for s in sizes) else " + ".join(map(str, sizes))
    shape = (*x.shape[:axis], total, *x.shape[axis + 1 :])
    masks = [t.mask for t in takes if t.mask is not None]
    mask = shape[: max(len(m) for m in masks)] if masks else None
    made = g.layer("Concatenate", takes, settings)
    g.tensors.append(Tensor(made["name"], shape, made_dtype, mask))


def _raised(shape: tuple[Any, ...], rank: int) -> tuple[Any, ...]:
    return (*shape[:1], *(1,) * (rank - len(shape)), *shape[1:])


def _together(shapes: list[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """The broadcast shape, where it is plain that there is one."""
    shape = []
    for column in zip(*shapes, strict=True):
        sizes = {size for size in column if size != 1} or {1}
        if len(sizes) > 1:
            return None
        shape.append(sizes.pop())
    return tuple(shape)


def _elementwise(g: Growing) -> None:
    kind = g.pick("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum")
    x = g.choose(lambda t: t.rank >= 1 and not t.constant)
    if x is None:
        return
    dtype, settings = base(g)
    rank = x.rank

    def fits(t: Tensor) -> bool:
        # a batch of another size is compared, not broadcast
        return (
            1 <= t.rank <= rank
            and not t.constant
            and t.shape[0] == x.shape[0]
            and _together([x.shape, _raised(t.shape, rank)]) is not None
        )

    takes = [x]
    while len(takes) < 2 or (kind != "Subtract" and g.chance(20)):
        more = g.choose(fits) or x
        known = [_raised(t.shape, rank) for t in takes]
        takes.append(x if _together([*known, _raised(more.shape, rank)]) is None else more)
    shape = _together([_raised(t.shape, rank) for t in takes])
    assert shape is not None
    made_dtype = dtype if kind == "Average" else merged(g, takes, dtype)
    if made_dtype is None or (kind == "Subtract" and made_dtype == "bool"):
        return
    lengths = [len(t.mask) + rank - t.rank for t in takes if t.mask is not None]
    mask = shape[: max(lengths)] if len(lengths) == len(takes) else None
    if lengths and mask is None:
        if g.chance(50):
            settings["mask"] = "pass"
            mask = shape[: lengths[0]]
        else:
            lose_mask(g, settings)
    made = g.layer(kind, takes, settings)
    g.tensors.append(Tensor(made["name"], shape, made_dtype, mask))


def _dot(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and not t.constant)
    if x is None:
        return
    dtype, settings = base(g)
    axis = g.draw(st.integers(1, x.rank - 1))
    y = g.choose(
        lambda t: (
            t.rank >= 2
            and not t.constant
            and t.shape[0] == x.shape[0]
            and x.shape[axis] in t.shape[1:]
        )
    )
    y = x if y is None else y
    other = g.pick(*(i for i in range(1, y.rank) if y.shape[i] == x.shape[axis]))
    settings["axes"] = [axis - g.pick(0, x.rank), other - g.pick(0, y.rank)]
    if axis == other and g.chance(50):
        settings["axes"] = axis
    made_dtype = merged(g, [x, y], dtype)
    if g.chance(30):
        settings["normalize"], made_dtype = True, dtype
    if made_dtype is None:
        return
    if x.mask or y.mask:
        lose_mask(g, settings)
    left = [size for i, size in enumerate(x.shape) if i not in (0, axis)]
    right = [size for i, size in enumerate(y.shape) if i not in (0, other)]
    shape = (x.shape[0], *(left + right or [1]))
    made = g.layer("Dot", [x, y], settings)
    g.tensors.append(Tensor(made["name"], shape, "int32" if made_dtype == "int8" else made_dtype))


def _attend(g: Growing) -> None:
    def sequence(t: Tensor) -> bool:
        whole = t.mask is None or len(t.mask) == t.rank - 1
        return t.rank >= 3 and t.known_last and not t.constant and whole and t.dtype != "bool"

    query = g.choose(sequence)
    if query is None:
        return
    dtype, settings = base(g)
    steps = query.rank - 2
    chosen = g.draw(st.lists(st.integers(1, steps), min_size=1, max_size=steps, unique=True))
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
    heads, size = g.draw(st.integers(1, 2)), g.draw(st.integers(1, 3))
    settings |= {"num_heads": heads, "key_dim": size}
    last = (query.shape[-1],)
    if g.chance(30):
        last = g.pick((2,), (2, 3))
        settings["output_shape"] = last[0] if len(last) == 1 else list(last)
    settings |= {"value_dim": 2} if g.chance(30) else {}
    settings |= {"use_gate": True} if g.chance(20) else {}
    settings |= {"use_bias": False} if g.chance(20) else {}
    scores = g.chance(30)
    settings |= {"return_attention_scores": True} if scores else {}
    made = g.layer("MultiHeadAttention", list(takes.values()), settings)
    name = made["name"]
    if "attention_mask" in takes or g.chance(50):
        made["from"] = {role: t.name for role, t in takes.items()}
    shape = (*query.shape[:-1], *last)
    g.tensors.append(Tensor(f"{name}.output" if scores else name, shape, dtype, query.mask))
    if scores:
        shape = (*(query.shape[i] for i in apart), heads, *attended)
        g.tensors.append(Tensor(f"{name}.scores", shape, dtype))


MERGES = {
    "merge": _elementwise, "Concatenate": _concatenate, "Dot": _dot, "MultiHeadAttention": _attend,
}  # fmt: skip
