"""Composites that `keras.ops` has: the others are written by their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any


def _axes(p: Any) -> Any:
    return p.axes[0] if len(p.axes) == 1 else p.axes


def _with(name: str, settings: Callable[[Any], str]) -> Callable[[str, Any], str]:
    return lambda x, p: f"ops.{name}({x}, {settings(p)})"


def _alone(name: str) -> Callable[[str, Any], str]:
    return lambda x, _: f"ops.{name}({x})"


OWN_FUNCTIONS: Mapping[str, Callable[[str, Any], str]] = MappingProxyType({
    **{name: _alone(name) for name in (
        "selu", "softplus", "sparse_plus", "sigmoid", "log_sigmoid", "hard_sigmoid", "silu",
    )},
    "exponential": _alone("exp"),
    "elu": _with("elu", lambda p: f"alpha={p.alpha}"),
    "celu": _with("celu", lambda p: f"alpha={p.alpha}"),
    "gelu": _with("gelu", lambda p: f"approximate={p.approximate}"),
    "softmax": _with("softmax", lambda p: f"axis={_axes(p)}"),
    "log_softmax": _with("log_softmax", lambda p: f"axis={_axes(p)}"),
})  # fmt: skip
"""By name: from an operand as Python has it, and the composite, to the call."""
