"""Layers that give the axes of space other sizes, drawn so that they are valid."""

from __future__ import annotations

from functools import partial
from typing import Any

from random_shapes import rearrange, still_first
from random_tensors import Growing, Tensor, base, lose_mask


def _image(g: Growing, rank: int) -> Tensor | None:
    """A tensor of this rank; if there is none, one that gets axes of size 1."""
    found = g.choose(lambda t: t.rank == rank)
    if found is not None:
        return found
    x = g.choose(
        lambda t: 2 <= t.rank < rank and t.mask is None and not any("?" in str(n) for n in t.shape)
    )
    if x is None:
        return None
    shape = (x.shape[0], *(1,) * (rank - x.rank), *x.shape[1:])
    rearrange(g, "Reshape", x, shape, {"target_shape": list(shape[1:])})
    return g.tensors[-1]


def _space(g: Growing, rank: int, settings: dict[str, Any]) -> range:
    """The axes of space, with the argument that says where they are."""
    if not g.chance(40):
        return range(1, rank + 1)
    settings["data_format"] = g.pick("channels_first", "channels_last")
    settings |= {"data_format": "$form"} if g.param("form") else {}
    form = settings["data_format"]
    form = g.document["params"]["form"]["default"] if form == "$form" else form
    return range(2, rank + 2) if form == "channels_first" else range(1, rank + 1)


def _grown(size: Any, more: int) -> Any:
    return size + more if isinstance(size, int) else f"{size} + {more}" if more else size


def _written(g: Growing, ends: list[list[int]]) -> Any:
    """Pairs as they are, or shorter where that means the same."""
    first = ends[0][0]
    if all(end == first for pair in ends for end in pair) and g.chance(60):
        return first
    if len(ends) == 1:
        return ends[0]
    return [pair[0] if pair[0] == pair[1] and g.chance(50) else pair for pair in ends]


def _pad(g: Growing, rank: int) -> None:
    x = _image(g, rank + 2)
    if x is None:
        return
    settings: dict[str, Any] = {}
    shape = list(x.shape)
    ends = [[g.whole(0, 2), g.whole(0, 2)] for _ in range(rank)]
    for axis, pair in zip(_space(g, rank, settings), ends, strict=True):
        shape[axis] = _grown(shape[axis], sum(pair))
    settings["padding"] = _written(g, ends)
    _resized(g, f"ZeroPadding{rank}D", x, tuple(shape), settings)


def _crop(g: Growing, rank: int) -> None:
    x = _image(g, rank + 2)
    if x is None:
        return
    settings: dict[str, Any] = {}
    shape, ends = list(x.shape), list[list[int]]()
    for axis in _space(g, rank, settings) if rank > 1 else (1,):
        size = shape[axis]
        most = size - 1 if isinstance(size, int) else 1 if size == "seq" else 0
        before = g.whole(0, max(most, 0))
        ends.append([before, g.whole(0, max(most - before, 0))])
        less = sum(ends[-1])
        shape[axis] = size - less if isinstance(size, int) else f"{size} - {less}" if less else size
    settings["cropping"] = _written(g, ends)
    _resized(g, f"Cropping{rank}D", x, tuple(shape), settings)


def _repeat(g: Growing, rank: int) -> None:
    x = _image(g, rank + 2)
    if x is None:
        return
    settings: dict[str, Any] = {}
    shape, counts = list(x.shape), [g.pick(1, 2, 3) for _ in range(rank)]
    for axis, count in zip(_space(g, rank, settings) if rank > 1 else (1,), counts, strict=True):
        size = shape[axis]
        shape[axis] = size * count if isinstance(size, int) else " + ".join([size] * count)
    settings["size"] = counts[0] if (len({*counts}) == 1 and g.chance(60)) or rank == 1 else counts
    if rank == 2 and g.chance(40):
        settings["interpolation"] = g.pick("nearest", "bilinear")
    _resized(g, f"UpSampling{rank}D", x, tuple(shape), settings)


def _resized(
    g: Growing, kind: str, x: Tensor, shape: tuple[Any, ...], settings: dict[str, Any]
) -> None:
    rearrange(g, kind, x, shape, settings, still_first(x, shape))


def _at_least(size: Any, least: int) -> bool:
    return size >= least if isinstance(size, int) else size == "seq" and least <= 2


def _frame(g: Growing, x: Tensor, settings: dict[str, Any], most: bool) -> tuple[Any, ...] | None:
    """The shape of an image with `height` and `width`, which are written."""
    shape = list(x.shape)
    for axis, name in zip(_space(g, 2, settings), ("height", "width"), strict=True):
        size = shape[axis]
        if not _at_least(size, 1):
            return None
        limit = (size if isinstance(size, int) else 2) if most else 4
        shape[axis], settings[name] = g.number(1, min(limit, 6))
    return tuple(shape)


def _center_crop(g: Growing) -> None:
    x = _image(g, 4)
    if x is None:
        return
    dtype, settings = base(g)
    shape = _frame(g, x, settings, most=True)
    if shape is None:
        return
    mask = still_first(x, shape)
    if mask is not None and g.chance(60):
        settings["mask"] = "pass"
    elif x.mask is not None:
        mask = lose_mask(g, settings)
    made = g.layer("CenterCrop", [x], settings)
    g.tensors.append(Tensor(made["name"], shape, dtype, mask))


def _resize(g: Growing) -> None:
    x = _image(g, 4)
    if x is None:
        return
    settings: dict[str, Any] = {}
    shape = _frame(g, x, settings, most=False)
    if shape is None:
        return
    if g.chance(50):
        settings["interpolation"] = g.pick("nearest", "bilinear")
    if all(isinstance(size, int) for size in x.shape[1:]) and g.chance(50):
        settings |= g.pick(
            {"crop_to_aspect_ratio": True},
            {"pad_to_aspect_ratio": True},
            {"pad_to_aspect_ratio": True, "fill_value": 0.5},
        )
    if g.chance(20):
        settings |= g.pick({"antialias": False}, {"fill_mode": "constant"})
    _resized(g, "Resizing", x, shape, settings)


SPATIAL = {
    **{f"ZeroPadding{rank}D": partial(_pad, rank=rank) for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": partial(_crop, rank=rank) for rank in (1, 2, 3)},
    **{f"UpSampling{rank}D": partial(_repeat, rank=rank) for rank in (1, 2, 3)},
    "CenterCrop": _center_crop, "Resizing": _resize,
}  # fmt: skip
