"""Edits after which more is read than before: more errors are no loss where all can be mended."""

import pytest
from test_text_edits import HEAD, mend

TRAIN = f"{HEAD}  - {{type: Dense, name: y, units: 3}}\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "{schedule: cosine, initial: 0.1, steps: 9}",
            "{type: cosine_decay, initial_learning_rate: 0.1, decay_steps: 9}",
        ),
        (
            "{name: exponential, lr: 0.1, steps: 9, gamma: 0.5}",
            "{type: exponential_decay, initial_learning_rate: 0.1, decay_steps: 9, "
            "decay_rate: 0.5}",
        ),
        (
            "{schedule: polynomial, lr: 0.1, steps: 9}",
            "{type: polynomial_decay, initial_learning_rate: 0.1, decay_steps: 9}",
        ),
    ],
)
def test_what_has_no_type_has_arguments_once_it_has_one(tmp_path, wrong, right):
    text = f"{TRAIN}train: {{loss: mse, optimizer: {{type: adam, learning_rate: @}}}}\n"
    now, done = mend(tmp_path, text.replace("@", wrong))
    assert now == text.replace("@", right)
    assert done.found.errors == []


def test_what_stands_behind_a_broken_layer_is_checked_then(tmp_path):
    text = (
        "specc: 1\ninputs: {x: {shape: [4, 8]}}\nlayers:\n"
        "  - {type: MaxPooling2D, name: a, pool_size: 2}\n"
        '  - {type: Lambda, name: b, from: a, function: "sum(x, axis=1, keepdims=@)"}\n'
        '  - {type: Lambda, name: c, from: a, function: "sum(x, axis=2, keepdims=@)"}\n'
    )
    now, done = mend(tmp_path, text.replace("@", "1"))
    assert done.found.errors == []
    assert now.count("keepdims=True") == 2


def test_an_index_of_what_is_fed_is_no_name_of_another_input(tmp_path):
    head = "specc: 1\ninputs: {a: {shape: [8]}, b: {shape: [8]}, x: {shape: [8]}}\nlayers:\n"
    text = (
        f'{head}  - {{type: Lambda, name: y, from: [a, b], function: "@"}}\n'
        "  - {type: Add, from: [y, x]}\n"
    )
    now, _ = mend(tmp_path, text.replace("@", "x[0] - x[1]"))
    assert now == text.replace("@", "a - b")
