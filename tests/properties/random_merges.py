"""Layers of several inputs, drawn so that they are valid."""

from __future__ import annotations

from functools import partial
from typing import Any

from random_tensors import FLOATS, Growing, Tensor, base, lose_mask

ELEMENTWISE = ("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum")


def merged(g: Growing, takes: list[Tensor], dtype: str) -> str | None:
    dtypes = {t.dtype for t in takes}
    if len(dtypes) == 1 and not dtypes & set(FLOATS):
        return dtypes.pop()
    return dtype if dtypes & set(FLOATS) else None


def _concatenate(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2)
    if x is None:
        return
    dtype, settings = base(g)
    axis = g.whole(1, x.rank - 1)

    def fits(t: Tensor) -> bool:
        return t.rank == x.rank and all(
            i == axis or a == b for i, (a, b) in enumerate(zip(t.shape, x.shape, strict=True))
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
    if masks and g.chance(15):
        settings["mask"], mask = "drop", None
    elif (
        g.document["mask_policy"] == "error"
        and len(masks) < len(takes)
        and any(masks)
        and all(len(m) <= axis for m in masks)
    ):
        # one input without a mask keeps every step: padding counts, which must be said
        settings["mask"] = g.pick("pass", "drop")
        mask = mask if settings["mask"] == "pass" else None
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


def _elementwise(g: Growing, kind: str) -> None:
    x = g.choose(lambda t: t.rank >= 1)
    if x is None:
        return
    dtype, settings = base(g)
    rank = x.rank

    def fits(t: Tensor) -> bool:
        # a batch of another size is compared, not broadcast
        return (
            1 <= t.rank <= rank
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
            mask = shape[: max(lengths)]
        else:
            lose_mask(g, settings)
    elif lengths and g.chance(15):
        settings["mask"], mask = "drop", None
    made = g.layer(kind, takes, settings)
    g.tensors.append(Tensor(made["name"], shape, made_dtype, mask))


def _dot(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2)
    if x is None:
        return
    dtype, settings = base(g)
    axis = g.whole(1, x.rank - 1)
    y = g.choose(
        lambda t: t.rank >= 2 and t.shape[0] == x.shape[0] and x.shape[axis] in t.shape[1:]
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


MERGES = {
    **{kind: partial(_elementwise, kind=kind) for kind in ELEMENTWISE},
    "Concatenate": _concatenate, "Dot": _dot,
}  # fmt: skip
