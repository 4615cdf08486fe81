"""Functions of expressions at any rank, size and dtype: what compiles runs, and is NumPy's."""

import numpy as np
import pytest
from drawn_calls import DTYPES, LATER, floats, truth
from hypothesis import given, note, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from spec_compiler.expression import FUNCTIONS, compile_expression
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.text import print_graph
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.ir.verify import verify
from spec_compiler.refusals import Refusal

SIZES = {"none": 0, "one": 1, "two": 2, "three": 3}
NAMED = {number: symbol(name, 0) for name, number in SIZES.items()}


class Drawing:
    """A tensor `x`, and what else a call is made of."""

    def __init__(self, data):
        self.pick = lambda *options: data.draw(st.sampled_from(options))
        self.number = lambda low, high: data.draw(st.integers(low, high))
        rank = self.number(0, 6)
        self.shape = tuple(self.pick(1, 2, 3, 0 if rank < 4 else 2) for _ in range(rank))
        self.dtype = self.pick(*DTYPES)
        rng = np.random.default_rng(self.number(0, 2**16))
        self.x = rng.integers(-4, 5, self.shape).astype(self.dtype)
        self.named = tuple(self.pick(True, False) for _ in self.shape)

    @property
    def axis(self):
        return self.number(-len(self.shape), max(len(self.shape) - 1, 0))

    @property
    def axes(self):
        """None, one, or some of the axes, from either end."""
        rank = len(self.shape)
        some = self.pick(None, 0, 1, 2)
        if some is None or not rank:
            return None
        chosen = {self.number(0, rank - 1) for _ in range(some + 1)}
        found = tuple(at - rank if self.pick(True, False) else at for at in sorted(chosen))
        return found[0] if len(found) == 1 and self.pick(True, False) else found

    def places(self, size):
        return [self.number(-size, size - 1) for _ in range(self.number(1, 3))] if size else [0]


def along_axes(name, prepared=truth):
    def draw(d):
        axes, keep = d.axes, d.pick(True, False)
        text = f"{name}(x, axis={axes}, keepdims={keep})"
        reduce = {"norm": lambda x, **how: np.sqrt(np.square(x).sum(**how))}.get(name)
        reduce = reduce or getattr(np, name)
        more = {"dtype": None} if name in {"sum", "prod"} else {}

        def wanted(x):
            y = prepared(x)
            dtype = {"dtype": y.dtype} if more else {}
            return reduce(y, axis=axes, keepdims=keep, **dtype)

        return text, wanted

    return draw


def along_axis(name, numpy_name=None, prepared=truth, **how):
    def draw(d):
        axis = d.axis

        def wanted(x):
            y = prepared(x)
            dtype = {"dtype": y.dtype} if name.startswith("cum") else {}
            return getattr(np, numpy_name or name)(y, axis=axis, **dtype, **how)

        return f"{name}(x, axis={axis})", wanted

    return draw


def element(name, numpy_name=None, prepared=floats, second=None):
    def draw(d):
        y = second and d.pick(*second)
        text = f"{name}(x)" if second is None else f"{name}(x, {y})"
        function = getattr(np, numpy_name or name)

        def wanted(x):
            x = prepared(x)
            return function(x) if second is None else function(x, np.asarray(y, x.dtype))

        return text, wanted

    return draw


def whole(x):
    if x.dtype.kind == "f":
        raise TypeError("whole numbers are wanted")
    return x


def expand(d):
    axes = tuple({d.number(-len(d.shape) - 1, len(d.shape)) for _ in range(d.number(1, 2))})
    return f"expand(x, axis={axes})", lambda x: np.expand_dims(x, axes)


def roll(d):
    shift, axes = d.number(-7, 7), d.axes
    return f"roll(x, {shift}, axis={axes})", lambda x: np.roll(x, shift, axes)


def pad(d):
    mode = d.pick("constant", "edge", "wrap", "reflect", "symmetric")
    widths = [[d.number(0, 2), d.number(0, 2)] for _ in d.shape]
    return f'pad(x, {widths}, mode="{mode}")', lambda x: np.pad(x, widths, mode) if widths else x


def windows(d):
    axis, size, stride = d.axis, d.number(1, 3), d.number(1, 3)

    def wanted(x):
        found = sliding_window_view(x, size, axis)
        return found[(slice(None),) * (axis % x.ndim) + (slice(None, None, stride),)]

    return f"windows(x, {axis}, {size}, stride={stride})", wanted


def gather(d):
    axis = d.axis
    places = d.places(d.shape[axis] if d.shape else 0)
    return f"gather(x, {places}, axis={axis})", lambda x: np.take(x, places, axis)


def take_along(d):
    axis = d.axis
    places = d.places(d.shape[axis] if d.shape else 0)
    shape = [1] * len(d.shape)
    if d.shape:
        shape[axis] = len(places)

    def wanted(x):
        return np.take_along_axis(x, np.reshape(places, shape), axis)

    return f"take_along_axis(x, reshape({places}, {shape}), axis={axis})", wanted


def scatter(d):
    rows = d.shape[0] if d.shape else 0
    places = [d.number(-3, 2) for _ in range(rows)]
    rest = list(d.shape[1:])

    def wanted(x):
        found = np.zeros([3, *rest], x.dtype)
        for place, row in zip(places, x, strict=True):
            found[place] += row
        return found

    indices = [[place] for place in places] or "zeros([0, 1], 'int32')"
    return f"scatter({indices}, x, {[3, *rest]})", wanted


def einsum(d):
    labels = "abcdef"[: len(d.shape)]
    kept = "".join(label for label in labels if d.pick(True, False))
    times = d.number(1, 4)
    equation = f"{','.join([labels] * times)}->{kept}"

    def wanted(x):
        x = truth(x)
        gone = tuple(i for i, label in enumerate(labels) if label not in kept)
        power = x
        for _ in range(times - 1):
            power = power * x
        return power.sum(axis=gone, dtype=x.dtype) if gone else power

    return f"einsum('{equation}', {', '.join(['x'] * times)})", wanted


BITS = (0, 1, 3, 5)
CALLS = {
    **{name: along_axes(name) for name in ("sum", "prod", "max", "min")},
    **{name: along_axes(name, floats) for name in ("mean", "var", "std", "norm")},
    **{name: along_axis(name) for name in ("cumsum", "cumprod")},
    **LATER,
    "flip": lambda d: (lambda axes: (f"flip(x, axis={axes})", lambda x: np.flip(x, axes)))(d.axes),
    **{f"a{name}": element(f"a{name}", f"arc{name}") for name in ("sin", "cos", "tan")},
    **{f"a{name}h": element(f"a{name}h", f"arc{name}h") for name in ("sin", "cos", "tan")},
    **{name: element(name) for name in ("tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt")},
    "abs": element("abs", prepared=truth),
    "atan2": element("atan2", "arctan2", second=(-1, 0, 2)),
    "fmod": element("fmod", prepared=truth, second=(1, 3, 5)),
    "bit_and": element("bit_and", "bitwise_and", lambda x: whole(truth(x)), BITS),
    "bit_or": element("bit_or", "bitwise_or", lambda x: whole(truth(x)), BITS),
    "bit_xor": element("bit_xor", "bitwise_xor", lambda x: whole(truth(x)), BITS),
    "shift_left": element("shift_left", "left_shift", lambda x: whole(truth(x)), BITS),
    "shift_right": element("shift_right", "right_shift", lambda x: whole(truth(x)), BITS),
    "expand": expand,
    "roll": roll,
    "pad": pad,
    "windows": windows,
    "gather": gather,
    "take_along_axis": take_along,
    "scatter": scatter,
    "einsum": einsum,
}


def run(text, d):
    """What an expression gives; None where only the data's sizes refuse it."""
    b = Builder(policy=Policy("float32", "float32"))
    shape = tuple(
        NAMED[size] if named else size for size, named in zip(d.shape, d.named, strict=True)
    )
    x = b.value(TensorType(d.dtype, shape))
    y = compile_expression(text, b, {"x": x})
    graph = b.graph({"x": x}, {"y": y})
    verify(graph)
    if not all(check.holds(SIZES) for check in graph.checks):
        return None
    note(print_graph(graph))
    with np.errstate(all="ignore"):
        found = np.asarray(evaluate(graph, {"x": d.x}, {}, SIZES)["y"])
    assert found.shape == tuple(size_of(size, SIZES) for size in y.shape)
    assert found.dtype == y.dtype
    return found


@pytest.mark.parametrize("name", CALLS)
@settings(settings.get_profile("repeated"))
@given(st.data())
def test_what_compiles_runs_and_is_numpys(name, data):
    d = Drawing(data)
    text, wanted = CALLS[name](d)
    note(f"{text} of {d.dtype}{d.shape}, of which {d.named} are names")
    try:
        found = run(text, d)
    except Refusal:
        found = None
    try:
        with np.errstate(all="ignore"):
            expected = np.asarray(wanted(d.x))
    except (ValueError, TypeError, IndexError, RuntimeWarning):
        assert found is None
        return
    if found is None:  # without axes there is nothing to go along, and of no entries little
        assert not d.shape or 0 in d.shape, f"{text} is refused"
        return
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    close = {"float16": 2e-2, "float32": 1e-4, "float64": 1e-9}.get(d.dtype, 1e-4)
    np.testing.assert_allclose(found, expected, rtol=close, atol=close)


def test_the_new_functions_are_among_them():
    assert CALLS.keys() <= FUNCTIONS.keys()
