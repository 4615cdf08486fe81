"""Arguments of a layer that stand in an output of it."""

from __future__ import annotations

from spec_compiler.declaring.plain import in_braces, is_mapping
from spec_compiler.fixes import put, remove
from spec_compiler.layers import LAYERS
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode


def in_its_layer(refusal: Refusal, name: str, output: object, document: SourceNode) -> Refusal:
    """The refusal of a key of an output with the mend of what is an argument of its layer.

    Args:
        refusal: Of the output.
        name: What the output is called.
        output: What is said of it.
        document: The spec.
    """
    if refusal.code != "SPC0103" or len(refusal.argument) != 1 or not is_mapping(output):
        return refusal
    key = f"{refusal.argument[0]}"
    layers = document.get("layers")
    items = layers.value if layers is not None and isinstance(layers.value, list) else []
    source = output.get("from", name)
    own = [item for item in items if _plain(item, "name") == source]
    kind = _plain(own[0], "type") if len(own) == 1 else None
    if not isinstance(kind, str) or kind not in LAYERS or key not in LAYERS[kind].model_fields:
        return refusal
    value, there = output[key], own[0].get(key)
    if there is not None:
        if there.plain() != value:
            return refusal
        return refusal.mended(remove(f"leave it out: `{source}` says it", safe=True))
    text = in_braces(value)
    if "…" in text:
        return refusal
    moved = put(key, text)._replace(at=own[0], path=())
    words = f"it is an argument of the layer: write `{key}: {text}` in `{source}`"
    return refusal.mended(remove(words).and_(moved))


def _plain(item: SourceNode, key: str) -> object:
    held = item.get(key)
    return None if held is None else held.plain()
