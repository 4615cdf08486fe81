"""What is to be mended first, and what may stand there, in the report for programs."""

import json
from dataclasses import replace
from pathlib import Path

from jsonschema import Draft202012Validator

from spec_compiler.compile import analyze_text
from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.linting import lint
from spec_compiler.report import Style, render
from spec_compiler.report.roots import roots_first
from spec_compiler.spans import Label, Span

SCHEMA = json.loads(Path(__file__).parents[2].joinpath("schemas/report.schema.json").read_text())


def report_of(text):
    known = analyze_text(text, "m.yaml")
    lint(known)
    report = json.loads(render(known.found, "json", Style()))
    Draft202012Validator(SCHEMA).validate(report)
    return report


SIZED = """\
specc: 1
inputs: {x: {shape: [SIZE, 3]}}
layers:
  - {type: EinsumDense, equation: "abc,cd->abd", sizes: {d: 2}, bias_axes: b}
"""


def of(code, line, severity=Severity.ERROR, labels=()):
    """A finding at the beginning of a line, which names other lines."""
    named = tuple(Label(Span("m.yaml", other, 1, other, 2), "made here") for other in labels)
    return Diagnostic(code, "odd", Span("m.yaml", line, 1, line, 2), severity, labels=named)


def order(*findings):
    return [(one.finding.span.line, one.follows) for one in roots_first(findings)]


def test_errors_stand_before_warnings_and_roots_before_what_follows():
    warning, note = of("SPC0208", 1, Severity.WARNING), of("SPC1012", 2, Severity.NOTE)
    effect, cause, other = of("SPC0301", 9, labels=[7]), of("SPC0205", 7), of("SPC0203", 8)
    expected = [(7, None), (8, None), (1, None), (2, None), (9, 0)]
    assert order(effect, other, note, cause, warning) == expected


def test_a_chain_has_one_root():
    chain = [of("SPC0205", 1), of("SPC0301", 2, labels=[1]), of("SPC0302", 3, labels=[2])]
    assert order(*reversed(chain)) == [(1, None), (2, 0), (3, 0)]


def test_of_two_that_name_each_other_the_first_is_the_root():
    assert order(of("SPC0301", 2, labels=[5]), of("SPC0302", 5, labels=[2])) == [(2, None), (5, 0)]


def test_what_names_its_own_place_or_a_warning_is_a_root():
    own = of("SPC0301", 2, labels=[2])
    warned = of("SPC0302", 5, labels=[4])
    found = order(own, warned, of("SPC0208", 4, Severity.WARNING))
    assert found == [(2, None), (5, None), (4, None)]


def test_a_use_of_a_block_is_no_cause_of_what_is_wrong_inside():
    use = Span("m.yaml", 9, 1, 9, 2)
    inside = replace(of("SPC0203", 4), labels=(Label(use, "expanded from `use: half`"),))
    assert order(inside, Diagnostic("SPC0213", "fed another", use)) == [(4, None), (9, None)]


def test_on_a_line_that_was_not_read_an_error_follows_and_elsewhere_not():
    broken, same, elsewhere = of("SPC0012", 3), of("SPC0104", 3), of("SPC0104", 4)
    assert order(elsewhere, same, broken) == [(3, None), (4, None), (3, 0)]


def test_an_unknown_size_is_the_cause_of_what_cannot_be_made_of_it():
    report = report_of(SIZED.replace("SIZE", "many"))
    said = [(item["code"], item["root"], item["follows"]) for item in report["diagnostics"]]
    assert said == [("SPC0205", True, None), ("SPC0333", False, 0)]
    assert report["summary"]["roots"] == 1
    assert report_of(SIZED.replace("SIZE", "6"))["diagnostics"] == []


PARAM = """\
specc: 1
params: {width: 4.0}
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, name: a, units: width}
  - {type: Dense, name: b, units: 2 * width}
  - {type: Dense, name: c, units: widht}
"""


def test_the_value_of_a_param_is_one_root_wherever_it_is_read():
    said = [(item["start"]["line"], item["follows"]) for item in report_of(PARAM)["diagnostics"]]
    assert said == [(5, None), (7, None), (6, 0)]
    left = report_of(PARAM.replace("4.0", "4"))["diagnostics"]
    assert [item["start"]["line"] for item in left] == [7]


def test_alone_everything_is_a_root():
    for severity in Severity:
        found = Diagnostics([Diagnostic("SPC0101", "odd", Span("m.yaml", 1, 1, 1, 2), severity)])
        (item,) = json.loads(render(found, "json", Style()))["diagnostics"]
        assert (item["root"], item["follows"]) == (True, None)


def test_other_formats_keep_the_order_of_places():
    found = Diagnostics([of("SPC0208", 1, Severity.WARNING), of("SPC0205", 7)])
    first = render(found, "concise", Style()).splitlines()[0]
    assert "SPC0208" in first
    assert json.loads(render(found, "json", Style()))["diagnostics"][0]["code"] == "SPC0205"


def test_the_way_to_a_finding_is_no_cause_of_it():
    """Whatever the words beside it are, a use of a block is marked as the way."""
    use, inside = of("SPC0301", 7), of("SPC0302", 9, labels=[7])
    assert order(use, inside) == [(7, None), (9, 0)]
    way = Label(inside.labels[0].span, "here", is_way=True)
    assert order(use, replace(inside, labels=(way,))) == [(7, None), (9, None)]


BLOCKS = """\
specc: 1
params: {rate: 0.5}
inputs: {x: {shape: [rate, 3]}}
layers:
  - {type: Dense, name: a, units: rate}
  - {type: Dense, name: b, units: rate + 1}
"""


def test_what_is_said_of_a_param_again_follows_from_the_first():
    found = report_of(BLOCKS)["diagnostics"]
    assert [item["message"] for item in found] == [
        "the param `rate` is 0.5, not a whole number"
    ] * 3
    assert [item["follows"] for item in found] == [None, 0, 0]


def test_the_same_words_of_two_things_are_two_roots():
    one, other = of("SPC0104", 3), of("SPC0104", 5)
    assert order(one, other) == [(3, None), (5, None)]
    read = [replace(item, read="rate") for item in (one, other)]
    assert order(*read) == [(3, None), (5, 0)]
