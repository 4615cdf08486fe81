"""Each format is read by other programs: no name is anything but a name to one of them."""

import json
import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from read_back import READERS, SARIF

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.report import FORMATS, Style, escape, render
from spec_compiler.report.paths import relative
from spec_compiler.spans import Edit, Label, Span

NAMES = (
    "a\nb",
    "\x1b[31mred",
    "\u202egnp.exe",
    "::error file=x::forged",
    "##[error]forged",
    "</script><script>alert(1)</script>",
    "]]>",
    "<!-- x",
    "\x00\x0b\ufffe\ud800",
    "a|b",
    "\\|",
    "`",
    "``a``",
    "`` ` ``",
    "[a](http://e.x)",
    "![a](b.png)",
    "<img src=x onerror=y>",
    "&lt;",
    "@someone",
    "#1",
    "www.e.com https://e.com",
    "*a* _b_ ~~c~~",
    "{0} and {1}",
    "<details>",
    "```",
    "%0A::error::x",
    "é大😀",
)


def run_of(name: str) -> Diagnostics:
    """A run in which everything that can be a stranger's is this name."""
    span = Span(name, 1, 1, 1, 2)
    finding = Diagnostic(
        "SPC0103",
        f"no argument `{name}`",
        span,
        annotation=f"did you mean `{name}`?",
        labels=(Label(span, f"`{name}` stands here"),),
        notes=(f"`{name}` is one",),
        help=f"write `{name}`",
        edits=(Edit(span, name),),
        allowed=(name,),
    )
    run = Diagnostics([finding], {name: name}, (name,))
    run.checked = (name,)
    return run


def seen(name: str) -> str:
    """The name as people are shown it."""
    return escape.terminal(name)


@pytest.mark.parametrize("name", NAMES)
def test_xml_holds_the_name(name):
    root = ET.fromstring(render(run_of(name), "junit", Style()))  # noqa: S314
    (case,) = root.iter("testcase")
    assert case.get("name") == f"SPC0103: no argument `{seen(name)}`"
    (failure,) = case
    assert failure.get("message") == f"no argument `{seen(name)}`"
    assert f"help: write `{seen(name)}`" in failure.text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
def test_json_ends_no_element_of_a_page(name, form):
    report = render(run_of(name), form, Style())
    assert report.isprintable() or report.replace("\n", "").isprintable()
    assert "</" not in report
    assert "<!--" not in report
    json.loads(report)


@pytest.mark.parametrize("name", NAMES)
def test_sarif_has_neither_links_nor_placeholders(name):
    log = json.loads(render(run_of(name), "sarif", Style()))
    SARIF.validate(log)
    (result,) = log["runs"][0]["results"]
    texts = [result["message"]["text"], result["relatedLocations"][0]["message"]["text"]]
    for text in texts:
        assert not re.search(r"(?<!\\)\]\(", text)
        assert not re.search(r"(?<!\{)\{\d+\}(?!\})", text)
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", place["uri"])
    assert unquote(place["uri"], errors="surrogatepass") == relative(name)
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == name


ALLOWED = {
    *("inline", "text", "code_inline", "softbreak", "fence", "html_block"),
    *(f"{part}_{side}" for part in ("paragraph", "strong") for side in ("open", "close")),
    *(
        f"{part}_{side}"
        for part in ("table", "thead", "tbody", "tr", "th", "td")
        for side in ("open", "close")
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_markdown_shows_names_as_code(name):
    page = render(run_of(name), "markdown", Style())
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    inside = [part for token in tokens for part in token.children or ()]
    assert {token.type for token in [*tokens, *inside]} <= ALLOWED
    for part in inside:
        if part.type == "text":  # which GitHub makes links and mentions of
            assert not re.search(r"://|www\.|@|#\d", part.content), part.content
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert blocks == ["<details><summary>The report</summary>\n", "</details>\n"]
    rows = "".join(token.type[0:2] for token in tokens if token.type in {"tr_open", "td_open"})
    assert rows == "tr" + "tr" + "td" * 4 + "tr" + "tr" + "td" * 5
    (listing,) = [token.content for token in tokens if token.type == "fence"]
    assert f"help: write `{seen(name)}`" in listing


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", READERS)
def test_one_finding_stays_one(name, form):
    (found,) = READERS[form](render(run_of(name), form, Style()))
    assert (found.severity, found.code, found.line) == ("error", "SPC0103", 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMATS)
def test_ascii_is_enough(name, form):
    assert render(run_of(name), form, Style(unicode=False)).isascii()
