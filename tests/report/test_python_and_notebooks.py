"""What Python users see: the report as text, and HTML that acts on nothing."""

from __future__ import annotations

import pickle
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import spec_compiler as sc

EXAMPLES = Path(__file__).parents[2] / "examples"
WRONG = """\
specc: 1
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, unit: 3}
  - {type: Dence, units: 3}
"""
HOSTILE = """\
specc: 1
name: "</pre><script>alert(1)</script>$x$"
doc: "a & b <img src=x onerror=alert(1)>"
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, name: d, "</span><b onclick='f()'>&amp;": 3}
"""


def refused(text: str) -> sc.SpecError:
    with pytest.raises(sc.SpecError) as caught:
        sc.compile_text(text, file="model.yaml")
    return caught.value


def test_an_error_reads_as_the_terminal_shows_it(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(WRONG)
    shown = specc("validate", "model.yaml", folder=tmp_path).out
    first, blank, report = str(refused(WRONG)).split("\n", 2)
    assert first == "model.yaml:4:19: [SPC0103] Dense has no argument `unit` (and 1 more)"
    assert blank == ""
    assert report == shown.removesuffix("\n")
    assert "4 |   - {type: Dense, unit: 3}" in report
    assert "^^^^ did you mean `units`?" in report


def test_its_text_is_bounded_as_the_terminals_is():
    layers = "".join(f"  - {{type: Dense, name: d{n}, unit: 3}}\n" for n in range(150))
    error = refused(f"specc: 1\ninputs: {{x: {{shape: [8]}}}}\nlayers:\n{layers}")
    assert len(error.findings) == 150
    assert str(error).count("error[SPC0103]") == 100
    *_, said, fixes = str(error).splitlines()
    assert said == "error: 150 errors in 1 file, 100 of them shown"
    assert fixes == "150 can be fixed with `specc validate --fix`"


def test_findings_are_data_and_print_as_the_report():
    error, found = refused(WRONG), sc.validate(WRONG, file="model.yaml")
    assert error.findings == found == error.diagnostics.sorted()
    assert [(item.code, item.span.line) for item in found] == [("SPC0103", 4), ("SPC0202", 5)]
    assert f"{error}" == f"{found.headline}\n\n{found}"
    assert repr(error) == f"SpecError({found.headline!r})"


def test_where_nothing_is_wrong_it_is_said():
    found = sc.validate("specc: 1\ninputs: {x: {shape: [8]}}\nlayers: [{type: Dense, units: 3}]")
    assert found == []
    assert str(found) == "no findings"
    assert "no findings" in found._repr_html_()


def test_an_error_goes_to_another_process():
    error = refused(WRONG)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert str(again) == str(error)


class Reader(HTMLParser):
    """Reads HTML as a browser does: what acts, what is open, and what is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = {"pre", "span", "p", "table", "thead", "tbody", "tr", "th", "td"}
        assert tag in allowed, tag
        assert {name for name, _ in attrs} <= {"style", "class"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown += data


def read(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader.shown


def test_a_notebook_shows_the_report():
    for text in (WRONG, HOSTILE):
        error = refused(text)
        assert read(error._repr_html_()) == str(error.findings)
        assert error.findings._repr_html_() == error._repr_html_()


def test_a_notebook_shows_a_model_and_its_summary():
    model = sc.compile_text(HOSTILE.replace("\"</span><b onclick='f()'>&amp;\"", "units"))
    assert "$x$" in read(model._repr_html_())
    for html in (model._repr_html_(), model.summary()._repr_html_()):
        # formulas are read in no name that has dollars
        for tag in re.findall(r"<(?:p|table|pre)\b[^>]*>", html):
            assert "tex2jax_ignore mathjax_ignore" in tag
    shown = read(model.summary()._repr_html_())
    assert "a & b <img src=x onerror=alert(1)>" in shown
    assert "[batch, 3]" in shown


def test_a_summary_prints_the_table_of_the_command(specc):
    path = EXAMPLES / "sequence" / "model.yaml"
    summary = sc.compile_file(path).summary()
    assert f"{summary}\n" == specc("summary", path).out
    assert repr(summary) == str(summary)
    for cell in re.split(r"\s{2,}", str(summary)):
        assert cell.strip() in read(summary._repr_html_())


def test_a_summary_has_numbers_for_the_sizes_that_are_given(specc):
    path = EXAMPLES / "sequence" / "model.yaml"
    model = sc.compile_file(path)
    dims = dict.fromkeys(model.program.named_sizes, 3)
    words = [word for name, size in dims.items() for word in ("--dim", f"{name}={size}")]
    text = str(model.summary(dims=dims))
    assert f"{text}\n" == specc("summary", path, *words).out
    assert "batch" not in text
    with pytest.raises(sc.SpecError, match="SPC0516"):
        model.summary(dims={"no": 1})


def test_the_version_is_that_of_the_package(specc):
    assert specc("--version").out == f"specc {sc.__version__}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+", sc.__version__)
