"""One case of a test, and how it is said what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from spec_compiler.data import Allowance
from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.ir.arrays import Array
from spec_compiler.language.tests import SpecTest
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.run import Run
from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Label


class Outdated(NamedTuple):
    """An expected file that differs from the results, or is not there."""

    path: Path
    key: str
    result: Array
    problem: Refusal


@dataclass(slots=True)
class Case:
    """One case of a test while it runs.

    Attributes:
        results: What was computed, and by which run; None where data is refused.
        as_meant: Whether any of it is computed as it is meant, and not by a plan; None: not known.
    """

    test: SpecTest
    index: int
    sizes: Mapping[str, int]
    problems: list[Refusal] = field(default_factory=list[Refusal])
    outdated: list[Outdated] = field(default_factory=list[Outdated])
    tensors: dict[str, Any] = field(default_factory=dict[str, Any])
    allowance: Allowance = field(default_factory=Allowance)
    results: tuple[Run, Mapping[str, Array]] | None = None
    as_meant: bool | None = None

    @property
    def title(self) -> str:
        """Its sizes, for people."""
        return ", ".join(f"{name}={size}" for name, size in self.sizes.items())


def judged(code: str, errors: list[Diagnostic], node: SourceNode) -> Diagnostics:
    """Whether a case is refused with the code that it must be refused with."""
    found = Diagnostics()
    codes = [item.code for item in errors]
    if code not in codes:
        message = f"the inputs are {f'refused with {codes[0]}' if codes else 'not refused'}"
        notes = tuple(item.message for item in errors)
        found.at(node).add(Refusal("SPC0703", message, argument=("raises",), notes=notes))
    return found


def in_case(found: Diagnostic, case: Case, node: SourceNode) -> Diagnostic:
    """What is wrong, with the test that shows it: its place, unless that is where it is wrong."""
    words = f"in the test `{case.test.name}`" + (f" [{case.title}]" if case.title else "")
    here, span = node.span, found.span
    if span and span.file == here.file and here.line <= span.line <= here.end_line:
        return replace(found, notes=(*found.notes, words))
    label = Label(node.span_of(("name",)), words)
    return replace(found, labels=(*found.labels, label))
