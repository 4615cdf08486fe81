"""Calls in executable order; a cycle among them becomes a message."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.expanding.core import Item
from spec_compiler.fixes import Fix, remove
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.shortening import shown_path
from spec_compiler.spans import Label
from spec_compiler.wiring.edges import Call

_SHOWN = 12
"""Steps of a cycle that are shown in the file."""


def in_order(calls: Mapping[str, Call], diagnostics: Diagnostics) -> dict[str, Call]:
    """The given order where every layer stands behind what it reads; else a stable sort.

    Those in a cycle are left out.
    """
    listed = list(calls.values())
    position = {name: index for index, name in enumerate(calls)}
    edges = [
        (position[reference.source], position[name])
        for name, call in calls.items()
        for reference in call.feeds.needed
        if reference.source in position
    ]
    if all(source < reader for source, reader in edges):
        return dict(calls)
    # loaded only here: a file in order needs no sort
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(listed)))
    graph.add_edges_from(edges)
    cyclic: set[int] = set()
    for component in nx.strongly_connected_components(graph):
        if len(component) > 1 or any(graph.has_edge(index, index) for index in component):
            cyclic |= component
            path = _shortest_cycle({i: list(graph.successors(i)) for i in component}, component)
            _refuse_cycle([listed[index] for index in path], diagnostics)
    graph.remove_nodes_from(cyclic)
    found = (listed[index] for index in nx.lexicographical_topological_sort(graph))
    return {call.name: call for call in found}


def _shortest_cycle(successors: Mapping[int, list[int]], component: set[int]) -> list[int]:
    """The shortest path from the first layers of a component back to themselves."""
    best: list[int] = []
    for start in sorted(component)[:50]:
        parents: dict[int, int] = {}
        queue = deque([start])
        while queue and start not in parents:
            node = queue.popleft()
            for successor in successors.get(node, ()):
                if successor in component and successor not in parents:
                    parents[successor] = node
                    queue.append(successor)
        path = [start]
        while (node := parents[path[-1]]) != start:
            path.append(node)
        if not best or len(path) < len(best):
            best = path
    best.reverse()
    return best[-1:] + best[:-1]


def _refuse_cycle(path: list[Call], diagnostics: Diagnostics) -> None:
    """Show a cycle as its path, one line of the file a step."""
    *others, last = [
        (f"`{reader.name}` reads `{source.name}`", reader.item.node, _place(source, reader))
        for source, reader in zip(path, [*path[1:], path[0]], strict=True)
    ]
    words, node, at = last
    fix = _without_itself(path[0].item, at) if len(path) == 1 else None
    names = shown_path([call.name for call in (*path, path[0])])
    diagnostics.at(node, at).add(
        Refusal(
            "SPC0207",
            f"the layers feed each other in a cycle: {names}",
            annotation=words,
            labels=tuple(Label(node.span_of(at), words) for words, node, at in others[:_SHOWN]),
            fix=fix,
            help=(f"{fix.help}; " if fix else "")
            + "a layer can read only what does not depend on it",
        )
    )


def _without_itself(item: Item, at: ItemPath) -> Fix | None:
    """What a layer reads that has its own name under `from`: what stands above."""
    own = item.sources == item.name.rpartition(".")[2]
    words = "without `from` it reads what stands above"
    return remove(words) if own and at == ("from",) else None


def _place(source: Call, reader: Call) -> ItemPath:
    """Where a layer says that it reads another."""
    return next(item.at for item in reader.feeds.needed if item.source == source.name)
