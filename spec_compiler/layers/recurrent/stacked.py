"""StackedRNNCells: several cells as one; and what a cell is as an argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.inner_layer import InnerLayer, Wrapper, inside, only
from spec_compiler.layers.base.interface import ByInner, Ports, Roles
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.recurrent.block_cell import BlockCell
from spec_compiler.layers.recurrent.cell import Cell
from spec_compiler.refusals import Refusal

_ALONE = "a layer that reads a sequence stands by itself"
_CELLS = "a cell: LSTMCell, GRUCell, SimpleRNNCell or StackedRNNCells"
_IS_CELL = only(lambda layer: isinstance(layer, Cell), _CELLS, _ALONE)
_STEPS = only(lambda layer: isinstance(layer, Cell | BlockCell), f"{_CELLS}, or a block", _ALONE)


def _without(*arguments: str) -> AfterValidator:
    """A validator of a cell that the layer around it decides some arguments for."""

    def check(cell: Layer) -> Layer:
        for name in arguments:
            if getattr(cell, name):
                raise Refusal(
                    "SPC0108",
                    f"`{name}` has no effect on this cell: the layer around it decides",
                    argument=(name,),
                    help=f"write `{name}` beside the layer around it",
                )
        return cell

    return AfterValidator(check)


CellLayer = Annotated[
    InnerLayer,
    _STEPS,
    _without("input_spec"),
    WithJsonSchema({"anyOf": [{"$ref": f"#/$defs/{name}"} for name in ("inner", "cell")]}),
]
"""A cell as an argument, or a block."""
StackedCell = Annotated[InnerLayer, _IS_CELL, _without("input_spec", "dtype")]
"""A cell as one of several, which compute in one dtype."""


def _cells(written: object) -> object:
    if not is_sequence(written):
        raise refuse(f"must be a list of cells, not {described(written)}")
    if not written:
        raise refuse("must have at least one cell")
    for index, cell in enumerate(written):
        if isinstance(cell, BlockCell):
            raise Refusal(
                "SPC0103",
                "a block cannot be one of several cells",
                argument=(index,),
                help="write a block that has the layers of all of them, as the `cell` of RNN",
            )
    return tuple(written)


class StackedRNNCells(Wrapper, Cell):
    """Several cells as one: each reads the output of the one before, and keeps its own states.

    `float[batch, n]` and the states of all cells to the output of the last one and all next states:
    the states of cell 0 are `state_0` or `state_0_h` and `state_0_c`, and so on. The weights are
    those of the cells, `cells.0.kernel` and so on. The cell of `RNN`, or a layer for a step written
    by itself. Source: Keras's StackedRNNCells.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 3]", "float32[batch, 4]", "float32[batch, 2]"),
            {
                "cells": [
                    {"type": "SimpleRNNCell", "units": 4},
                    {"type": "SimpleRNNCell", "units": 2, "use_bias": False},
                ]
            },
            gives=("float32[batch, 2]", "float32[batch, 4]", "float32[batch, 2]"),
            equals=("h2", "h1", "h2"),
            where={
                "h1": "tanh(x @ cells_0_kernel + y @ cells_0_recurrent_kernel + cells_0_bias)",
                "h2": "tanh(h1 @ cells_1_kernel + z @ cells_1_recurrent_kernel)",
            },
        ),
        Example(
            ("float32[batch, 5, 3]", "float32[batch, 4]"),
            {"cells": [{"type": "SimpleRNNCell", "units": 4}]},
            refuses="SPC0304",
            why="it is one step",
        ),
        Example(
            ("float32[batch, 3]", "float32[batch, 5]"),
            {"cells": [{"type": "SimpleRNNCell", "units": 4}]},
            refuses="SPC0344",
        ),
        Example(
            ("float32[batch, 3]", "float32[batch, 4]"),
            {"cells": [{"type": "SimpleRNN", "units": 4}]},
            refuses="SPC0104",
            why="SimpleRNN reads a sequence, and its cell a step",
        ),
    )

    ports: ClassVar[Ports] = ByInner("inputs")

    cells: Annotated[tuple[StackedCell, ...], BeforeValidator(_cells)]
    """The cells, from the one that reads the input to the one that gives the output."""

    @classmethod
    def ports_with(cls, arguments: Mapping[str, object]) -> Roles:
        """The input, and the states."""
        return Roles(("inputs", *cls.of(arguments).held))

    @classmethod
    def output_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The output, and the states."""
        return ("output", *cls.of(arguments).held)

    @classmethod
    def weight_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """Those of the cells."""
        return cls.of(arguments).own_weights

    @property
    def stacked(self) -> tuple[Cell, ...]:
        """The cells."""
        return tuple(cell for cell in self.cells if isinstance(cell, Cell))

    @property
    def held(self) -> Mapping[str, int]:
        """See `Stepping`."""
        return {
            name.replace("state", f"state_{index}", 1): size
            for index, cell in enumerate(self.stacked)
            for name, size in cell.held.items()
        }

    @property
    def own_weights(self) -> tuple[str, ...]:
        """See `Stepping`."""
        return tuple(
            f"cells.{index}.{name}"
            for index, cell in enumerate(self.stacked)
            for name in cell.own_weights
        )

    @property
    def shown(self) -> int:
        """What the last cell gives."""
        *before, last = self.stacked
        return sum(len(cell.held) for cell in before) + last.shown

    def weights(self, b: LayerBuilder, features: Size) -> list[Value]:
        """See `Stepping`."""
        made: list[Value] = []
        for index, cell in enumerate(self.stacked):
            with inside("cells", index):
                inner = b.inside(f"cells.{index}", trainable=cell.trainable)
                made += cell.weights(inner, features)
            features = [*cell.held.values()][cell.shown]
        return made

    def project(self, b: Builder, x: Value, weights: Sequence[Value]) -> Value:
        """See `Stepping`."""
        first = self.stacked[0]
        with inside("cells", 0):
            return first.project(b, x, weights[: len(first.own_weights)])

    def step(
        self, b: Builder, x: Value, states: Sequence[Value], weights: Sequence[Value]
    ) -> list[Value]:
        """See `Stepping`."""
        after: list[Value] = []
        for index, cell in enumerate(self.stacked):
            count, of_it = len(cell.own_weights), states[len(after) :][: len(cell.held)]
            with inside("cells", index):
                given = cell.project(b, x, weights[:count]) if index else x
                made = cell.step(b, given, of_it, weights[:count])
            x, weights = made[cell.shown], weights[count:]
            after += made
        return after

    def note_step(self, b: LayerBuilder, path: str, made: Sequence[Value]) -> None:
        """See `Stepping`: each cell names its own."""
        before = f"{path}." if path else ""
        for index, cell in enumerate(self.stacked):
            own, made = made[: len(cell.held)], made[len(cell.held) :]
            cell.note_step(b, f"{before}cells.{index}", own)
