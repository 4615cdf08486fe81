"""Python functions that their owner registered."""

from primitive_examples.example import Example
from spec_compiler.ir.primitives.registered import PythonFunction


def _refused(x):
    raise ValueError("one axis, please")


def _called(function, takes, gives="", **more):
    return Example(lambda b, t, *xs: b.call_python("given", function, *xs), takes, gives, **more)


def _turned(x):
    return [list(row)[::-1] for row in x][::-1]


TURNED = PythonFunction(lambda x: x[::-1, ::-1], lambda x: x)
LESS = PythonFunction(lambda x, y: x < y.sum(), lambda x, y: ("bool", x.shape))
NARROW = PythonFunction(lambda x: x[:, :1], lambda x: (x.dtype, (x.shape[0],)))
REFUSED = PythonFunction(lambda x: x, _refused)

REGISTERED = {
    "call_python": (
        _called(
            TURNED,
            ("T[n, 2]",),
            "T[n, 2]",
            equals=_turned,
        ),
        _called(TURNED, ("T[0, 1]",), "T[0, 1]", equals=lambda x: x),
        _called(
            LESS,
            ("float32[2]", "float32[3]"),
            "bool[2]",
            equals=lambda x, y: [number < sum(y) for number in x],
        ),
        _called(REFUSED, ("T[2]",), refuses="SPC0136"),
        _called(NARROW, ("T[2, 2]",), "T[2]", fails="SPC0524"),
    )
}
