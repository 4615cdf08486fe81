"""One mistake hides no other that is independent of it: what is said of specs with several."""

import pytest

import spec_compiler as sc
from spec_compiler.diagnostics import Severity

HEAD = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers:\n  - {type: Identity, name: y}\ntests:\n  - "
WRONG = "inputs: {x: [[1, 2, 3]]}, expect: {z: {finite: true}}"
BEHIND = [
    ("SPC0705", "the input `x` is [batch, 2], and the data is [1, 3]"),
    ("SPC0704", "the model has no output `z`"),
]


def said(text: str) -> list[tuple[str, str]]:
    """The errors of a spec, by place."""
    return [(it.code, it.message) for it in sc.validate(text) if it.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("test", "first"),
    [
        (f"{{{WRONG}}}", ("SPC0102", "a test needs `name`")),
        (f"{{nme: a, {WRONG}}}", ("SPC0103", "a test has no key `nme`")),
        (f"{{name: 3, {WRONG}}}", ("SPC0104", "`name` must be text, not `3`")),
        (f"{{name: a, seeed: 3, {WRONG}}}", ("SPC0103", "a test has no key `seeed`")),
    ],
)
def test_a_test_that_is_not_whole_is_proved(test: str, first: tuple[str, str]) -> None:
    assert said(f"{HEAD}{test}\n") == [first, *BEHIND]


def test_an_expectation_that_is_wrong_hides_no_other() -> None:
    test = "{name: a, expect: {y: {fnite: true}, z: [1]}}"
    assert said(f"{HEAD}{test}\n") == [
        ("SPC0103", "`y` has no key `fnite`"),
        ("SPC0704", "the model has no output `z`"),
    ]


def test_data_that_is_wrong_is_not_said_to_lack_twice() -> None:
    test = "{name: a, inputs: {x: words}, expect: {y: {finite: true}}}"
    assert [code for code, _ in said(f"{HEAD}{test}\n")] == ["SPC0104"]


def test_what_uses_blocks_that_are_lists() -> None:
    blocks = "blocks:\n  ffn:\n    - {type: Dense, units: 3}\n"
    layers = "layers:\n  - {use: fnn}\n  - {type: Dense, unts: 3}\n"
    assert said(f"specc: 1\ninputs: {{x: {{shape: [2]}}}}\n{blocks}{layers}") == [
        ("SPC0104", "a block is a mapping with `layers`, not a list"),
        ("SPC0210", "there is no block `fnn`"),
        ("SPC0103", "Dense has no argument `unts`"),
    ]


def test_all_unknown_inputs_of_a_layer() -> None:
    inputs = "inputs: {e: {shape: [5, 8]}, h: {shape: [4]}, c: {shape: [4]}}"
    layer = "{type: LSTM, units: 4, from: {x: e, h: h, c: c}}"
    found = sc.validate(f"specc: 1\n{inputs}\nlayers:\n  - {layer}\n")
    assert [(it.message, it.annotation) for it in found] == [
        ("LSTM has no input `x`", "did you mean `sequence`?"),
        ("LSTM has no input `h`", "did you mean `initial_state_h`?"),
        ("LSTM has no input `c`", "did you mean `initial_state_c`?"),
    ]


def test_all_params_of_a_block_that_stand_beside_its_use() -> None:
    text = """\
specc: 1
inputs: {x: {shape: [2]}}
blocks:
  b:
    params: {n: 3, m: 2}
    inputs: {x: {}}
    layers: [{type: Dense, name: y, units: n + m}]
    outputs: y
layers:
  - {use: b, n: 4, m: 5, rate: 3}
"""
    assert said(text) == [("SPC0103", f"a use has no key `{key}`") for key in ("n", "m", "rate")]


@pytest.mark.parametrize("units", ["width", "$width"])
def test_what_is_missing_in_two_files_is_told_of_each(specc, tmp_path, units):
    text = f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nlayers:\n- {{type: Dense, units: {units}}}\n"
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(text)
    ran = specc("validate", "--format", "concise", "a.yaml", "b.yaml", folder=tmp_path)
    assert ran.status == 1
    told = [line.partition(":")[0] for line in ran.out.splitlines() if "SPC0" in line]
    assert told == ["a.yaml", "b.yaml"]
    assert "2 errors in 2 files" in ran.out + ran.err
