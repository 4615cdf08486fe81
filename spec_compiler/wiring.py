"""Who feeds whom, and in which order: names become edges, a cycle becomes a message."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from spec_compiler.diagnostics import (
    Diagnostic,
    Diagnostics,
    Label,
    Refusal,
    Severity,
    nearest,
    suggestion,
)
from spec_compiler.spec.core import Call, Core
from spec_compiler.spec.place import diagnose, span_of


@dataclass(frozen=True, slots=True)
class Port:
    """A result that something reads.

    Attributes:
        source: An input or a layer.
        output: The name of one of several outputs; None for the only one.
        at: Where it is written, relative to the reader: `("from", 1)`; `()` when it is implied.
    """

    source: str
    output: str | None
    at: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Feeds:
    """What a layer reads, by position or by role; and the tensor that `mask: NAME` names."""

    ports: tuple[Port, ...]
    roles: tuple[str, ...] | None = None
    mask: Port | None = None

    @property
    def sources(self) -> tuple[Port, ...]:
        """Everything that must be there first."""
        return self.ports if self.mask is None else (*self.ports, self.mask)


@dataclass(frozen=True, slots=True)
class Wiring:
    """The graph of layers.

    Attributes:
        core: What it was made from.
        order: The calls in executable order: the order of the file where that is one.
        feeds: What each call reads, by its name; absent for a call whose references are broken.
        outputs: Name to what it reads.
        broken: Names of inputs and layers that are not to be relied on.
    """

    core: Core
    order: tuple[Call, ...]
    feeds: Mapping[str, Feeds]
    outputs: Mapping[str, Port]
    broken: frozenset[str]


def connect(core: Core, diagnostics: Diagnostics) -> Wiring:
    """Resolve every reference and sort the layers."""
    known = {**dict.fromkeys(core.inputs), **{call.name: None for call in core.calls}}
    broken = {name for name, item in core.inputs.items() if item is None}
    feeds: dict[str, Feeds] = {}
    previous: Call | None = None
    for call in core.calls:
        if call.layer is None or call.name in core.inputs:  # two of one name: said before
            broken.add(call.name)
        elif not core.inputs and previous is None and call.sources is None:
            broken.add(call.name)  # said where `inputs` is
        else:
            try:
                feeds[call.name] = _feeds(call, previous, core, known)
            except Refusal as refusal:
                diagnostics.add(diagnose(refusal, call.node))
                broken.add(call.name)
        previous = call
    order = _order(core, feeds, diagnostics, broken)
    outputs = _outputs(core, known, diagnostics)
    _warn_unused(core, feeds, outputs, broken, diagnostics)
    return Wiring(core, order, feeds, outputs, frozenset(broken))


def _feeds(call: Call, previous: Call | None, core: Core, known: Mapping[str, None]) -> Feeds:
    written = call.sources
    named = call.layer.mask if call.layer is not None else None
    mask = None if named in {None, "drop", "pass"} else _port(str(named), ("mask",), known)
    if written is None:
        return Feeds((Port(_implied(previous, core), None, ()),), mask=mask)
    if isinstance(written, str):
        return Feeds((_port(written, ("from",), known),), mask=mask)
    if isinstance(written, list):
        ports = tuple(_port(item, ("from", i), known) for i, item in enumerate(written))
        return Feeds(ports, mask=mask)
    ports = tuple(_port(item, ("from", role), known) for role, item in written.items())
    return Feeds(ports, tuple(written), mask)


def _implied(previous: Call | None, core: Core) -> str:
    """What feeds a layer without `from`: the item above, or the only input."""
    if previous is not None:
        return previous.name
    if len(core.inputs) == 1:
        return next(iter(core.inputs))
    names = list(core.inputs)
    raise Refusal(
        "SPC0204",
        f"the first layer needs `from`: there are {len(names)} inputs",
        help=f"write `from: {names[0]}`, or `from: [{', '.join(names)}]` where it takes several",
    )


def _port(written: str, at: tuple[str | int, ...], known: Mapping[str, None]) -> Port:
    if written in known:
        return Port(written, None, at)
    source, dot, output = written.partition(".")
    if dot and source in known and output:
        return Port(source, output, at)
    raise Refusal(
        "SPC0203",
        f"there is no layer or input `{source}`",
        argument=at,
        within=(0, len(source)),
        **suggestion(nearest(source, known)),
    )


def _order(
    core: Core, feeds: Mapping[str, Feeds], diagnostics: Diagnostics, broken: set[str]
) -> tuple[Call, ...]:
    """The file's order where every layer stands behind what it reads; else a stable sort."""
    position = {call.name: index for index, call in enumerate(core.calls)}
    edges = [
        (position[port.source], position[name])
        for name, item in feeds.items()
        for port in item.sources
        if port.source in position
    ]
    if all(source < reader for source, reader in edges):
        return core.calls
    # loaded only here: a file in order needs no sort
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(core.calls)))
    graph.add_edges_from(edges)
    cyclic: set[int] = set()
    for component in nx.strongly_connected_components(graph):
        if len(component) > 1 or any(graph.has_edge(index, index) for index in component):
            cyclic |= component
            path = _shortest_cycle({i: list(graph.successors(i)) for i in component}, component)
            diagnostics.add(_cycle([core.calls[index] for index in path], feeds))
    broken |= {core.calls[index].name for index in cyclic}
    graph.remove_nodes_from(cyclic)
    return tuple(core.calls[index] for index in nx.lexicographical_topological_sort(graph))


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


def _cycle(path: list[Call], feeds: Mapping[str, Feeds]) -> Diagnostic:
    """A cycle as its path, one line of the file a step."""
    steps = [*path[1:], path[0]]
    labels: list[Label] = []
    for source, reader in zip(path, steps, strict=True):
        port = next(port for port in feeds[reader.name].sources if port.source == source.name)
        labels.append(
            Label(span_of(reader.node, port.at), f"`{reader.name}` reads `{source.name}`")
        )
    names = " -> ".join(call.name for call in (*path, path[0]))
    first = labels.pop()
    return Diagnostic(
        "SPC0207",
        f"the layers feed each other in a cycle: {names}",
        first.span,
        annotation=first.text,
        labels=tuple(labels),
        help="a layer can read only what does not depend on it",
    )


def _outputs(core: Core, known: Mapping[str, None], diagnostics: Diagnostics) -> dict[str, Port]:
    if core.outputs is None:
        last = core.calls[-1].name if core.calls else None
        return {last: Port(last, None, ())} if last else {}
    found: dict[str, Port] = {}
    for name, output in core.outputs.items():
        try:
            found[name] = _port(output.from_ or name, ("outputs", name), known)
        except Refusal as refusal:
            refusal.argument = _written_at(core, name)
            diagnostics.add(diagnose(refusal, core.node))
    return found


def _written_at(core: Core, name: str) -> tuple[str | int, ...]:
    """The path of an output's reference, whichever way `outputs` is written."""
    node = core.node.get("outputs")
    if node is None or isinstance(node.value, str):
        return ("outputs",)
    if isinstance(node.value, list):
        return ("outputs", [item.value for item in node.value].index(name))
    item = node.get(name)
    return ("outputs", name, "from") if item is not None and item.get("from") else ("outputs", name)


def _warn_unused(
    core: Core,
    feeds: Mapping[str, Feeds],
    outputs: Mapping[str, Port],
    broken: set[str],
    diagnostics: Diagnostics,
) -> None:
    """Warn of what feeds no output; it is a slip far more often than a wish."""
    if broken or not outputs:
        return
    used: set[str] = set()
    ahead = [port.source for port in outputs.values()]
    while ahead:
        name = ahead.pop()
        if name in used:
            continue
        used.add(name)
        ahead += [port.source for port in feeds[name].sources] if name in feeds else []
    for call in core.calls:
        if call.name not in used:
            diagnostics.add(
                diagnose(
                    Refusal(
                        "SPC0208",
                        f"`{call.name}` feeds no output",
                        help=f"remove it, or name it under `outputs`: `{call.name}`",
                    ),
                    call.node,
                    severity=Severity.WARNING,
                )
            )
    for name in core.inputs:
        if name not in used:
            refusal = Refusal("SPC0209", f"the input `{name}` feeds no output")
            span = core.node.key_span(("inputs", name))
            diagnostics.add(
                Diagnostic(
                    refusal.code,
                    refusal.message,
                    span,
                    Severity.WARNING,
                    help="remove it, or use it",
                )
            )
