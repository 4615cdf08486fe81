"""Slips in the examples and the ports: what a safe fix leaves, and what it does not touch."""

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from test_edits import patched

from spec_compiler.drafts import Drafts
from spec_compiler.edits.applied import applied
from spec_compiler.mending import findings, mended
from spec_compiler.report import Style, render
from spec_compiler.report.roots import roots_first

TOP = Path(__file__).parents[2]
SPECS = sorted(
    path.relative_to(TOP).as_posix()
    for folder in ("examples", "tests/ports")
    for path in (TOP / folder).rglob("*.yaml")
)
TRIES = 8


def word_misspelt(draw: random.Random, text: str) -> str:
    """A word of four letters or more with one twice, missing, in the other case or swapped."""
    word = draw.choice([*re.finditer(r"[A-Za-z_]{4,}", text)])
    at = draw.randrange(word.start(), word.end() - 1)
    one, two = text[at], text[at + 1]
    slips = [one + one + two, two, two + one, one.swapcase() + two]
    return text[:at] + draw.choice(slips) + text[at + 2 :]


def value_quoted(draw: random.Random, text: str) -> str:
    """A number or a truth value as text, or a whole number with a point."""
    value = draw.choice([*re.finditer(r"(?<=: )(?:\d+|true|false)(?=[,}\n])", text)])
    slips = [f"'{value[0]}'", f'"{value[0]}"', f"{value[0]}.0", value[0].title()]
    return text[: value.start()] + draw.choice(slips) + text[value.end() :]


def sign_lost(draw: random.Random, text: str) -> str:
    """A colon without its space, a bracket, a quote or a comma less, or one twice."""
    sign = draw.choice([*re.finditer(r"(?<=\w): (?=[\w\[{])|(?<=\S)[\]}\",](?=[\s,\]}])", text)])
    slips = [":"] if sign[0] == ": " else ["", sign[0] * 2]
    return text[: sign.start()] + draw.choice(slips) + text[sign.end() :]


SLIPS = (word_misspelt, value_quoted, sign_lost)


def said(found):
    return Counter((item.code, item.message) for item in found)


@pytest.mark.parametrize("name", SPECS)
def test_after_a_safe_fix_nothing_new_is_said(name, monkeypatch):
    monkeypatch.chdir(TOP)
    own = Path(name).read_text(encoding="utf-8")
    draw = random.Random(name)  # noqa: S311 - the same slips in every run
    usual = findings(name, Drafts.of([name]))
    fixed = 0
    for number in range(TRIES):
        try:
            text = SLIPS[number % len(SLIPS)](draw, own)
        except IndexError:  # there is nothing of the kind
            continue
        drafts = Drafts.of([name], {name: text.encode()})
        before = findings(name, drafts)
        done = mended(name, drafts, unsafe=False)
        (now,) = [now.decode() for _, now in drafts.changed.values()] or [text]
        assert not said(done.found) - (said(before) | said(usual)), text
        again = Drafts.of([name], {name: now.encode()})
        assert mended(name, again, unsafe=False).fixed == 0
        edits = [edit for item in before if item.safe for edit in item.edits]
        check_the_rest(text, now, edits)
        check_patches(name, text, before)
        fixed += done.fixed
    assert fixed >= TRIES // 4


def check_the_rest(text, now, edits):
    """Lines that no edit is about are what they were."""
    lines, left = text.splitlines(keepends=True), now.splitlines(keepends=True)
    if len(lines) == len(left):
        touched = {line for edit in edits for line in (edit.span.line, edit.span.end_line)}
        pairs = enumerate(zip(lines, left, strict=True), 1)
        assert {at for at, (one, other) in pairs if one != other} <= touched
    assert now.count("#") == text.count("#")


def check_patches(name, text, found):
    """As a JSON Patch an edit makes the same of the document."""
    report = json.loads(render(found, "json", Style()))
    for one, told in zip(roots_first(found.items), report["diagnostics"], strict=True):
        item = one.finding
        if told["patch"] and {edit.span.file for edit in item.edits} == {name}:
            made = yaml.safe_load(applied(text, item.edits))
            assert patched(yaml.safe_load(text), told["patch"]) == made
