"""The declarations that stand inside a declaration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import isclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BeforeValidator

from spec_compiler.declaring.fields import Declaration
from spec_compiler.refusals import ItemPath


def declaration_at(cls: type[Declaration], path: ItemPath) -> type[Declaration] | None:
    """The declaration of the mapping at a path; None where it is not closed by one."""
    found: list[Any] = [cls]
    for part in path:
        found = [inner for option in found for inner in _inside(option, part)]
    closed = [item for item in found if isclass(item) and issubclass(item, Declaration)]
    return closed[0] if closed else None


def takes_null(cls: type[Declaration], path: ItemPath) -> bool:
    """Whether null may stand at a path of the declaration."""
    owner = declaration_at(cls, path[:-1]) if path else None
    fields = owner.model_fields.items() if owner else ()
    found = [field.annotation for name, field in fields if path[-1] in {name, field.alias}]
    return any(type(None) in _members(annotation) for annotation in found)


def readers(annotations: Iterable[Any]) -> Iterator[str]:
    """The names of the functions that read what annotations stand for, before anything else."""
    for item in annotations:
        if isinstance(item, BeforeValidator):
            yield getattr(item.func, "__name__", "")
        else:
            yield from readers(get_args(item))


def _members(annotation: Any) -> tuple[Any, ...]:
    """The types that an annotation allows."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(inner for option in get_args(annotation) for inner in _members(option))
    return (annotation,)


def _inside(option: Any, part: str | int) -> Iterator[Any]:
    """What may stand under a key or an index of something of this type."""
    origin = get_origin(option)
    if isclass(option) and issubclass(option, Declaration):
        for name, field in option.model_fields.items():
            if part == (field.alias or name):
                yield from _options(field.annotation)
    elif isclass(origin) and issubclass(origin, Mapping | Sequence):
        yield from _options(get_args(option)[-1 if issubclass(origin, Mapping) else 0])


def _options(annotation: Any) -> Iterator[Any]:
    """The declarations and containers that an annotation allows."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _options(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    elif origin is not None or (isclass(annotation) and issubclass(annotation, Declaration)):
        yield annotation
