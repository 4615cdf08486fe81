"""A document along with what may be written in it: every text, and every key that is a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.authoring.forms import NOTHING, Form
from spec_compiler.authoring.grammar import document_form
from spec_compiler.source.node import Entry, SourceNode

UNKNOWN = Form(kinds=frozenset({"unknown"}))
"""What stands where nothing is known to stand, as in a layer of a type that there is not."""


class Text(NamedTuple):
    """A text.

    Attributes:
        node: Where it stands.
        value: The text.
        kinds: What it may be; see `Form`.
        holder: The mapping around it that a declaration closes: a layer, a test.
        block: The block that it is in; empty outside of them.
    """

    node: SourceNode
    value: str
    kinds: frozenset[str]
    holder: SourceNode
    block: str


class Key(NamedTuple):
    """A key that authors choose.

    Attributes:
        key: The key.
        entry: Where it stands, and what is under it.
        names: What it is the name of; see `Form`.
        holder: As of `Text`.
        block: As of `Text`.
    """

    key: str
    entry: Entry
    names: str
    holder: SourceNode
    block: str


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


def walk(root: SourceNode, first: int = 1, last: int | None = None) -> Iterator[Text | Key]:
    """All texts of a document, and all keys that authors choose, in the order of the text.

    Args:
        root: The document.
        first: The first line that is looked at, from 1.
        last: The last one; default: that of the document.
    """
    last = root.span.end_line if last is None else last
    walker = _Walker(first, last)
    if isinstance(root.value, dict):
        for section, entry in root.value.items():
            field = document_form().fields.get(section)
            form = UNKNOWN if field is None else field.form()
            if section == "blocks" and isinstance(entry.node.value, dict):
                for block, inner in entry.node.value.items():
                    yield from walker.of(inner.node, _under(form, block), inner.node, block)
            else:
                yield from walker.of(entry.node, form, root, "")


class _Walker:
    """Walks through some lines."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def of(
        self, node: SourceNode, form: Form, holder: SourceNode, block: str
    ) -> Iterator[Text | Key]:
        """What is in a node of this form."""
        if node.span.end_line < self.first or node.span.line > self.last:
            return
        value = node.value
        if isinstance(value, dict):
            form = form.of(_Written(node))
            holder = holder if form.about is None else node
            for key, entry in value.items():
                if key.startswith("x-"):
                    continue
                if key not in form.fields:
                    yield Key(key, entry, form.names, holder, block)
                yield from self.of(entry.node, _under(form, key), holder, block)
        elif isinstance(value, list):
            inner = form.item() if form.item is not None else _unknown_in(form)
            for item in value:
                yield from self.of(item, inner, holder, block)
        elif isinstance(value, str):
            yield Text(node, value, form.kinds, holder, block)


def _under(form: Form, key: str) -> Form:
    """What may stand under a key."""
    field = form.fields.get(key)
    if field is not None:
        return field.form()
    return form.free() if form.free is not None else UNKNOWN


def _unknown_in(form: Form) -> Form:
    return UNKNOWN if form is UNKNOWN else NOTHING
