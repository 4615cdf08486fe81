"""Where a cursor is, in text that may be broken: around which keys, and at what."""

import pytest
from authoring.cursor import standing_text

from spec_compiler.authoring.spot import spot_at

LAYER = ("layers", 0)
CASES = [
    ("layers:\n  - {type: Den|, units: 4}", (*LAYER, "type"), "value", "Den"),
    ("layers:\n  - {a: b}\n  - {type: |", ("layers", 1, "type"), "value", ""),
    ("layers:\n  - type: Dense\n    units: |\n    name: a\n", (*LAYER, "units"), "value", ""),
    ("layers:\n  - type: Dense\n    uni|\n    name: a\n", LAYER, "key", "uni"),
    ("layers:\n  - type: Dense\n    |\n", LAYER, "key", ""),
    ("layers:\n  - type: Dense\n  |\n", ("layers", 1), "value", ""),
    ("layers:\n  - type: Dense\n|\n", (), "key", ""),
    ("layers:\n- type: Dense\n  un|its: 3\n", LAYER, "key", "un"),
    ("layers:\n  - |\n", LAYER, "value", ""),
    ("layers:\n  - {type: Dense, |\n  - {type: A}\n", LAYER, "key", ""),
    ("layers:\n  - {type: Add, from: [a, |\n  - {type: A}\n", (*LAYER, "from", 1), "value", ""),
    ("layers:\n  - {type: A, from: [a, b|], n: c}\n", (*LAYER, "from", 1), "value", "b"),
    ("layers:\n  - type: A\n    from:\n    - a\n    - b|\n", (*LAYER, "from", 1), "value", "b"),
    ("layers:\n  - {type: A,\n     units: 3, act|: b}\n", LAYER, "key", "act"),
    ("layers: [{type: Dense, units: |3}]", (*LAYER, "units"), "value", ""),
    ('layers:\n  - {function: "x[:, |0] * y"}', (*LAYER, "function"), "value", "x[:, "),
    ("layers:\n  - function: x[:, |0] * y", (*LAYER, "function"), "value", "x[:, "),
    ("inputs: |\n  x: {a: 1}\n", ("inputs",), "value", ""),
    ("inputs:\n  x:\n    |\n", ("inputs", "x"), "value", ""),
    ("inputs:\n  x: {shape: [|]}\nlayers:\n", ("inputs", "x", "shape", 0), "value", ""),
    ("blocks:\n  b:\n    layers:\n      - {type: A, un|}\n", ("blocks", "b", *LAYER), "key", "un"),
    ("train:\n  optimizer: {rate: {type: c, |}}\n", ("train", "optimizer", "rate"), "key", ""),
    ("train:\n  optimizer:\n    rate:\n      type: |\n", ("train", "optimizer", "rate", "type"),
     "value", ""),
    ("|", (), "key", ""),
    ("specc: 1\nla|", (), "key", "la"),
    ("a: {b: [1, {c: |", ("a", "b", 1, "c"), "value", ""),
    ("{specc: 1, layers: [{type: |}]}", (*LAYER, "type"), "value", ""),
]  # fmt: skip
IN_JSON = [
    ('{"specc": 1, "layers": [{"type": "Den|"}]}', (*LAYER, "type"), "value", "Den"),
    ('{"specc": 1, "layers": [{"type": "Dense", |', LAYER, "key", ""),
    ('{\n  "layers": [\n    {"type": "A", "un|\n    {"type": "B"}\n  ]\n}', LAYER, "key", "un"),
    ('{\n  "layers": [\n    {"a": 1},\n    {"b": |}\n  ]\n}', ("layers", 1, "b"), "value", ""),
    ("|", (), "key", ""),
    ('{\n  "specc": 1,\n  |\n}', (), "key", ""),
    ('{\n  "a": {\n    "b": {\n      "c|": 1\n    }\n  }\n}', ("a", "b"), "key", "c"),
    ('{\n  "layers": [\n    {\n      "a": 1\n    },\n    {\n      "b": [|]\n    }\n  ]\n}',
     ("layers", 1, "b", 0), "value", ""),
    ('{\n  "layers": [\n    {\n      "a": 1\n    },\n    |\n  ],\n  "tests": []\n}', ("layers", 1),
     "value", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path", "role", "typed", "file"),
    [(*case, "m.yaml") for case in CASES] + [(*case, "m.json") for case in IN_JSON],
)
def test_a_place_is_known_by_the_text_around_it(text, path, role, typed, file):
    spot = spot_at(*standing_text(text, file))
    assert (spot.path, "key" if spot.is_key else "value", spot.typed) == (path, role, typed)


def test_lines_of_their_own_are_one_text():
    text = "layers:\n  - type: Lambda\n    function: >-\n      x +\n        y| * 2\n    name: q\n"
    spot = spot_at(*standing_text(text))
    assert spot.path == (*LAYER, "function")
    assert spot.typed.endswith("y")
    assert [key.text for key, _ in spot.around.entries] == ["type", "function", "name"]


def test_comments_are_no_places():
    assert spot_at(*standing_text("specc: 1 # a|b")).comment == "# ab"
    assert spot_at(*standing_text("doc: a#b|")).comment == ""
    assert spot_at(*standing_text("doc: 'a # b|'")).comment == ""


def test_a_place_deep_in_a_list_needs_nothing_of_what_is_around():
    lines = "".join(f"  - {{type: Dense, units: {at}\n" for at in range(50))  # none is closed
    spot = spot_at(*standing_text(f"layers:\n{lines}  - {{type: |}}\n{lines}"))
    assert spot.path == ("layers", 50, "type")
    assert len(spot.around.entries) == 1
