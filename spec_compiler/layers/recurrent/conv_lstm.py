"""ConvLSTM1D, ConvLSTM2D, ConvLSTM3D: an LSTM whose states are images, made by convolutions."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.recurrent.convolving import Convolving


def _step(of: str, x: str, h: str = "", c: str = "") -> dict[str, str]:
    """The formulas of a step of ConvLSTM1D with `kernel_size: 2`, with names that end in `of`."""
    made = f"einsum('brcw,wcd->brd', windows({x}, 1, 2), kernel) + bias"
    around = f"windows(pad({h}, [[0, 0], [0, 1], [0, 0]]), 1, 2)"
    again = f" + einsum('brcw,wcd->brd', {around}, recurrent_kernel)" if h else ""
    kept = f"sigmoid(a{of}[1]) * {c} + " if c else ""
    return {
        f"a{of}": f"stack(split({made}{again}, 4, axis=-1))",
        f"c{of}": f"{kept}sigmoid(a{of}[0]) * tanh(a{of}[2])",
        f"h{of}": f"sigmoid(a{of}[3]) * tanh(c{of})",
    }


_TWO_STEPS = {**_step("1", "x[:, 0]"), **_step("2", "x[:, 1]", "h1", "c1")}
_TWO_MASKED_STEPS = {
    "first": "mask(x)[:, :1, None]",
    "second": "mask(x)[:, 1:, None]",
    **_TWO_STEPS,
    "c1": f"where(first, {_TWO_STEPS['c1']}, 0)",
    "c2": f"where(second, {_TWO_STEPS['c2']}, c1)",
    "h2": f"where(second, {_TWO_STEPS['h2']}, h1)",
}


class ConvLSTM1D(Convolving):
    """Read a sequence of rows as LSTM does, with convolutions for products.

    `float[batch, steps, rows, channels]` to `float[batch, windows, filters]`, or `float[batch,
    steps, windows, filters]` with `return_sequences`; with `return_state` the outputs are `output`,
    `state_h` and `state_c`. `strides`, `padding` and `dilation_rate` say how windows lie over the
    input, as those of Conv1D; over the states there is one for each entry, with zeros for what is
    lacking. Initial states `float[batch, windows, filters]` are the inputs `initial_state_h` and
    `initial_state_c`, both or neither. Weights: `kernel [kernel_size, channels, 4 filters]`,
    `recurrent_kernel [kernel_size, filters, 4 filters]` and `bias [4 filters]`, the gates in the
    order input, forget, candidate, output; the formulas are those of LSTM.

    A masked step keeps the states and repeats the output before it. The mask `[batch, steps]`
    passes with `return_sequences`, reversed if the outputs are, and ends here otherwise. Source:
    Keras's ConvLSTM1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 4, 2]",
            {"filters": 3, "kernel_size": 2},
            gives="float32[batch, 3, 3]",
            equals="h2",
            where=_TWO_STEPS,
        ),
        Example(
            "float32[batch, 2, 4, 2]",
            {"filters": 3, "kernel_size": 2, "return_sequences": True},
            gives="float32[batch, 2, 3, 3]",
            equals="stack([h1, h2], axis=1)",
            where=_TWO_STEPS,
        ),
        Example(
            "float32[batch, 2, 4, 2] mask[batch, 2]",
            {"filters": 3, "kernel_size": 2, "return_sequences": True},
            gives="float32[batch, 2, 3, 3] mask",
            equals="stack([h1, h2], axis=1)",
            keeps="mask(x)",
            where=_TWO_MASKED_STEPS,
            why="a masked step keeps the states",
        ),
        Example(
            (
                "float32[batch, 1, 4, 2] mask[batch, 1]",
                "float32[batch, 3, 3]",
                "float32[batch, 3, 3]",
            ),
            {
                "filters": 3,
                "kernel_size": 2,
                "return_state": True,
                "zero_output_for_mask": True,
            },
            gives=("float32[batch, 3, 3]",) * 3,
            equals=("where(kept, h2, 0)", "where(kept, h2, y)", "where(kept, c2, z)"),
            where={"kept": "mask(x)[..., None]", **_step("2", "x[:, 0]", "y", "z")},
            why="initial states, which a masked step leaves",
        ),
        Example(
            "float32[batch, 2, 4, 2] mask",
            {"filters": 3, "kernel_size": 2},
            refuses="SPC0412",
            why="the mask is one of rows, not of steps",
        ),
        Example(
            "float32[batch, 2, 4, 2]",
            {"filters": 3, "kernel_size": 2, "return_state": True, "go_backwards": True},
            gives=("float32[batch, 3, 3]",) * 3,
            equals=("h2", "h2", "c2"),
            where={"x": "flip(x, axis=1)", **_TWO_STEPS},
            why="the last step comes first",
        ),
        Example(
            ("float32[batch, 1, 2, 7]", "float32[batch, 3, 4]", "float32[batch, 3, 4]"),
            {
                "filters": 3,
                "kernel_size": 3,
                "strides": 2,
                "padding": "same",
                "data_format": "channels_first",
                "use_bias": False,
                "activation": "relu",
                "recurrent_activation": "hard_sigmoid",
            },
            gives="float32[batch, 3, 4]",
            equals="clip(a[3] / 6 + 0.5, 0, 1) * maximum(c, 0)",
            where={
                "of": "windows(pad(x[:, 0], [[0, 0], [0, 0], [1, 1]]), 2, 3, stride=2)",
                "around": "windows(pad(y, [[0, 0], [0, 0], [1, 1]]), 2, 3)",
                "made": "einsum('bcrw,wcd->bdr', of, kernel)",
                "again": "einsum('bcrw,wcd->bdr', around, recurrent_kernel)",
                "a": "stack(split(made + again, 4, axis=1))",
                "i": "clip(a[0] / 6 + 0.5, 0, 1)",
                "f": "clip(a[1] / 6 + 0.5, 0, 1)",
                "c": "f * z + i * maximum(a[2], 0)",
            },
            why="initial states, channels first, a window for two entries",
        ),
        Example(
            "float32[batch, 4, 2]",
            {"filters": 3, "kernel_size": 2},
            refuses="SPC0304",
            why="there are no steps",
        ),
        Example("float32[batch, 2, 4, ?]", {"filters": 3, "kernel_size": 2}, refuses="SPC0306"),
        Example(
            "float32[batch, 2, 4, 2]",
            {"filters": 3, "kernel_size": 5},
            refuses="SPC0370",
            why="a window is longer than the rows",
        ),
        Example(
            ("float32[batch, 2, 4, 2]", "float32[batch, 3, 3]"),
            {"filters": 3, "kernel_size": 2},
            refuses="SPC0343",
            why="both states or neither",
        ),
        Example(
            ("float32[batch, 2, 4, 2]", "float32[batch, 4, 3]", "float32[batch, 3, 3]"),
            {"filters": 3, "kernel_size": 2},
            refuses="SPC0344",
            why="states have an entry for each window",
        ),
        Example(
            "float32[batch, 2, 4, 2]",
            {"filters": 3, "kernel_size": 2, "strides": 2, "dilation_rate": 2},
            refuses="SPC0108",
        ),
    )


class ConvLSTM2D(Convolving):
    """Read a sequence of images as LSTM does, with convolutions for products.

    `float[batch, steps, rows, columns, channels]` to `float[batch, …, …, filters]`, or with steps,
    with windows as of Conv2D over the input; over the states there is one for each entry, with
    zeros for what is lacking. Weights: `kernel [*kernel_size, channels, 4 filters]`,
    `recurrent_kernel [*kernel_size, filters, 4 filters]` and `bias [4 filters]`. Formulas, initial
    states, outputs and what becomes of a mask are those of ConvLSTM1D. Source: Keras's ConvLSTM2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            (
                "float32[batch, 1, 3, 4, 2] mask[batch, 1]",
                "float32[batch, 2, 3, 3]",
                "float32[batch, 2, 3, 3]",
            ),
            {"filters": 3, "kernel_size": 2, "return_state": True},
            gives=("float32[batch, 2, 3, 3]",) * 3,
            equals=("where(kept, h, 0)", "where(kept, h, y)", "where(kept, c, z)"),
            where={
                "kept": "mask(x)[..., None, None]",
                "made": "einsum('byxcuv,uvcd->byxd', windows(x[:, 0], [1, 2], [2, 2]), kernel)",
                "padded": "pad(y, [[0, 0], [0, 1], [0, 1], [0, 0]])",
                "around": "windows(padded, [1, 2], [2, 2])",
                "again": "einsum('byxcuv,uvcd->byxd', around, recurrent_kernel)",
                "a": "stack(split(made + again + bias, 4, axis=-1))",
                "c": "sigmoid(a[1]) * z + sigmoid(a[0]) * tanh(a[2])",
                "h": "sigmoid(a[3]) * tanh(c)",
            },
        ),
        Example(
            "float32[batch, 1, 1, 3, 6]",
            {
                "filters": 2,
                "kernel_size": [2, 3],
                "dilation_rate": 2,
                "use_bias": False,
                "data_format": "channels_first",
            },
            gives="float32[batch, 2, 1, 2]",
            equals="sigmoid(a[3]) * tanh(sigmoid(a[0]) * tanh(a[2]))",
            where={
                "of": "windows(x[:, 0], [2, 3], [2, 3], dilation=[2, 2])",
                "a": "stack(split(einsum('bcyxuv,uvcd->bdyx', of, kernel), 4, axis=1))",
            },
            why="channels first, places that are apart",
        ),
        Example(
            "float32[batch, 3, 4, 2]",
            {"filters": 3, "kernel_size": 2},
            refuses="SPC0304",
            why="there are no steps",
        ),
    )
    rank: ClassVar[int] = 2


class ConvLSTM3D(Convolving):
    """Read a sequence of volumes as LSTM does, with convolutions for products.

    `float[batch, steps, depth, rows, columns, channels]` to `float[batch, …, …, …, filters]`, or
    with steps. Weights: `kernel [*kernel_size, channels, 4 filters]`, `recurrent_kernel
    [*kernel_size, filters, 4 filters]` and `bias [4 filters]`. Everything else is as of ConvLSTM2D.
    Source: Keras's ConvLSTM3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 1, 2, 3, 4, 2]",
            {"filters": 3, "kernel_size": 2},
            gives="float32[batch, 1, 2, 3, 3]",
            equals="sigmoid(a[3]) * tanh(sigmoid(a[0]) * tanh(a[2]))",
            where={
                "of": "windows(x[:, 0], [1, 2, 3], [2, 2, 2])",
                "made": "einsum('bzyxctuv,tuvcd->bzyxd', of, kernel) + bias",
                "a": "stack(split(made, 4, axis=-1))",
            },
        ),
        Example(
            (
                "float32[batch, 1, 1, 1, 1, 2] mask[batch, 1]",
                "float32[batch, 1, 1, 1, 3]",
                "float32[batch, 1, 1, 1, 3]",
            ),
            {"filters": 3, "kernel_size": 1, "return_state": True},
            gives=("float32[batch, 1, 1, 1, 3]",) * 3,
            equals=("where(kept, h, 0)", "where(kept, h, y)", "where(kept, c, z)"),
            where={
                "kept": "mask(x)[..., None, None, None]",
                "made": "x[:, 0] @ kernel[0, 0, 0] + y @ recurrent_kernel[0, 0, 0] + bias",
                "a": "stack(split(made, 4, axis=-1))",
                "c": "sigmoid(a[1]) * z + sigmoid(a[0]) * tanh(a[2])",
                "h": "sigmoid(a[3]) * tanh(c)",
            },
            why="a masked step leaves the initial states",
        ),
        Example("float32[batch, 1, 2, 3, 4]", {"filters": 3, "kernel_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3
