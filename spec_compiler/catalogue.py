"""Things by name, each loaded when it is first asked for: a run needs few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TypeVar

Thing = TypeVar("Thing")


class Catalogue(Mapping[str, Thing]):
    """A table of classes or functions of one kind. Names are known without loading anything.

    Args:
        package: The package of the modules.
        places: For each name a module of the package and what to take from it, `dense.Dense`.
    """

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self._package = package
        self._places = places
        self._loaded: dict[str, Thing] = {}

    def __getitem__(self, name: str) -> Thing:
        if name not in self._loaded:
            module, _, thing = self._places[name].rpartition(".")
            self._loaded[name] = getattr(import_module(f"{self._package}.{module}"), thing)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    @property
    def first_names(self) -> tuple[str, ...]:
        """The names without those that mean what one before them does; nothing is loaded."""
        first: dict[str, str] = {}
        for name, place in self._places.items():
            first.setdefault(place, name)
        return tuple(first.values())
