"""How a recurrent layer reads a sequence: the order, its mask, its states and its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, StrictBool

from spec_compiler.declaring.fields import refuse
from spec_compiler.fixes import remove
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.inner_layer import inside
from spec_compiler.layers.base.interface import Masks, Passing, Rows
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.ranks import OtherAxes
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.recurrent.cell import INITIAL, Stepping, Turn, fitted_state
from spec_compiler.layers.recurrent.gated import OfUnits
from spec_compiler.layers.signal import Mask, Outward, Signal
from spec_compiler.refusals import ItemPath, Refusal

ScanStep: TypeAlias = Callable[..., tuple[list[Value], list[Value]]]
"""The body of a scan: gives the next states, and what is stacked."""


def _stateless(value: bool) -> bool:
    if value:
        raise refuse(
            "cannot be true: a compiled graph keeps no state between runs",
            "SPC0109",
            fix=remove(
                "leave it out where each run begins anew; else write `return_state: true` and feed "
                "the states to the next run as initial states"
            ),
        )
    return value


def _turned(b: Builder, x: Value) -> Value:
    """With the steps before the rows, or the other way round."""
    return b.transpose(x, (1, 0, *range(2, x.type.rank)))


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
    def stepping(self) -> Stepping:
        """What computes its steps: the layer itself, or its cell."""
        assert isinstance(self, Stepping)  # noqa: S101 - else it says which is its cell
        return self

    @property
    def held(self) -> Mapping[str, int]:
        """The sizes of the states by their names."""
        return self.stepping.held

    def lower(
        self, b: LayerBuilder, sequence: Signal, **given: Signal | None
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        return self.results(b, self.stepping, sequence, given)

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
            given: The initial states by the names of their ports; None where one is not fed.

        Raises:
            Refusal: the sequence or a state has another shape.
        """
        self.demand_sequence(b, sequence)
        ports = [f"{INITIAL}{name}" for name in cell.held]
        states = {port: state for port in ports if (state := given.get(port)) is not None}
        first = self._first_states(b, cell, sequence.value, states)
        x = self.as_computed(b, cell.as_read(b, sequence.value))
        with inside(*self.cell_at):
            turn = self._noted(b, cell, cell.turn(b, x, first))
        series = [self._in_order(b, turn.x)]
        mask, last_only = sequence.mask, not self.return_sequences
        if mask is not None:
            mask = Mask(self._in_order(b, mask.value), mask.origin)
            series.append(mask.over(b, turn.x.type.rank))
        # else the shown state is what the output before it is
        zeroed = self.zero_output_for_mask and last_only
        apart = mask is not None and (zeroed or bool(states))
        if turn.shown >= len(first):  # it is no state
            apart = mask is not None or last_only
        carried = [*first]
        if apart:
            carried.append(b.full(0, turn.output.dtype, turn.output.shape))
        made = self._plain if mask is None else self._masked
        step = made(turn, len(first), apart=apart)
        time_major = [_turned(b, x) for x in series]
        with inside(*self.cell_at):
            out = Outward(turn=self.as_given, mask=mask)
            last, outputs = b.scan(step, time_major, carried, turn.weights, out)
        if last_only:
            output = Signal(self.as_given(b, last[-1] if apart else last[turn.shown]))
        else:
            output = Signal(self.as_given(b, _turned(b, outputs[0])), mask)
        if not self.return_state:
            return output
        ends = zip(cell.held, last[: len(first)], strict=True)
        return {"output": output, **{name: Signal(self.as_given(b, value)) for name, value in ends}}

    def as_computed(self, b: Builder, x: Value) -> Value:
        """What the layer is given, with axes as the cell has them."""
        return x

    def as_given(self, b: Builder, x: Value) -> Value:
        """What the cell makes, with axes as the layer is given them."""
        return x

    def demand_rank(self, x: Signal) -> None:
        """Refuse a sequence of another rank."""
        if x.rank != 3:
            raise OtherAxes(type(self).__name__, "`[batch, steps, features]`", 3, x)

    def demand_sequence(self, b: Builder, sequence: Signal) -> None:
        """Refuse what cannot be read.

        Raises:
            Refusal: it has another rank, or its mask is none of steps.
        """
        self.demand_rank(sequence)
        name = type(self).__name__
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
        self, b: LayerBuilder, cell: Stepping, x: Value, states: Mapping[str, Signal]
    ) -> list[Value]:
        """The states before the first step: as given, all or none, else zeros."""
        if states and len(states) < len(cell.held):
            raise Refusal(
                "SPC0343",
                f"{type(self).__name__} needs {len(cell.held)} initial states or none, and it has "
                f"{len(states)}",
                argument=("from",),
                help="feed all of them, or none to start from zeros",
            )
        with inside(*self.cell_at):
            types = cell.state_types(b, x, states)
        if not states:
            zeros = {of: self.as_computed(b, b.full(0, of.dtype, of.shape)) for of in types}
            return [zeros[of] for of in types]
        name, at = type(self).__name__, self.cell_at
        return [
            self.as_computed(b, fitted_state(b, f"`{port}` of {name}", port, state, of, at))
            for (port, state), of in zip(states.items(), types, strict=True)
        ]

    def _noted(self, b: LayerBuilder, cell: Stepping, turn: Turn) -> Turn:
        """The same, whose steps name what they give, whatever a mask makes of it."""
        path = "" if self.cell_at else "cell"  # where it is another layer, the builder is its own

        def step(
            b: LayerBuilder, x: Value, states: Sequence[Value], weights: Sequence[Value]
        ) -> list[Value]:
            made = turn.step(b, x, states, weights)
            cell.note_step(b, path, made)
            return made

        return turn._replace(step=step)

    def _in_order(self, b: Builder, x: Value) -> Value:
        """The steps as they are read; a mask goes with them, so that it fits the outputs."""
        return b.reverse(x, 1) if self.go_backwards else x

    def _plain(self, turn: Turn, states: int, *, apart: bool) -> ScanStep:
        """A step; see `_masked`."""
        carried = states + apart

        def step(b: Builder, x: Value, *rest: Value) -> tuple[list[Value], list[Value]]:
            made = turn.step(b, x, rest[:states], rest[carried:])
            new = made[turn.shown]
            return [*made[:states], *[new] * apart], [new] if self.return_sequences else []

        return step

    def _masked(self, turn: Turn, states: int, *, apart: bool) -> ScanStep:
        """A step that is skipped where the mask says so.

        Args:
            turn: What computes it.
            states: How many states it has.
            apart: Whether the output before is carried beside the states; else it is one of them.
        """
        carried = states + apart

        def step(
            b: Builder, x: Value, keep: Value, *rest: Value
        ) -> tuple[list[Value], list[Value]]:
            before, weights = rest[:carried], rest[carried:]
            made = turn.step(b, x, before[:states], weights)
            new = made[turn.shown]
            after = [
                b.select(_beside(b, keep, one), one, other)
                for one, other in zip([*made[:states], *[new] * apart], before, strict=True)
            ]
            output = after[-1 if apart else turn.shown]
            if self.zero_output_for_mask:
                output = b.select(_beside(b, keep, new), new, 0)
            if self.return_sequences:
                return after, [output]
            return [*after[:states], *[output] * apart], []

        return step


def _beside(b: Builder, keep: Value, x: Value) -> Value:
    """Which rows of `x` are kept; most often it has as many axes as the step's input has."""
    if keep.type.rank == x.type.rank:
        return keep
    return b.reshape(keep, (keep.shape[0], *(1,) * (x.type.rank - 1)))


class Recurrent(OfUnits, Reading):
    """A recurrent layer that is its own cell."""

    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
