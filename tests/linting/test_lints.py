"""What each lint says, where; and what is like it, and right."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.cli.specs import find_specs
from spec_compiler.codes import CODES
from spec_compiler.compile import analyze_file, analyze_text
from spec_compiler.diagnostics import Severity
from spec_compiler.linting import Rules, lint
from spec_compiler.linting.table import KINDS, LEVELS, OF_LAYERS, OF_SPECS, WORDS

ROOT = Path(__file__).parents[2]
HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\n"
STEPS = "specc: 1\ninputs: {x: {shape: [7], dtype: int32, values: {min: LOW, max: 9}}}\n"
TWO = (
    "specc: 1\nblocks:\n"
    "  unit:\n"
    "    params: {name: activation}\n"
    "    inputs: {x: {shape: [4]}}\n"
    "    layers:\n"
    "      - {type: Dense, units: 4, activation: $name}\n"
    "      - {type: ReLU}\n"
    "    outputs: re_lu\n"
    "inputs: {x: {shape: [4]}}\n"
    "layers:\n"
    "  - {use: unit, with: {name: tanh}}\n"
    "  - {use: unit, with: {name: SECOND}}\n"
)


def layers(*items: str, head: str = HEAD) -> str:
    return head + "layers:\n" + "".join(f"  - {{{item}}}\n" for item in items)


USUAL = Rules()


def said(text: str, rules: Rules = USUAL) -> list[tuple[str, int, str]]:
    """Code, line and message of what is said beside errors."""
    known = analyze_text(text, "m.yaml")
    lint(known, rules)
    assert not known.found.errors, known.found.errors
    return [(item.code, item.span.line, item.message) for item in known.found if item.span]


SAID = {
    "a param of the file": (
        layers("type: Dense, units: 3", head="params: {width: 3}\n" + HEAD),
        ("SPC1001", 1, "nothing reads the param `width`"),
    ),
    "a param that a layer has the name of in its doc": (
        layers("type: Dense, units: 3, doc: width", head="params: {width: 3}\n" + HEAD),
        ("SPC1001", 1, "nothing reads the param `width`"),
    ),
    "a param that a layer and an output have the name of": (
        layers(
            "type: Dense, name: width, units: 3",
            "type: Dense, name: more, units: 3, from: width",
            head="params: {width: 3}\n" + HEAD,
        )
        + "outputs: {width: {from: width}, both: more}\n",
        ("SPC1001", 1, "nothing reads the param `width`"),
    ),
    "a dim that a layer has the name of": (
        layers("type: Dense, name: seq, units: 3", head="dims: {seq: {max: 9}}\n" + HEAD),
        ("SPC1002", 1, "nothing reads the dim `seq`"),
    ),
    "a param of a block": (
        TWO.replace("{name: activation}", "{name: activation, more: 3}").replace(
            "SECOND", "linear"
        ),
        ("SPC1001", 4, "nothing reads the param `more`"),
    ),
    "relu and softmax": (
        layers("type: Dense, units: 3, activation: relu", "type: Softmax"),
        ("SPC1011", 5, "`softmax` applies `softmax` to what `dense` puts through `relu`"),
    ),
    "a layer and an activation": (
        layers("type: ReLU", "type: Activation, activation: tanh"),
        ("SPC1011", 5, "`activation` applies `tanh` to what `re_lu` puts through `relu`"),
    ),
    "two in every copy of a block": (
        TWO.replace("SECOND", "gelu"),
        ("SPC1011", 8, "`unit.re_lu` applies `relu` to what `unit.dense` puts through `tanh`"),
    ),
    "a bias of channels that come first": (
        layers(
            "type: Conv1D, filters: 3, kernel_size: 2, data_format: channels_first",
            "type: BatchNormalization, axis: 1",
            head=HEAD.replace("[4]", "[4, 5]"),
        ),
        (
            "SPC1012",
            4,
            "the bias of `conv1d` has no effect: `batch_normalization` subtracts the mean of each "
            "channel",
        ),
    ),
    "a bias at every step": (
        layers(
            "type: TimeDistributed, layer: {type: Dense, units: 3}",
            "type: BatchNormalization",
            head=HEAD.replace("[4]", "[4, 5]"),
        ),
        (
            "SPC1012",
            4,
            "the bias of `time_distributed` has no effect: `batch_normalization` subtracts the "
            "mean of each channel",
        ),
    ),
    "a softmax of what is bent at every step": (
        layers(
            "type: TimeDistributed, layer: {type: Dense, units: 3, activation: relu}",
            "type: Softmax",
            head=HEAD.replace("[4]", "[4, 5]"),
        ),
        (
            "SPC1011",
            5,
            "`softmax` applies `softmax` to what `time_distributed` puts through `relu`",
        ),
    ),
    "images of PyTorch's order in a pool": (
        layers("type: MaxPooling2D", head=HEAD.replace("[4]", "[3, 28, 28]")),
        ("SPC1016", 4, "`max_pooling2d` reads `x` as 3 rows of 28, with 28 channels"),
    ),
    "a pool of channels that are rows, behind others": (
        layers(
            "type: Conv2D, name: a, filters: 16, kernel_size: 3, use_bias: false",
            "type: BatchNormalization, name: n",
            "type: PReLU, name: r",
            "type: MaxPooling2D, name: p, data_format: channels_first",
            head=HEAD.replace("[4]", "[32, 32, 3]"),
        ),
        ("SPC1018", 7, "`p` takes its input for `channels_first`, and `a` gives `channels_last`"),
    ),
    "a binary loss of one of two softmaxes": (
        layers(
            "type: Dense, name: a, units: 3, activation: softmax",
            "type: Dense, name: b, units: 1, activation: sigmoid",
        )
        + "outputs: [a, b]\ntrain:\n  loss:\n    b: binary_crossentropy\n"
        "    a: binary_crossentropy\n  optimizer: adam\n",
        (
            "SPC1024",
            10,
            "`binary_crossentropy` takes each number of `a` for a class of its own, and `a` adds "
            "up to 1 already",
        ),
    ),
    "a loss of shares of one of two sigmoids": (
        layers(
            "type: Dense, name: a, units: 3, activation: softmax",
            "type: Dense, name: b, units: 4, activation: sigmoid",
        )
        + "outputs: [a, b]\ntrain:\n  loss:\n    a: sparse_categorical_crossentropy\n"
        "    b: sparse_categorical_crossentropy\n  optimizer: adam\n",
        (
            "SPC1025",
            10,
            "`sparse_categorical_crossentropy` takes the numbers of `b` for shares of one whole, "
            "and each is from 0 to 1 by itself",
        ),
    ),
    "an end where accuracy is least": (
        layers("type: Dense, units: 3, activation: softmax")
        + "train:\n  loss: sparse_categorical_crossentropy\n  optimizer: adam\n"
        "  metrics: [accuracy]\n  validation_split: 0.2\n"
        "  early_stopping:\n    monitor: val_accuracy\n    mode: min\n",
        (
            "SPC1026",
            12,
            "of `val_accuracy` more is better, and training ends where that is so",
        ),
    ),
    "a total that each row is divided by": (
        layers(
            "type: Dense, name: d, units: 3",
            'type: Lambda, name: y, function: {a: "d / 2", b: "a - mean(d) + sum(d, axis=0)"}',
        )
        + "outputs: [y.a, y.b]\n",
        (
            "SPC1017",
            5,
            "`mean` without `axis` takes all rows of the batch together, and each row of `y` reads "
            "what comes out",
        ),
    ),
    "kernels of zeros": (
        layers("type: Dense, units: 3, activation: relu, kernel_initializer: zeros"),
        (
            "SPC1015",
            4,
            "`relu` in `dense` gives all units the same number then, in training, too, and its "
            "kernel begins as `zeros`",
        ),
    ),
}
RIGHT = {
    "a frozen normalization subtracts the mean that it has": layers(
        "type: Dense, units: 3", "type: BatchNormalization, trainable: false"
    ),
    "a penalty that reads the bias": layers(
        "type: Dense, units: 3, activity_regularizer: {type: l2, l2: 0.1}",
        "type: BatchNormalization",
    ),
    "a softmax in which padding may take part": STEPS.replace("LOW", "0")
    + "layers:\n  - {type: Embedding, input_dim: 10, output_dim: 3, mask_zero: true}\n"
    "  - {type: Activation, activation: {type: softmax, axis: 1}, mask: drop}\n",
    "lecun_normal in other words": layers(
        "type: Dense, units: 3, activation: selu, kernel_initializer: {type: variance_scaling, "
        "scale: 1, mode: fan_in, distribution: truncated_normal}"
    ),
    "zeros for one unit": layers(
        "type: Dense, units: 1, activation: tanh, kernel_initializer: zeros"
    ),
    "a param that gives a size to a layer of its name": layers(
        "type: Dense, name: units, units: units", head="params: {units: 3}\n" + HEAD
    ),
    "images with channels last": layers(
        "type: Conv2D, filters: 2, kernel_size: 3", head=HEAD.replace("[4]", "[28, 28, 1]")
    ),
    "images with channels first, and said so": layers(
        "type: Conv2D, filters: 2, kernel_size: 3, data_format: channels_first",
        head=HEAD.replace("[4]", "[3, 28, 28]"),
    ),
    "images in one order, and turned to another": layers(
        "type: Conv2D, filters: 2, kernel_size: 3, data_format: channels_first",
        "type: ReLU",
        "type: MaxPooling2D, data_format: channels_first",
        "type: Permute, dims: [2, 3, 1]",
        "type: Conv2D, filters: 2, kernel_size: 3",
        head=HEAD.replace("[4]", "[3, 28, 28]"),
    ),
    "a small map with three rows": layers(
        "type: Conv2D, filters: 2, kernel_size: 2", head=HEAD.replace("[4]", "[3, 28, 8]")
    ),
    "a binary loss of sigmoids": layers(
        "type: Dense, units: 3, activation: sigmoid",
    )
    + "train: {loss: binary_crossentropy, optimizer: adam}\n",
    "a loss of shares of a softmax, and the end that is usual": layers(
        "type: Dense, units: 3, activation: softmax",
    )
    + "train:\n  loss: categorical_crossentropy\n  optimizer: adam\n  validation_split: 0.2\n"
    "  early_stopping: {mode: min}\n",
    "a total of the batch that is told as such": layers(
        'type: Lambda, name: y, function: "x - mean(x, axis=[0, 1])"',
    ),
    "a total that no row reads": layers('type: Lambda, name: y, function: "sum(abs(x))"'),
    "a total of a weight": layers(
        "type: Weight, name: w, shape: [4]",
        'type: Lambda, name: y, from: {x: x, w: w}, function: "x / norm(w)"',
    ),
    "a param of a param": layers(
        "type: Dense, units: two", head="params: {one: 3, two: {value: 2 * one}}\n" + HEAD
    ),
    "a param in an expression with a minus": layers(
        "type: Dense, units: one-two", head="params: {one: 3, two: 2}\n" + HEAD
    ),
    "an input that is called doc": layers(
        "type: Embedding, input_dim: 10, output_dim: 2",
        head="specc: 1\ndims: {words: {}}\n"
        "inputs: {doc: {shape: [words], dtype: int32, values: {min: 0, max: 9}}}\n",
    ),
    "a file of blocks": "specc: 1\nblocks:\n  half: {inputs: {x: {}}, "
    "layers: [{type: Dense, units: 2}], outputs: dense}\n",
    "defaults of a layer within another": layers(
        "type: TimeDistributed, layer: {type: Dense, units: 2}",
        head="defaults: {Dense: {activation: relu}}\n" + HEAD.replace("[4]", "[3, 4]"),
    ),
    "an activation with something between": layers(
        "type: Dense, units: 3, activation: relu", "type: Dense, units: 3, activation: softmax"
    ),
    "an activation of what another reads, too": layers(
        "type: Dense, name: h, units: 3, activation: relu",
        "type: Activation, name: gate, activation: sigmoid",
        "type: Multiply, from: [h, gate]",
    ),
    "scores of attention": layers("type: Dense, units: 3, activation: tanh", "type: Softmax"),
    "two in one copy of a block": TWO.replace("SECOND", "linear"),
    "states of a recurrent layer": layers(
        "type: LSTM, units: 3", "type: ReLU", head=HEAD.replace("[4]", "[3, 4]")
    ),
    "a bias before another mean": layers("type: Dense, units: 3", "type: LayerNormalization"),
    "a bias before means of steps": layers(
        "type: Dense, units: 3",
        "type: BatchNormalization, axis: 1",
        head=HEAD.replace("[4]", "[3, 4]"),
    ),
    "a bias that another layer reads": layers(
        "type: Dense, name: d, units: 3",
        "type: BatchNormalization, name: n",
        "type: Add, from: [d, n]",
    ),
    "a softmax beside the padding": layers(
        "type: Embedding, input_dim: 10, output_dim: 3, mask_zero: true",
        "type: Activation, activation: softmax",
        head=STEPS.replace("LOW", "0"),
    ),
    "a table with padding that others use without": layers(
        "type: Embedding, name: e, input_dim: 10, output_dim: 3, mask_zero: true, from: x",
        "reuse: e, name: f, from: y, mask: drop",
        "type: GlobalAveragePooling1D, name: g, from: e",
        "type: Flatten, name: h, from: f",
        "type: Concatenate, from: [g, h]",
        head=STEPS.replace("LOW", "0").replace(
            "{x:", "{y: {shape: [2], dtype: int32, values: {min: 1, max: 9}}, x:"
        ),
    ),
    "a float64 that something computes with": layers(
        "type: Dense, units: 3, dtype: float64",
        head="specc: 1\ninputs: {x: {shape: [4], dtype: float64}}\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), SAID.values(), ids=SAID)
def test_what_is_odd_is_said_once_in_its_place(text, expected):
    assert said(text) == [expected]


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_left_alone(text):
    assert said(text) == []


def test_a_spec_with_errors_is_not_looked_at():
    text = layers("type: Dense, units: widht", head="params: {width: 3}\n" + HEAD)
    assert [item.code for item in sc.validate(text)] == ["SPC0205"]


def test_what_is_off_is_said_where_it_is_asked_for():
    text = layers("type: Dense, units: 3", head="dims: {n: {}}\n" + HEAD.replace("[4]", "[n, 4]"))
    assert said(text) == []
    assert [code for code, _, _ in said(text, Rules(select=("SPC1007",)))] == ["SPC1007"]


UNUSED = (
    TWO[: TWO.index("\ninputs: ") + 1]
    .replace("$name", "tanh")
    .replace("    params: {name: activation}\n", "")
)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        HEAD.replace("specc: 1\n", "") + "layers:\n  - {type: Dense, units: 3}\n",
    ],
    ids=["a file of blocks", "a model"],
)
def test_blocks_that_nothing_uses_are_looked_at(rest):
    found = said(UNUSED + rest, Rules(select=("SPC1011",)))
    assert [(code, line) for code, line, _ in found] == [("SPC1011", 7)]
    assert said(UNUSED.replace("tanh", "linear") + rest, Rules(select=("SPC1011",))) == []


def test_a_block_in_a_block_that_nothing_uses_is_said_once():
    outer = (
        "  outer:\n    inputs: {x: {shape: [4]}}\n    layers: [{use: unit}, {use: unit}]\n"
        "    outputs: unit_1\n"
    )
    assert len(said(UNUSED + outer, Rules(select=("SPC1011",)))) == 1
    first, rest = UNUSED.split("  unit:\n")
    assert len(said(first + outer + "  unit:\n" + rest, Rules(select=("SPC1011",)))) == 1


def test_a_block_of_the_package_is_not_the_authors():
    use = "use: std.feed_forward, with: {hidden: 3, activation: selu}"
    assert said(layers(use, head="imports: {std: 'specc:std'}\n" + HEAD)) == []


@pytest.mark.parametrize("folder", ["examples", "tests/ports"])
def test_our_own_specs_have_nothing_to_warn_of(folder):
    """A lint that is right about one of them: mend it. One that is not: mend the lint."""
    for path in find_specs([str(ROOT / folder)]).paths:
        known = analyze_file(path, weights=False)
        lint(known, Rules(select=("SPC10",), ignore=("SPC1007", "SPC1022", "SPC1012")))
        assert not list(known.found), path


def test_the_table_is_total():
    lints = {code for code in CODES if code.startswith("SPC10") and code < "SPC1090"}
    assert lints == set(LEVELS) == {*OF_SPECS, *OF_LAYERS}
    assert set(KINDS) == set(OF_LAYERS)
    assert set(OF_SPECS) <= set(WORDS) <= set(LEVELS)


@pytest.mark.parametrize("code", sorted(LEVELS))
def test_a_lint_can_speak_of_its_own_example(code):
    """So the words that it waits for, and the types that it looks at, are those that it needs."""
    rules = Rules(select=(code,))
    assert [found for found, _, _ in said(CODES[code].wrong, rules)] == [code]
    assert said(CODES[code].right, rules) == []
    known = analyze_text(CODES[code].wrong, "m.yaml")
    lint(known, rules)
    usual = LEVELS[code] or Severity.WARNING
    assert [item.severity for item in known.found] == [usual]


@pytest.mark.parametrize("code", sorted(LEVELS))
def test_what_mends_a_lint_makes_it_silent_and_changes_no_number(code, tmp_path, specc):
    """What is left to people has no edits; what is a guess may change numbers, and is unsafe."""
    path, rules = tmp_path / "m.yaml", Rules(select=(code,))
    path.write_text(CODES[code].wrong)
    known = analyze_file(path)
    lint(known, rules)
    (finding,) = known.found
    run = ("run", "m.yaml", "--random", "batch=2", "--output")
    safe = finding.safe and bool(finding.edits)
    assert not safe or specc(*run, "before.npz", folder=tmp_path).status == 0
    ran = specc("validate", "m.yaml", "--fix", "--unsafe", "--select", code, folder=tmp_path)
    assert ran.status == 0
    assert (code in ran.out) == (not finding.edits)
    if safe:
        assert specc(*run, "after.npz", folder=tmp_path).status == 0
        with np.load(tmp_path / "before.npz") as before, np.load(tmp_path / "after.npz") as after:
            assert before.files == after.files
            assert all(np.array_equal(before[name], after[name]) for name in before.files)


@pytest.mark.parametrize("name", ["keras2.json", "keras3.keras", "keras2.h5", "parts.keras"])
def test_an_imported_model_is_looked_at(name, tmp_path, specc):
    """Also for what is off: its weights, which `specc import` wrote, have no checksum."""
    source = ROOT / "tests/keras/files" / name
    assert specc("import", source, "-o", "m.yaml", folder=tmp_path).status == 0
    ran = specc("validate", "m.yaml", "--select", "SPC10", "--format", "json", folder=tmp_path)
    assert ran.status == 0
    codes = {item["code"] for item in json.loads(ran.out)["diagnostics"]}
    assert codes == (set() if name.endswith(".json") else {"SPC1022"})
