"""Tables of what other tools call a key: written as ours and theirs, asked for theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from spec_compiler.fixes import Fix, rename
from spec_compiler.spelling import folded

Names = Mapping[str, tuple[str, ...]]
"""Ours by theirs, in small letters without `_` and `-`: the likeliest first."""


def other_names(theirs: Mapping[str, str]) -> Names:
    """The table for words in which each of our keys stands with what others call it.

    Args:
        theirs: Other names, with spaces between them, by ours; one of several of ours stands
            with each, the likeliest first.
    """
    found: dict[str, tuple[str, ...]] = {}
    for own, names in theirs.items():
        for name in names.split():
            found[folded(name)] = (*found.get(folded(name), ()), own)
    return MappingProxyType(found)


ANYWHERE: Names = other_names({"doc": "description comment notes help", "shape": "size"})
"""What others call keys that many declarations have."""


def any_of(names: str) -> frozenset[str]:
    """Names with spaces between them, in small letters without `_` and `-`."""
    return frozenset(map(folded, names.split()))


def meant(names: Names, key: str, given: Collection[str], *, safe: bool = True) -> Fix | None:
    """The mend for a key of others: the first of ours that does not stand beside it, or None."""
    free = (own for own in names.get(folded(key), ()) if own not in given)
    own = next(free, None)
    return None if own is None else rename(own, safe=safe)
