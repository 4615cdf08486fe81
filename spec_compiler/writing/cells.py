"""Blocks that are cells, as the core form has them: with the sizes of their layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.expanding.cells import CELL, CellBody, block_cells
from spec_compiler.ir.dims import BATCH_NAME, Dim, Size, as_symbol
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.base.layer import Layer
from spec_compiler.program import MadeCell, Step
from spec_compiler.refusals import ItemPath

_INSIDE = f"{CELL}."


class CellsWritten:
    """The blocks that are found while layers are written, each by a name of its own.

    Args:
        made: What is known of each.
        item: Writes a layer.
    """

    def __init__(
        self, made: Mapping[CellBody, MadeCell], item: Callable[[Step], dict[str, Any]]
    ) -> None:
        self.made = made
        self.item = item
        self.found: dict[str, Any] = {}

    def of(self, name: str, layer: Layer) -> dict[ItemPath, object]:
        """What stands for the cells of a layer, by where they stand."""
        return {path: {"use": self._named(name, cell.body)} for path, cell in block_cells(layer)}

    def _named(self, layer: str, body: CellBody) -> str:
        block = self._block(self.made[body], body)
        base = re.sub(r"\W", "_", layer) + "_cell"
        name, number = base, 0
        while name in self.found:
            number += 1
            name = f"{base}_{number}"
        self.found[name] = block
        return name

    def _block(self, made: MadeCell, body: CellBody) -> dict[str, Any]:
        ports = {inner: port for port, inner in body.ports.items()}
        first = next(iter(made.takes))
        sizes = _bound(made.takes[first])
        layers = [self.item(made.steps[item.name]) for item in body.core.items]
        outputs = made.wiring.outputs
        several = len(made.gives) > 1
        return {
            "inputs": {
                name: _port(of, sizes, body.instance.block.inputs[name].dtype)
                for name, of in made.takes.items()
            },
            "layers": [_called(_within(item, ports), sizes) for item in layers],
            "outputs": {
                name: _reference(outputs[_INSIDE + name if several else CELL].reference.text, ports)
                for name in made.gives
            },
        }


def _bound(step: TensorType) -> dict[Size, str]:
    """The sizes of a step that the signature binds to names."""
    found: dict[Size, str] = {}
    for size in step.shape[1:]:
        if isinstance(size, int) or size in found:
            continue
        single = as_symbol(size)
        found[size] = f"size_{len(found)}"
        if single is not None and single.name != BATCH_NAME:
            found[size] = re.sub(r"\W", "_", single.name)
    return found


def _port(of: TensorType, sizes: Mapping[Size, str], dtype: str | None) -> dict[str, Any]:
    """The sizes of an input, and the dtype that its author asks for."""
    shape = [sizes.get(size, str(size) if isinstance(size, Dim) else size) for size in of.shape[1:]]
    return {"shape": shape, **({"dtype": dtype} if dtype else {})}


def _called(item: Any, sizes: Mapping[Size, str]) -> Any:
    """What is written with sizes that authors left open, with the names that these have here."""
    if is_mapping(item):
        return {key: _called(value, sizes) for key, value in item.items()}
    if is_list(item):
        return [_called(value, sizes) for value in item]
    if isinstance(item, str):
        for size, name in sizes.items():
            single = as_symbol(size)
            if single is not None and single.anonymous:
                item = item.replace(str(size), name)
    return item


def _within(item: dict[str, Any], ports: Mapping[str, str]) -> dict[str, Any]:
    """A layer of a cell, with names as they are inside of the block."""
    found = {**item, "name": item["name"].removeprefix(_INSIDE)}
    for key in ("from", "reuse", "mask"):
        if key in found:
            found[key] = _references(found[key], ports)
    return found


def _references(written: Any, ports: Mapping[str, str]) -> Any:
    if is_mapping(written):
        return {role: _reference(str(text), ports) for role, text in written.items()}
    if is_list(written):
        return [_reference(str(text), ports) for text in written]
    return _reference(written, ports)


def _reference(text: str, ports: Mapping[str, str]) -> str:
    return ports.get(text, text.removeprefix(_INSIDE))


def with_sizes(document: dict[str, Any]) -> dict[str, Any]:
    """A core form whose blocks are told the named sizes in them as params: they see no dims."""
    given: dict[str, dict[str, str]] = {}

    def told(item: Any) -> Any:
        if is_mapping(item):
            use = item.get("use")
            if len(item) == 1 and isinstance(use, str) and given.get(use):
                return {"use": use, "with": {**given[use]}}
            return {key: told(value) for key, value in item.items()}
        return [told(value) for value in item] if is_list(item) else item

    blocks: dict[str, Any] = {}
    for name, block in document["blocks"].items():  # those inside of others come first
        written = told(block)
        step: list[Any] = next(iter(written["inputs"].values()))["shape"]
        words = set(re.findall(r"\w+", str(written))) - {str(size) for size in step}
        given[name] = {dim: dim for dim in document["dims"] if dim in words}
        params = {dim: {"type": "int"} for dim in given[name]}
        blocks[name] = {**({"params": params} if params else {}), **written}
    return {**document, "layers": told(document["layers"]), "blocks": blocks}
