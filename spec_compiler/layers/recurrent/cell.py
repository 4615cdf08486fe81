"""What computes one step of a recurrent layer: a cell, with its weights and its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from spec_compiler.declaring.plain import is_list
from spec_compiler.fixes import Fix, put, remove
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, TensorType
from spec_compiler.layers.base.interface import Roles, Rows
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.signal import Signal
from spec_compiler.places import on_input
from spec_compiler.refusals import ItemPath, Refusal

INITIAL = "initial_"
"""What stands before the name of a state where it is an input: `initial_state_h`."""


class Turn(NamedTuple):
    """A cell, ready for the steps of a sequence.

    Attributes:
        x: What it needs of its inputs, for all steps together.
        weights: What every step reads.
        output: The type of what a step gives.
        shown: Which of the results of a step that is: behind the states where it is none of them.
        step: From a step's input, the states and the weights to the results.
    """

    x: Value
    weights: Sequence[Value]
    output: TensorType
    shown: int
    step: Callable[[Builder, Value, Sequence[Value], Sequence[Value]], list[Value]]


def fitted_state(
    b: Builder, why: str, port: str, state: Signal, of: TensorType, cell_at: ItemPath = ()
) -> Value:
    """A state that is proved to have a shape, in the dtype that it is computed in.

    Args:
        b: The builder.
        why: What messages call it.
        port: The port that it feeds.
        state: The state.
        of: What it must be: `[batch, size]`, or with axes between.
        cell_at: Where the layer writes the cell, whose `units` decide.

    Raises:
        Refusal: it has another shape, or its dtype is another one and no float's.
    """
    shape = of.shape
    same = state.rank == len(shape) and all(
        b.require(size, "==", wanted, f"{why}: axis {axis}")
        for axis, (size, wanted) in enumerate(zip(state.shape, shape, strict=True))
    )
    if not same:
        decides = ((*cell_at, "units"), f"the states have {shape[-1]} entries")
        raise Refusal(
            "SPC0344",
            f"{why} must be [{', '.join(map(str, shape))}], and it is {state.value.type}",
            argument=("from", port),
            related=(decides,) if len(shape) == 2 else (),
            origins=((state.value, "type"),),
            fix=on_input(
                "shape",
                f"[{', '.join(map(str, shape[1:]))}]",
                f"write `shape: [{', '.join(map(str, shape[1:]))}]`",
            ),
        )
    if of.dtype not in FLOATS and state.dtype != of.dtype:
        message = f"{why} must be `{of.dtype}`, and it is `{state.dtype}`"
        raise Refusal("SPC0402", message, argument=("from", port))
    return b.broadcast_to(b.cast(state.value, of.dtype), shape)


class Stepping(Layer):
    """What a recurrent layer knows of its cell.

    The weights are made once, outside of the loop, and what of a step depends on the input alone
    is computed for all steps together.
    """

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        **dict.fromkeys(
            ("use_cudnn", "implementation"),
            remove("leave it out: it says how to compute, not what", safe=True),
        ),
    }

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`; first states are inputs, beside the sequence."""
        if key not in {"initial_state", "states", "initial_states"}:
            return super().belongs(key, given)
        ports, written = cls.ports, given.get(key)
        fed = [written] if isinstance(written, str) else written if is_list(written) else []
        if not isinstance(ports, Roles) or len(fed) != len(ports.optional):
            return (
                "states are inputs: `from: {sequence: x, initial_state_h: h, initial_state_c: c}`"
            )
        above = given.get("from")
        sequence = above if isinstance(above, str) else "…"
        named = zip((*ports.required, *ports.optional), (sequence, *fed), strict=True)
        entries = f"{{{', '.join(f'{port}: {name}' for port, name in named)}}}"
        words = f"states are inputs: write `from: {entries}`"
        return remove(words, safe=True).and_(put("from", entries, beside=True))

    @property
    def held(self) -> Mapping[str, int]:
        """The sizes of the states by their names; the first is what a step gives."""
        raise NotImplementedError

    @property
    def own_weights(self) -> tuple[str, ...]:
        """The names of the weights, in the order of `weights`."""
        raise NotImplementedError

    @property
    def shown(self) -> int:
        """Which of the states a step gives."""
        return 0

    def state_shapes(self, x: Shape) -> tuple[Shape, ...]:
        """The shapes of the states, for a sequence of this shape as the layer is given it."""
        return tuple((x[0], size) for size in self.held.values())

    def state_types(
        self, b: LayerBuilder, x: Value, given: Mapping[str, Signal]
    ) -> tuple[TensorType, ...]:
        """The types of the states.

        Args:
            b: The builder.
            x: The sequence, as the layer is given it.
            given: The first states, where they are.

        Raises:
            Refusal: nothing tells one of them.
        """
        return tuple(TensorType(b.policy.compute, shape) for shape in self.state_shapes(x.shape))

    def as_read(self, b: Builder, x: Value) -> Value:
        """The sequence as the cell wants it."""
        return b.compute(x)

    def weights(self, b: LayerBuilder, features: Size) -> list[Value]:
        """The weights for an input with so many features.

        Raises:
            Refusal: their sizes are known only from the data.
        """
        raise NotImplementedError

    def project(self, b: Builder, x: Value, weights: Sequence[Value]) -> Value:
        """What a step needs of its input `[…, features]`."""
        raise NotImplementedError

    def turn(self, b: LayerBuilder, x: Value, first: Sequence[Value]) -> Turn:
        """The cell with its weights, for a sequence and its first states.

        Raises:
            Refusal: the cell does not fit them.
        """
        weights = self.weights(b, x.shape[-1])
        projected = self.project(b, x, weights)
        return Turn(projected, weights, first[self.shown].type, self.shown, self.step)

    def step(
        self, b: Builder, x: Value, states: Sequence[Value], weights: Sequence[Value]
    ) -> list[Value]:
        """The next states, from the projected input and the states.

        Raises:
            Refusal: an activation does not fit.
        """
        raise NotImplementedError

    def note_step(self, b: LayerBuilder, path: str, made: Sequence[Value]) -> None:
        """Name what a step gives, behind a path in the layer that the builder is of."""
        for name, value in zip(self.held, made, strict=False):
            b.note(path, Signal(value), type(self).__name__, name)


class Cell(Stepping):
    """One step of a recurrent layer as a layer: the states come in, and the next ones go out."""

    rows: ClassVar[Rows] = Rows.ANY

    def lower(self, b: LayerBuilder, inputs: Signal, **given: Signal) -> dict[str, Signal]:
        """See the class."""
        if inputs.rank != 2:
            raise Refusal(
                "SPC0304",
                f"{type(self).__name__} needs `[batch, features]`, and its input is "
                f"{inputs.value.type}",
                argument=("from",),
                help="to read a sequence, write `type: RNN` with it as the `cell`",
            )
        types = zip(self.held, self.state_types(b, inputs.value, given), strict=True)
        states = [
            fitted_state(b, f"`{name}` of {type(self).__name__}", name, given[name], of)
            for name, of in types
        ]
        weights = self.weights(b, inputs.shape[-1])
        after = self.step(b, self.project(b, b.compute(inputs.value), weights), states, weights)
        output = {"output": Signal(after[self.shown])}
        return output | {name: Signal(value) for name, value in zip(self.held, after, strict=True)}
