"""A sparse matrix is read by a product as it is, and by other operations as an array."""

import numpy as np
import pytest
from scipy import sparse

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import TensorType

GIVEN = np.array([[0, 1, 0], [0, 0, -2]], np.float32)
KERNEL = np.arange(12, dtype=np.float64).reshape(3, 4)


class Kept(sparse.csr_matrix):
    """One that cannot become an array."""

    def toarray(self, *args, **more):
        raise AssertionError("it became an array")


def run(matrix, write):
    b = Builder()
    x = b.value(TensorType("float32", (symbol("n"), 3)))
    kernel = b.value(TensorType("float64", (3, 4)))
    graph = b.graph({"x": x, "kernel": kernel}, {"y": write(b, x, kernel)})
    return evaluate(graph, {"x": matrix, "kernel": KERNEL}, {}, {"n": 2})["y"]


def test_a_product_reads_it_as_it_is():
    found = run(Kept(GIVEN), lambda b, x, kernel: b.matmul(b.cast(x, "float64"), kernel))
    np.testing.assert_array_equal(found, GIVEN @ KERNEL)


def test_its_numbers_are_rounded_to_bfloat16():
    found = run(
        sparse.csr_matrix(GIVEN * (1 + 2**-8)),
        lambda b, x, kernel: b.matmul(b.cast(x, "bfloat16"), b.cast(kernel, "bfloat16")),
    )
    np.testing.assert_array_equal(found, GIVEN @ KERNEL)


@pytest.mark.parametrize(
    ("write", "wanted"),
    [
        (lambda b, x: b.unary("abs", x), np.abs(GIVEN)),
        (lambda b, x: b.multiply(x, x), GIVEN * GIVEN),
        (lambda b, x: b.transpose(x, (1, 0)), GIVEN.T),
        (lambda b, x: b.reduce("sum", x, 1), GIVEN.sum(1)),
    ],
)
def test_another_operation_reads_an_array(write, wanted):
    found = run(sparse.csr_matrix(GIVEN), lambda b, x, _: write(b, x))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, wanted)
