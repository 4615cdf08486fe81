"""Layers that read windows, or everything between the batch and the channels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from random_tensors import (
    FLOATS,
    MATRICES,
    VECTORS,
    Growing,
    Tensor,
    activation,
    base,
    lora,
    lose_mask,
    training,
)

LEAST = {"seq": 2, "steps": 1, "2*seq": 4}
"""What the named sizes are at least."""


def _read(g: Growing, rank: int, *, channels: bool) -> tuple[Tensor, dict[str, Any], bool]:
    """A tensor with so many axes between batch and channels, and whether the channels are first."""
    last = not g.chance(30)

    def fits(t: Tensor) -> bool:
        there = t.rank == rank + 2 and t.dtype != "bool"
        return there and (not channels or isinstance(t.shape[-1 if last else 1], int))

    x = g.choose(fits) if g.chance(70) else None
    if x is None:
        x = _image(g, rank)
    written = {} if last and g.chance(70) else {"data_format": "channels_last"}
    return x, written if last else {"data_format": "channels_first"}, last


def _image(g: Growing, rank: int) -> Tensor:
    """An input of this rank, since few layers make one."""
    sizes = [g.pick(2, 3, 4, "seq", "steps", "2*seq") for _ in range(rank - 1)]
    shape = [g.pick(1, 2, 4), *sizes, g.pick(1, 2, 4)]
    name = f"image{len(g.document['inputs'])}"
    masked = g.chance(20)
    g.document["inputs"][name] = {"shape": shape, "mask": masked}
    dtype = "float32" if g.policy.startswith("mixed") else g.policy
    made = ("batch", *shape)
    g.tensors.append(Tensor(name, made, dtype, made[:-1] if masked else None))
    return g.tensors[-1]


def between(x: Tensor, *, last: bool) -> tuple[Any, ...]:
    return x.shape[1:-1] if last else x.shape[2:]


def formed(x: Tensor, sizes: list[Any], channels: Any, *, last: bool) -> tuple[Any, ...]:
    return (x.shape[0], *sizes, channels) if last else (x.shape[0], channels, *sizes)


def _written(g: Growing, numbers: list[int]) -> Any:
    """One number for all axes where that is enough."""
    if len(set(numbers)) == 1 and g.chance(60):
        value = numbers[0]
        return f"$p{value}" if g.param(f"p{value}") else value
    return numbers


def windows(
    g: Growing, sizes: tuple[Any, ...], name: str, *, apart: bool, causal: bool = False
) -> tuple[dict[str, Any], list[Any]]:
    """Settings of windows that fit, and how many there are over each axis."""
    known = all(not isinstance(size, str) or size in LEAST for size in sizes)
    padding = g.pick("valid", "same", *(["causal"] if causal else [])) if known else "same"
    spans = [size if isinstance(size, int) else LEAST.get(size, 1) for size in sizes]
    most = [max(span, 1) if padding == "valid" else 3 for span in spans]
    numbers = [g.whole(1, min(limit, 3)) for limit in most]
    steps, dilations = [1] * len(sizes), [1] * len(sizes)
    if apart and g.chance(25):
        dilations = [
            g.whole(1, 2) if (n - 1) * 2 + 1 <= limit or padding != "valid" else 1
            for n, limit in zip(numbers, most, strict=True)
        ]
    elif known and g.chance(50):
        steps = [g.whole(1, 3) for _ in sizes]
    settings: dict[str, Any] = {name: _written(g, numbers)}
    if apart and max(dilations) > 1:
        settings["dilation_rate"] = _written(g, dilations)
    if max(steps) > 1 or g.chance(20) or name == "pool_size":
        settings["strides"] = _written(g, steps)
    if padding != "valid" or g.chance(20):
        settings["padding"] = padding
    counts = [
        _count(size, (n - 1) * d + 1, step, padding)
        for size, n, d, step in zip(sizes, numbers, dilations, steps, strict=True)
    ]
    return settings, counts


def _count(size: Any, span: int, step: int, padding: str) -> Any:
    if padding != "valid":
        return size if step == 1 else _divided(size, step - 1, step)
    return _divided(size, -span, step, 1) if step > 1 or span > 1 else size


def _divided(size: Any, more: int, step: int, then: int = 0) -> Any:
    """`(size + more) // step + then`, as a number or a text."""
    if isinstance(size, int):
        return (size + more) // step + then
    inner = f"{size} + {more}".replace("+ -", "- ")
    if step == 1:
        return f"{size} + {more + then}".replace("+ -", "- ")
    return f"({inner}) // {step}" + (f" + {then}" if then else "")


def _kept_mask(g: Growing, x: Tensor, shape: tuple[Any, ...], settings: Any, *, last: bool) -> Any:
    """The mask that passes where every entry has a window; else it must be dropped."""
    if x.mask is None:
        return None
    same = last and len(x.mask) < x.rank and x.mask == shape[: len(x.mask)]
    if same and g.chance(60):
        settings["mask"] = "pass"
        return x.mask
    lose_mask(g, settings)
    return None


def _common(g: Growing, settings: dict[str, Any], *, softened: bool = True) -> None:
    if g.chance(20):
        settings["use_bias"] = False
    if softened and g.chance(40):
        settings["activation"] = activation(g, 3)


def _convolve(g: Growing, kind: str, rank: int) -> None:
    x, written, last = _read(g, rank, channels=True)
    channels = x.shape[-1 if last else 1]
    dtype, settings = base(g)
    settings |= written
    wide, counts = windows(
        g, between(x, last=last), "kernel_size", apart=True, causal=kind == "Conv1D"
    )
    settings |= wide
    weights: dict[str, tuple[Any, ...]] = {"bias": VECTORS}
    if kind.startswith("Conv"):
        filters, settings["filters"] = g.number(1, 4)
        if filters % 2 == channels % 2 == 0 and g.chance(50):
            settings["groups"] = 2
        lora(g, settings)
        weights["kernel"] = MATRICES
    else:
        times = g.whole(1, 2)
        settings |= {"depth_multiplier": times} if times > 1 or g.chance(20) else {}
        filters = channels * times
        weights["depthwise"] = MATRICES
    if kind.startswith("Separable"):
        filters, settings["filters"] = g.number(1, 4)
        weights["pointwise"] = MATRICES
    _common(g, settings)
    training(g, settings, **weights)
    _add(g, kind, x, settings, (counts, filters, last), dtype)


def _add(
    g: Growing,
    kind: str,
    x: Tensor,
    settings: dict[str, Any],
    made: tuple[list[Any], Any, bool],
    dtype: str,
    *,
    kept: bool = True,
) -> None:
    counts, channels, last = made
    shape = formed(x, counts, channels, last=last)
    mask = _kept_mask(g, x, shape if kept else (), settings, last=last)
    layer = g.layer(kind, [x], settings)
    g.tensors.append(Tensor(layer["name"], shape, dtype, mask))


def _transpose(g: Growing, kind: str, rank: int) -> None:
    x, written, last = _read(g, rank, channels=True)
    sizes = between(x, last=last)
    dtype, settings = base(g)
    settings |= written
    known = all(isinstance(size, int) and size for size in sizes)
    named = not any(isinstance(size, str) and size not in LEAST for size in sizes)
    numbers = [g.whole(1, 3) for _ in sizes]
    steps, dilations = [1] * rank, [1] * rank
    if named and g.chance(60):
        steps = [g.whole(1, 3) for _ in sizes]
    elif g.chance(30):
        dilations = [g.whole(1, 2) for _ in sizes]
    padding = g.pick("valid", "same") if named else "same"
    settings |= {"kernel_size": _written(g, numbers), "padding": padding}
    settings |= {"strides": _written(g, steps)} if max(steps) > 1 else {}
    settings |= {"dilation_rate": _written(g, dilations)} if max(dilations) > 1 else {}
    more = None
    if known and g.chance(40):
        more = [g.whole(0, step - 1) for step in steps]
        settings["output_padding"] = more
    counts: list[Any] = []
    for axis, (size, n, d, step) in enumerate(zip(sizes, numbers, dilations, steps, strict=True)):
        span, behind = (n - 1) * d + 1, None if more is None else more[axis]
        if padding == "valid":
            rest = span - step + (max(step - span, 0) if behind is None else behind)
        else:
            rest = 0 if behind is None else span % 2 - step + behind
        whole = f"{step}*({size})" if isinstance(size, str) and step > 1 else size
        if isinstance(size, int):
            counts.append(step * size + rest)
        else:
            counts.append(whole if not rest else f"{whole} + {rest}".replace("+ -", "- "))
    filters, settings["filters"] = g.number(1, 4)
    _common(g, settings)
    training(g, settings, kernel=MATRICES, bias=VECTORS)
    _add(g, kind, x, settings, (counts, filters, last), dtype)


def _pool(g: Growing, kind: str, rank: int) -> None:
    x, written, last = _read(g, rank, channels=False)
    dtype, settings = base(g)
    settings |= written
    wide, counts = windows(g, between(x, last=last), "pool_size", apart=False)
    settings |= wide
    channels = x.shape[-1 if last else 1]
    whole = kind.startswith("Max") and x.dtype not in FLOATS
    _add(g, kind, x, settings, (counts, channels, last), x.dtype if whole else dtype)


def _adapt(g: Growing, kind: str, rank: int) -> None:
    x, written, last = _read(g, rank, channels=False)
    sizes = between(x, last=last)
    dtype, settings = base(g)
    settings |= written
    known = [isinstance(size, int) and size > 0 for size in sizes]
    least = [size in LEAST for size in sizes]
    if not all(a or b for a, b in zip(known, least, strict=True)):
        return
    counts = [g.whole(1, 3) if number else 1 for number in known]
    settings["output_size"] = _written(g, counts)
    whole = "Max" in kind and x.dtype not in FLOATS
    _add(
        g, kind, x, settings, (counts, x.shape[-1 if last else 1], last),
        x.dtype if whole else dtype, kept=False,
    )  # fmt: skip


def _globally(g: Growing, kind: str, rank: int) -> None:
    x, written, last = _read(g, rank, channels=False)
    dtype, settings = base(g)
    settings |= written
    sizes = between(x, last=last)
    if "Max" in kind and not all(size in LEAST or isinstance(size, int) for size in sizes):
        return
    kept = g.chance(30)
    settings |= {"keepdims": True} if kept else {}
    if x.mask is not None:
        lose_mask(g, settings)
    channels = x.shape[-1 if last else 1]
    shape = formed(x, [1] * rank if kept else [], channels, last=last)
    layer = g.layer(kind, [x], settings)
    whole = "Max" in kind and x.dtype not in FLOATS
    g.tensors.append(Tensor(layer["name"], shape, x.dtype if whole else dtype))


def _of_ranks(
    item: Callable[..., None], *names: str, ranks: tuple[int, ...] = (1, 2, 3)
) -> dict[str, Callable[[Growing], None]]:
    kinds = [(name.format(rank), rank) for name in names for rank in ranks]
    return {kind: partial(item, kind=kind, rank=rank) for kind, rank in kinds}


WINDOWS: dict[str, Callable[[Growing], None]] = {
    **_of_ranks(_convolve, "Conv{}D"),
    **_of_ranks(_convolve, "DepthwiseConv{}D", "SeparableConv{}D", ranks=(1, 2)),
    **_of_ranks(_transpose, "Conv{}DTranspose"),
    **_of_ranks(_pool, "MaxPooling{}D", "AveragePooling{}D"),
    **_of_ranks(_adapt, "AdaptiveMaxPooling{}D", "AdaptiveAveragePooling{}D"),
    **_of_ranks(_globally, "GlobalMaxPooling{}D"),
    **_of_ranks(_globally, "GlobalAveragePooling{}D", ranks=(2, 3)),
}
