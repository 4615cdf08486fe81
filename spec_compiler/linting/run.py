"""Every lint that is asked for, in one walk over the layers, and what authors say of them."""

from __future__ import annotations

from collections import Counter, defaultdict

from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.linting.lint import Document, Model
from spec_compiler.linting.rules import Rules
from spec_compiler.linting.table import IN_TEXT, KINDS, LEVELS, OF_LAYERS, OF_SPECS, WORDS
from spec_compiler.program import Program, Step
from spec_compiler.refusals import Refusal, Severity

_USUAL = Rules()


def lint(known: Analysis, rules: Rules = _USUAL) -> None:
    """Add what is odd in a spec to its findings, and keep those that are asked for.

    A spec with errors is not looked at: what is odd in it may be the error.

    Args:
        known: What was analyzed; its findings are changed.
        rules: What is asked for.
    """
    found, node = known.found, known.node
    looked = node is not None and known.stated is not None and not found.errors
    if looked:
        _look_at_spec(Document(known, node), found.sources.get(known.file, ""), rules)
        if known.program is not None:
            _look_at_layers(known.program, found, rules)
    if any(IN_TEXT.search(text) for text in found.sources.values()):
        # only where a spec has such a comment
        from spec_compiler.linting.suppressing import suppress

        suppress(known, rules, looked)
    found.revise(rules.said)


def _look_at_spec(document: Document, text: str, rules: Rules) -> None:
    for code, word in WORDS.items():
        if word in text and rules.wants(code):
            for place, why in OF_SPECS[code](document):
                found = document.known.found
                found.at(place, severity=_usual(code), once=True).add(why)


def _look_at_layers(program: Program, found: Diagnostics, rules: Rules) -> None:
    """What is written once and called often, in a block, is odd where it is so in every call."""
    looks: dict[str, list[str]] = {}
    for code, kinds in KINDS.items():
        if rules.wants(code):
            for kind in kinds:
                looks.setdefault(kind, []).append(code)
    model = Model(program)
    odd: defaultdict[tuple[str, int], list[tuple[Step, Refusal]]] = defaultdict(list)
    for step in program.steps.values():
        for code in looks.get(step.kind, ()):
            if (blamed := OF_LAYERS[code](model, step)) is not None:
                odd[code, id(blamed[0].call.item.node)].append(blamed)
    if not odd:
        return
    calls = Counter(id(step.call.item.node) for step in program.steps.values())
    for (code, node), several in odd.items():
        step, why = several[0]
        if len(several) == calls[node]:
            found.at(step.call.place, severity=_usual(code), once=True).add(why)


def _usual(code: str) -> Severity:
    """How grave a lint is before anything is asked of it."""
    return LEVELS[code] or Severity.WARNING
