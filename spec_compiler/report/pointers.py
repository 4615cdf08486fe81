"""Where in a document a place of its text is: JSON Pointers, and edits as JSON Patch."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from spec_compiler.diagnostics import UNREAD, Diagnostics, Severity
from spec_compiler.edits.applied import applied
from spec_compiler.places import Placed
from spec_compiler.report.patches import Operation, escaped, patch_between
from spec_compiler.source import SourceNode, read
from spec_compiler.spans import Edit, Span

_NAME = re.compile(r"""(["']?)([A-Za-z_$][\w.$-]*)\1""")
"""A text that is the same written in YAML and in JSON, but for its quotes."""
_Place: TypeAlias = "tuple[int, int]"
_READ_AGAIN = 2_000_000
"""Characters of edited texts that are read for the patches of a report; then there are none."""


class _Part(NamedTuple):
    """A key or a value of a document.

    Attributes:
        start: Where its text begins.
        end: Where it ends.
        pointer: Of the value, also for its key.
        is_key: Whether it is the key.
        within: The index of the value that it is in.
        again: Whether aliases name it, or what it is in: it stands in the document more than once.
    """

    start: _Place
    end: _Place
    pointer: str
    is_key: bool
    within: int
    again: bool


def misread(found: Diagnostics) -> frozenset[str]:
    """The files whose texts are not read as they were meant: others read another document."""
    unread = (item for item in found.one_by_one() if item.code.startswith(UNREAD))
    wrong = (item.span for item in unread if item.severity is Severity.ERROR)
    return frozenset(span.file for span in wrong if span is not None)


class Pointers:
    """The documents of a run, as they were read; one that a run did not keep is read when asked.

    Args:
        sources: The texts by file.
        documents: What was read of them.
        misread: As of the function: of these there are no patches.
    """

    def __init__(
        self,
        sources: Mapping[str, str],
        documents: Mapping[str, Placed] | None = None,
        misread: Collection[str] = (),
    ) -> None:
        self._sources = sources
        self._misread = misread
        self._documents = documents or {}
        self._parts: dict[str, list[_Part]] = {}
        self._left = _READ_AGAIN

    def of(self, span: Span) -> str | None:
        """The pointer (RFC 6901) of the innermost value that a span lies in, or whose key it is.

        What an alias names has the pointer of where it is written. None where the document could
        not be read so far.
        """
        found = self._innermost(span)
        return None if found is None else found.pointer

    def patch(self, edits: Iterable[Edit]) -> list[Operation] | None:
        """The edits as operations of JSON Patch (RFC 6902), in order.

        Keys and values that are replaced are named as such; of other edits it is told how the
        document differs after them. None where that cannot be read, or is the same.
        """
        edits = list(edits)
        if any(edit.span.file in self._misread for edit in edits):
            return None
        return self._of_places(edits) or self._of_texts(edits)

    def _of_texts(self, edits: list[Edit]) -> list[Operation] | None:
        """What differs in the document once the text is edited."""
        file = edits[0].span.file if edits else ""
        text = self._sources.get(file)
        if text is None or len(text) > self._left:
            return None
        lines = text.count("\n") + 1
        for span, _ in edits:
            if span.file != file or not 1 <= span.line <= span.end_line <= lines:
                return None
        self._left -= len(text)
        texts = (text, applied(text, edits))
        found = Diagnostics()
        before, after = (read(one, file, found) for one in texts)
        if before is None or after is None or found.errors:
            return None
        return patch_between(before.plain(), after.plain()) or None

    def _of_places(self, edits: list[Edit]) -> list[Operation] | None:
        """Each edit as the operation on the key or the value that it replaces."""
        operations: list[Operation] = []
        for edit in edits:
            part, name = self._innermost(edit.span), _NAME.fullmatch(edit.text)
            if part is None or (part.start, part.end) != _ends(edit.span) or part.again:
                return None
            if not part.is_key:
                value = read(edit.text, edit.span.file, Diagnostics())
                if value is None:
                    return None
                operations.append({"op": "replace", "path": part.pointer, "value": value.plain()})
            elif name is None:
                return None
            else:
                parent = part.pointer.rpartition("/")[0]
                renamed = f"{parent}/{escaped(name[2])}"
                operations.append({"op": "move", "from": part.pointer, "path": renamed})
        return operations or None

    def _innermost(self, span: Span) -> _Part | None:
        parts = self._of_file(span.file)
        start, end = _ends(span)
        # of all that begin before, it is the last one or what that is in
        index = bisect_right(parts, start, key=lambda part: part.start) - 1
        while index >= 0 and parts[index].end < end:
            index = parts[index].within
        return parts[index] if index >= 0 else None

    def _of_file(self, file: str) -> list[_Part]:
        if file not in self._parts:
            root, text = self._documents.get(file), self._sources.get(file)
            if root is None and text is not None:
                root = read(text, file, Diagnostics())
            self._parts[file] = _in_order(root) if isinstance(root, SourceNode) else []
        return self._parts[file]


def _in_order(root: SourceNode) -> list[_Part]:
    """Keys and values in the order of the text; what an alias names stands where it is written."""
    found: list[tuple[_Place, _Place, str, bool]] = []
    named: set[str] = set()
    seen: dict[int, str] = {}
    waiting = [(root, "")]
    while waiting:
        node, pointer = waiting.pop()
        if id(node) in seen:
            named.add(seen[id(node)])
            continue
        seen[id(node)] = pointer
        found.append((*_ends(node.span), pointer, False))
        below = [(f"{pointer}/{escaped(key)}", span, child) for key, span, child in _children(node)]
        found += [(*_ends(span), place, True) for place, span, _ in below if span is not None]
        # an alias stands behind what it names, so the first comes first
        waiting += [(child, place) for place, _, child in reversed(below)]
    # of two that begin together the longer one is outside
    found.sort(key=lambda part: (part[0], (-part[1][0], -part[1][1])))
    parts: list[_Part] = []
    for start, end, pointer, is_key in found:
        within = len(parts) - 1
        while within >= 0 and (parts[within].end < end or parts[within].is_key):
            within = parts[within].within
        again = (pointer in named and not is_key) or (within >= 0 and parts[within].again)
        parts.append(_Part(start, end, pointer, is_key, within, again))
    return parts


def _children(node: SourceNode) -> Iterator[tuple[str, Span | None, SourceNode]]:
    if isinstance(node.value, dict):
        yield from ((key, entry.key_span, entry.node) for key, entry in node.value.items())
    elif isinstance(node.value, list):
        yield from ((str(index), None, child) for index, child in enumerate(node.value))


def _ends(span: Span) -> tuple[_Place, _Place]:
    return (span.line, span.column), (span.end_line, span.end_column)
