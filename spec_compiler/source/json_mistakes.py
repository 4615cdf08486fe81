"""What is said of a broken JSON text, and the edits that mend it."""

from __future__ import annotations

import json
import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.source.build import TreeBuilder, UnreadableError
from spec_compiler.source.json_edits import (
    SINGLE,
    brackets_closed,
    quote_closed,
    torn,
    without_comment,
)
from spec_compiler.source.positions import span_at
from spec_compiler.spans import Edit, Label

BARE = re.compile(r"[^\s,\[\]{}:\"]++")
"""A word without quotes."""
_CONTROL = re.compile(r"[\n\t]")
_CLOSING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NOT_NUMBERS = {
    "NaN": ".nan",
    "Infinity": ".inf",
    "-Infinity": "-.inf",
    **{word: word for word in (".nan", ".inf", "-.inf")},
}
"""What other notations write for what JSON lacks, and how YAML writes it."""
_OF_PYTHON = {"None": "null", "True": "true", "False": "false"}
"""Words of Python, and how JSON writes them."""
_LOOSE = re.compile(r"([+-]?)([0-9]*)\.?([0-9]*)([eE][+-]?[0-9]+)?")
"""A number as most languages have it: `.5`, `5.`, `+5`."""
_HEX = re.compile(r"0[xX][0-9a-fA-F]{1,12}")


class JsonMistakes:
    """Where a scanner is, and what it says of what stands there.

    Attributes:
        text: All of it.
        file: Its name.
        at: The offset of the next character.
        opened: Where the brackets stand that are open.
        builder: What is built.
    """

    text: str
    file: str
    at: int
    opened: list[int]
    builder: TreeBuilder

    def bad_string(self) -> UnreadableError:
        """What is wrong with text that a quote begins."""
        start = self.at
        control = _CONTROL.search(self.text, start)
        closing = _CLOSING.match(self.text, start)
        if control and closing and control.start() < closing.end():
            what = {"\n": "a line break", "\t": "a tab"}[control.group()]
            if what == "a tab" or self.text.count('"', start, control.start()) > 1:
                self.at = control.start()
            escape = "\\n" if control.group() == "\n" else "\\t"
            message = f"{what} cannot stand inside the quotes of JSON"
            edit = (control.start(), control.end(), "\\t") if what == "a tab" else None
            return self.fail(
                "SPC0040",
                message,
                f"close the quote, or write `{escape}`",
                edit=edit or quote_closed(self.text, start),
                safe=what == "a tab",
            )
        return self.fail(
            "SPC0009",
            "this quote is never closed",
            'close it with `"`',
            edit=quote_closed(self.text, start),
            safe=False,
        )

    def refuse(self, *, after_value: bool = False) -> UnreadableError:
        """What is wrong where a token of another kind is expected."""
        character = self.text[self.at : self.at + 1]
        found = BARE.match(self.text, self.at)
        word = found.group() if found else character
        if character == "#" or word.startswith(("//", "/*")):
            help_ = "remove it, say it in a `doc` key, or use a `.yaml` file"
            edit = without_comment(self.text, self.at)
            return self.fail("SPC0042", "JSON has no comments", help_, len(word), edit, safe=False)
        if not character or (after_value and character in "]}"):
            return self.unclosed(character)
        if after_value and (edit := torn(self.text, self.at, ",")):
            return self.torn(self.at, edit)
        if after_value and character != ":":
            last = len(self.text[: self.at].rstrip())
            return self.fail(
                "SPC0041",
                f"a comma is missing before `{word[:40]}`",
                "write a comma",
                edit=(last, last, ","),
            )
        if not found or (after_value or (not self.opened and self.builder.root)):
            return self.fail("SPC0040", f"`{character}` cannot stand here", "remove it")
        if word in _NOT_NUMBERS:
            help_ = f"use a `.yaml` file, where it is `{_NOT_NUMBERS[word]}`"
            return self.fail("SPC0043", f"JSON has no `{word}`", help_, len(word))
        if single := SINGLE.match(self.text, self.at):
            word = single.group()
        bare = word.strip("'")
        if meant := _number(word):
            edit = self.at, self.at + len(word), meant
            message = f"`{word[:40]}` is not how JSON writes a number"
            return self.fail("SPC0043", message, f"write `{meant}`", len(word), edit)
        return self.fail(
            "SPC0043",
            f"`{word[:40]}` is neither a JSON number nor text in double quotes",
            f"write `{_OF_PYTHON[word]}`"
            if word in _OF_PYTHON
            else f'write `"{bare[:40]}"` if it is text',
            len(word),
            None
            if word.count("'") not in {0, len(word) - len(bare)} or not (bare or single)
            else (self.at, self.at + len(word), _OF_PYTHON.get(word) or json.dumps(bare)),
        )

    def torn(self, at: int, edit: tuple[int, int, str]) -> UnreadableError:
        """A quote that was closed by the one that opens the next text."""
        self.at = at
        word = BARE.match(self.text, at)
        message = f"`{word.group()[:40] if word else ''}` stands after the closing quote"
        help_ = "close the quote before it where its text ends"
        return self.fail("SPC0009", message, help_, edit=edit, safe=False)

    def unclosed(self, character: str) -> UnreadableError:
        """A bracket that another one closes, or none."""
        start = self.opened[-1]
        bracket = self.text[start]
        closing = "}" if bracket == "{" else "]"
        if character:
            here = span_at(self.file, self.text, self.at, self.at + 1)
            labels = (Label(span_at(self.file, self.text, start, start + 1), "opened here"),)
            message = f"`{character}` cannot close `{bracket}`"
            help_, edits = f"write `{closing}`", (Edit(here, closing),)
            return UnreadableError(
                Diagnostic(
                    "SPC0008", message, here, labels=labels, help=help_, edits=edits, safe=False
                )
            )
        span = span_at(self.file, self.text, start, start + 1)
        message = f"`{bracket}` on line {span.line} is never closed"
        closings, edit = brackets_closed(self.text, self.opened)
        edits = (Edit(span_at(self.file, self.text, *edit[:2]), edit[2]),)
        help_ = f"close it with `{closing}`"
        if len(closings) > 1:
            help_ += f": write `{closings}` for all that is open"
        return UnreadableError(
            Diagnostic("SPC0008", message, span, help=help_, edits=edits, safe=False)
        )

    def fail(
        self,
        code: str,
        message: str,
        help: str,
        width: int = 1,
        edit: tuple[int, int, str] | None = None,
        *,
        safe: bool = True,
    ) -> UnreadableError:
        """A finding at the next token, and the text between two offsets that mends it."""
        span = span_at(self.file, self.text, self.at, min(self.at + width, len(self.text)))
        edits = (Edit(span_at(self.file, self.text, *edit[:2]), edit[2]),) if edit else ()
        return UnreadableError(Diagnostic(code, message, span, help=help, edits=edits, safe=safe))


def _number(word: str) -> str:
    """A number of another language as JSON writes it; empty where it is none."""
    if _HEX.fullmatch(word):
        return str(int(word, 16))
    found = _LOOSE.fullmatch(word)
    if found is None or not (found[2] or found[3]):
        return ""
    sign, whole, part, power = found.groups("")
    after = f".{part}" if part else ""
    return f"{sign.replace('+', '')}{whole.lstrip('0') or '0'}{after}{power}"
