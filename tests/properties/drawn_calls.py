"""Calls of functions that put entries in order, add them up and make matrices, with NumPy's way."""

import numpy as np

DTYPES = ("float64", "float32", "float16", "int8", "int32", "int64", "uint8", "uint64", "bool")


def truth(x):
    """Truth values count as 0 and 1."""
    return x.astype("int32") if x.dtype == "bool" else x


def floats(x):
    """Whole numbers are computed with in the layer's dtype."""
    return x if x.dtype.kind == "f" else x.astype("float32")


def ordered(d):
    """With equal entries: the first comes first, also from the largest down."""
    axis, descending = d.axis, d.pick(True, False)
    name = d.pick("sort", "argsort")

    def wanted(x):
        y = truth(x)
        n = y.shape[axis]
        if descending and name == "argsort":
            turned = np.flip(y, axis).argsort(axis, kind="stable")
            return (n - 1 - np.flip(turned, axis)).astype("int32")
        found = getattr(np, name)(y, axis, kind="stable")
        found = np.flip(found, axis) if descending else found
        return found.astype("int32") if name == "argsort" else found

    return f"{name}(x, axis={axis}, descending={descending})", wanted


def top(d):
    axis, k, which = d.axis, d.number(0, 3), d.number(0, 1)

    def wanted(x):
        y = truth(x)
        if k > y.shape[axis]:
            raise IndexError
        y = np.moveaxis(y, axis, -1)
        found = np.zeros((*y.shape[:-1], k), "int32" if which else y.dtype)
        for at in np.ndindex(y.shape[:-1]):
            best = sorted(range(y.shape[-1]), key=lambda place: -float(y[(*at, place)]))[:k]
            found[at] = best if which else y[at][best]
        return np.moveaxis(found, -1, axis)

    return f"top_k(x, {k}, axis={axis})[{which}]", wanted


def triangle(name):
    def draw(d):
        k = d.number(-3, 3)

        def wanted(x):
            if x.ndim < 2:
                raise IndexError
            return getattr(np, name)(x, k)

        return f"{name}(x, k={k})", wanted

    return draw


def segments(d):
    rank = d.number(1, max(len(d.shape), 1))
    shape, count = d.shape[:rank], 3
    rng = np.random.default_rng(d.number(0, 99))
    ids = rng.integers(0, count, shape)

    def wanted(x):
        y = truth(x)
        found = np.zeros((*y.shape[: rank - 1], count, *y.shape[rank:]), y.dtype)
        for at in np.ndindex(shape):
            found[(*at[:-1], ids[at])] += y[at]
        return found

    text = ids.tolist() if ids.size else f"zeros({list(shape)}, 'int32')"
    return f"segment_sum(x, {text}, {count})", wanted


def normalized(name):
    def draw(d):
        axes = d.axes

        def wanted(x):
            y = floats(x).astype("float64")
            y = y - y.max(axis=axes, keepdims=True)  # of nothing there is none
            total = np.exp(y).sum(axis=axes, keepdims=True)
            found = y - np.log(total) if name == "log_softmax" else np.exp(y) / total
            return found.astype(floats(x).dtype)

        return f"{name}(x, axis={axes})", wanted

    return draw


def eye(d):
    n, m, k = (d.number(low, 4) for low in (0, 0, -4))
    dtype = d.pick(*DTYPES)
    return f"eye({n}, {m}, k={k}, dtype='{dtype}')", lambda x: np.eye(n, m, k, dtype)


LATER = {
    "sort": ordered,
    "top_k": top,
    "eye": eye,
    "tril": triangle("tril"),
    "triu": triangle("triu"),
    "segment_sum": segments,
    "softmax": normalized("softmax"),
    "log_softmax": normalized("log_softmax"),
}
"""By the function; each draws a call, and what it is in NumPy."""
