"""Operations along an axis."""

import math
import operator
from itertools import accumulate

from primitive_examples.example import Example, along, over


def _reduce(name, function, within=(-5, 5)):
    def example(takes, gives, axes, *, keepdims=False):
        return Example(
            lambda b, t, x: b.reduce(name, x, axes, keepdims=keepdims),
            (takes,),
            gives,
            over(axes, function, keepdims=keepdims),
            within,
        )

    some = (
        example("T[3, 2, 3]", "T[3, 3]", (1,)),
        example("T[2, 3, 4]", "T[2, 1, 4]", (1,), keepdims=True),
        example("T[2, 3, 2, 5]", "T[3, 5]", (0, 2)),
        example("T[2, n]", "T[]", (0, 1)),
        example("T[n, 1]", "T[n]", (1,)),
        example("T[0, 3]", "T[0]", (1,)),
    )
    if name in {"max", "min"}:  # of nothing there is none
        nothing = Example(
            lambda b, t, x: b.reduce(name, x, (0, 1)), ("T[2, 0]",), refuses="SPC0134"
        )
        return (*some, nothing)
    return (*some, example("T[2, 0]", "T[2]", (1,)))


def _halves(name, shape, number, gives):
    """float16 on the way to a number that it holds, through those that it does not."""
    return Example(
        lambda b, t, x: b.reduce(name, x, 0),
        (f"float16{shape}",),
        "float16[2]",
        lambda x: [gives, gives],
        data=(number,),
    )


def _along(name, function, dtype="T", shape="{}"):
    def example(size, gives, axis):
        return Example(
            lambda b, t, x: b.along(name, x, axis), (f"T{size}",), f"{dtype}{gives}", function(axis)
        )

    if dtype == "T":
        return (
            example("[3, 4]", "[3, 4]", 1),
            example("[n, 2]", "[n, 2]", 0),
            example("[0, 1]", "[0, 1]", 1),
        )
    return (
        example("[2, 5, 4]", "[2, 4]", 1),
        example("[n, 7]", "[n]", 1),
        example("[3, 2]", "[2]", 0),
        example("[0, 1]", "[0]", 1),
        Example(lambda b, t, x: b.along(name, x, 1), ("T[2, 0]",), refuses="SPC0134"),
    )


def _ordered(name, function):
    def example(size, axis):
        return Example(
            lambda b, t, x: b.along(name, x, axis), (f"T{size}",), f"int32{size}", function(axis)
        )

    return (
        example("[3, 4]", 1),
        example("[n, 2]", 0),
        example("[0, 1]", 1),
        example("[2, 0]", 1),
        example("[2, 9, 2]", 1),
    )


def _order(line):
    """Of equal entries the first one comes first, since sorting is stable."""
    return sorted(range(len(line)), key=line.__getitem__)


def _first(best):
    return lambda axis: over((axis,), lambda numbers: numbers.index(best(numbers)))


REDUCTION = {
    "reduce_sum": (
        *_reduce("sum", sum),
        # in float16 1 is lost beside 2048
        _halves("sum", "[4096, 2]", [1] * 8192, 4096),
    ),
    "reduce_prod": (
        *_reduce("prod", math.prod, (-1, 2)),
        # in float16 the product is infinite after two factors
        _halves("prod", "[3, 2]", [512, 512, 512, 512, 2**-8, 2**-8], 1024),
    ),
    "reduce_max": _reduce("max", max),
    "reduce_min": _reduce("min", min),
    "reduce_any": _reduce("any", any),
    "reduce_all": _reduce("all", all),
    "argmax": _along("argmax", _first(max), "int32"),
    "argmin": _along("argmin", _first(min), "int32"),
    "cumulative_sum": _along("cumulative_sum", lambda axis: along(axis, accumulate)),
    "cumulative_prod": _along(
        "cumulative_prod", lambda axis: along(axis, lambda line: accumulate(line, operator.mul))
    ),
    "sort": _along("sort", lambda axis: along(axis, sorted)),
    "argsort": _ordered("argsort", lambda axis: along(axis, _order)),
}
