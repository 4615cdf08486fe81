"""Weights in the dtype of the model: what it can only hold as infinity is refused, not lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.storage import ROUNDING, as_stored, stored
from spec_compiler.ir.types import GREATEST, DType
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.shortening import shown_some

_COMPARING = 3
"""The bytes that the search for infinity takes for an element."""


def narrowed(array: Array, dtype: DType, name: str, *, how: str = "") -> Array:
    """An array that holds `dtype`, with values that `dtype` has; copied if need be.

    Args:
        array: Numbers, of any floating dtype.
        dtype: That of the weight.
        name: The weight, for messages.
        how: What was done before, for messages: ` after …`.

    Raises:
        Refusal: a finite number would be infinite.
    """
    if dtype != "bfloat16" and array.dtype == np.dtype(dtype):
        return array
    with np.errstate(all="ignore"):
        held = as_stored(array, dtype)
    lost = np.isinf(held)
    lost &= np.isfinite(array)
    if lost.any():
        index = [int(at) for at in np.unravel_index(int(np.argmax(lost)), lost.shape)]
        raise Refusal(
            "SPC0504",
            f"`{name}`{how} holds {array[tuple(index)]:g} at {index}, which would be infinite in "
            f"`{dtype}`",
            help=f"`{dtype}` holds numbers up to {GREATEST[dtype]}: scale the weights, or take a "
            "wider dtype",
        )
    return held


def narrowing(array: DType, dtype: DType, count: int) -> int:
    """The bytes that `narrowed` takes for `count` numbers, what it gives among them."""
    if array == dtype:
        return 0
    rounding = ROUNDING if dtype == "bfloat16" else 0
    return count * (np.dtype(stored(dtype)).itemsize + rounding + _COMPARING)


def require_finite(made: Array, given: Mapping[str, Array], name: str, how: str) -> None:
    """Refuse infinity that a transform made of finite numbers.

    Raises:
        Refusal: there is some.
    """
    lost = np.isinf(made)
    if lost.any() and not any(np.isinf(array).any() for array in given.values()):
        index = [int(at) for at in np.unravel_index(int(np.argmax(lost)), lost.shape)]
        raise Refusal(
            "SPC0504",
            f"`{name}`{how} is infinite at {index}, and its tensors are not",
            help="scale them first, or write `inf` where infinity is meant",
        )


def each_made(
    names: Iterable[str], make: Callable[[str], Array]
) -> tuple[dict[str, Array], list[Refusal]]:
    """The arrays of weights, and why others are refused.

    Args:
        names: Those of the weights.
        make: Gives the array of one, or raises a `Refusal`.

    Returns:
        The arrays by name, and one refusal for each code and place, which says the other names.
    """
    made: dict[str, Array] = {}
    refused: dict[str, Refusal] = {}
    groups: dict[tuple[str, ItemPath], list[str]] = {}
    for name in names:
        try:
            made[name] = make(name)
        except Refusal as refusal:
            refused[name] = refusal
            groups.setdefault((refusal.code, refusal.argument), []).append(name)
            if refusal.code == "SPC0559":  # it would be said of all that follow
                break
    found: list[Refusal] = []
    for first, *others in groups.values():
        notes = (f"the same holds for {shown_some(others)}",) if others else ()
        found.append(refused[first].but(notes=(*refused[first].notes, *notes)))
    return made, found
