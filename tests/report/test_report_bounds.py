"""However much is wrong, a report keeps and prints a bounded part of it, and says so."""

import json
import tracemalloc

import pytest

from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity, SpecError
from spec_compiler.finding import MOST_LABELS
from spec_compiler.refusals import MOST_KEPT
from spec_compiler.report import LINES, Style, render
from spec_compiler.source import read
from spec_compiler.spans import Label, Span

GATHERED = "SPC0205"
"""A code whose findings are mended in one place."""


def many(number: int, severity: Severity = Severity.ERROR, code: str = "SPC0101") -> Diagnostics:
    """Findings of a kind, each on a line of its own."""
    run = Diagnostics()
    for index in range(number):
        message = "the same" if code == GATHERED else f"wrong {index}"
        run.add(Diagnostic(code, message, Span("m.yaml", index + 1, 1, index + 1, 2), severity))
    return run


def test_what_is_not_kept_is_counted():
    run = many(MOST_KEPT + 500)
    assert len(run.errors) == MOST_KEPT
    assert run.left_out == {Severity.ERROR: 500}
    assert run.counts == {Severity.ERROR: MOST_KEPT + 500}
    assert SpecError(run).findings.headline == "m.yaml:1:1: [SPC0101] wrong 0 (and 1499 more)"


def test_every_format_says_how_many_there_are():
    run = many(MOST_KEPT + 500)
    for name in LINES:
        last = render(run, name, Style()).splitlines()[-1]
        assert last == "error: 1,500 errors in 1 file, 100 of them shown"
    page = render(run, "markdown", Style())
    assert page.startswith("**error: 1,500 errors in 1 file, 100 of them shown**\n")
    (log,) = json.loads(render(run, "sarif", Style()))["runs"]
    (note,) = log["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "500 further findings not listed"
    report = json.loads(render(run, "json", Style()))
    assert len(report["diagnostics"]) == MOST_KEPT
    assert report["summary"]["errors"] == MOST_KEPT + 500
    assert report["summary"]["left_out"] == 500


def test_warnings_leave_room_for_errors():
    run = many(MOST_KEPT + 1, Severity.WARNING)
    run.extend(many(1))
    assert len(run.errors) == 1
    assert run.counts == {Severity.WARNING: MOST_KEPT + 1, Severity.ERROR: 1}
    with pytest.raises(SpecError):
        run.stop_on_errors()


def test_runs_together_keep_no_more_than_one():
    run = many(MOST_KEPT)
    run.extend(many(MOST_KEPT + 7))
    assert len(run.errors) == MOST_KEPT
    assert run.counts == {Severity.ERROR: 2 * MOST_KEPT + 7}


def test_a_spec_with_too_many_mistakes_is_invalid():
    keys = "".join(f"    k{index}: 1\n" for index in range(MOST_KEPT + 20))
    text = f"specc: 1\ninputs: {{x: {{shape: [3]}}}}\nlayers:\n  - type: Softmax\n{keys}"
    with pytest.raises(SpecError) as caught:
        prove_text(text, "m.yaml")
    found = caught.value.diagnostics
    assert len(found.errors) == MOST_KEPT
    assert found.counts == {Severity.ERROR: MOST_KEPT + 20}


def test_what_is_mended_in_one_place_stays_one_finding():
    run = many(MOST_KEPT + 500, code=GATHERED)
    assert run.counts == {Severity.ERROR: 1}
    assert run.items[0].notes == (f"and in {MOST_KEPT + 500 - 4} more places",)


def grown(text):
    """What proving a spec that is refused takes beside reading it, for each character of it."""
    tracemalloc.start()
    read(text, "m.yaml", Diagnostics())
    reading = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    with pytest.raises(SpecError) as caught:
        prove_text(text, "m.yaml")
    taken = tracemalloc.get_traced_memory()[1] - reading
    tracemalloc.stop()
    return taken / len(text), caught.value.diagnostics


STRANGE = {
    "a spec": "specc: 1\ninputs: {x: {shape: [3]}}\nlayers: [{type: Softmax}]\n{}",
    "a layer": "specc: 1\ninputs: {x: {shape: [3]}}\nlayers:\n- type: Softmax\n{}",
    "an input": "specc: 1\ninputs:\n x:\n  shape: [3]\n{}layers: [{type: Softmax}]\n",
}


@pytest.mark.parametrize("what", STRANGE)
def test_unknown_keys_that_nobody_reads_of_are_only_counted(what):
    indent = {"a spec": "", "a layer": "  ", "an input": "  "}[what]

    def strange(count):
        return "".join(f"{indent}k{index}: 1\n" for index in range(count))

    grown(STRANGE[what].replace("{}", strange(1), 1))  # what is loaded at the first use
    taken, found = grown(STRANGE[what].replace("{}", strange(5_000), 1))
    assert taken < 100
    assert len(found.errors) == MOST_KEPT
    assert found.counts == {Severity.ERROR: 5_000}


def test_places_that_nobody_sees_are_only_counted():
    span = Span("m.yaml", 1, 1, 1, 2)
    labels = tuple(Label(span, f"<{number}>") for number in range(5000))
    (kept,) = Diagnostics([Diagnostic("SPC0101", "x", span, labels=labels)])
    assert len(kept.labels) == MOST_LABELS
    assert kept.notes == (f"and {5000 - MOST_LABELS} more places",)
