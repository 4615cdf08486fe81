"""Blocks as cells: where they stand, what is said of them, and which input is which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from spec_compiler.declaring.validated import validated
from spec_compiler.expanding.arguments import Known
from spec_compiler.expanding.copies import Instance
from spec_compiler.expanding.core import Core
from spec_compiler.expanding.use import before_shapes
from spec_compiler.fixes import Fix
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reading.library import Block, Library
from spec_compiler.records import entity
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import Entry, SourceNode

if TYPE_CHECKING:
    from spec_compiler.language.use import Use
    from spec_compiler.layers.recurrent.block_cell import BlockCell

CELL = "cell"
"""What the block of a cell is called in its layer."""
SEQUENCE = "sequence"
"""The port of RNN that its cell reads step by step."""
_HOLDERS = ("layer", "backward_layer", "cell", "cells")
"""The arguments that hold layers with cells."""


@entity
class CellBody:
    """A block as a cell, expanded by itself.

    Attributes:
        core: Its layers, fed by inputs that stand for those of the block.
        instance: The copy of the block.
        ports: What stands for each input of the block.
    """

    core: Core
    instance: Instance
    ports: dict[str, str]


def cells_in(item: SourceNode, library: Library) -> Iterator[tuple[ItemPath, SourceNode]]:
    """Where blocks are written as cells in a layer."""
    kind = item.get("type")
    reads = kind is not None and kind.value == "RNN"
    for key in _HOLDERS:
        node = item.get(key)
        if node is None:
            continue
        if isinstance(node.value, list):
            for index, one in enumerate(node.value):
                if _names_block(one, library):
                    yield (key, index), one
        elif reads and key == CELL and _names_block(node, library):
            yield (key,), node
        elif isinstance(node.value, dict):
            yield from (((key, *path), found) for path, found in cells_in(node, library))


def _names_block(node: SourceNode, library: Library) -> bool:
    """Whether what is written for a cell can only be a block."""
    if isinstance(node.value, dict):
        kind = node.get("type")
        if kind is not None and isinstance(kind.value, str) and kind.value not in LAYERS:
            return library.holds(kind.value)
        return "use" in node.value and kind is None
    if not isinstance(node.value, str) or node.value in LAYERS:
        return False
    return bool(library.blocks or library.imports or library.unsure)


def block_cells(layer: Layer) -> Iterator[tuple[ItemPath, BlockCell]]:
    """The blocks that are cells of a layer, or of one inside of it."""
    # recurrent layers are loaded only where a spec has some
    from spec_compiler.layers.recurrent.block_cell import BlockCell

    for key in _HOLDERS:
        held = getattr(layer, key, None)
        if isinstance(held, BlockCell):
            yield (key,), held
        elif isinstance(held, Layer):
            yield from (((key, *path), cell) for path, cell in block_cells(held))


def with_cells(plain: dict[str, Any], cells: Mapping[ItemPath, object]) -> dict[str, Any]:
    """A layer as plain data, with blocks where cells are written."""
    for path, cell in cells.items():
        inside: Any = plain
        for key in path[:-1]:
            inside = inside[key]
        inside[path[-1]] = cell
    return plain


def as_item(node: SourceNode) -> SourceNode:
    """What is written for a cell as a use of a block: `my_step` is `{use: my_step}`."""
    if isinstance(node.value, dict):
        return node
    return SourceNode({"use": Entry(node.span, node)}, node.span)


def cell_use(node: SourceNode, known: Known) -> Use:
    """The use of a block that a cell is.

    Raises:
        Refusal: it says something that cells have not.
    """
    kind = node.get("type")
    if kind is not None:
        raise Refusal(
            "SPC0202",
            f"`{kind.value}` is a block, and no layer type",
            argument=("type",),
            help=f"write `cell: {kind.value}`, or `cell: {{use: {kind.value}, with: {{…}}}}`",
        )
    # loaded only where a block is used
    from spec_compiler.language.use import CellUse, Use

    plain = before_shapes(as_item(node), known)
    found = validated(CellUse, plain, known.scope, "a block as a cell")
    return Use.model_validate({"use": found.use, "with": found.with_})


def roles_of(block: Block) -> tuple[tuple[str, ...], str]:
    """The inputs of a block that are states, and the output that a step gives.

    Raises:
        Refusal: a state has no output, or there are several others.
    """
    if block.constants:
        raise Refusal(
            "SPC0221",
            f"`{block.name}` holds the constant `{block.constants[0]}`, and a cell holds none",
            argument=("use",),
            help="make it a Weight with `trainable: false`, or feed it as a state",
        )
    _, *states = block.inputs
    others = [name for name in block.outputs if name not in states]
    lacking = [name for name in states if name not in block.outputs]
    listed = ", ".join(f"`{name}`" for name in block.outputs)
    if lacking:
        raise Refusal(
            "SPC0221",
            f"the state `{lacking[0]}` of `{block.name}` has no output: it gives {listed}",
            argument=("use",),
            fix=_as_state(block, others, lacking),
            help=f"its first input is a step, the others are states: add `{lacking[0]}` to its "
            "`outputs`, the state that the next step reads",
        )
    if len(others) > 1:
        raise Refusal(
            "SPC0221",
            f"`{block.name}` gives {' and '.join(f'`{name}`' for name in others)} beside its "
            "states, and a step has one output",
            argument=("use",),
            help="join them in the block, or make one a state: an input of the same name",
        )
    from spec_compiler.layers.recurrent.block_cell import BlockCell  # as above

    called = BlockCell.called(states)
    twice = next((name for name in states if called.count(BlockCell.called([name])[0]) > 1), None)
    if twice is not None:
        message = f"two states of `{block.name}` would be `{BlockCell.called([twice])[0]}`"
        raise Refusal("SPC0201", message, argument=("use",), help=f"rename its input `{twice}`")
    return tuple(states), others[0] if others else states[0]


def block_cell(use: Use, states: tuple[str, ...], output: str, body: CellBody) -> BlockCell:
    """The cell that a block is."""
    from spec_compiler.layers.recurrent.block_cell import BlockCell  # as above

    return BlockCell.model_construct(
        use=use.use, with_=use.with_, states=states, output=output, body=body
    )


def _as_state(block: Block, others: list[str], lacking: list[str]) -> Fix | None:
    """The only output that is no state as the only state without an output."""
    if len(others) != 1 or len(lacking) != 1:
        return None
    renamed = Fix("entry", "@", lacking[0], safe=False).on("outputs", others[0])
    return renamed._replace(at=block.node)
