"""Every lint that is asked for, in one walk over the layers, and what authors say of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.linting.rules import Rules
from spec_compiler.linting.table import IN_TEXT, KINDS, LEVELS, OF_LAYERS, OF_SPECS, WORDS
from spec_compiler.program import Program, Step
from spec_compiler.reading.packaged import is_packaged
from spec_compiler.refusals import Refusal, Severity

_USUAL = Rules()


def lint(known: Analysis, rules: Rules = _USUAL) -> None:
    """Add what is odd in a spec to its findings, and keep those that are asked for.

    A spec with errors is not looked at: what is odd in it may be the error.

    Args:
        known: What was analyzed; its findings are changed.
        rules: What is asked for.
    """
    found = known.found
    looked = known.stated is not None and not found.errors
    if looked:
        codes = _worth_a_look(found.sources, rules)
        _look_at_spec(known, [code for code in codes if code in OF_SPECS])
        of_layers = [code for code in codes if code in OF_LAYERS]
        for program in (known.program, *known.tried):
            if program is not None:
                _look_at_layers(program, found, of_layers, tried=program is not known.program)
    if any(IN_TEXT.search(text) for text in found.sources.values()):
        # only where a spec has such a comment
        from spec_compiler.linting.suppressing import suppress

        suppress(known, rules, looked)
    found.revise(rules.said)


def _worth_a_look(sources: Mapping[str, str], rules: Rules) -> list[str]:
    """The lints that are asked for, and could find something in these texts."""
    return [
        code
        for code in LEVELS
        if rules.wants(code)
        and (
            code not in WORDS
            or any(word in text for text in sources.values() for word in WORDS[code])
        )
    ]


def _look_at_spec(known: Analysis, codes: Sequence[str]) -> None:
    if not codes or known.node is None:
        return
    # most small specs have nothing that could be unused
    from spec_compiler.linting.looking import Document

    document = Document(known, known.node)
    for code in codes:
        for place, why in OF_SPECS[code](document):
            known.found.at(place, severity=_usual(code), once=True).add(why)


def _look_at_layers(
    program: Program, found: Diagnostics, codes: Sequence[str], *, tried: bool
) -> None:
    """What is written once and called often, in a block, is odd where it is so in every call.

    Args:
        program: The layers.
        found: Collects what is odd.
        codes: The lints that are asked for.
        tried: Whether it is the use of a block that nobody wrote.
    """
    looks: dict[str, list[str]] = {}
    for code in codes:
        for kind in KINDS[code]:
            looks.setdefault(kind, []).append(code)
    suspects = [step for step in program.steps.values() if step.kind in looks]
    if not suspects:
        return
    # see above
    from spec_compiler.linting.looking import Model

    model = Model(program)
    odd: defaultdict[tuple[str, int], list[tuple[Step, Refusal]]] = defaultdict(list)
    for step in suspects:
        for code in looks[step.kind]:
            if (blamed := OF_LAYERS[code](model, step)) is not None:
                odd[code, id(blamed[0].call.item.node)].append(blamed)
    if not odd:
        return
    calls = Counter(id(step.call.item.node) for step in program.steps.values())
    for (code, node), several in odd.items():
        step, why = several[0]
        if len(several) == calls[node] and not is_packaged(step.call.item.node.span.file):
            place = step.call.item.node if tried else step.call.place
            found.at(place, severity=_usual(code), once=True).add(why)


def _usual(code: str) -> Severity:
    """How grave a lint is before anything is asked of it."""
    return LEVELS[code] or Severity.WARNING
