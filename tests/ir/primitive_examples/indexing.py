"""Entries that whole numbers name."""

import numpy as np

from primitive_examples.example import Example
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.types import INTEGERS


def _take(table, indices, gives, rows):
    return Example(
        lambda b, t, x, y: b.take(x, y),
        (table, indices),
        gives,
        lambda x, y: np.array([row for i in y.flat for row in x[i].flat], object).reshape(
            *y.shape, *x.shape[1:]
        ),
        ((-5, 5), (0, rows - 1)),
        dtypes=INTEGERS if indices.startswith("T") else None,
    )


def _along(x, indices, gives, axis, entries):
    def found(x, y):
        made = np.zeros(y.shape, object)
        for at in np.ndindex(y.shape):
            made[at] = x[(*at[:axis], y[at], *at[axis + 1 :])]
        return made

    return Example(
        lambda b, t, x, y: b.take_along(x, y, axis),
        (x, indices),
        gives,
        found,
        ((-5, 5), (0, entries - 1)),
        dtypes=INTEGERS if indices.startswith("T") else None,
    )


def _scatter(indices, values, gives, shape, entries, **more):
    def found(x, y):
        made = np.zeros([{"n": 3}.get(str(size), size) for size in shape], object)
        for at in np.ndindex(x.shape[:-1]):
            made[tuple(x[at])] += y[at]
        return made

    return Example(
        lambda b, t, x, y: b.scatter_add(x, y, shape),
        (indices, values),
        gives,
        found,
        **{
            "within": ((0, entries - 1), (-5, 5)),
            "dtypes": INTEGERS if indices.startswith("T") else None,
            **more,
        },
    )


def _refused(write, x, y, code="SPC0304"):
    return Example(lambda b, t, x, y: write(b, x, y), (x, y), refuses=code)


N = symbol("n", 0)

INDEXING = {
    "take": (
        _take("T[3, 4]", "int32[2, 5]", "T[2, 5, 4]", 3),
        _take("float32[3, 2]", "T[4]", "float32[4, 2]", 3),
        _take("T[n, 0]", "int64[1]", "T[1, 0]", 3),
        _take("T[1]", "uint8[none, m]", "T[none, m]", 1),
        Example(lambda b, t, x, y: b.take(x, y), ("T[3, 2]", "float32[2]"), refuses="SPC0403"),
        Example(lambda b, t, x, y: b.take(x, y), ("T[3, 2]", "bool[2]"), refuses="SPC0403"),
        *(
            Example(
                lambda b, t, x, y: b.take(x, y),
                ("float32[3, 2]", "int32[2]"),
                "float32[2, 2]",
                data=([0] * 6, [0, index]),
                fails="SPC0502",
            )
            for index in (-1, 3)
        ),
    ),
    "take_along": (
        _along("T[2, 3]", "int32[2, 5]", "T[2, 5]", 1, 3),
        _along("T[3, 2, n]", "int64[4, 2, n]", "T[4, 2, n]", 0, 3),
        _along("T[3, 0]", "int8[1, 0]", "T[1, 0]", 0, 3),
        _along("float32[1, n]", "T[1, 2]", "float32[1, 2]", 1, 3),
        _refused(lambda b, x, y: b.take_along(x, y, 0), "T[3]", "float32[2]", "SPC0403"),
        _refused(lambda b, x, y: b.take_along(x, y, 0), "T[3]", "int32[2, 3]"),
        _refused(lambda b, x, y: b.take_along(x, y, 0), "T[3, 2]", "int32[2, 3]", "SPC0301"),
        *(
            Example(
                lambda b, t, x, y: b.take_along(x, y, 1),
                ("float32[1, 3]", "int32[1, 2]"),
                "float32[1, 2]",
                data=([0] * 3, [0, index]),
                fails="SPC0502",
            )
            for index in (-1, 3)
        ),
    ),
    "scatter_add": (
        _scatter("int32[4, 1]", "T[4]", "T[3]", (3,), 3),
        _scatter("T[2, 4, 2]", "int64[2, 4, 5]", "int64[4, 3, 5]", (4, 3, 5), 3),
        _scatter("int8[n, 1]", "T[n, 0]", "T[n, 0]", (N, 0), 3),
        _scatter("uint8[0, 2]", "T[0]", "T[1, 2]", (1, 2), 1),
        # in float16 1 is lost beside 2048
        _scatter(
            "int32[4096, 1]", "float16[4096]", "float16[1]", (1,), 1, data=([0] * 4096, [1] * 4096)
        ),
        _refused(lambda b, x, y: b.scatter_add(x, y, (3,)), "float32[2, 1]", "T[2]", "SPC0403"),
        _refused(lambda b, x, y: b.scatter_add(x, y, (3,)), "int32[2, 2]", "T[2]"),
        _refused(lambda b, x, y: b.scatter_add(x, y, (3,)), "int32[2, n]", "T[2]"),
        _refused(lambda b, x, y: b.scatter_add(x, y, (3,)), "int32[]", "T[2]"),
        _refused(lambda b, x, y: b.scatter_add(x, y, (3,)), "int32[2, 1]", "T[2, 1]"),
        _refused(lambda b, x, y: b.scatter_add(x, y, (3,)), "int32[2, 1]", "T[3]", "SPC0301"),
        *(
            Example(
                lambda b, t, x, y: b.scatter_add(x, y, (3, 2)),
                ("int32[2, 2]", "float32[2]"),
                "float32[3, 2]",
                data=([0, 0, *index], [1, 1]),
                fails="SPC0502",
            )
            for index in ((-1, 0), (0, 2))
        ),
    ),
}
