"""Whatever a name, a path or a text holds, no format crashes or lets it act on who reads it."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from read_back import GITLAB, SARIF, of_junit, of_markdown

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report import FORMATS, Style, escape, render
from spec_compiler.spans import Edit, Label, Span

FORGED = "k\n::error file=x::forged\r\x1b[2J\u2028##[error]forged\x85##vso[task]\u202e"


def forged_run(file: str = FORGED) -> Diagnostics:
    span = Span(file, 1, 1, 1, 3)
    finding = Diagnostic(
        "SPC0103",
        f"no argument `{FORGED}`",
        span,
        annotation=FORGED,
        labels=(Label(span, FORGED), Label(Span(FORGED, 9, 9, 9, 9), FORGED)),
        notes=(FORGED,),
        help=FORGED,
        edits=(Edit(span, FORGED),),
    )
    return Diagnostics([finding], {file: FORGED}, (FORGED,))


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_cannot_forge_an_annotation(form):
    report = render(forged_run(), form, Style())
    assert report.replace("\n", "").isprintable()
    commands = [line for line in report.split("\n") if line.lstrip().startswith("::")]
    assert len(commands) == (form == "github")
    assert not re.search(r"##\w*\[", report)


def test_a_file_name_cannot_be_a_command():
    report = render(forged_run("::error::x.yaml"), "concise", Style())
    assert report.startswith("./::error::x.yaml:1:1: error[SPC0103]: ")


def test_github_reads_back_what_was_meant():
    file, message = "a,b:c%0A.yaml", "100% of `a:b,c`"
    finding = Diagnostic("SPC0103", message, Span(file, 2, 1, 4, 1), Severity.NOTE)
    command = render(Diagnostics([finding]), "github", Style()).split("\n")[0]
    head, listed, data = re.fullmatch(r"::(\w+) (.*?)::(.*)", command).groups()
    properties = dict(part.split("=") for part in listed.split(","))
    unescaped = properties["file"].replace("%2C", ",").replace("%3A", ":").replace("%25", "%")
    assert (head, unescaped) == ("notice", file)
    assert (properties["line"], properties["endLine"]) == ("2", "4")
    assert "col" not in properties  # refused by GitHub when the span has several lines
    assert data.replace("%25", "%") == message


nasty = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from('\n\r\t\x00\x1b\x7f\x85\u2028\u202e\ud800#[]:%,;"\\&<大́\ufeff'),
    ),
    max_size=40,
)
files = st.sampled_from(["", "m.yaml", "::x", "a\nb", "missing"])
numbers = st.integers(1, 8) | st.integers(1, 10**9)
spans = st.builds(Span, files, numbers, numbers, numbers, numbers)
odd_numbers = st.integers(-3, 8)
odd_spans = st.builds(Span, files, odd_numbers, odd_numbers, odd_numbers, odd_numbers)


def runs(spans: st.SearchStrategy[Span]) -> st.SearchStrategy[Diagnostics]:
    finding = st.builds(
        Diagnostic,
        st.from_regex(r"SPC[0-9]{4}", fullmatch=True),
        nasty,
        st.none() | spans,
        st.sampled_from(Severity),
        nasty,
        st.lists(st.builds(Label, spans, nasty), max_size=4).map(tuple),
        st.lists(nasty, max_size=2).map(tuple),
        nasty,
        st.lists(st.builds(Edit, spans, nasty), max_size=1).map(tuple),
        files,
    )
    texts = st.lists(nasty | st.just("x" * 300), max_size=6).map("\n".join)
    return st.builds(
        Diagnostics,
        st.lists(finding, max_size=4),
        st.dictionaries(files.filter(lambda file: file != "missing"), texts),
        st.lists(nasty, max_size=10).map(tuple),
    )


@settings(max_examples=150, deadline=None)
@given(runs(spans | odd_spans), st.integers(-5, 120), st.booleans())
def test_any_finding_is_printed_in_every_format(run, width, unicode):
    for form in FORMATS:
        report = render(run, form, Style(width=width, unicode=unicode))
        assert report.replace("\n", "").isprintable()
        report.encode("utf-8" if unicode else "ascii")
        assert report.endswith("\n") or not run.items
        assert sum(line.lstrip().startswith("::") for line in report.split("\n")) == (
            len(run.sorted()) if form == "github" else 0
        )


@pytest.fixture(scope="module")
def schema(pytestconfig):
    return json.loads((pytestconfig.rootpath / "schemas/report.schema.json").read_text("utf-8"))


def described(schema: dict, value: object, root: dict) -> bool:
    """Whether the schema names every field of the value, and requires it."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, dict):
        if "properties" not in schema:
            return any(described(option, value, root) for option in schema.get("anyOf", ()))
        named = schema
        return set(value) == set(named["properties"]) == set(named["required"]) and all(
            described(named["properties"][key], child, root) for key, child in value.items()
        )
    if isinstance(value, list):
        return all(described(schema["items"], child, root) for child in value)
    return True


def test_the_schema_of_reports_is_one(schema):
    Draft202012Validator.check_schema(schema)


@given(run=runs(spans))
def test_json_is_as_its_schema_says(schema, run):
    report = json.loads(render(run, "json", Style()))
    Draft202012Validator(schema).validate(report)
    assert described(schema, report, schema)
    counts = report["summary"]
    assert counts["errors"] + counts["warnings"] + counts["notes"] == len(report["diagnostics"])


@given(run=runs(spans))
def test_documents_are_as_their_readers_want_them(run):
    SARIF.validate(json.loads(render(run, "sarif", Style())))
    GITLAB.validate(json.loads(render(run, "gitlab", Style())))
    of_junit(render(run, "junit", Style()))
    assert len(of_markdown(render(run, "markdown", Style()))) == len(run.sorted())


def test_json_says_everything_that_the_finding_holds():
    report = json.loads(render(forged_run("m.yaml"), "json", Style()))
    (finding,) = report["diagnostics"]
    place = {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 3}}
    assert finding == {
        "code": "SPC0103",
        "severity": "error",
        "message": f"no argument `{FORGED}`",
        "file": "m.yaml",
        **place,
        "annotation": FORGED,
        "labels": [
            {"file": "m.yaml", **place, "text": FORGED},
            {
                "file": FORGED,
                "start": {"line": 9, "column": 9},
                "end": {"line": 9, "column": 9},
                "text": FORGED,
            },
        ],
        "notes": [FORGED],
        "help": FORGED,
        "edits": [{"file": "m.yaml", **place, "text": FORGED}],
        "pointer": None,  # the text is none that could be read
        "allowed": [],
        "patch": None,
        "safe": True,
        "root": True,
        "follows": None,
    }
    assert report["summary"] == {
        "errors": 1,
        "warnings": 0,
        "notes": 0,
        "roots": 1,
        "left_out": 0,
        "files": 1,
        "unchecked": [FORGED],
    }


def test_a_string_of_dot_ends_where_it_should():
    for name in ('a"];b', "a\\", 'a\\"', FORGED):
        body = escape.dot(name)
        assert re.fullmatch(r'(?:[^"\\]|\\["\\])*', body)
        assert body.isprintable()
    assert escape.dot('say "x" \\N & y') == 'say \\"x\\" \\\\N &amp; y'


@given(nasty)
def test_a_label_of_mermaid_holds_no_sign_of_its_syntax(name):
    label = escape.mermaid(name)
    assert re.fullmatch(r"(?:[^#;\"'<>&`\\%$|\n]|#\d+;)*", label)
    decoded = re.sub(r"#(\d+);", lambda entity: chr(int(entity[1])), label)
    assert decoded == escape.terminal(name)
