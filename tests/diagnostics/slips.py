"""Slips of the pen, what is said of them, and the same mended as the message says."""

from __future__ import annotations

from typing import NamedTuple

import spec_compiler as sc
from spec_compiler.diagnostics import Severity

WHOLE = "@"
VECTOR = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n  - @\n"
STEPS = "specc: 1\ninputs: {x: {shape: [5, 8]}}\nlayers:\n  - @\n"
TWO = "specc: 1\ninputs: {a: {shape: [8]}, b: {shape: [8]}}\nlayers:\n  - @\n"
TOKENS = """\
specc: 1
inputs: {t: {shape: [5], dtype: int32, values: {min: 0, max: 9}}}
layers:
  - @
"""
SIZED = """\
specc: 1
params: {width: 4, rate: 0.5, act: {type: activation, default: relu}}
dims: {seq: {}}
inputs: {x: {shape: [seq, 8]}}
layers:
  - @
"""
BLOCK = """\
specc: 1
inputs: {x: {shape: [8]}}
blocks:
  enc:
    params: {width: 4}
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, name: up, units: width}
      - {type: Dense, name: down, units: d}
    outputs: {y: down}
layers:
  - @
"""
SECTION = """\
specc: 1
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, name: y, units: 3}
@
"""
INPUTS = """\
specc: 1
@
layers:
  - {type: Dense, name: y, units: 3, from: x}
"""
TEST = """\
specc: 1
inputs: {x: {shape: [2]}}
layers:
  - {type: Identity, name: y}
tests:
  - @
"""


class Slip(NamedTuple):
    """A mistake, and what its author is told.

    Attributes:
        around: The spec, with `@` where the mistake stands.
        wrong: The mistake, with guillemets around what is blamed.
        right: What the message says to write instead.
        said: The code and the message.
        instead: The help, or the words beside the caret.
    """

    around: str
    wrong: str
    right: str
    said: str
    instead: str


def check(slip: Slip) -> None:
    """One error, at its place and in these words; and following it alone makes the spec right."""
    marked = slip.around.replace("@", slip.wrong)
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    (found,) = errors(text)
    assert f"{found.code}: {found.message}" == slip.said
    assert (found.help or found.annotation) == slip.instead
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    assert (found.span.line, found.span.column, found.span.end_column) == (
        line,
        column,
        column + max(end - start, 1),
    )
    assert errors(slip.around.replace("@", slip.right)) == []


def errors(text: str) -> list[sc.Diagnostic]:
    """The findings that make a spec invalid."""
    return [item for item in sc.validate(text) if item.severity is Severity.ERROR]
