"""Sums of products."""

from math import prod

import numpy as np

from primitive_examples.example import Example


def _contract(takes, gives, labels, contracted, batch=((), ()), **more):
    return Example(
        lambda b, t, x, y: b.contract(x, y, contracted, batch),
        takes,
        gives,
        _summed(labels),
        **more,
    )


def _summed(labels):
    """Sums of products by labels: `ab,bc->ac`."""
    before, after = labels.split("->")
    left, right = before.split(",")

    def found(x, y):
        sizes = dict(zip(left + right, x.shape + y.shape, strict=True))
        inner = [label for label in sizes if label not in after]
        made = np.zeros([sizes[label] for label in after], object)
        for index in np.ndindex(*made.shape, *(sizes[label] for label in inner)):
            at = dict(zip([*after, *inner], index, strict=True))
            read = [
                array[tuple(at[label] for label in of)] for array, of in ((x, left), (y, right))
            ]
            made[tuple(at[label] for label in after)] += prod(read)
        return made

    return found


MATRICES = ((1,), (0,))

CONTRACTION = {
    "contract": (
        _contract(("T[2, 3]", "T[3, 4]"), "T[2, 4]", "ab,bc->ac", MATRICES),
        _contract(("T[n, 3]", "T[3, 4]"), "T[n, 4]", "ab,bc->ac", MATRICES),
        _contract(("T[3, 2]", "T[4, 3]"), "T[2, 4]", "ba,cb->ac", ((0,), (1,))),
        _contract(
            ("T[5, 2, 3, 4]", "T[4, 6, 2]"),
            "T[2, 5, 3, 6]",
            "xbyi,izb->bxyz",
            ((3,), (0,)),
            ((1,), (2,)),
        ),
        _contract(("T[2, 3]", "T[3, 2]"), "T[2, 3]", "ab,ba->ab", ((), ()), ((0, 1), (1, 0))),
        _contract(("T[2, 3]", "T[2, 3]"), "T[]", "ab,ab->", ((0, 1), (0, 1))),
        _contract(("T[2]", "T[3]"), "T[2, 3]", "a,b->ab", ((), ())),
        _contract(("T[2, 0]", "T[0, 3]"), "T[2, 3]", "ab,bc->ac", MATRICES),
        _contract(("T[0, 3]", "T[3, 1]"), "T[0, 1]", "ab,bc->ac", MATRICES),
        _contract(("T[2, n]", "T[m - 1, 2]"), "T[2, 2]", "ab,bc->ac", MATRICES),
        # in float16 1 is lost beside 2048
        _contract(
            ("float16[2, 4096]", "float16[4096, 2]"),
            "float16[2, 2]",
            "ab,bc->ac",
            MATRICES,
            data=([1] * 8192, [1] * 8192),
        ),
        Example(lambda b, t, x, y: b.matmul(x, y), ("T[2, 3]", "T[4, 2]"), refuses="SPC0301"),
        Example(lambda b, t, x, y: b.matmul(x, y), ("int8[2, 3]", "bool[3, 2]"), refuses="SPC0401"),
    ),
}
