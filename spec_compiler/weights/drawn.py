"""First values of weights that were drawn before, for who asks again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spec_compiler.ir.arrays import Array
from spec_compiler.layers.base.trained import Trained
from spec_compiler.weights.initialise import initialise

_KEPT_BYTES = 2**26


class _Kept(NamedTuple):
    """A weight as it was drawn."""

    made: Trained
    seed: int
    array: Array


class Drawn:
    """Weights that were drawn before: those that are as they were need not be drawn again."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def initialise(self, weights: Mapping[str, Trained], seed: int) -> dict[str, Array]:
        """What `initialise` gives; of weights that are the same objects, the same arrays.

        They are kept to the next time where all take at most 64 MiB; nobody may write to them.

        Raises:
            Refusal: as `initialise` does.
        """
        kept = {
            name: before
            for name, made in weights.items()
            if (before := self._kept.get(name)) and before.made is made and before.seed == seed
        }
        new = {name: made for name, made in weights.items() if name not in kept}
        drawn = initialise(new, seed)
        for array in drawn.values():
            array.flags.writeable = False
        kept |= {name: _Kept(weights[name], seed, array) for name, array in drawn.items()}
        total = sum(item.array.nbytes for item in kept.values())
        self._kept = kept if total <= _KEPT_BYTES else {}
        return {name: kept[name].array for name in weights}
