"""From names to edges: every reference is resolved, and what feeds no output is warned of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.expanding.copies import Copies, Instance, WrittenFeed
from spec_compiler.expanding.core import Core, Item
from spec_compiler.expanding.references import References
from spec_compiler.fixes import unread
from spec_compiler.language.outputs import Output
from spec_compiler.layers.base.interface import Roles
from spec_compiler.reading.library import BlockPort
from spec_compiler.reading.outputs import reference_at
from spec_compiler.refusals import ItemPath, Refusal, Skipped
from spec_compiler.wiring.edges import Call, Feeds, Outlet, Reference, Wiring
from spec_compiler.wiring.order import in_order

_NO_PORTS = Roles(())


def connect(core: Core, diagnostics: Diagnostics) -> Wiring:
    """Resolve every reference and sort the layers."""
    references = References(diagnostics)
    bindings = _bindings(core, references)
    found: dict[str, Call] = {}
    for item in core.items:
        # what two have as a name, and no input at all, were said before
        fed = item.kind.ports != _NO_PORTS
        orphan = fed and not core.inputs and item.above is None and item.sources is None
        if item.name in core.inputs or orphan:
            continue
        with diagnostics.at(item.place, once=True):
            found[item.name] = Call(item, _feeds(item, references, bindings))
    calls = in_order(found, diagnostics)
    outputs = _outputs(core, references, diagnostics, calls)
    understood = len(outputs) == len(core.outputs or outputs)
    if (
        understood
        and not core.refused
        and len(calls) == len(core.items)
        and None not in core.inputs.values()
    ):
        _warn_unused(core, calls, outputs, diagnostics)
    claimed = {instance: _followed(instance.claimed, references) for instance in core.instances}
    return Wiring(core, calls, outputs, bindings, claimed)


def _bindings(core: Core, references: References) -> dict[Instance, dict[str, Reference]]:
    """What the ports of every copy of a block read; and its outputs are looked at."""
    found: dict[Instance, dict[str, Reference]] = {}
    for instance in core.instances:
        found[instance] = _followed(instance.feeds, references)
        _followed(instance.outputs, references)
    return found


def _followed(feeds: Mapping[str, WrittenFeed], references: References) -> dict[str, Reference]:
    """What ports or outputs are, without those that lead to what was refused."""
    found: dict[str, Reference] = {}
    for name, feed in feeds.items():
        with suppress(Skipped):
            found[name] = Reference(*references.follow(feed), feed.at)
    return found


def _feeds(
    item: Item, references: References, bindings: Mapping[Instance, Mapping[str, Reference]]
) -> Feeds:
    """What a layer reads.

    Raises:
        Refusal: there is nothing of that name.
        Skipped: what it leads to was refused.
    """

    def read(written: str | None, at: ItemPath) -> Reference:
        return Reference(*references.resolve(written, item.names, at), at)

    binds = _binds(item, bindings)
    written = item.sources
    if written is None and item.kind.ports == _NO_PORTS:
        if item.mask is not None:
            message = f"nothing feeds {item.kind.__name__}, so it has no mask"
            raise Refusal("SPC0107", message, argument=("mask",))
        return Feeds((), binds=binds)
    mask = read(item.mask, ("mask",)) if item.mask is not None else None
    if written is None:
        return Feeds((read(item.above, ()),), mask=mask, binds=binds)
    if isinstance(written, str):
        return Feeds((read(written, ("from",)),), mask=mask, binds=binds)
    if isinstance(written, list):
        inputs = tuple(read(source, ("from", i)) for i, source in enumerate(written))
        return Feeds(inputs, mask=mask, binds=binds)
    inputs = tuple(read(source, ("from", role)) for role, source in written.items())
    return Feeds(inputs, tuple(written), mask, binds)


def _binds(
    item: Item, bindings: Mapping[Instance, Mapping[str, Reference]]
) -> tuple[Reference, ...]:
    """What the blocks around a layer are fed with, where it binds their sizes."""
    found: list[Reference] = []
    instance = item.instance
    while instance is not None and instance in bindings:  # those around a cell are not its own
        ports = bindings[instance]
        if len(ports) < len(instance.feeds):
            raise Skipped
        found += (
            port for name, port in ports.items() if instance.block.inputs[name] != BlockPort()
        )
        instance = instance.outer
    return tuple(dict.fromkeys(found))


def _outputs(
    core: Core, references: References, diagnostics: Diagnostics, calls: Mapping[str, Call]
) -> dict[str, Outlet]:
    """What each output reads."""
    declared = core.outputs
    if declared is None:
        last = core.last
        meaning = core.names.meaning.get(last) if last is not None else None
        if last is None or not isinstance(meaning, Copies):
            return {last: Outlet(Reference(last, None, ()), None)} if last else {}
        several = len(meaning.last) > 1
        declared = {f"{last}.{key}" if several else last: Output() for key in meaning.last}
    found: dict[str, Outlet] = {}
    for name, output in declared.items():
        at = reference_at(core.node, name) if core.outputs is not None else ()
        with diagnostics.at(core.node):
            try:
                source = references.resolve(
                    name if output.from_ is None else output.from_, core.names, at
                )
            except Refusal as refusal:
                if output.from_ is not None:
                    raise
                # only where an output is none
                from spec_compiler.wiring.outputs_meant import meant

                raise meant(core, name, at, refusal, (calls, found)) from None
            reference = Reference(*source, ("outputs", name) if at else ())
            found[name] = Outlet(reference, output)
    return found


def _warn_unused(
    core: Core,
    calls: Mapping[str, Call],
    outputs: Mapping[str, Outlet],
    diagnostics: Diagnostics,
) -> None:
    """Warn of what feeds no output; it is a slip far more often than a wish."""
    if not outputs:
        return
    used: set[str] = set()
    ahead = [outlet.reference.source for outlet in outputs.values()]
    while ahead:
        name = ahead.pop()
        if name not in used:
            used.add(name)
            ahead += [item.source for item in calls[name].feeds.read] if name in calls else []
    unused = [item for item in core.items if item.name not in used]
    # what one copy of a block makes in vain, another needs
    needed = {id(it.node) for it in core.items if unused and it.instance and it.name in used}
    for item in unused:
        if id(item.node) not in needed:
            diagnostics.at(item.place, once=True, severity=Severity.WARNING).add(
                Refusal(
                    "SPC0208",
                    f"`{item.name}` feeds no output",
                    fix=unread(f"remove it, or name it under `outputs`: `{item.name}`"),
                )
            )
    for name in core.inputs:
        if name not in used:
            diagnostics.at(core.node, severity=Severity.WARNING).add(
                Refusal(
                    "SPC0209",
                    f"the input `{name}` feeds no output",
                    argument=("inputs", name),
                    blame_key=True,
                    fix=unread("remove it, or use it"),
                )
            )
