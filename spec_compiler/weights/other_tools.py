"""Keys of `map` as other programs have them: `layers.*.kernel`, PyTorch's `hidden.weight`."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

from spec_compiler.fixes import Fix, advise, entry, rename
from spec_compiler.language.weights import SourceTensor
from spec_compiler.layers.base.other_tools.weights import weight_called

_TURNED = (
    "; PyTorch has its axes in another order: `{from: …, as: transpose(w)}` for a `Dense`, "
    "`transpose(w, [2, 3, 1, 0])` for a `Conv2D`"
)
"""What else is to be written for a kernel."""

_STAR = re.compile(r"\*+|\[i\]")


def of_weight(key: str, stated: SourceTensor, weights: Collection[str]) -> Fix | None:
    """What to write for a key that fits no weight; None where it is no key of others.

    Args:
        key: The key.
        stated: What stands under it.
        weights: The names of the model's weights.
    """
    if "*" in key or "[i]" in key:
        return _of_stars(key, stated)
    if stated.as_ is None and (own := next(iter(stated.sources.values()), "")) in weights:
        words = "the model's weight stands first, and then the tensor of the file: write "
        if own.endswith(".kernel") and key.endswith("weight"):  # as below
            return advise(f"{words}`{own}: {key}`{_TURNED}")
        return entry(own, key, f"{words}`{own}: {key}`")
    name = weight_called(key, weights)
    if name.endswith("kernel") and stated.as_ is None:
        # the name alone would make a file that does not fit, or a square one that does
        return advise(f"write `{name}`{_TURNED}")
    return rename(name, safe=False) if name else None


def _of_stars(key: str, stated: SourceTensor) -> Fix | None:
    """What to write for `*`: a part of a name has a name."""
    meant, source = _in_parts(key), "".join(stated.sources.values())
    also = ", and the same in the name of the tensor" if "*" in source else ""
    if stated.as_ is None and source and _STAR.findall(key) == _STAR.findall(source):
        text = f'"{_in_parts(source)}"'
        return entry(meant, text, f"write `{meant}: {text}`: a part of a name stands in braces")
    return advise(f"write `{meant}`: a part of a name stands in braces{also}")


def _in_parts(name: str) -> str:
    """A name with its stars as parts in braces."""
    parts = count()
    return _STAR.sub(lambda _: f"{{{_part(next(parts))}}}", name)


def _part(number: int) -> str:
    return "ijklmn"[number] if number < len("ijklmn") else f"p{number}"
