"""A key that stands twice, and `<<`: one entry less, or the entries that are meant."""

import json

import pytest
from test_text_edits import HEAD, mend


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{type: Dense, units: 2, units: 2}", "{type: Dense, units: 2}"),
        ("{units: 2, type: Dense, units: 2}  # c", "{units: 2, type: Dense}  # c"),
        ("type: Dense\n    units: 2\n    # c\n    units: 2", "type: Dense\n    units: 2\n    # c"),
    ],
)
def test_of_two_that_are_the_same_the_second_goes(tmp_path, wrong, right):
    now, done = mend(tmp_path, f"{HEAD}  - {wrong}\n", unsafe=False)
    assert now == f"{HEAD}  - {right}\n"
    assert done.found.errors == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{type: Dense, units: 2, units: 3}", "{type: Dense, units: 3}"),
        ("units: 2\n    type: Dense\n    units: 3  # c", "type: Dense\n    units: 3  # c"),
    ],
)
def test_of_two_that_differ_the_last_is_what_most_readers_take(tmp_path, wrong, right):
    text = f"{HEAD}  - {wrong}\n"
    assert mend(tmp_path, text)[0] == f"{HEAD}  - {right}\n"
    assert mend(tmp_path, text, unsafe=False)[0] == text


def test_of_three_none_is_chosen(tmp_path):
    text = f"{HEAD}  - {{type: Dense, units: 2, units: 3, units: 4}}\n"
    assert mend(tmp_path, text)[0] == text


def test_a_whole_section_in_json(tmp_path):
    layers = '"layers": [{"type": "Flatten"}]'
    text = f'{{"specc": 1, "inputs": {{"x": {{"shape": [8]}}}}, {layers}, {layers}}}\n'
    now, _ = mend(tmp_path, text, name="m.json", unsafe=False)
    assert now == f'{{"specc": 1, "inputs": {{"x": {{"shape": [8]}}}}, {layers}}}\n'
    assert json.loads(now)["layers"] == [{"type": "Flatten"}]


BASE = f"x-base: &base {{units: 4, activation: relu}}\n{HEAD}"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{type: Dense, <<: *base}", "{type: Dense, units: 4, activation: relu}"),
        ("{<<: *base, type: Dense, units: 3}", "{activation: relu, type: Dense, units: 3}"),
        ("type: Dense\n    <<: *base  # c", "type: Dense\n    units: 4\n    activation: relu  # c"),
        ("{type: Dense, <<: {units: 3}}", "{type: Dense, units: 3}"),
        ("{type: Dense, <<: *base, units: 1, activation: tanh}",
         "{type: Dense, units: 1, activation: tanh}"),
        # several of them: which comes first is not for everybody to know
        ("{type: Dense, <<: [*base, {units: 3}]}",) * 2,
    ],
)  # fmt: skip
def test_what_is_merged_is_written_out(tmp_path, wrong, right):
    assert mend(tmp_path, f"{BASE}  - {wrong}\n", unsafe=False)[0] == f"{BASE}  - {right}\n"


def test_an_alias_of_no_anchor_is_that_of_one_alike(tmp_path):
    text = f"{BASE}  - {{type: Dense, units: &width 3, name: a}}\n  - {{type: Dense, units: @}}\n"
    now, _ = mend(tmp_path, text.replace("@", "*widht"), unsafe=False)
    assert now == text.replace("@", "*width")


@pytest.mark.parametrize("name", ["m.yaml", "m.json"])
def test_an_empty_file_has_a_beginning(tmp_path, name):
    now, done = mend(tmp_path, "", name=name)
    assert now
    assert done.found.errors == []
    if name == "m.yaml":
        assert mend(tmp_path, "# c\n")[0] == f"# c\n{now}"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "type: Dense\n    device:  # of it\n      # inside\n      kind: cpu\n    # after\n"
            "    units: 2",
            "type: Dense\n    # inside\n    # after\n    units: 2",
        ),
        (
            "type: Dense\n    units: 2\n    # before\n    device: cpu\n    # after",
            "type: Dense\n    units: 2\n    # before\n    # after",
        ),
        (
            "{type: Dense,\n     # before\n     device: [cpu,\n       # inside\n       gpu],\n"
            "     # after\n     units: 2}",
            "{type: Dense,\n     # before\n     # inside\n     # after\n     units: 2}",
        ),
        (
            "{ # first\n     device: cpu,\n     # after\n     type: Dense, units: 2}",
            "{ # first\n     # after\n     type: Dense, units: 2}",
        ),
        (
            "{type: Dense, units: 2,\n     # before\n     device: cpu\n     # after\n     }",
            "{type: Dense, units: 2,\n     # before\n     \n     # after\n     }",
        ),
        ("type: Dense\n    units: 2\n    device: |\n      # text", "type: Dense\n    units: 2"),
    ],
)  # fmt: skip
def test_comments_on_lines_of_their_own_stay(tmp_path, wrong, right):
    now, done = mend(tmp_path, f"{HEAD}  - {wrong}\n")
    assert now.splitlines() == f"{HEAD}  - {right}\n".splitlines()
    assert done.found.errors == []
