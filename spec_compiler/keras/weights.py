"""From arrays named by Keras's weight paths to a spec's weights.

Keras's paths are not stable: a model's name may stand in front or not, and two nested models may
give the same path. What can be relied on is the layer's name, the weight's, and the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import accumulate
from typing import NamedTuple, TypeVar

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.places import Outside
from spec_compiler.records import record
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.shortening import shown_some

Array = TypeVar("Array")
SHOWN = 10
SAVE = 'np.savez("weights.npz", **{w.path: w.numpy() for w in model.weights})'
"""What writes the arrays of a Keras model under their paths."""


_OLDER: Mapping[str, str] = {"depthwise_kernel": "kernel"}
"""What Keras 2 calls weights, and the layers that have no weight of that name call them now."""


class Called(NamedTuple):
    """A name in a path.

    Attributes:
        name: The name.
        numbered: Whether it is that of a cell that its layer makes, perhaps with a number.
    """

    name: str
    numbered: bool = False

    def fits(self, name: str) -> bool:
        """Whether a path's part is this name."""
        if self.numbered:
            return re.fullmatch(rf"{self.name}(_[0-9]+)?", name) is not None
        return name == self.name


@record
class Owner:
    """A layer that has weights.

    Attributes:
        name: Its name in the spec.
        path: The names of the models around it, from the outermost, and its own name in Keras.
        weights: The names of its weights.
        inner: The names that stand between the layer's and the weight's, by what the weight's name
            begins with in the spec.
        unread: What else Keras keeps for it, and no run reads: such arrays are left out.
        saved: Its path in a `.weights.h5` file, which counts the layers of a class.
        cells: The paths there, within its own, of inner layers that stand in a list, in order.
    """

    name: str
    path: tuple[str, ...]
    weights: tuple[str, ...]
    inner: Mapping[str, tuple[Called, ...]] = field(default_factory=dict[str, tuple[Called, ...]])
    unread: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> set[str]:
        """The spec's names of its weights."""
        return {f"{self.name}.{weight}" for weight in self.weights}

    def matches(self, path: str) -> Iterator[str]:
        """Which weights of this layer a path may mean: it ends with their names, maybe not all."""
        *names, last = self.called_now(path).split("/")
        for weight in (*self.weights, *self.unread):
            before = max((key for key in self.inner if weight.startswith(key)), key=len, default="")
            end = weight.removeprefix(before).split(".")
            if [*names, last][-len(end) :] != end:
                continue
            around = [*names, last][: -len(end)]
            if any(self._leads(around, between) for between in self._between(before)):
                yield weight

    def called_now(self, path: str) -> str:
        """A path with the name that its weight has now."""
        before, slash, last = path.rpartition("/")
        return f"{before}{slash}{last if last in self.weights else _OLDER.get(last, last)}"

    def _between(self, before: str) -> Iterator[tuple[Called, ...]]:
        """What may stand between the layer's name and a weight's; older files say less."""
        between = self.inner.get(before, ())
        yield between
        yield tuple(one for one in between if not one.numbered)
        if len(self.inner) == 1:
            yield ()

    def _leads(self, around: list[str], between: tuple[Called, ...]) -> bool:
        """Whether names are the end of the way to a weight."""
        own = [Called(part) for name in self.path for part in name.split("/")]
        sizes = accumulate(1 + name.count("/") for name in reversed(self.path))
        if len(around) > len(between) and len(around) - len(between) not in sizes:
            return False  # a name with slashes stands in a path as a whole
        wanted = [*own, *between][-len(around) :]
        # the name of a cell that its layer makes says nothing of whose it is
        told = len(wanted) == len(around) and any(not one.numbered for one in wanted)
        return told and all(one.fits(name) for one, name in zip(wanted, around, strict=True))

    @property
    def known_by(self) -> set[str]:
        """Names, one of which is in every path that may mean one of its weights."""
        inner = (one for between in self.inner.values() for one in between)
        return {self.path[-1].split("/")[-1], *(one.name for one in inner if not one.numbered)}


def carry_over(
    owners: list[Owner],
    arrays: Iterable[tuple[str, Array]],
    diagnostics: Diagnostics,
) -> dict[str, Array]:
    """Give every array to the layer that it belongs to.

    Args:
        owners: The layers in Keras's order.
        arrays: With Keras's paths, in Keras's order; a path may come twice.
        diagnostics: Takes arrays that no layer, or more than one, may have, and weights for
            which there is no array.

    Returns:
        The arrays by the spec's names, such as `dense.kernel`.
    """
    by_path: dict[str, list[Array]] = {}
    for path, array in arrays:
        # The state of a random generator is a variable of a layer, and not a weight.
        if path.endswith("seed_generator_state"):
            continue
        by_path.setdefault(path, []).append(array)
    index: dict[str, list[int]] = {}
    for number, owner in enumerate(owners):
        for name in owner.known_by:
            index.setdefault(name, []).append(number)
    result: dict[str, Array] = {}
    unknown: list[str] = []
    shared: list[str] = []
    for path, found in by_path.items():
        near = {number for name in path.split("/")[:-1] for number in index.get(name, ())}
        candidates = [
            (owners[number], weight)
            for number in sorted(near)
            for weight in owners[number].matches(path)
        ]
        names = _names(candidates, len(found))
        if names is None or any(name in result for name in names):
            (shared if candidates else unknown).append(path)
        else:
            result.update(zip(names, found, strict=True))
    wanted = [f"{owner.name}.{weight}" for owner in owners for weight in owner.weights]
    missing = [name for name in wanted if name not in result]
    if unknown or shared:
        some = bool(result or shared)
        left = _left(unknown, shared, some, missing if some else [])
        diagnostics.at(Outside()).add(Refusals(left))
    elif missing:
        message = f"there is no array for {shown_some(missing, SHOWN)}"
        help = f"save all weights of the model in Keras: `{SAVE}`"
        diagnostics.at(Outside()).add(Refusal("SPC0809", message, help=help))
    return {name: result[name] for name in wanted if name in result}


def _names(candidates: list[tuple[Owner, str]], count: int) -> list[str] | None:
    """The spec's names for the arrays of one path: as many layers as arrays, or None."""
    if len(candidates) > count:
        # A layer of the outermost model, whose whole path this is, comes before nested ones.
        shortest = min(len(owner.path) for owner, _ in candidates)
        candidates = [item for item in candidates if len(item[0].path) == shortest]
    if len(candidates) != count:
        return None
    return [f"{owner.name}.{weight}" for owner, weight in candidates]


def _left(
    unknown: list[str], shared: list[str], some: bool, missing: list[str]
) -> Iterator[Refusal]:
    """What is said of arrays without a place; `some` of the others have one."""
    also = (f"there is no array for {shown_some(missing, SHOWN)}",) if missing else ()
    if unknown:
        fault = (
            "no layer of the model has a weight"
            if some
            else "the keys are not Keras's weight paths:"
        )
        yield Refusal(
            "SPC0808",
            f"{fault} {shown_some(unknown, SHOWN)}",
            notes=("a path ends with the layer's name and the weight's: `dense/kernel`", *also),
            help=f"save the weights of this model in Keras: `{SAVE}`",
        )
    if shared:
        yield Refusal(
            "SPC0808",
            f"several layers of nested models could have {shown_some(shared, SHOWN)}",
            notes=() if unknown else also,
            help="give the layers of nested models different names, and save the weights again",
        )
