"""What published networks compute, in NumPy alone: nothing of what the specs are compiled with."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import erf


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


def gelu(x):
    return x * (1 + erf(x / np.sqrt(2))) / 2


def gelu_tanh(x):
    return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2


def silu(x):
    return x * sigmoid(x)


def layer_norm(x, gamma, beta, epsilon):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(
        x.var(-1, keepdims=True) + epsilon
    ) * gamma + beta


def rms_norm(x, gamma):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5) * gamma


def heads(x, count):
    """[batch, t, count*k] as [batch, count, t, k]."""
    return np.moveaxis(x.reshape(*x.shape[:2], count, -1), 2, 1)


def attention(q, k, v, allowed=True):
    """Of [batch, heads, t, k], back to [batch, t, heads*k]."""
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    found = softmax(np.where(allowed, scores, -1e9)) @ v
    return np.moveaxis(found, 1, 2).reshape(*np.moveaxis(found, 1, 2).shape[:2], -1)


def causal(t):
    return np.tril(np.ones((t, t), bool))


def multi_head(x, w, count):
    """Keras's attention of x to itself, with its weights by Keras's names."""
    q, k, v = (
        np.einsum("btd,dhk->bhtk", x, w[f"{of}.kernel"]) + w[f"{of}.bias"][:, None]
        for of in ("query", "key", "value")
    )
    assert q.shape[1] == count
    mixed = attention(q, k, v)
    return (
        mixed @ w["attention_output.kernel"].reshape(mixed.shape[-1], -1)
        + (w["attention_output.bias"])
    )


def convolution(x, kernel, bias, stride=1):
    """Of [batch, h, w, c] with a [k, k, c, f] kernel, padded as Keras's "same"."""
    k = kernel.shape[0]
    widths = [(0, 0)]
    for size in x.shape[1:3]:
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        widths.append((total // 2, total - total // 2))
    x = np.pad(x, [*widths, (0, 0)])
    patches = sliding_window_view(x, (k, k), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bhwcij,ijcf->bhwf", patches, kernel) + bias


def gru(x, kernel, bias, recurrent, recurrent_bias, units):
    """Keras's GRU with `reset_after`: gates in the order z, r, h."""
    h, seen = np.zeros((len(x), units)), []
    for frame in np.moveaxis(x, 1, 0):
        z, r, n = np.split(frame @ kernel + bias, 3, -1)
        rz, rr, rn = np.split(h @ recurrent + recurrent_bias, 3, -1)
        z, r = sigmoid(z + rz), sigmoid(r + rr)
        h = z * h + (1 - z) * np.tanh(n + r * rn)
        seen.append(h)
    return np.stack(seen, 1)


def rotated(x, theta):
    """Rotary positions of [batch, t, heads, k], as complex numbers."""
    half = x.shape[-1] // 2
    angle = np.outer(np.arange(x.shape[1]), theta ** (-np.arange(half) * 2 / x.shape[-1]))
    turned = (x[..., :half] + 1j * x[..., half:]) * np.exp(1j * angle)[:, None]
    return np.concatenate([turned.real, turned.imag], -1)
