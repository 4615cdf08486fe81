"""Slips of the pen, what is said of them, and the same mended as the message says.

The tables beside this file hold them, a family in each. A case is

    VECTOR                              the spec around it, one of those below
    | {type: Dense, units: «(32,)»}     the slip, with guillemets around what is blamed
    + {type: Dense, units: 32}          what the message says to write
    = SPC0104: `units` must be …        the code and the message
    ~ write `32`                        the words beside the caret and the help

and each of its lines may stand several times.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import spec_compiler as sc
from spec_compiler.diagnostics import Severity

WHOLE = "@\n"
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


AROUND = {
    "WHOLE": WHOLE,
    "VECTOR": VECTOR,
    "STEPS": STEPS,
    "TWO": TWO,
    "TOKENS": TOKENS,
    "SIZED": SIZED,
    "BLOCK": BLOCK,
    "SECTION": SECTION,
    "INPUTS": INPUTS,
    "TEST": TEST,
}


class Slip(NamedTuple):
    """A mistake, and what its author is told.

    Attributes:
        around: The spec, with `@` where the mistake stands.
        wrong: The mistake, with guillemets around what is blamed.
        right: What the message says to write instead.
        said: The code and the message.
        instead: The words beside the caret and the help.
    """

    around: str
    wrong: str
    right: str
    said: str
    instead: str


def read(table: Path) -> Iterator[tuple[str, Slip]]:
    """The cases of a table, each with a name."""
    lines = enumerate(table.read_text(encoding="utf-8").splitlines(), 1)
    for blank, case in groupby(lines, key=lambda line: not line[1]):
        if blank:
            continue
        numbered = list(case)
        number, around = numbered[0]
        parts = [
            "\n".join(text[2:] for _, text in numbered[1:] if text[0] == sign) for sign in "|+=~"
        ]
        yield f"{table.stem}-{number}", Slip(AROUND[around], *parts)


def check(slip: Slip) -> None:
    """One error, at its place and in these words; and following it alone makes the spec right."""
    marked = slip.around.replace("@", slip.wrong)
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    (found,) = errors(text)
    assert f"{found.code}: {found.message}" == slip.said
    said = (found.annotation, found.help)
    assert " | ".join(part for part in said if part not in {"", "unknown"}) == slip.instead
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
