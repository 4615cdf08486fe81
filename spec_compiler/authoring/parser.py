"""What stands in what: the mappings and lists of a text that may be broken, around a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spec_compiler.authoring.lexer import Token


class Part:
    """A scalar, a mapping, a list, or nothing yet.

    Attributes:
        kind: `scalar`, `mapping`, `list` or `nothing`.
        start: Where it begins, as an offset of the text.
        end: Where it ends.
        text: What a scalar says.
        entries: Of a mapping, in its order: the key, and the value; None where no colon is.
        items: Of a list.
        flow: Whether it is written in brackets.
        style: See `Token`.
    """

    __slots__ = ("end", "entries", "flow", "items", "kind", "start", "style", "text")

    def __init__(self, kind: str, start: int, *, flow: bool = False) -> None:
        self.kind = kind
        self.start = self.end = start
        self.text = ""
        self.style = ""
        self.flow = flow
        self.entries: list[tuple[Token, Part | None]] = []
        self.items: list[Part] = []

    def get(self, key: str) -> Part | None:
        """The value under a key."""
        return next((value for name, value in self.entries if name.text == key), None)

    def said(self, key: str) -> str:
        """The text under a key; empty where there is none."""
        value = self.get(key)
        return value.text if value is not None and value.kind == "scalar" else ""


class Step(NamedTuple):
    """A collection around a place, and under which key or index the place is; None: it is a key."""

    part: Part
    key: str | int | None


class Parsed(NamedTuple):
    """A text's parts, and the way to the place that was asked for.

    Attributes:
        root: The outermost part.
        steps: The collections around the place, the outermost first.
        value: What stands at the place; None for a key.
    """

    root: Part
    steps: tuple[Step, ...]
    value: Part | None


def parse(found: Sequence[Token], place: Token | None = None) -> Parsed:
    """What stands in what.

    Args:
        found: The tokens, without comments; `place` is one of them.
        place: The scalar that is asked for.
    """
    reader = _Reader(found, place)
    root = reader.block(-1)
    while reader.peek() is not None:  # what nothing else took
        reader.at += 1
    return Parsed(root, reader.way or (), reader.value)


class _Reader:
    """Reads tokens; whatever stands where nothing fits is passed over."""

    def __init__(self, found: Sequence[Token], place: Token | None) -> None:
        self.found = found
        self.place = place
        self.at = 0
        self.steps: list[Step] = []
        self.way: tuple[Step, ...] | None = None
        self.value: Part | None = None
        kinds = [token.kind for token in found]
        self.balanced = kinds.count("{") == kinds.count("}") and kinds.count("[") == kinds.count(
            "]"
        )
        self.indents: dict[int, int] = {}
        for token in found:
            self.indents.setdefault(token.line, token.column)

    def peek(self, ahead: int = 0) -> Token | None:
        """A token that comes, if there is one."""
        at = self.at + ahead
        return self.found[at] if at < len(self.found) else None

    def take(self) -> Token:
        """The next token."""
        self.at += 1
        return self.found[self.at - 1]

    def is_key(self) -> bool:
        """Whether a key comes."""
        token, colon = self.peek(), self.peek(1)
        return (
            token is not None
            and colon is not None
            and token.kind == "scalar"
            and colon.kind == ":"
            and colon.line == token.line
        )

    def meet(self, token: Token, value: Part | None) -> None:
        """Remember the way to the place, if it is here."""
        if token is self.place:
            self.way, self.value = tuple(self.steps), value

    # --- blocks --------------------------------------------------------------------------------

    def block(self, column: int) -> Part:
        """What comes, where it is indented more than `column`."""
        token = self.peek()
        if token is None or (token.first and token.column <= column):
            return Part("nothing", token.start if token else 0)
        if token.kind == "-":
            return self.block_list(token.column)
        if self.is_key() or (token is self.place and token.first and column < 0):
            return self.block_mapping(token.column)
        return self.inline(column)

    def block_list(self, column: int) -> Part:
        """Items, each behind a dash."""
        part = Part("list", self.found[self.at].start)
        while (token := self.peek()) is not None:
            if token.first and token.column < column:
                break
            if token.kind == "-" and token.column == column:
                self.take()
                part.end = token.end
                self.steps.append(Step(part, len(part.items)))
                after = self.peek()
                if after is not None and after.line == token.line:
                    item = self.block(token.column)
                else:
                    item = self.block(column)
                self.steps.pop()
            elif token.kind == "scalar" and token is self.place:
                self.steps.append(Step(part, len(part.items)))
                item = self.scalar(column)
                self.steps.pop()
            elif token.first and token.column == column:
                break
            else:
                self.take()
                continue
            part.items.append(item)
            part.end = max(part.end, item.end)
        return part

    def block_mapping(self, column: int) -> Part:
        """Entries, each on a line of its own."""
        part = Part("mapping", self.found[self.at].start)
        while (token := self.peek()) is not None:
            if token.first and token.column < column:
                break
            if token.kind == "-" and token.column <= column:
                break
            if token.kind != "scalar" or not (token.first or not part.entries):
                self.take()
                continue
            key = self.take()
            self.steps.append(Step(part, None))
            self.meet(key, None)
            self.steps.pop()
            colon = self.peek()
            value = None
            if colon is not None and colon.kind == ":" and colon.line == key.line:
                self.take()
                self.steps.append(Step(part, key.text))
                value = self.value_of(column, colon)
                self.steps.pop()
                part.end = max(colon.end, value.end)
            else:
                part.end = key.end
            part.entries.append((key, value))
        return part

    def value_of(self, column: int, colon: Token) -> Part:
        """What stands behind a colon, or below it."""
        token = self.peek()
        if token is not None and token.line == colon.line:
            value = self.inline(column)
            after = self.peek()
            empty = token is self.place and token.start == token.end
            if empty and after is not None and after.first and after.column > column:
                value = self.block(column)
                self.value = value
            return value
        if token is not None and token.first and token.column > column:
            return self.block(column)
        if token is not None and token.kind == "-" and token.column == column:
            return self.block(column - 1)
        return Part("nothing", colon.end)

    # --- on a line -----------------------------------------------------------------------------

    def inline(self, column: int) -> Part:
        """A scalar, or something in brackets."""
        token = self.peek()
        if token is None or token.kind not in {"scalar", "{", "["}:
            return Part("nothing", token.start if token else 0)
        if token.kind == "scalar":
            return self.scalar(column)
        return self.flow_mapping() if token.kind == "{" else self.flow_list()

    def scalar(self, column: int | None = None) -> Part:
        """A scalar, with the lines on which it goes on."""
        token = self.take()
        part = Part("scalar", token.start)
        part.end, part.text, part.style = token.end, token.text, token.style
        self.meet(token, part)
        if column is None or token.style:
            return part
        while (after := self.peek()) is not None and after is not self.place:
            goes_on = after.first and after.column > column and after.kind == "scalar"
            if not goes_on or self.is_key() or token.start == token.end:
                break
            self.take()
            part.end = after.end
            part.text = f"{part.text} {after.text}"
        return part

    def is_lost(self, opened: Token) -> bool:
        """Whether what comes belongs to no bracket, because one was not closed."""
        token = self.peek()
        if token is None or self.balanced or not token.first or token.kind in "}],":
            return token is None
        if token is self.place and token.start == token.end:
            return False
        return token.kind == "-" or token.column <= self.indents[opened.line]

    def flow_mapping(self) -> Part:
        """Entries in braces."""
        opened = self.take()
        part = Part("mapping", opened.start, flow=True)
        part.end = opened.end
        while not self.is_lost(opened):
            token = self.take()
            if token.kind == "]":
                self.at -= 1
                break
            part.end = token.end
            if token.kind == "}":
                break
            if token.kind in "{[":
                self.at -= 1
                self.inline(-1)
            if token.kind != "scalar":
                continue
            self.steps.append(Step(part, None))
            self.meet(token, None)
            self.steps.pop()
            value = None
            if (colon := self.peek()) is not None and colon.kind == ":":
                self.take()
                self.steps.append(Step(part, token.text))
                value = Part("nothing", colon.end) if self.is_lost(opened) else self.flow_value()
                self.steps.pop()
                part.end = max(colon.end, value.end)
            part.entries.append((token, value))
        return part

    def flow_list(self) -> Part:
        """Items in brackets."""
        opened = self.take()
        part = Part("list", opened.start, flow=True)
        part.end = opened.end
        while not self.is_lost(opened):
            token = self.found[self.at]
            if token.kind == "}":
                break
            if token.kind in {"]", ",", ":", "-"}:
                part.end = self.take().end
                if token.kind == "]":
                    break
                continue
            self.steps.append(Step(part, len(part.items)))
            item = self.flow_value()
            self.steps.pop()
            part.items.append(item)
            part.end = max(part.end, item.end)
        return part

    def flow_value(self) -> Part:
        """What stands in brackets."""
        return (
            self.inline(-1)
            if (self.peek() and self.found[self.at].kind != "scalar")
            else (self.scalar())
        )
