"""A program with its weights, rewritten: what depends on weights alone is done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.evaluate import step
from spec_compiler.ir.graph import Apply, Graph, Node, Weight
from spec_compiler.ir.primitives.structure import BroadcastTo
from spec_compiler.passes import optimized
from spec_compiler.passes.dead import may_refuse, needed


class Prepared(NamedTuple):
    """What is planned.

    Attributes:
        of: The program that was given.
        graph: What is planned in its place.
        weights: What stands for weights in it.
        made: The bytes of those that are no part of what was given.
    """

    of: Graph
    graph: Graph
    weights: Mapping[str, Array]
    made: int


Stepping: TypeAlias = Callable[[Node, list[Array], Mapping[str, int]], Sequence[Array]]


def prepared(graph: Graph, weights: Mapping[str, Array], step: Stepping = step) -> Prepared:
    """Rewrite a program, and compute what depends on its weights alone.

    Args:
        graph: The program.
        weights: An array for every weight.
        step: Gives the results of a node.
    """
    rewritten = optimized(graph)
    early, late = _divided(rewritten)
    read = {operand for node in late for operand in node.operands} | {*rewritten.outputs.values()}
    values = {weight.value: weights[name] for name, weight in rewritten.weights.items()}
    made = {result for node in late for result in node.results}
    with np.errstate(all="ignore"):
        for node in early:
            results = step(node, [values[operand] for operand in node.operands], {})
            values.update(zip(node.results, results, strict=True))
    names = {weight.value: name for name, weight in rewritten.weights.items()}
    kept = {value: names.get(value, f"%{value.number}") for value in values}
    kept = {value: name for value, name in kept.items() if value in read and value not in made}
    arrays = {name: np.asarray(values[value], order="C") for value, name in kept.items()}
    given = {id(_whole(array)) for array in weights.values()}
    new = [array for array in arrays.values() if id(_whole(array)) not in given]
    return Prepared(
        graph,
        replace(
            rewritten,
            nodes=late,
            weights={name: Weight(name, value) for value, name in kept.items()},
        ),
        arrays,
        sum(array.nbytes for array in new),
    )


def _whole(array: Array) -> Array:
    """The array that an array is a part of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _divided(graph: Graph) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """What weights alone decide, and what is left for every run; constants may be in both."""
    known = {weight.value for weight in graph.weights.values()}
    early: list[Node] = []
    late: list[Node] = []
    for node in graph.nodes:
        settled = known.issuperset(node.operands) and _is_settled(node)
        if settled:
            known.update(node.results)
            early.append(node)
        if not settled or not node.operands:
            late.append(node)
    return tuple(early), needed(replace(graph, nodes=tuple(late))).nodes


def _is_settled(node: Node) -> bool:
    """Whether a node of known operands can be computed beforehand, and is not much to keep."""
    sizes = [size for value in node.results for size in value.shape]
    if not all(isinstance(size, int) for size in sizes) or may_refuse(node):
        return False
    return not (isinstance(node, Apply) and isinstance(node.primitive, BroadcastTo))
