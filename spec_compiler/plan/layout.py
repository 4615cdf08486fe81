"""In which order of its axes a value lies in memory: as what reads it wants it, where one does.

An order names axes from the outermost to the innermost: `(0, 1, 2)` is row-major.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.graph import Apply, Scan
from spec_compiler.ir.primitives.elementwise import ELEMENTWISE
from spec_compiler.ir.primitives.structure import Reverse, Slice, Transpose

if TYPE_CHECKING:
    from spec_compiler.plan.record import Item

Order: TypeAlias = tuple[int, ...]


def orders(items: Sequence[Item], uses: Mapping[int, int]) -> dict[int, Order]:
    """The order that is wanted of a value by all that read it."""
    found: dict[int, Order] = {}
    votes: dict[int, list[Order]] = {}
    for item in reversed(items):
        for place, order in _wanted(item, found.get(item.makes[0])):
            said = votes.setdefault(place, [])
            said.append(order)
            if said.count(order) == uses[place]:
                found[place] = order
    return found


def _wanted(item: Item, order: Order | None) -> list[tuple[int, Order]]:
    """What a node wants of what it reads, whose own result is wanted in an order."""
    node = item.node
    if isinstance(node, Scan):  # rows innermost: gates are then side by side, as are all entries
        places = zip(item.reads[: node.sequences], item.takes, strict=False)
        return [(place, (0, 2, 1)) for place, of in places if len(of.shape) == 3]
    if not isinstance(node, Apply):
        return []
    if isinstance(node.primitive, Transpose):
        axes = node.primitive.axes
        return [(item.reads[0], tuple(axes[axis] for axis in order or range(len(axes))))]
    if order is not None and isinstance(node.primitive, Slice | Reverse):
        return [(item.reads[0], order)]
    if order is not None and isinstance(node.primitive, ELEMENTWISE):
        shape = item.gives[0].shape
        places = zip(item.reads, item.takes, strict=True)
        return [(place, order) for place, of in places if of.shape == shape]
    return []


def inverse(order: Order) -> Order:
    """The axes that bring what lies in an order back."""
    back = [0] * len(order)
    for place, axis in enumerate(order):
        back[axis] = place
    return tuple(back)


def order_of(strides: Sequence[int]) -> Order:
    """The order in which an array lies."""
    return tuple(sorted(range(len(strides)), key=lambda axis: -abs(strides[axis])))


def viewed(array: Array, shape: tuple[int, ...]) -> Array | None:
    """The elements in another shape, where that is a view."""
    if not _TELLS:
        found = array.reshape(shape)
        return found if np.may_share_memory(found, array) or not found.size else None
    try:
        return array.reshape(shape, copy=False)
    except ValueError:
        return None


_TELLS = np.lib.NumpyVersion(np.__version__) >= "2.1.0"
"""Whether NumPy can say that it would have to copy; older ones copy, which takes the memory."""
