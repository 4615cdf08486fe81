"""What mends a mistake, known to the rule that refuses it: the words that say so are made from it.

A rule knows what to write and not where: `editing` makes replacements of text from a fix and a
place. So the sentence that a reader follows by hand and the edit that a program makes are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from spec_compiler.places import Placed


class Fix(NamedTuple):
    """What is to be done with what is blamed.

    Attributes:
        kind: `write` puts a value there, `name` another name, `put` an entry into the mapping that
            is blamed, `remove` takes away the entry that is blamed, and `advise` is words alone.
        text: The value as YAML has it in braces, or the name.
        key: Of the entry that is put.
        safe: Whether there is one reading, and this is it.
        help: The words that say it as advice.
        annotation: The words that ask beside the caret.
        beside: Whether `put` is into the mapping in which the blamed stands.
        at: What is to be mended, where it is not what is blamed.
        whole: Whether all of a text is to be replaced, though a part of it is blamed.
        part: Which characters of a text are to be replaced, counted from the first that is blamed,
            where they are not those that are blamed.
    """

    kind: Literal["write", "name", "put", "remove", "advise"]
    text: str = ""
    key: str = ""
    safe: bool = True
    help: str = ""
    annotation: str = ""
    beside: bool = False
    at: Placed | None = None
    whole: bool = False
    part: tuple[int, int] | None = None


def write(text: object, rest: str = "", *, words: str = "", safe: bool = True) -> Fix:
    """Another value in the place of the one that is blamed.

    Args:
        text: As YAML has it in braces; where it has `…`, only the author knows all of it.
        rest: How the sentence ends.
        words: Another sentence, which says the key, too.
        safe: See `Fix`.
    """
    return Fix("write", f"{text}", safe=safe, help=words or f"write `{text}`{rest}")


def put(
    key: str,
    text: object,
    rest: str = "",
    *,
    verb: str = "write",
    safe: bool = False,
    beside: bool = False,
) -> Fix:
    """An entry of the mapping that is blamed, whether its key is there already or not."""
    help = f"{verb} `{key}: {text}`{rest}"
    return Fix("put", f"{text}", key, safe, help, beside=beside)


def remove(words: str = "leave it out", *, safe: bool = False) -> Fix:
    """Nothing in the place of the entry, or the item, that is blamed."""
    return Fix("remove", safe=safe, help=words)


def rename(name: str, *, safe: bool) -> Fix:
    """Another name in the place of the one that is blamed."""
    return Fix("name", name, safe=safe, annotation=f"did you mean `{name}`?")


def advise(words: str) -> Fix | None:
    """What only a reader can do; None without words."""
    return Fix("advise", safe=False, help=words) if words else None


def in_quotes(text: str) -> str:
    """Text as it should be quoted."""
    return f"'{text}'" if '"' in text or "\\" in text else f'"{text}"'
