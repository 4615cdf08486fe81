"""The rules of the axes: one for every primitive, none says more than is so, none says less."""

from itertools import chain

import numpy as np
import pytest
from primitive_examples import EXAMPLES
from primitive_examples.example import SIZES
from written import Written

from spec_compiler.ir.axes import AXES, Source, sources
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.sigmoids import Glu
from spec_compiler.ir.composites.softmaxes import Softmax, Sparsemax
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.ir.types import TensorType

WIDEST = ("float64", "float32", "int32", "bool")


def composite(written, *shapes):
    b = Builder()
    operands = [b.value(TensorType("float64", shape)) for shape in shapes]
    result = b.compose(written, *operands)
    return b.graph({f"x{i}": x for i, x in enumerate(operands)}, {"y": result})


def loop(step, sequences, states, constants=()):
    b = Builder()
    parts = [
        [b.value(TensorType("float64", shape)) for shape in shapes]
        for shapes in (sequences, states, constants)
    ]
    last, stacked = b.scan(step, *parts)
    inputs = {f"x{i}": x for i, x in enumerate(chain(*parts))}
    return b.graph(inputs, {f"y{i}": y for i, y in enumerate([*last, *stacked])})


def program(name, example):
    """A program of one primitive, in the dtype that hides least."""
    return example.graph(next(of for of in WIDEST if of in example.dtypes_of(name)))


PROGRAMS = [
    *(
        program(name, example)
        for name, examples in EXAMPLES.items()
        for example in examples
        if example.equals and not example.data and {*WIDEST} & {*example.dtypes_of(name)}
    ),
    # bodies
    *(composite(Softmax((axis,)), (2, 3, 4)) for axis in (0, 2)),
    composite(Sparsemax(1), (2, 3, 4)),
    composite(Glu(2), (2, 3, 4)),
    composite(Written(lambda b, x: b.add(x, b.transpose(x, (1, 0)))), (3, 3)),
    composite(Written(lambda b, x, y: b.multiply(b.compose(Softmax((1,)), x), y)), (2, 3), (2, 1)),
    loop(lambda b, x, h: ([b.add(x, h)], [h]), [(4, 2, 3)], [(2, 3)]),
    loop(
        lambda b, x, h, w: ([b.unary("tanh", b.add(x, b.matmul(h, w)))], [b.add(x, h), h]),
        [(4, 2, 3)],
        [(2, 3)],
        [(3, 3)],
    ),
    # the second state is mixed by the first only after a step, the first by the second after two
    loop(
        lambda b, x, h, c: ([b.add(x, c), b.add(c, b.reverse(h, 0))], [h]),
        [(4, 2, 3)],
        [(2, 3), (2, 3)],
    ),
]


def named(graph):
    (node,) = graph.nodes
    return f"{node.name} {[list(v.shape) for v in node.operands]}"


DOMAINS = {**dict.fromkeys(("asin", "acos", "atanh"), (0.1, 0.9)), "acosh": (1.1, 2)}


def arrays(graph, rng):
    """Data in which every entry counts."""
    made = []
    for value in graph.inputs.values():
        shape = tuple(size(value, axis) for axis in range(len(value.shape)))
        if value.dtype == "bool":
            made.append(rng.random(shape) < 0.5)
        elif value.type.is_integer:
            made.append(rng.integers(0, 3, shape).astype(value.dtype))
        else:
            low, high = DOMAINS.get(graph.nodes[0].name, (0.1, 2))
            made.append(rng.uniform(low, high, shape).astype(value.dtype))
    return made


def size(value, axis):
    return size_of(value.shape[axis], SIZES)


def run(graph, data):
    return list(evaluate(graph, dict(zip(graph.inputs, data, strict=True)), {}, SIZES).values())


def probed(graph):
    """By trial: for each axis of each result, the operands' axes that it keeps apart."""
    rng = np.random.default_rng(0)
    shapes = [np.shape(result) for result in run(graph, arrays(graph, rng))]
    touched, spoilt = set(), set()
    for _ in range(12):
        data = arrays(graph, rng)
        other = arrays(graph, rng)
        before = run(graph, data)
        for operand, array in enumerate(data):
            for axis, length in enumerate(array.shape):
                for entry in range(length):
                    at = (slice(None),) * axis + (entry,)
                    changed = array.copy()
                    changed[at] = other[operand][at]
                    after = run(graph, [*data[:operand], changed, *data[operand + 1 :]])
                    for result, shape in enumerate(shapes):
                        differs = before[result] != after[result]
                        for kept in range(len(shape)):
                            found = set(np.unique(np.nonzero(differs)[kept]))
                            key = (result, kept, operand, axis)
                            if found == {entry}:
                                touched.add(key)
                            elif found:
                                spoilt.add(key)
    return touched, spoilt


def test_every_primitive_has_a_rule():
    assert AXES.keys() == {*PRIMITIVES.values()}
    tried = {node.name for graph in PROGRAMS for node in graph.nodes}
    missing = PRIMITIVES.keys() - tried
    assert not missing, f"without examples in primitive_examples/: {missing}"


@pytest.mark.parametrize("graph", PROGRAMS, ids=named)
def test_the_rules_are_true_and_whole(graph):
    (node,) = graph.nodes
    touched, spoilt = probed(graph)
    said = {
        (result, axis, source.operand, source.axis)
        for result, value in enumerate(node.results)
        for axis in range(len(value.shape))
        for source in sources(node, result, axis)
        if source.apart
    }
    assert not said & spoilt
    # about an axis of size 1, or of another size in the result, a rule may be silent
    kept = {
        (result, axis, operand, old)
        for result, axis, operand, old in touched - spoilt
        if 1 != size(node.operands[operand], old) == size(node.results[result], axis)
    }
    assert said >= kept


def test_an_axis_that_is_mixed_is_still_known():
    b = Builder()
    x = b.value(TensorType("float32", (4, 2, 3)))
    h = b.value(TensorType("float32", (2, 3)))
    b.reverse(b.compose(Softmax((1,)), x), 0)
    b.scan(lambda b, x, h: ([b.add(x, h)], [b.add(x, h)]), [x], [h])
    mixed, turned, scanned = b.nodes
    assert sources(mixed, 0, 1) == (Source(0, 1, apart=False),)
    assert sources(turned, 0, 0) == (Source(0, 0, apart=False),)
    assert sources(scanned, 1, 0) == (Source(0, 0, apart=False),)
    assert sources(scanned, 0, 1) == (Source(0, 2), Source(1, 1))
