"""What an expression computes is what NumPy computes, in the type that was inferred."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from more_functions import DIMS, GIVEN, MORE_FUNCTIONS, SIZES

from spec_compiler.expression import FUNCTIONS as LANGUAGE
from spec_compiler.expression import compile_expression
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS


def result(text, given=GIVEN, named=True):
    """The array, checked against the inferred type; leading axes are named sizes where they fit."""
    b = Builder(policy=Policy("float64", "float64"))
    by_size = {3: DIMS["batch"], 5: DIMS["seq"]} if named else {}
    values = {
        name: b.value(TensorType(array.dtype.name, tuple(by_size.get(n, n) for n in array.shape)))
        for name, array in given.items()
    }
    inputs = dict(values)
    y = compile_expression(text, b, {**values, **DIMS, "n": 2}, LAMBDA_FUNCTIONS)
    graph = b.graph(inputs, {"y": y})
    assert all(check.holds(SIZES) for check in graph.checks), text
    with np.errstate(all="ignore"):
        array = np.asarray(evaluate(graph, given, {}, SIZES)["y"])
    assert array.dtype == y.dtype
    assert array.shape == tuple(size_of(size, SIZES) for size in y.shape)
    return array


SAME_TEXT = [
    "x + y * 2 - 1",
    "-x ** 2",
    "2 ** -1 * x",
    "2 ** x",
    "x ** 3",
    "x ** v",
    "x ** 0.5",
    "x / v",
    "x // v",
    "x % v",
    "x % 0.3",
    "i // 3",
    "i % 3",
    "i // -2",
    "i * i + 1",
    "i / 2",
    "x * i[:, None]",
    "x @ m",
    "x[0] @ m[:, :4] @ m",
    "v @ m",
    "m[0] @ m[1]",
    "x @ v",
    "x > y",
    "x * 0 == 0",
    "i != 2",
    "1 - 2 - 3 + x",
    "2 ** 3 ** 2 + x",
    "7 // 2 * x + 7 % 4",
    "x[:, 0]",
    "x[:, -1]",
    "x[..., 1:3]",
    "x[:, 1:]",
    "x[:, :-1]",
    "x[:, -2:]",
    "x[:, -2:-1]",
    "x[:, ::2]",
    "x[:, ::-1]",
    "x[:, ::-2]",
    "x[:, 3:0:-1]",
    "x[:, :2:-1]",
    "x[:, -1::-1, 1]",
    "x[None, 1, ..., 0]",
    "x[:, 1:1]",
    "m[1:100, 3:-9:-1]",
    "m[-3:-1:2, ::3]",
    "m[:-1:-1]",
    "v[3]",
    "x * [1, 2, 3, 4]",
    "[[1.5], [2.5]] * [1, 2]",
    "i + [1, 2, 3, 4]",
    "x * (6 / 4)",
    "x * t[..., None]",
]


@pytest.mark.parametrize("text", SAME_TEXT)
@pytest.mark.parametrize("named", [True, False], ids=["named", "numbers"])
def test_operators_and_indices_mean_what_they_do_in_numpy(text, named):
    scope = dict(GIVEN)
    wrapped = text.replace("[1, 2, 3, 4]", "np.array([1, 2, 3, 4])").replace(
        "[[1.5], [2.5]] * [1, 2]", "np.array([[1.5], [2.5]]) * np.array([1, 2])"
    )
    with np.errstate(all="ignore"):
        expected = eval(wrapped, {"np": np}, scope)  # noqa: S307
    np.testing.assert_allclose(result(text, named=named), expected, rtol=1e-12)


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


X, Y, V, M, INT, K, T = (GIVEN[name] for name in "xyvmikt")
ERF = np.vectorize(math.erf)
FUNCTIONS = {
    "abs(x) + abs(-2)": np.abs(X) + 2,
    "sqrt(abs(x)) * sqrt(16)": np.sqrt(np.abs(X)) * 4,
    "tanh(x)": np.tanh(X),
    "rsqrt(square(x))": 1 / np.abs(X),
    "log(exp(x))": X,
    "expm1(log1p(abs(x)))": np.abs(X),
    "sin(x) ** 2 + cos(x) ** 2": np.ones_like(X),
    "floor(x) + ceil(x) + round(x)": np.floor(X) + np.ceil(X) + np.round(X),
    "sign(x) + sign(i)[:, None]": np.sign(X) + np.sign(INT)[:, None],
    "erf(x)": ERF(X),
    "sigmoid(x)": 1 / (1 + np.exp(-X)),
    "relu(i)": np.maximum(INT, 0),
    "gelu(x)": X * (1 + ERF(X / np.sqrt(2))) / 2,
    "gelu(x, approximate=True)": X * (1 + np.tanh(np.sqrt(2 / np.pi) * (X + 0.044715 * X**3))) / 2,
    "leaky_relu(x, negative_slope=0.1)": np.where(X > 0, X, 0.1 * X),
    "softmax(x)": softmax(X, -1),
    "softmax(x, axis=1)": softmax(X, 1),
    "where(x > 0, x, 0)": np.where(X > 0, X, 0),
    "where(x > 0 and not (y > 0), 1, 2)": np.where((X > 0) & ~(Y > 0), 1, 2).astype(np.int32),
    "where(t, 1.5, 2)": np.where(T, 1.5, 2.0),
    "clip(x, -1, 0.5)": np.clip(X, -1, 0.5),
    "clip(i, min=-1, max=None)": np.maximum(INT, -1),
    "maximum(x, y) - minimum(x, 0)": np.maximum(X, Y) - np.minimum(X, 0),
    "sum(x)": X.sum(),
    "sum(x, axis=[0, -1])": X.sum((0, -1)),
    "sum(x, axis=(0, -1))": X.sum((0, -1)),
    "sum(x, axis=(1,), keepdims=True)": X.sum(1, keepdims=True),
    "max(x, axis=()) + mean(x, axis=())": X + X,
    "mean(x, (0, 2)) + prod(x, (0, 2)) + var(x, (0, 2))": X.mean((0, 2))
    + X.prod((0, 2))
    + X.var((0, 2)),
    "any(x > 1, axis=(0, 1)) or all(x > 0, axis=(0, 1))": (X > 1).any((0, 1)),
    "softmax(x, axis=(1, -1))": softmax(X, (1, 2)),
    "softmax(x, axis=None)": softmax(X, (0, 1, 2)),
    "norm(x)": np.linalg.norm(X.ravel()),
    "norm(x, axis=-1, keepdims=True)": np.linalg.norm(X, axis=-1, keepdims=True),
    "norm(i, axis=(0, 1))": np.linalg.norm(INT),
    "norm(x, axis=())": np.abs(X),
    "expand(x, axis=(0, -1))": np.expand_dims(X, (0, -1)),
    "squeeze(expand(x, axis=(1, 3)), axis=(1, 3))": X,
    "flip(x, axis=(0, -1))": np.flip(X, (0, -1)),
    "tile(x, (1, 2, 3))": np.tile(X, (1, 2, 3)),
    "x + ((1),)": X + 1,
    "sum(t, axis=1)": T.sum(1).astype(np.int32),
    "mean(x, axis=1)": X.mean(1),
    "mean(i, axis=-1, keepdims=True)": INT.mean(-1, keepdims=True),
    "x - mean(x, axis=[0, 1], keepdims=True)": X - X.mean((0, 1), keepdims=True),
    "std(x, axis=1)": X.std(1),
    "var(x)": X.var(),
    "max(x, axis=1) + min(x, axis=1)": X.max(1) + X.min(1),
    "prod(x, axis=2)": X.prod(2),
    "any(x > 1, axis=1)": (X > 1).any(1),
    "all(x > -2)": (X > -2).all(),
    "argmax(x, axis=1)": X.argmax(1).astype(np.int32),
    "argmin(x, axis=-1, keepdims=True)": X.argmin(-1, keepdims=True).astype(np.int32),
    "cumsum(x, axis=1)": X.cumsum(1),
    "sort(x, axis=1)": np.sort(X, 1),
    "reshape(x, [batch, seq, 2, 2])": X.reshape(3, 5, 2, 2),
    "reshape(x, [batch * seq, -1])": X.reshape(15, 4),
    "reshape(x, [-1, 4 / n])": X.reshape(-1, 2),
    "reshape(x, [shape(x)[0], -1])": X.reshape(3, -1),
    "reshape(x, shape(x)[:-1] + [2, 2])": X.reshape(3, 5, 2, 2),
    "flatten(x)": X.reshape(3, -1),
    "transpose(x)": X.T,
    "transpose(x, [1, 0, 2])": X.transpose(1, 0, 2),
    "swapaxes(x, 0, -1)": X.swapaxes(0, -1),
    "squeeze(expand(x, axis=-1))": X,
    "expand(x, axis=1)": X[:, None],
    "concat([x, y, x], axis=1)": np.concatenate([X, Y, X], 1),
    "concat([x, i[:, None]], axis=1)": np.concatenate([X, INT[:, None]], 1),
    "stack([x, y])": np.stack([X, Y]),
    "stack([x, y], axis=-1)": np.stack([X, Y], -1),
    "tile(x, [1, 2, 3])": np.tile(X, (1, 2, 3)),
    "tile(v, [2, 2])": np.tile(V, (2, 2)),
    "tile(x, 2)": np.tile(X, 2),
    "flip(x, axis=1)": np.flip(X, 1),
    "flip(x)": np.flip(X),
    "gather(x, [1, 0, 1], axis=1)": X[:, [1, 0, 1]],
    "gather(m, k, axis=0)": M[K],
    "gather(x, k, axis=-1)": np.take(X, K, -1),
    "one_hot(k, 4)": np.eye(4)[K],
    "arange(seq)": np.arange(5, dtype=np.int32),
    'arange(1, 8, 3, dtype="float64")': np.arange(1, 8, 3.0),
    "arange(5, 0, -2)": np.arange(5, 0, -2, dtype=np.int32),
    "x * seq": X * 5,
    "x / sqrt(seq)": X / np.sqrt(5),
    "x * (2 * seq - batch)": X * 7,
    'cast(x > 0, "int8")': (X > 0).astype(np.int8),
    "dot(x, m)": X.dot(M),
    "dot(x, transpose(y, [0, 2, 1]))": X.dot(Y.transpose(0, 2, 1)),
    "matmul(x, transpose(y, [0, 2, 1]))": X @ Y.transpose(0, 2, 1),
    "matmul(x[:, None], transpose(y, [0, 2, 1])[:, None])": X[:, None]
    @ Y.transpose(0, 2, 1)[:, None],
    "matmul(v, transpose(y, [0, 2, 1]))": V @ Y.transpose(0, 2, 1),
    'einsum("bsd,dh->bhs", x, m)': np.einsum("bsd,dh->bhs", X, M),
    'einsum("...d,...d->...", x, y)': np.einsum("...d,...d->...", X, Y),
    'einsum("bsd,dh,bsd->bhs", x, m, y)': np.einsum("bsd,dh,bsd->bhs", X, M, Y),
    'einsum("...d,d,d,d->...", x, v, v, v)': np.einsum("...d,d,d,d->...", X, V, V, V),
    'einsum("a,b,c,d->dbca", v, v[:2], v[:1], v)': np.einsum("a,b,c,d->dbca", V, V[:2], V[:1], V),
    'einsum("bsd,se,e,h->", x, transpose(m)[:5], v, v)': np.einsum(
        "bsd,se,e,h->", X, M.T[:5], V, V
    ),
    'einsum("ij,jk,kl,lm,mn->in", m, transpose(m), m, transpose(m), m)': M @ M.T @ M @ M.T @ M,
    'einsum("b...->...b", x)': np.einsum("b...->...b", X),
    'einsum("bsd->db", x)': np.einsum("bsd->db", X),
    "broadcast_to(v, [batch, seq, 4])": np.broadcast_to(V, (3, 5, 4)),
    "zeros([seq]) + ones([2, 1])": np.ones((2, 5)),
    'full([2, seq], 3, dtype="int32")': np.full((2, 5), 3, np.int32),
    "zeros_like(i) + ones_like(i)": np.ones_like(INT),
    'ones_like(x, "int8")': np.ones((3, 5, 4), np.int8),
    "pad(x, [[0, 0], [1, 2], [0, 1]], value=7)": np.pad(
        X, ((0, 0), (1, 2), (0, 1)), constant_values=7
    ),
    "repeat(x, 3, axis=1)": np.repeat(X, 3, 1),
    "split(x, 2, axis=-1)[1]": np.split(X, 2, -1)[1],
    "concat(split(x, 4, axis=2), axis=0)": np.concatenate(np.split(X, 4, 2), 0),
    "logsumexp(x, axis=1)": np.log(np.exp(X).sum(1)),
    "logsumexp(x + 1000, axis=[0, 2], keepdims=True)": np.log(np.exp(X).sum((0, 2), keepdims=True))
    + 1000,
    "logsumexp(log(x * 0), axis=1)": np.full((3, 4), -np.inf),
    "isfinite(1 / (x * 0)) or isfinite(x)": np.ones(X.shape, bool),
    "isnan(log(-abs(x)))": np.ones(X.shape, bool),
    "where(arange(seq)[:, None] >= 2, x, -inf)": np.where(np.arange(5)[:, None] >= 2, X, -np.inf),
}
FUNCTIONS |= MORE_FUNCTIONS


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("named", [True, False], ids=["named", "numbers"])
def test_functions_mean_what_they_do_in_numpy(text, named):
    found = result(text, named=named)
    expected = np.asarray(FUNCTIONS[text])
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_every_function_of_the_table_is_compared():
    compared = {name for text in [*FUNCTIONS, *SAME_TEXT] for name in re.findall(r"(\w+)\(", text)}
    assert set(LANGUAGE) - compared == {"mask"}


SMALL = st.floats(-4, 4, allow_subnormal=False).map(lambda x: round(x, 3))
TERMS = st.recursive(
    st.sampled_from(["a", "b", "2", "0.5", "a[..., :1]", "b[None]", "a ** 2", "2 ** b"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda t: f"-{t}"),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(TERMS, arrays.mutually_broadcastable_shapes(num_shapes=2, min_dims=1, max_dims=3), st.data())
def test_elementwise_terms_broadcast_as_in_numpy(term, shapes, data):
    a, b = (
        data.draw(arrays.arrays(np.float64, shape, elements=SMALL)) for shape in shapes.input_shapes
    )
    given = {"a": a, "b": b}
    expected = eval(term, {}, given)  # noqa: S307
    np.testing.assert_array_equal(
        result(f"{term} + 0.0 * a", given, named=False), expected + 0.0 * a
    )


@settings(max_examples=80, deadline=None)
@given(
    *[st.none() | st.integers(-7, 7)] * 2,
    st.none() | st.integers(-3, 3).filter(bool),
    st.booleans(),
)
def test_slices_are_pythons(start, stop, step, named):
    text = ":".join("" if part is None else str(part) for part in (start, stop, step))
    line = np.arange(5.0)
    found = result(f"a[{text}]", {"a": line}, named)
    np.testing.assert_array_equal(found, line[slice(start, stop, step)])
