"""Block scalars of all headers, lines and ends: what they say stays, and so does the style."""

import itertools

import pytest

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import read
from spec_compiler.writing import formatted as formatting
from spec_compiler.writing.formatted import formatted

BEGINNINGS = [
    ["a"], ["a b", "c"], [" a", "b"], ["", "a"], ["a", "", " b"], ["  ", "a"], ["\ta", "b"],
    ["a", "\t"], [""], ["a  "], ["# no"], ["a", "", "", "b"], ["   ", " a"],
]  # fmt: skip
ENDS = [[], [""], [" "], ["   "], ["", "    ", ""], ["   ", "   "], ["  \t"]]
AFTERWARDS = ["", "\n", "\n\n", "\nseed: 1\n", "\n\nx-b: 1\n", "\n# c", "\n  \n# c\n\n\nx-b: 1"]


def meaning(text):
    found = Diagnostics()
    node = read(text, "spec.yaml", found)
    return None if found.errors or node is None else node.plain()


@pytest.mark.parametrize("indicator", ["", "1", "3"])
@pytest.mark.parametrize("chomping", ["", "-", "+"])
@pytest.mark.parametrize("style", ["|", ">"])
def test_what_a_block_scalar_says_stays(style, chomping, indicator):
    valid = 0
    for beginning, end, after in itertools.product(BEGINNINGS, ENDS, AFTERWARDS):
        pad = " " * int(indicator or 2)
        body = "\n".join(pad + line if line else "" for line in beginning + end)
        text = f"layers: []\nx-a: {style}{chomping}{indicator}\n{body}{after}"
        before = meaning(text)
        if before is None:  # a tab where the indentation is looked for
            continue
        valid += 1
        found = Diagnostics()
        made = formatted(text, "spec.yaml", found)
        assert made is not None, (text, found.items)
        assert meaning(made) == before, text
        assert formatted(made, "spec.yaml", Diagnostics()) == made, text
    assert valid > 250


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("layers: []\nx-a: |\n  a", "layers: []\nx-a: |-\n  a\n"),
        ("layers: []\nx-a: |+\n  a\n  b", "layers: []\nx-a: |-\n  a\n  b\n"),
        ("layers: []\nx-a: >\n  a\n  b", "layers: []\nx-a: >-\n  a\n  b\n"),
        ("layers: []\nx-a: |+\n  a\n", "layers: []\nx-a: |\n  a\n"),
        ("layers: []\nx-a: |\n  a\n   \nx-b: 1\n", "layers: []\nx-a: |\n  a\n   \nx-b: 1\n"),
        ("layers: []\n? |\n  a\n: 1\n", 'layers: []\n"a\\n": 1\n'),
        (
            "layers: []\n\nx-a: &n |+\n  a\n\n\nx-b: 1",
            "layers: []\n\nx-a: &n |+\n  a\n\n\nx-b: 1\n",
        ),
    ],
)
def test_how_it_is_written(text, wanted):
    assert formatted(text, "spec.yaml", Diagnostics()) == wanted


def test_what_cannot_be_proved_is_written_in_quotes(monkeypatch):
    """A printer that breaks texts of several lines falls back to one line."""
    printed = formatting.printed
    monkeypatch.setattr(formatting, "printed", lambda root: printed(root).replace("  kept", " \t"))
    made = formatted("layers: []\nx-a: |\n  kept\n  b\n", "spec.yaml", Diagnostics())
    assert made == 'layers: []\nx-a: "kept\\nb\\n"\n'
