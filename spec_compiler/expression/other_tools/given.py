"""What a call in Python is given, by position and by name, as arguments of a call of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spec_compiler.fixes import Fix, rewrite
from spec_compiler.formula.tokens import Columns


class Given(NamedTuple):
    """What a call is given, as it is to be written.

    Attributes:
        places: What stands without a keyword; of a method, what is before the dot is first.
        named: What stands with one.
        method: Whether it is called on its first argument: `x.sum(1)`.
        module: What is before the dot else: `torch`.
    """

    places: tuple[str, ...]
    named: Mapping[str, str]
    method: bool
    module: str


class Said(NamedTuple):
    """What is written instead.

    Attributes:
        text: An expression.
        safe: Whether it is the same, whoever made the tensor.
        whole: Whether it is one piece, which needs no brackets around it.
    """

    text: str
    safe: bool = True
    whole: bool = True


OTHER_ARGUMENTS = {
    ("gather", "batch_dims"): "write `take_along_axis(x, indices[..., None], axis)`: other entries "
    "in each row",
}
"""What to write for an argument that a function has elsewhere."""
MEANT_ARGUMENTS = {
    "dim": "axis", "axes": "axis", "dims": "axis", "keepdim": "keepdims", "keep_dims": "keepdims",
    "a_min": "min", "a_max": "max", "min_value": "min", "max_value": "max",
    "clip_value_min": "min", "clip_value_max": "max", "dim0": "axis1", "dim1": "axis2",
    "shifts": "shift", "tensors": "xs", "values": "xs", "input": "x", "input_tensor": "x", "a": "x",
    "tensor": "x", "perm": "axes", "newshape": "shape",
}  # fmt: skip
"""Names of arguments elsewhere, and ours."""


def bound(given: Given, *names: str, needs: int = 1) -> list[str] | None:
    """The arguments of a call in an order; missing ones at the end are left away.

    Args:
        given: The call.
        names: The arguments, as ours are called.
        needs: How many there must be.
    """
    held = dict(zip(names, given.places, strict=False))
    for name, text in given.named.items():
        name = name if name in names else MEANT_ARGUMENTS.get(name, name)
        if name not in names or name in held:
            return None
        held[name] = text
    known = len(given.places) <= len(names) and all(name in held for name in names[:needs])
    return [held.get(name, "") for name in names] if known else None


def piece(text: str) -> str:
    """A text as an operand: what is more than a name, a number or a call gets brackets."""
    depth, plain = 0, True
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        plain &= depth > 0 or sign.isalnum() or sign in "_.])'\"@"
    return text if plain else f"({text})"


def call(function: str, *arguments: str, safe: bool = True, **named: str) -> Said:
    """A call of ours; empty arguments are left away."""
    said = [item for item in arguments if item]
    said += [f"{name}={text}" for name, text in named.items() if text]
    return Said(f"{function}({', '.join(said)})", safe)


def flag_meant(value: bool, columns: Columns) -> Fix:
    """`True` for the `1` at the end of what is given, or `False` for `0`."""
    last = columns[1] - 1, columns[1]
    return rewrite(f"{value}", last, of=columns, words=f"write `{value}`", safe=True)
