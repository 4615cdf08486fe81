"""Programs in which a row of the batch depends on more than itself, or on where it stands."""

import pytest
from written import Written

from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.softmaxes import Softmax, Sparsemax
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.types import TensorType


def apart(write, *shape):
    """Whether rows stay apart in what `write` makes of an input `[batch, *shape]`."""
    b = Builder()
    x = b.value(TensorType("float32", (BATCH, *shape)))
    return rows_stay_apart(b.graph({"x": x}, {"y": write(b, x)}))


def numbered(b, x):
    return b.add(x, b.arange(BATCH, "float32"))


def counted(b, x):
    ones = b.full(1.0, "float32", (BATCH,))
    return b.divide(x, b.reduce("sum", ones, 0))


def backwards_and_back(b, x):
    return b.reverse(b.reverse(x, 0), 0)


def first_of_a_constant(b, x):
    known = b.full(1.0, "float32", (symbol("n"),))
    return b.add(x, b.slice(known, 0, 0, BATCH))


def twice(b, x):
    both = b.concatenate([x, x], 0)
    return b.reshape(both, (BATCH, 6))


def steps_as_rows(b, x):
    steps = symbol("steps")
    rows = b.reshape(x, (BATCH * steps, 3))
    return b.reshape(b.compose(Softmax((1,)), rows), (BATCH, steps, 3))


def over_rows(b, x):
    def step(b, row, total):
        after = b.add(row, total)
        return [after], [after]

    zeros = b.full(0.0, "float32", (4,))
    return b.scan(step, [x], [zeros])[1][0]


def over_steps(b, x):
    def step(b, row, total):
        after = b.compose(Softmax((1,)), b.add(row, total))
        return [after], [after]

    zeros = b.full(0.0, "float32", (BATCH, 4))
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
        (lambda b, x: b.compose(Softmax((0,)), x), (2,)),
        (lambda b, x: b.matmul(x, b.transpose(x, (1, 0))), (2,)),
        (lambda b, x: b.compose(Softmax((0,)), b.reshape(x, (2 * BATCH, 3))), (2, 3)),
        (lambda b, x: b.reshape(b.transpose(x, (1, 0, 2)), (2 * BATCH, 3)), (2, 3)),
        (twice, (3,)),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_rows_that_meet(write, shape, inside):
    assert not apart((lambda b, x: b.compose(Written(write), x)) if inside else write, *shape)


@pytest.mark.parametrize(
    ("write", "shape"),
    [
        (over_steps, (3, 4)),
        (lambda b, x: b.compose(Softmax((1,)), x), (2,)),
        (lambda b, x: b.compose(Sparsemax(2), x), (2, 3)),
        (lambda b, x: b.reshape(b.expand(x, 0), (BATCH, 3, 2)), (6,)),
        (lambda b, x: b.einsum("bij", "bkj", "bik", x, x), (2, 3)),
        (lambda b, x: b.reshape(b.reshape(x, (2 * BATCH,)), (BATCH, 2)), (2,)),
        (steps_as_rows, (symbol("steps"), 3)),
    ],
)
def test_rows_that_stay_apart(write, shape):
    assert apart(write, *shape)


@pytest.mark.parametrize(("mixed", "answer"), [(False, True), (True, False)])
def test_a_loop_of_which_each_result_reads_some_states_alone(mixed, answer):
    """One that no other reads keeps nobody apart; one that adds up the rows mixes what reads it."""

    def write(b, x):
        def step(b, entry, one, other):
            total = b.reduce("sum", one, 0) if mixed else one
            return [b.add(one, entry), b.multiply(entry, 2)], [b.add(total, entry)]

        zeros = b.full(0.0, "float32", (BATCH, 3))
        _, stacked = b.scan(step, [b.transpose(x, (1, 0, 2))], [zeros, zeros])
        return b.transpose(stacked[0], (1, 0, 2))

    assert apart(write, 5, 3) is answer
