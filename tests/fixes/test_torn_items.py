"""Layers whose lines stand wrongly, sections that stand twice, and fences: mended, nothing lost."""

import json

import pytest
from test_text_edits import HEAD, mend


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("  - type: Dense\n  units: 3\n", "  - type: Dense\n    units: 3\n"),
        (
            "  - type: Dense\n  name: a\n  # c\n  units: 3\n"
            "  activation:\n    relu\n  - {type: ReLU}\n",
            "  - type: Dense\n    name: a\n    # c\n    units: 3\n"
            "    activation:\n      relu\n  - {type: ReLU}\n",
        ),
        ("  -   type: Dense\n  units: 3\n", "  -   type: Dense\n      units: 3\n"),
        (
            "  - type: Dense\n    units: 3\n  name: a\n  - type: Dense\n  units: 4\n",
            "  - type: Dense\n    units: 3\n    name: a\n  - type: Dense\n    units: 4\n",
        ),
    ],
)
def test_keys_in_the_column_of_the_dash_belong_to_the_item_above(tmp_path, wrong, right):
    assert mend(tmp_path, HEAD + wrong, unsafe=False)[0] == HEAD + right


def test_those_of_a_test_do_too(tmp_path):
    text = f"{HEAD}  - {{type: Dense, units: 3, name: y}}\ntests:\n  - name: a\n@"
    lines = "  dims: {batch: 2}\n  expect: {y: {finite: true}}\n"
    now, _ = mend(tmp_path, text.replace("@", lines), unsafe=False)
    assert now == text.replace("@", lines.replace("  dims", "    dims").replace("  exp", "    exp"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "  - type: Dense\n    units: 3\n  type: Dense\n  units: 4\n",
            "  - type: Dense\n    units: 3\n  - type: Dense\n    units: 4\n",
        ),
        (
            "  - {type: Dense, units: 3}\n  type: Dropout\n  rate: 0.5\n",
            "  - {type: Dense, units: 3}\n  - type: Dropout\n    rate: 0.5\n",
        ),
        ("  - {type: Dense, units: 3}\n  name: a\n", "  - {type: Dense, units: 3, name: a}\n"),
        (
            "  - type: Dense\n    units: 3\n    type: Dense\n"
            "    units: 4\n    # c\n    type: ReLU\n",
            "  - type: Dense\n    units: 3\n  - type: Dense\n"
            "    units: 4\n    # c\n  - type: ReLU\n",
        ),
        (
            "  - name: a\n    type: ReLU\n    name: b\n    type: Softmax\n",
            "  - name: a\n    type: ReLU\n  - name: b\n    type: Softmax\n",
        ),
    ],
)
def test_where_the_keys_begin_again_a_dash_is_missing(tmp_path, wrong, right):
    assert mend(tmp_path, HEAD + wrong, unsafe=False)[0] == HEAD + wrong
    now, done = mend(tmp_path, HEAD + wrong)
    assert now == HEAD + right
    assert done.found.errors == []


def test_a_type_that_stands_twice_without_arguments_between_is_one_layer(tmp_path):
    text = f"{HEAD}  - type: Flatten\n    type: Dense\n    units: 3\n"
    assert mend(tmp_path, text)[0] == f"{HEAD}  - type: Dense\n    units: 3\n"


LAYERS = "layers:\n  - {type: Dense, units: a, from: x}\n  - {type: Dense, units: b, from: x}\n"
BEGIN = "specc: 1\ninputs: {x: {shape: [8]}}\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            f"{BEGIN}params:\n  a: 1  # c\n{LAYERS}params:\n  # d\n  b: 2\n",
            f"{BEGIN}params:\n  a: 1  # c\n  # d\n  b: 2\n{LAYERS}",
        ),
        (
            f"{BEGIN}params: {{a: 1}}\nparams: {{b: 2}}\n{LAYERS}",
            f"{BEGIN}params: {{a: 1, b: 2}}\n{LAYERS}",
        ),
        (
            f"{BEGIN}params: {{a: 1, b: 2}}\n{LAYERS}layers:\n  - {{type: ReLU}}\n",
            f"{BEGIN}params: {{a: 1, b: 2}}\n{LAYERS}  - {{type: ReLU}}\n",
        ),
    ],
)
def test_two_sections_of_one_name_are_joined(tmp_path, wrong, right):
    assert mend(tmp_path, wrong)[0] == right
    assert mend(tmp_path, wrong, unsafe=False)[0] == wrong


@pytest.mark.parametrize(
    "sections",
    [
        "train:\n  loss: mse\n  epochs: 50\ntrain:\n  epochs: 10\n",
        "params:\n  a: 1\nparams:\n  a: 2\n  b: 3\n",
        "params: {a: 1, c: 4}\nparams: {a: 2}\n",
    ],
)
def test_what_both_of_two_sections_say_is_for_the_author(tmp_path, sections):
    text = f"{HEAD}  - {{type: Dense, units: 3}}\n{sections}"
    assert mend(tmp_path, text)[0] == text


JSON = '{"specc": 1,\n "inputs": {"x": {"shape": [8]}},\n "layers": [{"type": "ReLU"}]}\n'


@pytest.mark.parametrize(
    ("around", "safe"),
    [
        ("```json\n@```\n", True),
        ("~~~\n@~~~", True),
        ("@```\n", True),
        ("```json\n@", True),
        ("Here is the model:\n\n```json\n@```\nIt has one layer.\n", False),
    ],
)
def test_a_fence_is_no_part_of_a_spec(tmp_path, around, safe):
    text = around.replace("@", JSON)
    now, done = mend(tmp_path, text, name="m.json")
    assert json.loads(now) == json.loads(JSON)
    assert done.found.errors == []
    assert mend(tmp_path, text, name="m.json", unsafe=False)[0] == (now if safe else text)


@pytest.mark.parametrize(
    ("around", "right"),
    [
        ("@```\n", "@"),
        ("```\n@", "@"),
        ("@```\nIt has one layer.\n", "@# It has one layer.\n"),
    ],
)
def test_one_fence_alone_leaves_the_spec_as_it_is(tmp_path, around, right):
    spec = f"{HEAD}  - {{type: ReLU}}\n"
    assert mend(tmp_path, around.replace("@", spec))[0] == right.replace("@", spec)


USE = """\
specc: 1
inputs: {x: {shape: [8]}}
blocks:
  enc:
    params: {width: 4, rate: 0.5}
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, units: width}
      - {type: Dropout, rate: rate, name: y}
    outputs: {y: y}
layers:
  - {use: enc, each: @}
"""


@pytest.mark.parametrize(
    ("wrong", "right", "safe"),
    [
        ("{width: [4, 8, 16], rate: 0.1}", "{width: [4, 8, 16], rate: [0.1, 0.1, 0.1]}", True),
        ("{rate: 0, width: [4, 8]}", "{rate: [0, 0], width: [4, 8]}", True),
        ("{width: [4, 8, 16], rate: [0.1]}", "{width: [4, 8, 16], rate: [0.1, 0.1, 0.1]}", False),
        ("{rate: [0.1], width: [4, 8]}", "{rate: [0.1, 0.1], width: [4, 8]}", False),
    ],
)
def test_one_value_for_all_copies_is_one_for_each(tmp_path, wrong, right, safe):
    text = USE.replace("@", wrong)
    assert mend(tmp_path, text)[0] == USE.replace("@", right)
    once = mend(tmp_path, text, unsafe=False)[0]
    assert once == USE.replace("@", right if safe else wrong)


MASK = '{type: Lambda, function: "@"}'


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("mask(x)", "mask(x, default=True)"),
        ("sum(mask( x ), axis=1)", "sum(mask( x, default=True ), axis=1)"),
        (
            "sum(where(mask(x), x, 0), axis=1) / sum(mask(x), axis=1)",
            "sum(where(mask(x, default=True), x, 0), axis=1) / sum(mask(x, default=True), axis=1)",
        ),
        ("where(mask(x + 1), x, 0)", "where(mask(x + 1, default=True), x, 0)"),
    ],
)
def test_all_calls_of_a_mask_that_is_not_there_are_mended(tmp_path, wrong, right):
    text = f"{HEAD}  - {MASK}\n"
    now, done = mend(tmp_path, text.replace("@", wrong))
    assert now == text.replace("@", right)
    assert done.found.errors == []
