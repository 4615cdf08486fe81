"""What a finding is known by when the lines around it move."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.lines import Lines
from spec_compiler.report.closing import file_of
from spec_compiler.report.paths import relative

_LINE_NUMBER = re.compile(r"\b(lines?) \d+\b")


def fingerprints(
    findings: Sequence[Diagnostic], lines: Lines, called: Callable[[str], str] = relative
) -> list[str]:
    """A name of 32 signs for each finding: of its file, code, words and the text that it blames.

    Findings that are equal in all of that are told apart by their order. Neither where the text
    stands nor what is around it counts, so that a finding stays the same one until it is mended.

    Args:
        findings: In their order.
        lines: The texts.
        called: What a file is called in the name.
    """
    seen = Counter[str]()
    names: list[str] = []
    for finding in findings:
        blamed = lines.blamed(finding.span) if finding.span else ""
        words = _LINE_NUMBER.sub(r"\1", finding.message)
        key = "\0".join((called(file_of(finding)), finding.code, words, blamed))
        seen[key] += 1
        name = f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")
        names.append(hashlib.sha256(name).hexdigest()[:32])
    return names
