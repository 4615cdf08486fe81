"""A block that nothing uses is proved, too: what is wrong with it in every use is said at once."""

import pytest

import spec_compiler as sc

HEAD = "specc: 1\nparams: {file_size: 8}\nblocks:\n  part:\n"
OTHER = "  other: {inputs: {x: {}}, layers: [{use: part}], outputs: part}\n"


def findings(body):
    return [found for found in sc.validate(HEAD + body) if found.code != "SPC1001"]  # of the head


SOUND = {
    "a size that is not known": "inputs: {x: {shape: [..., d]}}\n"
    "    layers: [{type: Dense, units: d // 2}]\n    outputs: dense",
    "an untyped input of whole numbers": "inputs: {x: {}}\n"
    "    layers: [{type: Embedding, input_dim: 9, output_dim: 2}]\n    outputs: embedding",
    "two untyped inputs of different dtypes": "inputs: {x: {}, ids: {}}\n"
    "    layers:\n      - {type: Embedding, from: ids, input_dim: 9, output_dim: 2}\n"
    "      - {type: Dense, from: x, units: 2}\n    outputs: [embedding, dense]",
    "a mask that must be there": "inputs: {x: {shape: [t, d]}}\n    layers:\n"
    '      - {type: Lambda, function: "where(expand(mask(x), -1), x, 0.0)", mask: drop}\n'
    "    outputs: lambda",
    "a number that must divide": "params: {heads: int}\n    inputs: {x: {shape: [t, d]}}\n"
    "    layers:\n      - {type: MultiHeadAttention, from: [x, x], num_heads: heads, "
    "key_dim: d / heads}\n    outputs: multi_head_attention",
    "a param that must be the size": "params: {width: int}\n    inputs: {x: {shape: [t, d]}}\n"
    "    layers:\n      - {type: Dense, name: y, units: width}\n"
    "      - {type: Add, from: [x, y]}\n    outputs: add",
    "params of every type that has a good value": "params: {n: {type: int, min: 3}, "
    "rate: {type: float, max: 0.2}, act: activation, how: initializer, on: bool, kind: dtype}\n"
    "    inputs: {x: {shape: [..., d]}}\n    layers:\n"
    "      - {type: Dense, units: n, activation: $act, kernel_initializer: $how, use_bias: $on, "
    "dtype: $kind}\n      - {type: Dropout, rate: rate}\n    outputs: dropout",
    "a text, which nothing can stand for": "params: {equation: text}\n"
    "    inputs: {x: {shape: [4]}}\n    layers:\n"
    "      - {type: EinsumDense, equation: $equation, output_shape: 3}\n"
    "    outputs: einsum_dense",
    "a fixed shape": "inputs: {x: {shape: [28, 28, 1]}}\n"
    "    layers: [{type: Flatten}, {type: Dense, units: file_size}]\n    outputs: dense",
}


@pytest.mark.parametrize("kind", SOUND)
def test_a_block_that_some_use_makes_right_is_right(kind):
    assert findings(f"    {SOUND[kind]}\n") == []


BROKEN = {
    "an argument that is none": (
        "inputs: {x: {shape: [..., d]}}\n    layers: [{type: Dense, unit: 3}]\n    outputs: dense",
        ("SPC0103", 6, "unit"),
    ),
    "a name that is not declared": (
        "inputs: {x: {shape: [..., d]}}\n    layers: [{type: Dense, units: e}]\n    outputs: dense",
        ("SPC0205", 6, "e}"),
    ),
    "shapes that never agree": (
        "inputs: {x: {shape: [..., d]}}\n    layers: [{type: Dense, name: y, units: d + 1}, "
        "{type: Add, from: [x, y]}]\n    outputs: add",
        ("SPC0303", 6, "y]"),
    ),
    "an output that is nothing": (
        "inputs: {x: {}}\n    layers: [{type: Dense, units: 3}]\n    outputs: dens",
        ("SPC0203", 7, "dens"),
    ),
    "a dtype that never fits": (
        "inputs: {x: {dtype: float32}}\n"
        "    layers: [{type: Embedding, input_dim: 3, output_dim: 3}]\n    outputs: embedding",
        ("SPC0403", 6, "Embedding"),
    ),
    "too many copies": (
        "inputs: {x: {}}\n    layers: [{use: small, repeat: 1000000000}]\n    outputs: small\n"
        "  small: {inputs: {x: {}}, layers: [{type: Identity}], outputs: identity}",
        ("SPC0113", 6, "1000000000"),
    ),
}


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("kind", BROKEN)
def test_a_mistake_in_a_block_stands_at_its_place(kind, used):
    body, (code, line, place) = BROKEN[kind]
    text = f"{HEAD}    {body}\n"
    if used:
        shape, dtype = ("[5, 4]", "float32")
        text += f"inputs: {{z: {{shape: {shape}, dtype: {dtype}}}}}\nlayers: [{{use: part}}]\n"
    (found,) = sc.validate(text)
    assert (found.code, found.span.line) == (code, line), found.message
    assert text.splitlines()[line - 1][found.span.column - 1 :].startswith(place)
    assert any("nothing here uses `part`" in note for note in found.notes) is not used
    assert any("expanded from" in label.text for label in found.labels) is used


def test_a_block_in_a_block_is_said_once():
    body, (code, line, _) = BROKEN["an argument that is none"]
    found = sc.validate(f"{HEAD}    {body}\n{OTHER}")
    assert [(item.code, item.span.line) for item in found] == [(code, line)]


def test_a_param_may_stand_in_the_signature_of_a_block_that_nothing_uses():
    text = """
specc: 1
blocks:
  part:
    params: {n: int, m: {default: 3, type: int}}
    inputs: {x: {shape: [n]}, y: {shape: [2 * m]}}
    layers: [{type: Dense, units: n, from: y}]
    outputs: dense
"""
    assert not [*sc.validate(text)]
