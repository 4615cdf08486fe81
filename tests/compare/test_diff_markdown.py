"""`specc diff --format markdown` is a comment on a pull request: it fits, and names are code."""

import re

import pytest
from markdown_it import MarkdownIt

from spec_compiler.compare import Comparison, Finding, FindingKind
from spec_compiler.report import Style
from spec_compiler.report.comparison import MARK, comparison_markdown

HOSTILE = "`a`|<b>@me [x](http://e.x)\n<!-- -->\x1b[2J"


def comparison(names, kinds=FindingKind, old="m.yaml", new="m.yaml"):
    findings = tuple(
        Finding(kind, name, name, None, False if kind is FindingKind.WEIGHTS else None)
        for kind in kinds
        for name in names
    )
    return Comparison(
        old, new, findings, tuple(names), tuple(names), {name: name for name in names}
    )


def test_it_says_first_what_breaks():
    page = comparison_markdown(comparison(["a.units"], old="./old.yaml", new="new.yaml"), Style())
    lines = page.split("\n")
    assert lines[0] == MARK
    assert lines[2].startswith(
        "**`old.yaml` → `new.yaml`: interface and graph change; weights of 1"
    )
    assert "Weights that no longer load: `a.units`" in lines
    assert "Probably new names: `a.units` is `a.units`" in lines
    opened = page.split("<details>")[0]
    assert "| interface | old | new |" in opened
    assert "| `a.units` | `a.units` |  | ❌ no |" in opened
    assert "<details><summary>graph: 1</summary>\n\n| graph | old | new |" in page
    assert "<details><summary>cosmetic: 1</summary>" in page


def test_a_file_compared_with_its_past_is_named_once():
    page = comparison_markdown(comparison([]), Style())
    assert page == f"{MARK}\n\n**`m.yaml`: the models are the same**\n"


def test_a_comment_fits():
    names = [f"{index}{'|' * 100}" for index in range(5000)]
    page = comparison_markdown(comparison(names, old="\x1b" * 200, new="\x1b" * 250), Style())
    assert len(page) < 65_536
    shown = sum(line.startswith("| `") for line in page.split("\n"))
    left = [int(count.replace(",", "")) for count in re.findall(r"^and ([\d,]+) more$", page, re.M)]
    assert shown + sum(left) == 4 * 5000


@pytest.mark.parametrize("unicode", [True, False])
def test_names_are_code(unicode):
    page = comparison_markdown(comparison([HOSTILE], old=HOSTILE), Style(unicode=unicode))
    assert page.replace("\n", "").isprintable()
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    inside = [part for token in tokens for part in token.children or ()]
    assert {part.type for part in inside} <= {"text", "code_inline", "strong_open", "strong_close"}
    assert all("me" not in part.content.split() for part in inside if part.type == "text")
    blocks = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert [block[:9] for block in blocks] == [MARK[:9]] + ["<details>", "</details"] * 2
    assert page.isascii() or unicode
