"""What other tools put into a text, `${width}` or `{{ width }}`, and what it means here.

Nothing is put into the text of a spec: a param stands in arithmetic by its name, a value is set
from outside with `--set`, and the environment is not read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from spec_compiler.fixes import Fix, advise, write

_OUTSIDE = r"(?P<outside>(?:oc\.)?env(?:ironment)?\s*[:.,]\s*|oc\.env:\s*)?"
_NAME = r"\.?(?:[A-Za-z_][\w-]*\.)*(?P<name>[A-Za-z_]\w*)"
_DEFAULT = r"(?P<default>\s*(?::?[-=?]|,|\|\s*default\()\s*(?P<value>[^(){}<>]*?)\)?)?"
_BODY = rf"\s*{_OUTSIDE}{_NAME}{_DEFAULT}\s*"
_ROUND = re.compile(r"[$%]\(" + _BODY + r"\)[sdfi]?")
_FORMS = (
    re.compile(r"\$?\{\{-?" + _BODY + r"-?\}\}"),
    re.compile(r"[$#@%]\{" + _BODY + r"\}"),
    _ROUND,
    re.compile(r"%" + _BODY + r"%"),
    re.compile(r"\{" + _BODY + r"\}"),
    re.compile(r"@" + _NAME + "(?P<outside>)?(?P<default>)?(?P<value>)?"),
)
_ALONE = re.compile("<" + _BODY + ">")
"""A form that is one only where nothing stands beside it: `a < b > c` is none."""
_FAR = 200


class Placeholder(NamedTuple):
    """A place in a text where another tool puts a value.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        name: Of the value.
        outside: Whether the value comes from the environment.
        default: What stands there without one.
    """

    start: int
    end: int
    name: str
    outside: bool
    default: str


def placeholders(text: str) -> list[Placeholder]:
    """The places in a text, in their order."""
    if len(text) > _FAR or not any(sign in text for sign in "{(<%@"):
        return []
    whole = text.strip()
    if alone := _ALONE.fullmatch(whole):
        return [_of(alone, text.index(whole))]
    found: list[Placeholder] = []
    at = 0
    while at < len(text):
        here = next((match for form in _FORMS if (match := form.match(text, at))), None)
        if here:
            found.append(_of(here, 0))
        at = here.end() if here else at + 1
    return found


def begins(text: str) -> Placeholder | None:
    """The place with which a text begins."""
    matches = (form.match(text[:_FAR]) for form in _FORMS)
    return next((_of(match, 0) for match in matches if match), None)


def _of(match: re.Match[str], before: int) -> Placeholder:
    name, default = match["name"], match["value"] or ""
    outside = bool(match["outside"]) or bool(match["default"])
    return Placeholder(match.start() + before, match.end() + before, name, outside, default)


def in_arithmetic(text: str, known: Collection[str]) -> Fix | None:
    """What to write for a size or a number with such places in it; None where there are none.

    Args:
        text: What is written.
        known: The names that may stand there.
    """
    found = placeholders(text)
    if not found:
        return None
    strange = next((one for one in found if one.name not in known), None)
    if strange is not None or any(one.outside for one in found):
        return advise(unknown(strange or next(one for one in found if one.outside), known))
    pieces: list[str] = []
    at = 0
    for one in found:
        pieces += [text[at : one.start], one.name]
        at = one.end
    new = "".join([*pieces, text[at:]]).strip()
    return write(
        new, words=f"write `{new}`: a param or a dim stands in arithmetic by its name alone"
    )


def unknown(found: Placeholder, known: Collection[str] = ()) -> str:
    """What to do about a place whose value comes from outside, or from nothing that there is."""
    name, value = found.name.lower(), found.default or "…"
    begin = "the environment is not read" if found.outside else "nothing is put into the text"
    if name in known:
        return f"{begin}: write `{name}`, and set it by `--set {name}={value}`"
    declared = f"`params: {{{name}: {value}}}`"
    return f"{begin}: declare {declared}, write `{name}`, and set it by `--set {name}={value}`"
