"""From what authors wrote to a declaration, with every mistake in the language's own words."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from spec_compiler.diagnostics import Refusal, nearest
from spec_compiler.notation.fields import FieldRefusal
from spec_compiler.notation.scope import Scope, described

Model = TypeVar("Model", bound=BaseModel)


class Refusals(Exception):
    """Everything that is wrong with one declaration; paths are relative to it."""

    def __init__(self, items: list[Refusal]) -> None:
        super().__init__("; ".join(item.message for item in items))
        self.items = items


def validated(cls: type[Model], written: object, scope: Scope, what: str) -> Model:
    """An instance of `cls` from plain data.

    Args:
        cls: The declaration.
        written: Plain data as authors wrote it.
        scope: What names mean.
        what: What messages call it: `Dense`, `input`.

    Raises:
        Refusals: one for each mistake; a missing key and an unknown one that looks like it are one.
    """
    try:
        return cls.model_validate(written, context=scope)
    except ValidationError as error:
        raise Refusals(translated(error, cls, what)) from None


def translated(error: ValidationError, cls: type[BaseModel], what: str) -> list[Refusal]:
    """Pydantic's findings in the language's own words."""
    details = error.errors(include_url=False)
    absent = {str(item["loc"][-1]) for item in details if item["type"] == "missing"}
    explained: set[str] = set()
    refusals: list[Refusal] = []
    for item in details:
        if item["type"] == "extra_forbidden":
            refusal, guess = _unknown(item, cls, what, absent)
            explained |= {guess} if guess else set()
            refusals.append(refusal)
    for item in details:
        if item["type"] == "missing" and item["loc"][-1] not in explained:
            refusals.append(_missing(item, what))
        elif item["type"] not in {"missing", "extra_forbidden"}:
            refusals += _wrong(item)
    return refusals


def key_names(cls: type[BaseModel]) -> list[str]:
    """The keys of a declaration as authors write them."""
    return [field.alias or name for name, field in cls.model_fields.items()]


def _unknown(
    item: ErrorDetails, cls: type[BaseModel], what: str, absent: set[str]
) -> tuple[Refusal, str | None]:
    key = str(item["loc"][-1])
    path = (*_without_tags(item["loc"][:-1]), key)
    known = key_names(cls) if len(path) == 1 else []
    # a required key that is missing is the likeliest to have been meant
    meant = _MEANT.get(key)
    guess = meant if meant in known else nearest(key, sorted(absent)) or nearest(key, known)
    refusal = Refusal(
        "SPC0103",
        f"{what} has no argument `{key}`",
        argument=path,
        annotation=f"did you mean `{guess}`?" if guess else "unknown",
        help=""
        if guess
        else f"{what} takes {', '.join(f'`{name}`' for name in known)}"
        if known
        else "",
    )
    return refusal, guess


def _missing(item: ErrorDetails, what: str) -> Refusal:
    path = _path(item)
    return Refusal(
        "SPC0102",
        f"{what} needs `{path[-1]}`",
        argument=path[:-1],
        help=f"add `{path[-1]}: …`",
    )


def _wrong(item: ErrorDetails) -> list[Refusal]:
    path = _path(item)
    cause = item.get("ctx", {}).get("error")
    if isinstance(cause, FieldRefusal):
        return [placed(refusal, path) for refusal in cause.refusals]
    wanted = _WANTED.get(item["type"])
    if wanted is None:
        options = item.get("ctx", {}).get("expected")
        wanted = f"one of {options}" if options else item["msg"]
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    subject = f"`{name}` " if name else ""
    hint = _boolean_hint(item)
    return [
        Refusal(
            "SPC0104",
            f"{subject}must be {wanted}, not {described(item['input'])}",
            argument=path,
            help=hint,
        )
    ]


def placed(refusal: Refusal, path: tuple[str | int, ...]) -> Refusal:
    """The same refusal seen from further outside; a field's name is put before its message."""
    full = (*path, *refusal.argument)
    name = next((part for part in reversed(full) if isinstance(part, str)), "")
    message = refusal.message
    if name and message.startswith(("must be", "must ", "is ", "may ", "needs ", "names ")):
        message = f"`{name}` {message}"
    elif name and refusal.code in _NAMED and not message.startswith("`"):
        message = f"`{name}`: {message}"
    return Refusal(
        refusal.code,
        message,
        argument=full,
        within=refusal.within,
        annotation=refusal.annotation,
        related=tuple(((*path, *at), text) for at, text in refusal.related),
        sizes=refusal.sizes,
        labels=refusal.labels,
        notes=refusal.notes,
        help=refusal.help,
    )


_MEANT = {"input": "from", "inputs": "from"}
"""What people call an argument whose name is not like it."""

_NAMED = frozenset({"SPC0106"})

_WANTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "mapping_type": "a mapping",
    "none_required": "null",
}


def _boolean_hint(item: ErrorDetails) -> str:
    if item["type"] == "bool_type" and isinstance(item["input"], str):
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}
        word = meant.get(item["input"].lower(), item["input"].lower())
        if word in {"true", "false"}:
            return f"write `{word}` without quotes"
    return ""


def _path(item: ErrorDetails) -> tuple[str | int, ...]:
    return _without_tags(item["loc"])


def _without_tags(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A path without the names that pydantic adds for union members."""
    return tuple(part for part in loc if not (isinstance(part, str) and _is_tag(part)))


def _is_tag(part: str) -> bool:
    return any(sign in part for sign in "[(") or part in {"str", "int", "bool", "float"}
