"""Kernels of windows give the evaluator's numbers, whatever the settings, sizes and memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.graph import Graph, Weight
from spec_compiler.ir.types import TensorType
from spec_compiler.ir.windows import Window
from spec_compiler.plan.kernels import convolution, pooling
from spec_compiler.plan.plan import planned

PADDINGS = st.sampled_from(["valid", "same", "causal"])
ORDERS = ["rows", "columns", "strided"]
COMES = ["given", "made", "turned"]
CACHES = [16, 400, 4000, 2**20]
"""Bytes: parts of one number, of some, and all at once."""
RUNS = [1, 8, 2**12]
"""Numbers that are taken together where channels are read alone."""


@st.composite
def spaces(draw):
    """Windows over one to three axes, and how long these are."""
    padding = draw(PADDINGS)
    windows, entries = [], []
    for _ in range(draw(st.integers(1, 3))):
        size, step, dilation = (draw(st.integers(1, most)) for most in (4, 3, 4))
        windows.append(Window(size, step, dilation, padding))
        least = windows[-1].span if padding == "valid" else 0
        entries.append(least + draw(st.integers(0, 6)))
    return windows, entries


def ordered(array, order):
    """The same numbers, laid out otherwise."""
    if order == "columns":
        return np.asfortranarray(array)
    if order == "strided":
        wide = np.full((*array.shape[:-1], 2 * array.shape[-1]), np.nan, array.dtype)
        wide[..., ::2] = array
        return wide[..., ::2]
    return array


def arriving(b, x, comes):
    """A value as it comes, made before, or made with its axes the other way round."""
    if comes == "given":
        return x
    made = b.unary("negate", x)
    return b.transpose(made, tuple(reversed(range(len(x.shape))))) if comes == "turned" else made


def held(write, shapes, comes, order, dtype, cache, run, weights=()):
    """Hold a plan to the evaluator, in two runs with different numbers."""
    b = Builder()
    shapes = [
        shape[::-1] if come == "turned" else shape
        for shape, come in zip(shapes, comes, strict=True)
    ]
    values = [b.value(TensorType(dtype, tuple(shape))) for shape in shapes]
    operands = [arriving(b, x, come) for x, come in zip(values, comes, strict=True)]
    y = write(b, *operands)
    inputs = {f"x{at}": x for at, x in enumerate(values) if at not in weights}
    learned = {f"x{at}": Weight(f"x{at}", values[at]) for at in weights}
    outputs = {"z": b.unary("negate", y), "y": y}
    graph = Graph(inputs, tuple(b.nodes), outputs, learned)
    rng = np.random.default_rng(0)
    fixed = {
        name: ordered(rng.normal(size=of.shape).astype(dtype), order)
        for name, of in learned.items()
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pooling, "core_cache", lambda: cache)
        patched.setattr(convolution, "room", lambda _: cache)
        patched.setattr(convolution, "_RUN", run)
        plan = planned(graph, {}, fixed)
    for _ in range(2):
        data = {
            name: ordered(rng.normal(size=of.shape).astype(dtype), order)
            for name, of in inputs.items()
        }
        wanted = evaluate(graph, data, fixed, {})
        found = {name: np.full(value.shape, np.nan, dtype) for name, value in outputs.items()}
        plan.run([*data.values()], [*found.values()])
        for name, array in wanted.items():
            scale = 2e-5 if dtype == "float32" else 1e-13
            np.testing.assert_allclose(found[name], array, rtol=scale, atol=scale)


MANY = settings(max_examples=100)
"""They are small, and what takes another way through a kernel is rare."""
MORE = {
    "order": st.sampled_from(ORDERS),
    "dtype": st.sampled_from(["float32", "float64"]),
    "cache": st.sampled_from(CACHES),
    "run": st.sampled_from(RUNS),
}
KERNELS = st.sampled_from(
    [("given", ()), ("made", ()), ("turned", ()), ("given", (1,)), ("turned", (1,))]
)


@MANY
@given(
    spaces(),
    st.integers(0, 3),
    st.tuples(*[st.integers(1, 3)] * 3),
    st.sampled_from(COMES),
    KERNELS,
    st.fixed_dictionaries(MORE),
)
def test_convolutions(space, rows, channels, comes, kernel, more):
    (windows, entries), (groups, inside, times) = space, channels
    sizes = [window.size for window in windows]
    held(
        lambda b, x, y: b.convolve(x, y, windows, groups),
        [(rows, *entries, groups * inside), (*sizes, inside, groups * times)],
        (comes, kernel[0]),
        weights=kernel[1],
        **more,
    )


@MANY
@given(
    spaces(),
    st.data(),
    st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from(COMES),
    KERNELS,
    st.fixed_dictionaries(MORE),
)
def test_convolutions_turned_round(space, data, numbers, comes, kernel, more):
    (windows, entries), (rows, inside, out) = space, numbers
    shape = tuple(data.draw(st.integers(0, 9)) for _ in windows)
    crops = tuple(data.draw(st.integers(-2, 4)) for _ in windows)
    sizes = [window.size for window in windows]
    held(
        lambda b, x, y: b.convolve_transposed(x, y, windows, crops, shape),
        [(rows, *entries, inside), (*sizes, out, inside)],
        (comes, kernel[0]),
        weights=kernel[1],
        **more,
    )


@MANY
@given(
    spaces(),
    st.sampled_from(["max", "sum"]),
    st.integers(0, 3),
    st.integers(1, 3),
    st.sampled_from(COMES),
    st.fixed_dictionaries(MORE),
)
def test_reductions(space, operation, rows, channels, comes, more):
    windows, entries = space
    held(
        lambda b, x: b.reduce_windows(operation, x, windows),
        [(rows, *entries, channels)],
        (comes,),
        **more,
    )


SAME = Window(3, 1, 1, "same")
PLAIN = {"order": "rows", "dtype": "float32", "cache": 400, "run": 8}


@pytest.mark.parametrize(
    ("windows", "entries", "groups", "kernel"),
    [
        ([Window(1)] * 2, [5, 6], 1, (1, 1, 3, 4)),
        ([Window(1, 2)] * 2, [5, 6], 1, (1, 1, 3, 4)),
        ([Window(1)] * 2, [5, 6], 2, (1, 1, 3, 4)),
        ([SAME] * 2, [5, 12], 2, (3, 3, 1, 2)),
        ([SAME] * 2, [5, 7], 2, (3, 3, 1, 4)),
        ([Window(3, 2, 1, "same")] * 2, [5, 7], 2, (3, 3, 1, 2)),
        ([Window(3, 5, 3, "same")], [5], 1, (3, 2, 2)),
        ([Window(2, 1, 2, "same")], [1], 1, (2, 2, 2)),
    ],
    ids=[
        "one place",
        "one place with steps",
        "one place in groups",
        "channels alone, side by side",
        "channels alone, no even runs",
        "channels alone with steps",
        "places without an entry",
        "no entry at all",
    ],
)
def test_ways_through_a_convolution(windows, entries, groups, kernel):
    held(
        lambda b, x, y: b.convolve(x, y, windows, groups),
        [(2, *entries, groups * kernel[-2]), kernel],
        ("made", "given"),
        **PLAIN,
    )


@pytest.mark.parametrize("padding", ["valid", "same", "causal"])
@pytest.mark.parametrize("operation", ["max", "sum"])
def test_parts_of_a_reduction(operation, padding):
    windows = [Window(3, 2, 1, padding)] * 2
    held(lambda b, x: b.reduce_windows(operation, x, windows), [(2, 9, 8, 2)], ("made",), **PLAIN)
