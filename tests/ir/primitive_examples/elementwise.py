"""Operations on each element."""

import math
import operator

from primitive_examples.example import Example, each
from spec_compiler.ir.types import DTYPES, FLOATS

NAN, INF = math.nan, math.inf
POSITIVE = (1, 5)
SMALL = (-2, 2)
SHAPES = ("[]", "[2, 3]", "[none, 3]", "[1, n]")
PAIRS = (
    ("[2, 3]", "[3]", "[2, 3]"),
    ("[2, 1]", "[1, 3]", "[2, 3]"),
    ("[0, 3]", "[1, 1]", "[0, 3]"),
    ("[]", "[n]", "[n]"),
    ("[n, 2]", "[n, 2]", "[n, 2]"),
    ("[2, 3]", "[2, one]", "[2, 3]"),  # that it is 1 is found only when it runs
)
APART = (("[2, 3]", "[2, 4]"), ("[n]", "[n + 1]"))


def _sign(x):
    return (x > 0) - (x < 0)


UNARY = {
    "negate": (operator.neg,),
    "abs": (abs,),
    "sign": (_sign,),
    "exp": (math.exp, SMALL),
    "log": (math.log, POSITIVE),
    "log1p": (math.log1p, POSITIVE),
    "expm1": (math.expm1, SMALL),
    "sqrt": (math.sqrt, POSITIVE),
    "sin": (math.sin, SMALL),
    "cos": (math.cos, SMALL),
    "tan": (math.tan, (-1, 1)),
    "asin": (math.asin, (-1, 1)),
    "acos": (math.acos, (-1, 1)),
    "atan": (math.atan,),
    "sinh": (math.sinh, SMALL),
    "cosh": (math.cosh, SMALL),
    "asinh": (math.asinh,),
    "acosh": (math.acosh, POSITIVE),
    "atanh": (math.atanh, (-0.5, 0.5)),
    "floor": (math.floor,),
    "round": (round,),
    "tanh": (math.tanh, SMALL),
    "erf": (math.erf, SMALL),
    "logical_not": (operator.not_,),
}
BINARY = {
    "add": (operator.add,),
    "subtract": (operator.sub,),
    "multiply": (operator.mul,),
    "divide": (operator.truediv, ((-5, 5), POSITIVE)),
    "floor_divide": (operator.floordiv, ((-5, 5), POSITIVE)),
    "remainder": (operator.mod, ((-5, 5), POSITIVE)),
    "fmod": (math.fmod, ((-5, 5), POSITIVE)),
    "atan2": (math.atan2, ((-5, 5), POSITIVE)),
    "bit_and": (operator.and_,),
    "bit_or": (operator.or_,),
    "bit_xor": (operator.xor,),
    "shift_left": (operator.lshift, ((-5, 5), (0, 7))),
    "shift_right": (operator.rshift, ((-5, 5), (0, 7))),
    "power": (operator.pow, (POSITIVE, (0, 2))),
    "maximum": (max,),
    "minimum": (min,),
    "logical_and": (lambda x, y: x and y,),
    "logical_or": (lambda x, y: x or y,),
}
COMPARING = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}
SPECIAL = {
    "exp": ((-INF, 0.0), (INF, INF), (NAN, NAN)),
    "log": ((INF, INF), (NAN, NAN)),
    "round": ((0.5, 0.0), (1.5, 2.0), (-2.5, -2.0)),
    "abs": ((-INF, INF), (NAN, NAN)),
    "floor_divide": ((-3.0, 2.0, -2.0), (3.0, -2.0, -2.0)),
    "remainder": ((-3.0, 2.0, 1.0), (3.0, -2.0, -1.0)),
    "fmod": ((-3.0, 2.0, -1.0), (3.0, -2.0, 1.0), (5.0, INF, 5.0)),
    "atan2": ((0.0, -1.0, math.pi), (-1.0, 0.0, -math.pi / 2), (INF, INF, math.pi / 4)),
    "asin": ((NAN, NAN), (0.0, 0.0)),
    "acosh": ((NAN, NAN), (INF, INF)),
    "maximum": ((NAN, 1.0, NAN), (1.0, NAN, NAN), (-INF, 1.0, 1.0)),
    "minimum": ((NAN, 1.0, NAN), (1.0, NAN, NAN), (-INF, 1.0, -INF)),
    "equal": ((NAN, NAN, False), (INF, INF, True), (0.0, -0.0, True)),
    "not_equal": ((NAN, NAN, True), (INF, INF, False)),
    "less": ((NAN, 1.0, False), (-INF, INF, True)),
    "greater_equal": ((NAN, 1.0, False), (INF, INF, True)),
}
"""Operands and the result, for floating dtypes."""


def _unary(name):
    return lambda b, t, x: b.unary(name, x)


def _binary(name):
    return lambda b, t, x, y: b.binary(name, x, y)


def _special(name, write, made):
    if name not in SPECIAL:
        return ()
    *data, wanted = zip(*SPECIAL[name], strict=True)
    size = f"[{len(wanted)}]"
    takes = (f"T{size}",) * len(data)
    return (Example(write, takes, made + size, lambda *_: wanted, data=data, dtypes=FLOATS),)


def _of_one(name, function, within=(-5, 5)):
    examples = (
        Example(_unary(name), (f"T{shape}",), f"T{shape}", each(function), within)
        for shape in SHAPES
    )
    return (*examples, *_special(name, _unary(name), "T"))


def _of_two(name, function, within=(-5, 5), made="T"):
    write = _binary(name)
    good = (
        Example(write, (f"T{x}", f"T{y}"), made + shape, each(function), within)
        for x, y, shape in PAIRS
    )
    apart = (Example(write, (f"T{x}", f"T{y}"), refuses="SPC0303") for x, y in APART)
    mixed = Example(write, ("float32[2]", "float64[2]"), refuses="SPC0401")
    return (*good, *apart, mixed, *_special(name, write, made), *_too_far(name, write))


def _too_far(name, write):
    """By more bits than there are, and by fewer than none."""
    if not name.startswith("shift"):
        return ()
    return tuple(
        Example(write, (f"{dtype}[2]",) * 2, f"{dtype}[2]", data=([1, 1], [0, by]), fails="SPC0502")
        for dtype, by in (("int8", 8), ("uint64", 64), ("int32", -1))
    )


def _select(condition, x, y, gives):
    takes = (condition, x, y)
    return Example(
        lambda b, t, *xs: b.select(*xs),
        takes,
        gives,
        each(lambda c, left, right: left if c else right),
    )


def _cast(to):
    """Towards zero to whole numbers; whatever is not 0 is true."""
    signed = to in FLOATS or to.startswith("int")
    return Example(
        lambda b, t, x: b.cast(x, to),
        ("T[2, n]",),
        f"{to}[2, n]",
        each(float if to in FLOATS else bool if to == "bool" else int),
        (-5, 5) if signed else (0, 5),
        dtypes=tuple(name for name in DTYPES if name != to),
    )


def _rounded(*pairs):
    """What float32 numbers are in bfloat16: the nearest, of two the even one."""
    given, wanted = zip(*pairs, strict=True)
    size = f"[{len(pairs)}]"
    return Example(
        lambda b, t, x: b.cast(x, "bfloat16"),
        (f"float32{size}",),
        f"bfloat16{size}",
        lambda _: wanted,
        data=(given,),
    )


ELEMENTWISE = {
    **{name: _of_one(name, *rest) for name, rest in UNARY.items()},
    **{name: _of_two(name, *rest) for name, rest in BINARY.items()},
    **{name: _of_two(name, function, made="bool") for name, function in COMPARING.items()},
    "select": (
        _select("bool[2, 1]", "T[2, 3]", "T[3]", "T[2, 3]"),
        _select("bool[]", "T[0, 3]", "T[0, 1]", "T[0, 3]"),
        _select("bool[n]", "T[n]", "T[]", "T[n]"),
        _select("bool[2, one]", "T[1, 3]", "T[]", "T[2, 3]"),
        Example(lambda b, t, *xs: b.select(*xs), ("int8[2]", "T[2]", "T[2]"), refuses="SPC0401"),
        Example(
            lambda b, t, *xs: b.select(*xs), ("bool[2]", "int8[2]", "bool[2]"), refuses="SPC0401"
        ),
        Example(lambda b, t, *xs: b.select(*xs), ("bool[2]", "T[3]", "T[3]"), refuses="SPC0303"),
    ),
    "cast": (
        *map(_cast, DTYPES),
        Example(
            lambda b, t, x: b.cast(x, "int8"),
            ("T[none, 1]",),
            "int8[none, 1]",
            each(int),
            dtypes=("float32",),
        ),
        _rounded(
            (1 + 2**-8, 1.0),
            (1 + 3 * 2**-8, 1 + 2**-6),
            (1 + 2**-8 + 2**-20, 1 + 2**-7),
            (-1 - 3 * 2**-8, -1 - 2**-6),
            (3.4e38, INF),
            (INF, INF),
            (NAN, NAN),
        ),
    ),
}
