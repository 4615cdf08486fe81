"""Weights as Keras saves them, given to the layers of a spec: by layers' names, or by counting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeAlias

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.keras.inner_layers import snake_case
from spec_compiler.keras.model import FUNCTIONAL, KerasModel
from spec_compiler.keras.weights import SHOWN, Array, Owner, carry_over
from spec_compiler.places import Outside
from spec_compiler.records import record
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.shortening import counted, shown, shown_some


@record
class ByLayer(Generic[Array]):
    """What an `.h5` file holds: for each layer of the outermost model its weights, in order.

    Attributes:
        layers: The weights with their names, such as `dense/kernel:0`, by the layer's name.
        unordered: The layers whose weights are not known to be in the layer's order.
        theano: Whether Keras ran on Theano, which has the windows of kernels the other way round.
    """

    layers: Mapping[str, Sequence[tuple[str, Array]]]
    unordered: frozenset[str] = frozenset()
    theano: bool = False


@record
class ByCount(Generic[Array]):
    """What a `.weights.h5` file holds: layers are counted by class in each model.

    Attributes:
        layers: The weights in order, each with its place within the layer, by the path of a
            layer: `("sequential", "dense_1")`.
    """

    layers: Mapping[tuple[str, ...], Sequence[tuple[tuple[str, ...], Array]]]


Weights: TypeAlias = (
    ByLayer[Array] | ByCount[Array] | Mapping[str, Array] | Sequence[tuple[str, Array]]
)
"""Arrays as a file of Keras has them, by Keras's paths of weights, or in Keras's order."""


class Place(NamedTuple):
    """Where Keras keeps the weights of a layer.

    Attributes:
        names: The names of the models around the layer, and its own.
        path: The same as the paths of weights have it.
        saved: The same as a `.weights.h5` file counts.
    """

    names: tuple[str, ...]
    path: tuple[str, ...]
    saved: tuple[str, ...]

    def within(self, other: Place) -> Place:
        """The place of what lies in another."""
        return Place(*(before + own for before, own in zip(other, self, strict=True)))


def places(model: KerasModel) -> Iterator[Place]:
    """The places of a model's layers."""
    counts: Counter[str] = Counter()
    for part in model.parts.values():
        if part.row is None and part.model is None and part.kind != "InputLayer":
            continue  # an operation has no weights, and is not counted
        kind = "functional" if part.kind in FUNCTIONAL else snake_case(part.counted or part.kind)
        saved = f"{kind}_{counts[kind]}" if counts[kind] else kind
        counts[kind] += 1
        own = Place((part.name,), (part.name,), (saved,))
        yield own
        if part.model:
            if part.kind == "TimeDistributed":
                own = Place((part.name,), (part.name, part.model.name), (saved, "layer"))
            yield from (place.within(own) for place in places(part.model))


def settle(
    owners: list[Owner],
    arrays: Weights[Array],
    diagnostics: Diagnostics,
) -> dict[str, Array]:
    """Give every array to the layer that it belongs to.

    Args:
        owners: The layers in Keras's order.
        arrays: The arrays, as a file has them; as they are, they have Keras's paths.
        diagnostics: Takes arrays without a layer, and layers without arrays.

    Returns:
        The arrays by the spec's names, such as `dense.kernel`.
    """
    if isinstance(arrays, ByCount):
        by_path = {owner.saved: owner for owner in owners}
        named = {path: owner.name for path, owner in by_path.items()}
        return _together(owners, {
            named.get(path, "/".join(path)): _listed(by_path.get(path), found)
            for path, found in arrays.layers.items() if found
        }, diagnostics)  # fmt: skip
    if isinstance(arrays, ByLayer):
        return _by_layer(owners, arrays, diagnostics)
    pairs = arrays.items() if isinstance(arrays, Mapping) else arrays
    return carry_over(owners, pairs, diagnostics)


def _listed(
    owner: Owner | None, found: Sequence[tuple[tuple[str, ...], Array]]
) -> tuple[Owner | None, list[Array]]:
    """A layer's arrays in its order: the file sorts what stands in a list by its name."""
    cells = owner.cells if owner else ()
    around = any(place for place, _ in found)
    if owner and around and owner.unread and all("." in name for name in owner.weights):
        # a layer around another has that one's kernel once more, and what no run reads
        found = [(place, array) for place, array in found if place]

    def number(item: tuple[tuple[str, ...], Array]) -> int:
        place = item[0]
        at = (index for index, cell in enumerate(cells) if place[: len(cell)] == cell)
        return next(at, -1)

    return owner, [array for _, array in sorted(found, key=number)]


def _by_layer(
    owners: list[Owner], arrays: ByLayer[Array], diagnostics: Diagnostics
) -> dict[str, Array]:
    groups: dict[str, list[Owner]] = {}
    for owner in owners:
        groups.setdefault(owner.path[1], []).append(owner)
    found: dict[str, tuple[Owner | None, list[Array]]] = {}
    result: dict[str, Array] = {}
    loose: list[tuple[str, Array]] = []
    for layer, given in arrays.layers.items():
        named = named_now(given)
        within = groups.get(layer, [])
        if not within:
            loose += named  # of a nested model, by the names of its layers
        elif len(within) > 1:
            result |= carry_over(within, named, diagnostics)
        elif matched := _by_name(within[0], named):
            result |= matched
        elif named:
            found[layer] = (within[0], [array for _, array in named])
    given_to = {name.partition(".")[0] for name in result}
    ordered = {owner.name for owner, _ in found.values() if owner is not None}
    rest = [owner for owner in owners if owner.name not in given_to | ordered]
    if loose:
        result |= carry_over(rest, loose, diagnostics)
        rest = []
    if diagnostics.errors:
        return result
    return {**result, **_together([*rest, *(owner for owner, _ in found.values() if owner)], found,
                                  diagnostics)}  # fmt: skip


def named_now(named: Sequence[tuple[str, Array]]) -> list[tuple[str, Array]]:
    """Weights by their names without the number of an output that TensorFlow gives."""
    return [(re.sub(r":\d+$", "", name), array) for name, array in named]


def _by_name(owner: Owner, named: Sequence[tuple[str, Array]]) -> dict[str, Array] | None:
    """A layer's arrays by the spec's names, where each name means exactly one weight."""
    result: dict[str, Array] = {}
    for name, array in named:
        path = f"/{owner.called_now(name)}"
        meant = [weight for weight in owner.weights
                 if path.endswith("/" + weight.replace(".", "/"))]  # fmt: skip
        if len(meant) != 1 or f"{owner.name}.{meant[0]}" in result:
            return None
        result[f"{owner.name}.{meant[0]}"] = array
    return result if len(result) == len(owner.weights) else None


def _together(
    owners: list[Owner],
    found: Mapping[str, tuple[Owner | None, list[Array]]],
    diagnostics: Diagnostics,
) -> dict[str, Array]:
    """Each layer's arrays in the order of its weights.

    Args:
        owners: All that need arrays.
        found: The arrays of a layer by what the file calls it; None for a layer that is not known.
        diagnostics: As for `settle`.
    """
    result: dict[str, Array] = {}
    wrong: list[Refusal] = []
    unknown = [name for name, (owner, _) in found.items() if owner is None]
    if unknown:
        message = f"no layer of the model has the weights of {shown_some(unknown, SHOWN)}"
        help = "save the weights of this very model"
        wrong.append(Refusal("SPC0808", message, help=help))
    for owner, arrays in found.values():
        if owner is None:
            continue
        least = len(owner.weights)
        # what no run reads comes last
        if not least <= len(arrays) <= least + len(owner.unread):
            message = (
                f"{shown(owner.name)} has {counted(len(owner.weights), 'weight')}, and the file "
                f"holds {len(arrays)} for it"
            )
            wrong.append(Refusal("SPC0808", message, help="save the weights of this very model"))
            continue
        result |= {f"{owner.name}.{name}": array for name, array in
                   zip(owner.weights, arrays, strict=False)}  # fmt: skip
    given = {owner.name for owner, _ in found.values() if owner is not None}
    missing = [f"{owner.name}.{name}" for owner in owners if owner.name not in given
               for name in owner.weights]  # fmt: skip
    if missing:
        message = f"there is no array for {shown_some(missing, SHOWN)}"
        wrong.append(Refusal("SPC0809", message, help="save all weights of this very model"))
    diagnostics.at(Outside()).add(Refusals(wrong))
    return result
