"""What can be known of a spec is given also when something else in it is wrong."""

import json

import pytest

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate import elaborate
from spec_compiler.expanding.expand import expand
from spec_compiler.files import Origin
from spec_compiler.reading.header import read_header
from spec_compiler.reading.imports import Imports
from spec_compiler.source import load, read
from spec_compiler.wiring import connect

RIGHT = """\
specc: 1
dims: {seq: {min: 1}}
inputs:
  tokens: {shape: [seq], dtype: int32, values: {min: 0, max: 9}}
layers:
  - {type: Embedding, name: words, input_dim: 10, output_dim: 4, mask_zero: true}
  - {type: Dense, name: wide, units: 8}
  - {type: Dense, name: narrow, from: words, units: 2}
  - {type: LSTM, name: last, from: wide, units: 3, return_state: true}
outputs:
  y: {from: last.output}
  z: narrow
"""
ALL = {
    "tokens": ["int32[batch, seq]"],
    "words": ["float32[batch, seq, 4]"],
    "wide": ["float32[batch, seq, 8]"],
    "narrow": ["float32[batch, seq, 2]"],
    "last": ["float32[batch, 3]"] * 3,
}


def known(text):
    """What `elaborate` gives for a text, and the codes of the errors."""
    found = Diagnostics()
    stated = read_header(read(text, "model.yaml", found), {}, found)
    library = Imports(load, found).library(stated, Origin("model.yaml"))
    elaborated = elaborate(connect(expand(stated, library, found), found), found)
    return elaborated, [item.code for item in found.errors]


def types(elaborated):
    return {
        name: [str(signal.value.type) for signal in signals.values()]
        for name, signals in elaborated.signals.items()
    }


def test_of_a_spec_in_order_all_is_known():
    elaborated, errors = known(RIGHT)
    assert errors == []
    assert types(elaborated) == ALL
    assert elaborated.settings.keys() == ALL.keys() - {"tokens"}
    assert elaborated.program is not None


@pytest.mark.parametrize(
    ("old", "new", "code", "unknown"),
    [
        ("units: 8", "units: -8", "SPC0308", {"wide", "last"}),
        ("units: 8", "unit: 8", "SPC0103", {"wide", "last"}),
        ("from: words", "from: word", "SPC0203", {"narrow"}),
        ("units: 2", "units: 2, expect: {shape: [batch, seq, 3]}", "SPC0309", {"narrow"}),
        ("from: last.output", "from: last.outputs", "SPC0203", set()),
        ("z: narrow", "z: narow", "SPC0203", set()),
        ("units: 3", "units: 3, input_spec: {ndim: 2}", "SPC0304", {"last"}),
        ("mask_zero: true", "mask_zero: 7", "SPC0104", {"words", "wide", "narrow", "last"}),
    ],
)
def test_one_mistake_hides_only_what_depends_on_it(old, new, code, unknown):
    elaborated, errors = known(RIGHT.replace(old, new))
    assert errors == [code]
    assert types(elaborated) == {name: ALL[name] for name in ALL if name not in unknown}
    assert elaborated.program is None


def test_a_mask_is_known_with_its_value():
    elaborated, _ = known(RIGHT.replace("z: narrow", "z: narow"))
    (signal,) = elaborated.signals["words"].values()
    assert str(signal.mask.value.type) == "bool[batch, seq]"


def test_masks_come_after_all_results(specc):
    text = """specc: 1
inputs: {x: {shape: [2, 3], mask: true}}
layers:
  - {type: Dense, name: a, units: 1}
  - {type: LSTM, name: b, units: 1}
outputs: [a, b]
"""
    ran = specc("run", "-", "--random", "batch=1", "--masks", stdin=text)
    assert list(json.loads(ran.out)) == ["a", "b", "a.mask"]


def test_what_reads_a_layer_that_was_refused_in_the_first_copy_is_not_blamed(specc):
    text = """specc: 1
inputs: {x: {shape: [4]}}
blocks:
  b:
    inputs: {x: {shape: [d]}}
    layers:
      - {type: Dense, name: p, units: d}
      - {reuse: p, name: q, from: x}
      - {type: Multiply, name: p, from: [p, q]}
    outputs: {y: q}
layers:
  - {use: b, name: u, repeat: 2, share: true}
"""
    ran = specc("validate", "-", "--format", "concise", stdin=text)
    assert ran.out.splitlines()[0] == "<stdin>:9:32: error[SPC0201]: two things are called `p`"
    assert ran.out.count("error[") == 1


def test_what_is_in_a_block_is_not_blamed_where_two_uses_have_one_name(specc):
    text = """specc: 1
inputs: {x: {shape: [4]}}
blocks:
  b:
    inputs: {x: {shape: [d]}}
    layers: [{type: Dense, name: p, units: d}]
    outputs: p
layers:
  - {use: b, name: u, repeat: 2}
  - {use: b, name: u, repeat: 2}
"""
    ran = specc("validate", "-", "--format", "concise", stdin=text)
    assert ran.out.splitlines()[0] == "<stdin>:10:20: error[SPC0201]: two things are called `u`"
    assert ran.out.count("error[") == 1
