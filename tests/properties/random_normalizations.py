"""Layers that bring features to a common scale, drawn so that they are valid."""

from __future__ import annotations

from typing import Any

from random_tensors import (
    FLOATS,
    VECTORS,
    Growing,
    Tensor,
    base,
    lose_mask,
    passing_mask,
    training,
)


def _numbers(t: Tensor) -> bool:
    return t.rank >= 2 and t.dtype != "bool"


def _sized(x: Tensor) -> list[int]:
    """The axes after the batch whose sizes are numbers."""
    return [axis for axis in range(1, x.rank) if isinstance(x.shape[axis], int)]


def _axis(g: Growing, x: Tensor, settings: dict[str, Any], axes: list[int]) -> int:
    """One of some axes, as it is written."""
    axis = g.pick(*axes)
    if axis != x.rank - 1 or g.chance(30):
        settings["axis"] = axis - g.pick(0, x.rank)
    return axis


def _scaled(g: Growing, settings: dict[str, Any]) -> None:
    for flag in ("center", "scale"):
        if g.chance(20):
            settings[flag] = False
    if g.chance(30):
        settings["epsilon"] = g.pick(0.1, 1e-6)
    training(g, settings, gamma=VECTORS, beta=VECTORS)


def _add(g: Growing, kind: str, x: Tensor, settings: dict[str, Any], dtype: str) -> str:
    """The layer, whose result is as the input and has its mask."""
    mask = passing_mask(g, x, settings)
    made = g.layer(kind, [x], settings)
    g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))
    return made["name"]


def _batch_normalize(g: Growing) -> None:
    x = g.choose(lambda t: _numbers(t) and _sized(t))
    if x is None:
        return
    dtype, settings = base(g)
    axis = _axis(g, x, settings, _sized(x))
    _scaled(g, settings)
    if g.chance(20):
        settings["moving_mean_initializer"] = g.pick(*VECTORS)
    if g.chance(20):
        settings["moving_variance_initializer"] = g.pick("ones", {"type": "Constant", "value": 0.5})
    if g.chance(20):
        settings |= g.pick({"momentum": 0.9}, {"synchronized": True})
    name = _add(g, "BatchNormalization", x, settings, dtype)
    g.weight(f"{name}.moving_mean", (x.shape[axis],), settings)


def _group_normalize(g: Growing) -> None:
    x = g.choose(_numbers)
    if x is None:
        return
    dtype, settings = base(g)
    axis = _axis(g, x, settings, list(range(1, x.rank)))
    size = x.shape[axis]
    divisors = [n for n in range(1, size + 1) if size % n == 0] if isinstance(size, int) else [1]
    settings["groups"] = g.pick(-1, *divisors)
    _scaled(g, settings)
    if not isinstance(size, int):
        settings |= {"center": False, "scale": False}
    _add(g, "GroupNormalization", x, settings, dtype)


def _rms_normalize(g: Growing) -> None:
    x = g.choose(lambda t: _numbers(t) and _sized(t))
    if x is None:
        return
    dtype, settings = base(g)
    if g.chance(30):
        axes = g.several(_sized(x), 2)
        settings["axis"] = [axis - g.pick(0, x.rank) for axis in axes]
    else:
        _axis(g, x, settings, _sized(x))
    if g.chance(30):
        settings["epsilon"] = g.pick(0.1, 1e-3)
    mask = x.mask
    if mask is not None and g.chance(60):
        settings["mask"] = "pass"
    elif mask is not None:
        mask = lose_mask(g, settings)
    made = g.layer("RMSNormalization", [x], settings)
    g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))


def _unit_normalize(g: Growing) -> None:
    x = g.choose(_numbers)
    if x is None:
        return
    dtype, settings = base(g)
    if g.chance(60):
        axes = g.several(range(1, x.rank), 2)
        settings["axis"] = axes if g.chance(30) or len(axes) > 1 else axes[0]
    _add(g, "UnitNormalization", x, settings, dtype)


def _given(g: Growing, size: int, low: float) -> Any:
    """A number, or one for each entry of an axis."""
    numbers = [low + g.pick(0, 1, 2) for _ in range(size)]
    return numbers if g.chance(60) else numbers[0]


def _normalize(g: Growing) -> None:
    x = g.choose(lambda t: _numbers(t) and _sized(t))
    if x is None:
        return
    dtype, settings = base(g)
    axis = _axis(g, x, settings, _sized(x))
    if g.chance(60):
        settings["mean"] = _given(g, x.shape[axis], -0.5)
        settings["variance"] = _given(g, x.shape[axis], 0.25)
    elif g.chance(30):
        settings |= {"axis": None, "mean": 0.5, "variance": 4}
    if g.chance(40):
        settings["invert"] = True
    _add(g, "Normalization", x, settings, dtype)


def _rescale(g: Growing) -> None:
    x = g.choose(lambda t: t.dtype != "bool")
    if x is None:
        return
    dtype, settings = base(g)
    settings["scale"] = g.pick("1 / 255", 2, -0.5)
    if x.rank >= 2 and x.known_last and x.shape[-1]:
        settings["scale"] = _given(g, x.shape[-1], -0.5)
    if g.chance(50):
        settings["offset"] = g.pick(-1, 0.5)
    _add(g, "Rescaling", x, settings, dtype)


def _keep_small(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and t.known_last and not t.constant)
    if x is None:
        return
    dtype, settings = base(g)
    units, written = g.number(1, 4)
    inner: dict[str, Any] = {"type": "Dense", "units": written}
    if x.rank == 3 and g.chance(50):
        inner = {"type": "Conv1D", "filters": written, "kernel_size": 2, "padding": "same"}
    if g.chance(20):
        inner["dtype"] = g.pick(*FLOATS)
    if g.chance(20):
        inner["activation"] = "tanh"
    if g.chance(40):
        settings["power_iterations"] = g.whole(1, 3)
    mask = x.mask
    if mask is not None and len(mask) < x.rank and g.chance(60):
        settings["mask"] = "pass"
    elif mask is not None:
        mask = lose_mask(g, settings)
    made = g.layer("SpectralNormalization", [x], {"layer": inner, **settings})
    g.tensors.append(Tensor(made["name"], (*x.shape[:-1], units), dtype, mask))


NORMALIZATIONS = {
    "BatchNormalization": _batch_normalize, "GroupNormalization": _group_normalize,
    "RMSNormalization": _rms_normalize, "UnitNormalization": _unit_normalize,
    "Normalization": _normalize, "Rescaling": _rescale, "SpectralNormalization": _keep_small,
}  # fmt: skip
