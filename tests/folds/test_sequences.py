"""What repeats as a sequence, written flat: convolution, norm, relu, and the same again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from test_alike import SPECS, names

from spec_compiler.compile import program_of_text, prove_file
from spec_compiler.folds import layers_shown, parts_of, shown
from spec_compiler.folds.numbered import label_of, word_between
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS / "properties"))

from folded_whole import a_fold_has_all_of  # noqa: E402 - beside other tests


def layer(kind, name="", **more):
    given = {"type": kind, **({"name": name} if name else {}), **more}
    return f"  - {json.dumps(given)}\n"


def unit(name="", norm="LayerNormalization", units=4):
    """Dense, norm, relu: with names, or with those that they get."""
    named = [f"{name}_{part}" if name else "" for part in ("mix", "norm", "act")]
    return layer("Dense", named[0], units=units) + layer(norm, named[1]) + layer("ReLU", named[2])


NUMBERED = "".join(unit(f"block_{at}") for at in range(1, 4))
UNNAMED = unit() * 3
RESIDUAL = "".join(
    unit(f"r{at}_a")
    + unit(f"r{at}_b")
    + layer("Add", f"r{at}_sum", **{"from": [f"r{at}_b_act", f"r{at - 1}_sum" if at else "x"]})
    for at in range(3)
)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (NUMBERED, ["block_*_mix x3", "block_*_norm x3", "block_*_act x3"]),
        (UNNAMED, ["dense* x3", "layer_normalization* x3", "re_lu* x3"]),
        # what stands before and behind it stays
        (
            layer("Dense", "stem", units=4) + NUMBERED + layer("Dense", "head", units=2),
            ["stem x1", "block_*_mix x3", "block_*_norm x3", "block_*_act x3", "head x1"],
        ),
        # what reads another shape is another layer
        (
            unit("block_0", units=5) + NUMBERED,
            [
                *("block_0_mix x1", "block_0_norm x1", "block_0_act x1"),
                # reads five, the others four
                *("block_1_mix x1", "block_1_norm x1", "block_1_act x1"),
                *("block_{2..3}_mix x2", "block_{2..3}_norm x2", "block_{2..3}_act x2"),
            ],
        ),
        # letters are labels, too
        (
            unit("stage2b") + unit("stage2c"),
            ["stage2{b..c}_mix x2", "stage2{b..c}_norm x2", "stage2{b..c}_act x2"],
        ),
        # two that nobody numbered as one, and that save little, stay
        (
            unit() * 2,
            [
                *("dense x1", "layer_normalization x1", "re_lu x1"),
                *("dense_1 x1", "layer_normalization_1 x1", "re_lu_1 x1"),
            ],
        ),
        # names of their own mean something
        (
            unit("eyes") + layer("Dense", units=4) + unit("ears"),
            [
                *("eyes_mix x1", "eyes_norm x1", "eyes_act x1", "dense x1"),
                *("ears_mix x1", "ears_norm x1", "ears_act x1"),
            ],
        ),
        # other settings
        (
            unit("b_1") + unit("b_2") + unit("b_3", norm="UnitNormalization"),
            [
                *("b_{1..2}_mix x2", "b_{1..2}_norm x2", "b_{1..2}_act x2"),
                *("b_3_mix x1", "b_3_norm x1", "b_3_act x1"),
            ],
        ),
        # the longest is one, and a sequence may be in a sequence
        (
            RESIDUAL,
            [
                *("r*_{a..b}_mix x6", "r*_{a..b}_norm x6", "r*_{a..b}_act x6", "r*_sum x3"),
            ],
        ),
    ],
)
def test_neighbours_that_repeat_together_are_a_sequence(layers, expected):
    assert names(layers) == expected


def test_one_that_reads_elsewhere_is_no_copy():
    """All three add what the one before gave; the fourth adds the input."""
    sums = ["x", "b_0_sum", "b_1_sum", "x"]
    layers = "".join(
        layer("Dense", f"b_{at}_mix", units=4)
        + layer("Add", f"b_{at}_sum", **{"from": [f"b_{at}_mix", read]})
        for at, read in enumerate(sums)
    )
    assert names(layers) == ["b_{0..2}_mix x3", "b_{0..2}_sum x3", "b_3_mix x1", "b_3_sum x1"]


def test_what_all_copies_read_may_stand_before_them():
    layers = layer("Dense", "gate", units=4) + "".join(
        layer("Dense", f"b_{at}_mix", units=4)
        + layer("Multiply", f"b_{at}_gated", **{"from": [f"b_{at}_mix", "gate"]})
        for at in range(5)
    )
    # the first reads the gate as what is above it, too
    assert names(layers) == ["gate x1", "b_*_mix x5", "b_*_gated x5"]


def test_shared_weights_are_no_copies():
    layers = unit("b_1") + unit("b_2")
    again = "  - {reuse: b_1_mix, name: b_3_mix}\n" + layer("LayerNormalization", "b_3_norm")
    assert names(layers + again + layer("ReLU", "b_3_act"))[3:] == [
        *("b_3_mix x1", "b_3_norm x1", "b_3_act x1"),
    ]


def test_closed_it_is_one_row_and_open_it_has_a_bracket(specc):
    text = f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nlayers:\n{NUMBERED}"
    rows = specc("summary", "-", stdin=text).out.splitlines()
    assert [row.split("  ")[0] for row in rows[2:5]] == [
        "┌ block_*_mix",
        "│ block_*_norm",
        "└ block_*_act",
    ]
    # Dense 20, LayerNormalization 8; three times
    closed = specc("summary", "-", "--depth", "1", stdin=text).out.splitlines()[2].split()
    assert closed[:3] == ["block_*", "×3", "sequence"]
    assert closed[7] == "84"
    whole = specc("summary", "-", "--no-fold", stdin=text).out
    assert len([row for row in whole.splitlines() if row.startswith("block_")]) == 9


def test_programs_read_it_as_a_part_with_parts(specc):
    text = f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nlayers:\n{NUMBERED}"
    (part,) = json.loads(specc("summary", "-", "--format", "json", stdin=text).out)["parts"]
    assert (part["name"], part["type"], part["block"]) == ("block_*", "sequence", False)
    assert part["copies"] == ["block_1", "block_2", "block_3"]
    assert [inner["name"] for inner in part["parts"]] == [
        "block_*_mix",
        "block_*_norm",
        "block_*_act",
    ]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(TESTS.parent)))
def test_a_spec_written_flat_folds_as_its_blocks_do(path):
    program = prove_file(path)
    if program is None:
        return
    document = core_document(program)
    document.pop("weights", None)
    flat = program_of_text(to_yaml(document))
    a_fold_has_all_of(flat)
    rows = [sum(1 for _ in layers_shown(parts_of(one))) for one in (program, flat)]
    # the file knows which layers belong together, a flat list only what repeats beside it
    assert rows[0] <= rows[1] < max(len(program.steps), rows[0] + 1)
    if any(part.times > 1 for part in parts_of(program)):
        assert rows[1] == rows[0]
    whole = [part for part in shown(parts_of(flat), 9) if part.is_sequence]
    assert all(part.inside and part.times > 1 for part in whole)


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("block_2_conv", "block_3_conv", ("2", "3")),
        ("block2b", "block2c", ("b", "c")),
        ("dense", "dense_1", ("", "1")),
        ("a.0.b", "a.10.b", ("0", "10")),
        ("a_1_b_1", "a_2_b_2", None),
        ("same", "same", None),
        ("dense", "dense_x", None),
    ],
)
def test_names_differ_in_a_word(one, other, word):
    found = word_between(one, other)
    assert (found and (found.one, found.other)) == word


def test_a_label_is_what_all_names_of_a_copy_begin_with():
    assert label_of(["b_1_x", "b_1_y"], ["b_2_x", "b_2_y"]) == "b_1"
    assert label_of(["x_1", "y_1"], ["x_2", "y_2"]) == ""
    assert label_of(["x", "y"], ["x_1", "y_1"]) == ""
