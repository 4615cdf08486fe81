"""Comments keep their order, and one blank line where there were some, wherever they stand."""

import random
import re

import pytest

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.writing.formatted import formatted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("layers: []\n\n\n\n# a\n\n\n# b\n", "layers: []\n\n# a\n\n# b\n"),
        (
            "layers:\n  - {type: Dense, units: 4}\n\n  # a\n\n# b\n\nx-a: 1",
            "layers:\n  - {type: Dense, units: 4}\n\n  # a\n\n# b\n\nx-a: 1\n",
        ),
        ("layers: []\nx-a: # x\n\n# y", "layers: []\nx-a:  # x\n\n# y\n"),
        ("layers: []\nx-a: |\n  b\n\n# c\n", "layers: []\nx-a: |\n  b\n\n# c\n"),
        ("specc: # a\n  # b\n  1\nlayers: []\n", "# a\n# b\nspecc: 1\nlayers: []\n"),
        (
            "layers: [ # a\n  # b\n\n  Flatten, # c\n\n  # d\n] # e\n",
            "layers:  # a\n  # b\n\n  - Flatten  # c\n\n  # d\n  # e\n",
        ),
        ("layers: [] # a\nx-a: [\n\n # b\n\n # c\n]\n", "layers: []  # a\n# b\n\n# c\nx-a: []\n"),
        ("layers: []\nx-a:\n  - [ # a\n  # b\n  1]\n", "layers: []\nx-a:\n  # a\n  # b\n  - [1]\n"),
    ],
)
def test_what_becomes_of_them(text, wanted):
    assert formatted(text, "spec.yaml", Diagnostics()) == wanted


DOCUMENTS = (
    "specc: 1\nname: m\nparams:\n  a: 1\n  b: [1, 2]\ninputs:\n  x: {shape: [batch, 4]}\nlayers:\n"
    "  - type: Dense\n    units: 4\n  - Flatten\n  - {type: Dense, units: 3}\nx-b:\n  - - 1\n"
    "    - 2\n  - c: 1\n    d:\n      - e\n",
    "specc:\n  1\nname:\n  m\nlayers: [\n  {type: Dense,\n  units: 4\n  },\n  Flatten,\n  [],\n"
    "  {}\n]\nx-b: {\n}\nx-c:\n  [\n  ]\nx-d:\n  - [\n  1,\n  2\n  ]\n  -\n    b: 1\n    c:\n"
    "      x\n",
)
"""Specs whose keys stand in order already, so that comments have no reason to move."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=["of lines", "of brackets"])
def test_they_keep_their_order(document):
    for seed in range(250):
        text, count = strewn(document, random.Random(seed))  # noqa: S311 - not for secrets
        made = formatted(text, "spec.yaml", Diagnostics())
        assert made is not None, text
        assert re.findall(r"# (\d+)$", made, re.MULTILINE) == [str(n) for n in range(count)], text
        assert "\n\n\n" not in made
        assert formatted(made, "spec.yaml", Diagnostics()) == made, text


def strewn(document, lot):
    """A text with comments above lines, beside them and at the end, and with blank lines."""
    lines, count = [], 0

    def above(indent):
        nonlocal count
        while lot.random() < 0.15:
            blank = lot.random() < 0.4
            lines.append("" if blank else f"{' ' * (indent + lot.choice((0, 0, 2)))}# {count}")
            count += not blank

    for line in document.splitlines():
        above(len(line) - len(line.lstrip()))
        beside = lot.random() < 0.12
        lines.append(f"{line} # {count}" if beside else line)
        count += beside
    for indent in (4, 2, 0):
        above(indent)
    return "\n".join(lines), count
