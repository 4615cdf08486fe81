"""JSON to the tree of nodes, strictly: what RFC 8259 allows and nothing else.

YAML's parser almost reads JSON, but not its escapes, and it would accept comments and unquoted
text. This scanner drives the same builder, so limits and duplicate keys are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import inf, nan

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.source.build import TreeBuilder, UnreadableError
from spec_compiler.source.json_edits import torn, trailing
from spec_compiler.source.json_mistakes import BARE, JsonMistakes
from spec_compiler.source.limits import Limits
from spec_compiler.source.node import Scalar, SourceNode
from spec_compiler.source.positions import span_at
from spec_compiler.source.scalars import BadScalar, resolve
from spec_compiler.source.written import Written
from spec_compiler.spans import Edit, Span

_BLANKS = re.compile(r"[ \t\n]*+")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]++|\\.)*+)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, Scalar] = {"null": None, "true": True, "false": False}
_PYTHON_S_NUMBERS = {"NaN": nan, "Infinity": inf, "-Infinity": -inf}
_LIKE_NUMBER = re.compile(r"-?[0-9][0-9_]*+(?:\.[0-9_]++)?(?:[eE][-+]?[0-9]++)?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(text: str, file: str, diagnostics: Diagnostics, limits: Limits) -> SourceNode | None:
    """The tree of one JSON document; arguments and errors as in `read_yaml`."""
    scanner = _JsonScanner(text, file, diagnostics, limits)
    scanner.read()
    if scanner.builder.dropped:
        # only where there are any
        from spec_compiler.source.dropped import mend_dropped

        mend_dropped(scanner.builder.dropped, text, file, diagnostics)
    return scanner.builder.root


def read_json_of_python(
    text: str, file: str, diagnostics: Diagnostics, limits: Limits
) -> SourceNode | None:
    """The tree of what Python's `json` wrote: of JSON in which `NaN` and `Infinity` stand, too."""
    scanner = _JsonScanner(text, file, diagnostics, limits, {**_WORDS, **_PYTHON_S_NUMBERS})
    scanner.read()
    return scanner.builder.root


class _JsonScanner(JsonMistakes):
    """Reads tokens and drives a `TreeBuilder`; `at` is the offset of the next character."""

    def __init__(
        self,
        text: str,
        file: str,
        diagnostics: Diagnostics,
        limits: Limits,
        words: Mapping[str, Scalar] = _WORDS,
    ) -> None:
        self.words = words
        self.text = text
        self.file = file
        self.diagnostics = diagnostics
        self.builder = TreeBuilder(file, diagnostics, limits)
        self.at: int = 0
        self.line = 1
        self.line_start: int = 0
        self.opened: list[int] = []

    def read(self) -> None:
        """Read one value, then nothing but blanks."""
        text, opened = self.text, self.opened
        if not self.peek():
            return
        self.value()
        while opened:
            bracket = text[opened[-1]]
            first = self.at == opened[-1] + 1
            character = self.peek()
            if character == ("}" if bracket == "{" else "]"):
                self.close()
                continue
            if not first:
                self.comma(character)
            if bracket == "{":
                self.key()
            self.value()
        if self.peek():
            raise self.refuse()

    def peek(self) -> str:
        """The next character after blanks, empty at the end."""
        blanks = _BLANKS.match(self.text, self.at)
        end: int = blanks.end() if blanks else self.at
        if end != self.at:
            if lines := self.text.count("\n", self.at, end):
                self.line += lines
                self.line_start = self.text.rfind("\n", self.at, end) + 1
            self.at = end
        return self.text[end : end + 1]

    def advance(self, end: int) -> Span:
        """Step over a token; where it stands."""
        start, self.at = self.at - self.line_start + 1, end
        return Span._make((self.file, self.line, start, self.line, end - self.line_start + 1))

    def value(self) -> None:
        character = self.peek()
        if character == '"':
            text, span, offset = self.string()
            self.builder.scalar(text, span, offset)
        elif character == "{" or character == "[":
            self.opened.append(self.at)
            self.builder.open({} if character == "{" else [], self.advance(self.at + 1))
        else:
            self.bare()

    def close(self) -> None:
        span = self.advance(self.at + 1)
        self.opened.pop()
        self.builder.close((span.end_line, span.end_column))

    def key(self) -> None:
        if self.peek() != '"':
            raise self.refuse()
        text, span, _ = self.string()
        self.builder.key(text, span)
        span_end = self.at
        if self.peek() != ":":
            if edit := torn(self.text, span_end, ":"):
                raise self.torn(span_end, edit)
            raise self.fail(
                "SPC0040",
                "a colon is missing after the key",
                'write `"key": value`',
                edit=(span_end, span_end, ":"),
                safe=self.text[self.at : self.at + 1] in ("{", "[", '"'),
            )
        self.at += 1

    def comma(self, character: str) -> None:
        if character != ",":
            raise self.refuse(after_value=True)
        at = self.at
        self.at += 1
        if self.peek() in ("}", "]") or trailing(self.text, self.at):
            self.at = at
            span = span_at(self.file, self.text, at, at + 1)
            message = "a comma stands before the closing bracket, which JSON does not allow"
            finding = Diagnostic(
                "SPC0041", message, span, help="remove the comma", edits=(Edit(span, ""),)
            )
            raise UnreadableError(finding)

    def string(self) -> tuple[str, Span, int | Written]:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self.bad_string()
        body = found.group(1)
        span = self.advance(found.end())
        if "\\" not in body:
            return body, span, 1
        try:
            value: str = json.loads(found.group())
        except json.JSONDecodeError as error:
            self.at = found.start() + error.pos
            raise self.fail(
                "SPC0040",
                "this escape is not one of JSON's",
                "write `\\\\` for a backslash",
                edit=(self.at, self.at, "\\"),
                safe=False,
            ) from None
        if _SURROGATE.search(value):
            self.at = found.start()
            raise self.fail(
                "SPC0003",
                "an escape in this text is half of a character",
                "write the character itself",
                found.end() - found.start(),
            )
        return value, span, Written(self.text, found.start(), found.end())

    def bare(self) -> None:
        """A number, `true`, `false` or `null`."""
        found = BARE.match(self.text, self.at)
        word = found.group() if found else ""
        if word in self.words:
            self.builder.scalar(self.words[word], self.advance(self.at + len(word)), 0)
            return
        value: Scalar = word
        try:
            value = resolve(word)
        except BadScalar as bad:
            if not _LIKE_NUMBER.fullmatch(word):
                raise self.refuse() from None
            value = bad.guess
            span = self.advance(self.at + len(word))
            edits = (Edit(span, bad.fix.text),) if bad.fix and bad.fix.text else ()
            sure = bad.fix is None or bad.fix.safe
            finding = Diagnostic(bad.code, bad.message, span, help=bad.help, edits=edits, safe=sure)
            self.diagnostics.add(finding)
        else:
            if not _NUMBER.fullmatch(word):
                raise self.refuse()
            span = self.advance(self.at + len(word))
        self.builder.scalar(value, span, 0)
