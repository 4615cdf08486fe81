"""Colour, alphabet, and the page of a code."""

import re

import pytest

from spec_compiler.codes.code import Code
from spec_compiler.report import Style, takes_unicode, wants_color
from spec_compiler.report.explain import explain_markdown, explain_text


@pytest.mark.parametrize(
    ("choice", "environment", "is_terminal", "colored"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "xterm"}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(choice, environment, is_terminal, colored):
    assert wants_color(choice, environment, is_terminal) is colored


@pytest.mark.parametrize(
    ("encoding", "answer"),
    [
        ("utf-8", True),
        ("UTF8", True),
        ("utf_16", True),
        ("ascii", False),
        ("latin-1", False),
        ("cp1252", False),
        ("ANSI_X3.4-1968", False),
        (None, False),
    ],
)
def test_alphabet(encoding, answer):
    assert takes_unicode(encoding) is answer


CODE = Code(
    code="SPC0104",
    title="a tab in the indentation",
    explanation="YAML refuses tabs,\nsince their width is nobody's business.\n\nUse spaces.",
    wrong="layers:\n\t- x  # ```",
    right="layers:\n  - x\n",
    files={"blocks.json": "{}"},
    mend="safe",
)


def test_a_code_on_a_terminal():
    assert explain_text(CODE, Style(width=40)) == (
        "SPC0104: a tab in the indentation\n"
        "\n"
        "YAML refuses tabs, since their width is\n"
        "nobody's business.\n"
        "\n"
        "Use spaces.\n"
        "\n"
        "Wrong (model.yaml):\n"
        "\n"
        "    layers:\n"
        "    \\t- x  # ```\n"
        "\n"
        "Right (model.yaml):\n"
        "\n"
        "    layers:\n"
        "      - x\n"
        "\n"
        "Beside it (blocks.json):\n"
        "\n"
        "    {}\n"
        "\n"
        "`specc validate model.yaml` reports it;\n"
        "`--fix` mends what has one reading.\n"
    )


def test_a_code_in_colour_and_in_ascii():
    painted = explain_text(CODE, Style(color=True, unicode=False))
    assert painted.isascii()
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == explain_text(CODE, Style())


def test_a_code_in_markdown_has_fences_that_hold():
    page = explain_markdown(CODE)
    assert page.startswith("## SPC0104: a tab in the indentation\n\nYAML refuses tabs, since")
    assert "````yaml\nlayers:\n\\t- x  # ```\n````\n" in page
    assert "```yaml\nlayers:\n  - x\n```\n" in page
    assert "Beside it (`blocks.json`):\n\n```json\n{}\n```\n" in page
