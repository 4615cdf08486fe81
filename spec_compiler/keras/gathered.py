"""What is wrong with many layers in the same way, said once."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TypeAlias

from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.shortening import shown_some

_SHOWN = 8
_Key: TypeAlias = "tuple[str, str, str, str]"


class Gathered:
    """Refusals of layers, one for all layers of a class in which the same is wrong."""

    def __init__(self) -> None:
        self._same: dict[_Key, list[tuple[str, Refusal]]] = {}

    def of(self, kind: str, name: str) -> _OfLayer:
        """What is refused in this block is refused of the layer `name` of class `kind`."""
        return _OfLayer(self, kind, name)

    def add(self, kind: str, name: str, refusal: Refusal) -> None:
        """Collect what is refused of a layer."""
        for part in refusal.parts:
            without = part.message.replace(f"`{name}`", "``")
            key = (part.code, kind, without, part.help)
            self._same.setdefault(key, []).append((name, part))

    def all(self) -> Refusals:
        """What was collected, which is forgotten."""
        told = Refusals(self._told())
        self._same.clear()
        return told

    def _told(self) -> Iterator[Refusal]:
        for (_, kind, _, _), found in self._same.items():
            name, first = found[0]
            if len(found) == 1:
                yield first
                continue
            alone = f"layer `{name}` is"
            if alone in first.message:
                message = first.message.replace(alone, f"{len(found)} layers are")
                those = "they are"
            else:
                message = f"{first.message} (in {len(found)} layers of class `{kind}`)"
                those = "the layers are"
            names = dict.fromkeys(name for name, _ in found)
            note = f"{those} {shown_some(list(names), _SHOWN)}"
            yield first.but(message=message, notes=(*first.notes, note))


class _OfLayer:
    def __init__(self, gathered: Gathered, kind: str, name: str) -> None:
        self._gathered, self._kind, self._name = gathered, kind, name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _: type[BaseException] | None, raised: BaseException | None, __: TracebackType | None
    ) -> bool:
        if not isinstance(raised, Refusal):
            return False
        self._gathered.add(self._kind, self._name, raised)
        return True
