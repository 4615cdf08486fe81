"""How a recurrent layer reads a sequence: the order, its mask, its states and its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, StrictBool

from spec_compiler.declaring.fields import refuse
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.inner_layer import inside
from spec_compiler.layers.base.interface import Masks, Passing, Rows
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.recurrent.cell import INITIAL, Gated, Stepping, fitted_state
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import ItemPath, Refusal

ScanStep: TypeAlias = Callable[..., tuple[list[Value], list[Value]]]
"""The body of a scan: gives the next states, and what is stacked."""


def _stateless(value: bool) -> bool:
    if value:
        raise refuse(
            "cannot be true: a compiled graph keeps no state between runs",
            "SPC0109",
            help="write `return_state: true` and feed the states to the next run as initial states",
        )
    return value


class Reading(Layer):
    """How a recurrent layer reads a sequence, whatever computes its steps."""

    masks: ClassVar[Masks] = Masks(uses=True, passes=Passing.FIRST, when=("return_sequences",))
    rows: ClassVar[Rows] = Rows.NEEDED
    cell_at: ClassVar[ItemPath] = ()
    """Where the cell is written, in the layer."""

    return_sequences: StrictBool = False
    """Whether the output has every step; default: the last one only."""
    return_state: StrictBool = False
    """Whether the last states are outputs as well."""
    go_backwards: StrictBool = False
    """Whether the sequence is read from its end; outputs and their mask are in the order read."""
    stateful: Annotated[StrictBool, AfterValidator(_stateless)] = False
    """Only `false`: a compiled graph keeps no state between runs."""
    unroll: StrictBool = False
    """Accepted for Keras's sake; the result is the same."""
    zero_output_for_mask: StrictBool = False
    """Whether a masked step gives 0 instead of the output before it; so does the last one alone."""

    @property
    def held(self) -> Mapping[str, int]:
        """The sizes of the states by their names."""
        raise NotImplementedError

    def results(
        self,
        b: LayerBuilder,
        cell: Stepping,
        sequence: Signal,
        given: Mapping[str, Signal | None],
    ) -> Signal | dict[str, Signal]:
        """What the layer makes of a sequence with a cell.

        A masked step keeps the states, and its output is the output before it: zeros before the
        first kept step, whatever the initial states are.

        Args:
            b: The builder, as the cell sees it.
            cell: What computes a step.
            sequence: The layer's input.
            given: The initial states by the names of their ports.

        Raises:
            Refusal: the sequence is not `[batch, steps, features]`, or a state not `[batch, size]`.
        """
        self._check_sequence(sequence)
        rows = sequence.shape[0]
        first = self._first_states(b, cell, rows, given)
        with inside(*self.cell_at):
            weights = cell.weights(b, sequence.shape[-1])
            projected = cell.project(b, b.compute(sequence.value), weights)
        series = [self._in_order(b, projected)]
        mask = sequence.mask
        if mask is not None:
            mask = Mask(self._in_order(b, mask.value), mask.origin)
            series.append(b.expand(mask.value, -1))
        # else the shown state is what the output before it is
        zeroed = self.zero_output_for_mask and not self.return_sequences
        from_zeros = not any(state is not None for state in given.values())
        apart = mask is not None and (zeroed or not from_zeros)
        carried = [*first]
        if apart:
            carried.append(b.full(0.0, b.policy.compute, (rows, first[cell.shown].shape[1])))
        step = self._plain(cell) if mask is None else self._masked(cell, len(first), apart=apart)
        time_major = [b.transpose(x, (1, 0, 2)) for x in series]
        with inside(*self.cell_at):
            last, outputs = b.scan(step, time_major, carried, weights)
        if self.return_sequences:
            output = Signal(b.transpose(outputs[0], (1, 0, 2)), mask)
        else:
            output = Signal(last[-1] if apart else last[cell.shown])
        if not self.return_state:
            return output
        ends = zip(cell.held, last[: len(first)], strict=True)
        return {"output": output, **{name: Signal(value) for name, value in ends}}

    def _check_sequence(self, sequence: Signal) -> None:
        name = type(self).__name__
        if sequence.rank != 3:
            raise Refusal(
                "SPC0304",
                f"{name} needs `[batch, steps, features]`, and its input is {sequence.value.type}",
                argument=("from",),
            )
        if sequence.mask is not None and sequence.mask.value.type.rank != 2:
            raise Refusal(
                "SPC0412",
                f"{name} needs a mask `[batch, steps]`, and the mask made by "
                f"`{sequence.mask.origin}` is {sequence.mask.value.type}",
                argument=("from",),
                origins=((sequence.mask.value, "type"),),
                help="write `mask: drop`, or `mask: NAME` for a tensor of that shape",
            )

    def _first_states(
        self, b: Builder, cell: Stepping, rows: Size, given: Mapping[str, Signal | None]
    ) -> list[Value]:
        """The states before the first step: as given, all or none, else zeros."""
        states = {port: state for port, state in given.items() if state is not None}
        shapes = [(rows, size) for size in cell.held.values()]
        if not states:
            zeros = {shape: b.full(0.0, b.policy.compute, shape) for shape in shapes}
            return [zeros[shape] for shape in shapes]
        if len(states) < len(shapes):
            raise Refusal(
                "SPC0343",
                f"{type(self).__name__} needs {len(shapes)} initial states or none, and it has "
                f"{len(states)}",
                argument=("from",),
                help="feed all of them, or none to start from zeros",
            )
        return [
            fitted_state(b, f"`{port}` of {type(self).__name__}", port, state, shape, self.cell_at)
            for (port, state), shape in zip(states.items(), shapes, strict=True)
        ]

    def _in_order(self, b: Builder, x: Value) -> Value:
        """The steps as they are read; a mask goes with them, so that it fits the outputs."""
        return b.reverse(x, 1) if self.go_backwards else x

    def _plain(self, cell: Stepping) -> ScanStep:
        states = len(cell.held)

        def step(b: Builder, x: Value, *rest: Value) -> tuple[list[Value], list[Value]]:
            after = cell.step(b, x, rest[:states], rest[states:])
            return after, [after[cell.shown]] if self.return_sequences else []

        return step

    def _masked(self, cell: Stepping, states: int, *, apart: bool) -> ScanStep:
        """A step that is skipped where the mask says so.

        Args:
            cell: What computes it.
            states: How many states it has.
            apart: Whether the output before is carried beside the states; else it is one of them.
        """
        carried = states + apart

        def step(
            b: Builder, x: Value, keep: Value, *rest: Value
        ) -> tuple[list[Value], list[Value]]:
            before, weights = rest[:carried], rest[carried:]
            made = cell.step(b, x, before[:states], weights)
            new = made[cell.shown]
            after = [
                b.select(keep, one, other)
                for one, other in zip([*made, *[new] * apart], before, strict=True)
            ]
            output = after[-1 if apart else cell.shown]
            if self.zero_output_for_mask:
                output = b.select(keep, new, 0)
            if self.return_sequences:
                return after, [output]
            return [*after[:states], *[output] * apart], []

        return step


class Recurrent(Gated, Reading):
    """A recurrent layer that is its own cell."""

    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""

    def lower(
        self, b: LayerBuilder, sequence: Signal, **given: Signal | None
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        states = {f"{INITIAL}{name}": given.get(f"{INITIAL}{name}") for name in self.held}
        return self.results(b, self, sequence, states)
