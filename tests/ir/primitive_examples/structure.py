"""Operations that move, join and make elements."""

import numpy as np

from primitive_examples.example import SIZES, Example
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.types import DTYPES, NUMBERS, TensorType

N, M = symbol("n", 0), symbol("m", 0)


def _numbers(shape):
    """Sizes as they are in a run."""
    return [size_of(size, SIZES) for size in shape]


def _reshape(takes, gives, shape):
    return Example(
        lambda b, t, x: b.reshape(x, shape),
        (takes,),
        gives,
        lambda x: np.array([*x.flat], object).reshape(_numbers(shape)),
    )


def _transpose(takes, gives, axes, labels):
    return Example(lambda b, t, x: b.transpose(x, axes), (takes,), gives, _labelled(labels))


def _labelled(labels):
    """Entries under other indices: `ab->ba`."""
    before, after = labels.split("->")

    def moved(x):
        sizes = dict(zip(before, x.shape, strict=True))
        found = np.empty([sizes[label] for label in after], object)
        for index in np.ndindex(found.shape):
            at = dict(zip(after, index, strict=True))
            found[index] = x[tuple(at[label] for label in before)]
        return found

    return moved


def _broadcast(takes, gives, shape):
    def repeated(x):
        found = np.empty(_numbers(shape), object)
        for index in np.ndindex(found.shape):
            own = index[len(index) - x.ndim :]
            found[index] = x[tuple(i if n > 1 else 0 for i, n in zip(own, x.shape, strict=True))]
        return found

    return Example(lambda b, t, x: b.broadcast_to(x, shape), (takes,), gives, repeated)


def _concatenate(takes, gives, axis):
    def joined(*xs):
        lines = [line for x in xs for line in np.moveaxis(x, axis, 0)]
        return np.stack(lines, axis)

    return Example(lambda b, t, *xs: b.concatenate(xs, axis), takes, gives, joined)


def _picked(write, takes, gives, axis, entries):
    return Example(write, (takes,), gives, lambda x: np.take(x, entries, axis))


def _slice(takes, gives, axis, start, stop, entries):
    return _picked(lambda b, t, x: b.slice(x, axis, start, stop), takes, gives, axis, [*entries])


def _stride(takes, gives, axis, step, entries):
    return _picked(lambda b, t, x: b.stride(x, axis, step), takes, gives, axis, entries)


def _reverse(takes, axis, entries):
    return _picked(lambda b, t, x: b.reverse(x, axis), takes, takes, axis, entries)


def _size(takes, axes, number):
    return Example(lambda b, t, x: b.size(x, axes), (takes,), "int64[]", lambda x: number)


def _full(number, gives, shape, dtypes=DTYPES):
    return Example(
        lambda b, t: b.full(number, t, shape),
        gives=gives,
        equals=lambda: np.full(_numbers(shape), number, object),
        dtypes=dtypes,
    )


def _literal(numbers, gives, dtypes=DTYPES):
    shape = tuple(int(size) for size in gives.strip("T[]").split(",") if size)
    return Example(
        lambda b, t: b.literal(numbers, TensorType(t, shape)),
        gives=gives,
        equals=lambda: np.array(numbers, object).reshape(shape),
        dtypes=dtypes,
    )


def _arange(length, gives, numbers):
    return Example(
        lambda b, t: b.arange(length, t),
        gives=gives,
        equals=lambda: np.array(numbers, object),
        dtypes=NUMBERS,
    )


STRUCTURE = {
    "reshape": (
        _reshape("T[2, 3, 4]", "T[2, 12]", (2, 12)),
        _reshape("T[2, 12]", "T[2, 3, 4]", (2, 3, 4)),
        _reshape("T[2, 6]", "T[6, 2]", (6, 2)),
        _reshape("T[2, 6, 5]", "T[3, 4, 5]", (3, 4, 5)),
        _reshape("T[2, n, 4]", "T[2*n, 1, 4]", (2 * N, 1, 4)),
        _reshape("T[n, 4]", "T[1, n, 2, 2]", (1, N, 2, 2)),
        _reshape("T[0, 3]", "T[3, 0]", (3, 0)),
        _reshape("T[]", "T[1, 1]", (1, 1)),
        _reshape("T[12]", "T[n, 4]", (N, 4)),  # that n is 3 is found only when it runs
        Example(lambda b, t, x: b.reshape(x, (7,)), ("T[2, 3]",), refuses="SPC0301"),
    ),
    "transpose": (
        _transpose("T[2, 3, 4]", "T[4, 2, 3]", (2, 0, 1), "abc->cab"),
        _transpose("T[n, 2]", "T[2, n]", (1, 0), "ab->ba"),
        _transpose("T[1, 0, 3]", "T[3, 0, 1]", (2, 1, 0), "abc->cba"),
    ),
    "broadcast_to": (
        _broadcast("T[2, 1, 3]", "T[4, 2, 5, 3]", (4, 2, 5, 3)),
        _broadcast("T[]", "T[n]", (N,)),
        _broadcast("T[n, 1]", "T[n, 0]", (N, 0)),
        Example(lambda b, t, x: b.broadcast_to(x, (3, 4)), ("T[3, 3]",), refuses="SPC0301"),
        Example(lambda b, t, x: b.broadcast_to(x, (1,) * 33), ("T[1]",), refuses="SPC0304"),
    ),
    "concatenate": (
        _concatenate(("T[2, 3]", "T[2, 4]"), "T[2, 7]", 1),
        _concatenate(("T[2, 3]", "T[1, 3]", "T[0, 3]"), "T[3, 3]", 0),
        _concatenate(("T[n, 1]", "T[n, m]"), "T[n, m + 1]", 1),
        Example(lambda b, t, *xs: b.concatenate(xs, 1), ("T[2, 3]", "T[3, 3]"), refuses="SPC0301"),
        Example(lambda b, t, *xs: b.concatenate(xs, 0), ("T[2, 3]", "T[2]"), refuses="SPC0304"),
        Example(lambda b, t, *xs: b.concatenate(xs, 0), ("int8[2]", "bool[2]"), refuses="SPC0401"),
    ),
    "slice": (
        _slice("T[4, 5]", "T[4, 3]", 1, 1, 4, (1, 2, 3)),
        _slice("T[n, 2]", "T[n - 1, 2]", 0, 1, N, (1, 2)),
        _slice("T[1, 3]", "T[0, 3]", 0, 1, 1, ()),
    ),
    "stride": (
        _stride("T[2, 7]", "T[2, 3]", 1, 3, [0, 3, 6]),
        _stride("T[7, 2]", "T[4, 2]", 0, 2, [0, 2, 4, 6]),
        _stride("T[n, 1]", "T[(n + 1) // 2, 1]", 0, 2, [0, 2]),
        _stride("T[0, 2]", "T[0, 2]", 0, 2, []),
    ),
    "size": (
        _size("T[2, 7]", (0,), 2),
        _size("T[2, n, 5]", (1, 2), 15),
        _size("T[0, 1]", (0, 1), 0),
        _size("T[]", (), 1),
    ),
    "reverse": (
        _reverse("T[2, 4]", 1, [3, 2, 1, 0]),
        _reverse("T[n, 1]", 0, [2, 1, 0]),
        _reverse("T[0, 2]", 0, []),
    ),
    "full": (
        _full(1, "T[2, 3]", (2, 3)),
        _full(0, "T[]", ()),
        _full(True, "T[n, 0, 1]", (N, 0, 1)),
        _full(2.5, "T[2]", (2,), ("float16", "bfloat16", "float32", "float64")),
        _full(1 + 2**-8, "T[2]", (2,), ("bfloat16", "float32", "float64")),
    ),
    "constant": (
        _literal((0, 1, 1, 0, 1, 0), "T[2,3]"),
        _literal((True,), "T[]"),
        _literal((), "T[0,3]"),
        _literal((2**53 + 1, -(2**62)), "T[2]", ("int64",)),
        _literal((2**64 - 1,), "T[1]", ("uint64",)),
        _literal((1.5, -0.25), "T[2,1]", ("float16", "bfloat16", "float32", "float64")),
        _literal((1 + 2**-8,), "T[1]", ("bfloat16",)),
    ),
    "arange": (
        _arange(4, "T[4]", [0, 1, 2, 3]),
        _arange(N, "T[n]", [0, 1, 2]),
        _arange(0, "T[0]", []),
        _arange(1, "T[1]", [0]),
        Example(lambda b, t: b.arange(3, "bool"), refuses="SPC0401"),
    ),
}
