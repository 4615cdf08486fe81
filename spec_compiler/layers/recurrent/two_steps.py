"""What layers that read a sequence with 4 units show of two steps: each by formulas of its own."""

from __future__ import annotations

from typing import Any

from spec_compiler.layers.base.layer import Example


def read_in_two_steps(
    settings: dict[str, Any],
    steps: dict[str, str],
    masked: dict[str, str],
    last: tuple[str, ...] = ("h2",),
) -> tuple[Example, ...]:
    """The last output, every output with a mask, and the states, read backwards.

    Args:
        settings: What makes the layer one of 4 units.
        steps: Formulas of the outputs `h1` and `h2`, and of what they need.
        masked: The same where steps are masked.
        last: Which of the formulas are the last states.
    """
    every = {**settings, "return_sequences": True}
    return (
        Example(
            "float32[batch, 2, 3]",
            settings,
            gives="float32[batch, 4]",
            equals="h2",
            where=steps,
        ),
        Example(
            "float32[batch, 2, 3] mask",
            every,
            gives="float32[batch, 2, 4] mask",
            equals="stack([h1, h2], axis=1)",
            keeps="mask(x)",
            where=masked,
            why="a masked step keeps the states" if last[1:] else "a masked step keeps the state",
        ),
        Example(
            "float32[batch, 2, 3] mask",
            {**every, "zero_output_for_mask": True},
            gives="float32[batch, 2, 4] mask",
            equals="where(mask(x)[..., None], stack([h1, h2], axis=1), 0)",
            keeps="mask(x)",
            where=masked,
        ),
        Example(
            "float32[batch, 2, 3]",
            {**settings, "return_state": True, "go_backwards": True},
            gives=("float32[batch, 4]",) * (1 + len(last)),
            equals=("h2", *last),
            where={"x": "flip(x, axis=1)", **steps},
            why="the last step comes first",
        ),
    )
