"""What may be written in a place: keys with their forms, values, and what texts there are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from spec_compiler.declaring.fields import Declaration
from spec_compiler.records import record
from spec_compiler.writing.yaml_text import to_yaml


class Keyed(Protocol):
    """A mapping, of which some keys say what the others may be."""

    def said(self, key: str) -> str:
        """The text under a key; empty where there is none."""
        ...

    def get(self, key: str) -> object:
        """What stands under a key; None where nothing does."""
        ...


@record
class Field:
    """A key that a mapping may have.

    Attributes:
        name: As authors write it.
        words: What it means.
        default: What holds where it is not written, as YAML; empty where nothing does.
        required: Whether it must be there.
        form: What may stand under it.
        owner: The declaration or the choice that it belongs to.
    """

    name: str
    words: str
    default: str
    required: bool
    form: Callable[[], Form]
    owner: str


@record
class Form:
    """What may be written in a place.

    Attributes:
        fields: The keys of a mapping, in the order in which they are best written.
        free: What stands under other keys, where others may be.
        names: What those keys are names of.
        item: What stands in a list.
        literals: Values that can be named, as plain data.
        kinds: What else a text or a number may be: `source`, `size`, `expression`.
        chosen: Things that a name chooses, which a mapping has under `type`: `layer`, `activation`.
        decided: The form of a mapping of which some keys are there.
        about: The class that says what the mapping is.
    """

    fields: Mapping[str, Field] = dataclasses.field(default_factory=dict[str, Field])
    free: Callable[[], Form] | None = None
    names: str = ""
    item: Callable[[], Form] | None = None
    literals: tuple[object, ...] = ()
    kinds: frozenset[str] = frozenset()
    chosen: str = ""
    decided: Callable[[Keyed], Form] | None = None
    about: type[Declaration] | None = None

    def of(self, part: Keyed) -> Form:
        """The form of a mapping: its `type` decides which."""
        return self.decided(part) if self.decided is not None else self


NOTHING = Form()


def merged(forms: list[Form]) -> Form:
    """What may be one of several; a text where a number may be, too, is arithmetic."""
    if len(forms) == 1:
        return forms[0]
    decided = [form.decided for form in forms if form.decided is not None]
    return Form(
        {key: field for form in forms for key, field in form.fields.items()},
        next((form.free for form in forms if form.free is not None), None),
        next((form.names for form in forms if form.names), ""),
        next((form.item for form in forms if form.item is not None), None),
        tuple(dict.fromkeys(value for form in forms for value in form.literals)),
        _arithmetic(frozenset[str]().union(*(form.kinds for form in forms))),
        next((form.chosen for form in forms if form.chosen), ""),
        _decided(decided[0], forms) if decided else None,
        next((form.about for form in forms if form.about is not None), None),
    )


def _arithmetic(kinds: frozenset[str]) -> frozenset[str]:
    return kinds - {"text"} | {"whole"} if {"text", "number"} <= kinds else kinds


def _decided(choice: Callable[[Keyed], Form], forms: list[Form]) -> Callable[[Keyed], Form]:
    """Of a choice or a mapping of another kind: what has a `type` is a choice."""
    others = [form for form in forms if form.decided is None and (form.free or form.fields)]

    def decide(part: Keyed) -> Form:
        if others and part.get("type") is None:
            return merged([*others, Form(choice(part).fields)])
        return choice(part)

    return decide


def as_yaml(value: object) -> str:
    """A value as it is written in YAML."""
    return to_yaml(cast("Any", {"x": value})).removeprefix("x:").strip()
