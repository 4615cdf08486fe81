"""What the words of formulas are, for an editor that colours them: functions, inputs, params."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.formulas import ARITHMETIC, TENSORS, words_of_formula
from spec_compiler.authoring.symbols import in_key, in_text
from spec_compiler.authoring.walk import Key, Text, walk
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.spans import Span

_PATTERN = re.compile(r"\{[A-Za-z_]\w*\}")


class Coloured(NamedTuple):
    """A word, on one line."""

    span: Span
    kind: str


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
    sizes = _sizes(document)
    found = sorted(
        (
            Coloured(span, kind)
            for met in walk(node, first, last)
            for span, kind in (
                _key(met) if isinstance(met, Key) else _text(met, sizes.get(met.block, sizes[""]))
            )
            if span is not None
        ),
        key=lambda item: item.span,
    )
    apart: list[Coloured] = []
    for item in found:  # what could not be told apart is not coloured twice
        span = item.span
        if span.file == document.path and span.line == span.end_line and (
            not apart or apart[-1].span[3:] <= span[1:3]
        ):  # fmt: skip
            apart.append(item)
    return apart


def _sizes(document: Document) -> Mapping[str, Collection[str]]:
    """The names of params and dims in each block; under no name, those of the file."""
    stated, library = document.analysis.stated, document.analysis.library
    names: set[str] = {BATCH_NAME}
    if stated is not None:
        names |= stated.scope.params.keys() | stated.scope.dims.keys()
    blocks = library.blocks.items() if library is not None else ()
    of_blocks = {
        name: names | {*block.params, *block.bound} for name, block in blocks if block is not None
    }
    return {**of_blocks, "": names}


def _text(met: Text, known: Collection[str]) -> Iterator[tuple[Span | None, str]]:
    if met.kinds & (ARITHMETIC | TENSORS):
        every = met.kinds & TENSORS
        for start, end, kind in words_of_formula(met.value, known):
            if every or kind == "parameter":
                yield in_text(met.node, start, end), kind
    elif "tensor" in met.kinds:
        for found in _PATTERN.finditer(met.value):
            yield in_text(met.node, *found.span()), "parameter"


def _key(met: Key) -> Iterator[tuple[Span | None, str]]:
    """`{i}` in the name of a weight, which stands for a number."""
    if met.names == "weight":
        for found in _PATTERN.finditer(met.key):
            yield in_key(met.key, met.entry, *found.span()), "parameter"
