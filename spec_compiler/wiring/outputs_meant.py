"""What was meant by an output without `from` whose name no layer has: only on a refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from spec_compiler.expanding.core import Core
from spec_compiler.fixes import entry, put, rename, write
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spelling import Guess, nearest
from spec_compiler.wiring.edges import Call, Outlet

_OF_OUTPUTS = ("loss", "metrics", "loss_weights")
"""Keys of `train` under which each output may have an entry."""


def meant(
    core: Core,
    name: str,
    at: ItemPath,
    refusal: Refusal,
    found: tuple[Mapping[str, Call], Mapping[str, Outlet]],
) -> Refusal:
    """The refusal of an output with the layer that was meant: one of a similar name, or one unread.

    Args:
        core: The spec.
        name: The output.
        at: The path of what names its layer.
        refusal: That there is none.
        found: The layers, and the outputs that are understood.
    """
    if refusal.code != "SPC0203":
        return refusal
    declared = core.outputs or {}
    of_key = at == ("outputs", name)
    layers = [item.name for item in core.items if item.instance is None]
    guess = nearest(name, [layer for layer in layers if layer not in declared])
    if of_key:
        refusal = refusal.but(blame_key=True, within=None)
    if guess is not None and not of_key:
        return refusal
    left = [*_unread(layers, *found)] if guess is None else []
    only = len(left) == 1 and len(found[1]) == len(declared) - 1
    layer = guess or (left[0] if only else None)
    if layer is None:
        return refusal.but(annotation="", fix=None) if of_key else refusal
    used = {*_named_elsewhere(core.node)}
    slip = guess is not None and name not in used
    if of_key and (slip or (layer in used and name not in used)) and layer not in declared:
        safe = isinstance(guess, Guess) and guess.sure and layer in used
        return refusal.mended(rename(layer, safe=safe))
    return _from_layer(core, name, layer, refusal)


def _from_layer(core: Core, name: str, layer: str, refusal: Refusal) -> Refusal:
    """The refusal of an output whose name stays, and which is made by a layer of another one."""
    refusal = refusal.but(annotation="")
    made = next(item for item in core.items if item.name == layer)
    if not made.explicit_name:
        words = f"call the last layer so: `name: {name}` in `{layer}`"
        return refusal.mended(put("name", name, words=words)._replace(at=made.node, path=()))
    written = core.node.get("outputs")
    sure = f"if {'the last layer' if layer == core.last else f'`{layer}`'} is meant"
    if (
        written is not None
        and isinstance(written.value, dict)
        and written.nearest((name,)).value is None
    ):
        words = f"write `{name}: {layer}`, {sure}"
        return refusal.mended(entry(name, layer, words).on("outputs", name))
    if written is None or isinstance(written.value, dict):
        words = f"write `{name}: {{from: {layer}}}`, {sure}"
        return refusal.mended(put("from", layer, words=words).on("outputs", name))
    if isinstance(written.value, list) and len(written.value) > 1:
        return refusal.mended(write(layer, words=f"write `{layer}`, {sure}", safe=False))
    words = f"write `outputs: {{{name}: {layer}}}`, {sure}"
    return refusal.mended(write(f"{{{name}: {layer}}}", words=words, safe=False).on("outputs"))


def _unread(
    layers: Collection[str], calls: Mapping[str, Call], outputs: Mapping[str, Outlet]
) -> Iterator[str]:
    """The layers that nothing reads."""
    read = {feed.source for call in calls.values() for feed in call.feeds.read}
    read |= {outlet.reference.source for outlet in outputs.values()}
    return (layer for layer in layers if layer not in read)


def _named_elsewhere(spec: SourceNode) -> Iterator[str]:
    """The names that tests and training have for outputs."""
    train, tests = spec.get("train"), spec.get("tests")
    for key in _OF_OUTPUTS if train is not None else ():
        said = spec.nearest(("train", key))
        if said is not train and isinstance(said.value, dict):
            yield from said.value
    labels = train.get("labels") if train is not None else None
    for label in _entries(labels):
        if isinstance(label.node.value, str):
            yield label.node.value
    for test in tests.value if tests is not None and isinstance(tests.value, list) else ():
        expected = test.get("expect")
        yield from expected.value if expected and isinstance(expected.value, dict) else ()


def _entries(node: SourceNode | None) -> list[Entry]:
    held = None if node is None else node.value
    return [*held.values()] if isinstance(held, dict) else []
