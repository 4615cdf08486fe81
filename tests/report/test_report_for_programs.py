"""What programs are told beyond the words: columns, fingerprints, paths, rules and fixes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from read_back import READERS, SARIF

from spec_compiler.codes import CODES
from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity, SpecError
from spec_compiler.report import FORMATS, Style, render
from spec_compiler.spans import Edit, Label, Span

WRONG = """\
specc: 1
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, "😀": 1, unitz: 3}
  - {type: Dense, units: 3, activation: relo}
  - {type: Dense, units: 3, activation: relo}
"""


def found_in(text, file="m.yaml"):
    with pytest.raises(SpecError) as caught:
        prove_text(text, file)
    return caught.value.diagnostics


def results(found):
    log = json.loads(render(found, "sarif", Style()))
    SARIF.validate(log)
    return log["runs"][0]["results"]


def region(result):
    return result["locations"][0]["physicalLocation"]["region"]


def fingerprints(text, form, file="m.yaml"):
    report = json.loads(render(found_in(text, file), form, Style()))
    if form == "gitlab":
        return [issue["fingerprint"] for issue in report]
    return [item["partialFingerprints"]["specc/v1"] for item in report["runs"][0]["results"]]


def test_sarif_counts_columns_as_editors_do():
    """A character beyond 16 bits is two code units; what editors underline is what is blamed."""
    for result, blamed in zip(results(found_in(WRONG)), ['"😀"', "unitz"], strict=False):
        place = region(result)
        units = WRONG.split("\n")[place["startLine"] - 1].encode("utf-16-le")
        shown = units[2 * (place["startColumn"] - 1) : 2 * (place["endColumn"] - 1)]
        assert shown.decode("utf-16-le") == blamed


def test_a_fix_of_sarif_mends_the_line():
    unitz = next(item for item in results(found_in(WRONG)) if "unitz" in item["message"]["text"])
    (change,) = unitz["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert change["artifactLocation"] == {"uri": "m.yaml", "uriBaseId": "%SRCROOT%"}
    assert replacement["deletedRegion"] == region(unitz)
    assert replacement["insertedContent"] == {"text": "units"}


def test_a_rule_of_sarif_explains_its_code():
    log = json.loads(render(found_in(WRONG), "sarif", Style()))
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        code = CODES[rule["id"]]
        assert rule["shortDescription"]["text"] == code.title
        for line in filter(None, (code.wrong + code.right).split("\n")):
            assert line in rule["help"]["text"]
            assert line in rule["help"]["markdown"]


def test_labels_are_related_locations():
    span = Span("m.yaml", 1, 1, 1, 2)
    label = Label(Span("blocks/b c.yaml", 9, 3, 10, 4), "made here")
    (result,) = results(Diagnostics([Diagnostic("SPC0101", "wrong", span, labels=(label,))]))
    (related,) = result["relatedLocations"]
    assert related["message"] == {"text": "made here"}
    place = related["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "blocks/b%20c.yaml"
    assert (place["region"]["startLine"], place["region"]["endLine"]) == (9, 10)


@pytest.mark.parametrize("form", ["sarif", "gitlab"])
def test_a_fingerprint_stays_where_other_lines_come_and_go(form):
    names = fingerprints(WRONG, form)
    assert len(set(names)) == len(names) == 4
    assert fingerprints(WRONG.replace("specc: 1\n", "# more\n\nspecc: 1\nname: n\n"), form) == names
    assert fingerprints(WRONG.replace("  - ", "    - "), form) == names
    assert fingerprints(WRONG.replace("[8]", "[9]"), form) == names
    assert fingerprints(WRONG, form, "./m.yaml") == names
    other = fingerprints(WRONG.replace("unitz", "unites"), form)
    assert [a == b for a, b in zip(names, other, strict=True)] == [True, False, True, True]
    assert not set(fingerprints(WRONG, form, "other.yaml")) & set(names)


def test_a_line_number_in_the_words_is_no_part_of_a_fingerprint():
    def named(line):
        span = Span("m.yaml", line, 1, line, 2)
        message = f"`a` is 3, and 4 by line {line - 1}"
        (result,) = results(Diagnostics([Diagnostic("SPC0101", message, span)]))
        return result["partialFingerprints"]["specc/v1"]

    assert named(7) == named(700)


@pytest.mark.parametrize("form", READERS)
def test_a_file_is_named_from_the_folder_of_the_run(form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {
        str(tmp_path / "models" / "a.yaml"): "models/a.yaml",
        "./models//a.yaml": "models/a.yaml",
        "../a.yaml": "../a.yaml",
    }
    for given, expected in names.items():
        run = Diagnostics([Diagnostic("SPC0101", "wrong", Span(given, 1, 1, 1, 2))])
        (found,) = READERS[form](render(run, form, Style()))
        assert found.file == expected
    elsewhere = Diagnostics([Diagnostic("SPC0101", "wrong", Span("/x/a b.yaml", 1, 1, 1, 2))])
    (found,) = READERS[form](render(elsewhere, form, Style()))
    assert found.file == ("file:///x/a b.yaml" if form == "sarif" else "/x/a b.yaml")


@pytest.mark.parametrize("form", FORMATS)
def test_ten_thousand_errors_make_a_report_of_bounded_size(form):
    run = Diagnostics()
    for index in range(10_000):
        span = Span("m.yaml", index + 1, 1, index + 1, 2)
        run.add(Diagnostic("SPC0101", f"wrong {index}", span, help="write it otherwise"))
    run.sources["m.yaml"] = "x: 1\n" * 10_000
    run.checked = ("m.yaml",)
    report = render(run, form, Style())
    assert len(report) < {"json": 1_000_000, "sarif": 1_500_000}.get(form, 500_000)
    if form not in {"json", "gitlab", "junit", "sarif"}:
        assert "10,000 errors" in report


@pytest.mark.parametrize("form", FORMATS)
def test_a_line_of_a_megabyte_is_not_printed(form):
    filler = "😀" * 250_000
    text = f'specc: 1\ninputs: {{x: {{shape: [8], doc: "{filler}", shap: 1}}}}\nlayers: []\n'
    line = text.split("\n")[1]
    found = found_in(text)
    assert len(render(found, form, Style())) < 20_000
    place = next(item.span for item in found if "`shap`" in item.message)
    assert line[place.column - 1 : place.end_column - 1] == "shap"
    for result in results(found):
        if "`shap`" in result["message"]["text"]:
            before = line[: place.column - 1].encode("utf-16-le")
            assert region(result)["startColumn"] == len(before) // 2 + 1


def test_a_comment_of_markdown_fits_and_says_what_it_leaves_out():
    span = Span("m.yaml", 1, 1, 1, 2)
    long = Diagnostic("SPC0101", "x" * 2000, span, help="y" * 2000, notes=("z" * 2000,))
    run = Diagnostics(
        [replace(long, message=f"{index}{'x' * 1900}") for index in range(300)],
        {"m.yaml": "x" * 3000},
    )
    run.checked = tuple(f"{index}.yaml" for index in range(500))
    page = render(run, "markdown", Style())
    assert len(page) < 65_536
    assert "\n\nand 401 more\n" in page
    assert "\n| `m.yaml` | 300 | 0 | 0 |\n| `0.yaml` | 0 | 0 | 0 |\n" in page
    assert page.endswith("...\n```\n\n</details>\n")


def test_junit_says_warnings_and_fails_of_errors():
    span = Span("m.yaml", 1, 1, 1, 2)
    run = Diagnostics([Diagnostic("SPC0101", "odd", span, Severity.WARNING)], {"m.yaml": "x"})
    run.checked = ("m.yaml", "n.yaml")
    report = render(run, "junit", Style())
    assert READERS["junit"](report) == []
    assert report.count("<testcase") == 2
    assert "warning[SPC0101]: odd" in report


def test_several_formats_at_once_go_to_their_files(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(WRONG, encoding="utf-8")
    given = ["--format", "github", "--format", "sarif:out.sarif", "--format", "junit:out.xml"]
    ran = specc("validate", "m.yaml", *given, folder=tmp_path)
    assert ran.status == 1
    facts = READERS["github"](ran.out)
    assert len(facts) == 4
    assert READERS["sarif"](Path(tmp_path, "out.sarif").read_text()) == facts
    assert READERS["junit"](Path(tmp_path, "out.xml").read_text()) == facts


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif", "markdown"])
def test_what_fails_in_a_test_is_a_finding(specc, tmp_path, form):
    test = "  - {name: t, dims: {batch: 1}, expect: {y: {max: -100}}}\n"
    text = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Softmax, name: y}]\ntests:\n"
    (tmp_path / "m.yaml").write_text(text + test)
    ran = specc("test", "m.yaml", "--format", form, folder=tmp_path)
    (found,) = READERS[form](ran.out)
    assert (found.severity, found.file, found.line) == ("error", "m.yaml", 5)
    if form == "markdown":
        assert ran.out.startswith("**0 passed, 1 failed**\n")
        assert "| ❌ failed | `m.yaml` | `t [batch=1]` |" in ran.out


def test_an_edit_over_several_files_is_one_fix():
    here, there = Span("a.yaml", 1, 1, 1, 2), Span("b.yaml", 2, 1, 2, 2)
    edits = (Edit(here, "x"), Edit(there, "y"))
    (result,) = results(Diagnostics([Diagnostic("SPC0101", "wrong", here, edits=edits)]))
    (fix,) = result["fixes"]
    changed = [change["artifactLocation"]["uri"] for change in fix["artifactChanges"]]
    assert changed == ["a.yaml", "b.yaml"]
