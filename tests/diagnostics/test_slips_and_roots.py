"""For programs the slip is the first finding; of two slips neither follows from the other."""

import json
import random
from pathlib import Path

import pytest
from slips import read
from test_slips_in_examples import SLIPS, SPECS, TOP

from spec_compiler.compile import analyze_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.drafts import Drafts
from spec_compiler.linting import lint
from spec_compiler.mending import findings
from spec_compiler.report import Style, render

TABLES = sorted(Path(__file__).parent.glob("*.txt"))
CASES = dict(case for table in TABLES for case in read(table))
TRIES = 6


def report_of(found):
    return json.loads(render(found, "json", Style()))["diagnostics"]


@pytest.mark.parametrize("slip", CASES.values(), ids=CASES)
def test_the_first_finding_is_the_slip(slip):
    marked = slip.around.replace("@", slip.wrong)
    at = marked.index("«")
    known = analyze_text(marked.replace("«", "").replace("»", ""), "m.yaml")
    lint(known)
    first = report_of(known.found)[0]
    line, column = marked.count("\n", 0, at) + 1, at - marked.rfind("\n", 0, at)
    assert (first["start"], first["root"]) == ({"line": line, "column": column}, True)


def two_slips(draw, own):
    """A text with a slip in one line, one with a slip in another, and one with both."""
    one, other = (draw.choice(SLIPS)(draw, own).splitlines() for _ in "ab")
    lines = own.splitlines()
    if len(one) != len(lines) or len(other) != len(lines):
        return None
    ((at, to),) = [(at, line) for at, line in enumerate(one) if line != lines[at]]
    if other[at] != lines[at]:
        return None
    both = [*other]
    both[at] = to
    return ["\n".join(text) + "\n" for text in (one, other, both)]


@pytest.mark.parametrize("name", SPECS[::2])
def test_of_two_slips_neither_follows_from_the_other(name, monkeypatch):
    monkeypatch.chdir(TOP)
    own = Path(name).read_text(encoding="utf-8")
    draw = random.Random(f"two {name}")  # noqa: S311 - the same slips in every run

    def said(text):
        drafts = Drafts.of([name], {name: text.encode()})
        found = Diagnostics(findings(name, drafts), {name: text})
        return report_of(found)

    for _ in range(TRIES):
        try:
            texts = two_slips(draw, own)
        except (IndexError, ValueError):  # there is nothing of the kind, or nothing changed
            continue
        if texts is None:
            continue
        one, other, both = map(said, texts)
        alone = [{(item["code"], item["message"]) for item in found} for found in (one, other)]
        for item in both:
            # what is said of one slip alone, too, goes away with that one and with no other
            if item["follows"] is not None:
                cause = both[item["follows"]]
                of_cause = [(cause["code"], cause["message"]) in found for found in alone]
                of_effect = [(item["code"], item["message"]) in found for found in alone]
                assert not any(of_effect) or of_cause == of_effect, texts[-1]
            elif item["severity"] == "error":
                assert item["root"]
