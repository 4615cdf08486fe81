"""A graph that is not what it says is found out, wherever the mistake stands."""

from dataclasses import replace

import pytest

from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.sigmoids import Silu
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.graph import Apply, Graph, Value, Weight
from spec_compiler.ir.parse import parse_graph
from spec_compiler.ir.primitives.elementwise import UNARY
from spec_compiler.ir.types import TensorType
from spec_compiler.ir.verify import BrokenGraph, verify

RIGHT = """\
size n in 1..
size m in 1..
check n == m, why="add: axis 0", layer="add", at=()
check 4 == or 1 n, why="add: axis 0", layer="add", at=()
input x = %1: float32[n, 4]
input y = %2: float32[m, 4]
weight w = %3: float32[4, 2]
%4: float32[n, 4] = add(%1, %2)
%5: float32[n, 2] = contract(%4, %3, contracted=((1,), (0,)), batch=((), ()))
%6: float32[n, 2] = softmax(%5, axes=(1,))
    definition:
        input x0 = %1: float32[n, 2]
        %2: float32[n, 2] = exp(%1)
        %3: float32[n, 1] = reduce_sum(%2, axes=(1,), keepdims=True)
        %4: float32[n, 2] = divide(%2, %3)
        return y0=%4
%7: float32[2] = full(value=0.0, dtype=float32, shape=(2,))
%8: float32[2], %9: float32[n, 2] = scan(%6, %7, sequences=1, states=1)
    body:
        input x0 = %1: float32[2]
        input x1 = %2: float32[2]
        %3: float32[2] = add(%1, %2)
        return y0=%3, y1=%2
return y=%9, last=%8"""


def changed(right, wrong):
    assert RIGHT.count(right) == 1, right
    return parse_graph(RIGHT.replace(right, wrong))


def test_a_graph_that_is_what_it_says_is_accepted():
    verify(parse_graph(RIGHT))


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        # types
        ("%4: float32[n, 4]", "%4: float32[m, 4]", "%4.* it makes float32\\[n, 4\\]"),
        ("%5: float32[n, 2]", "%5: float16[n, 2]", "%5.* it makes float32\\[n, 2\\]"),
        ("%3: float32[n, 1] =", "%3: float32[n] =", "%6.*%3.* it makes float32\\[n, 1\\]"),
        ("%9: float32[n, 2]", "%9: float32[m, 2]", "%9.* it makes .*, float32\\[n, 2\\]"),
        # what rules refuse: settings, dtypes, and sizes that no check leaves to the data
        ("contracted=((1,), (0,))", "contracted=((0,), (0,))", "axis 0 .* `n` is not 4"),
        ("contracted=((1,), (0,))", "contracted=((5,), (0,))", "%5"),
        ("%2, %3)\n        return", "%2)\n        return", "%6.*divide"),
        ('check n == m, why="add: axis 0", layer="add", at=()\n', "", "`n` and `m` do not"),
        ("float32[m, 4]", "float64[m, 4]", "add.*one dtype"),
        # loops
        ("sequences=1, states=1", "sequences=1, states=2", "2 states"),
        ("sequences=1, states=1", "sequences=2, states=0", "the length of the sequences"),
        ("y0=%3, y1=%2", "y1=%2", "scan.* it makes"),
        ("%3: float32[2] = add(%1, %2)", "%3: bool[2] = less(%1, %2)", "a state changes its type"),
        ("input x1 = %2: float32[2]", "input x1 = %2: float32[1]", "the body takes"),
        # results
        ("y0=%3, y1=%2", "y0=%3, y1=%2, y2=%1", "scan.* it makes"),
        ("return y0=%4\n", "return y0=%4, y1=%3\n", "softmax.* it makes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(right, wrong, why):
    with pytest.raises(BrokenGraph, match=why):
        verify(changed(right, wrong))


X = Value(1, TensorType("float32", (2,)))
Y = Value(2, X.type)
OPEN = Value(1, TensorType("bool", (symbol("n"),)))


def negated(x, y):
    return Apply(UNARY["negate"](), (x,), y, "")


@pytest.mark.parametrize(
    ("graph", "why"),
    [
        (Graph({}, (negated(X, Y),), {"y": Y}), "%1 is not made before"),
        (Graph({"x": X}, (negated(Value(1, X.type), Y),), {"y": Y}), "%1 is not made before"),
        (Graph({"x": X}, (), {"y": Y}), "%2 is not made"),
        (Graph({"x": X}, (), {"y": Value(1, X.type)}), "%1 is not made"),
        (Graph({"x": X, "y": X}, (), {"y": X}), "%1 is made twice"),
        (Graph({}, (), {"y": Y}, {"w": Weight("v", Y)}), "weight w: it holds v"),
        (Graph({}, (), {}, {"w": Weight("w", OPEN)}), "weight w: .*bool"),
        (Graph({"x": X}, (negated(X, Y), negated(X, Y)), {"y": Y}), "%2 is made twice"),
    ],
)
def test_values_are_made_once_and_before_they_are_used(graph, why):
    with pytest.raises(BrokenGraph, match=why):
        verify(graph)


def test_a_body_is_no_program():
    b = Builder()
    x = b.value(X.type)
    b.compose(Silu(), x)
    (node,) = b.nodes
    body = node.definition
    open_body = Graph(body.inputs, body.nodes, body.outputs, {"w": Weight("w", x)})
    wrong = replace(node, definition=open_body)
    with pytest.raises(BrokenGraph, match="weights and checks are the program's"):
        verify(Graph({"x": x}, (wrong,), {"y": node.result}))


def test_what_the_author_promises_is_taken_as_a_fact():
    verify(
        parse_graph("""\
size n in 1..
check n == 4, why="the constraint", layer="", at=("constraints", 0)
input x = %1: float32[n, 2]
%2: float32[8] = reshape(%1, shape=(8,))
return y=%2""")
    )
