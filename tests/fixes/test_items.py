"""A layer put before another, behind it or around it: feeds follow, and the style stays."""

import json

import pytest
from test_text_edits import HEAD, mend

VECTOR = "specc: 1\ninputs: {x: {shape: [8]}, z: {shape: [3]}}\nlayers:\n"
RESHAPE = "type: Reshape, target_shape: [8, 1]"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        # what the other one read, it reads
        (
            "  - {type: LSTM, units: 3, from: x}  # c\n",
            f"  - {{{RESHAPE}, from: x}}\n  - {{type: LSTM, units: 3}}  # c\n",
        ),
        (
            "  # a\n  - type: LSTM  # b\n    from: x\n    units: 3\n",
            f"  # a\n  - {{{RESHAPE}, from: x}}\n  - type: LSTM  # b\n    units: 3\n",
        ),
        # the layer above
        (
            "  - {type: Identity, from: x}\n  - {type: LSTM, units: 3}\n",
            f"  - {{type: Identity, from: x}}\n  - {{{RESHAPE}}}\n  - {{type: LSTM, units: 3}}\n",
        ),
        # a feed of several: which of them is for its author to say
        ("  - {type: LSTM, units: 3, from: {sequence: x}}\n",) * 2,
    ],
)
def test_a_layer_before_another_reads_what_that_read(tmp_path, wrong, right):
    tail = "  - {type: Add, from: [lstm, z], name: sum}\n"
    now, done = mend(tmp_path, VECTOR + wrong + tail)
    assert now == VECTOR + right + tail
    assert bool(done.found.errors) == (wrong == right)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("  - {type: Dense, units: 3, from: [x, z]}  # c\n", "  - {type: Dense, units: 3}  # c\n"),
        (
            "  # a\n  - type: Dense\n    from:\n      - x\n      - z\n    units: 3\n",
            "  # a\n  - type: Dense\n    units: 3\n",
        ),
        (
            "  - type: Dense\n    units: 3\n    from: [x,\n           z]\n",
            "  - type: Dense\n    units: 3\n",
        ),
    ],
)
def test_what_takes_one_input_reads_several_that_are_joined(tmp_path, wrong, right):
    now, done = mend(tmp_path, VECTOR + wrong)
    joined = "  - {type: Concatenate, from: [x, z]}\n"
    at = right.index("  - ")
    assert now == VECTOR + right[:at] + joined + right[at:]
    assert done.found.errors == []


def test_a_comment_among_what_feeds_a_layer_is_not_lost(tmp_path):
    wrong = "  - type: Dense\n    units: 3\n    from:\n      - x  # why\n      - z\n"
    assert mend(tmp_path, VECTOR + wrong)[0] == VECTOR + wrong


def test_before_another_in_brackets_and_in_json(tmp_path):
    wrong = (
        "specc: 1\ninputs: {x: {shape: [8]}}\nlayers: [{type: Identity}, {type: LSTM, units: 3}]\n"
    )
    now, _ = mend(tmp_path, wrong)
    assert now == wrong.replace("{type: LSTM", f"{{{RESHAPE}}}, {{type: LSTM")
    layers = [{"type": "LSTM", "units": 3, "from": "x"}]
    spec = {"specc": 1, "inputs": {"x": {"shape": [8]}}, "layers": layers}
    made = {"type": "Reshape", "target_shape": [8, 1], "from": "x"}
    for indent in (None, 2):
        now, done = mend(tmp_path, json.dumps(spec, indent=indent), name="m.json")
        assert json.loads(now)["layers"] == [made, {"type": "LSTM", "units": 3}]
        assert done.found.errors == []


def test_before_another_in_a_block(tmp_path):
    layers = "    layers:\n      - {type: LSTM, name: y, units: 3}\n    outputs: y\n"
    wrong = f"{HEAD}  - {{use: b}}\nblocks:\n  b:\n    inputs: {{x: {{}}}}\n{layers}"
    now, done = mend(tmp_path, wrong)
    assert now == wrong.replace(
        "      - {type: LSTM", f"      - {{{RESHAPE}}}\n      - {{type: LSTM"
    )
    assert done.found.errors == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "{type: Dense, units: 3, dropout: 0.5}  # c",
            "{type: Dense, units: 3}  # c\n  - {type: Dropout, rate: 0.5}",
        ),
        (
            "type: Dense\n    dropout: 0.5\n    units: 3  # c",
            "type: Dense\n    units: 3  # c\n  - {type: Dropout, rate: 0.5}",
        ),
        (
            "type: Dense\n    units: 3\n    layer_norm: true",
            "type: Dense\n    units: 3\n  - {type: LayerNormalization}",
        ),
        ("{type: Dense, units: 3, batch_norm: false}", "{type: Dense, units: 3}"),
    ],
)
def test_a_layer_of_its_own_stands_behind(tmp_path, wrong, right):
    now, done = mend(tmp_path, f"{HEAD}  - {wrong}\n")
    assert now == f"{HEAD}  - {right}\n"
    assert done.found.errors == []


STEPS = "specc: 1\ninputs: {x: {shape: [5, 8]}}\nlayers:\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "{type: LSTM, name: l, units: 3, bidirectional: true}  # c",
            "{type: Bidirectional, name: l, layer: {type: LSTM, units: 3}}  # c",
        ),
        (
            "type: LSTM\n    name: l\n    units: 3\n    bidirectional: true",
            "type: Bidirectional\n    name: l\n    layer: {type: LSTM, units: 3}",
        ),
        # what it has not goes inside, too, and is mended there
        (
            "{type: LSTM, hidden_size: 3, bidirectional: true}",
            "{type: Bidirectional, layer: {type: LSTM, units: 3}}",
        ),
        # a comment would be lost
        ("type: LSTM  # c\n    units: 3\n    bidirectional: true",) * 2,
    ],
)
def test_a_layer_around_another_has_its_name(tmp_path, wrong, right):
    assert mend(tmp_path, f"{STEPS}  - {wrong}\n")[0] == f"{STEPS}  - {right}\n"


def test_two_layers_in_one(tmp_path):
    now, done = mend(tmp_path, f"{STEPS}  - {{type: LSTM, name: l, units: 3, num_layers: 2}}\n")
    first = "{type: LSTM, name: l, units: 3, return_sequences: true}"
    assert now == f"{STEPS}  - {first}\n  - {{type: LSTM, units: 3}}\n"
    assert done.found.errors == []
    now, _ = mend(tmp_path, f"{STEPS}  - {{type: LSTM, hidden_size: 3, num_layers: 2}}\n")
    first = "{type: LSTM, units: 3, return_sequences: true}"
    assert now == f"{STEPS}  - {first}\n  - {{type: LSTM, units: 3}}\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "{type: Bidirectional, layer: LSTM, units: 3, return_sequences: true}",
            "{type: Bidirectional, layer: {type: LSTM, units: 3, return_sequences: true}}",
        ),
        (
            "type: TimeDistributed\n    layer: Dense\n    units: 3  # c",
            "type: TimeDistributed\n    layer: {type: Dense, units: 3}",
        ),
        ("{type: RNN, cell: LSTMCell, units: 3}", "{type: RNN, cell: {type: LSTMCell, units: 3}}"),
    ],
)
def test_arguments_of_the_layer_inside_stand_in_it(tmp_path, wrong, right):
    now, done = mend(tmp_path, f"{STEPS}  - {wrong}\n")
    assert now == f"{STEPS}  - {right}\n"
    assert done.found.errors == []


def test_only_one_layer_stands_inside(tmp_path):
    wrong = "{type: Bidirectional, layer: [{type: LSTM, units: 3}]}  # c"
    right = "{type: Bidirectional, layer: {type: LSTM, units: 3}}  # c"
    assert mend(tmp_path, f"{STEPS}  - {wrong}\n")[0] == f"{STEPS}  - {right}\n"
    lines = "type: Bidirectional\n    layer:\n      - type: LSTM  # c\n        units: 3\n"
    right = "type: Bidirectional\n    layer:\n      type: LSTM  # c\n      units: 3\n"
    assert mend(tmp_path, f"{STEPS}  - {lines}")[0] == f"{STEPS}  - {right}"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "layers:\n  - {type: Input, name: x, shape: [8]}  # c\n  - {type: Flatten}\n",
            "inputs: {x: {shape: [8]}}\nlayers:\n  - {type: Flatten}\n",
        ),
        (
            "inputs: {z: {shape: [3]}}\nlayers:\n"
            "  - {type: InputLayer, name: x, batch_input_shape: [null, 8]}\n"
            "  - {type: Concatenate, from: [x, z]}\n",
            "inputs: {z: {shape: [3]}, x: {shape: [8]}}\nlayers:\n"
            "  - {type: Concatenate, from: [x, z]}\n",
        ),
        (
            "inputs: {x: {shape: [8]}}\nlayers:\n  - {type: Input, name: x}\n  - {type: Flatten}\n",
            "inputs: {x: {shape: [8]}}\nlayers:\n  - {type: Flatten}\n",
        ),
    ],
)
def test_an_input_is_no_layer(tmp_path, wrong, right):
    now, done = mend(tmp_path, f"specc: 1\n{wrong}")
    assert now == f"specc: 1\n{right}"
    assert done.found.errors == []


def test_an_input_is_no_layer_in_json(tmp_path):
    layers = [{"type": "Input", "name": "x", "shape": [8]}, {"type": "Flatten"}]
    for indent in (None, 2):
        text = json.dumps({"specc": 1, "layers": layers}, indent=indent)
        now, done = mend(tmp_path, text, name="m.json")
        right = {"specc": 1, "inputs": {"x": {"shape": [8]}}, "layers": layers[1:]}
        assert json.loads(now) == right
        assert done.found.errors == []


def test_a_guess_of_a_type_goes_on_where_all_behind_it_is_mended(tmp_path):
    wrong = "{type: LayerNorm, normalized_shape: 8, eps: 1e-5}"
    now, done = mend(tmp_path, f"{HEAD}  - {wrong}\n")
    assert now == f"{HEAD}  - {{type: LayerNormalization, epsilon: 1e-5}}\n"
    assert done.found.errors == []
    # what only its author knows is left with the word that stood there
    wrong = f"{HEAD}  - {{type: LayerNorm, shape_of_it: 8, and_more: 3}}\n"
    assert mend(tmp_path, wrong)[0] == wrong


@pytest.mark.parametrize(
    ("layer", "outputs", "then"),
    [
        ("units: 3", "outputs: probs", ("units: 3, name: probs", "outputs: probs")),
        ("units: 3", "outputs: [probs]", ("units: 3, name: probs", "outputs: [probs]")),
        (
            "units: 3",
            "outputs: {probs: {shape: [batch, 3]}}",
            ("units: 3, name: probs", "outputs: {probs: {shape: [batch, 3]}}"),
        ),
        ("units: 3, name: y", "outputs: probs", ("units: 3, name: y", "outputs: {probs: y}")),
        (
            "units: 3, name: y",
            "outputs:\n  probs:\n    shape: [batch, 3]",
            ("units: 3, name: y", "outputs:\n  probs:\n    shape: [batch, 3]\n    from: y"),
        ),
        # which of two is meant is for the author to say
        ("units: 3", "outputs: [probs, logits]", ("units: 3", "outputs: [probs, logits]")),
    ],
)
def test_the_only_output_that_nothing_is_called_is_the_last_layer(tmp_path, layer, outputs, then):
    wrong = f"{VECTOR}  - {{type: Dense, from: x, {layer}}}\n{outputs}\n"
    now, done = mend(tmp_path, wrong)
    assert now == f"{VECTOR}  - {{type: Dense, from: x, {then[0]}}}\n{then[1]}\n"
    assert bool(done.found.errors) == (now == wrong)
