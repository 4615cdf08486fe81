"""Calling a layer with its inputs, by position or by role."""

from __future__ import annotations

import inspect
from functools import cache

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.build import Builder
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.signal import Signal


def lower_with(
    layer: Layer, b: Builder, given: list[Signal], roles: tuple[str, ...] | None
) -> Signal | dict[str, Signal]:
    """What a layer makes of its inputs.

    Args:
        layer: The settings.
        b: What it writes with.
        given: The inputs.
        roles: The name of each input, where the author gives names.

    Raises:
        Refusal: it takes another number of inputs, other roles, or other tensors.
    """
    if layer.names_inputs and roles is not None:
        return layer.lower(b, **dict(zip(roles, given, strict=True)))
    kind = type(layer).__name__
    required, optional, many = _ports(type(layer))
    known = [*required, *optional]
    if roles is None:
        if not many and not len(required) <= len(given) <= len(known):
            wanted = "one input" if len(known) == 1 else f"{len(required)} to {len(known)} inputs"
            hint = "put Add or Concatenate before it, to join tensors" if len(given) > 1 else ""
            message = f"{kind} takes {wanted}, not {len(given)}"
            raise Refusal("SPC0204", message, argument=("from",), help=hint)
        return layer.lower(b, *given)
    if many:
        message = f"{kind} takes a list of inputs, not roles"
        raise Refusal("SPC0204", message, argument=("from",))
    unknown = next((role for role in roles if role not in known), None)
    missing = next((role for role in required if role not in roles), None)
    if unknown is not None or missing is not None:
        wrong = (
            f"has no input `{unknown}`" if unknown is not None else f"needs the input `{missing}`"
        )
        raise Refusal(
            "SPC0204",
            f"{kind} {wrong}",
            argument=("from",) if unknown is None else ("from", unknown),
            help=f"its inputs are {', '.join(f'`{role}`' for role in known)}",
        )
    return layer.lower(b, **dict(zip(roles, given, strict=True)))


@cache
def _ports(cls: type[Layer]) -> tuple[list[str], list[str], bool]:
    """Names of the required ports, of the optional ones, and whether there may be any number."""
    parameters = list(inspect.signature(cls.lower).parameters.values())[2:]
    many = any(item.kind is inspect.Parameter.VAR_POSITIONAL for item in parameters)
    named = [item for item in parameters if item.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    required = [item.name for item in named if item.default is inspect.Parameter.empty]
    return required, [item.name for item in named if item.name not in required], many
