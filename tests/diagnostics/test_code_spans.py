"""In Markdown a finding says what it says elsewhere: its names are code, and nothing else is."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from slips import read

from spec_compiler.codes import CODES
from spec_compiler.compile import analyze_text
from spec_compiler.linting import lint
from spec_compiler.report import escape

CODES_IN_TEXTS = [code for code in CODES.values() if code.wrong and code.varies == "model.yaml"]
SLIPS = dict(case for table in Path(__file__).parent.glob("*.txt") for case in read(table))
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def told(page):
    """What stands in the inline parts of a page: their text, and what of it is code."""
    found = []
    for token in MARKDOWN.parse(page):
        if token.type != "inline":
            continue
        parts = [part for part in token.children or () if part.type != "softbreak"]
        assert {part.type for part in parts} <= {
            "text",
            "code_inline",
            "strong_open",
            "strong_close",
        }
        code = [part.content for part in parts if part.type == "code_inline"]
        found.append(("".join(part.content for part in parts), code))
    return found


def wanted(message):
    """The same, of a message as people have it in a terminal."""
    shown = escape.terminal(message)
    names = [name.replace("|", "\\x7c") for name in re.findall(r"`([^`]+)`", shown)]
    return re.sub(r"`([^`]*)`", lambda name: name[1].replace("|", "\\x7c"), shown), names


def texts():
    for code in CODES_IN_TEXTS:
        yield pytest.param(code.wrong, id=code.code)
    for name, slip in SLIPS.items():
        marked = slip.around.replace("@", slip.wrong).replace("«", "").replace("»", "")
        yield pytest.param(marked, id=name)


@pytest.mark.parametrize("text", [*texts()])
def test_the_words_are_the_message_and_the_code_is_its_names(text):
    known = analyze_text(text, "model.yaml")
    lint(known)
    for item in known.found.items:
        for said in filter(None, (item.message, item.annotation, item.help)):
            made = escape.markdown(said)
            assert told(made) == [wanted(said)]
            assert told(f"| a |\n|---|\n| {made} |\n")[1:] == [wanted(said)]


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("the input `x` is [2, 8], it was [1]", ("the input x is [2, 8], it was [1]", ["x"])),
        ("`a` *b* _c_ <d> | \\ ~~e~~ &lt; !`f`", ("a *b* _c_ <d> | \\ ~~e~~ &lt; !f", ["a", "f"])),
        ("ask `a` @someone", ("ask a @someone", ["a @someone"])),
        ("`a``b`", ("ab", ["ab"])),
        ("` a ` and ` `", (" a  and  ", [" a ", " "])),
        ("one ` alone", ("one  alone", [" alone"])),
    ],
)
def test_what_acts_in_markdown_does_not(said, made):
    assert told(escape.markdown(said)) == [made]
