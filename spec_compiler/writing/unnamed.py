"""Names for sizes that authors left open with `null`, where the core form has to write them."""

from __future__ import annotations

import re
from typing import Any

from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.ir.dims import CALLED


def with_names(document: dict[str, Any]) -> dict[str, Any]:
    """A core form in whose layers every size has a name.

    A block may have called the size of a `null`, and nobody outside of it does: the input gets a
    dim in its place.
    """
    taken = set(re.findall(r"\w+", str(document)))
    names: dict[tuple[str, int], str] = {}

    def name(found: re.Match[str]) -> str:
        key = found[2], int(found[1])
        if key not in names:
            fresh = re.sub(r"\W", "_", f"{key[0]}_{key[1]}")
            while fresh in taken:
                fresh += "_"
            taken.add(fresh)
            names[key] = fresh
        return names[key]

    def named(item: Any) -> Any:
        if is_mapping(item):
            return {key: named(value) for key, value in item.items()}
        if is_list(item):
            return [named(value) for value in item]
        return CALLED.sub(name, item) if isinstance(item, str) else item

    layers, blocks = named(document["layers"]), named(document["blocks"])
    dims = {**document["dims"], **{fresh: {"min": 1} for fresh in names.values()}}
    inputs = {key: {**value} for key, value in document["inputs"].items()}
    for (owner, axis), fresh in names.items():
        held = inputs[owner]
        key = "batch_shape" if "batch_shape" in held else "shape"
        at = axis if key == "batch_shape" else axis - 1
        held[key] = [fresh if index == at else size for index, size in enumerate(held[key])]
    return {**document, "dims": dims, "inputs": inputs, "layers": layers, "blocks": blocks}
