"""The tensors of the comparison with NumPy, and functions by their formulas."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from spec_compiler.ir.dims import symbol

SIZES = {"batch": 3, "seq": 5}
DIMS = {name: symbol(name) for name in SIZES}
RANDOM = np.random.default_rng(7)
GIVEN = {
    "x": RANDOM.standard_normal((3, 5, 4)),
    "y": RANDOM.standard_normal((3, 5, 4)),
    "v": RANDOM.standard_normal(4),
    "m": RANDOM.standard_normal((4, 6)),
    "i": RANDOM.integers(-5, 6, (3, 4)).astype(np.int32),
    "k": RANDOM.integers(0, 4, (2, 3)).astype(np.int32),
    "t": RANDOM.random((3, 5)) > 0.5,
}
X, Y, V, M, INT, K, T = (GIVEN[name] for name in "xyvmikt")
U = INT.astype(np.uint8)
PLACES = np.array([[3, 0], [1, 2], [0, 0], [3, 3], [2, 1]])
PADS = ((0, 0), (3, 1), (7, 9))


def softmax(x, axes):
    e = np.exp(x)
    return e / e.sum(axes, keepdims=True)


def logsumexp(x, axes):
    largest = x.max(axes, keepdims=True)
    return np.log(np.exp(x - largest).sum(axes, keepdims=True)) + largest


def scattered(indices, values, shape):
    made = np.zeros(shape, values.dtype)
    for at in np.ndindex(indices.shape[:-1]):
        made[tuple(indices[at])] += values[at]
    return made


def padded(mode):
    """Entry by entry: how NumPy goes on beyond the ends, as often as it takes."""
    found = X
    for axis, (before, after) in enumerate(PADS):
        n = found.shape[axis]
        round_trip = {
            "reflect": [*range(n), *range(n - 2, 0, -1)],
            "symmetric": [*range(n), *range(n - 1, -1, -1)],
            "wrap": [*range(n)],
        }
        if mode == "edge":
            order = [min(max(at, 0), n - 1) for at in range(-before, n + after)]
        else:
            turns = round_trip[mode]
            order = [turns[at % len(turns)] for at in range(-before, n + after)]
        found = found.take(order, axis)
    return found


def convolved():
    """Two by two over the last two axes, the second one in steps of 2."""
    wide = np.pad(X, ((0, 0), (1, 1), (0, 0)))
    made = np.zeros((3, 6, 2))
    for row, column in np.ndindex(6, 2):
        part = wide[:, row : row + 2, 2 * column : 2 * column + 2]
        made[:, row, column] = (part * [[1, 2], [3, 4]]).sum((1, 2))
    return made


WIDE = ", ".join(str([*pair]) for pair in PADS)
MORE_FUNCTIONS = {
    "tan(x) + tan(0.5)": np.tan(X) + math.tan(0.5),
    "asin(tanh(x)) + asin(1)": np.arcsin(np.tanh(X)) + math.pi / 2,
    "acos(tanh(x))": np.arccos(np.tanh(X)),
    "atan(x)": np.arctan(X),
    "atan2(x, y)": np.arctan2(X, Y),
    "atan2(x, -1) + atan2(1, -1)": np.arctan2(X, -1) + 3 * math.pi / 4,
    "atan2(i, 2)": np.arctan2(INT, 2),
    "atan2(y=x, x=seq)": np.arctan2(X, 5),
    "sinh(x) - cosh(x)": np.sinh(X) - np.cosh(X),
    "asinh(x)": np.arcsinh(X),
    "acosh(1 + abs(x))": np.arccosh(1 + np.abs(X)),
    "atanh(tanh(x) / 2)": np.arctanh(np.tanh(X) / 2),
    "atanh(0.5) * x": math.atanh(0.5) * X,
    "fmod(x, y)": np.fmod(X, Y),
    "fmod(x, -0.3) + fmod(-7, 3)": np.fmod(X, -0.3) - 1,
    "fmod(i, 3)": np.fmod(INT, np.int32(3)),
    "fmod(i, -3)": np.fmod(INT, np.int32(-3)),
    "fmod(10, i)": np.where(INT == 0, 0, np.fmod(10, np.where(INT == 0, 1, INT))).astype("int32"),
    'fmod(cast(abs(i), "uint8"), 3)': np.fmod(np.abs(INT).astype("uint8"), np.uint8(3)),
    "cumprod(x, axis=1)": X.cumprod(1),
    "cumprod(i, axis=-1)": INT.cumprod(-1, dtype="int32"),
    "bit_and(i, 6) + bit_or(i, 1)": (INT & 6) + (INT | 1),
    "bit_xor(i, [1, 2, 3, 4])": INT ^ np.array([1, 2, 3, 4], "int32"),
    "bit_xor(t, x[..., 0] > 0)": T ^ (X[..., 0] > 0),
    "bit_and(12, 10) * bit_or(12, 10) + bit_xor(12, 10) + i": 8 * 14 + 6 + INT,
    'shift_left(cast(i, "uint8"), 5)': U << np.uint8(5),
    "shift_right(i, 1) + shift_left(1, 4)": (INT >> 1) + 16,
    "shift_left(1, k)": np.int32(1) << K,
    "shift_left(t, 2)": T.astype("int32") << 2,
    "shift_right(1000, seq) + i": (1000 >> 5) + INT,
    "roll(x, 2, axis=1)": np.roll(X, 2, 1),
    "roll(x, (1, -7), axis=(0, 2))": np.roll(X, (1, -7), (0, 2)),
    "roll(x, 1, axis=(1, 1))": np.roll(X, 1, (1, 1)),
    "roll(x, 4)": np.roll(X, 4),
    "roll(x, seq + 1, axis=1)": np.roll(X, 6, 1),
    "roll(x[:, :0], 1, axis=1)": X[:, :0],
    "take_along_axis(x, expand(argmax(x, axis=1), 1), axis=1)": X.max(1, keepdims=True),
    "take_along_axis(x, [[[1, -1]]], axis=-1)": X[..., [1, -1]],
    "take_along_axis(m, [[0, 1, -1, 2, 3, -4]], axis=0)": M[[0, 1, -1, 2, 3, -4], range(6)][None],
    "scatter([[1], [0], [1]], [1.5, 2, 3], [seq])": np.array([2.0, 4.5, 0, 0, 0]),
    f"scatter({PLACES.tolist()}, x[0, :, 0], [4, 4])": scattered(PLACES, X[0, :, 0], (4, 4)),
    f"scatter({PLACES.tolist()}, x[0], [4, seq, 4])": scattered(PLACES, X[0], (4, 5, 4)),
    "scatter(k[..., None], ones_like(k), [4])": np.bincount(K.ravel(), minlength=4).astype("int32"),
    "scatter([[-1], [2]], i[:2], [3, 4])": (INT[0] + INT[1]) * np.array([[0], [0], [1]], "int32"),
    "scatter([[0], [2]], t[:2], [batch, seq])": T[[0, 0, 1]] & [[True], [False], [True]],
    **{
        f'pad(x, [{WIDE}], mode="{mode}")': padded(mode)
        for mode in ("reflect", "symmetric", "edge", "wrap")
    },
    'pad(x[:, :1], [[0, 0], [2, 3], [0, 0]], mode="reflect")': X[:, [0] * 6],
    "windows(x, 1, 3)": sliding_window_view(X, 3, 1),
    "windows(x, axis=(1, 2), size=(2, 3))": sliding_window_view(X, (2, 3), (1, 2)),
    "windows(x, axis=(2, 0), size=(3, 2), stride=(1, 2))": sliding_window_view(X, (3, 2), (2, 0))[
        ::2
    ],
    "windows(x, 1, 2, stride=2)": sliding_window_view(X, 2, 1)[:, ::2],
    "windows(x, 1, 2, dilation=3)": sliding_window_view(X, 4, 1)[..., ::3],
    "max(windows(x, axis=1, size=seq), axis=-1)": X.max(1, keepdims=True),
    'einsum("bhwij,ij->bhw", windows(pad(x, [[0, 0], [1, 1], [0, 0]]), (1, 2), 2, stride=(1, 2)), '
    "[[1, 2], [3, 4]])": convolved(),
    "sort(x, axis=1, descending=True)": np.sort(X, 1)[:, ::-1],
    "argsort(x, axis=1)": X.argsort(1).astype("int32"),
    "argsort(i % 3, descending=True)": np.argsort(-(INT % 3), kind="stable").astype("int32"),
    "argsort(t, axis=0)": T.argsort(0, kind="stable").astype("int32"),
    "top_k(x, 2)[0]": np.sort(X)[..., :1:-1],
    "top_k(x, 3, axis=1)[1]": np.argsort(-X, 1)[:, :3].astype("int32"),
    "top_k(i % 2, 2)[1]": np.argsort(-(INT % 2), kind="stable")[:, :2].astype("int32"),
    "top_k(x, seq, axis=1)[0] - sort(x, 1, True)": np.zeros_like(X),
    "top_k(x, 0)[0]": X[..., :0],
    "gather(v, top_k(v, 1)[1], axis=0)": V.max(keepdims=True),
    "eye(3)": np.eye(3),
    'eye(2, 4, k=-1, dtype="int8")': np.eye(2, 4, -1, "int8"),
    "eye(seq, batch, k=1)": np.eye(5, 3, 1),
    "tril(m)": np.tril(M),
    "triu(m, k=2)": np.triu(M, 2),
    "tril(x[:, None] * 2, -1)": np.tril(X[:, None] * 2, -1),
    'tril(ones([seq, seq], "bool"))': np.tri(5, dtype=bool),
    'triu(cast(m * 9, "uint8"), -2)': np.triu((M * 9).astype("uint8"), -2),
    "segment_sum(x[0], [3, 0, 3, 1, 0], 4)": scattered(
        np.array([[3], [0], [3], [1], [0]]), X[0], (4, 4)
    ),
    "segment_sum(x, expand(arange(batch), 1) + [0, 1, 0, 2, 1], seq)": np.stack(
        [
            scattered(np.array([[0], [1], [0], [2], [1]]) + row, rows, (5, 4))
            for row, rows in enumerate(X)
        ]
    ),
    "segment_sum(transpose(m)[:2, :3], k, 4)": np.stack(
        [np.bincount(K[row], M.T[row, :3], 4) for row in (0, 1)]
    ),
    "segment_sum(t, zeros([batch, seq], 'int32'), 1)": T.sum(1, keepdims=True).astype("int32"),
    "log_softmax(x)": np.log(softmax(X, -1)),
    "log_softmax(x * 100, axis=(0, 2))": X * 100 - logsumexp(X * 100, (0, 2)),
    "log_softmax(x, axis=None)": np.log(softmax(X, (0, 1, 2))),
    "cos(pi) + where(x > 0, -inf, x)": -1 + np.where(X > 0, -np.inf, X),
}
