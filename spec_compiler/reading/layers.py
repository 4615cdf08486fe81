"""The layers of a model as they are written: the nodes under `layers`."""

from __future__ import annotations

from spec_compiler.declaring.scope import described
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import advise
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode


def layer_items(document: SourceNode, diagnostics: Diagnostics) -> list[SourceNode]:
    """The items under `layers`; none where they were refused."""
    node = document.get("layers")
    if node is None:
        return []
    if isinstance(node.value, list) and node.value:
        return node.value
    # only where it is something else
    from spec_compiler.declaring.other_tools.forms import ITEM_KINDS, items_meant

    found_instead = "an empty one" if node.value == [] else described(node.plain())
    message = f"`layers` is a list of layers, not {found_instead}"
    fix = items_meant(node.plain(), ITEM_KINDS, "layer")
    fix = fix or advise("write `- {type: Dense, units: 8}`")
    diagnostics.at(node).add(Refusal("SPC0104", message, fix=fix))
    return []
