"""A spec's plain data as YAML that people like to read and every YAML reader reads back equal.

It is made as the formatter would leave it: the same layout, the same order of keys.
"""

from __future__ import annotations

import math

from spec_compiler.source.node import Plain, Scalar
from spec_compiler.source.presentation import Entry, Group, Part, Text
from spec_compiler.writing.arranged import arranged
from spec_compiler.writing.printed import printed
from spec_compiler.writing.scalars import Quotes, double_quoted, needs_quotes

DEPTH = 64


def to_yaml(document: dict[str, Plain]) -> str:
    """Print a spec.

    Args:
        document: Mappings, lists and scalars, at most 64 levels deep (as deep as specc reads).

    Returns:
        YAML with a final newline. Keys stand in the language's order, unknown ones after.

    Raises:
        ValueError: The data is nested deeper.
    """
    return printed(arranged(_mapping(document, DEPTH)))


def _mapping(mapping: dict[str, Plain], depth: int) -> Group:
    entries = (Entry(_text(key), _part(value, depth - 1)) for key, value in mapping.items())
    return Group(is_mapping=True, entries=tuple(entries))


def _part(value: Plain, depth: int) -> Part:
    if depth < 0:
        raise ValueError(f"the data is nested more than {DEPTH} levels deep")
    if isinstance(value, dict):
        return _mapping(value, depth)
    if isinstance(value, list):
        return Group(False, tuple(Entry(None, _part(item, depth - 1)) for item in value))
    return _scalar(value)


def _scalar(value: Scalar) -> Text:
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return _plain("null")
    if isinstance(value, bool):
        return _plain("true" if value else "false")
    return _plain(_float(value) if isinstance(value, float) else str(value))


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    digits = repr(value)
    # YAML 1.1 sees a number only where there is a point.
    return digits if "." in digits else digits.replace("e", ".0e")


def _text(value: str) -> Text:
    """A text, in quotes where any reader or any place needs them."""
    if value.isprintable() and needs_quotes(value) is Quotes.NEVER:
        return _plain(value)
    return Text(value, '"', double_quoted(value))


def _plain(value: str) -> Text:
    return Text(value, "", value)
