"""What evaluating a primitive holds besides its operands and its result is what it says."""

import tracemalloc

import numpy as np
import pytest

from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.primitives.reduction import ALONG
from spec_compiler.ir.storage import held_bytes, stored
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.ir.windows import Window

OBJECTS = 2**14
"""What Python's objects take."""
WIDE = 2**16


def contract(*axes):
    return lambda b, x, y: b.contract(x, y, *axes)


def along(name, axis):
    return lambda b, x: b.apply(ALONG[name](axis=axis), x)


def convolve(size, groups=1):
    return lambda b, x, kernel: b.convolve(x, kernel, [Window(size, padding="same")], groups)


def convolve_transposed(size):
    def write(b, x, kernel):
        return b.convolve_transposed(x, kernel, [Window(size)], (0,), (x.shape[1] + size - 1,))

    return write


def pooled(operation):
    return lambda b, x: b.reduce_windows(operation, x, [Window(3, 2)])


CASES = {
    # how it is written, its operands, and how many times what is held may be told;
    # None where the result is made only after what is told has gone
    "in order": (contract(((1,), (0,))), ["T 8 256", "T 256 512"], 2),
    "a middle axis": (contract(((1,), (1,))), ["T 8 128", "T 64 128 32"], 2),
    "in a batch": (contract(((2,), (1,)), ((0,), (0,))), ["T 4 8 128", "T 4 128 64"], 2),
    "sum": (lambda b, x: b.reduce("sum", x, 0), [f"T 4 {WIDE}"], 2),
    "sum of float16": (lambda b, x: b.reduce("sum", x, 0), [f"float16 4 {WIDE}"], 1.02),
    "erf": (lambda b, x: b.unary("erf", x), ["T 256 128"], 1.02),
    "argmax": (along("argmax", 0), ["T 256 512"], 1.02),
    "argmax of few": (along("argmax", 0), [f"int8 2 {WIDE}"], 1.3),
    "argsort": (along("argsort", 1), ["T 256 128"], 2),
    "argsort of small numbers": (along("argsort", 0), ["int8 256 128"], 1.2),
    "take": (lambda b, x, i: b.take(x, i), ["int8 8", f"int32 {WIDE}"], None),
    "take along": (lambda b, x, i: b.take_along(x, i, 0), [f"T 8 {WIDE}", f"int32 1 {WIDE}"], 1.2),
    "scatter to few": (
        lambda b, i, x: b.scatter_add(i, x, (8,)), [f"int32 {WIDE} 1", f"T {WIDE}"], 2
    ),
    "scatter to many": (
        lambda b, i, x: b.scatter_add(i, x, (8, WIDE)), ["int32 1 1", f"T 1 {WIDE}"], 1.2
    ),
    "convolve": (convolve(3), ["T 2 512 64", "T 3 64 32"], 2),
    "convolve in blocks": (convolve(9), ["T 4 4096 64", "T 9 64 8"], 2),
    "convolve in groups": (convolve(3, groups=4), ["T 2 512 64", "T 3 16 32"], 2),
    "convolve alone": (convolve(3, groups=64), ["T 2 512 64", "T 3 1 64"], 2),
    "convolve turned round": (convolve_transposed(3), ["T 2 512 32", "T 3 64 32"], 2),
    "greatest of windows": (pooled("max"), ["T 2 512 64"], 2),
    "sums of windows": (pooled("sum"), ["T 2 512 64"], 2),
    "shift": (
        lambda b, x, y: b.binary("shift_left", x, y), [f"int32 {WIDE}", f"int32 {WIDE}"], None
    ),
}  # fmt: skip


def type_of(text, dtype):
    name, *sizes = text.split()
    return TensorType(dtype if name == "T" else name, tuple(map(int, sizes)))


def measured(graph, operands):
    """The bytes that are held at most while it is evaluated, without the result."""
    tracemalloc.start()
    try:
        result = evaluate(graph, operands, {}, {})["y"]
        return tracemalloc.get_traced_memory()[1] - result.nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", CASES)
def test_what_is_told(name, dtype):
    write, operands, times = CASES[name]
    b = Builder(policy=Policy(dtype, dtype))
    inputs = {f"x{at}": b.value(type_of(text, dtype)) for at, text in enumerate(operands)}
    for value in inputs.values():
        b.ranges.state(value, 0, 7)
    graph = b.graph(inputs, {"y": write(b, *inputs.values())})
    (node,) = graph.nodes
    types = [operand.type for operand in node.operands]
    told = node.primitive.scratch(node.result.type, *types)
    data = {
        key: (np.indices(value.shape).sum(0) % 7).astype(stored(value.dtype))
        for key, value in inputs.items()
    }
    measured(graph, data)  # modules are imported at their first use
    held = measured(graph, data)
    assert held <= told + OBJECTS
    # the left operand of a product counts as copied, whether it is or not
    spare = held_bytes(types[0]) if node.name == "contract" else 0
    assert times is None or told <= times * held + spare + OBJECTS


def test_of_a_product_in_order_only_the_left_operand_counts():
    b = Builder(policy=Policy("float32", "float32"))
    x, y = b.value(type_of("T 8 256", "float32")), b.value(type_of("T 256 512", "float32"))
    b.contract(x, y, ((1,), (0,)))
    told = b.nodes[-1].primitive.scratch(type_of("T 8 512", "float32"), x.type, y.type)
    assert told == held_bytes(x.type)
