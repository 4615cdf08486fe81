"""`reuse` of a use of a block: the whole block again, with the same weights."""

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

FILE = """\
specc: 1
inputs: {{a: {{shape: [3, 4]}}, b: {{shape: [{b}]}}}}
blocks:
  enc:
    params: {{w: {{type: int, default: 5}}, act: {{type: activation, default: tanh}}}}
    inputs: {{x: {{shape: [..., d]}}}}
    layers:
      - {{type: Dense, name: up, units: w, activation: $act}}
      - {{type: Dense, name: down, units: {down}}}
    outputs: {{y: down}}
  twin:
    inputs: {{l: {{}}, r: {{}}}}
    layers:
      - {{use: enc, name: one, from: l}}
      - {{reuse: one, name: two, from: r}}
    outputs: {{l: one, r: two}}
layers:
  - {{{use}}}
  - {{{reuse}}}
outputs: {{{outputs}}}
"""
OUTPUTS = "y: left, z: right"


def spec(use, reuse="reuse: left, name: right, from: b", b="3, 4", outputs=OUTPUTS, down="d"):
    return FILE.format(use=use, reuse=reuse, b=b, outputs=outputs, down=down)


@pytest.mark.parametrize(
    "use",
    [
        "use: enc, name: left, from: a",
        "use: enc, name: left, from: a, with: {w: 2, act: relu}",
        "use: enc, name: left, from: a, repeat: 3, with: {w: 2 + i}",
        "use: enc, name: left, from: a, repeat: 2, share: true",
        "use: enc, name: left, from: a, each: {w: [2, 3]}, residual: true",
        "use: enc, name: left, from: a, repeat: 0",
    ],
)
def test_a_block_run_again_has_the_same_weights_and_computes_the_same(use):
    model = sc.compile_text(spec(use))
    single = sc.compile_text(spec(use, "type: Identity, name: right, from: b"))
    assert list(model.weights) == list(single.weights)
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((2, 2, 3, 4)).astype(np.float32)
    found = model({"a": a, "b": b})
    np.testing.assert_array_equal(found["y"], single({"a": a, "b": b})["y"])
    np.testing.assert_array_equal(found["z"], single({"a": b, "b": b})["y"])
    core = to_yaml(core_document(model.program))
    again = sc.compile_text(core)
    np.testing.assert_array_equal(again({"a": a, "b": b})["z"], found["z"])
    assert to_yaml(core_document(again.program)) == core


def test_each_copy_and_a_reuse_of_a_reuse_can_be_read():
    text = spec(
        "use: enc, name: left, from: a, repeat: 2",
        "reuse: left, name: right, from: b}\n  - {reuse: right, from: left.0}\n"
        "  - {reuse: left, from: a",
        outputs="y: left_1, z: right.0, w: left_2.y, v: left",
    )
    model = sc.compile_text(text)
    assert {name.split(".")[0] for name in model.weights} == {"left"}
    a, b = np.ones((1, 3, 4), np.float32), np.zeros((1, 3, 4), np.float32)
    found = model({"a": a, "b": b})
    np.testing.assert_array_equal(found["w"], found["v"])
    np.testing.assert_array_equal(model({"a": b, "b": b})["z"], found["z"])


def test_a_block_may_reuse_a_block_within():
    text = spec(
        "use: twin, name: left, from: [a, b]",
        "reuse: left, name: right, from: {l: b, r: a}",
        outputs="y: left.l, z: left.r, u: right.l, v: right.r",
    )
    model = sc.compile_text(text)
    assert sorted(model.weights) == [
        f"left.one.{name}" for name in ("down.bias", "down.kernel", "up.bias", "up.kernel")
    ]
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((2, 2, 3, 4)).astype(np.float32)
    found = model({"a": a, "b": b})
    np.testing.assert_array_equal(found["u"], found["z"])
    np.testing.assert_array_equal(found["v"], found["y"])


USE = "use: enc, name: left, from: a"


@pytest.mark.parametrize(
    ("reuse", "code", "message", "blamed", "help"),
    [
        (
            "reuse: left.up, name: right, from: b",
            "SPC0203",
            "`left.up` stands inside of the block `left`, whose layers are not reused one by one",
            "left.up",
            "reuse the whole block: `reuse: left`",
        ),
        (
            "reuse: left, name: right, from: b, repeat: 2",
            "SPC0103",
            "a reuse of a block has no key `repeat`",
            "repeat",
            "leave it out: a reuse runs the block as the `use` above says",
        ),
        (
            "reuse: left, name: right, from: b, mask: drop",
            "SPC0103",
            "a reuse of a block has no key `mask`",
            "mask",
            "say it of a layer behind it: `{type: Identity, expect: …}`",
        ),
        (
            "reuse: left, name: right, from: [a, b]",
            "SPC0204",
            "the block `enc` takes `x`, not 2",
            "[a, b]",
            "",
        ),
        (
            "reuse: lefd, name: right, from: b",
            "SPC0203",
            "there is no layer `lefd` above",
            "lefd",
            "",
        ),
    ],
)
def test_a_reuse_that_is_none_is_refused(reuse, code, message, blamed, help):
    text = spec(USE, reuse)
    (found,) = sc.validate(text)
    assert (found.code, found.message, found.help or "") == (code, message, help)
    assert text.splitlines()[found.span.line - 1][found.span.column - 1 :].startswith(blamed)


def test_what_is_fed_must_fit_the_weights_that_are_there():
    (found,) = sc.validate(spec(USE, b="3, 5"))
    assert (found.code, found.message) == (
        "SPC0305",
        "this call needs `kernel` of shape [5, 5], the first call made it [4, 5]",
    )
    assert [label.text for label in found.labels] == [
        "axis 2 of `b` is 5",
        "axis 2 of `a` is 4",
        "expanded from `reuse: left`",
    ]


def test_a_reuse_of_what_was_refused_is_not_blamed():
    (found,) = sc.validate(spec("use: encoder, name: left, from: a"))
    assert found.code == "SPC0210"
