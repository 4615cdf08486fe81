"""GRU: a recurrent layer with gates, whose output is its state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Named, Ports, Roles
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.choices.activations import ActivationField
from spec_compiler.layers.choices.activations.sigmoids import Sigmoid
from spec_compiler.layers.recurrent.cell import Cell
from spec_compiler.layers.recurrent.gated import OfUnits
from spec_compiler.layers.recurrent.recurrent import Recurrent
from spec_compiler.layers.recurrent.two_steps import read_in_two_steps


class GRUGates(OfUnits):
    """What GRU and its cell compute."""

    gates: ClassVar[int] = 3

    recurrent_activation: ActivationField = Sigmoid()
    """Applied to the gates."""
    reset_after: StrictBool = True
    """Whether the reset gate acts on the state's product, which then has a bias; else before it."""

    @property
    def bias_shape(self) -> Shape:
        """A row for the input, and one for the state if the reset gate acts on its product."""
        width = self.gates * self.units
        return (2, width) if self.reset_after else (width,)

    def project(self, b: Builder, x: Value, weights: Sequence[Value]) -> Value:
        """See `Stepping`."""
        kernel, _, *bias = weights
        product = b.matmul(x, kernel)
        if not bias:
            return product
        return b.add(product, b.slice(bias[0], 0, 0, 1) if self.reset_after else bias[0])

    def step(
        self, b: Builder, x: Value, states: Sequence[Value], weights: Sequence[Value]
    ) -> list[Value]:
        """See `Stepping`."""
        (h,) = states
        _, recurrent, *bias = weights
        wide = 2 * self.units
        if self.reset_after:
            product = b.matmul(h, recurrent)
            if bias:
                product = b.add(product, b.slice(bias[0], 0, 1, 2))
        else:
            product = b.matmul(h, b.slice(recurrent, 1, 0, wide))
        z, r = (
            self.activated(
                b,
                b.add(self.part(b, x, index), self.part(b, product, index)),
                "recurrent_activation",
            )
            for index in (0, 1)
        )
        if self.reset_after:
            reset = b.multiply(r, self.part(b, product, 2))
        else:
            reset = b.matmul(b.multiply(r, h), b.slice(recurrent, 1, wide, 3 * self.units))
        g = self.activated(b, b.add(self.part(b, x, 2), reset), "activation")
        return [b.add(b.multiply(z, h), b.multiply(b.subtract(1, z), g))]


def _step(of: str, x: str, h: str) -> dict[str, str]:
    """The formulas of a step, with names that end in `of`."""
    return {
        f"a{of}": f"stack(split({x} @ kernel + bias[0], 3, axis=1))",
        f"u{of}": f"stack(split({h} @ recurrent_kernel + bias[1], 3, axis=1))",
        f"z{of}": f"sigmoid(a{of}[0] + u{of}[0])",
        f"g{of}": f"tanh(a{of}[2] + sigmoid(a{of}[1] + u{of}[1]) * u{of}[2])",
        f"h{of}": f"z{of} * {h} + (1 - z{of}) * g{of}",
    }


_ZEROS = {"h0": "zeros_like(x[:, 0] @ kernel)[:, :4]"}
_TWO_STEPS = {**_ZEROS, **_step("1", "x[:, 0]", "h0"), **_step("2", "x[:, 1]", "h1")}
_TWO_MASKED_STEPS = {
    **_TWO_STEPS,
    "h1": f"where(mask(x)[:, :1], {_TWO_STEPS['h1']}, 0)",
    "h2": f"where(mask(x)[:, 1:], {_TWO_STEPS['h2']}, h1)",
}
_RESET_BEFORE = {
    "a": "stack(split(x @ kernel, 3, axis=1))",
    "u": "stack(split(recurrent_kernel, 3, axis=1))",
    "z": "clip((a[0] + y @ u[0]) / 6 + 0.5, 0, 1)",
    "r": "clip((a[1] + y @ u[1]) / 6 + 0.5, 0, 1)",
    "h": "z * y + (1 - z) * maximum(a[2] + (r * y) @ u[2], 0)",
}
_OTHERWISE = {
    "units": 4,
    "reset_after": False,
    "use_bias": False,
    "activation": "relu",
    "recurrent_activation": "hard_sigmoid",
}


class GRU(GRUGates, Recurrent):
    """Read a sequence with a gated state that is the output (gated recurrent unit).

    `float[batch, steps, n]` to `float[batch, units]`, or `float[batch, steps, units]` with
    `return_sequences`; with `return_state` the outputs are `output` and `state`. The initial state
    `float[batch, units]` is the input `initial_state`. Weights: `kernel [n, 3 units]`,
    `recurrent_kernel [units, 3 units]` and `bias [2, 3 units]`, the gates in the order update,
    reset, candidate:

        xz, xr, xg = split(x @ kernel + bias[0])
        hz, hr, hg = split(h @ recurrent_kernel + bias[1])
        z = sigmoid(xz + hz)
        g = tanh(xg + sigmoid(xr + hr) * hg)
        h' = z * h + (1 - z) * g

    With `reset_after: false` the reset gate acts before the product, `hg` is
    `(r * h) @ recurrent_kernel`, and the bias is `[3 units]`, of the input alone.

    A masked step keeps the state and repeats the output before it. The mask `[batch, steps]`
    passes with `return_sequences`, reversed if the outputs are, and ends here otherwise. Source:
    Keras's GRU.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        *read_in_two_steps({"units": 4}, _TWO_STEPS, _TWO_MASKED_STEPS),
        Example(
            "float32[batch, 1, 3]",
            {"units": 4, "reset_after": False},
            gives="float32[batch, 4]",
            equals="(1 - sigmoid(a[0])) * tanh(a[2])",
            where={"a": "stack(split(x[:, 0] @ kernel + bias, 3, axis=1))"},
            why="one bias",
        ),
        Example(
            ("float32[batch, 1, 3]", "float32[batch, 4]"),
            _OTHERWISE,
            gives="float32[batch, 4]",
            equals="h",
            where={"x": "x[:, 0]", **_RESET_BEFORE},
            why="an initial state, a reset before the product, and other activations",
        ),
        Example("float32[batch, 3]", {"units": 4}, refuses="SPC0304", why="there are no steps"),
        Example("float32[batch, seq, ?]", {"units": 4}, refuses="SPC0306"),
        Example(("float32[batch, seq, 3]", "float32[batch, 5]"), {"units": 4}, refuses="SPC0344"),
        Example("float32[batch, seq, 3]", {"units": 4, "stateful": True}, refuses="SPC0109"),
    )

    ports: ClassVar[Ports] = Roles(("sequence",), ("initial_state",))
    outputs: ClassVar[tuple[Named, ...]] = (Named("output"), Named("state", ("return_state",)))


class GRUCell(GRUGates, Cell):
    """One step of GRU: the cell of `RNN`, or a layer for a step written by itself.

    `float[batch, n]` and the state `float[batch, units]` to the outputs `output` and `state`, which
    are the same. Weights and formulas are those of GRU. Source: Keras's GRUCell.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 3]", "float32[batch, 4]"),
            {"units": 4},
            gives=("float32[batch, 4]", "float32[batch, 4]"),
            equals=("h", "h"),
            where=_step("", "x", "y"),
        ),
        Example(
            ("float32[batch, 3]", "float32[batch, 4]"),
            _OTHERWISE,
            gives=("float32[batch, 4]", "float32[batch, 4]"),
            equals=("h", "h"),
            where=_RESET_BEFORE,
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
