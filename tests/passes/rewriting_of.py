"""A program in text, rewritten by a pass: held to be whole and to give the same numbers."""

from __future__ import annotations

from textwrap import dedent

import numpy as np

from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.parse import parse_graph
from spec_compiler.ir.peak import numbers
from spec_compiler.ir.storage import round_bfloat16, stored
from spec_compiler.ir.types import concrete
from spec_compiler.ir.verify import verify
from spec_compiler.passes import PASSES

SIZES = {"n": 3, "m": 3}


def graph_of(text: str) -> Graph:
    """A program by its nodes and ends; `n` and `m` are sizes that are equal."""
    head = 'size n in 1..\nsize m in 1..\ncheck n == m, why="so", layer="l", at=()\n'
    graph = parse_graph(head + dedent(text).strip())
    verify(graph)
    return graph


def rewritten(name: str, graph: Graph | str) -> Graph:
    """What a pass makes of a program."""
    before = graph_of(graph) if isinstance(graph, str) else graph
    after = PASSES[name](before)
    verify(after)
    for seed in range(2):
        same(before, after, seed)
    return after


def same(before: Graph, after: Graph, seed: int = 0) -> None:
    """Two programs of the same ends give the same numbers."""
    rng = np.random.default_rng(seed)
    types = {name: numbers(value.type, SIZES) for name, value in before.inputs.items()}
    inputs = {name: _data(of, rng) for name, of in types.items()}
    weights = {name: _data(weight.value.type, rng) for name, weight in before.weights.items()}
    with np.errstate(all="ignore"):
        wanted = evaluate(before, inputs, weights, SIZES)
        found = evaluate(after, inputs, weights, SIZES)
    assert [*found] == [*wanted]
    for key, array in wanted.items():
        assert found[key].dtype == array.dtype
        bound = 2e-2 if array.dtype == np.float16 else 1e-5
        left, right = (np.asarray(one, "float64") for one in (found[key], array))
        np.testing.assert_allclose(left, right, bound, bound)


def _data(of, rng):
    shape = concrete(of)
    if of.dtype == "bool":
        return np.asarray(rng.random(shape) < 0.6)
    if of.is_integer:
        return np.asarray(rng.integers(0, 3, shape), of.dtype)
    array = np.asarray(rng.uniform(0.5, 2, shape), stored(of.dtype))
    return round_bfloat16(array) if of.dtype == "bfloat16" else array


def operations(graph: Graph) -> list[str]:
    """The names of its nodes, constants not among them."""
    return [node.name for node in graph.nodes if node.operands]
