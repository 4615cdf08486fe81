"""JSON that stands as text in other JSON."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.refusals import ItemPath
from spec_compiler.source import SourceNode, read


def opened(
    node: SourceNode, file: str, at: ItemPath, found: Diagnostics
) -> tuple[SourceNode, str, ItemPath]:
    """Where what stands at a place is to be read: there, or in the text that it is.

    Args:
        node: What a file holds.
        file: What findings call it.
        at: The place.
        found: Collects what is wrong with the text.

    Raises:
        SpecError: The text cannot be read.
    """
    place = node.nearest(at)
    if not isinstance(place.value, str) or place.value.lstrip()[:1] != "{":
        return node, file, at
    name = ":".join((file, *map(str, at)))
    inner = read(place.value, name, found, by_python=True)
    if inner is None:
        raise SpecError(found)
    return inner, name, ()
