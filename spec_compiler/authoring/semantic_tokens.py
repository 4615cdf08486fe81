"""What the words of expressions are, for an editor that colours them: functions, inputs, params."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.forms import NOTHING, Form
from spec_compiler.authoring.grammar import document_form
from spec_compiler.expression.language import EXPRESSION
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spans import Span

KINDS = ("function", "variable", "parameter", "number", "string", "operator", "keyword", "property")
"""What a word may be: a parameter is a param or a dim, a property the name of an argument."""

_ARITHMETIC = frozenset({"size", "batch size", "whole", "param"})
_PATTERN = re.compile(r"\{[A-Za-z_]\w*\}")
_VALUES = frozenset({"True", "true", "False", "false", "None", "null", "pi", "inf"})


class Coloured(NamedTuple):
    """A word, on one line."""

    span: Span
    kind: str


class _Written(NamedTuple):
    """A mapping of a document, as forms ask it."""

    node: SourceNode

    def said(self, key: str) -> str:
        """The text under a key; empty where there is none."""
        found = self.node.get(key)
        return found.value if found is not None and isinstance(found.value, str) else ""

    def get(self, key: str) -> SourceNode | None:
        """What stands under a key."""
        return self.node.get(key)


def semantic_tokens(document: Document, first: int = 1, last: int | None = None) -> list[Coloured]:
    """The words of expressions, sizes and patterns, in the order of the text.

    Args:
        document: A spec.
        first: The first line that is looked at, from 1.
        last: The last one; default: that of the document.
    """
    node = document.analysis.node
    if node is None:
        return []
    reader = _Reader(document, first, len(document.lines) if last is None else last)
    found = sorted(reader.of(node, document_form()), key=lambda item: item.span)
    apart: list[Coloured] = []
    for item in found:  # what could not be told apart is not coloured twice
        span = item.span
        if span.file == document.path and span.line == span.end_line and (
            not apart or apart[-1].span[3:] <= span[1:3]
        ):  # fmt: skip
            apart.append(item)
    return apart


class _Reader:
    """Walks a document along with what may be written in it."""

    def __init__(self, document: Document, first: int, last: int) -> None:
        self.first, self.last = first, last
        stated, library = document.analysis.stated, document.analysis.library
        names: set[str] = {BATCH_NAME}
        if stated is not None:
            names |= stated.scope.params.keys() | stated.scope.dims.keys()
        self.of_file = names
        self.of_blocks = {
            name: {*block.params, *block.bound} if block is not None else set[str]()
            for name, block in (library.blocks.items() if library is not None else ())
        }

    def of(
        self, node: SourceNode, form: Form, known: Collection[str] | None = None
    ) -> Iterator[Coloured]:
        """What is coloured in a node of this form."""
        known = self.of_file if known is None else known
        if node.span.end_line < self.first or node.span.line > self.last:
            return
        value = node.value
        if isinstance(value, dict):
            form = form.of(_Written(node))
            for key, entry in value.items():
                yield from self._entry(key, entry, form, known)
        elif isinstance(value, list):
            inner = form.item() if form.item is not None else NOTHING
            for item in value:
                yield from self.of(item, inner, known)
        elif isinstance(value, str):
            yield from self._text(node, value, form, known)

    def _entry(
        self, key: str, entry: Entry, form: Form, known: Collection[str]
    ) -> Iterator[Coloured]:
        if form.names == "weight":
            key_node = SourceNode(key, entry.key_span, _offset(key, entry.key_span))
            yield from _patterns(key_node, key)
        field = form.fields.get(key)
        inner = field.form() if field is not None else form.free() if form.free else NOTHING
        if field is None and key in self.of_blocks and form.names == "" and _is_block(entry.node):
            known = {*self.of_file, *self.of_blocks[key]}
        yield from self.of(entry.node, inner, known)

    def _text(
        self, node: SourceNode, text: str, form: Form, known: Collection[str]
    ) -> Iterator[Coloured]:
        kinds = form.kinds
        if kinds & {"expression", "transform"}:
            for start, end, kind in words_of_expression(text, known):
                span = node.inside(start, end)
                if span is not None:
                    yield Coloured(span, kind)
        elif kinds & _ARITHMETIC:
            for piece in EXPRESSION.pieces.finditer(text):
                if piece.lastgroup == "name" and piece[0] in known:
                    span = node.inside(*piece.span())
                    if span is not None:
                        yield Coloured(span, "parameter")
        elif "tensor" in kinds:
            yield from _patterns(node, text)


def words_of_expression(text: str, known: Collection[str] = ()) -> Iterator[tuple[int, int, str]]:
    """The words of an expression: where each begins and ends, and what it is, of `KINDS`.

    Args:
        text: The expression, which may be broken.
        known: The names of params and dims.
    """
    pieces = list(EXPRESSION.pieces.finditer(text))
    for at, piece in enumerate(pieces):
        word, kind = piece[0], piece.lastgroup
        after = pieces[at + 1][0] if at + 1 < len(pieces) else ""
        before = pieces[at - 1][0] if at else ""
        if kind == "number":
            yield *piece.span(), "number"
        elif kind == "text":
            yield *piece.span(), "string"
        elif kind == "sign" and word not in "()[],:":
            yield *piece.span(), "operator"
        elif kind == "name":
            named = after == "=" and before in {"(", ","}
            told = (
                "keyword" if word in EXPRESSION.reserved or word in _VALUES
                else "function" if after == "("
                else "property" if named
                else "parameter" if word in known
                else "variable"
            )  # fmt: skip
            yield *piece.span(), told


def _patterns(node: SourceNode, text: str) -> Iterator[Coloured]:
    """`{i}` in the name of a weight, which stands for a number."""
    for found in _PATTERN.finditer(text):
        span = node.inside(*found.span())
        if span is not None:
            yield Coloured(span, "parameter")


def _offset(key: str, span: Span) -> int:
    """How many characters stand before the text of a key."""
    return 1 if span.end_column - span.column == len(key) + 2 else 0


def _is_block(node: SourceNode) -> bool:
    return node.get("layers") is not None
