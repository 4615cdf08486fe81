"""What is to be given where a function is called, or a block is used."""

import pytest
from authoring.cursor import standing_text
from authoring.test_completion_in_text import SPEC

from spec_compiler.authoring.signatures import signature


def told(layer):
    """The label, and the part of it that is being given."""
    text = SPEC.replace("HERE", layer)
    found = signature(*standing_text(text.replace("from: here", "from: first")))
    if found is None:
        return None
    parts = [found.label[part.start : part.end] for part in found.parameters]
    return found.label, parts[found.active] if found.active is not None else ""


SUM = "sum(x, axis=None, keepdims=False)"
FFN = "ffn(x: [..., d], width: int, act: activation = relu)"


@pytest.mark.parametrize(
    ("function", "label", "active"),
    [
        ("sum(|)", SUM, "x"),
        ("sum(x, |)", SUM, "axis=None"),
        ("sum(x, keepdims=|)", SUM, "keepdims=False"),
        ("tanh(sum(x, 1|))", SUM, "axis=None"),
        ("sum(mean(x), |)", SUM, "axis=None"),
        ("sum([x, (1, 2)|, 3], 1)", SUM, "x"),
    ],
)
def test_the_function_around_a_place_is_told(function, label, active):
    layer = f'  - {{type: Lambda, from: first, function: "{function}"}}'
    assert told(layer) == (label, active)


@pytest.mark.parametrize(
    ("use", "active"),
    [
        ("{use: ffn, |}", ""),
        ("{use: ffn, from: |}", "x: [..., d]"),
        ("{use: ffn, from: [|]}", "x: [..., d]"),
        ("{use: ffn, from: {x: |}}", "x: [..., d]"),
        ("{use: ffn, with: {width: |}}", "width: int"),
        ("{use: ffn, with: {width: 3, act: |}}", "act: activation = relu"),
        ("{use: ffn, with: {width: 3, |}}", ""),
    ],
)
def test_the_block_that_is_used_is_told(use, active):
    assert told(f"  - {use}") == (FFN, active)


@pytest.mark.parametrize(
    "layer",
    [
        "  - {type: Dense, units: |}",
        "  - {use: none, |}",
        '  - {type: Lambda, from: first, function: "x + |"}',
        '  - {type: Lambda, from: first, function: "nothing(|)"}',
        '  - {type: Lambda, from: first, function: "sum(x)|"}',
        "  - {use: ffn}  # |",
    ],
)
def test_elsewhere_there_is_nothing_to_tell(layer):
    assert told(layer) is None


def test_what_it_is_for_is_told():
    found = signature(*standing_text(SPEC.replace("HERE", "  - {use: ffn, |}").replace(
        "  ffn:\n", "  ffn:\n    doc: Two layers.\n")))  # fmt: skip
    assert found.words == "Two layers."
