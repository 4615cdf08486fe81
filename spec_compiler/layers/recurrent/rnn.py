"""RNN: a sequence read with any cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ValidationInfo

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.layers.base.inner_layer import Wrapper
from spec_compiler.layers.base.interface import ByInner, Ports, Roles
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.recurrent.block_cell import BlockCell
from spec_compiler.layers.recurrent.cell import INITIAL, Stepping
from spec_compiler.layers.recurrent.recurrent import Reading
from spec_compiler.layers.recurrent.stacked import CellLayer
from spec_compiler.layers.recurrent.two_steps import read_in_two_steps
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import ItemPath


def _cell(written: object, info: ValidationInfo) -> object:
    if is_sequence(written):
        help = "write `cell: {type: StackedRNNCells, cells: […]}`"
        raise refuse("must be a cell, not a list", help=help)
    return written


_TWO_STEPS = {
    "h1": "tanh(x[:, 0] @ cell_kernel + cell_bias)",
    "h2": "tanh(x[:, 1] @ cell_kernel + h1 @ cell_recurrent_kernel + cell_bias)",
}
_TWO_MASKED_STEPS = {
    "h1": f"where(mask(x)[:, :1], {_TWO_STEPS['h1']}, 0)",
    "h2": f"where(mask(x)[:, 1:], {_TWO_STEPS['h2']}, h1)",
}
_CELL = {"type": "SimpleRNNCell", "units": 4}
_STACKED = {"type": "StackedRNNCells", "cells": [_CELL, {"type": "SimpleRNNCell", "units": 2}]}


class RNN(Wrapper, Reading):
    """Read a sequence with a cell.

    `float[batch, steps, n]` to `float[batch, size]`, or `float[batch, steps, size]` with
    `return_sequences`, where the cell gives `size` entries a step; with `return_state` the outputs
    are `output` and the states of the cell, `state`, or `state_h` and `state_c`. Initial states are
    the inputs `initial_state` and so on, all or none. The weights are those of the cell,
    `cell.kernel` and so on. A block of the spec may be the cell: its first input is a step, of any
    rank, the others are states, and outputs of the same names are what these become.

    A masked step keeps the states and repeats the output before it. The mask `[batch, steps]`
    passes with `return_sequences`, reversed if the outputs are, and ends here otherwise. Source:
    Keras's RNN.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        *read_in_two_steps({"cell": _CELL}, _TWO_STEPS, _TWO_MASKED_STEPS),
        Example(
            ("float32[batch, 1, 3]", "float32[batch, 4]", "float32[batch, 2]"),
            {"cell": _STACKED, "return_state": True},
            gives=("float32[batch, 2]", "float32[batch, 4]", "float32[batch, 2]"),
            equals=("h2", "h1", "h2"),
            where={
                "x": "x[:, 0]",
                "h1": "tanh(x @ cell_cells_0_kernel + y @ cell_cells_0_recurrent_kernel + "
                "cell_cells_0_bias)",
                "h2": "tanh(h1 @ cell_cells_1_kernel + z @ cell_cells_1_recurrent_kernel + "
                "cell_cells_1_bias)",
            },
            why="two cells, and their initial states",
        ),
        Example("float32[batch, 3]", {"cell": _CELL}, refuses="SPC0304", why="there are no steps"),
        Example("float32[batch, seq, ?]", {"cell": _CELL}, refuses="SPC0306"),
        Example(
            ("float32[batch, seq, 3]", "float32[batch, 4]"),
            {"cell": _STACKED},
            refuses="SPC0343",
            why="all states or none",
        ),
        Example(
            ("float32[batch, seq, 3]", "float32[batch, 5]"), {"cell": _CELL}, refuses="SPC0344"
        ),
        Example(
            "float32[batch, seq, 3]",
            {"cell": {"type": "LSTM", "units": 4}},
            refuses="SPC0104",
            why="LSTM is no cell",
        ),
    )

    ports: ClassVar[Ports] = ByInner("sequence")
    cell_at: ClassVar[ItemPath] = ("cell",)

    cell: Annotated[CellLayer, BeforeValidator(_cell)]
    """The cell: LSTMCell, GRUCell, SimpleRNNCell or StackedRNNCells, with its arguments; or the
    name of a block, `{use: BLOCK, with: {…}}`."""

    @property
    def stepping(self) -> Stepping:
        """The cell."""
        assert isinstance(self.cell, Stepping)  # noqa: S101 - it is validated
        return self.cell

    def demand_rank(self, x: Signal) -> None:
        """A block says itself what a step must be."""
        if not isinstance(self.cell, BlockCell) or x.rank < 2:
            super().demand_rank(x)

    @classmethod
    def ports_with(cls, arguments: Mapping[str, object]) -> Roles:
        """The sequence, and the initial states."""
        return Roles(("sequence",), tuple(f"{INITIAL}{name}" for name in cls.of(arguments).held))

    @classmethod
    def output_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The output, and the last states if they are asked for."""
        layer = cls.of(arguments)
        return ("output", *(layer.held if layer.return_state else ()))

    @classmethod
    def weight_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """Those of the cell."""
        cell = cls.of(arguments).stepping
        return tuple(f"cell.{name}" for name in cell.own_weights)

    def lower(
        self, b: LayerBuilder, sequence: Signal, **given: Signal | None
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        cell = self.stepping
        inner = b
        if not isinstance(cell, BlockCell):
            inner = b.inside("cell", cell.dtype, trainable=cell.trainable)
        return self.results(inner, cell, sequence, given)
