"""Keys of `map` as other programs have them: `layers.*.kernel`, PyTorch's `hidden.weight`."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

from spec_compiler.fixes import Fix, advise, rename
from spec_compiler.language.weights import SourceTensor
from spec_compiler.layers.base.other_tools.weights import weight_called

_TURNED = (
    "; PyTorch has its axes in another order: `{from: …, as: transpose(w)}` for a `Dense`, "
    "`transpose(w, [2, 3, 1, 0])` for a `Conv2D`"
)
"""What else is to be written for a kernel."""


def of_weight(key: str, entry: SourceTensor, weights: Collection[str]) -> Fix | None:
    """What to write for a key that fits no weight; None where it is no key of others.

    Args:
        key: The key.
        entry: What stands under it.
        weights: The names of the model's weights.
    """
    if "*" in key or "[i]" in key:
        return _of_stars(key, entry)
    name = weight_called(key, weights)
    if name.endswith("kernel") and entry.as_ is None:
        # the name alone would make a file that does not fit, or a square one that does
        return advise(f"write `{name}`{_TURNED}")
    return rename(name, safe=False) if name else None


def _of_stars(key: str, entry: SourceTensor) -> Fix | None:
    """What to write for `*`: a part of a name has a name."""
    parts = count()
    meant = re.sub(r"\*+|\[i\]", lambda _: f"{{{_part(next(parts))}}}", key)
    sources = "".join(entry.sources.values())
    also = ", and the same in the name of the tensor" if "*" in sources else ""
    return advise(f"write `{meant}`: a part of a name stands in braces{also}")


def _part(number: int) -> str:
    return "ijklmn"[number] if number < len("ijklmn") else f"p{number}"
