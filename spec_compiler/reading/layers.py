"""The layers of a model as they are written: the nodes under `layers`."""

from __future__ import annotations

from spec_compiler.declaring.scope import described
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode


def layer_items(document: SourceNode, diagnostics: Diagnostics) -> list[SourceNode]:
    """The items under `layers`; none where they were refused."""
    node = document.get("layers")
    if node is None:
        return []
    if isinstance(node.value, list) and node.value:
        return node.value
    found_instead = "an empty one" if node.value == [] else described(node.plain())
    message = f"`layers` is a list of layers, not {found_instead}"
    help = "write `- {type: Dense, units: 8}`"
    if isinstance(node.value, dict) and "type" in node.value:
        help = "write `- {type: …}`: each layer is an item of a list"
    elif isinstance(node.value, dict) and node.value:
        name = next(iter(node.value))
        help = f"write `- {{name: {name}, type: …}}`: the name of a layer stands in its item"
    diagnostics.at(node).add(Refusal("SPC0104", message, help=help))
    return []
