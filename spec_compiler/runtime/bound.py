"""Data bound to a program: what its shapes and dtypes decide, worked out once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TypeAlias

from spec_compiler.ir.peak import Peak
from spec_compiler.program import Program
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.feed import Declared
from spec_compiler.runtime.offered import Offered
from spec_compiler.runtime.peak import at_most

KEPT = 16
"""Data of other shapes, one after another, that a model still knows."""
Key: TypeAlias = tuple[tuple[tuple[str, Offered], ...], tuple[tuple[str, Fixed], ...]]
"""All that is asked of data before its values: what is offered, and sizes fixed beforehand."""


@dataclass(frozen=True, eq=False)
class Bound:
    """Data whose names and shapes fit, without its values.

    Attributes:
        program: What it fits.
        offered: What is known of it.
        sizes: The number that each named size is.
    """

    program: Program
    offered: Mapping[str, Offered]
    sizes: Mapping[str, int]

    @cached_property
    def declared(self) -> Mapping[str, Declared]:
        """What the values of each input must be."""
        return {
            name: Declared.of(name, self.program.takes[name], self.sizes)
            for name in self.program.graph.inputs
        }

    @cached_property
    def peak(self) -> Peak:
        """What a run of it does not exceed."""
        return at_most(self.program, self.sizes, self.offered)


@dataclass(slots=True)
class Bindings:
    """What was bound last, for one program; threads may share it."""

    _bound: OrderedDict[Key, Bound] = field(default_factory=OrderedDict["Key", Bound])
    _lock: Lock = field(default_factory=Lock)

    def of(self, key: Key, bind: Callable[[], Bound]) -> Bound:
        """What belongs to a key: bound where it is not known; what is refused is not kept."""
        with self._lock:
            found = self._bound.get(key)
            if found is not None:
                self._bound.move_to_end(key)
                return found
        made = bind()
        with self._lock:
            self._bound[key] = made
            if len(self._bound) > KEPT:
                self._bound.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._bound)
