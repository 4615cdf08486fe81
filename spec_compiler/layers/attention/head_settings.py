"""How an author writes what heads attend over, and how large the axes are that they give."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.declaring.numbers import Axes
from spec_compiler.declaring.plain import is_sequence


def _listed(written: object) -> object:
    """A single size stands for a list of one."""
    return tuple(written) if is_sequence(written) else (written,)


def _after_batch(axes: tuple[int, ...]) -> tuple[int, ...]:
    if not axes or 0 in axes or len(set(axes)) < len(axes):
        raise refuse(
            f"must be different axes between the batch and the features, not {list(axes)}",
            "SPC0365",
            help="leave it out, to attend over all of them",
        )
    return axes


_SIZE: list[dict[str, Any]] = [{"type": "integer", "minimum": 1}, {"type": "string"}]
LastAxes = Annotated[
    tuple[KnownSize, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [*_SIZE, {"type": "array", "items": {"anyOf": _SIZE}}]}),
]
"""The axes of features in what heads give."""
AttendedAxes = Annotated[Axes, AfterValidator(_after_batch)]
"""The axes of the steps."""
