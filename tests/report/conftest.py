"""Findings to print, made by hand: the printers know nothing of how they came about."""

from collections.abc import Callable

import pytest

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.spans import Span


@pytest.fixture
def mark() -> Callable[..., Span]:
    """The span of the first occurrence of a part in a line of a file."""

    def find(sources: dict[str, str], file: str, line: int, part: str) -> Span:
        column = sources[file].split("\n")[line - 1].index(part) + 1
        return Span(file, line, column, line, column + len(part))

    return find


@pytest.fixture
def one() -> Callable[..., Diagnostics]:
    """A run with one finding in `m.yaml` of a given text."""

    def build(text: str, span: Span | None, **fields: object) -> Diagnostics:
        finding = Diagnostic("SPC0101", "wrong", span, **fields)  # type: ignore[arg-type]
        return Diagnostics([finding], {"m.yaml": text})

    return build
