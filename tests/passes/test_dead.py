"""What nothing reads goes, unless it may refuse its data."""

from rewriting_of import operations, rewritten

from spec_compiler.ir.build import Builder
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.ir.types import TensorType
from spec_compiler.passes import PASSES


def test_what_nothing_reads_goes():
    after = rewritten(
        "dead",
        """
        input x = %1: float32[n]
        %2: float32[n] = exp(%1)
        %3: float32[n] = tanh(%2)
        %4: float32[n] = negate(%1)
        return y=%4
        """,
    )
    assert operations(after) == ["negate"]


def test_what_may_refuse_stays_with_what_it_reads():
    after = rewritten(
        "dead",
        """
        input x = %1: int32[n]
        weight table = %2: float32[3, 2]
        %3: float32[n, 2] = take(%2, %1)
        %4: float32[n, 2] = exp(%3)
        %5: int32[n] = add(%1, %1)
        %6: int32[n] = shift_left(%1, %1)
        %7: float32[2] = reduce_sum(%2, axes=(0,), keepdims=False)
        return y=%7
        """,
    )
    assert operations(after) == ["take", "shift_left", "reduce_sum"]


def test_a_loop_in_which_something_may_refuse_stays():
    def looped(write):
        b = Builder()
        x, table = b.value(TensorType("int32", (3, 2))), b.value(TensorType("float32", (3, 2)))
        b.scan(lambda b, e, t: ([], [write(b, e, t)]), [x], [], [table])
        return PASSES["dead"](b.graph({"x": x, "t": table}, {"y": x}))

    assert operations(looped(lambda b, e, t: b.take(t, e))) == ["scan"]
    assert operations(looped(lambda b, e, t: b.add(e, e))) == []


def test_functions_of_strangers_stay():
    b = Builder()
    x = b.value(TensorType("float32", (2,)))
    b.call_python("f", PythonFunction(lambda x: x, lambda x: x), x)
    assert len(PASSES["dead"](b.graph({"x": x}, {"y": x})).nodes) == 1
