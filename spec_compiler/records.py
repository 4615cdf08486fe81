"""Records: data that the type checker keeps frozen, declared as dataclasses are.

`dataclasses` writes seven functions for a frozen class as text and compiles each, which was a fifth
of a short command. Here it writes `__init__`; the others are the same for every record. None of
them refuses to set a field at run time, since `__init__` would have to go round it: pyright does.
What users hold, too, as a `Diagnostic`, is a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type[Any])


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: Class) -> Class:
    """A dataclass with slots that is equal to what has the same fields."""
    made: Any = entity(cls)
    compared = [part.name for part in fields(made) if part.compare]
    made._compared = staticmethod(attrgetter(*compared) if compared else _nothing)
    for name, function in {"__eq__": _equal, "__hash__": _hash}.items():
        if name not in cls.__dict__:
            setattr(made, name, function)
    return made


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def entity(cls: Class) -> Class:
    """A dataclass with slots that is equal to nothing but itself."""
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    if "__repr__" not in cls.__dict__:
        made.__repr__ = _repr
    return made


def _nothing(item: object) -> tuple[()]:
    return ()


def _equal(self: Any, other: Any) -> bool:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._compared(self) == self._compared(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _repr(self: Any) -> str:
    shown = [f"{part.name}={getattr(self, part.name)!r}" for part in fields(self) if part.repr]
    return f"{self.__class__.__qualname__}({', '.join(shown)})"
