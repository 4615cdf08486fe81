"""A layer's example as a whole spec, for the documentation and for the tests."""

from __future__ import annotations

import re
from typing import Any

from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.layers.base.layer import Example, Layer

_TYPE = re.compile(r"(?P<dtype>\w+)\[(?P<sizes>[^\]]*)\](?P<mask> mask(\[(?P<masked>[^\]]*)\])?)?")
_NAMES = ("x", "y", "z", "w", "v")


def example_spec(layer: type[Layer], example: Example) -> dict[str, Any]:
    """The example as a document: an input for each type that it takes, and the layer.

    Raises:
        ValueError: a text is no type.
    """
    takes = (example.takes,) if isinstance(example.takes, str) else example.takes
    dims: dict[str, Any] = {}
    inputs: dict[str, Any] = {}
    item: dict[str, Any] = {"type": layer.__name__}
    if len(takes) > 1:
        item["from"] = [*_NAMES[: len(takes)]]
    for name, text in zip(_NAMES[: len(takes)], takes, strict=True):
        match = _TYPE.fullmatch(text)
        if match is None:
            raise ValueError(text)
        inputs[name] = _input(match["dtype"], match["sizes"], dims)
        if match["masked"]:
            item |= {"from": item.get("from", name), "mask": mask_of(name)}
            inputs[mask_of(name)] = _input("bool", match["masked"], dims)
        elif match["mask"]:
            inputs[name]["mask"] = True
    if not inputs:  # which a spec needs
        inputs = {"x": {"shape": [1]}}
    document: dict[str, Any] = {"specc": 1}
    if dims:
        document["dims"] = dims
    return document | {"inputs": inputs, "layers": [{**item, **example.settings}]}


def mask_of(name: str) -> str:
    """The input that is the mask of another, where that has another form than `mask: true` has."""
    return f"{name}_mask"


def _input(dtype: str, text: str, dims: dict[str, Any]) -> dict[str, Any]:
    """The declaration of an input with sizes as `batch, seq, 8`; named ones join `dims`."""
    sizes = [_size(part.strip()) for part in text.split(",") if part.strip()]
    for size in sizes:
        if isinstance(size, str) and size != BATCH_NAME:
            dims[size] = {"min": 1}
    shape: dict[str, Any] = {"batch_shape": sizes}
    if sizes[:1] == [BATCH_NAME]:
        shape = {"shape": sizes[1:]}
    return {**shape, "dtype": dtype}


def _size(part: str) -> int | str | None:
    if part == "?":
        return None
    return int(part) if part.isdigit() else part
