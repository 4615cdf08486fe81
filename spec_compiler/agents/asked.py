"""What is asked of a tool: its arguments as data, checked, and the spec that they name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from spec_compiler.files import regular, under
from spec_compiler.records import record
from spec_compiler.refusals import Refusal
from spec_compiler.source import Limits
from spec_compiler.spelling import nearest

_TYPES: Mapping[str, tuple[type, ...]] = {"string": (str,), "object": (dict,), "integer": (int,)}


class UnfitError(Exception):
    """A call that cannot be answered: its text says what to ask instead."""


@record
class Argument:
    """An argument of a tool.

    Attributes:
        type: Of JSON: string, object or integer.
        does: What it is for.
        among: Its values, where they are few.
        needed: Whether a call without it is refused.
    """

    type: str
    does: str
    among: tuple[str, ...] = ()
    needed: bool = False

    def schema(self) -> dict[str, Any]:
        """The argument as JSON Schema."""
        among = {"enum": [*self.among]} if self.among else {}
        return {"type": self.type, "description": self.does, **among}


class Given(NamedTuple):
    """A spec as it was given.

    Attributes:
        name: Of its file, below the root, which is the working folder; it need not exist.
        raw: Its bytes; of a text that is too large, enough to be refused for it.
    """

    name: str
    raw: bytes


SPEC: Mapping[str, Argument] = {
    "text": Argument("string", "The spec itself, YAML or JSON; or write `path`."),
    "path": Argument("string", "A spec below the root, with `/` between folders; or `text`."),
    "name": Argument(
        "string",
        "With `text`, the name that it would have below the root: imports and weights are relative "
        "to its folder, and `.json` makes it JSON. Default: spec.yaml.",
    ),
}
"""The arguments of all tools that take a spec."""


def schema_of(arguments: Mapping[str, Argument]) -> dict[str, Any]:
    """What a call may hold, as JSON Schema, closed."""
    return {
        "type": "object",
        "properties": {name: argument.schema() for name, argument in arguments.items()},
        "required": [name for name, argument in arguments.items() if argument.needed],
        "additionalProperties": False,
    }


def checked(given: Mapping[str, Any], arguments: Mapping[str, Argument]) -> dict[str, Any]:
    """The arguments of a call, which fit their schema; what is null is not given.

    Raises:
        UnfitError: one is unknown, missing or of another type.
    """
    for name, value in given.items():
        argument = arguments.get(name)
        if argument is None:
            raise UnfitError(f"there is no argument `{name}`; {meant(name, arguments)}")
        if value is None and not argument.needed:
            continue
        if not isinstance(value, _TYPES[argument.type]) or isinstance(value, bool):
            raise UnfitError(f"`{name}` is not of type {argument.type}")
        if argument.among and value not in argument.among:
            raise UnfitError(f"`{name}` is one of: {', '.join(argument.among)}")
    for name, argument in arguments.items():
        if argument.needed and name not in given:
            raise UnfitError(f"`{name}` is missing: {argument.does}")
    return {name: value for name, value in given.items() if value is not None}


def meant(name: str, known: Collection[str]) -> str:
    """What to say of a name that is not known."""
    guess = nearest(name, known)
    return f"did you mean `{guess}`?" if guess else f"there are: {', '.join(known)}"


def given_spec(asked: Mapping[str, Any]) -> Given:
    """The spec that a call is about.

    Raises:
        UnfitError: none is given, or two are, or a path leads out of the root or to no file.
    """
    text, path, name = asked.get("text"), asked.get("path"), asked.get("name", "spec.yaml")
    if (text is None) == (path is None):
        raise UnfitError("write either `text`, the spec itself, or `path`, a file below the root")
    if path is None:
        _below(name)
        # of half a character, which JSON may hold, the reader tells the place
        return Given(name, str(text).encode("utf-8", "surrogatepass"))
    if "name" in asked:
        raise UnfitError("`name` goes with `text`; a file has its own")
    return Given(path, _read(path))


def _below(path: str) -> Path:
    """Where a path leads, links followed.

    Raises:
        UnfitError: out of the root, or nowhere that can be read.
    """
    try:
        return under(".", path)
    except Refusal as refusal:
        where = refusal.message.replace("the folder of the spec", "the root of this server")
        raise UnfitError(f"{where}; paths are relative to the root, and stay below it") from None


def _read(path: str) -> bytes:
    try:
        found = _below(path)
        regular(found)
        with open(found, "rb") as file:
            return file.read(Limits().bytes + 1)
    except Refusal:
        raise UnfitError(f"`{path}` is not a file") from None
    except OSError as error:
        raise UnfitError(f"`{path}` cannot be read: {error.strerror}") from None
