"""Sums of rows that are kept are one operation, where it is just that."""

import pytest
from rewriting_of import operations, rewritten

RIGHT = """
input x = %1: int32[n, 5]
input kept = %2: bool[n, 5, 1]
weight table = %3: float32[3, 4]
%4: float32[n, 5, 4] = take(%3, %1)
%5: float32[] = full(value=0.0, dtype=float32, shape=())
%6: float32[n, 5, 4] = select(%2, %4, %5)
%7: float32[n, 4] = reduce_sum(%6, axes=(1,), keepdims=False)
return y=%7
"""


def left(*changes):
    text = RIGHT
    for before, now in changes:
        assert before in text
        text = text.replace(before, now)
    return operations(rewritten("dead", rewritten("pooled", text.strip())))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32"])
def test_a_sum_of_rows_is_one_operation(dtype):
    assert left(("float32", dtype)) == ["sum_of_rows"]


@pytest.mark.parametrize(
    "changes",
    [
        [("value=0.0", "value=1.0")],
        [("select(%2, %4, %5)", "select(%2, %5, %4)")],
        [("reduce_sum", "reduce_max")],
        [("%7: float32[n, 4]", "%7: float32[n, 5]"), ("axes=(1,)", "axes=(2,)")],
        [("%7: float32[n, 4]", "%7: float32[n, 1, 4]"), ("keepdims=False", "keepdims=True")],
        [("bool[n, 5, 1]", "bool[n, 5, 4]")],
        [("bool[n, 5, 1]", "bool[5, 1]")],
        [("bool[n, 5, 1]", "bool[n, 1, 1]")],
    ],
)
def test_something_else_stays(changes):
    assert "sum_of_rows" not in left(*changes)
