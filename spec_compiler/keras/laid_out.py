"""The arrays of an `.h5` file in the layout that layers have now, whichever Keras wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from spec_compiler.data.handle import Handle
from spec_compiler.keras.older.weights import Item, as_now, count_of
from spec_compiler.keras.saved import ByLayer
from spec_compiler.keras.weights import Array, Owner
from spec_compiler.source.node import Plain


def as_laid_out_now(
    arrays: ByLayer[Array], owners: list[Owner], document: Mapping[str, Plain], *, first: bool
) -> tuple[ByLayer[Array], dict[str, Array]]:
    """The arrays of a file as today's layers have them.

    Args:
        arrays: As the file has them.
        owners: The layers in Keras's order.
        document: The spec.
        first: Whether Keras 1 wrote the file.

    Returns:
        The arrays by layers; and those of models that are nested in one of Keras 1, which come
        without layers, by the spec's names.
    """
    items = {str(item["name"]): item for item in cast("list[Item]", document["layers"])}
    groups: dict[str, list[Owner]] = {}
    for owner in owners:
        groups.setdefault(owner.path[1], []).append(owner)
    found: dict[str, Sequence[tuple[str, Array]]] = {}
    carried: dict[str, Array] = {}
    for layer, named in arrays.layers.items():
        within, held = groups.get(layer, []), [array for _, array in named]
        found[layer] = named
        if not within or not all(isinstance(array, Handle) for array in held):
            continue
        handles = cast("list[Handle]", held)
        if len(within) > 1:
            made = _of_model(within, items, handles) if first else {}
            if made:
                carried |= cast("dict[str, Array]", made)
                del found[layer]
            continue
        now = as_now(items[within[0].name], handles, first=first)
        if now != handles:  # by their order: the names are those of what there was
            found[layer] = [(str(at), cast("Array", array)) for at, array in enumerate(now)]
    return ByLayer(found), carried


def _of_model(
    owners: Sequence[Owner], items: Mapping[str, Item], arrays: list[Handle]
) -> dict[str, Handle]:
    """Those of a nested model: what all of its layers train, then what they do not.

    Nothing where they are not as many as its layers have.
    """
    counts = [count_of(items[owner.name], owner.weights) for owner in owners]
    trained = sum(count for count, _ in counts)
    if trained + sum(fixed for _, fixed in counts) != len(arrays):
        return {}
    found: dict[str, Handle] = {}
    one, other = iter(arrays[:trained]), iter(arrays[trained:])
    for owner, (count, fixed) in zip(owners, counts, strict=True):
        own = [*(next(one) for _ in range(count)), *(next(other) for _ in range(fixed))]
        now = as_now(items[owner.name], own, first=True)
        found |= {
            f"{owner.name}.{name}": array for name, array in zip(owner.weights, now, strict=True)
        }
    return found
