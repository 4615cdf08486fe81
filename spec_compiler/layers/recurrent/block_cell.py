"""A block of the spec as the cell of RNN: any recurrence, with its shapes proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pydantic import Field

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value, Weight
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.recurrent.cell import INITIAL, Stepping, Turn
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class Blocks(Protocol):
    """Who knows what a block says, and lowers its layers."""

    def state_types(
        self, b: LayerBuilder, cell: BlockCell, x: Value, given: Mapping[str, Signal]
    ) -> tuple[TensorType, ...]:
        """The types of the states, from the signature; see `Stepping`."""
        ...

    def results(
        self, b: LayerBuilder, cell: BlockCell, given: Sequence[Value], *, again: bool
    ) -> list[Value]:
        """What a step gives: the states, and the output.

        Args:
            b: The builder, which makes the weights or has them.
            cell: The cell.
            given: The step's input, and the states.
            again: Whether all that is wrong with it was said before.

        Raises:
            Refusals: it is refused, which has been said by now.
        """
        ...


class BlockCell(Stepping):
    """A block as a cell: its first input is the step, its others are the states.

    An output with the name of a state is what that becomes; the other one is what a step gives.
    """

    use: str
    """The block."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """Values of the block's params."""
    states: tuple[str, ...] = Field(exclude=True)
    """The inputs that are states."""
    output: str = Field(exclude=True)
    """The output that a step gives; a state is one that has no output beside them."""
    body: Any = Field(exclude=True)
    """The layers of the block, for those who lower them."""

    @property
    def held(self) -> Mapping[str, int]:
        """The states, whose sizes follow later."""
        return dict.fromkeys(self.called(self.states), 0)

    @property
    def initial(self) -> list[str]:
        """What the ports of the first states are called."""
        return [f"{INITIAL}{name}" for name in self.held]

    @staticmethod
    def called(states: Iterable[str]) -> list[str]:
        """What the states are called outside: `state_h` for `h`."""
        return [name if name.startswith("state") else f"state_{name}" for name in states]

    @property
    def shown(self) -> int:
        """See `Stepping`."""
        return (*self.states, self.output).index(self.output)

    def written(self) -> dict[str, Any]:
        """See `Layer`."""
        return {"use": self.use, **({"with": self.with_} if self.with_ else {})}

    def as_read(self, b: Builder, x: Value) -> Value:
        """A block is fed with what there is."""
        return x

    def state_types(
        self, b: LayerBuilder, x: Value, given: Mapping[str, Signal]
    ) -> tuple[TensorType, ...]:
        """See `Stepping`."""
        return _blocks(b).state_types(b, self, x, given)

    def turn(self, b: LayerBuilder, x: Value, first: Sequence[Value]) -> Turn:
        """The weights are made in a trial outside of the loop, in which every step reads them."""
        trial = b.aside()
        entry = trial.value(TensorType(x.dtype, (x.shape[0], *x.shape[2:])))
        states = [trial.value(state.type) for state in first]
        *after, output = _blocks(b).results(trial, self, [entry, *states], again=False)
        for name, before, new in zip(self.states, first, after, strict=True):
            _require_same(b, self, name, before.type, new.type)
        made = {name: weight for name, weight in trial.weights.items() if name not in b.weights}
        b.weights.update(made)
        b.made.update({name: trial.made[name] for name in made})
        own = b.full_name("cell.")
        used = [weight for name, weight in b.weights.items() if name.startswith(own)]

        def step(
            inner: Builder, x: Value, states: Sequence[Value], weights: Sequence[Value]
        ) -> list[Value]:
            assert isinstance(inner, LayerBuilder)  # noqa: S101 - that of a layer's nests as one
            for weight, value in zip(used, weights, strict=True):
                inner.weights[weight.name] = Weight(weight.name, value, weight.trainable)
            return _blocks(b).results(inner, self, [x, *states], again=True)

        return Turn(x, [weight.value for weight in used], output.type, self.shown, step)

    def note_step(self, b: LayerBuilder, path: str, made: Sequence[Value]) -> None:
        """See `Stepping`: its layers are named one by one."""


def _blocks(b: LayerBuilder) -> Blocks:
    assert b.blocks is not None  # noqa: S101 - who reads a block's name has them
    return b.blocks


def _require_same(
    b: Builder, cell: BlockCell, name: str, before: TensorType, after: TensorType
) -> None:
    """Refuse a state that comes out otherwise than it goes in."""
    same = before.dtype == after.dtype and len(before.shape) == len(after.shape)
    same = same and all(
        b.require(new, "==", size, f"the state `{name}` of `{cell.use}`: axis {axis}")
        for axis, (size, new) in enumerate(zip(before.shape, after.shape, strict=True))
    )
    if not same:
        raise Refusal(
            "SPC0345",
            f"the state `{name}` of `{cell.use}` goes in as {before}, and comes out as {after}",
            argument=("use",),
            help="a step must leave a state of the type that the next one reads",
        )
