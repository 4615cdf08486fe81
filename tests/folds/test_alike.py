"""What is one part: neighbours with the same layers that read and give the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec_compiler.compile import program_of_text, prove_file
from spec_compiler.folds import MOST, layers_shown, parts_of, shown
from spec_compiler.folds.numbered import called, place_of_number

TESTS = Path(__file__).parents[1]
SPECS = sorted(
    path
    for folder in (TESTS.parent / "examples", TESTS / "ports")
    for path in folder.rglob("*.yaml")
)


def names(layers, blocks="", inputs="x: {shape: [4]}", depth=9):
    text = f"specc: 1\ninputs: {{{inputs}}}\ndims: {{n: {{}}}}\n{blocks}\nlayers:\n{layers}"
    parts = shown(parts_of(program_of_text(text)), depth)
    return [f"{part.name} x{part.many}" for part in layers_shown(parts)]


def dense(name, units=4, more=""):
    return f"  - {{type: Dense, name: {name}, units: {units}{more}}}\n"


FEED = """\
blocks:
  feed:
    params: {width: {type: int, default: 4}}
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, name: up, units: width}
      - {type: Dense, name: down, units: d}
    outputs: down
"""


def use(name, more=""):
    return f"  - {{use: feed, name: {name}{more}}}\n"


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (dense("h_1") + dense("h_2") + dense("h_3"), ["h_* x3"]),
        (dense("dense") + dense("dense_1") + dense("dense_2"), ["dense* x3"]),
        (dense("a") + dense("b") + dense("c"), ["a x1", "b x1", "c x1"]),
        (dense("h_1") + dense("h_2"), ["h_1 x1", "h_2 x1"]),
        (dense("h_1", 5) + dense("h_2", 5) + dense("h_3", 5), ["h_1 x1", "h_2 x1", "h_3 x1"]),
        (
            dense("h_1") + dense("h_2") + dense("h_3") + dense("h_4", more=", activation: relu"),
            ["h_{1..3} x3", "h_4 x1"],
        ),
        (
            dense("h_1") + dense("h_2") + dense("h_3", more=", use_bias: false"),
            ["h_1 x1", "h_2 x1", "h_3 x1"],
        ),
    ],
)
def test_layers_are_alike_in_settings_and_shapes(layers, expected):
    assert names(layers) == expected


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (use("f_1") + use("f_2"), ["f_*.up x2", "f_*.down x2"]),
        (use("one") + use("two"), ["{one..two}.up x2", "{one..two}.down x2"]),
        (
            use("one") + use("f_1") + use("f_2") + use("two"),
            [
                *("one.up x1", "one.down x1", "f_*.up x2", "f_*.down x2"),
                *("two.up x1", "two.down x1"),
            ],
        ),
        # side by side and with names of their own, they mean different things to their author
        (
            use("left", ", from: x")
            + use("right", ", from: x")
            + "  - {type: Add, from: [left, right]}\n",
            ["left.up x1", "left.down x1", "right.up x1", "right.down x1", "add x1"],
        ),
        (
            use("f_1", ", from: x")
            + use("f_2", ", from: x")
            + "  - {type: Add, from: [f_1, f_2]}\n",
            ["f_*.up x2", "f_*.down x2", "add x1"],
        ),
        (
            use("f_1") + use("f_2", ", with: {width: 5}"),
            ["f_1.up x1", "f_1.down x1", "f_2.up x1", "f_2.down x1"],
        ),
        (
            use("f_1") + use("f_2", ", with: {width: 5}") + use("f_3", ", with: {width: 5}"),
            ["f_1.up x1", "f_1.down x1", "f_{2..3}.up x2", "f_{2..3}.down x2"],
        ),
        # the first has weights, the others use them: all share
        (
            use("f_1") + "  - {reuse: f_1, name: f_2}\n  - {reuse: f_1, name: f_3}\n",
            ["f_*.up x3", "f_*.down x3"],
        ),
        # only one of three shares
        (
            use("f_1") + use("f_2") + "  - {reuse: f_2, name: f_3}\n",
            ["f_{1..2}.up x2", "f_{1..2}.down x2", "f_3.up x1", "f_3.down x1"],
        ),
        (
            use("f_1") + "  - {reuse: f_1, name: f_2}\n" + use("f_3"),
            ["f_{1..2}.up x2", "f_{1..2}.down x2", "f_3.up x1", "f_3.down x1"],
        ),
        (use("f", ", repeat: 3"), ["f.*.up x3", "f.*.down x3"]),
    ],
)
def test_uses_of_a_block_are_alike_in_what_is_in_them(layers, expected):
    assert names(layers, FEED) == expected


def test_a_mask_makes_a_difference():
    layers = dense("h_1") + dense("h_2") + dense("h_3", more=", mask: drop") + dense("h_4")
    found = names(layers, inputs="x: {shape: [n, 4], mask: true}")
    assert found == ["h_1 x1", "h_2 x1", "h_3 x1", "h_4 x1"]


def test_what_is_within_what_repeats_is_counted_in_all_copies():
    blocks = """\
blocks:
  inner: {inputs: {x: {shape: [d]}}, layers: [{type: Dense, name: a, units: d}], outputs: a}
  outer:
    inputs: {x: {shape: [d]}}
    layers: [{use: inner, name: in, repeat: 3}, {type: ReLU, name: r}]
    outputs: r
"""
    layers = "  - {use: outer, name: out, repeat: 2}\n"
    assert names(layers, blocks) == ["out.*.in.*.a x6", "out.*.r x2"]
    assert names(layers, blocks, depth=2) == ["out.*.in.* x6", "out.*.r x2"]
    assert names(layers, blocks, depth=1) == ["out.* x2"]


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ("a1", "a2", 1),
        ("a", "a_1", -1),
        ("a1", "b2", None),
        ("a1b1", "a2b2", None),
        ("a1b1", "a1b2", 3),
        ("a", "b", None),
        ("a", "a", None),
        ("a", "a_1x", None),
    ],
)
def test_names_differ_in_a_number_alone(one, other, place):
    assert place_of_number(one, other) == place


def test_a_name_for_several_means_no_others():
    assert called(["a.0", "a.1"], ["a.0", "a.1", "b.2"]) == "a.*"
    assert called(["a.0", "a.1"], ["a.0", "a.1", "a.2"]) == "a.{0..1}"
    assert called(["a1x", "a2x", "a3x"], []) == "a*x"
    assert called(["dense", "dense_1"], []) == "dense*"
    assert called(["dense", "dense_1"], ["dense", "dense_1", "dense_out"]) == "{dense..dense_1}"
    assert called(["a.0", "a.2", "a.4", "a.6"], ["a.1", *(f"a.{n}" for n in range(0, 8, 2))]) == (
        "a.{0,2..6}"
    )
    assert called(["a.0", "a.3"], ["a.0", "a.1", "a.3"]) == "a.{0,3}"
    assert called(["left_pool", "right_pool"], []) == "{left..right}_pool"
    assert called(["a", "b", "c"], []) == "{a..c}"


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(TESTS.parent)))
def test_every_layer_is_in_one_part_at_every_depth(path):
    program = prove_file(path)
    if program is None:
        return
    for fold in (True, False):
        parts = parts_of(program, fold=fold)
        rows = [sum(1 for _ in layers_shown(shown(parts, depth))) for depth in range(1, 8)]
        assert rows == sorted(rows)
        for depth in (*range(1, 8), None):
            layers = [name for part in layers_shown(shown(parts, depth)) for name in part.layers]
            assert sorted(layers) == sorted(program.steps)
        assert rows[0] == sum(1 for _ in layers_shown(shown(parts, 0)))
        chosen = sum(1 for _ in layers_shown(shown(parts)))
        assert chosen == max([rows[0], *(count for count in rows if count <= MOST)])
    assert len(list(layers_shown(parts))) == len(program.steps)


def test_copies_that_share_their_weights_are_alike():
    """The layers of the first are called after the use: `f.up`, `f.1.up`, `f.2.up`."""
    layers = use("f", ", repeat: 3, share: true")
    assert names(layers, FEED) == ["f.*.up x3", "f.*.down x3"]
    assert names(layers, FEED, depth=1) == ["f.* x3"]
