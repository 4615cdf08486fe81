"""A broken line hides nothing of the rest, and nothing is said that only mending has caused."""

from pathlib import Path

import pytest

from spec_compiler.authoring.document import read_document
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import read

ROOT = Path(__file__).parents[2]
SPEC = """\
specc: 1
params: {width: 8}
inputs:
  x: {shape: [4]}
layers:
  - {type: Dense, name: first, units: width}
  - type: Dense
    name: second
    units: 3
  - {type: Dense, name: third, unitz: 2}
"""
WRONG = "SPC0103"
TYPED = {
    "a key": ("    units: 3", "    uni"),
    "a key at the end": ("    units: 3", "    units: 3\n    activ"),
    "an item in braces": ("    units: 3", "    units: 3\n  - {type: De"),
    "an item with a key": ("    units: 3", "    units: 3\n  - {type: Dense, un"),
    "a quote": ("    name: second", '    name: "sec'),
    "a list": ("    units: 3", "    units: 3\n    from: [fir"),
    "an entry in braces": ("units: width}", "units: "),
    "a section": ("layers:", "outp\nlayers:"),
    "a tab": ("    units: 3", "\tunits: 3"),
    "a brace too many": ("units: width}", "units: width}}"),
    "an input": ("  x: {shape: [4]}", "  x: {shape: [4"),
    "a param": ("params: {width: 8}", "params: {width: 8, dep\n"),
    "a character": ("    units: 3", "    units: 3\x00"),
}


def codes(document):
    return [finding.code for finding in document.analysis.found]


@pytest.mark.parametrize("typed", TYPED)
def test_the_rest_is_checked(typed):
    before, after = TYPED[typed]
    assert SPEC.count(before) == 1
    document = read_document(SPEC.replace(before, after), "model.yaml")
    assert document.recovered
    text, *others = codes(document)
    assert text.startswith("SPC00")
    assert others == [WRONG] or typed == "a param"  # what `width` is, is not known


def test_what_is_above_a_broken_line_is_inferred():
    document = read_document(SPEC + "  - {type: Dro", "model.yaml")
    signals = document.analysis.elaborated.signals
    assert {"first", "second"} <= signals.keys()
    assert "third" not in signals


@pytest.mark.parametrize(
    "path", ["examples/digits", "examples/text", "examples/many", "examples/minilm"]
)
def test_only_mending_causes_nothing(path):
    """Each line of a valid spec is cut after its half, and what is said is about the text."""
    path = str(ROOT / path / "model.yaml")
    lines = Path(path).read_text().splitlines()
    broken = unread = 0
    for number, line in enumerate(lines):
        cut = [
            *lines[:number],
            line[: (len(line) + len(line.lstrip(" -"))) // 2],
            *lines[number + 1 :],
        ]
        text = "\n".join(cut)
        if read(text, path, Diagnostics()) is not None:
            continue
        document = read_document(text, path, weights=False)
        broken, unread = broken + 1, unread + (not document.recovered)
        said = [
            finding for finding in document.analysis.found.errors if finding.code[:5] != "SPC00"
        ]
        assert not said, (number + 1, text.splitlines()[number], said[0].message)
    assert broken > len(lines) / 4
    assert not unread


@pytest.mark.parametrize("cut", range(8, 200, 3))
def test_json_is_recovered_too(cut):
    text = (
        '{\n  "specc": 1,\n  "inputs": {"x": {"shape": [4]}},\n  "layers": [\n'
        '    {"type": "Dense", "name": "first", "units": 3},\n'
        '    {"type": "Dense", "name": "second", "units": 2}\n  ]\n}\n'
    )[:cut]
    document = read_document(text, "model.json")
    assert all(code.startswith("SPC00") for code in codes(document))


def test_a_huge_broken_text_is_not_tried_for_long():
    text = SPEC + "  - {type: Identity}\n" * 4_000 + "  - {type: Den\n" + "}}}}\n" * 50
    assert "SPC00" in codes(read_document(text, "model.yaml"))[0]
