"""What stands beside the lines: inferred types, at their places."""

import pytest

from spec_compiler.authoring.document import read_document
from spec_compiler.authoring.hints import hints

SPEC = """\
specc: 1
dims: {length: {min: 1}}
inputs:
  tokens: {shape: [length], dtype: int32, values: {min: 0, max: 9}}  # fed
  other:
    shape: [4]
layers:
  - {type: Embedding, name: embed, from: tokens, input_dim: 10,
     output_dim: 3, mask_zero: true}
  - type: LSTM  # reads
    units: 64
    return_state: true
  - {use: twice, name: both, from: other, repeat: 2}
  - {type: Dense, units: 5, from: both}
blocks:
  twice:
    inputs: {x: {shape: [d]}}
    layers:
      - {type: Dense, units: 4}
    outputs: dense
outputs: {a: lstm.state_h, b: dense}
"""


def shown(text, path="model.yaml", **lines):
    """The lines that have hints, with them in their places."""
    document = read_document(text, path)
    found = {}
    for hint in hints(document, **lines):
        line = document.line(hint.at.line)
        cut = hint.at.column - 1
        found[hint.at.line] = f"{line[:cut].strip()} {hint.text}{line[cut:]}"
    return found


def test_each_line_says_what_it_makes():
    embed = "→ [batch, length, 3] float32, masked"
    lstm = "→ output [batch, 64] float32; state_h [batch, 64] float32; state_c [batch, 64] float32"
    assert shown(SPEC) == {
        4: "tokens: {shape: [length], dtype: int32, values: {min: 0, max: 9}} "
        "→ [batch, length] int32  # fed",
        5: "other: → [batch, 4] float32",
        9: f"output_dim: 3, mask_zero: true}} {embed}",
        10: f"- type: LSTM {lstm}  # reads",
        13: "- {use: twice, name: both, from: other, repeat: 2} → [batch, 4] float32",
        14: "- {type: Dense, units: 5, from: both} → [batch, 5] float32",
        19: "- {type: Dense, units: 4} → [batch, 4] float32",
    }


def test_only_what_is_looked_at_has_hints():
    assert [*shown(SPEC, first=10, last=13)] == [10, 13]
    assert [*shown(SPEC, first=9, last=9)] == [9]
    assert [*shown(SPEC, first=8, last=8)] == []
    assert [*shown(SPEC, first=99, last=100)] == []


def test_copies_are_counted_and_their_types_told_apart():
    text = SPEC.replace("repeat: 2", "each: {n: [4, 6, 8]}").replace(
        "    inputs: {x: {shape: [d]}}", "    params: {n: int}\n    inputs: {x: {shape: [d]}}"
    )
    document = read_document(text.replace("units: 4}", "units: n}"), "model.yaml")
    hint = next(hint for hint in hints(document) if hint.at.line == 20)
    assert hint.text == "→ [batch, 4] float32 … [batch, 8] float32"
    assert hint.more == "3 copies"


def test_what_is_refused_has_no_hint_and_the_rest_has():
    wrong = SPEC.replace("units: 64", "units: many")
    assert {10} == shown(SPEC).keys() - shown(wrong).keys()


def test_names_of_strangers_are_text():
    text = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers:\n"
    text += '- {type: Lambda, function: {"a\\u202e": x, b: x}}\n'
    [_, hint] = hints(read_document(text, "model.yaml"))
    assert hint.text == "→ a\\u202e [batch, 2] float32; b [batch, 2] float32"


@pytest.mark.parametrize("text", ["", "specc: 1", "layers: [", "[]", "- a", "\t", "specc: 2\n"])
def test_what_is_no_spec_has_no_hints(text):
    assert shown(text) == shown(text, "model.json") == {}


LIBRARY = """\
specc: 1
blocks:
  read:
    inputs: {x: {shape: [n, d]}}
    layers:
      - {type: LSTM, name: lstm, units: d, return_state: true}
      - {type: Dense, name: last, units: 3, from: lstm.state_h}
    outputs: last
"""


def test_a_block_that_nothing_uses_shows_what_it_would_make():
    document = read_document(LIBRARY, "parts.yaml")
    first, last = hints(document)
    assert first.text.startswith("→ for example output [batch, ")
    assert last.text == "→ for example [batch, 3] float32"
    assert "tried" in last.more
