"""Which layer makes two sizes differ, and what to write there: asked only on a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spec_compiler.declaring.plain import in_braces, is_sequence
from spec_compiler.elaborate.origins import Origins, made_of
from spec_compiler.elaborate.tracing import owner_of
from spec_compiler.elaborate.written import entry_of
from spec_compiler.fixes import Fix, before, put, remove, write
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.layer import Layer
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import SourceNode

_RANKS = "SPC0342"
_RESHAPED = "SPC0360"
_ONE_MORE = re.compile(r"(\w+) *[-+] *[12]")


class Written(NamedTuple):
    """Where a size is written, and how."""

    layer: str
    place: SourceNode
    path: ItemPath
    text: str


def _written(layer: str, node: SourceNode, path: ItemPath) -> Written | None:
    found = node.nearest(path)
    return (
        None
        if isinstance(found.value, dict | list)
        else Written(layer, node, path, f"{found.value}")
    )


class Passed(NamedTuple):
    """A layer on the way up from a value, along the first input of each."""

    name: str
    layer: Layer
    gives: Value
    takes: Value


def told_apart(refusal: Refusal, known: Origins) -> Refusal:
    """The refusal of sizes that differ, with the layer that makes them differ and its mend.

    Args:
        refusal: What is wrong.
        known: What is known of the values so far.
    """
    if refusal.code == _RANKS and not refusal.origins:
        return _not_flat(refusal, known)
    if refusal.code == _RESHAPED:
        return _of_another_form(refusal, known)
    ends = [(value, at) for value, at in refusal.origins if isinstance(value, Value)]
    sides = [(value, at % len(value.shape)) for value, at in ends if isinstance(at, int)]
    if len(sides) != 2:
        return refusal
    turns = ((sides[0], sides[1]), (sides[1], sides[0]))
    fixes = [_of_format([value for value, _ in sides], known)]
    fixes += [_of_padding(one, other, known) for one, other in turns]
    if refusal.fix is None:
        fixes += [_of_turned_weight(one, other, known) for one, other in turns]
        fixes += [_of_one_more(one, other, known) for one, other in turns]
    found = next((fix for fix in fixes if fix is not None), None)
    return refusal if found is None else refusal.mended(found)


def way_up(value: Value, known: Origins) -> Iterator[Passed]:
    """The layers that a value comes from, along the first operand of each operation."""
    gives = value
    while (node := known.makers.get(value)) is not None and node.operands:
        above = node.operands[0]
        maker = known.makers.get(above)
        if maker is None or maker.layer != node.layer:
            if node.layer in known.settings:
                yield Passed(node.layer, known.settings[node.layer].layer, gives, above)
            gives = above
        value = above


def _of_padding(one: tuple[Value, int], other: tuple[Value, int], known: Origins) -> Fix | None:
    """`padding: same` for the convolutions that lost a border, behind what still has it."""
    wanted, (value, axis) = other[0].shape[other[1]], one
    lost: list[str] = []
    if not isinstance(wanted, int) or not _is_less(value.shape[axis], wanted):
        return None
    for step in way_up(value, known):
        if len(step.gives.shape) != len(step.takes.shape):
            return None
        own, came = step.gives.shape[axis], step.takes.shape[axis]
        if own != came:
            steps = getattr(step.layer, "strides", None)
            whole = steps is not None and {*_each(steps)} <= {1}
            if getattr(step.layer, "padding", "") != "valid" or not whole:
                return None
            lost.append(step.name)
        if came == wanted and lost:
            return _for_each(lost, known)
    return None


def _for_each(names: Sequence[str], known: Origins) -> Fix:
    shown = " and ".join(f"`{name}`" for name in names)
    words = f"write `padding: same` in {shown}, which {'lose' if names[1:] else 'loses'} a border"
    places = [known.core.layer_places[name] for name in names]
    first, *rest = (put("padding", "same", words=words)._replace(at=place) for place in places)
    return first.and_(*rest)


def _each(numbers: object) -> Sequence[object]:
    return numbers if is_sequence(numbers) else (numbers,)


def _is_less(size: object, wanted: int) -> bool:
    return isinstance(size, int) and size < wanted


def _of_format(values: Sequence[Value], known: Origins) -> Fix | None:
    """The only layer on the way whose channels are first, beside others whose channels are last."""
    steps = [step for value in values for step in way_up(value, known)]
    formats = {step.name: getattr(step.layer, "data_format", "") for step in steps}
    first = [name for name, where in formats.items() if where == "channels_first"]
    last = [name for name, where in formats.items() if where == "channels_last"]
    if len(first) != 1 or not last:
        return None
    words = f"`{first[0]}` has its channels first, and `{last[0]}` last: leave `data_format` out"
    place = known.core.layer_places[first[0]]
    return remove(words)._replace(at=place, path=("data_format",))


def _of_turned_weight(
    one: tuple[Value, int], other: tuple[Value, int], known: Origins
) -> Fix | None:
    """A `Weight` whose two axes stand the other way round."""
    value, wanted = one[0], other[0].shape[other[1]]
    while value not in known.owners:
        node = known.makers.get(value)
        if node is None or not node.operands:
            return None
        value = node.operands[0]
    weight = known.owners[value]
    name, _ = owner_of(weight.name, known.settings)
    if name not in known.settings or type(known.settings[name].layer).__name__ != "Weight":
        return None
    place = known.core.layer_places[name]
    sizes = place.node.get("shape")
    turned = len(weight.shape) == 2 and weight.shape[0] == wanted != weight.shape[1]
    if not turned or sizes is None or not isinstance(sizes.value, list):
        return None
    text = in_braces([size.plain() for size in reversed(sizes.value)])
    return put("shape", text, f" in `{name}`")._replace(at=place)


def _of_one_more(one: tuple[Value, int], other: tuple[Value, int], known: Origins) -> Fix | None:
    """The size `n - 1` where the other is `n`: the same for both."""
    here, there = written_at(known, *one), written_at(known, *other)
    if here is None or there is None or not _in_one_scope(known, here.layer, there.layer):
        return None
    found = _ONE_MORE.fullmatch(here.text)
    if found is None or found[1] != there.text:
        return None
    shown = "".join(f"`{step}: {there.text}`" for step in here.path[-1:] if isinstance(step, str))
    words = f"write {shown or f'`{there.text}`'}, the size of the other"
    fix = write(there.text, words=words, safe=False)
    return fix._replace(at=here.place, path=here.path)


def _of_another_form(refusal: Refusal, known: Origins) -> Refusal:
    """A Reshape of what a Dense makes, of another number of entries."""
    node = known.core.layer_places[known.own].node if known.own else None
    target = node.get("target_shape") if node is not None else None
    value = next((about for about, _ in refusal.origins if isinstance(about, Value)), None)
    edits = refusal.fix is not None and refusal.fix.kind != "advise"
    if edits or value is None or len(value.shape) != 2 or target is None:
        return refusal
    here = written_at(known, value, 1)
    if here is None or here.path != ("units",) or not isinstance(target.value, list):
        return refusal
    if not _in_one_scope(known, here.layer, known.own):
        return refusal
    sizes = [size.value for size in target.value]
    texts = [f"({size})" if re.search(r"[-+/ ]", f"{size}") else f"{size}" for size in sizes]
    if "-1" in texts:
        return refusal
    text = " * ".join(texts)
    words = f"write `units: {text}` in `{here.layer}`, or another `target_shape`"
    return refusal.mended(put("units", text, words=words)._replace(at=here.place))


def _in_one_scope(known: Origins, *names: str) -> bool:
    """Whether names mean the same where layers, or inputs, are written."""
    places = [known.core.layer_places.get(name) for name in names]
    return len({place.instance if place else None for place in places}) == 1


def _not_flat(refusal: Refusal, known: Origins) -> Refusal:
    """Inputs of several ranks, of which one is not flat, and the others are."""
    node = known.core.layer_places[known.own].node if known.own in known.core.layer_places else None
    feeds = node.get("from") if node is not None else None
    ranks = [len(value.shape) for value in known.taken]
    more = [index for index, rank in enumerate(ranks) if rank > 2]
    if feeds is None or not isinstance(feeds.value, list) or 2 not in ranks or not more:
        return refusal
    wide = [known.taken[index] for index in more]
    if not all(isinstance(size, int) for value in wide for size in value.shape[1:]):
        return refusal.but(
            help="a sequence becomes one row by `{type: GlobalAveragePooling1D, from: …}`"
        )
    source = f"{feeds.value[more[0]].value}"
    name = f"{re.sub(r'[^A-Za-z0-9_]', '_', source)}_flat"
    layer = f"{{type: Flatten, name: {name}, from: {source}}}"
    if len(more) > 1 or name in known.core.layer_places:
        return refusal.but(help=f"make it flat first: `{layer}` before it")
    words = f"put `{layer}` before it, and write `{name}` under `from`"
    joined = write(name, words="", safe=False).on("from", more[0])
    return refusal.mended(before(layer, words).on().and_(joined))


def written_at(known: Origins, value: Value, axis: int) -> Written | None:
    """Where a size is written: the argument of a layer, or an input's shape."""
    size = value.shape[axis]
    while True:
        node = known.makers.get(value)
        if value in known.ends:
            name = known.ends[value]
            entry = known.core.input_entries[name].node
            return _written(name, entry, entry_of(entry, axis))
        if value in known.owners:
            layer, own = owner_of(known.owners[value].name, known.settings)
            return _argument_at(known, layer, size, own)
        come_from = [] if node is None else list(made_of(node, value, axis))
        same = next((one for one in come_from if one[0].shape[one[1]] == size), None)
        if same is None:
            return None if node is None else _argument_at(known, node.layer, size)
        value, axis = same


def _argument_at(known: Origins, layer: str, size: Size, weight: str = "") -> Written | None:
    path = known.argument(layer, size, weight)
    place = known.core.layer_places.get(layer)
    return _written(layer, place.node, path) if place is not None and path else None
