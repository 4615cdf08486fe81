"""Texts that are no YAML, or no JSON: what an edit makes of them, and what it takes to be sure."""

import json

import pytest
import yaml
from test_text_edits import mend

MODEL = '{\n  "specc": 1,\n  "inputs": {"x": {"shape": [4]}},\n  "layers": [@]\n}\n'
DENSE = '{"type": "Dense", "units": 2}'


@pytest.mark.parametrize(
    ("wrong", "right", "safe"),
    [
        ('{"type" "Dense", "units": 2}', DENSE, True),
        ('{"type": "Dense", "units" 2}', DENSE, False),
        ('{"type": "Dense", "units": 2,}', DENSE, True),
        ('{"type": "Dense" "units": 2}', DENSE, True),
        ("{'type': 'Dense', 'units': 2}", DENSE, True),
        ('{"type": \'Dense\', "units": 2, "doc": \'a b\'}', DENSE[:-1] + ', "doc": "a b"}', True),
        ("{type: Dense, units: 2}", DENSE, True),
        ('{"type": "Dense, "units": 2}', DENSE, False),
        ('{"type: "Dense", "units": 2}', DENSE, False),
        ('{"units": 2, "type": "Dense}', '{"units": 2, "type": "Dense"}', False),
        (f"{DENSE} // the only one\n  ", DENSE + "\n  ", False),
        (f"\n    # the only one\n    {DENSE}\n  ", f"\n    {DENSE}\n  ", False),
        (f"/* a */{DENSE},  /* no more */\n  ", DENSE + "\n  ", False),
        ('{"type": "Dense", "units": 2]', DENSE, False),
        ('{"type": "Dense", "use_bias": True, "units": 2}', DENSE[:-1] + ', "use_bias": true}', True),  # noqa: E501
        ('{"type": "Dense", "activation": None, "units": 2}', DENSE[:-1] + ', "activation": null}', True),  # noqa: E501
        ('{"type": "Dense", "units": 2, "doc": "a\tb"}', DENSE[:-1] + ', "doc": "a\\tb"}', True),
        ('{"type": "Dense", "units": 2, "doc": "a\\d"}', DENSE[:-1] + ', "doc": "a\\\\d"}', False),
    ],
)  # fmt: skip
def test_json_is_mended(tmp_path, wrong, right, safe):
    text = MODEL.replace("@", wrong)
    now, done = mend(tmp_path, text, name="m.json")
    assert json.loads(now) == json.loads(MODEL.replace("@", right))
    assert not done.found.errors
    once, _ = mend(tmp_path, text, name="m.json", unsafe=False)
    assert (once == now) == safe
    assert mend(tmp_path, now, name="m.json")[0] == now


def test_all_that_is_open_at_the_end_of_json_is_closed(tmp_path):
    text = MODEL.replace("@", DENSE).replace("]\n}\n", "\n")
    now, done = mend(tmp_path, text, name="m.json")
    assert now == text[:-1] + "]}\n"
    assert not done.found.errors


TABS = """\
# a model
specc: 1
inputs:
→x:
→→shape: [8] # wide
→→dtype: float32
→y: {shape: [8]}
layers:
→# both
→- type: Add
→  from:
→→- x
→→- y
→- type: Dense
→  units: 3
""".replace("→", "\t")


def test_tabs_become_the_spaces_that_they_mean(tmp_path):
    now, done = mend(tmp_path, TABS, unsafe=False)
    assert not done.found.errors
    document = yaml.safe_load(now)
    assert document["inputs"]["x"] == {"shape": [8], "dtype": "float32"}
    assert document["layers"] == [
        {"type": "Add", "from": ["x", "y"]},
        {"type": "Dense", "units": 3},
    ]
    assert [line.strip() for line in now.split("\n")] == [line.strip() for line in TABS.split("\n")]


HEAD = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        # an entry below braces goes into them, and a comment stays where it is
        ("  - {type: Dense, units: 3}\n    activation: relu\n", "  - {type: Dense, units: 3, activation: relu}\n"),  # noqa: E501
        ("  - {type: Dense, units: 3}  # a\n    activation: relu\n", "  - {type: Dense, units: 3}  # a\n    activation: relu\n"),  # noqa: E501
        ("  - {type: Dense, units: 3}\n    activation: relu  # a\n", "  - {type: Dense, units: 3}\n    activation: relu  # a\n"),  # noqa: E501
        # a tag says nothing that the value does not
        ("  - {type: Dense, units: !!int 3}\n", "  - {type: Dense, units: 3}\n"),
        ("  - {type: Dense, units: {{3}}}\n", "  - {type: Dense, units: {{3}}}\n"),
    ],
)  # fmt: skip
def test_a_broken_line_is_mended_alone(tmp_path, wrong, right):
    assert mend(tmp_path, HEAD + wrong)[0] == HEAD + right


def test_what_stands_before_a_document_goes(tmp_path):
    text = HEAD + "  - {type: Dense, units: 3}\n"
    assert mend(tmp_path, "%YAML 1.1\n---\n" + text, unsafe=False)[0] == "---\n" + text
    assert mend(tmp_path, "--- " + text, unsafe=False)[0] == "---\n" + text
