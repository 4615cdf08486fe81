"""The rules of the axes: one for every primitive, none says more than is so, none says less."""

from itertools import chain

import numpy as np
import pytest

from spec_compiler.ir.axes import AXES, Source, sources
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import evaluate as size_of
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.ir.primitives.foreign import PythonFunction
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.activations.softmaxes import glu, softmax, sparsemax

N = symbol("n")
ONE = symbol("one")
SIZES = {"n": 3, "one": 1}
SUMMED = PythonFunction(lambda x: x + x.sum(), lambda x: x)
UNARY = ("negate", "abs", "sign", "exp", "log", "log1p", "expm1", "sqrt", "tanh", "erf")
UNARY += ("sin", "cos", "floor", "round")
BINARY = ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum")
BINARY += ("floor_divide", "remainder")
COMPARING = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")


def case(operation, *shapes, takes="float64", **attributes):
    """A program of one primitive."""
    b = Builder()
    dtypes = [takes] * len(shapes) if isinstance(takes, str) else takes
    operands = [b.value(TensorType(*of)) for of in zip(dtypes, shapes, strict=True)]
    result = b.emit(operation, *operands, **attributes)
    return b.graph({f"x{i}": x for i, x in enumerate(operands)}, {"y": result})


def composite(definition, *shapes, **attributes):
    b = Builder()
    operands = [b.value(TensorType("float64", shape)) for shape in shapes]
    result = b.call("composite", definition, *operands, **attributes)
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


PROGRAMS = [
    *(case(name, (2, 3)) for name in UNARY),
    case("call_python", (2, 3), name="summed", function=SUMMED),
    *(case(name, (2, 3), (3,)) for name in BINARY),
    *(case(name, (2, 1), (3,)) for name in COMPARING),
    *(case(name, (2, 3), (2, 3), takes="bool") for name in ("logical_and", "logical_or")),
    case("logical_not", (2, 3), takes="bool"),
    case("add", (2, N), (2, N)),
    case("add", (2, 3), (2, ONE)),  # 1 is found only when it runs
    case("select", (2, 1), (2, 3), (3,), takes=("bool", "float64", "float64")),
    case("cast", (2, 3), dtype="float32"),
    case("broadcast_to", (2, 1, 3), shape=(4, 2, 5, 3)),
    case("reshape", (2, 3, 4), shape=(2, 12)),
    case("reshape", (2, 12), shape=(2, 3, 4)),
    case("reshape", (2, 6), shape=(6, 2)),
    case("reshape", (2, 3, 4), shape=(6, 4)),
    case("reshape", (2, 6, 5), shape=(3, 4, 5)),
    case("reshape", (2, N, 4), shape=(2 * N, 1, 4)),
    case("reshape", (N, 4), shape=(1, N, 2, 2)),
    case("transpose", (2, 3, 4), axes=(2, 0, 1)),
    case("reduce_prod", (2, 3, 4), axes=(1,), keepdims=False),
    case("argmax", (2, 3, 4), axis=1),
    case("argmin", (2, 3, 4), axis=0),
    case("stride", (2, 7), axis=1, step=3),
    case("size", (2, 7), axes=(0,)),
    case("concatenate", (2, 3), (2, 4), axis=1),
    case("concatenate", (2, 3), (1, 3), axis=0),
    *(case(name, (3, 4), axis=axis) for name in ("reverse", "sort") for axis in (0, 1)),
    case("cumulative_sum", (3, 4), axis=1),
    case("slice", (4, 5), axis=1, start=1, stop=4),
    case("full", value=1.0, dtype="float64", shape=(2, 3)),
    case("constant", values=(1.0, 2.0), type=TensorType("float64", (2,))),
    case("arange", length=3, dtype="float64"),
    *(case(f"reduce_{name}", (2, 3, 4), axes=(1,), keepdims=True) for name in ("sum", "max")),
    case("reduce_min", (2, 3, 4, 5), axes=(0, 2), keepdims=False),
    *(
        case(f"reduce_{name}", (3, 2, 3), takes="bool", axes=(1,), keepdims=False)
        for name in ("any", "all")
    ),
    case("contract", (2, 3), (3, 4), contracted=((1,), (0,)), batch=((), ())),
    case("contract", (5, 2, 3, 4), (4, 6, 2), contracted=((3,), (0,)), batch=((1,), (2,))),
    case("contract", (2, 3), (3, 2), contracted=((), ()), batch=((0, 1), (1, 0))),
    case("take", (3, 4), (2, 5), takes=("float64", "int32")),
    # bodies
    *(composite(softmax, (2, 3, 4), axis=axis) for axis in (0, 2)),
    composite(sparsemax, (2, 3, 4), axis=1),
    composite(glu, (2, 3, 4), axis=2),
    composite(lambda b, x: b.add(x, b.transpose(x, (1, 0))), (3, 3)),
    composite(lambda b, x, y: b.multiply(b.call("inner", softmax, x, axis=1), y), (2, 3), (2, 1)),
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
    return f"{node.operation} {[list(v.shape) for v in node.operands]}"


def arrays(graph, rng):
    """Data in which every entry counts."""
    made = []
    for value in graph.inputs.values():
        shape = tuple(size(value, axis) for axis in range(len(value.shape)))
        if value.dtype == "bool":
            made.append(rng.random(shape) < 0.5)
        elif value.dtype == "int32":
            made.append(rng.integers(0, 3, shape).astype("int32"))
        else:
            made.append(rng.uniform(0.1, 2, shape).astype(value.dtype))
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
    assert AXES.keys() == PRIMITIVES.keys()
    tried = {node.operation for graph in PROGRAMS for node in graph.nodes}
    assert tried >= PRIMITIVES.keys()


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
    b.reverse(b.call("softmax", softmax, x, axis=1), 0)
    b.scan(lambda b, x, h: ([b.add(x, h)], [b.add(x, h)]), [x], [h])
    mixed, turned, scanned = b.nodes
    assert sources(mixed, 0, 1) == (Source(0, 1, apart=False),)
    assert sources(turned, 0, 0) == (Source(0, 0, apart=False),)
    assert sources(scanned, 1, 0) == (Source(0, 0, apart=False),)
    assert sources(scanned, 0, 1) == (Source(0, 2), Source(1, 1))
