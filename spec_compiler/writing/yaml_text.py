"""A spec's plain data as YAML that people like to read and every YAML reader reads back equal.

A short entry stands on one line in flow style, a longer one opens into block style. Text is quoted
only where some reader would take it for something else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from spec_compiler.source.node import Plain, Scalar

COLUMNS = 100
DEPTH = 64
ORDER = (
    "specc", "name", "doc", "metadata", "seed", "dtype", "mask_policy", "imports", "params", "dims",
    "constraints", "defaults", "blocks", "inputs", "layers", "outputs", "weights", "tests",
)  # fmt: skip
# Their entries are the lines that people edit and compare, so each stands on its own.
LISTED = {"imports", "params", "dims", "constraints", "defaults", "inputs", "layers", "tests"}

_INNER = r"[A-Za-z0-9_$./+*()%<>=!@'-]"
# Starts like a name, a param, a relative path, or a product such as `4*d_model`.
_PLAIN = re.compile(
    rf"(?:[A-Za-z_$]|\.\.?/|[0-9]+ ?[*/%+-] ?[A-Za-z_(])(?:{_INNER}| (?=[^ ]))*|\.\.\."
)
# What YAML 1.1 or 1.2 readers resolve to a boolean or null, and what Python users take for it.
# (`y` and `n` are booleans on paper only, and natural names.)
_RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "none"}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_yaml(document: dict[str, Plain]) -> str:
    """Print a spec.

    Args:
        document: Mappings, lists and scalars, at most 64 levels deep (as deep as specc reads).

    Returns:
        YAML with a final newline. Top-level keys stand in the language's order, unknown ones after.

    Raises:
        ValueError: The data is nested deeper.
    """
    return "".join(f"{line}\n" for line in _sections(document, "", DEPTH)) or "{}\n"


def _sections(mapping: dict[str, Plain], indent: str, depth: int) -> Iterator[str]:
    """The keys of a file, or of a block, which has the same sections."""
    for key in sorted(mapping, key=lambda key: ORDER.index(key) if key in ORDER else len(ORDER)):
        value, head = mapping[key], f"{indent}{_text(key)}:"
        if key == "blocks" and isinstance(value, dict) and value:
            yield head
            for name, block in value.items():
                yield from _block_definition(name, block, indent + "  ", depth - 2)
        elif key in LISTED and isinstance(value, dict | list) and value:
            yield head
            yield from _entries(value, indent + "  ", depth - 1)
        else:
            yield from _entry(head, value, indent, depth - 1)


def _block_definition(name: str, block: Plain, indent: str, depth: int) -> Iterator[str]:
    head = f"{indent}{_text(name)}:"
    if isinstance(block, dict) and block:
        yield head
        yield from _sections(block, indent + "  ", depth)
    else:
        yield from _entry(head, block, indent, depth)


def _entries(value: dict[str, Plain] | list[Plain], indent: str, depth: int) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(f"{indent}{_text(key)}:", item, indent, depth - 1)
    else:
        for item in value:
            yield from _entry(f"{indent}-", item, indent, depth - 1)


def _entry(head: str, value: Plain, indent: str, depth: int) -> Iterator[str]:
    line = f"{head} {_flow(value, depth)}"
    if not isinstance(value, dict | list) or not value or len(line) <= COLUMNS:
        yield line
        return
    lines = _entries(value, indent + "  ", depth)
    if head.endswith("-"):
        # The first key stands beside the dash.
        yield f"{head} {next(lines).lstrip(' ')}"
    else:
        yield head
    yield from lines


def _flow(value: Plain, depth: int) -> str:
    if depth < 0:
        raise ValueError(f"the data is nested more than {DEPTH} levels deep")
    if isinstance(value, dict):
        pairs = (f"{_text(key)}: {_flow(item, depth - 1)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item, depth - 1) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Scalar) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float(value) if isinstance(value, float) else str(value)


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    digits = repr(value)
    # YAML 1.1 sees a number only where there is a point.
    return digits if "." in digits else digits.replace("e", ".0e")


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    # where a log shows it, `##[` would be a command
    return '"' + "".join(map(_character, value)).replace("##", "#\\x23") + '"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    point = ord(character)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
