"""Calling a layer with its inputs, by position, by role, or by the names that its author gives."""

from __future__ import annotations

from spec_compiler.fixes import Fix, remove
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import ByInner, Roles, Several
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest, suggestion


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
    kind, ports = type(layer).__name__, layer.ports
    if isinstance(ports, ByInner):
        ports = layer.ports_with(layer.stated())
    if isinstance(ports, Several):
        if roles is None:
            return layer.lower(b, *given)
        message = f"{kind} takes a list of inputs, not roles"
        listed = Fix("write", f"[{', '.join(roles)}]", safe=False)
        raise Refusal("SPC0204", message, argument=("from",), fix=listed)
    if isinstance(ports, Roles):
        if roles is None:
            return _lower_list(layer, b, given, ports)
        _check_roles(kind, ports, roles)
    return layer.lower(b, **dict(zip(roles or (), given, strict=True)))


def _lower_list(
    layer: Layer, b: Builder, given: list[Signal], ports: Roles
) -> Signal | dict[str, Signal]:
    """The same for inputs without roles: a port that is refused is blamed by its place."""
    _check_number(type(layer).__name__, ports, len(given))
    try:
        return layer.lower(b, **dict(zip(ports.names, given, strict=False)))
    except Refusal as refusal:
        match refusal.argument:
            case ("from", str() as port):
                raise refusal.but(argument=("from", ports.names.index(port))) from None
            case _:
                raise


def _check_number(kind: str, ports: Roles, count: int) -> None:
    if len(ports.required) <= count <= len(ports.names):
        return
    known = len(ports.names)
    wanted = "one input" if known == 1 else f"{len(ports.required)} to {known} inputs"
    if not known:
        message = f"{kind} takes no inputs: nothing feeds it"
        raise Refusal(
            "SPC0204",
            message,
            argument=("from",),
            blame_key=False,
            fix=remove("leave `from` out", safe=True),
        )
    raise Refusal(
        "SPC0204",
        f"{kind} takes {wanted}, not {count}",
        argument=("from",),
        help="put Add or Concatenate before it, to join tensors"
        if count > 1
        else f"write `from: {{{', '.join(f'{role}: …' for role in ports.required)}}}`",
    )


def _check_roles(kind: str, ports: Roles, roles: tuple[str, ...]) -> None:
    unknown = next((role for role in roles if role not in ports.names), None)
    missing = next((role for role in ports.required if role not in roles), None)
    if unknown is None and missing is None:
        return
    wrong = f"has no input `{unknown}`" if unknown is not None else f"needs the input `{missing}`"
    alike = (name for name in ports.names if unknown and name.startswith(unknown))
    guess = next(alike, None) or (nearest(unknown, ports.names) if unknown else None)
    raise Refusal(
        "SPC0204",
        f"{kind} {wrong}",
        argument=("from",) if unknown is None else ("from", unknown),
        blame_key=unknown is not None,
        **suggestion(
            guess, f"its inputs are {', '.join(f'`{role}`' for role in ports.names)}", ports.names
        ),
    )
