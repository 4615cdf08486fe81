"""Weight: a learned tensor without inputs; and weights of layers that others read."""

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

TIED = """\
specc: 1
params: {{vocab: 7, width: 4, places: 5}}
dims: {{seq: {{max: places}}}}
inputs: {{tokens: {{shape: [seq], dtype: int32, values: {{min: 0, max: vocab - 1}}}}}}
layers:
  - {{type: Weight, name: positions, shape: [places, width], initializer: random_normal}}
  - {{type: Embedding, name: wte, from: tokens, input_dim: vocab, output_dim: width}}
  - {{type: Lambda, name: h, from: {{x: wte, p: positions}}, function: "x + p[:seq]"}}
  - {{type: Lambda, name: logits, from: {{x: h, table: {table}}}, function: "x @ transpose(table)"}}
outputs: {{logits: {{shape: [batch, seq, vocab]}}}}
"""


def test_positions_and_a_tied_head_compute_what_is_written():
    model = sc.compile_text(TIED.format(table="wte.embeddings"))
    assert list(model.weights) == ["positions.value", "wte.embeddings"]
    tokens = np.array([[3, 0, 6], [1, 1, 2]])
    table, positions = model.weights["wte.embeddings"], model.weights["positions.value"]
    wanted = (table[tokens] + positions[:3]) @ table.T
    np.testing.assert_allclose(model(tokens), wanted, rtol=1e-5, atol=1e-7)
    core = to_yaml(core_document(model.program))
    again = sc.compile_text(core)
    np.testing.assert_array_equal(again(tokens), model(tokens))
    assert to_yaml(core_document(again.program)) == core


def test_a_weight_is_read_in_the_dtype_that_its_layer_computes_in():
    text = TIED.format(table="wte.embeddings").replace("specc: 1", "specc: 1\ndtype: mixed_float16")
    program = sc.compile_text(text).program
    assert program.outputs["logits"].type.dtype == "float16"
    assert program.graph.weights["wte.embeddings"].value.dtype == "float32"


def test_a_weight_that_is_not_there_is_refused_with_a_guess():
    (found,) = sc.validate(TIED.format(table="wte.embedings"))
    assert (found.code, found.message) == ("SPC0203", "`wte` has no output `embedings`")
    assert "wte.embeddings" in found.annotation


def test_a_second_call_has_the_weights_of_the_first():
    text = (
        "specc: 1\ninputs: {x: {shape: [2]}, y: {shape: [2]}}\nlayers:\n"
        "  - {type: Dense, name: d, from: x, units: 2}\n  - {reuse: d, name: e, from: y}\n"
        "  - {type: Lambda, name: z, from: {k: e.kernel, a: d, b: e}, function: 'a @ k + b'}\n"
    )
    model = sc.compile_text(text)
    x, y = np.array([[1.0, 2]], np.float32), np.array([[3.0, -1]], np.float32)
    kernel = model.weights["d.kernel"]
    np.testing.assert_allclose(model({"x": x, "y": y}), x @ kernel @ kernel + y @ kernel, rtol=1e-5)


BLOCK = """\
specc: 1
inputs: {{x: {{shape: [3, 4]}}}}
blocks:
  norm:
    inputs: {{x: {{shape: [..., d]}}}}
    layers:
      - {{type: Weight, name: scale, shape: [d], initializer: ones}}
      - {{type: Lambda, name: y, from: {{x: x, g: scale}}, function: "x * rsqrt(mean(x ** 2)) * g"}}
    outputs: {{y: y, g: {{from: {read}, shape: [d]}}}}
layers: [{{use: norm, name: n, repeat: 1}}]
outputs: {{y: n.y, g: n.g}}
"""


@pytest.mark.parametrize("read", ["scale", "scale.value"])
def test_it_stands_in_blocks_and_comes_out_of_them(read):
    model = sc.compile_text(BLOCK.format(read=read))
    assert {name: array.shape for name, array in model.weights.items()} == {"n.0.scale.value": (4,)}
    x = np.random.default_rng(0).standard_normal((2, 3, 4)).astype(np.float32)
    found = model(x)
    wanted = x / np.sqrt((x**2).mean())
    np.testing.assert_allclose(found["y"], wanted, rtol=1e-5)
    np.testing.assert_array_equal(found["g"], np.ones(4))


@pytest.mark.parametrize(
    ("item", "code", "message"),
    [
        ("shape: [3], from: x", "SPC0204", "Weight takes no inputs: nothing feeds it"),
        ("shape: [3], mask: x", "SPC0107", "nothing feeds Weight, so it has no mask"),
        ("shape: 3", "SPC0104", "`shape` must be a list of sizes such as `[512, 64]`, not `3`"),
        (
            "shape: [seq]",
            "SPC0306",
            "`shape` must be a number, and `seq` is known only from the data",
        ),
        ("initializer: ones", "SPC0102", "Weight needs `shape`"),
        ("shape: [3], initializer: orthogonal", "SPC0312", None),
    ],
)
def test_wrong_settings_are_refused(item, code, message):
    text = (
        "specc: 1\ndims: {seq: {}}\ninputs: {x: {shape: [seq, 3]}}\n"
        f"layers: [{{type: Weight, name: w, {item}}}, "
        "{type: Lambda, name: y, from: {x: x, w: w}, function: 'x * w'}]\n"
    )
    (found,) = sc.validate(text)
    assert found.code == code
    assert message in {None, found.message}


def test_what_follows_it_reads_it():
    text = "specc: 1\ninputs: {x: {shape: [3]}}\nlayers:\n" + (
        "  - {type: Weight, name: w, shape: [3], initializer: ones}\n"
        "  - {type: Lambda, name: twice, function: 2 * x}\n"
        "  - {type: Lambda, name: y, from: {x: x, w: twice}, function: x * w}\n"
    )
    found = sc.compile_text(text)(np.array([[1.0, 2, 3]], np.float32))
    np.testing.assert_array_equal(found, [[2, 4, 6]])
