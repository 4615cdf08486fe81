"""A text, and edits of it that are in the style of what is around.

Text keeps its quotes, an entry of a mapping in braces stands in the braces, one of an indented
mapping on a line of its own. JSON has quotes everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from spec_compiler.edits.json_values import as_json
from spec_compiler.edits.removed import Replaced, from_brackets, from_lines
from spec_compiler.fixes import Fix, in_quotes
from spec_compiler.line_index import line_index
from spec_compiler.places import Target
from spec_compiler.records import record
from spec_compiler.spans import Edit, Span

_PLAIN_NAME = re.compile(r"[A-Za-z_$./][\w$./-]*(?::[\w-]+)?|\d\w*[A-Za-z]\w*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "none"}
_BETWEEN = re.compile(r"\s*:(?:\s|#[^\n]*\n)*(?:&\S+\s+)?")
_LINES = re.compile(r"- |-\n|[\"']?[\w.$-]+[\"']?:(?:[ \t][^\n]*)?\n")
_QUOTES = {"'": '"', '"': "'", "": ""}
_LIKE_JSON = re.compile(r'\s*\{\s*"')
_FIRST = frozenset({"specc", "type"})
"""Keys that stand before all others."""


@record
class Page:
    """A text, and edits of it."""

    file: str
    text: str

    @property
    def is_json(self) -> bool:
        """Whether it is written as JSON, whatever its name: YAML reads that, too."""
        return self.file.endswith(".json") or bool(_LIKE_JSON.match(self.text))

    def offsets(self, span: Span) -> tuple[int, int]:
        """Where a span begins and ends."""
        return line_index(self.text).offsets(span)

    def at(self, span: Span) -> str:
        """What stands there."""
        start, end = self.offsets(span)
        return self.text[start:end]

    def edit(self, start: int, end: int, text: str) -> tuple[Edit, ...]:
        """One replacement of what stands between two offsets."""
        return (Edit(line_index(self.text).span(self.file, start, end), text),)

    # --- values and names --------------------------------------------------------------------

    def replaced(self, span: Span | None, fix: Fix) -> tuple[Edit, ...]:
        """Another text for a scalar, a key, or a collection in brackets."""
        if span is None:
            return ()
        old = self.at(span)
        in_brackets = old[:1] in ("[", "{")
        if fix.kind == "write" and fix.text[:1] in ("[", "{") and _on_lines(old, in_brackets):
            return self._inline(span, fix)
        if old[:1] in ("|", ">") or ("\n" in old and (not in_brackets or "#" in old)):
            return ()
        if span.line != span.end_line and not in_brackets:
            return ()
        start, end = self.offsets(span)
        new = self.name(fix.text, old) if fix.kind == "name" else self.value(fix.text)
        blank = " " if not old and self.text[start - 1 : start] == ":" else ""
        return self.edit(start, end, blank + new) if new is not None else ()

    def _inline(self, span: Span, fix: Fix) -> tuple[Edit, ...]:
        """A value in brackets in the place of a list, or a mapping, on lines."""
        start, end = self.offsets(span)
        begin = len(self.text[:start].rstrip())
        of_key = self.text[begin - 1 : begin] == ":"
        begin = begin if of_key else start
        after_dash = re.search(r"(?:^|\n) *(?:- +)+$", self.text[:start]) is not None
        if not (of_key or after_dash) or "#" in self.text[begin:end]:
            return ()
        return self.edit(begin, end, f" {fix.text}" if of_key else fix.text)

    def part_replaced(
        self, span: Span, within: tuple[int, int], whole: str, fix: Fix
    ) -> tuple[Edit, ...]:
        """Another text for some characters of a scalar."""
        start, end = self.offsets(span)
        end = start if within[0] == within[1] else end
        if end - start != within[1] - within[0]:  # they stand in the text otherwise, or somewhere
            return ()
        quote = whole[:1] if whole[:1] in ("'", '"') else ""
        new = self._filled(fix, start - within[0])
        if fix.holes and _binds_weakly(new) and len(whole) - 2 * bool(quote) > end - start:
            new = f"({new})"
        if quote in new and (other := _QUOTES[quote]) and other not in new:
            new = new.replace(quote, other)
        fix = fix._replace(text=new)
        unfit = f"{quote}\\" if quote else "#\"'[]{},:"
        if not any(sign in unfit for sign in fix.text):
            return self.edit(start, end, fix.text)
        if quote or "\n" in whole or whole[:1] in ("|", ">"):
            return ()
        first = start - within[0]
        new = whole[: within[0]] + fix.text + whole[within[1] :]
        return self.edit(first, first + len(whole), in_quotes(new))

    def _filled(self, fix: Fix, begin: int) -> str:
        """The text of a fix with pieces of a formula that begins at an offset."""
        pieces = [self.text[begin + start : begin + end] for start, end in fix.holes]
        return (
            re.sub(r"@(\d)", lambda found: pieces[int(found[1])], fix.text) if pieces else fix.text
        )

    def value(self, text: str) -> str | None:
        """A value of YAML as the file has it."""
        return as_json(text) if self.is_json else text

    def name(self, name: str, old: str) -> str:
        """A name in the quotes that stand there, or in those that it needs."""
        if self.is_json:
            return json.dumps(name, ensure_ascii=False)
        quote = old[:1]
        if quote in ("'", '"') and not any(sign in name for sign in f"{quote}\\\n"):
            return f"{quote}{name}{quote}"
        if _PLAIN_NAME.fullmatch(name) and name.lower() not in _WORDS:
            return name
        return json.dumps(name, ensure_ascii=False)

    # --- entries -----------------------------------------------------------------------------

    def with_entry(
        self, mapping: Target, fix: Fix, following: Target | None = None
    ) -> tuple[Edit, ...]:
        """One entry more in a mapping, before another if that is given."""
        value = self.value(fix.text)
        if mapping.size is None and _PLAIN_NAME.fullmatch(name := self.at(mapping.span)):
            return self.replaced(
                mapping.span, Fix("write", f"{{type: {name}, {fix.key}: {fix.text}}}")
            )
        if value is None or mapping.size is None:
            return ()
        entry = f"{self.name(fix.key, '')}: {value}"
        start, end = self.offsets(mapping.span)
        if following is not None and following.key is not None:
            return self._ahead_of(following.key, entry, in_braces=self.text[start] == "{")
        if self.text[start : start + 1] == "{":
            return self._in_braces(start, end, entry, mapping.size, fix.key in _FIRST)
        if self.text[start : start + 1] == "[" or self._is_dash(start) or not mapping.size:
            return ()
        indent = " " * (mapping.span.column - 1)
        if fix.key in _FIRST:
            return self.edit(start, start, f"{entry}\n{indent}")
        line_end = self._line_end(end)
        return self.edit(line_end, line_end, f"\n{indent}{entry}")

    def with_entry_before(self, entry: Target, fix: Fix) -> tuple[Edit, ...]:
        """One entry more in the mapping that holds another, before it."""
        value, holder = self.value(fix.text), entry.parent
        if value is None or entry.key is None or holder is None:
            return ()
        start, _ = self.offsets(entry.key)
        outer, _ = self.offsets(holder.span)
        indent = " " * (entry.key.column - 1)
        behind = ", " if self.text[outer : outer + 1] == "{" else f"\n{indent}"
        return self.edit(start, start, f"{self.name(fix.key, '')}: {value}{behind}")

    def _ahead_of(self, key: Span, entry: str, *, in_braces: bool) -> tuple[Edit, ...]:
        """An entry before another one: on a line of its own where that has one."""
        at, _ = self.offsets(key)
        before = self.text[self.text.rfind("\n", 0, at) + 1 : at]
        own_line = not before.strip()
        if not in_braces and not own_line:
            return ()
        comma = "," if in_braces else ""
        return self.edit(at, at, f"{entry}{comma}" + (f"\n{before}" if own_line else " "))

    def _in_braces(
        self, start: int, end: int, entry: str, size: int, first: bool
    ) -> tuple[Edit, ...]:
        inside = self.text[start + 1 : end - 1]
        if not size:
            return self.edit(start + 1, start + 1, entry)
        if first or "#" in inside:
            blank = inside[: len(inside) - len(inside.lstrip())]
            after = "," if blank else ", "
            return self.edit(start + 1, start + 1, f"{blank}{entry}{after}")
        last = start + 1 + len(inside.rstrip(" \n\t,"))
        line = self.text[self.text.rfind("\n", 0, last) + 1 : last]
        indent = line[: len(line) - len(line.lstrip())]
        between = f"\n{indent}" if "\n" in self.text[last:end] else " "
        return self.edit(last, last, f",{between}{entry}")

    def entry_replaced(self, entry: Target, fix: Fix) -> tuple[Edit, ...]:
        """Another entry in the place of one, which may hold its value."""
        if entry.key is None:
            return ()
        old = self.at(entry.span)
        start, after = self.offsets(entry.key)
        begin, end = self.offsets(entry.span)
        if not (after <= begin and _BETWEEN.fullmatch(self.text, after, begin)):
            return ()  # an alias: its value stands elsewhere
        lines = "\n" in old or (old[:1] == "-" and entry.size is not None)
        if lines and ("@" in fix.text or "#" in old):
            return ()
        value = self.value(fix.text)
        if value is None:
            return ()
        value = value.replace('"@"' if self.is_json else "@", old)
        return self.edit(start, end, f"{self.name(fix.key, self.at(entry.key))}: {value}")

    def moved(self, entry: Target, section: Target | None, fix: Fix) -> tuple[Edit, ...]:
        """An entry as one of a mapping beside it, which is made where it is not there."""
        if section is None:
            inner = f"{{{self.name(fix.text, '')}: @}}"
            return self.entry_replaced(entry, fix._replace(text=inner))
        old = self.at(entry.span)
        if "\n" in old:
            return ()
        added = self.with_entry(section, fix._replace(key=fix.text, text=old))
        removed = self.without(entry) if added else ()
        return (*added, *removed) if removed else ()

    def without_all(self, targets: Sequence[Target]) -> tuple[Edit, ...]:
        """Entries of one mapping less: those that stand side by side in braces as one."""
        groups: list[list[Target]] = []
        for target in sorted(targets, key=lambda target: target.span):
            last = groups[-1][-1] if groups else None
            begin = self.offsets(target.key or target.span)[0]
            between = self.text[self.offsets(last.span)[1] : begin] if last is not None else ""
            if between.strip() == ",":
                groups[-1].append(target)
            else:
                groups.append([target])
        edits: tuple[Edit, ...] = ()
        for group in groups:
            start = self.offsets(group[0].key or group[0].span)[0]
            _, end = self.offsets(group[-1].span)
            one = len(group) == 1
            found = (
                self.without(group[0]) if one else self._gone(from_brackets(self.text, start, end))
            )
            if not found:
                return ()
            edits += found
        return edits

    def without(self, target: Target) -> tuple[Edit, ...]:
        """An entry or an item less, and what holds nothing else with it."""
        while target.parent is not None and target.parent.size == 1 and target.parent.parent:
            target = target.parent
        start, end = self.offsets(target.span)
        if target.key is not None:
            begin, after = self.offsets(target.key)
            if not (after <= start and _BETWEEN.fullmatch(self.text, after, start)):
                return ()  # an alias: its value stands elsewhere
            start = begin
        elif target.parent is None and self.text[:start].rstrip()[-1:] in ("[", ","):
            return self._gone(from_brackets(self.text, start, end))
        elif (target.parent is None and not self._is_dash_before(start)) or (
            target.parent is not None and not _inside(target.span, target.parent.span)
        ):
            return ()
        holder = self.offsets(target.parent.span)[0] if target.parent else -1
        if holder >= 0 and self.text[holder : holder + 1] in ("[", "{"):
            return self._gone(from_brackets(self.text, start, end))
        of_list = target.key is None
        return self._gone(from_lines(self.text, start, end, of_list=of_list))

    def _gone(self, found: Replaced | None) -> tuple[Edit, ...]:
        return self.edit(*found) if found is not None else ()

    def _is_dash(self, start: int) -> bool:
        return self.text[start : start + 2] in ("- ", "-\n")

    def _is_dash_before(self, start: int) -> bool:
        before = self.text[max(start - 200, 0) : start]
        return re.search(r"(?:^|\n) *- +$", before) is not None

    def _line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end


def _on_lines(old: str, in_brackets: bool) -> bool:
    """Whether a value is a list with dashes, or a mapping of more than a line."""
    return not in_brackets and bool(_LINES.match(old))


def _binds_weakly(formula: str) -> bool:
    """Whether a formula has an operator outside of brackets, so that it may need some."""
    depth = 0
    for sign in formula:
        depth += (sign in "([") - (sign in ")]")
        if not depth and sign == " ":
            return True
    return formula.startswith("-")


def _inside(inner: Span, outer: Span) -> bool:
    return outer[1:3] <= inner[1:3] and inner[3:] <= outer[3:]
