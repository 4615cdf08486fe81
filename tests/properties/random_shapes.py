"""Layers of one input without weights, and LayerNormalization, drawn so that they are valid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from random_lambdas import express
from random_tensors import (
    FLOATS,
    VECTORS,
    Growing,
    Tensor,
    base,
    lose_mask,
    passing_mask,
    product,
    training,
)


def _kept(x: Tensor, dtype: str) -> str:
    """Floats are cast, whole numbers stay."""
    return dtype if x.dtype in FLOATS else x.dtype


def _some_axes(g: Growing, rank: int, first: int) -> list[int]:
    """Different axes, some of them counted from the last."""
    axes = g.several(range(first, rank), 2)
    return [axis - g.pick(0, rank) for axis in axes]


def _written(g: Growing, axes: list[int]) -> Any:
    return axes[0] if len(axes) == 1 and g.chance(70) else axes


def _normalize(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and t.dtype != "bool")
    if x is None:
        return
    dtype, settings = base(g)
    axes = [-1]
    if g.chance(60):
        axes = _some_axes(g, x.rank, 1)
        settings["axis"] = _written(g, axes)
    if not all(isinstance(x.shape[axis], int) for axis in axes):
        settings |= {"center": False, "scale": False}
    for flag in ("center", "scale"):
        if g.chance(20):
            settings[flag] = False
    if settings.get("scale", True) and g.chance(20):
        settings["rms_scaling"] = True
    if g.chance(30):
        settings["epsilon"] = g.pick(0.1, 1e-6)
    training(g, settings, gamma=VECTORS, beta=VECTORS)
    mask = passing_mask(g, x, settings)
    made = g.layer("LayerNormalization", [x], settings)
    g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))


def _drop(g: Growing) -> None:
    x = g.choose(lambda t: True)
    if x is None:
        return
    dtype, settings = base(g)
    settings["rate"] = g.pick("$rate", "rate / 2") if g.param("rate") else g.pick(0, 0.5, 1)
    if g.chance(30):
        settings["noise_shape"] = [
            g.pick(None, 1, size) if isinstance(size, int) else g.pick(None, 1) for size in x.shape
        ]
    if g.chance(20):
        settings["seed"] = 7
    mask = passing_mask(g, x, settings)
    made = g.layer("Dropout", [x], settings)
    high = x.high if x.dtype not in FLOATS else None
    g.tensors.append(replace(x, name=made["name"], dtype=_kept(x, dtype), mask=mask, high=high))


def _softmax(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 1 and t.dtype != "bool")
    if x is None:
        return
    dtype, settings = base(g)
    if x.rank == 1:
        settings["axis"] = 0  # without it nobody says that rows may mix
    elif g.chance(60):
        settings["axis"] = _written(g, _some_axes(g, x.rank, 0))
    mask = passing_mask(g, x, settings)
    made = g.layer("Softmax", [x], settings)
    g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))


def rearrange(
    g: Growing,
    kind: str,
    x: Tensor,
    shape: tuple[Any, ...],
    settings: dict[str, Any],
    mask: tuple[Any, ...] | None = None,
) -> None:
    """A layer that only moves elements; `mask` is the mask that can pass."""
    dtype, common = base(g)
    settings = {**common, **settings}
    if mask is not None and g.chance(60):
        settings["mask"] = "pass"
    else:
        mask = None
        if x.mask is not None:
            lose_mask(g, settings)
    made = g.layer(kind, [x], settings)
    high = x.high if x.dtype not in FLOATS else None
    g.tensors.append(Tensor(made["name"], shape, _kept(x, dtype), mask, high))


def still_first(x: Tensor, shape: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The mask, if its axes are the first ones of the shape."""
    return x.mask if x.mask is not None and x.mask == shape[: len(x.mask)] else None


def _flatten(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 1 and product(t.shape[1:]) is not None)
    if x is None:
        return
    settings = {}
    if g.chance(30):
        settings["data_format"] = g.pick("channels_first", "channels_last")
        settings |= {"data_format": "$form"} if g.param("form") else {}
    size = x.shape[1] if x.rank == 2 else product(x.shape[1:])
    shape = (x.shape[0], size)
    rearrange(g, "Flatten", x, shape, settings, still_first(x, shape))


def _reshape(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 1 and product(t.shape[1:]) is not None)
    if x is None:
        return
    unknown = [size for size in x.shape[1:] if not isinstance(size, int)]
    left = product([size for size in x.shape[1:] if isinstance(size, int)])
    target: list[Any] = []
    while left > 1 and g.chance(60):
        target.append(g.pick(*(n for n in range(1, left + 1) if left % n == 0)))
        left //= target[-1]
    target = g.shuffled([*target, left, *unknown])
    if g.chance(40):  # the axes of a mask stay where they are
        first = []
        for size in x.shape[1:-1]:
            if size in target:
                target.remove(size)
                first.append(size)
        target = [*first, *target]
    shape = (x.shape[0], *target)
    written = list(target)
    if g.chance(40) and (not unknown or len(unknown) == 1):
        at = g.whole(0, len(target) - 1)
        if not unknown or written[at] == unknown[0]:
            written[at] = -1
    rearrange(g, "Reshape", x, shape, {"target_shape": written}, still_first(x, shape))


def _permute(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2)
    if x is None:
        return
    dims = g.shuffled(range(1, x.rank))
    order = (0, *dims)
    mask = None
    if x.mask is not None and set(order[: len(x.mask)]) == set(range(len(x.mask))):
        mask = tuple(x.mask[i] for i in order[: len(x.mask)])
    shape = tuple(x.shape[i] for i in order)
    rearrange(g, "Permute", x, shape, {"dims": list(dims)}, mask)


def _repeat(g: Growing) -> None:
    x = g.choose(lambda t: t.rank == 2)
    if x is not None:
        n, written = g.number(1, 3)
        rearrange(g, "RepeatVector", x, (x.shape[0], n, x.shape[1]), {"n": written})


SHAPES = {
    "LayerNormalization": _normalize, "Dropout": _drop, "Softmax": _softmax, "Flatten": _flatten,
    "Reshape": _reshape, "Permute": _permute, "RepeatVector": _repeat,
    "Lambda": express,
}  # fmt: skip
