"""The three reports that the project promises, letter by letter."""

import re
from dataclasses import replace

import pytest

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report import Style, render
from spec_compiler.spans import Label

ATTENTION = """\
error[SPC0302]: einsum label `d` is 64 in the input and 128 in the kernel
  --> models/attn.yaml:41:18
   |
41 |     equation: "btd,dhk->bthk"
   |                  ^ here `d` = 64
42 |     sizes: {d: 128, h: 4}
   |             ------ here `d` = 128
   |
23 |     units: d_model
   |            ------- makes the last axis of `q_proj` 64 (d_model = 64, line 7)
   |
help: remove `d` from sizes: the input already fixes it
"""
MASK = """\
error[SPC0410]: `conv1` would drop the mask made by `embed`
  --> models/clf.yaml:33:12
   |
33 |   - {type: Conv1D, name: conv1, filters: 32, kernel_size: 3}
   |            ^^^^^^ neither uses a mask nor passes one on
   |
12 |       mask_zero: true
   |       --------------- the mask starts here
   |
   = path of the mask: embed -> dropout -> conv1 -> pool (the first that would use it)
help: if padding may enter the convolution, say so: `mask: drop`
"""
TYPO = """\
error[SPC0103]: Dense has no argument `unitz`
  --> models/mlp.yaml:9:5
   |
 9 |     unitz: 10
   |     ^^^^^ did you mean `units`?
"""


def source(lines: dict[int, str]) -> str:
    return "\n".join(lines.get(number, "") for number in range(1, max(lines) + 2))


SOURCES = {
    "models/attn.yaml": source(
        {
            23: "    units: d_model",
            41: '    equation: "btd,dhk->bthk"',
            42: "    sizes: {d: 128, h: 4}",
        }
    ),
    "models/clf.yaml": source(
        {
            12: "      mask_zero: true",
            33: "  - {type: Conv1D, name: conv1, filters: 32, kernel_size: 3}",
        }
    ),
    "models/mlp.yaml": source({9: "    unitz: 10"}),
}


@pytest.fixture
def attention(mark):
    file = "models/attn.yaml"
    return Diagnostic(
        "SPC0302",
        "einsum label `d` is 64 in the input and 128 in the kernel",
        mark(SOURCES, file, 41, '"btd').inside(3, 4),
        annotation="here `d` = 64",
        labels=(
            Label(mark(SOURCES, file, 42, "d: 128"), "here `d` = 128"),
            Label(
                mark(SOURCES, file, 23, "d_model"),
                "makes the last axis of `q_proj` 64 (d_model = 64, line 7)",
            ),
        ),
        help="remove `d` from sizes: the input already fixes it",
    )


@pytest.fixture
def mask(mark):
    file = "models/clf.yaml"
    return Diagnostic(
        "SPC0410",
        "`conv1` would drop the mask made by `embed`",
        mark(SOURCES, file, 33, "Conv1D"),
        annotation="neither uses a mask nor passes one on",
        labels=(Label(mark(SOURCES, file, 12, "mask_zero: true"), "the mask starts here"),),
        notes=(
            "path of the mask: embed -> dropout -> conv1 -> pool (the first that would use it)",
        ),
        help="if padding may enter the convolution, say so: `mask: drop`",
    )


@pytest.fixture
def typo(mark):
    return Diagnostic(
        "SPC0103",
        "Dense has no argument `unitz`",
        mark(SOURCES, "models/mlp.yaml", 9, "unitz"),
        annotation="did you mean `units`?",
    )


def test_an_only_error_carries_what_was_not_checked(attention):
    run = Diagnostics([attention], SOURCES, ("scores", "probs", "context"))
    assert render(run, "text", Style()) == ATTENTION + (
        "   = 3 layers after this one were not checked (scores, probs, context)\n"
        "   = specc explain SPC0302\n"
        "\n"
        "error: 1 error in 1 file\n"
    )


def test_several_are_sorted_and_the_summary_says_what_was_not_checked(attention, mask, typo):
    run = Diagnostics([typo, attention, replace(mask), attention], SOURCES, ("scores",))
    assert render(run, "text", Style()) == "\n".join(
        [
            ATTENTION + "   = specc explain SPC0302\n",
            MASK,
            TYPO,
            "error: 3 errors in 3 files; 1 layer after them was not checked (scores)\n",
        ]
    )


def test_concise_is_a_line_each(mask, typo):
    warning = replace(mask, severity=Severity.WARNING)
    assert render(Diagnostics([typo, warning], SOURCES), "concise", Style()) == (
        "models/clf.yaml:33:12: warning[SPC0410]: `conv1` would drop the mask made by `embed`\n"
        "models/mlp.yaml:9:5: error[SPC0103]: Dense has no argument `unitz`\n"
        "error: 1 error, 1 warning in 2 files\n"
    )


def test_github_annotates_the_place(mask):
    assert render(Diagnostics([mask], SOURCES), "github", Style(color=True)) == (
        "::error file=models/clf.yaml,line=33,col=12,endLine=33,endColumn=18,title=SPC0410::"
        "`conv1` would drop the mask made by `embed`%0A"
        "neither uses a mask nor passes one on%0A"
        "models/clf.yaml:12: the mask starts here%0A"
        "path of the mask: embed -> dropout -> conv1 -> pool (the first that would use it)%0A"
        "help: if padding may enter the convolution, say so: `mask: drop`\n"
        "error: 1 error in 1 file\n"
    )


def test_colour_adds_nothing_but_sequences(attention):
    run = Diagnostics([attention], SOURCES)
    painted = render(run, "text", Style(color=True))
    assert painted.startswith("\x1b[1;31merror[SPC0302]\x1b[0m")
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == render(run, "text", Style())
