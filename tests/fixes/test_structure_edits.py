"""Edits that change how a spec is built, in the style of what is around, with its comments."""

import json

import pytest
from test_text_edits import HEAD, mend


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("  - Dense: {units: 4}  # c\n", "  - {type: Dense, units: 4}  # c\n"),
        ("  - Dense: 4\n", "  - {type: Dense, units: 4}\n"),
        ("  - {Dense: {units: 4}}\n", "  - {type: Dense, units: 4}\n"),
        ("  - {type: Dense(4)}\n", "  - {type: Dense, units: 4}\n"),
        ("  - [type: Dense, units: 4]\n", "  - {type: Dense, units: 4}\n"),
        (
            "  - Dense:\n      units: 4  # c\n      # more\n      activation: relu\n",
            "  - type: Dense\n    units: 4  # c\n    # more\n    activation: relu\n",
        ),
        ("  - {type: Dense(4), units: 4}\n", "  - {type: Dense(4), units: 4}\n"),
    ],
)
def test_a_layer_under_its_type_is_one_with_a_type(tmp_path, wrong, right):
    assert mend(tmp_path, HEAD + wrong, unsafe=False)[0] == HEAD + right


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{type: Dense(4), name: d}", "{type: Dense, name: d, units: 4}"),
        (
            "type: Dense(4, activation='relu')  # c\n    name: d",
            "type: Dense  # c\n    name: d\n    activation: relu\n    units: 4",
        ),
    ],
)
def test_arguments_of_a_call_stand_beside_the_others(tmp_path, wrong, right):
    assert mend(tmp_path, f"{HEAD}  - {wrong}\n")[0] == f"{HEAD}  - {right}\n"


LAYERS = "layers: [{type: Flatten, from: x}]\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("inputs:\nx: {shape: [8]}  # c\n", "inputs:\n  x: {shape: [8]}  # c\n"),
        (
            "inputs:\nx:\n  # c\n  shape: [8]\n\n  dtype: float32\nz: {shape: [3]}\n",
            "inputs:\n  x:\n    # c\n    shape: [8]\n\n    dtype: float32\n  z: {shape: [3]}\n",
        ),
    ],
)
def test_what_stands_beside_its_section_is_indented(tmp_path, wrong, right):
    text = f"specc: 1\n{wrong}{LAYERS}"
    assert mend(tmp_path, text, unsafe=False)[0] == f"specc: 1\n{right}{LAYERS}"


def test_keys_under_model_are_lifted_out(tmp_path):
    inner = "inputs: {x: {shape: [8]}}  # c\nlayers:\n  # d\n  - {type: Flatten}\n"
    lines = "".join(f"    {line}\n" for line in inner.splitlines())
    assert mend(tmp_path, f"specc: 1\nmodel:\n{lines}", unsafe=False)[0] == f"specc: 1\n{inner}"
    layers = [{"Dense": {"units": 2}}]
    text = json.dumps({"specc": 1, "inputs": {"x": {"shape": [4]}}, "model": {"layers": layers}})
    right = {
        "specc": 1,
        "inputs": {"x": {"shape": [4]}},
        "layers": [{"type": "Dense", "units": 2}],
    }
    assert json.loads(mend(tmp_path, text, name="m.json", unsafe=False)[0]) == right


SIZES = "layers: [{type: Identity}]\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("# c\ninputs: {x: {shape: [n]}}\n", "# c\ndims: {n: {}}\ninputs: {x: {shape: [n]}}\n"),
        (
            "inputs: {x: {shape: [m, n + 1]}}\n",
            "dims: {m: {}, n: {}}\ninputs: {x: {shape: [m, n + 1]}}\n",
        ),
        (
            "dims:\n  m: {min: 1}  # c\ninputs: {x: {shape: [m, n]}}\n",
            "dims:\n  m: {min: 1}  # c\n  n: {}\ninputs: {x: {shape: [m, n]}}\n",
        ),
    ],
)
def test_a_size_that_nothing_declares_is_declared(tmp_path, wrong, right):
    text = f"specc: 1\n{wrong}{SIZES}"
    now, done = mend(tmp_path, text)
    assert now == f"specc: 1\n{right}{SIZES}"
    assert not done.found.errors
    assert mend(tmp_path, text, unsafe=False)[0] == text  # a param may be meant


def test_a_size_is_declared_in_json(tmp_path):
    text = '{\n  "specc": 1,\n  "inputs": {"x": {"shape": ["n"]}},\n  "layers": [{"type": "Identity"}]\n}\n'  # noqa: E501
    now, _ = mend(tmp_path, text, name="m.json")
    assert now == text.replace('  "inputs"', '  "dims": {"n": {}},\n  "inputs"')


def test_the_second_of_two_names_is_another(tmp_path):
    layers = "  - {type: Flatten, name: a}\n  - {type: Flatten, name: a, from: x}\n"
    layers += "  - {type: Add, from: [a, a_2], name: x}\n"
    now, done = mend(tmp_path, HEAD + layers)
    second = layers.replace("name: a, from", "name: a_2, from").replace("name: x", "name: x_2")
    assert now == HEAD + second
    assert not done.found.errors
    assert mend(tmp_path, HEAD + layers, unsafe=False)[0] == HEAD + layers


def test_of_several_outputs_the_first_is_a_guess(tmp_path):
    head = HEAD.replace("[8]", "[5, 8]")
    layers = "  - {type: LSTM, units: 3, return_state: true, name: l}\n  - @\n"
    now, done = mend(tmp_path, head + layers.replace("@", "{type: Dense, units: 2}"))
    assert now == head + layers.replace("@", "{type: Dense, units: 2, from: l.output}")
    assert not done.found.errors


def test_a_list_of_sizes_is_the_shape_of_an_input(tmp_path):
    now, done = mend(tmp_path, "specc: 1\ninputs: [8, 2]  # c\n" + LAYERS)
    assert now == "specc: 1\ninputs: {x: {shape: [8, 2]}}  # c\n" + LAYERS
    assert not done.found.errors
