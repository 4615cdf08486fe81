"""An expression that names a layer which does not feed it: `from` is written with it."""

import pytest
from test_text_edits import mend

HEAD = """\
specc: 1
inputs: {a: {shape: [8]}, b: {shape: [8]}}
layers:
  - {type: Dense, name: q, units: 8, from: a}
  - {type: Dense, name: k, units: 8, from: b}
"""


@pytest.mark.parametrize(
    ("wrong", "fed"),
    [
        ('{type: Lambda, name: y, function: "q * k"}', "[q, k]"),
        ('{type: Lambda, name: y, function: "k - q * a"}', "[k, q, a]"),
        ('{type: Lambda, name: y, function: "x - q"}', "{x: k, q: q}"),
        ('{type: Lambda, name: y, function: "a + 1"}', "a"),
        ('{type: Lambda, name: y, FROM: q, function: "q + k"}', "[q, k]"),
        ('{type: Lambda, name: y, FROM: [q, k], function: "q + k + a"}', "[q, k, a]"),
        ('{type: Lambda, name: y, FROM: {one: q}, function: "one + k"}', "{one: q, k: k}"),
        ('{type: Lambda, name: y, function: {u: "q + 1", v: "u * b"}}', "[q, b]"),
    ],
)
def test_what_is_named_is_fed(tmp_path, wrong, fed):
    outputs = "outputs: [y.u, y.v]\n" if "{u:" in wrong else "outputs: y\n"
    text = HEAD + f"  - {wrong.replace('FROM', 'from')}\n" + outputs
    before, _, behind = wrong.partition("function:")
    before = before.partition("FROM")[0]
    now, done = mend(tmp_path, text, unsafe="FROM" in wrong or '"x - q"' in wrong)
    assert now == HEAD + f"  - {before}from: {fed}, function:{behind}\n" + outputs
    assert not done.found.errors


@pytest.mark.parametrize(
    "wrong",
    [
        '{type: Lambda, name: y, from: [q, k], function: "k * a"}',
        '{type: Lambda, name: y, from: [q, k], function: "k * q - a"}',
        '{type: Lambda, name: y, from: {x: q, z: k}, function: "x * b"}',
    ],
)
def test_what_feeds_it_may_be_meant(tmp_path, wrong):
    text = HEAD + f"  - {wrong}\n"
    now, done = mend(tmp_path, text, unsafe=False)
    assert now == text
    (found,) = done.found.errors
    assert found.help.startswith(("`a` is not fed to it", "`b` is not fed to it"))


def test_what_has_another_name_here_is_called_so(tmp_path):
    row = '  - {type: Lambda, name: y, from: {one: q, two: k}, function: "q * two + sum(q)"}\n'
    now, done = mend(tmp_path, HEAD + row, unsafe=False)
    assert now == HEAD + row.replace("q * two + sum(q)", "one * two + sum(one)")
    assert not done.found.errors


def test_in_a_block_it_is_the_names_of_the_block(tmp_path):
    text = """\
specc: 1
inputs: {a: {shape: [8]}, b: {shape: [8]}}
blocks:
  gate:
    inputs: {u: {shape: [d]}, v: {shape: [d]}}
    layers:
      - {type: Dense, name: p, units: d, from: u}
      - type: Lambda
        name: g
        function: "p * sigmoid(v)"
    outputs: g
layers:
  - {use: gate, name: y, from: {u: a, v: b}}
  - {use: gate, name: z, from: {u: b, v: y}}
"""
    now, done = mend(tmp_path, text, unsafe=False)
    assert now == text.replace("        function:", "        from: [p, v]\n        function:")
    assert not done.found.errors


def test_what_leads_back_to_itself_is_not_fed(tmp_path):
    text = (
        HEAD
        + '  - {type: Lambda, name: y, function: "k * z"}\n  - {type: Dense, name: z, units: 8}\n'
    )
    assert mend(tmp_path, text)[0] == text
