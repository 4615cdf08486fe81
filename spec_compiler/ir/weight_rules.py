"""What must hold before a weight is made."""

from __future__ import annotations

from typing import Any, cast

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.dims import Shape, Size, as_symbol


def known_shape(name: str, shape: Shape) -> tuple[int, ...]:
    """The shape of a weight, whose sizes must be numbers.

    Raises:
        Refusal: one is known only from the data.
    """
    unknown = next((size for size in shape if not isinstance(size, int)), None)
    if unknown is not None:
        raise Refusal(
            "SPC0306",
            f"the weight `{name}` needs sizes that are known; `{_readable(unknown)}` is known "
            "only from the data",
            argument=("from",),
            help="give that axis a number or a param where it is declared",
        )
    return cast("tuple[int, ...]", tuple(shape))


def check_choice(choice: Any, shape: tuple[int, ...], argument: str) -> None:
    """Ask an initialiser, a regulariser or a constraint whether it can work on a shape."""
    if choice is None:
        return
    try:
        choice.check(shape)
    except Refusal as refusal:
        raise refusal.under((argument,)) from None


def _readable(size: Size) -> str:
    symbol = as_symbol(size)
    return "null" if symbol is not None and symbol.anonymous else str(size)
