"""SimpleRNN: a recurrent layer whose output is its state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Named, Ports, Roles
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.recurrent.cell import Cell
from spec_compiler.layers.recurrent.gated import OfUnits
from spec_compiler.layers.recurrent.recurrent import Recurrent
from spec_compiler.layers.recurrent.two_steps import read_in_two_steps


class SimpleRNNGates(OfUnits):
    """What SimpleRNN and its cell compute."""

    gates: ClassVar[int] = 1

    def step(
        self, b: Builder, x: Value, states: Sequence[Value], weights: Sequence[Value]
    ) -> list[Value]:
        """See `Stepping`."""
        z = b.add(x, b.matmul(states[0], weights[1]))
        return [self.activated(b, z, "activation")]


_TWO_STEPS = {
    "h1": "tanh(x[:, 0] @ kernel + bias)",
    "h2": "tanh(x[:, 1] @ kernel + h1 @ recurrent_kernel + bias)",
}
_TWO_MASKED_STEPS = {
    "h1": f"where(mask(x)[:, :1], {_TWO_STEPS['h1']}, 0)",
    "h2": f"where(mask(x)[:, 1:], {_TWO_STEPS['h2']}, h1)",
}


class SimpleRNN(SimpleRNNGates, Recurrent):
    """Read a sequence with an output that is the state of the next step.

    `float[batch, steps, n]` to `float[batch, units]`, or `float[batch, steps, units]` with
    `return_sequences`; with `return_state` the outputs are `output` and `state`. The initial state
    `float[batch, units]` is the input `initial_state`. Weights: `kernel [n, units]`,
    `recurrent_kernel [units, units]` and `bias [units]`:

        h' = tanh(x @ kernel + h @ recurrent_kernel + bias)

    A masked step keeps the state and repeats the output before it. The mask `[batch, steps]`
    passes with `return_sequences`, reversed if the outputs are, and ends here otherwise. Source:
    Keras's SimpleRNN.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        *read_in_two_steps({"units": 4}, _TWO_STEPS, _TWO_MASKED_STEPS),
        Example(
            ("float32[batch, 1, 3]", "float32[batch, 4]"),
            {"units": 4, "use_bias": False, "activation": "relu"},
            gives="float32[batch, 4]",
            equals="maximum(x[:, 0] @ kernel + y @ recurrent_kernel, 0)",
            why="an initial state, and another activation",
        ),
        Example("float32[batch, 3]", {"units": 4}, refuses="SPC0304", why="there are no steps"),
        Example("float32[batch, seq, ?]", {"units": 4}, refuses="SPC0306"),
        Example(("float32[batch, seq, 3]", "float32[batch, 5]"), {"units": 4}, refuses="SPC0344"),
        Example("float32[batch, seq, 3]", {"units": 4, "stateful": True}, refuses="SPC0109"),
    )

    ports: ClassVar[Ports] = Roles(("sequence",), ("initial_state",))
    outputs: ClassVar[tuple[Named, ...]] = (Named("output"), Named("state", ("return_state",)))


class SimpleRNNCell(SimpleRNNGates, Cell):
    """One step of SimpleRNN: the cell of `RNN`, or a layer for a step written by itself.

    `float[batch, n]` and the state `float[batch, units]` to the outputs `output` and `state`, which
    are the same. Weights and formula are those of SimpleRNN. Source: Keras's SimpleRNNCell.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 3]", "float32[batch, 4]"),
            {"units": 4},
            gives=("float32[batch, 4]", "float32[batch, 4]"),
            equals=("h", "h"),
            where={"h": "tanh(x @ kernel + y @ recurrent_kernel + bias)"},
        ),
        Example(
            ("float32[batch, 3]", "float32[batch, 4]"),
            {"units": 4, "use_bias": False, "activation": "relu"},
            gives=("float32[batch, 4]", "float32[batch, 4]"),
            equals=("h", "h"),
            where={"h": "maximum(x @ kernel + y @ recurrent_kernel, 0)"},
        ),
        Example(
            ("float32[batch, 5, 3]", "float32[batch, 4]"),
            {"units": 4},
            refuses="SPC0304",
            why="it is one step",
        ),
        Example(("float32[batch, 3]", "float32[batch, 5]"), {"units": 4}, refuses="SPC0344"),
    )

    ports: ClassVar[Ports] = Roles(("inputs", "state"))
    outputs: ClassVar[tuple[Named, ...]] = (Named("output"), Named("state"))
