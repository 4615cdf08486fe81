"""Padding by a number, as other libraries have it, and what says the same here."""

from __future__ import annotations

import re
from collections.abc import Mapping

from spec_compiler.declaring.plain import in_braces, is_list
from spec_compiler.fixes import Fix, advise, before, remove, write

_RANK = re.compile(r"([123])D")


def padding_meant(kind: str, given: Mapping[str, object]) -> Fix | None:
    """What to write for a `padding` that is a number, or one for each axis; None for others.

    Args:
        kind: The type of the layer.
        given: All that stands in it.
    """
    rank = _RANK.search(kind)
    axes = int(rank[1]) if rank else 0
    added = _each(given.get("padding"), axes)
    if not added:
        return None
    if not any(added):
        return write("valid")
    window = _each(given.get("kernel_size", given.get("pool_size", 2)), axes)
    strides = next((given[key] for key in ("strides", "stride") if key in given), None)
    if strides is None:
        strides = window if "Pooling" in kind else 1
    steps = _each(strides, axes)
    spread = _each(given.get("dilation_rate", given.get("dilation", 1)), axes)
    if "Transpose" in kind or not window or not steps or not spread:
        return advise("`same` gives an axis as long as its strides say, `valid` leaves it as it is")
    keeps = all(
        2 * more == wide * (size - 1)
        for more, wide, size in zip(added, spread, window, strict=True)
    )
    if keeps and all(step == 1 for step in steps):
        counts = "AveragePooling" in kind  # others count what is added, ours what is there
        return write("same", ": it adds as much, and keeps the size", safe=not counts)
    shown = in_braces(given["padding"] if len({*added}) > 1 else added[0])
    if "Pooling" in kind:
        return advise("`same` adds what is needed, and a window reads only what is there")
    item = f"{{type: ZeroPadding{axes}D, padding: {shown}}}"
    words = f"write `{item}` before it: `same` would add what keeps the size"
    return remove(words).and_(before(item, "").on())


def _each(written: object, axes: int) -> list[int]:
    """A whole number for each axis; none where there is something else."""
    items = written if is_list(written) else [written] * axes
    if len(items) == 1:
        items = items * axes
    whole = [item for item in items if type(item) is int and item >= 0]
    return whole if len(whole) == len(items) == axes else []
