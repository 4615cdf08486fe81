"""How what is offered is written at a place: quotes, colons, dashes, and what it replaces."""

from __future__ import annotations

import json
import re

from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.forms import as_yaml
from spec_compiler.authoring.standing import Standing
from spec_compiler.spans import Span

_WORD_BEFORE = re.compile(r"[A-Za-z_]\w*$")
_WORD_BEHIND = re.compile(r"\w*")
_SAFE = re.compile(r"[A-Za-z_$][\w$./-]*")


class Placing:
    """Writes what is offered at a place.

    Attributes:
        span: What is replaced by a key or a value: the scalar at the place.
        word_span: What is replaced in arithmetic: the name at the place.
        is_operand: Whether a name could stand there in arithmetic.
        begins_mapping: Whether a mapping could begin here: at the start of a line, or of an item.
        begins_item: Whether it would be the first of a list.
    """

    def __init__(self, document: Document, position: Position, standing: Standing) -> None:
        spot = standing.spot
        line = document.line(position.line)
        before = line[: position.column - 1]
        word = _WORD_BEFORE.search(before)
        start = word.start() if word else len(before)
        behind = _WORD_BEHIND.match(line, position.column - 1)
        end = behind.end() if behind and (word or spot.typed == "") else position.column - 1
        self.word_span = Span(document.path, position.line, start + 1, position.line, end + 1)
        self.span = spot.span if _is_short(spot.span, position) else self.word_span
        self._quoted = spot.style in {'"', "'"}
        self._json = document.is_json
        lead = line[: self.span.column - 1]
        self._flow = document.is_json or (spot.around is not None and spot.around.flow)
        self._space = " " if lead.endswith(":") and not self._quoted and not self._json else ""
        rest = line[self.span.end_column - 1 :].lstrip("\"' \t")
        self._has_colon = rest.startswith(":")
        typed = before[:start]
        self.is_operand = _after_sign(typed, spot.span, position)
        in_list = not standing.is_key and isinstance(spot.path[-1] if spot.path else None, int)
        form = standing.form
        of_items = spot.alone and not self._flow and form.item is not None and not form.fields
        self.begins_item = bool(not standing.is_key and not in_list and of_items)
        dashed = lead.rstrip().endswith("-")
        in_block = (in_list and spot.alone and not self._flow) or self.begins_item
        self._dash = "- " if in_block and not dashed else ""
        self._brace = "{" if in_list and self._flow else ""
        self.begins_mapping = (
            not standing.is_key
            and not self._quoted
            and ((spot.alone and not self._flow) or (in_list and (dashed or self._flow)))
        )

    def key(self, name: str) -> str:
        """A key, with its colon where none is there."""
        colon = "" if self._has_colon else ": "
        if self._quoted:
            return name
        text = json.dumps(name) if self._json else name if _SAFE.fullmatch(name) else as_yaml(name)
        return f"{self._dash}{self._brace}{text}{colon}"

    def value(self, value: object) -> str:
        """A value, quoted where it has to be."""
        if self._quoted:
            return str(value) if isinstance(value, str) else as_yaml(value)
        if self._json:
            return f"{self._space}{json.dumps(value)}"
        plain = isinstance(value, str) and _SAFE.fullmatch(value) and as_yaml(value) == value
        return f"{self._dash}{self._space}{value if plain else as_yaml(value)}"

    def word(self, name: str) -> str:
        """A name in arithmetic, which JSON has in quotes."""
        return json.dumps(name) if self._json and not self._quoted else f"{self._space}{name}"


def _is_short(span: Span, position: Position) -> bool:
    """Whether a scalar is on the line of the place alone, so that it can be replaced."""
    return span.line == span.end_line == position.line


def _after_sign(typed: str, span: Span, position: Position) -> bool:
    """Whether an operand comes next: at the start of the scalar, or behind a sign."""
    inside = typed[span.column - 1 :] if span.line == position.line else typed
    return not inside.strip() or inside.rstrip()[-1] in "([,+-*/%=<>:@"
