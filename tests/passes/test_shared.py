"""What is computed twice is computed once; what is another number is not."""

import numpy as np
from rewriting_of import graph_of, operations, rewritten

from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.ir.types import TensorType
from spec_compiler.passes import PASSES


def test_the_same_of_the_same_is_one():
    after = rewritten(
        "shared",
        """
        input x = %1: float32[n]
        %2: float32[n] = exp(%1)
        %3: float32[n] = exp(%1)
        %4: float32[n] = tanh(%2)
        %5: float32[n] = tanh(%3)
        %6: float32[n] = add(%4, %5)
        return y=%6, z=%5
        """,
    )
    assert operations(after) == ["exp", "tanh", "add"]


def test_settings_and_types_differ():
    after = rewritten(
        "shared",
        """
        input x = %1: float32[n, 4]
        %2: float32[n, 2] = slice(%1, axis=1, start=0, stop=2)
        %3: float32[n, 2] = slice(%1, axis=1, start=2, stop=4)
        %4: float32[n] = reduce_sum(%1, axes=(1,), keepdims=False)
        %5: float32[n, 1] = reduce_sum(%1, axes=(1,), keepdims=True)
        %6: float32[n] = reduce_max(%1, axes=(1,), keepdims=False)
        return a=%2, b=%3, c=%4, d=%5, e=%6
        """,
    )
    assert len(operations(after)) == 5


def test_the_two_zeros_differ():
    graph = graph_of(
        """
        input x = %1: float32[]
        %2: float32[] = full(value=0.0, dtype=float32, shape=())
        %3: float32[] = full(value=-0.0, dtype=float32, shape=())
        %4: float32[] = divide(%1, %2)
        %5: float32[] = divide(%1, %3)
        %6: float32[2] = constant(values=(0.0, 1.0), type=float32[2])
        %7: float32[2] = constant(values=(-0.0, 1.0), type=float32[2])
        return y=%4, z=%5, v=%6, w=%7
        """
    )
    with np.errstate(all="ignore"):
        found = evaluate(PASSES["shared"](graph), {"x": np.float32(1)}, {}, {"n": 1, "m": 1})
    assert (found["y"], found["z"]) == (np.inf, -np.inf)
    assert np.signbit(found["v"]).tolist() == [False, False]
    assert np.signbit(found["w"]).tolist() == [True, False]


def test_functions_of_strangers_are_called_as_often_as_it_is_written():
    function, b = PythonFunction(lambda x: x, lambda x: x), Builder()
    x = b.value(TensorType("float32", (2,)))
    y, z = (b.call_python("f", function, x) for _ in range(2))
    assert len(PASSES["shared"](b.graph({"x": x}, {"y": y, "z": z})).nodes) == 2
