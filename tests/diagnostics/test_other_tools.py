"""Each row of the tables of what other tools call a key is reached: a spec with it is told of ours.

A row that another mechanism answers first is a word that nobody hears.
"""

from __future__ import annotations

import re

import pytest

import spec_compiler as sc
from spec_compiler.declaring.other_tools.names import ANYWHERE
from spec_compiler.declaring.validated import key_names
from spec_compiler.language.other_tools import inputs, items, sections, tests, training, weights
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.other_tools import keys, words
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
VALUES = ("a", "4", "0.5", "true", "[1, 2]", "{wide: 3}", "[{type: Dense, units: 2}]", "{y: {min: 0}}",
          "SPC0501", "float32", "{a: {layers: []}}", "[1, 2, 3]")  # fmt: skip
TABLES = {
    "uses": (items._USES, (BLOCK + "layers: [{use: enc, KEY: VALUE}]\n",
             f"{X}layers: [{{type: Dense, name: a, units: 8}}, {{reuse: a, KEY: VALUE}}]\n")),
    "kinds of blocks": (items._BLOCKS, (BLOCK + "layers: [{KEY: enc}]\n",)),
    "inputs": (inputs._INPUT, ("specc: 1\ninputs: {x: {KEY: VALUE}}\nlayers: [{type: Identity}]\n",)),
    "outputs": (inputs._OUTPUT, (Y + "outputs: {z: {KEY: VALUE}}\n",)),
    "sections": (sections._SECTIONS, (Y + "KEY: VALUE\n", X + "KEY: VALUE\n", "inputs: {}\nKEY: VALUE\n",
                 "specc: 1\nKEY: VALUE\nlayers: []\n")),
    "facts": (sections._FACTS, (Y + "KEY: VALUE\n",)),
    "tests": (tests._TEST, (Y + "tests: [{KEY: VALUE}]\n",)),
    "claims": (tests._CLAIM, (Y + "tests: [{name: t, expect: {y: {KEY: VALUE}}}]\n",)),
    "sums": (tests._SUM, (Y + "tests: [{name: t, expect: {y: {sum: {KEY: VALUE}}}}]\n",)),
    "data": (tests._FILES, (Y + "tests: [{name: t, inputs: {x: {KEY: VALUE}}}]\n",)),
    "training": (training._TRAIN, (Y + "train: {KEY: VALUE}\n",)),
    "weights": (weights._WEIGHTS, (Y + "weights: {KEY: VALUE}\n",)),
    "tensors": (weights._TENSOR, (Y + "weights: {file: w.safetensors, map: {y.kernel: {KEY: VALUE}}}\n",)),
    "optimizers": (optimizers._ARGUMENTS_OF, tuple(
        Y + f"train: {{loss: mse, optimizer: {{type: {kind}, KEY: VALUE}}}}\n" for kind in ("adam", "sgd", "rmsprop"))),
    "schedules": (schedules._SCHEDULE, tuple(
        Y + "train: {loss: mse, optimizer: {type: adam, learning_rate: {type: %s, KEY: VALUE}}}\n" % kind
        for kind in ("cosine_decay", "exponential_decay", "polynomial_decay"))),
}  # fmt: skip


def told(spec: str, own: str) -> bool:
    """Whether what is found in a spec names one of our keys as what is to be written."""
    for item in sc.validate(spec):
        edits = " ".join(edit.text for edit in item.edits)
        said = f"{item.annotation} {item.help}"
        write = rf"(mean|write) `({{reuse: \w+, )?{re.escape(own)}\b"
        if re.search(rf"(?<!\w){re.escape(own)}(?!\w)", edits) or re.search(write, said):
            return True
    return False


def unheard(table, specs):
    """The rows of a table of which none of some specs is told."""
    for key, ours in table.items():
        for own in ours:
            tries = (spec.replace("KEY", f'"{key}"', 1).replace("VALUE", value)
                     for spec in specs for value in VALUES)  # fmt: skip
            if not any(told(spec, own) for spec in tries):
                yield key, own


@pytest.mark.parametrize("name", TABLES)
def test_each_row_is_reached(name):
    assert [*unheard(*TABLES[name])] == []


def of_layers(own):
    """Layers with an argument, each with a key and a value to be put."""
    beside = ("name", "from", "mask", "expect")
    for kind, layer in LAYERS.items():
        if own in key_names(layer) or (own in beside and kind == "Dense"):
            yield f"{X}layers: [{{type: {kind}, KEY: VALUE}}]\n"


@pytest.mark.parametrize("table", [keys._SURE, keys._LIKELY, keys._KINDS, ANYWHERE])
def test_each_row_of_layers_is_reached(table):
    lost = []
    for key, ours in table.items():
        for own in ours:
            specs = (
                [f"{X}layers: [{{KEY: Dense, units: 2}}]\n"] if own == "type" else [*of_layers(own)]
            )
            lost += unheard({key: (own,)}, specs)
    assert lost == []
