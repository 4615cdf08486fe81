"""Who feeds whom, and in which order: names become edges, a cycle becomes a message."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from spec_compiler.diagnostics import (
    Diagnostic,
    Diagnostics,
    Label,
    Refusal,
    Severity,
    Skipped,
)
from spec_compiler.spec.core import Call, Core
from spec_compiler.spec.instance import Copies, Instance
from spec_compiler.spec.library import BlockPort
from spec_compiler.spec.outputs import Output
from spec_compiler.spec.references import References


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

    @property
    def text(self) -> str:
        """The reference as it is written outside of blocks."""
        return self.source if self.output is None else f"{self.source}.{self.output}"


@dataclass(frozen=True, slots=True)
class Feeds:
    """What a layer reads, by position or by role; and the tensor that `mask: NAME` names."""

    ports: tuple[Port, ...]
    roles: tuple[str, ...] | None = None
    mask: Port | None = None
    binds: tuple[Port, ...] = ()
    """What the blocks around it are fed with, which binds their sizes."""

    @property
    def read(self) -> tuple[Port, ...]:
        """Everything that it reads itself."""
        return self.ports if self.mask is None else (*self.ports, self.mask)

    @property
    def sources(self) -> tuple[Port, ...]:
        """Everything that must be there first."""
        return (*self.read, *self.binds)


@dataclass(frozen=True, slots=True)
class Wiring:
    """The graph of layers.

    Attributes:
        core: What it was made from.
        order: The calls in executable order: the order of the file where that is one.
        feeds: What each call reads, by its name; absent for a call whose references are broken.
        outputs: Name to what it reads.
        broken: Names of inputs and layers that are not to be relied on.
        bindings: What each port of a copy of a block reads.
    """

    core: Core
    order: tuple[Call, ...]
    feeds: Mapping[str, Feeds]
    outputs: Mapping[str, Port]
    broken: frozenset[str]
    bindings: Mapping[Instance, Mapping[str, Port]]


def connect(core: Core, diagnostics: Diagnostics) -> Wiring:
    """Resolve every reference and sort the layers."""
    references = References(diagnostics)
    broken = {name for name, item in core.inputs.items() if item is None}
    bindings = _bindings(core, references)
    feeds: dict[str, Feeds] = {}
    for call in core.calls:
        # what two have as a name, and no input at all, were said before
        orphan = not core.inputs and call.above is None and call.sources is None
        if call.refused or call.name in core.inputs or orphan:
            broken.add(call.name)
            continue
        with diagnostics.at(call.place, once=True) as attempt:
            feeds[call.name] = _feeds(call, references, bindings)
        if attempt.refused is not None:
            broken.add(call.name)
    core = replace(core, calls=tuple(_explicit(call, feeds) for call in core.calls))
    order = _order(core, feeds, diagnostics, broken)
    core, outputs = _outputs(core, references, diagnostics)
    _warn_unused(core, feeds, outputs, broken, diagnostics)
    return Wiring(core, order, feeds, outputs, frozenset(broken), bindings)


def _bindings(core: Core, references: References) -> dict[Instance, dict[str, Port]]:
    """What the ports of every copy of a block read; and its outputs are looked at."""
    found: dict[Instance, dict[str, Port]] = {}
    for instance in core.instances:
        ports: dict[str, Port] = {}
        for name, feed in instance.feeds.items():
            with suppress(Skipped):
                ports[name] = Port(*references.follow(feed), feed.at)
        for output in instance.outputs.values():
            with suppress(Skipped):
                references.follow(output)
        found[instance] = ports
    return found


def _feeds(
    call: Call, references: References, bindings: Mapping[Instance, Mapping[str, Port]]
) -> Feeds:
    def port(written: str | None, at: tuple[str | int, ...]) -> Port:
        return Port(*references.resolve(written, call.names, at), at)

    mask = port(call.mask, ("mask",)) if call.mask is not None else None
    binds: tuple[Port, ...] = ()
    instance = call.instance
    while instance is not None:
        ports = bindings[instance]
        if len(ports) < len(instance.feeds):
            raise Skipped
        binds += tuple(
            port for name, port in ports.items() if instance.block.inputs[name] != BlockPort()
        )
        instance = instance.outer
    binds = tuple(dict.fromkeys(binds))
    written = call.sources
    if written is None:
        return Feeds((port(call.above, ()),), mask=mask, binds=binds)
    if isinstance(written, str):
        return Feeds((port(written, ("from",)),), mask=mask, binds=binds)
    if isinstance(written, list):
        ports = tuple(port(item, ("from", i)) for i, item in enumerate(written))
        return Feeds(ports, mask=mask, binds=binds)
    ports = tuple(port(item, ("from", role)) for role, item in written.items())
    return Feeds(ports, tuple(written), mask, binds)


def _explicit(call: Call, feeds: Mapping[str, Feeds]) -> Call:
    """The call with full names under `from` and `mask`."""
    found = feeds.get(call.name)
    if found is None:
        return call
    texts = [port.text for port in found.ports]
    written = call.sources
    sources: str | list[str] | dict[str, str] = texts[0] if texts else []
    if isinstance(written, list):
        sources = texts
    elif isinstance(written, dict):
        sources = dict(zip(written, texts, strict=True))
    return replace(call, sources=sources, mask=found.mask.text if found.mask else None)


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
        labels.append(Label(reader.node.span_of(port.at), f"`{reader.name}` reads `{source.name}`"))
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


def _outputs(
    core: Core, references: References, diagnostics: Diagnostics
) -> tuple[Core, dict[str, Port]]:
    """What each output reads; and the core form in which it is written with full names."""
    declared = core.outputs
    if declared is None:
        last = core.last
        meaning = core.names.meaning.get(last) if last is not None else None
        if last is None or not isinstance(meaning, Copies):
            return core, {last: Port(last, None, ())} if last else {}
        several = len(meaning.last) > 1
        declared = {f"{last}.{key}" if several else last: Output() for key in meaning.last}
    found: dict[str, Port] = {}
    full: dict[str, Output] = {}
    for name, output in declared.items():
        at = _written_at(core, name) if core.outputs is not None else ()
        with diagnostics.at(core.node):
            port = Port(*references.resolve(output.from_ or name, core.names, at), at)
            found[name] = replace(port, at=("outputs", name) if at else ())
            keep = port.text == (output.from_ or name)
            full[name] = output if keep else output.model_copy(update={"from_": port.text})
    return replace(core, outputs=full), found


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
        ahead += [port.source for port in feeds[name].read] if name in feeds else []
    for call in core.calls:
        if call.name not in used:
            diagnostics.at(call.place, once=True, severity=Severity.WARNING).add(
                Refusal(
                    "SPC0208",
                    f"`{call.name}` feeds no output",
                    help=f"remove it, or name it under `outputs`: `{call.name}`",
                )
            )
    for name in core.inputs:
        if name not in used:
            message = f"the input `{name}` feeds no output"
            span = core.input_entries[name].key_span
            help = "remove it, or use it"
            diagnostics.add(Diagnostic("SPC0209", message, span, Severity.WARNING, help=help))
