"""The arrays of an `.h5` file in the layout that layers have now, whichever Keras wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import dropwhile, islice
from typing import cast

from spec_compiler.data.handle import Handle
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.keras.older.weights import Item, as_now, count_of
from spec_compiler.keras.saved import ByLayer, named_now
from spec_compiler.keras.weights import Array, Owner, carry_over
from spec_compiler.source.node import Plain
from spec_compiler.training.optimizers import OPTIMIZERS


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
        The arrays by layers; and those of nested models whose names do not tell it, by the
        spec's names: Keras itself goes by their order.
    """
    items = {str(item["name"]): item for item in cast("list[Item]", document["layers"])}
    groups: dict[str, list[Owner]] = {}
    for owner in owners:
        groups.setdefault(owner.path[1], []).append(owner)
    found: dict[str, Sequence[tuple[str, Array]]] = {}
    carried: dict[str, Array] = {}
    arrays = _by_known(arrays, owners)
    for layer, named in arrays.layers.items():
        within, held = groups.get(layer, []), [array for _, array in named]
        found[layer] = named
        if not within or not all(isinstance(array, Handle) for array in held):
            continue
        handles = cast("list[Handle]", held)
        if len(within) > 1:
            told = layer in arrays.unordered or (not first and _by_name(within, named))
            made = {} if told else _of_model(within, items, handles, first=first)
            if made:
                carried |= cast("dict[str, Array]", made)
                del found[layer]
            continue
        now = as_now(items[within[0].name], handles, first=first)
        if now != handles:  # by their order: the names are those of what there was
            found[layer] = [(str(at), cast("Array", array)) for at, array in enumerate(now)]
    return ByLayer(found), carried


def _by_known(arrays: ByLayer[Array], owners: Sequence[Owner]) -> ByLayer[Array]:
    """What no layer is called, by the names of layers that stand in those of its arrays.

    A layer's name may have slashes, and a model's may stand before it. What only training keeps is
    left out.
    """
    outer = {owner.path[1] for owner in owners}
    known = {part for owner in owners for name in owner.path[1:] for part in name.split("/")}
    found: dict[str, list[tuple[str, Array]]] = {}
    apart: set[str] = set(arrays.unordered)
    for layer, named in arrays.layers.items():
        if layer in outer:
            found.setdefault(layer, []).extend(named)
            continue
        for name, array in named:
            parts = [layer, *name.removeprefix(f"{layer}/").split("/")]
            own = [*dropwhile(lambda part: part not in known, parts)]
            ways = ("/".join(own[:end]) for end in range(len(own) - 1, 0, -1))
            whose = next((way for way in ways if way in outer), None)
            if whose is not None:
                apart.add(whose)
                own = own[whose.count("/") + 1 :]
                found.setdefault(whose, []).append(("/".join(own), array))
            elif any(part in OPTIMIZERS.by_name for part in parts[:-1]):
                continue
            else:
                found.setdefault(layer, []).append((name, array))
    return ByLayer(found, frozenset(apart))


def _by_name(owners: list[Owner], named: Sequence[tuple[str, Array]]) -> bool:
    """Whether the names tell of each array whose it is."""
    found = Diagnostics()
    carry_over(owners, named_now(named), found)
    return not found.errors


def _of_model(
    owners: Sequence[Owner], items: Mapping[str, Item], arrays: list[Handle], *, first: bool
) -> dict[str, Handle]:
    """Those of a nested model: what all of its layers train, then what they do not.

    Nothing where they are not as many as its layers have, or an adaptation freezes what it is of.
    """
    counts = [
        (*count_of(items[owner.name], owner.weights, first=first), _kept(items[owner.name], owner))
        for owner in owners
    ]
    trained = sum(count for count, *_ in counts)
    adapted = any("lora" in name for owner in owners for name in owner.weights)
    if adapted or sum(map(sum, counts)) != len(arrays):
        return {}
    found: dict[str, Handle] = {}
    one, other = iter(arrays[:trained]), iter(arrays[trained:])
    for owner, (count, fixed, kept) in zip(owners, counts, strict=True):
        own = [*islice(one, count), *islice(other, fixed)]
        _ = [*islice(other, kept)]
        now = as_now(items[owner.name], own, first=first)
        if len(now) != len(owner.weights):
            return {}
        found |= {
            f"{owner.name}.{name}": array for name, array in zip(owner.weights, now, strict=True)
        }
    return found


def _kept(item: Item, owner: Owner) -> int:
    """How many arrays Keras keeps for a layer that no run reads."""
    inner = item.get("layer") if item.get("type") == "TimeDistributed" else item
    kind = inner.get("type") if isinstance(inner, dict) else ""
    return 0 if kind == "BatchNormalization" else len(owner.unread)
