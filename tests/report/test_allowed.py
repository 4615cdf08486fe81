"""`allowed`: what may stand in the place that is blamed, wherever there is a closed set of it."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from spec_compiler.codes import CODES
from spec_compiler.compile import analyze_text
from spec_compiler.edits.applied import applied
from spec_compiler.spans import Edit

SLIPS = Path(__file__).parents[1] / "diagnostics"
sys.path.insert(0, str(SLIPS))
from slips import read  # noqa: E402 - the tables stand beside it

TEXTS = {
    name: slip.around.replace("@", slip.wrong).replace("«", "").replace("»", "")
    for table in sorted(SLIPS.glob("*.txt"))
    for name, slip in read(table)
} | {
    code.code: code.wrong
    for code in CODES.values()
    if code.command == "validate model.yaml" and code.varies == "model.yaml" and not code.files
}
LEAST = {
    "SPC0101": 2,  # versions
    "SPC0103": 64,  # keys and arguments
    "SPC0104": 11,  # choices that are not named
    "SPC0106": 11,  # activations, initializers, dtypes, modes, types of params
    "SPC0123": 11,  # names in expressions
    "SPC0124": 13,  # functions
    "SPC0125": 4,  # their arguments
    "SPC0126": 1,
    "SPC0202": 10,  # types of layers
    "SPC0203": 13,  # layers, inputs, results
    "SPC0204": 4,  # roles, and which of several results
    "SPC0205": 7,  # params and sizes
    "SPC0210": 2,  # blocks
    "SPC0335": 1,  # labels
    "SPC0704": 5,  # what tests name: inputs, outputs, codes
    "SPC0901": 1,  # outputs that train
    "SPC0905": 1,
}
"""In how many of these texts a finding of a code has it; only ever more."""


CLOSED = ["SPC0123", "SPC0124", "SPC0203", "SPC0210", "SPC0215", "SPC0704", "SPC0901"]


@pytest.mark.parametrize("code", CLOSED)
def test_what_is_allowed_takes_the_place_of_what_is_blamed(code, tmp_path):
    """None of the names that may stand there is refused as a name that is not known."""
    example = CODES[code]
    for name, text in {**example.files, example.varies: example.wrong}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    file = str(tmp_path / example.varies)
    (found,) = [item for item in analyze_text(example.wrong, file).found if item.code == code]
    assert found.allowed
    assert len(set(found.allowed)) == len(found.allowed)
    for name in found.allowed:
        text = applied(example.wrong, [Edit(found.span, name)])
        again = [item.message for item in analyze_text(text, file).found if item.code == code]
        assert found.message not in again
        assert not any(f"`{name}`" in message and "there is no" in message for message in again)


def test_keywords_of_a_function_are_allowed():
    text = (
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers: [{type: Lambda, function: 'sum(x, axes=1)'}]\n"
    )
    (found,) = [item for item in analyze_text(text, "m.yaml").found if item.code == "SPC0125"]
    assert {"x", "axis", "keepdims"} <= set(found.allowed)


def test_what_is_closed_is_listed_and_no_less_than_before():
    has = Counter(
        item.code
        for text in TEXTS.values()
        for item in analyze_text(text, "m.yaml").found
        if item.allowed
    )
    assert {code: has[code] for code in LEAST if has[code] < LEAST[code]} == {}


SIZED = """\
specc: 1
params: {width: 4}
dims: {steps: {}}
inputs: {x: {shape: [steps, 8]}}
blocks:
  half:
    inputs: {a: {shape: [..., d]}, b: {shape: [..., d]}}
    layers:
      - {type: Add, name: sum, from: [a, b]}
      - {type: Dense, name: up, units: d}
    outputs: {one: sum, two: up}
layers:
  - {use: half, name: first, from: {a: x, b: x}}
  - {type: LSTM, name: memory, units: width, return_state: true, from: first.one}
  - {type: Dense, name: probs, units: 3, from: memory.output}
outputs: {probs: null}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "allowed"),
    [
        ("units: width", "units: widths", {"width", "steps"}),
        ("units: width", "units: $widths", {"$width"}),
        ("{a: x, b: x}", "{a: x, c: x}", {"b"}),
        ("from: first.one", "from: first.three", {"first.one", "first.two"}),
        ("from: first.one", "from: first", {"first.one", "first.two"}),
        ("from: memory.output", "from: memory", {"memory.output", "memory.state_h"}),
        ("from: memory.output", "from: memory.hidden", {"memory.output", "memory.state_c"}),
        ("from: memory.output", "from: memry.output", {"memory", "first", "x"}),
        ("type: Dense, name: probs", "type: Dence, name: probs", {"Dense", "LSTM"}),
        ("units: 3", "units: 3, activation: [1, 2]", {"relu", "softmax"}),
        ("units: 3", "units: 3, dtype: 32", {"float32", "float16"}),
        ("units: 3", "units: 3, kernel_initializer: glorrot", {"glorot_uniform", "zeros"}),
        ("outputs: {probs", "putputs: {probs", {"outputs", "tests"}),
    ],
)
def test_of_a_closed_set_all_is_listed(right, wrong, allowed):
    assert right in SIZED
    (found,) = analyze_text(SIZED.replace(right, wrong), "m.yaml").found.errors
    assert allowed <= set(found.allowed)
    assert len(set(found.allowed)) == len(found.allowed)


def test_the_guess_for_a_result_of_a_block_keeps_its_name():
    text = SIZED.replace("from: first.one", "from: first.onne")
    (found,) = analyze_text(text, "m.yaml").found.errors
    assert applied(text, found.edits) == SIZED
