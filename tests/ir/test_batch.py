"""Programs in which a row of the batch depends on more than itself, or on where it stands."""

from types import SimpleNamespace

import pytest

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.activations.softmaxes import softmax, sparsemax
from spec_compiler.runtime.rows import rows_stay_apart

BATCH = symbol("batch")


def apart(write, *shape):
    """Whether rows stay apart in what `write` makes of an input `[batch, *shape]`."""
    b = Builder()
    x = b.value(TensorType("float32", (BATCH, *shape)))
    return rows_stay_apart(SimpleNamespace(graph=b.graph({"x": x}, {"y": write(b, x)})))


def numbered(b, x):
    return b.add(x, b.emit("arange", length=BATCH, dtype="float32"))


def counted(b, x):
    ones = b.emit("full", value=1.0, dtype="float32", shape=(BATCH,))
    return b.divide(x, b.reduce("sum", ones, 0))


def backwards_and_back(b, x):
    return b.reverse(b.reverse(x, 0), 0)


def first_of_a_constant(b, x):
    known = b.emit("full", value=1.0, dtype="float32", shape=(symbol("n"),))
    return b.add(x, b.slice(known, 0, 0, BATCH))


def over_rows(b, x):
    def step(b, row, total):
        after = b.add(row, total)
        return [after], [after]

    zeros = b.emit("full", value=0.0, dtype="float32", shape=(4,))
    return b.scan(step, [x], [zeros])[1][0]


def over_steps(b, x):
    def step(b, row, total):
        after = b.call("softmax", softmax, b.add(row, total), axis=1)
        return [after], [after]

    zeros = b.emit("full", value=0.0, dtype="float32", shape=(BATCH, 4))
    stacked = b.scan(step, [b.transpose(x, (1, 0, 2))], [zeros])[1][0]
    return b.transpose(stacked, (1, 0, 2))


@pytest.mark.parametrize(
    ("write", "shape"),
    [
        (numbered, ()),
        (counted, ()),
        (backwards_and_back, (2,)),
        (first_of_a_constant, ()),
        (over_rows, (4,)),
        (lambda b, x: b.broadcast_to(x, (BATCH, BATCH)), (1,)),
        (lambda b, x: b.call("softmax", softmax, x, axis=0), (2,)),
        (lambda b, x: b.matmul(x, b.transpose(x, (1, 0))), (2,)),
        (lambda b, x: b.reshape(b.reshape(x, (2 * BATCH,)), (BATCH, 2)), (2,)),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_rows_that_meet(write, shape, inside):
    assert not apart((lambda b, x: b.call("composite", write, x)) if inside else write, *shape)


@pytest.mark.parametrize(
    ("write", "shape"),
    [
        (over_steps, (3, 4)),
        (lambda b, x: b.call("softmax", softmax, x, axis=1), (2,)),
        (lambda b, x: b.call("sparsemax", sparsemax, x, axis=2), (2, 3)),
        (lambda b, x: b.reshape(b.expand(x, 0), (BATCH, 3, 2)), (6,)),
        (lambda b, x: b.einsum("bij", "bkj", "bik", x, x), (2, 3)),
    ],
)
def test_rows_that_stay_apart(write, shape):
    assert apart(write, *shape)
