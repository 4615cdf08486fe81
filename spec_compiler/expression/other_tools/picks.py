"""Calls of other libraries that join tensors, or take pieces of them."""

from __future__ import annotations

from spec_compiler.expression.other_tools.given import Given, Said, bound, call


def joined(given: Given) -> Said | None:
    """Tensors along an axis that each library has for itself."""
    held = bound(given, "xs", "axis")
    axis = held[1] or _JOINED_ALONG.get(given.module, "") if held else ""
    return call("concat", held[0], f"axis={axis}") if held and axis else None


_JOINED_ALONG = {
    **dict.fromkeys(("np", "numpy", "jnp", "torch"), "0"),
    **dict.fromkeys(("K", "backend"), "-1"),
}
"""Along which axis libraries join where none is said."""


def taken(given: Given) -> Said | None:
    """NumPy's rows by number; without an axis they are those of a flat tensor."""
    held = bound(given, "x", "indices", "axis", needs=3)  # else all of it is one axis
    return None if held is None else call("gather", *held)


def gathered(given: Given) -> Said | None:
    """Rows, or entries, by number."""
    if given.method or given.module == "torch":
        held = bound(given, "x", "axis", "index", needs=3)
        return None if held is None else call("take_along_axis", held[0], held[2], held[1])
    held = bound(given, "x", "indices", "axis", needs=2)
    return None if held is None else call("gather", held[0], held[1], held[2] or "0")


def stacked(given: Given) -> Said | None:
    """Tensors along a new axis."""
    held = bound(given, "xs", "axis")
    return None if held is None else call("stack", *held)


def selected(given: Given) -> Said | None:
    """PyTorch's rows of an axis by number."""
    held = bound(given, "x", "axis", "index", needs=3)
    return None if held is None else call("gather", held[0], held[2], held[1])


def parted(given: Given) -> Said | None:
    """Equal pieces."""
    held = bound(given, "x", "parts", "axis", needs=2)
    return None if held is None else call("split", held[0], held[1], held[2] or "0")
