"""Each row of the tables of what other tools write is needed: without it less is said of a spec.

A row that another mechanism answers first is a word that nobody hears, and one that likeness finds
by itself says nothing new.
"""

from __future__ import annotations

import re
from itertools import product

import pytest

import spec_compiler as sc
from spec_compiler.declaring.other_tools import names, values
from spec_compiler.declaring.validated import key_names
from spec_compiler.language.other_tools import (
    inputs,
    items,
    layers,
    sections,
    std_blocks,
    tests,
    training,
    weights,
)
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.other_tools import keys, words
from spec_compiler.layers.choices.activations import other_tools as activations
from spec_compiler.spelling import folded
from spec_compiler.training.losses import other_tools as losses
from spec_compiler.training.metrics import other_tools as metrics
from spec_compiler.training.optimizers import other_tools as optimizers
from spec_compiler.training.schedules import other_tools as schedules

X = "specc: 1\ninputs: {x: {shape: [8, 8]}}\n"
Y = f"{X}layers: [{{type: Dense, name: y, units: 4}}]\n"
BLOCK = """\
specc: 1
inputs: {x: {shape: [8, 8]}}
blocks:
  enc:
    params: {wide: 4}
    inputs: {z: {shape: [..., d]}}
    layers: [{type: Dense, name: a, units: wide}, {type: Dense, name: b, units: d}]
    outputs: b
"""
ITEM = X + "layers: [{type: ITEM, KEY: VALUE}]\n"
TEST = Y + "tests: [{name: t, INSIDE}]\n"
SCHEDULE = "train: {loss: mse, optimizer: {type: sgd, learning_rate: INSIDE}}\n"
VALUES = (
    "a",
    "4",
    "0.5",
    "true",
    "[1, 2]",
    "{wide: 3}",
    "[{type: Dense, units: 2}]",
    "{y: {min: 0}}",
    "SPC0501",
    "float32",
    "{a: {layers: []}}",
    "[0, 2, 1]",
    "w.npz",
)

SPELLED = ["hyper_parameters", "CTCLoss", "PoissonNLL", "PoissonNLLLoss", "DenseGeneral"]
SPELLED += ["b_regularizer", "b_constraint"]
"""Rows that likeness finds where they are written in small letters alone, as tables have them."""


def inside(around, text):
    return around.replace("INSIDE", text)


def of_types(*types):
    return tuple(ITEM.replace("ITEM", kind) for kind in types)


KEYS = {
    "uses": (items, "_USES", (
        BLOCK + "layers: [{use: enc, KEY: VALUE}]\n",
        f"{X}layers: [{{type: Dense, name: a, units: 8}}, {{reuse: a, KEY: VALUE}}]\n")),
    "kinds of blocks": (items, "_BLOCKS", (BLOCK + "layers: [{KEY: enc}]\n",)),
    "inputs": (inputs, "_INPUT", (
        "specc: 1\ninputs: {x: {KEY: VALUE}}\nlayers: [{type: Identity}]\n",)),
    "outputs": (inputs, "_OUTPUT", (Y + "outputs: {z: {KEY: VALUE}}\n",)),
    "sections": (sections, "_SECTIONS", (
        Y + "KEY: VALUE\n", X + "KEY: VALUE\n", "inputs: {}\nKEY: VALUE\n",
        "specc: 1\nKEY: VALUE\nlayers: []\n")),
    "facts": (sections, "_FACTS", (Y + "KEY: VALUE\n",)),
    "nowhere": (sections, "_NOWHERE", (Y + "KEY: VALUE\n",)),
    "tests": (tests, "_TEST", (Y + "tests: [{KEY: VALUE}]\n",)),
    "claims": (tests, "_CLAIM", (inside(TEST, "expect: {y: {KEY: VALUE}}"),)),
    "sums": (tests, "_SUM", (inside(TEST, "expect: {y: {sum: {KEY: VALUE}}}"),)),
    "data": (tests, "_FILES", (inside(TEST, "inputs: {x: {KEY: VALUE}}"),)),
    "training": (training, "_TRAIN", (Y + "train: {KEY: VALUE}\n",)),
    "weights": (weights, "_WEIGHTS", (Y + "weights: {KEY: VALUE}\n",)),
    "tensors": (weights, "_TENSOR", (
        Y + "weights: {file: w.safetensors, map: {y.kernel: {KEY: VALUE}}}\n",)),
    "optimizers": (optimizers, "_ARGUMENTS_OF", tuple(
        f"{Y}train: {{loss: mse, optimizer: {{type: {kind}, KEY: VALUE}}}}\n"
        for kind in ("adam", "sgd", "rmsprop"))),
    "schedules": (schedules, "_SCHEDULE", tuple(
        Y + inside(SCHEDULE, f"{{type: {kind}, KEY: VALUE}}")
        for kind in ("cosine_decay", "exponential_decay", "polynomial_decay"))),
    "needless": (words, "_NEEDLESS", of_types("Dense", "LSTM", "Flatten", "BatchNormalization")),
    "meanings": (words, "_MEANINGS", of_types(
        "Dropout", "LayerNormalization", "Embedding", "Permute", "LSTM",
        "BatchNormalization, momentum: 0.1")),
    "alone": (words, "_ALONE", of_types("Dense, units: 2", "Flatten")),
    "kinds": (keys, "_KINDS", (f"{X}layers: [{{KEY: Dense, units: 2}}]\n",)),
    "weights that are shared": (keys, "_INVERSE", of_types("Dense, units: 2", "LSTM, units: 2")),
}  # fmt: skip
WORDS = {
    "activations": (activations, "NAMES",
                    (f"{X}layers: [{{type: Dense, units: 4, activation: WORD}}]\n",)),
    "losses": (losses, "NAMES", (Y + "train: {loss: WORD}\n",)),
    "metrics": (metrics, "NAMES", (Y + "train: {loss: mse, metrics: [WORD]}\n",)),
    "optimizers": (optimizers, "NAMES", (Y + "train: {loss: mse, optimizer: WORD}\n",)),
    "schedules": (schedules, "NAMES", (Y + inside(SCHEDULE, "{type: WORD}"),)),
    "layers": (layers, "_ELSEWHERE", (X + "layers: [{type: WORD}]\n",)),
    "layers of torch": (layers, "_FOR_TORCH", (X + "layers: [{type: nn.WORD, units: 2}]\n",)),
    "both ways": (layers, "_BOTH_WAYS", (X + "layers: [{type: biWORD, units: 2}]\n",)),
    "blocks": (std_blocks, "_BLOCKS", (X + "layers: [{type: WORD}]\n",)),
    "arguments of blocks": (std_blocks, "_ARGUMENTS", tuple(
        f"{X}layers: [{{type: {kind}, WORD: 4}}]\n" for kind in dict.fromkeys(
            ("EncoderBlock", "LlamaBlock", "ConvBlock", "PatchEmbed", "SEBlock", "FFN",
             "LearnedPositionalEmbedding")))),
    "values": (values, "_OTHER_WORDS", (
        X + "layers: [{type: Conv1D, filters: 2, kernel_size: 2, data_format: WORD}]\n",
        X + "layers: [{type: Bidirectional, layer: {type: LSTM, units: 2}, merge_mode: WORD}]\n",
        X.replace("8, 8", "8, 8, 3") + "layers: [{type: UpSampling2D, interpolation: WORD}]\n")),
}  # fmt: skip


def said(spec):
    """All that is said of a spec."""
    return [
        (item.code, item.message, item.annotation, item.help, item.safe, item.edits)
        for item in sc.validate(spec)
    ]


def needless(monkeypatch, module, name, specs_of):
    """The rows of a table without which the same is said of each of their specs."""
    table = getattr(module, name)
    for row in table:
        for spec in specs_of(row):
            with_it = said(spec)
            monkeypatch.setattr(module, name, {key: it for key, it in table.items() if key != row})
            without = said(spec)
            monkeypatch.setattr(module, name, table)
            if with_it != without:
                break
        else:
            yield row


def filled(specs, row):
    for spec in specs:
        for key, value in product(spellings(row), VALUES):
            yield spec.replace("KEY", f'"{key}"', 1).replace("VALUE", value)


def spellings(row):
    return [row, *(word for word in SPELLED if folded(word) == row)]


@pytest.mark.parametrize("name", KEYS)
def test_each_key_of_other_tools_is_heard(name, monkeypatch):
    module, table, specs = KEYS[name]
    assert [*needless(monkeypatch, module, table, lambda row: filled(specs, row))] == []


@pytest.mark.parametrize("name", WORDS)
def test_each_word_of_other_tools_is_heard(name, monkeypatch):
    module, table, specs = WORDS[name]

    def spoken(row):
        words = [re.sub("(?<=[a-z])N$", "2d", word) for word in spellings(row)]
        return [spec.replace("WORD", word) for spec, word in product(specs, words)]

    assert [*needless(monkeypatch, module, table, spoken)] == []


@pytest.mark.parametrize("name", ["_SURE", "_LIKELY"])
def test_each_key_of_layers_is_heard(name, monkeypatch):
    table = getattr(keys, name)
    beside = {"name", "from", "mask", "expect"}

    def of_layers(row):
        for own in table[row]:
            kinds = [kind for kind in LAYERS if own in key_names(LAYERS[kind])]
            yield from filled(of_types("Dense" if own in beside else kinds[0], *kinds[1:4]), row)

    assert [*needless(monkeypatch, keys, name, of_layers)] == []


@pytest.mark.parametrize("row", names.ANYWHERE)
def test_what_many_declarations_have_is_heard(row):
    for own in names.ANYWHERE[row]:
        spec = Y + "tests: [{name: t, expect: {y: {KEY: VALUE}}}]\n"
        assert any(f"`{own}`" in f"{item[2]} {item[3]}" for item in said(next(filled([spec], row))))
