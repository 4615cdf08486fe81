"""What a reference means: through the ports and outputs of blocks to a layer or an input."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.expanding.copies import Copies, Meaning, Names, WrittenFeed
from spec_compiler.fixes import Fix, put, write
from spec_compiler.layers.signal import MASK
from spec_compiler.refusals import ItemPath, Refusal, Skipped
from spec_compiler.spelling import Guess, listed, nearest, suggestion

_COUNTED = re.compile(r"(.+)(\[-?\d{1,4}\])")
"""`encoder[1]`: one of several outputs, as Python counts them."""


class References:
    """Follows references, each port and output of a block only once."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.known: dict[WrittenFeed, tuple[str, str | None] | None] = {}

    def resolve(self, written: str | None, names: Names, at: ItemPath) -> tuple[str, str | None]:
        """The layer or input, and which of its outputs; None for the only one.

        Raises:
            Refusal: there is nothing of that name.
            Skipped: something on the way was refused.
        """
        reference = _implied(names) if written is None else written
        meaning, rest = _meaning(reference, names, at)
        if isinstance(meaning, str):
            return meaning, rest
        if isinstance(meaning, Copies):
            meaning, rest = _output(meaning, reference, rest, at)
        source, output = self.follow(meaning)
        return source, output if rest is None else rest

    def follow(self, feed: WrittenFeed) -> tuple[str, str | None]:
        """What a port reads, or an output of a block is.

        Raises:
            Skipped: it was refused.
        """
        chain: list[WrittenFeed] = []
        current: WrittenFeed | None = feed
        found: tuple[str, str | None] | None = None
        while current is not None and current not in self.known:
            self.known[current] = None  # what leads back to itself leads nowhere
            chain.append(current)
            found, current = self._step(current)
        if current is not None:
            found = self.known[current]
            if found is None and current in chain:
                self.diagnostics.at(current.place, once=True).add(_circle(current))
        if found is None:
            raise Skipped
        for item in chain:
            self.known[item] = found
        return found

    def _step(self, feed: WrittenFeed) -> tuple[tuple[str, str | None] | None, WrittenFeed | None]:
        """Where a reference leads: to an output of a layer, or to another reference.

        Raises:
            Skipped: it was refused.
        """
        with self.diagnostics.at(feed.place, once=True):
            reference = feed.reference or _implied(feed.names)
            meaning, rest = _meaning(reference, feed.names, feed.at)
            if isinstance(meaning, Copies):
                meaning, rest = _output(meaning, reference, rest, feed.at)
            if isinstance(meaning, str):
                return (meaning, rest), None
            if rest is not None:  # a mask of what is followed
                return (self.follow(meaning)[0], rest), None
            return None, meaning
        raise Skipped


def _circle(feed: WrittenFeed) -> Refusal:
    shown = feed.reference or "it"
    return Refusal(
        "SPC0207", f"`{shown}` leads back to itself: no layer makes it", argument=feed.at
    )


def _implied(names: Names) -> str:
    """What an absent `from` means on the first item: the only input."""
    if len(names.inputs) == 1:
        return names.inputs[0]
    example = ", ".join(names.inputs)
    raise Refusal(
        "SPC0204",
        f"the first layer needs `from`: there are {len(names.inputs)} inputs",
        fix=put("from", names.inputs[0], f", or `from: [{example}]` where it takes several")
        if names.inputs
        else None,
    )


def _meaning(written: str, names: Names, at: ItemPath) -> tuple[Meaning, str | None]:
    """The longest declared name that a reference begins with, and what follows its dot.

    Raises:
        Refusal: there is no such name.
        Skipped: nor are all names known.
    """
    known = names.meaning
    end = len(written)
    while end > 0:
        if written[:end] in known and end + 1 != len(written):
            return known[written[:end]], written[end + 1 :] or None
        end = written.rfind(".", 0, end)
    if names.unsure:
        raise Skipped
    if (counted := _COUNTED.fullmatch(written)) and counted[1] in known:
        meaning = known[counted[1]]
        if not isinstance(meaning, Copies):
            return meaning, counted[2]  # whoever knows the outputs says which that is
        if meaning.copies:
            name = f"{counted[1]}.{counted[2][1:-1]}"
            message = f"there is no layer or input `{written}`"
            raise Refusal("SPC0203", message, argument=at, fix=write(name, safe=False))
    source = written.partition(".")[0]
    there = _candidates(names, ("drop", "pass") if at == ("mask",) else ())
    if several := _several(written, known, listed=bool(at) and isinstance(at[-1], int)):
        message = f"there is no layer or input `{source}`"
        safe = "+" not in written
        raise Refusal("SPC0203", message, argument=at, fix=write(several, safe=safe))
    # only where a name is not known
    from spec_compiler.language.other_tools.references import reference_meant

    if fix := reference_meant(written, known, names.inputs):
        message = f"there is no layer or input `{written}`"
        raise Refusal("SPC0203", message, argument=at, fix=fix)
    raise Refusal(
        "SPC0203",
        f"there is no layer or input `{source}`",
        argument=at,
        within=(0, len(source)),
        **suggestion(nearest(source, there), "", there),
    )


def _several(written: str, known: Collection[str], *, listed: bool) -> str:
    """The names for `a, b` or `a + b`, which is one text; `listed` where it stands in a list."""
    parts = re.split(r"\s+and\s+|[\s,+&;|]+", written.strip("()[] "))
    if len(parts) < 2 or not all(part in known for part in parts):
        return ""
    return ", ".join(parts) if listed else f"[{', '.join(parts)}]"


def _candidates(names: Names, words: tuple[str, ...]) -> list[str]:
    """The names that may have been meant; the same list for as long as they are the same."""
    if names.listed.get(words, ([], -1))[1] != len(names.meaning):
        names.listed[words] = [*words, *_layers(names.meaning)], len(names.meaning)
    return names.listed[words][0]


def _layers(known: Iterable[str]) -> Iterator[str]:
    """The names without a dot; all, if there is none."""
    plain = False
    for name in known:
        if "." not in name:
            plain = True
            yield name
    if not plain:
        yield from known


def _output(
    copies: Copies, written: str, rest: str | None, at: ItemPath
) -> tuple[WrittenFeed, str | None]:
    """One of the outputs of a use of a block, and which output of the layer behind is meant."""
    outputs: Mapping[str, WrittenFeed] = copies.last
    parts = rest.split(".") if rest else []
    if parts and parts[0].isdigit() and copies.copies:
        index = int(parts.pop(0)) if len(parts[0]) < 9 else len(copies.copies)
        if index >= len(copies.copies):
            name = written[: -len(rest or "") - 1]
            raise _beyond_the_last(len(copies.copies), written, name, parts).but(argument=at)
        outputs = copies.copies[index]
    tail = None
    if parts and parts[-1] == MASK and MASK not in outputs:
        tail = parts.pop()
    if not parts and len(outputs) == 1:
        return next(iter(outputs.values())), tail
    for end in range(len(parts), 0, -1):
        output = ".".join(parts[:end])
        if output in outputs:
            return outputs[output], tail or ".".join(parts[end:]) or None
    names = ", ".join(f"`{name}`" for name in outputs)
    if not parts:
        raise Refusal(
            "SPC0204", f"`{written}` has {len(outputs)} outputs; say which",
            argument=at, help=f"one of {names}",
            allowed=listed(f"{written}.{output}" for output in outputs),
        )  # fmt: skip
    end = f".{tail}" if tail else ""
    head = written.removesuffix(end).removesuffix(".".join(parts))
    full = [f"{head}{name}{end}" for name in outputs]
    meant = nearest(".".join(parts), outputs)
    guess = Guess(f"{head}{meant}{end}", meant.sure) if meant else None
    raise Refusal(
        "SPC0203",
        f"`{written}`: outside of the block only its outputs are seen: {names}",
        argument=at,
        **suggestion(guess, allowed=full, only=full),
    )


def _beyond_the_last(count: int, written: str, name: str, parts: list[str]) -> Refusal:
    """Why a copy of a number cannot be meant, of which there are fewer."""
    there = listed(".".join([name, f"{index}", *parts]) for index in range(count))
    last = ".".join([name, f"{count - 1}", *parts])
    message = f"`{written}`: there are {count} copies, the last is {count - 1}"
    return Refusal("SPC0203", message, fix=Fix("write", last, safe=False), allowed=there)
