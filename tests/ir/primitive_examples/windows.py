"""Windows: numbers by plain loops over entries, each padded by hand."""

import numpy as np

from primitive_examples.example import SIZES, Example
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.windows import Window

N = symbol("n", 0)


def _windows(x, over, lacking):
    """For each window its index and its entries by place; `lacking` says how many are before."""
    counts = []
    for axis, (window, (before, after)) in enumerate(zip(over, lacking, strict=True), 1):
        counts.append((x.shape[axis] + before + after - window.span) // window.step + 1)
    for at in np.ndindex(*counts):
        entries = {}
        for place in np.ndindex(*(window.size for window in over)):
            index = tuple(
                i * window.step + p * window.dilation - before
                for i, p, window, (before, _) in zip(at, place, over, lacking, strict=True)
            )
            if all(0 <= i < size for i, size in zip(index, x.shape[1:], strict=False)):
                entries[place] = index
        yield at, entries


def _convolved(over, lacking, groups):
    def found(x, kernel):
        made = {}
        inside, out = kernel.shape[-2], kernel.shape[-1] // groups
        for at, entries in _windows(x, over, lacking):
            for row in range(x.shape[0]):
                for channel in range(kernel.shape[-1]):
                    first = channel // out * inside
                    made[(row, *at, channel)] = sum(
                        x[(row, *index, first + i)] * kernel[(*place, i, channel)]
                        for place, index in entries.items()
                        for i in range(inside)
                    )
        return _array(made)

    return found


def _array(made):
    """The numbers at their places; the last one says how large it is."""
    found = np.zeros([at + 1 for at in max(made)], object)
    for index, number in made.items():
        found[index] = number
    return found


def _convolve(takes, gives, over, lacking, groups=1, **more):
    return Example(
        lambda b, t, x, kernel: b.convolve(x, kernel, over, groups),
        takes,
        gives,
        _convolved(over, lacking, groups),
        **more,
    )


def _transposed(takes, gives, over, crops, shape):
    def found(x, kernel):
        made = np.zeros(
            [x.shape[0], *(size_of(size, SIZES) for size in shape), kernel.shape[-2]], object
        )
        for index in np.ndindex(*x.shape[:-1]):
            for place in np.ndindex(*(window.size for window in over)):
                at = tuple(
                    i * window.step + p * window.dilation - crop
                    for i, p, window, crop in zip(index[1:], place, over, crops, strict=True)
                )
                if all(0 <= i < size for i, size in zip(at, made.shape[1:], strict=False)):
                    for out in range(kernel.shape[-2]):
                        made[(index[0], *at, out)] += sum(
                            x[(*index, i)] * kernel[(*place, out, i)] for i in range(x.shape[-1])
                        )
        return made

    return Example(
        lambda b, t, x, kernel: b.convolve_transposed(x, kernel, over, crops, shape),
        takes,
        gives,
        found,
    )


def _reduced(operation, function, takes, gives, over, lacking):
    def found(x):
        made = {}
        for at, entries in _windows(x, over, lacking):
            for row in range(x.shape[0]):
                for channel in range(x.shape[-1]):
                    made[(row, *at, channel)] = function(
                        [x[(row, *index, channel)] for index in entries.values()]
                    )
        return _array(made)

    return Example(lambda b, t, x: b.reduce_windows(operation, x, over), (takes,), gives, found)


NOTHING = ((0, 0),)


def _nothing(shape):
    return lambda *_: np.zeros(shape, object)


def _reductions(operation, function):
    """The same examples for each function."""
    return (
        _reduced(operation, function, "T[2, n, 2]", "T[2, n - 1, 2]", [Window(2)], NOTHING),
        _reduced(operation, function, "T[1, 7, 2]", "T[1, 3, 2]", [Window(3, 2)], NOTHING),
        _reduced(
            operation, function, "T[1, 2*m, 2]", "T[1, m, 2]",
            [Window(3, 2, 1, "same")], ((0, 1),),
        ),
        _reduced(
            operation, function, "T[2, 5, 1]", "T[2, 5, 1]",
            [Window(3, 1, 2, "same")], ((2, 2),),
        ),
        _reduced(
            operation, function, "T[2, 4, 5, 3]", "T[2, 2, 3, 3]",
            [Window(2, 2, 1, "same"), Window(2, 2, 1, "same")], ((0, 0), (0, 1)),
        ),
        _reduced(
            operation, function, "T[1, 3, 4, 5, 2]", "T[1, 2, 2, 3, 2]",
            [Window(2), Window(2, 2), Window(3)], ((0, 0),) * 3,
        ),
        Example(
            lambda b, t, x: b.reduce_windows(operation, x, [Window(3, 2, 1, "same")]),
            ("T[2, none, 2]",), "T[2, (none + 1) // 2, 2]", _nothing((2, 0, 2)),
        ),
        Example(
            lambda b, t, x: b.reduce_windows(operation, x, [Window(2)]),
            ("T[0, 3, 2]",), "T[0, 2, 2]", _nothing((0, 2, 2)),
        ),
        Example(
            lambda b, t, x: b.reduce_windows(operation, x, [Window(4)]),
            ("T[2, 3, 2]",), refuses="SPC0370",
        ),
    )  # fmt: skip


WINDOWS = {
    "convolve": (
        _convolve(("T[2, n, 2]", "T[2, 2, 3]"), "T[2, n - 1, 3]", [Window(2)], NOTHING),
        _convolve(("T[1, 9, 2]", "T[3, 2, 1]"), "T[1, 3, 1]", [Window(3, 3)], NOTHING),
        _convolve(("T[2, 7, 2]", "T[3, 2, 2]"), "T[2, 3, 2]", [Window(3, 1, 2)], NOTHING),
        _convolve(
            ("T[2, 2*m, 2]", "T[3, 2, 2]"), "T[2, m, 2]", [Window(3, 2, 1, "same")], ((0, 1),)
        ),
        _convolve(
            ("T[2, n, 2]", "T[3, 2, 2]"), "T[2, n, 2]", [Window(3, 1, 2, "causal")], ((4, 0),)
        ),
        _convolve(
            ("T[2, 7, 1]", "T[2, 1, 2]"), "T[2, 4, 2]", [Window(2, 2, 1, "causal")], ((1, 0),)
        ),
        _convolve(  # wider than the axis
            ("T[1, 2, 1]", "T[5, 1, 2]"), "T[1, 2, 2]", [Window(5, 1, 1, "same")], ((2, 2),)
        ),
        _convolve(
            ("T[2, 4, 5, 3]", "T[2, 3, 3, 2]"), "T[2, 3, 3, 2]", [Window(2), Window(3)], NOTHING * 2
        ),
        _convolve(
            ("T[2, 4, 5, 3]", "T[2, 3, 3, 2]"), "T[2, 4, 5, 2]",
            [Window(2, 1, 1, "same"), Window(3, 1, 1, "same")], ((0, 1), (1, 1)),
        ),
        _convolve(
            ("T[1, 2, 3, 4, 2]", "T[1, 2, 2, 2, 2]"), "T[1, 2, 2, 2, 2]",
            [Window(1), Window(2), Window(2, 2)], NOTHING * 3,
        ),
        _convolve(("T[2, 4, 4]", "T[2, 2, 6]"), "T[2, 3, 6]", [Window(2)], NOTHING, groups=2),
        _convolve(("T[2, 4, 3]", "T[2, 1, 6]"), "T[2, 3, 6]", [Window(2)], NOTHING, groups=3),
        _convolve(
            ("T[2, 4, 3, 2]", "T[3, 2, 1, 2]"), "T[2, 2, 2, 2]",
            [Window(3, 2, 1, "same"), Window(2, 2, 1, "same")], ((0, 1), (0, 1)), groups=2,
        ),
        Example(
            lambda b, t, x, k: b.convolve(x, k, [Window(2)]),
            ("T[2, 3, 0]", "T[2, 0, 2]"), "T[2, 2, 2]", _nothing((2, 2, 2)),
        ),
        Example(
            lambda b, t, x, k: b.convolve(x, k, [Window(3, 2, 1, "same")]),
            ("T[2, none, 1]", "T[3, 1, 2]"), "T[2, (none + 1) // 2, 2]", _nothing((2, 0, 2)),
        ),
        Example(
            lambda b, t, x, k: b.convolve(x, k, [Window(2)]),
            ("T[2, 1, 2]", "T[2, 2, 2]"), refuses="SPC0370",
        ),
        Example(
            lambda b, t, x, k: b.convolve(x, k, [Window(2)]),
            ("T[2, 3, 3]", "T[2, 2, 2]"), refuses="SPC0301",
        ),
        Example(
            lambda b, t, x, k: b.convolve(x, k, [Window(3)]),
            ("T[2, 3, 2]", "T[2, 2, 2]"), refuses="SPC0301",
        ),
        Example(
            lambda b, t, x, k: b.convolve(x, k, [Window(2)]),
            ("float32[2, 3, 2]", "float16[2, 2, 2]"), refuses="SPC0401",
        ),
    ),
    "convolve_transposed": (
        _transposed(("T[2, n, 2]", "T[3, 1, 2]"), "T[2, n + 2, 1]", [Window(3)], (0,), (N + 2,)),
        _transposed(("T[2, n, 2]", "T[3, 2, 2]"), "T[2, 2*n, 2]", [Window(3, 2)], (0,), (2 * N,)),
        _transposed(("T[2, 3, 2]", "T[4, 2, 2]"), "T[2, 6, 2]", [Window(4, 2)], (1,), (6,)),
        _transposed(("T[2, 3, 2]", "T[3, 2, 2]"), "T[2, 7, 2]", [Window(3, 1, 3)], (1,), (7,)),
        # behind the last window there is nothing
        _transposed(("T[1, 3, 1]", "T[1, 2, 1]"), "T[1, 9, 2]", [Window(1, 3)], (0,), (9,)),
        _transposed(
            ("T[2, 2, 3, 2]", "T[2, 3, 3, 2]"), "T[2, 4, 3, 3]",
            [Window(2, 2), Window(3)], (0, 1), (4, 3),
        ),
        _transposed(("T[2, none, 2]", "T[3, 1, 2]"), "T[2, 2, 1]", [Window(3)], (0,), (2,)),
        _transposed(("T[0, 3, 2]", "T[3, 1, 2]"), "T[0, 5, 1]", [Window(3)], (0,), (5,)),
        Example(
            lambda b, t, x, k: b.convolve_transposed(x, k, [Window(3)], (0,), (5,)),
            ("T[2, 3, 2]", "T[3, 2, 3]"), refuses="SPC0301",
        ),
    ),
    "window_max": _reductions("max", max),
    "window_sum": _reductions("sum", sum),
}  # fmt: skip
