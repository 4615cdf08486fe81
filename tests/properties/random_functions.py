"""Functions of one tensor, and what NumPy makes of them: each formula is written apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

Formula: TypeAlias = Callable[[np.ndarray], np.ndarray]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _softplus(x: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, x)


def _elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _sparsemax(x: np.ndarray) -> np.ndarray:
    """Bisection for the threshold under which all entries are 0 and the others add up to 1."""
    low, high = x.max(-1, keepdims=True) - 1, x.max(-1, keepdims=True)
    for _ in range(200):
        middle = (low + high) / 2
        above = np.maximum(x - middle, 0).sum(-1, keepdims=True) > 1
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.maximum(x - high, 0)


_erf = np.vectorize(math.erf, otypes=["float64"])

EXACT: dict[str, Formula] = {
    "tanh(x)": np.tanh,
    "sin(x)": np.sin,
    "cos(x)": np.cos,
    "square(x)": np.square,
    "abs(x)": np.abs,
    "sqrt(abs(x))": lambda x: np.sqrt(np.abs(x)),
    "exp(-abs(x))": lambda x: np.exp(-np.abs(x)),
    "-(x)": np.negative,
    "clip(x, min=-1, max=0.5)": lambda x: np.clip(x, -1, 0.5),
    "linear(x)": lambda x: x,
    "relu(x)": lambda x: np.maximum(x, 0),
    "relu6(x)": lambda x: np.clip(x, 0, 6),
    "hard_tanh(x)": lambda x: np.clip(x, -1, 1),
    "hard_shrink(x)": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "threshold(x, 0.5, -2)": lambda x: np.where(x > 0.5, x, -2),
}
"""To the last bit, so that a step that jumps may follow."""

JUMPING: dict[str, Formula] = {
    "sign(x)": np.sign,
    "floor(x)": np.floor,
    "ceil(x)": np.ceil,
    "round(x)": np.round,
    "isnan(x)": np.isnan,
    "isfinite(x)": np.isfinite,
}

CLOSE: dict[str, Formula] = {
    "tan(x / 8)": lambda x: np.tan(x / 8),
    "asin(clip(x, -1, 1))": lambda x: np.arcsin(np.clip(x, -1, 1)),
    "acos(clip(x, -1, 1))": lambda x: np.arccos(np.clip(x, -1, 1)),
    "atan(x)": np.arctan,
    "atan2(x, abs(x) + 1)": lambda x: np.arctan2(x, np.abs(x) + 1),
    "sinh(clip(x, -3, 3))": lambda x: np.sinh(np.clip(x, -3, 3)),
    "cosh(clip(x, -3, 3))": lambda x: np.cosh(np.clip(x, -3, 3)),
    "asinh(x)": np.arcsinh,
    "acosh(1.5 + abs(x))": lambda x: np.arccosh(1.5 + np.abs(x)),
    "atanh(clip(x, -0.5, 0.5))": lambda x: np.arctanh(np.clip(x, -0.5, 0.5)),
    "expm1(-abs(x))": lambda x: np.expm1(-np.abs(x)),
    "log(abs(x) + 1.5)": lambda x: np.log(np.abs(x) + 1.5),
    "log1p(abs(x))": lambda x: np.log1p(np.abs(x)),
    "rsqrt(abs(x) + 0.5)": lambda x: 1 / np.sqrt(np.abs(x) + 0.5),
    "erf(x)": _erf,
    "leaky_relu(x)": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu(x, alpha=0.5)": lambda x: _elu(x, 0.5),
    "selu(x)": lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772),
    "celu(x)": _elu,
    "soft_shrink(x)": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "sigmoid(x)": _sigmoid,
    "log_sigmoid(x)": lambda x: -_softplus(-x),
    "hard_sigmoid(x)": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_sigmoid(x, slope=0.2, offset=0.25)": lambda x: np.clip(x / 5 + 0.25, 0, 1),
    "hard_silu(x)": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish(x)": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "sparse_sigmoid(x)": lambda x: np.clip((x + 1) / 2, 0, 1),
    "silu(x)": lambda x: x * _sigmoid(x),
    "swish(x)": lambda x: x * _sigmoid(x),
    "tanh_shrink(x)": lambda x: x - np.tanh(x),
    "softsign(x)": lambda x: x / (1 + np.abs(x)),
    "softplus(x)": _softplus,
    "squareplus(x)": lambda x: (x + np.sqrt(x * x + 4)) / 2,
    "sparse_plus(x)": lambda x: np.where(x < -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)),
    "gelu(x)": lambda x: x * (1 + _erf(x / math.sqrt(2))) / 2,
    "mish(x)": lambda x: x * np.tanh(_softplus(x)),
    "exponential(-abs(x))": lambda x: np.exp(-np.abs(x)),
}
"""Up to the order in which the machine computes."""

ALONG_THE_LAST: dict[str, Formula] = {
    "softmax(x)": _softmax,
    "log_softmax(x)": lambda x: np.log(_softmax(x)),
    "sparsemax(x)": _sparsemax,
}
