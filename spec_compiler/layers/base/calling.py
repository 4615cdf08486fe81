"""Calling a layer with its inputs, by position, by role, or by the names that its author gives."""

from __future__ import annotations

from spec_compiler.fixes import Fix, advise, before, entry, remove
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import ByInner, Roles, Several
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal, Refusals
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
    roles = ", ".join(f"{role}: @" for role in ports.required)
    words = f"write `from: {{{roles.replace('@', '…')}}}`"
    raise Refusal(
        "SPC0204",
        f"{kind} takes {wanted}, not {count}",
        argument=("from",),
        fix=_joining(known) if count > 1 else entry("from", f"{{{roles}}}", words),
    )


def _joining(ports: int) -> Fix | None:
    """A layer before the one that takes so many inputs, which makes one of those that it is fed."""
    words = "put Add or Concatenate before it, to join tensors"
    if ports > 1:
        return advise(words)
    return before("{type: Concatenate}", words, joins=True).on()


def _check_roles(kind: str, ports: Roles, roles: tuple[str, ...]) -> None:
    free = [name for name in ports.names if name not in roles]
    wrong: list[Refusal] = []
    for role in (role for role in roles if role not in ports.names):
        guess = _meant(role, free, ports)
        listed = f"its inputs are {', '.join(f'`{name}`' for name in ports.names)}"
        free = [name for name in free if name != guess]
        wrong.append(
            Refusal(
                "SPC0204",
                f"{kind} has no input `{role}`",
                argument=("from", role),
                blame_key=True,
                **suggestion(guess, listed, ports.names),
            )
        )
    missing = next((role for role in ports.required if role not in roles), None)
    if wrong:
        raise Refusals(wrong)
    if missing is not None:
        listed = ", ".join(f"`{role}`" for role in ports.names)
        raise Refusal(
            "SPC0204",
            f"{kind} needs the input `{missing}`",
            argument=("from",),
            help=f"its inputs are {listed}",
            allowed=ports.names,
        )


_FIRST = frozenset({"x", "input", "inputs", "seq", "data"})
"""What people call the first input, whatever its name."""


def _meant(role: str, free: list[str], ports: Roles) -> str | None:
    """The input that a name means which is none: by its begin, its end, or what is alike."""
    first = ports.required[0] if ports.required else ""
    if role in _FIRST and first in free:
        return first
    alike = (name for name in free if name.startswith(role) or name.endswith(f"_{role}"))
    return next(alike, None) or nearest(role, free)
