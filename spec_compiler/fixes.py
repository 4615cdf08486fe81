"""What mends a mistake, known to the rule that refuses it: the words that say so are made from it.

A rule knows what to write and not where: `edits` makes replacements of text from a fix and a
place. So the sentence that a reader follows by hand and the edit that a program makes are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from spec_compiler.places import Placed
Kind: TypeAlias = Literal[
    "write",
    "name",
    "put",
    "remove",
    "entry",
    "move",
    "before",
    "lift",
    "indent",
    "brace",
    "wrap",
    "nest",
    "item",
    "itemize",
    "keyed",
    "alone",
    "around",
    "behind",
    "advise",
]
"""What is done; see `Fix`."""

UP = -1
"""In the path of a fix: the mapping around."""


class Fix(NamedTuple):
    """What is to be done with what is blamed.

    Attributes:
        kind: `write` puts a value there, `name` another name, `put` an entry into the mapping that
            is blamed, `remove` takes away the entry that is blamed, `entry` puts another key and
            value in its place, `move` puts it into a mapping beside it, `before` puts an item
            before the one that is blamed, `lift` puts what is in its mapping in the place of the
            entry, `indent` puts it a step further in, `brace` makes a mapping of a list in
            brackets, `wrap` makes a list the entry of a mapping, `nest` puts what is in a mapping
            under a key of it, `item` makes a list of a mapping, which is its only item, `itemize`
            makes a list of a mapping, whose keys are names, `keyed` makes a mapping from names of a
            list, `alone` puts the only item of a list in its place, `around` puts a layer inside of
            another one, `behind` puts an item behind the one that is blamed, and `advise` is words
            alone.
        text: The value as YAML has it in braces, or the name. In an `entry` a `@` is the value that
            stands there.
        key: Of the entry that is put, of the other one, or of the mapping.
        safe: Whether there is one reading, and this is it.
        help: The words that say it as advice.
        annotation: The words that ask beside the caret.
        ahead: The key before which a new entry is put, where that is there.
        beside: Whether `put` is into the mapping in which the blamed stands.
        at: What is to be mended, where it is not what is blamed.
        whole: Whether all of a text is to be replaced, though a part of it is blamed; of `before`,
            whether a list of what feeds the layer goes to the new one.
        part: Which characters of a text are to be replaced, counted from the first that is blamed,
            where they are not those that are blamed.
        holes: Characters of the text that stand in the new one for `@0`, `@1`, …
        path: What is to be mended, as seen from where the refusal's argument is seen.
        also: What is to be done together with it.
        of: The keys, or the indices, of all that is in what gets another form.
        last: Whether it is for a spec in which nothing else is wrong, as it takes away what nothing
            reads, or claims what came out: where something is wrong, that may be why.
    """

    kind: Kind
    text: str = ""
    key: str = ""
    safe: bool = True
    help: str = ""
    annotation: str = ""
    beside: bool = False
    ahead: str = ""
    at: Placed | None = None
    whole: bool = False
    part: tuple[int, int] | None = None
    holes: tuple[tuple[int, int], ...] = ()
    path: tuple[str | int, ...] | None = None
    also: tuple[Fix, ...] = ()
    of: tuple[str | int, ...] = ()
    last: bool = False

    def under(self, path: tuple[str | int, ...]) -> Fix:
        """The same seen from further outside."""
        own = self.path if self.path is None or self.at is not None else (*path, *self.path)
        return self._replace(path=own, also=tuple(fix.under(path) for fix in self.also))

    def on(self, *path: str | int) -> Fix:
        """The same, of what stands at a path."""
        return self._replace(path=path)

    def and_(self, *others: Fix) -> Fix:
        """The same, and others, each with a path of its own."""
        return self._replace(also=(*self.also, *others))


def write(text: object, rest: str = "", *, words: str = "", safe: bool = True) -> Fix:
    """Another value in the place of the one that is blamed.

    Args:
        text: As YAML has it in braces; where it has `…`, only the author knows all of it.
        rest: How the sentence ends.
        words: Another sentence, which says the key, too.
        safe: See `Fix`.
    """
    return Fix("write", f"{text}", safe=safe, help=words or f"write `{text}`{rest}")


def rewrite(
    text: str,
    part: tuple[int, int],
    *holes: tuple[int, int],
    of: tuple[int, int],
    words: str = "",
    safe: bool = False,
) -> Fix:
    """Another text for a part of a formula, made of pieces of it.

    Args:
        text: The new text, where `@0`, `@1`, … are pieces.
        part: The columns that it replaces.
        holes: The columns of the pieces.
        of: The columns that are blamed.
        words: The sentence that says it.
        safe: See `Fix`.
    """
    relative = part[0] - of[0], part[1] - of[0]
    return Fix("write", text, safe=safe, help=words, part=relative, holes=holes)


def put(
    key: str,
    text: object,
    rest: str = "",
    *,
    verb: str = "write",
    words: str = "",
    safe: bool = False,
    beside: bool = False,
) -> Fix:
    """An entry of the mapping that is blamed, whether its key is there already or not."""
    help = words or f"{verb} `{key}: {text}`{rest}"
    return Fix("put", f"{text}", key, safe, help, beside=beside)


def remove(words: str = "leave it out", *, safe: bool = False) -> Fix:
    """Nothing in the place of the entry, or the item, that is blamed."""
    return Fix("remove", safe=safe, help=words)


def unread(words: str, *, safe: bool = False) -> Fix:
    """Nothing in the place of what nothing reads, if it is not read for another mistake."""
    return Fix("remove", safe=safe, help=words, last=True)


def entry(key: str, text: str, words: str, *, safe: bool = False) -> Fix:
    """Another key, with another value, in the place of the entry that is blamed.

    Args:
        key: The key, which does not stand beside it.
        text: As YAML has it in braces, with `@` for the value that stands there.
        words: The sentence that says it.
        safe: See `Fix`.
    """
    return Fix("entry", text, key, safe, words)


def move(section: str, key: str, words: str, *, safe: bool = False) -> Fix:
    """The blamed entry as one, called `key`, of a mapping that stands beside it or is made."""
    return Fix("move", key, section, safe, words)


def outward(key: str, text: str, words: str, *, safe: bool = False) -> Fix:
    """The blamed entry as one of the mapping around the one that it stands in.

    Args:
        key: What it is called there.
        text: Its value, as YAML has it in braces.
        words: The sentence that says it.
        safe: See `Fix`.
    """
    return remove(words, safe=safe).and_(put(key, text).on(UP))


def before(item: str, words: str, *, safe: bool = False, joins: bool = False) -> Fix:
    """An item of the list in which the blamed one stands, before it; it may join what feeds it."""
    return Fix("before", item, safe=safe, help=words, whole=joins)


def behind(item: str, words: str, *, safe: bool = False) -> Fix:
    """An item of the list in which the blamed one stands, behind it."""
    return Fix("behind", item, safe=safe, help=words)


def wrap(key: str, words: str, *, beside: str = "") -> Fix:
    """The blamed list as an entry of a mapping in its place, behind the lines of `beside`."""
    return Fix("wrap", beside, key, safe=False, help=words)


def nest(key: str, words: str) -> Fix:
    """What is in the blamed mapping under a key of it."""
    return Fix("nest", key=key, safe=False, help=words)


def only_item(words: str) -> Fix:
    """The blamed mapping as the only item of a list."""
    return Fix("item", help=words)


def itemize(names: Iterable[str], words: str) -> Fix:
    """The blamed mapping, from names to mappings, as a list of mappings with a `name`."""
    return Fix("itemize", help=words, of=tuple(names))


def alone(words: str) -> Fix:
    """The only item of the blamed list in the place of the list."""
    return Fix("alone", help=words, of=(0,))


def around(kind: str, inside: Iterable[str], words: str) -> Fix:
    """The layer that is blamed as the argument `layer` of another one.

    Args:
        kind: The type of the other one.
        inside: The keys that go inside: what is neither of these nor of the call is left out.
        words: The sentence that says it.
    """
    return Fix("around", kind, safe=False, help=words, of=tuple(inside), path=())


def by_name(items: int, words: str, *, key: str = "name") -> Fix:
    """The blamed list of so many mappings, each with a name, as a mapping from the names.

    Args:
        items: How many they are.
        words: The sentence that says it.
        key: Under which an item has its name, if it has more than one key. What has a `value`
            beside it, and nothing else, is its name's value.
    """
    return Fix("keyed", key=key, help=words, of=tuple(range(items)))


def lift(words: str, *, lead: str = "", safe: bool = True) -> Fix:
    """What is in the mapping of the entry, behind `lead`, in the place of the entry."""
    return Fix("lift", lead, safe=safe, help=words)


def indent(words: str = "") -> Fix:
    """The blamed entry, with all its lines, a step further in."""
    return Fix("indent", help=words)


def brace(words: str) -> Fix:
    """Braces in the place of the brackets that are blamed."""
    return Fix("brace", help=words)


def rename(name: str, *, safe: bool) -> Fix:
    """Another name in the place of the one that is blamed."""
    return Fix("name", name, safe=safe, annotation=f"did you mean `{name}`?")


def called(name: str, words: str, *, safe: bool = False) -> Fix:
    """The same with a sentence that says it."""
    return Fix("name", name, safe=safe, help=words)


def advise(words: str) -> Fix | None:
    """What only a reader can do; None without words."""
    return Fix("advise", safe=False, help=words) if words else None


def in_quotes(text: str) -> str:
    """Text as it should be quoted."""
    return f"'{text}'" if '"' in text or "\\" in text else f'"{text}"'
