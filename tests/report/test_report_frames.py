"""Carets stand under what they mean, whatever the line holds, and odd places lose no words."""

import json

import pytest

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report import Style, render
from spec_compiler.spans import Label, Span


def frame(report: str) -> list[str]:
    """The quoted lines and underlines, without the gutter."""
    lines = report.split("\n\n")[0].split("\n")
    return [line[5:] for line in lines if line[3:5] == "| "]


def at(line: int, start: int, end: int, end_line: int = 0) -> Span:
    return Span("m.yaml", line, start, end_line or line, end)


@pytest.mark.parametrize(
    ("line", "columns", "quoted", "under"),
    [
        ("\tunits: 3", (2, 7), "    units: 3", "    ^^^^^"),
        ("a: 大小 b", (4, 6), "a: 大小 b", "   ^^^^"),
        ("大: x", (4, 5), "大: x", "    ^"),
        ("cafe\u0301: x", (8, 9), "cafe\u0301: x", "      ^"),
        ("\x1b[2Jk: 1", (5, 6), "\\x1b[2Jk: 1", "       ^"),
        ("a\u202eb: 1", (3, 4), "a\\u202eb: 1", "       ^"),
        ("k:\u00a01", (3, 4), "k:\\xa01", "  ^^^^"),
        ("ab", (9, 12), "ab", "  ^"),
        ("ab", (2, 2), "ab", " ^"),
        ("##[error]x", (10, 11), "#\\x23[error]x", "            ^"),
    ],
)
def test_carets_stand_under_their_column(one, line, columns, quoted, under):
    assert frame(render(one(line, at(1, *columns)), "text", Style())) == [quoted, under]


def test_ascii_output_escapes_what_it_cannot_hold(one):
    report = render(one("é: 大", at(1, 4, 5)), "text", Style(unicode=False))
    assert report.isascii()
    assert frame(report) == ["\\xe9: \\u5927", "      ^^^^^^"]


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("column", [1, 20, 500, 991, 1001])
def test_a_long_line_is_cut_around_the_caret(one, column, unicode):
    line = "".join(f"[{number:08}]" for number in range(100))
    report = render(one(line, at(1, column, column + 1)), "text", Style(width=60, unicode=unicode))
    quoted, under = frame(report)
    assert 40 < len(" 1 | " + quoted) <= 60
    assert under.endswith("^")
    ellipsis = "…" if unicode else "..."
    assert (quoted.startswith(ellipsis), quoted.endswith(ellipsis)) == (column > 20, column < 991)
    part = quoted.strip("….")
    shown_from = line.index(part) - (len(quoted) - len(quoted.lstrip("….")))
    assert len(under) - 1 + shown_from == column - 1


def test_marks_far_apart_on_a_long_line_are_each_quoted():
    text = "a" + " " * 5000 + "b"
    finding = Diagnostic(
        "SPC0101", "wrong", at(1, 1, 2), annotation="one", labels=(Label(at(1, 5002, 5003), "two"),)
    )
    report = render(Diagnostics([finding], {"m.yaml": text}), "text", Style(width=50))
    first, under_first, second, under_second = frame(report)
    assert first[under_first.index("^ one")] == "a"
    assert second[under_second.index("- two")] == "b"


def test_a_span_of_lines_is_underlined_to_the_end_of_the_first(one):
    text = "x:\n  - {type: A,  \n     b: 1,\n     c: 1}\n"
    report = render(one(text, at(2, 5, 10, end_line=4), annotation="here"), "text", Style())
    quoted, under = frame(report)
    assert (quoted.rstrip(), under) == ("  - {type: A,", "    ^^^^^^^^^ here")
    assert "\n...\n" in report


def test_the_end_of_a_line_is_not_another_line(one):
    report = render(one("ab: 1\nc: 2\n", at(1, 1, 1, end_line=2)), "text", Style())
    assert frame(report) == ["ab: 1", "^^^^^"]
    assert "..." not in report


def test_labels_in_the_primary_frame_are_in_the_order_of_the_file(one):
    text = "a: 1\nb: 2\nc: 3\nd: 4\n"
    labels = (Label(at(1, 1, 2), "first"), Label(at(3, 4, 5), "same line"))
    report = render(one(text, at(3, 1, 2), annotation="primary", labels=labels), "text", Style())
    assert frame(report) == [
        "a: 1",
        "- first",
        "b: 2",
        "c: 3",
        "^ primary",
        "   - same line",
    ]


def test_a_label_in_another_file_says_where_it_is():
    finding = Diagnostic(
        "SPC0101",
        "wrong",
        Span("a.yaml", 1, 1, 1, 2),
        labels=(
            Label(Span("blocks/b.yaml", 1200, 3, 1200, 4), "there"),
            Label(Span("a.yaml", 9, 1, 9, 2), "back"),
        ),
    )
    sources = {"a.yaml": "x\n" * 9, "blocks/b.yaml": "\n" * 1199 + "  y"}
    assert render(Diagnostics([finding], sources), "text", Style()).split("\n\n")[0] == (
        "error[SPC0101]: wrong\n"
        "    --> a.yaml:1:1\n"
        "     |\n"
        "   1 | x\n"
        "     | ^\n"
        "     |\n"
        "    --> blocks/b.yaml:1200:3\n"
        "     |\n"
        "1200 |   y\n"
        "     |   - there\n"
        "     |\n"
        "    --> a.yaml:9:1\n"
        "     |\n"
        "   9 | x\n"
        "     | - back\n"
        "     |\n"
        "     = specc explain SPC0101"
    )


def test_lines_end_where_readers_end_them(one):
    report = render(one("a\r\nb\rc\nd", at(4, 1, 2)), "text", Style())
    assert frame(report) == ["d", "^"]


def test_in_json_a_separator_ends_no_line(specc, tmp_path):
    text = '{"specc": 1, "doc": "a\u2028b\x85c\u2029d",\n "layerz": []}\n'
    (tmp_path / "m.json").write_text(text, "utf-8")
    ran = specc("validate", "m.json", folder=tmp_path)
    assert ' 2 |  "layerz": []}' in ran.out
    (run,) = json.loads(specc("validate", "--format", "sarif", "m.json", folder=tmp_path).out)[
        "runs"
    ]
    regions = [one["locations"][0]["physicalLocation"]["region"] for one in run["results"]]
    assert {"\u2028", "\x85"}.isdisjoint(run["newlineSequences"])
    assert [region["startLine"] for region in regions if "startColumn" in region][-1] == 2


def test_a_place_that_cannot_be_quoted_keeps_its_words():
    finding = Diagnostic(
        "SPC0101",
        "wrong",
        Span("gone.yaml", 7, 2, 7, 3),
        annotation="beside the caret",
        labels=(Label(Span("m.yaml", 99, 1, 99, 2), "past the end"),),
    )
    assert render(Diagnostics([finding], {"m.yaml": "x"}), "text", Style()) == (
        "error[SPC0101]: wrong\n"
        "  --> gone.yaml:7:2\n"
        "   = beside the caret\n"
        "   = m.yaml:99:1: past the end\n"
        "   = specc explain SPC0101\n"
        "\n"
        "error: 1 error in 1 file\n"
    )


def test_a_finding_without_a_place(one):
    run = Diagnostics([Diagnostic("SPC0501", "no input `x`", help="give `--input x=…`")])
    assert render(run, "text", Style()) == (
        "error[SPC0501]: no input `x`\n"
        "help: give `--input x=…`\n"
        "   = specc explain SPC0501\n"
        "\n"
        "error: 1 error\n"
    )


@pytest.mark.parametrize("form", ["text", "concise", "github"])
def test_at_most_a_hundred_are_shown_and_errors_come_before_warnings(form):
    def finding(line: int, severity: Severity) -> Diagnostic:
        return Diagnostic("SPC0101", f"<{line}>", at(line, 1, 2), severity)

    warnings = [finding(line, Severity.WARNING) for line in range(1, 151)]
    run = Diagnostics([*warnings, finding(200, Severity.ERROR)], {"m.yaml": "x\n" * 200})
    report = render(run, form, Style())
    assert report.count("<") == 100
    assert "<200>" in report
    assert report.endswith("error: 1 error, 150 warnings in 1 file, 100 of them shown\n")


def test_a_crowd_of_labels_and_of_unchecked_layers_is_counted(one):
    labels = tuple(Label(at(1, 1, 2), f"<{number}>") for number in range(5000))
    run = one("x", at(1, 1, 2), labels=labels)
    run.unchecked = tuple(f"layer{number}" for number in range(5000))
    report = render(run, "text", Style())
    assert report.count("<") + int(report.split(" more places")[0].split()[-1]) == 5000
    assert "5,000 layers after this one were not checked (layer0, " in report
    assert report.count("layer") < 20
