"""What is to be mended first, and what may stand there, in the report for programs."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from spec_compiler.codes import CODES
from spec_compiler.compile import analyze_text
from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.editing import applied
from spec_compiler.linting import lint
from spec_compiler.report import Style, render
from spec_compiler.report.roots import followers
from spec_compiler.spans import Edit, Label, Span

SCHEMA = json.loads(Path(__file__).parents[2].joinpath("schemas/report.schema.json").read_text())


def report_of(text):
    known = analyze_text(text, "m.yaml")
    lint(known)
    report = json.loads(render(known.found, "json", Style()))
    Draft202012Validator(SCHEMA).validate(report)
    return report


def test_an_unused_name_follows_from_the_slip_in_its_use():
    report = report_of(
        "specc: 1\nparams: {width: 3}\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: widht}\n"
    )
    said = [(item["severity"], item["root"]) for item in report["diagnostics"]]
    assert ("error", True) in said
    assert all(root == (severity == "error") for severity, root in said)
    assert report["summary"]["roots"] == sum(root for _, root in said)


def test_what_stands_in_a_text_that_is_not_read_follows():
    text = Span("m.yaml", 3, 1, 3, 2)
    broken = Diagnostic("SPC0001", "broken", text)
    other = Diagnostic("SPC0101", "no such key", Span("m.yaml", 1, 1, 1, 2))
    elsewhere = Diagnostic("SPC0101", "no such key", Span("n.yaml", 1, 1, 1, 2))
    assert followers([other, broken, elsewhere]) == {0}


def test_an_error_that_names_the_place_of_another_follows():
    cause = Diagnostic("SPC0301", "another size", Span("m.yaml", 2, 1, 2, 4))
    effect = Diagnostic(
        "SPC0302", "differs", Span("m.yaml", 9, 1, 9, 4), labels=(Label(cause.span, "made here"),)
    )
    assert followers([cause, effect]) == {1}
    both = Diagnostic("SPC0301", "a", cause.span, labels=(Label(effect.span, "and here"),))
    assert followers([both, effect]) == {1}
    alone = Diagnostic("SPC0302", "differs", effect.span, labels=(Label(effect.span, "here"),))
    assert followers([alone]) == set()


def test_alone_everything_is_a_root():
    for severity in Severity:
        found = Diagnostics([Diagnostic("SPC0101", "odd", Span("m.yaml", 1, 1, 1, 2), severity)])
        (item,) = json.loads(render(found, "json", Style()))["diagnostics"]
        assert item["root"] is True


CLOSED = ["SPC0123", "SPC0124", "SPC0203", "SPC0210", "SPC0215", "SPC0704", "SPC0901"]


@pytest.mark.parametrize("code", CLOSED)
def test_what_is_allowed_takes_the_place_of_what_is_blamed(code, tmp_path):
    """None of the names that may stand there is refused as a name that is not known."""
    example = CODES[code]
    for name, text in {**example.files, example.varies: example.wrong}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    file = str(tmp_path / example.varies)
    (found,) = [item for item in analyze_text(example.wrong, file).found if item.code == code]
    assert found.allowed
    assert len(set(found.allowed)) == len(found.allowed)
    for name in found.allowed:
        text = applied(example.wrong, [Edit(found.span, name)])
        again = [item.message for item in analyze_text(text, file).found if item.code == code]
        assert found.message not in again
        assert not any(f"`{name}`" in message and "there is no" in message for message in again)


def test_keywords_of_a_function_are_allowed():
    text = (
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers: [{type: Lambda, function: 'sum(x, axes=1)'}]\n"
    )
    (found,) = [item for item in analyze_text(text, "m.yaml").found if item.code == "SPC0125"]
    assert {"x", "axis", "keepdims"} <= set(found.allowed)
