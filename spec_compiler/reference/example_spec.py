"""A layer's example as a whole spec, for the documentation and for the tests."""

from __future__ import annotations

import re
from typing import Any

from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.layers.base.layer import Example, Layer

_TYPE = re.compile(r"(?P<dtype>\w+)\[(?P<sizes>[^\]]*)\](?P<mask> mask)?")
_NAMES = ("x", "y", "z", "w", "v")


def example_spec(layer: type[Layer], example: Example) -> dict[str, Any]:
    """The example as a document: an input for each type that it takes, and the layer."""
    takes = (example.takes,) if isinstance(example.takes, str) else example.takes
    dims: dict[str, Any] = {}
    inputs = {
        name: _input(text, dims) for name, text in zip(_NAMES[: len(takes)], takes, strict=True)
    }
    if not inputs:  # which a spec needs
        inputs = {"x": {"shape": [1]}}
    item: dict[str, Any] = {"type": layer.__name__}
    if len(inputs) > 1:
        item["from"] = list(inputs)
    document: dict[str, Any] = {"specc": 1}
    if dims:
        document["dims"] = dims
    return document | {"inputs": inputs, "layers": [{**item, **example.settings}]}


def _input(text: str, dims: dict[str, Any]) -> dict[str, Any]:
    """The declaration of an input from `float32[batch, seq, 8] mask`; named sizes join `dims`.

    Raises:
        ValueError: the text is no type.
    """
    match = _TYPE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    sizes = [_size(part.strip()) for part in match["sizes"].split(",") if part.strip()]
    for size in sizes:
        if isinstance(size, str) and size != BATCH_NAME:
            dims[size] = {"min": 1}
    shape: dict[str, Any] = {"batch_shape": sizes}
    if sizes[:1] == [BATCH_NAME]:
        shape = {"shape": sizes[1:]}
    mask = {"mask": True} if match["mask"] else {}
    return {**shape, "dtype": match["dtype"], **mask}


def _size(part: str) -> int | str | None:
    if part == "?":
        return None
    return int(part) if part.isdigit() else part
