"""What a refusal of a layer comes from, where that is not the layer: asked only on a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spec_compiler.declaring.plain import in_braces
from spec_compiler.expanding.core import Core, Item
from spec_compiler.fixes import advise, put
from spec_compiler.ir.dims import Size, as_symbol, quoted, symbols
from spec_compiler.ir.facts import Check
from spec_compiler.ir.graph import Node, Value
from spec_compiler.language.inputs import Input
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.layer_builder import UnknownSize
from spec_compiler.layers.base.ranks import CHANNELS_LAST, OtherAxes, of_rank
from spec_compiler.layers.signal import Signal
from spec_compiler.places import Outside
from spec_compiler.program import Port
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label
from spec_compiler.wiring import Call

_RANK = "SPC0304"
_STATE = "SPC0344"
_TOO_FEW = "SPC0340", "SPC0350"
"""Codes of layers that have fewer inputs than they join: two or more, just two."""
_MOST_FED = 8
_NO_OUTPUT = "SPC0203"
_TWO_SIZES = frozenset({"SPC0303", "SPC0353"})
"""Codes of inputs that differ in a size."""


def with_steps(
    refusal: Refusal, call: Call, taken: list[Signal], settings: Mapping[str, Settings], core: Core
) -> Refusal:
    """The refusal of a layer that needs steps behind one that gives only its last one."""
    for feed, signal in zip(call.feeds.inputs, taken, strict=False):
        above = settings.get(feed.source)
        if refusal.code != _RANK or above is None or signal.rank != 2:
            continue
        inner = getattr(above.layer, "layer", None)
        if getattr(inner or above.layer, "return_sequences", True):
            continue
        node = core.layer_places[feed.source].node
        label = Label(node.headline, f"`{feed.source}` gives its last step only")
        where = f"in the `layer` of `{feed.source}`" if inner else f"on `{feed.source}`"
        fix = put("return_sequences", "true", f" {where}")
        place = core.layer_places[feed.source] if inner is None else node.get("layer")
        return refusal.but(labels=(*refusal.labels, label)).mended(fix._replace(at=place))
    return refusal


def as_above(
    refusal: Refusal,
    call: Call,
    taken: list[Signal],
    kinds: Mapping[str, str],
    nodes: Iterable[Node],
) -> Refusal:
    """The refusal of a layer for sequences behind one for images, or the other way round.

    Args:
        refusal: What is wrong.
        call: The layer.
        taken: What it takes.
        kinds: The types of the layers, by name.
        nodes: What they are written in, so far.
    """
    sibling = of_rank(call.kind.__name__, taken[0].rank - 2) if taken else ""
    if not isinstance(refusal, OtherAxes) or not sibling:
        return refusal
    makers = {result: node for node in nodes for result in node.results}
    value: Value | None = taken[0].value
    while value is not None and (node := makers.get(value)) is not None:
        own = kinds.get(node.layer, "")
        if own[-2:] == sibling[-2:] or own.startswith(sibling):
            words = f"write `type: {sibling}`, as `{node.layer}` is `{own}`"
            return refusal.mended(put("type", sibling, words=words).on())
        value = node.operands[0] if node.operands else None
    return refusal


def with_batch(refusal: Refusal, taken: list[Signal], core: Core) -> Refusal:
    """The refusal of a rank where an input's shape begins with `null`, as if for the batch."""
    for signal in taken if refusal.code == _RANK else ():
        if isinstance(refusal, OtherAxes) and signal.rank != refusal.wanted + 1:
            continue  # without the first axis there would still be another number of them
        symbol = as_symbol(signal.shape[1]) if signal.rank > 1 else None
        name, _, axis = symbol.name.rpartition(".") if symbol and symbol.anonymous else ("",) * 3
        declared = core.inputs.get(name)
        if axis != "1" or declared is None or len(declared.shape or ()) < 2:
            continue
        span = core.input_entries[name].node.span_of(("shape", 0))
        label = Label(span, "an axis beside the batch, which `shape` leaves out")
        fix = put("shape", f"[{behind_first(declared)}]")
        fix = fix._replace(
            help=f"`shape` leaves the batch axis out: {fix.help}", at=core.input_entries[name].node
        )
        return refusal.but(labels=(*refusal.labels, label)).mended(fix)
    return refusal


def of_two_sizes(refusal: Refusal, call: Call, taken: list[Signal]) -> Refusal:
    """The refusal of two inputs that differ in a size, with the names of what gives them."""
    sizes = [(value, axis) for value, axis in refusal.origins if isinstance(axis, int)]
    if refusal.code not in _TWO_SIZES or len(sizes) != 2 or not refusal.help:
        return refusal
    named: list[str] = []
    for value, axis in sizes:
        fed = zip(call.feeds.inputs, taken, strict=False)
        source = next((feed.source for feed, x in fed if x.value is value), None)
        size = next((x.value.shape[axis] for x in taken if x.value is value), None)
        if source is None or size is None:
            return refusal
        named.append(f"`{source}` ({quoted(size)})")
    if named[0] == named[1]:
        return refusal
    return refusal.but(help=f"give {named[0]} and {named[1]} one size; {refusal.help}")


def of_two_states(
    refusal: Refusal, call: Call, settings: Mapping[str, Settings], core: Core
) -> Refusal:
    """The refusal of the second state of a layer that has one, as a GRU has."""
    for feed in call.feeds.inputs:
        above = settings.get(feed.source)
        if refusal.code != _NO_OUTPUT or above is None or "state_c" not in (feed.output or ""):
            continue
        inner = getattr(above.layer, "layer", None)
        node = core.layer_places[feed.source].node
        place = node if inner is None else node.get("layer")
        if type(inner or above.layer).__name__ != "GRU" or place is None:
            continue
        words = f"write `type: LSTM` in `{feed.source}`, which has two states: a GRU has one"
        fix = put("type", "LSTM", words=words)._replace(at=place, path=())
        label = Label(place.headline, "a GRU has the output `state`, and no other")
        return refusal.but(labels=(*refusal.labels, label), annotation="").mended(fix)
    return refusal


def at_input(refusal: Refusal, inputs: Mapping[str, Port], core: Core) -> Refusal:
    """The refusal of what an input is, with the place at which it is declared to be that."""
    if refusal.fix is None or not isinstance(refusal.fix.at, Outside) or not refusal.origins:
        return refusal
    value = refusal.origins[0][0]
    name = next((name for name, port in inputs.items() if port.signal.value == value), None)
    entry = core.input_entries.get(name or "")
    if entry is None and refusal.fix.key == "shape":  # a layer makes it, which has no `shape`
        return refusal.but(fix=None, help="")
    return refusal if entry is None else refusal.but(fix=refusal.fix._replace(at=entry.node))


def of_units(refusal: Refusal, call: Call, settings: Mapping[str, Settings], core: Core) -> Refusal:
    """The refusal of a first state of another size, with the `units` of the layer that gives it."""
    port = refusal.argument[-1] if refusal.argument else ""
    roles = zip(call.feeds.roles or (), call.feeds.inputs, strict=False)
    source = next((feed.source for role, feed in roles if role == port), "")
    if refusal.code != _STATE or source not in settings or refusal.fix is not None:
        return refusal
    if core.layer_places[source].instance is not call.place.instance:
        return refusal  # names may mean something else there
    above = core.layer_places[source].node
    held = above.get("layer") or above
    written, own = held.get("units"), call.place.target(("units",))
    if written is None or own is None:
        return refusal
    text = in_braces(written.plain())
    words = f"write `units: {text}`, as `{source}` has, whose state it is given"
    return refusal.mended(put("units", text, words=words).on())


def channels_last(refusal: Refusal, core: Core) -> Refusal:
    """The refusal of a window where an image's channels come first, with a mend of the image."""
    fix = refusal.fix
    if fix is None or fix.kind != "advise" or not fix.help.startswith(CHANNELS_LAST):
        return refusal
    found: list[tuple[str, str]] = []
    for name, declared in core.inputs.items():
        first, *space = (declared.shape if declared is not None else None) or (0,)
        sizes = [size for size in space if isinstance(size, int)]
        if len(sizes) == len(space) == 2 and isinstance(first, int) and 0 < first < min(sizes):
            found.append((name, f"[{sizes[0]}, {sizes[1]}, {first}]"))
    if len(found) != 1:
        return refusal
    name, shape = found[0]
    mend = put("shape", shape, words=f"{CHANNELS_LAST}write `shape: {shape}` in `{name}`")
    return refusal.mended(mend._replace(at=core.input_entries[name].node))


def with_all_fed(refusal: Refusal, call: Call, core: Core) -> Refusal:
    """The refusal of a layer that joins one tensor, where there are others that nothing reads."""
    own = call.item
    if refusal.code not in _TOO_FEW or core.instances or own.sources is not None:
        return refusal
    read = {name for item in core.items if item is not own for name in _read_by(item, core)}
    read |= {output.from_ or name for name, output in (core.outputs or {}).items()}
    before = [item.name for item in core.items[: core.items.index(own)]]
    left = [name for name in (*core.inputs, *before) if name not in read]
    left += [own.above] if own.above and own.above not in left else []
    if not 2 <= len(left) <= (_MOST_FED if refusal.code == _TOO_FEW[0] else 2):
        return refusal
    shown = f"[{', '.join(left)}]"
    words = f"name them in a list: `from: {shown}`, which nothing else reads"
    return refusal.mended(put("from", shown, words=words).on())


def _read_by(item: Item, core: Core) -> Iterable[str]:
    """What a layer reads, without the roles of results."""
    sources = [item.sources] if isinstance(item.sources, str) else item.sources
    if sources is None:
        return [item.above] if item.above else core.inputs
    names = sources.values() if isinstance(sources, dict) else sources
    return [name.partition(".")[0] for name in names]


def fed_from_above(refusal: Refusal, call: Call) -> Refusal:
    """The refusal of feeds that an absent `from` means, with an entry in which they are written."""
    fix = refusal.fix
    if fix is None or (fix.kind, fix.key) != ("entry", "from"):
        return refusal
    source = call.feeds.inputs[0].source if call.feeds.inputs else ""
    if call.place.target(("from",)) is not None or not source or "." in source:
        return refusal
    return refusal.but(fix=put("from", fix.text.replace("@", source)).on())


def behind_first(declared: Input) -> str:
    """The entries of a shape behind the first."""
    return ", ".join("null" if size is None else str(size) for size in (declared.shape or ())[1:])


def pinning(checks: Iterable[Check], size: Size) -> tuple[Check, int] | None:
    """The check that leaves an unknown size a single number."""
    inside = set(symbols(size))
    for check in checks:
        for one, other in ((check.left, check.right), (check.right, check.left)):
            if check.relation == "==" and isinstance(one, int) and as_symbol(other) in inside:
                return check, one
    return None


def pinned_above(refusal: Refusal, checks: Iterable[Check], core: Core) -> Refusal:
    """The refusal of an unknown size that another layer leaves a single number."""
    found = pinning(checks, refusal.size) if isinstance(refusal, UnknownSize) else None
    if found is None:
        return refusal
    check, number = found
    place = core.layer_places.get(check.layer)
    size = next(side for side in (check.left, check.right) if not isinstance(side, int))
    single = as_symbol(size)
    span = (place or core.node).span_of(check.at, check.within)
    labels = (Label(span, f"this holds only where {quoted(size)} is {number}"),)
    help_ = f"write {number} where `{size}` is declared: `{size}: {number}` under `dims`"
    fix = put(f"{size}", number, words=help_)._replace(at=core.node.get("dims"))
    if single is None or single.anonymous or fix.at is None:
        fix = advise(help_)
    if single is not None and single.anonymous:
        fix = advise(f"write {number} instead of `null` where the size is declared")
    refusal = refusal.but(labels=(*refusal.labels, *labels))
    return refusal.mended(fix) if fix else refusal
