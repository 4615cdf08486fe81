"""LSTM: a recurrent layer with a gated memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import DType
from spec_compiler.layers.base.interface import Named, Ports, Roles
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.activations import ActivationField
from spec_compiler.layers.choices.activations.sigmoids import Sigmoid
from spec_compiler.layers.choices.initializers import (
    Draws,
    Initializer,
    InitializerField,
    RandomInitializer,
)
from spec_compiler.layers.choices.initializers.initializer import WeightShape
from spec_compiler.layers.recurrent.cell import Cell
from spec_compiler.layers.recurrent.gated import Gated, OfUnits
from spec_compiler.layers.recurrent.recurrent import Recurrent
from spec_compiler.layers.recurrent.two_steps import read_in_two_steps


class UnitForgetBias(RandomInitializer):
    """Ones for the forget gate's quarter of a bias, another initialiser for the rest."""

    names: ClassVar[tuple[str, ...]] = ("unit_forget_bias",)

    rest: InitializerField
    """Gives the other gates their biases."""

    @classmethod
    def beside(cls, rest: Initializer) -> UnitForgetBias:
        """With `rest` for the other gates, drawn from its own seed if it has one."""
        seed = rest.seed if isinstance(rest, RandomInitializer) else None
        return cls(rest=rest, seed=seed)

    def check(self, shape: WeightShape) -> None:
        """Each gate's part is drawn by itself: it must be one that `rest` can draw."""
        units = shape[0] // 4
        for part in ((units,), (2 * units,)):
            self.rest.check(part)

    def check_range(
        self, shape: tuple[int, ...], fans: tuple[int, int] | None, dtypes: Iterable[DType]
    ) -> None:
        """Of the other gates' values: a single gate has the fewest, and so the largest."""
        self.rest.check_range((shape[0] // 4,), fans, dtypes)

    def draw(self, stream: Draws, shape: tuple[int, ...], fans: tuple[int, int] | None) -> Array:
        """See the class."""
        units = shape[0] // 4
        start = self.rest.draw(stream, (units,), fans)
        end = self.rest.draw(stream, (2 * units,), fans)
        return np.concatenate([start, np.ones(units), end])


_TWO_STEPS = {
    "a": "stack(split(x[:, 0] @ kernel + bias, 4, axis=1))",
    "c1": "sigmoid(a[0]) * tanh(a[2])",
    "h1": "sigmoid(a[3]) * tanh(c1)",
    "b": "stack(split(x[:, 1] @ kernel + h1 @ recurrent_kernel + bias, 4, axis=1))",
    "c2": "sigmoid(b[1]) * c1 + sigmoid(b[0]) * tanh(b[2])",
    "h2": "sigmoid(b[3]) * tanh(c2)",
}
_TWO_MASKED_STEPS = {
    "first": "mask(x)[:, :1]",
    "second": "mask(x)[:, 1:]",
    **_TWO_STEPS,
    "c1": f"where(first, {_TWO_STEPS['c1']}, 0)",
    "c2": f"where(second, {_TWO_STEPS['c2']}, c1)",
    "h2": f"where(second, {_TWO_STEPS['h2']}, h1)",
}


class Remembering(Gated):
    """What LSTM computes, whatever makes the gates: matrices or convolutions."""

    gates: ClassVar[int] = 4
    states: ClassVar[tuple[str, ...]] = ("state_h", "state_c")

    recurrent_activation: ActivationField = Sigmoid()
    """Applied to the gates."""
    unit_forget_bias: StrictBool = True
    """Whether the forget gate's bias starts at 1."""

    def training_of_bias(self) -> Training:
        """See `Gated`."""
        said = self.training("bias")
        if not self.unit_forget_bias:
            return said
        return said._replace(initializer=UnitForgetBias.beside(said.initializer))

    def step(
        self, b: Builder, x: Value, states: Sequence[Value], weights: Sequence[Value]
    ) -> list[Value]:
        """See `Stepping`."""
        h, c = states
        z = b.add(x, self.times(b, h, weights[1]))
        i, f, o = (
            self.activated(b, self.part(b, z, index), "recurrent_activation") for index in (0, 1, 3)
        )
        g = self.activated(b, self.part(b, z, 2), "activation")
        c = b.add(b.multiply(f, c), b.multiply(i, g))
        return [b.multiply(o, self.activated(b, c, "activation")), c]


class LSTMGates(Remembering, OfUnits):
    """What LSTM and its cell compute."""


class LSTM(LSTMGates, Recurrent):
    """Read a sequence with an output `h` and a memory `c` (long short-term memory).

    `float[batch, steps, n]` to `float[batch, units]`, or `float[batch, steps, units]` with
    `return_sequences`; with `return_state` the outputs are `output`, `state_h` and `state_c`.
    Initial states `float[batch, units]` are the inputs `initial_state_h` and `initial_state_c`,
    both or neither. Weights: `kernel [n, 4 units]`, `recurrent_kernel [units, 4 units]` and
    `bias [4 units]`, the gates in the order input, forget, candidate, output:

        i, f, g, o = split(x @ kernel + h @ recurrent_kernel + bias)
        c' = sigmoid(f) * c + sigmoid(i) * tanh(g)
        h' = sigmoid(o) * tanh(c')

    A masked step keeps the states and repeats the output before it. The mask `[batch, steps]`
    passes with `return_sequences`, reversed if the outputs are, and ends here otherwise. Source:
    Keras's LSTM.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        *read_in_two_steps({"units": 4}, _TWO_STEPS, _TWO_MASKED_STEPS, ("h2", "c2")),
        Example(
            ("float32[batch, 1, 3]", "float32[batch, 4]", "float32[batch, 4]"),
            {
                "units": 4,
                "use_bias": False,
                "activation": "relu",
                "recurrent_activation": "hard_sigmoid",
            },
            gives="float32[batch, 4]",
            equals="clip(a[3] / 6 + 0.5, 0, 1) * maximum(c, 0)",
            where={
                "a": "stack(split(x[:, 0] @ kernel + y @ recurrent_kernel, 4, axis=1))",
                "i": "clip(a[0] / 6 + 0.5, 0, 1)",
                "f": "clip(a[1] / 6 + 0.5, 0, 1)",
                "c": "f * z + i * maximum(a[2], 0)",
            },
            why="initial states, and other activations",
        ),
        Example("float32[batch, 3]", {"units": 4}, refuses="SPC0304", why="there are no steps"),
        Example("float32[batch, seq, ?]", {"units": 4}, refuses="SPC0306"),
        Example(
            ("float32[batch, seq, 3]", "float32[batch, 4]"),
            {"units": 4},
            refuses="SPC0343",
            why="both states or neither",
        ),
        Example(
            ("float32[batch, seq, 3]", "float32[batch, 5]", "float32[batch, 4]"),
            {"units": 4},
            refuses="SPC0344",
        ),
        Example("float32[batch, seq, 3]", {"units": 4, "stateful": True}, refuses="SPC0109"),
    )

    ports: ClassVar[Ports] = Roles(("sequence",), ("initial_state_h", "initial_state_c"))
    outputs: ClassVar[tuple[Named, ...]] = (
        Named("output"),
        Named("state_h", ("return_state",)),
        Named("state_c", ("return_state",)),
    )


_ONE_STEP = {
    "a": "stack(split(x @ kernel + y @ recurrent_kernel + bias, 4, axis=1))",
    "c": "sigmoid(a[1]) * z + sigmoid(a[0]) * tanh(a[2])",
    "h": "sigmoid(a[3]) * tanh(c)",
}


class LSTMCell(LSTMGates, Cell):
    """One step of LSTM: the cell of `RNN`, or a layer for a step written by itself.

    `float[batch, n]` and the states `float[batch, units]` to the outputs `output`, `state_h` and
    `state_c`, of which the first two are the same. Weights and formulas are those of LSTM.
    Source: Keras's LSTMCell.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 3]", "float32[batch, 4]", "float32[batch, 4]"),
            {"units": 4},
            gives=("float32[batch, 4]", "float32[batch, 4]", "float32[batch, 4]"),
            equals=("h", "h", "c"),
            where=_ONE_STEP,
        ),
        Example(
            ("float32[batch, 3]", "float32[batch, 4]", "float32[batch, 4]"),
            {
                "units": 4,
                "use_bias": False,
                "activation": "relu",
                "recurrent_activation": "hard_sigmoid",
            },
            gives=("float32[batch, 4]", "float32[batch, 4]", "float32[batch, 4]"),
            equals=("h", "h", "c"),
            where={
                "a": "stack(split(x @ kernel + y @ recurrent_kernel, 4, axis=1))",
                "g": "clip(a / 6 + 0.5, 0, 1)",
                "c": "g[1] * z + g[0] * maximum(a[2], 0)",
                "h": "g[3] * maximum(c, 0)",
            },
        ),
        Example(
            ("float32[batch, 5, 3]", "float32[batch, 4]", "float32[batch, 4]"),
            {"units": 4},
            refuses="SPC0304",
            why="it is one step",
        ),
        Example(
            ("float32[batch, 3]", "float32[batch, 5]", "float32[batch, 4]"),
            {"units": 4},
            refuses="SPC0344",
        ),
    )

    ports: ClassVar[Ports] = Roles(("inputs", "state_h", "state_c"))
    outputs: ClassVar[tuple[Named, ...]] = (Named("output"), Named("state_h"), Named("state_c"))
