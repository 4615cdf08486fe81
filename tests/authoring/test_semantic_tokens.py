"""What the words of expressions are."""

import pytest

from spec_compiler.authoring.document import read_document
from spec_compiler.authoring.formulas import KINDS, words_of_formula
from spec_compiler.authoring.semantic_tokens import semantic_tokens

SPEC = """\
specc: 1
params: {width: 8, half: {value: width / 2}}
dims: {n: {}}
inputs: {x: {shape: [n, 4]}}
layers:
  - {type: Dense, name: a, units: 2 * width}
  - {type: Lambda, name: b, from: [x, a], function: "sum(x, axis=1) * 2 > width and True"}
  - type: Lambda
    name: c
    from: a
    function: >-
      softmax(a) +
        n
  - {use: e, from: a}
blocks:
  e:
    params: {k: {type: int, default: 2}}
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, units: k + d + width}
    outputs: dense
weights:
  file: w.safetensors
  map: {"a.{i}.kernel": {from: "x.{i}", as: "transpose(w)"}}
"""


def words(text, path="model.yaml", **lines):
    document = read_document(text, path, weights=False)
    return [
        (span.line, document.line(span.line)[span.column - 1 : span.end_column - 1], kind)
        for span, kind in semantic_tokens(document, **lines)
    ]


def test_words_are_what_they_mean():
    assert words(SPEC) == [
        (2, "width", "parameter"),
        (4, "n", "parameter"),
        (6, "width", "parameter"),
        (7, "sum", "function"), (7, "x", "variable"), (7, "axis", "property"),
        (7, "=", "operator"), (7, "1", "number"), (7, "*", "operator"), (7, "2", "number"),
        (7, ">", "operator"), (7, "width", "parameter"), (7, "and", "keyword"),
        (7, "True", "keyword"),
        (12, "softmax", "function"), (12, "a", "variable"), (12, "+", "operator"),
        (13, "n", "parameter"),
        (18, "d", "parameter"),
        (20, "k", "parameter"), (20, "d", "parameter"), (20, "width", "parameter"),
        (24, "{i}", "parameter"), (24, "{i}", "parameter"),
        (24, "transpose", "function"), (24, "w", "variable"),
    ]  # fmt: skip


def test_only_lines_that_are_looked_at_are_coloured():
    assert {line for line, _, _ in words(SPEC, first=6, last=7)} == {6, 7}


def test_json_is_coloured():
    text = '{"specc": 1, "inputs": {"x": {"shape": [4]}}, "layers": [{"type": "Lambda", '
    assert words(text + '"function": "x * 2"}]}', "model.json") == [
        (1, "x", "variable"), (1, "*", "operator"), (1, "2", "number"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["x +", "sum(", "'a", "§ x", "", "x ** ** 2", "a = b"])
def test_a_broken_expression_is_coloured_as_far_as_it_goes(text):
    found = [*words_of_formula(text)]
    assert all(kind in KINDS and start < end <= len(text) for start, end, kind in found)
