"""What `specc export python` writes: as people would, and the same for what is the same."""

import json

import pytest

from spec_compiler.compile import program_of_file, program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.export.keras.lower import keras_program
from spec_compiler.export.keras.python import program_text

BLOCKS = """
specc: 1
name: stack
inputs: {x: {shape: [null, 8]}}
blocks:
  ff:
    inputs: {x: {shape: [..., 8]}}
    outputs: down
    params: {width: {type: int}}
    layers:
      - {type: Dense, name: up, units: $width, activation: {type: relu, max_value: 6}}
      - {type: Dense, name: down, units: 8, kernel_regularizer: {type: l2, l2: 0.1}}
layers:
  - {use: ff, name: enc, repeat: 3, residual: true, with: {width: 16}}
  - {use: ff, name: last, with: {width: 4}}
  - {type: Lambda, name: scale, function: "x * 2 + sum(x, axis=-1, keepdims=True)"}
"""

FUNCTIONS = '''
def ff_block(x, name):
    """The block `ff`."""
    up = layers.Dense(16, activation=layers.ReLU(max_value=6.0), name=f"{name}_up")(x)
    down = layers.Dense(
        8, kernel_regularizer=regularizers.L2(l2=0.1), name=f"{name}_down"
    )(up)
    residual = layers.Add(name=f"{name}_residual")([x, down])
    return residual


def ff_block_1(x, name):
    """The block `ff`."""
    up = layers.Dense(4, activation=layers.ReLU(max_value=6.0), name=f"{name}_up")(x)
    down = layers.Dense(
        8, kernel_regularizer=regularizers.L2(l2=0.1), name=f"{name}_down"
    )(up)
    return down


def build_model():
    """The model `stack`."""
    x = keras.Input((None, 8), name="x")
    enc = x
    for i in range(3):
        enc = ff_block(enc, name=f"enc_{i}")
    last_down = ff_block_1(enc, name="last")
    scale = Scale(name="scale")(last_down)
    return keras.Model(x, scale, name="stack")
'''


def exported(text):
    found = Diagnostics()
    program = program_of_text(text, "model.yaml", diagnostics=found, weights=False)
    return keras_program(program, found)


def text_of(text):
    return program_text(exported(text), package="model")


def test_blocks_are_functions_and_their_copies_a_loop():
    text = text_of(BLOCKS)
    assert text.endswith(FUNCTIONS.lstrip("\n"))
    assert "from keras import layers, ops, regularizers\n" in text


def test_an_expression_is_written_with_operators():
    assert "        return x * 2.0 + ops.sum(x, axis=2, keepdims=True)\n" in text_of(BLOCKS)


@pytest.mark.parametrize(
    ("function", "written"),
    [
        ("x - (x - 1)", "x - (x - 1.0)"),
        ("(x - 1) - x", "x - 1.0 - x"),
        ("(x + 1) * x / 2", "(x + 1.0) * x / 2.0"),
        ("x * (x / 2)", "x * (x / 2.0)"),
        ("-x * -2", "ops.negative(x) * (-2.0)"),
        ("(x > 1) == (x < 2)", "(x > 1.0) == (x < 2.0)"),
        ("(x + 1)[..., 1:3]", "(x + 1.0)[:, :, 1:3]"),
        ("where(x > 0, x, exp(x) - 1)", "ops.where(x > 0.0, x, ops.exp(x) - 1.0)"),
    ],
)
def test_what_belongs_together_stays_together(function, written):
    text = text_of(one([f"type: Lambda, name: l, function: '{function}'"]))
    assert f"        return {written}\n" in text


def one(layers, inputs="{x: {shape: [null, 4]}}", more=""):
    return f"specc: 1\n{more}inputs: {inputs}\nlayers:\n" + "".join(
        f"  - {{{layer}}}\n" for layer in layers
    )


def test_a_layer_that_is_called_twice_is_made_once():
    text = text_of(one(["type: Dense, name: d, units: 4", "reuse: d, name: again"]))
    assert text.count("layers.Dense(") == 1
    assert "    d = d_layer(x)\n    again = d_layer(d)\n" in text


@pytest.mark.parametrize(
    ("layer", "written"),
    [
        ("type: Softmax, name: s", "layers.Softmax("),
        ("type: EinsumDense, name: s, equation: 'abc, cd -> abd', sizes: {d: 3}",
         'layers.EinsumDense("abc,cd->abd", output_shape=[None, 3], name="s")'),
        ("type: Dense, name: s, units: 3, dtype: mixed_float16, trainable: false",
         'layers.Dense(3, dtype="mixed_float16", trainable=False, name="s")'),
        ("type: Activation, name: s, activation: glu", "class S(keras.layers.Layer)"),
        ("type: Dense, name: s, units: 3, activation: {type: gelu, approximate: true}",
         "ops.gelu(ops.matmul(x, self.kernel) + self.bias, approximate=True)"),
    ],
)  # fmt: skip
def test_a_layer_is_written_as_keras_or_as_its_operations(layer, written):
    assert written in text_of(one([layer])).replace("\n", "").replace("    ", "")


MASKED = "{x: {shape: [null, 4], mask: true}}"


def test_masks_are_keras_own_where_they_are_the_same():
    text = text_of(one(["type: Masking, name: m", "type: Dense, name: d, units: 2"]))
    assert "Mask(" not in text


def test_a_mask_that_is_fed_is_an_input():
    text = text_of(one(["type: Dense, name: d, units: 2"], MASKED))
    assert 'x_mask = keras.Input((None,), dtype="bool", name="x_mask")' in text
    assert "WithMask(" in text


def test_a_mask_that_is_dropped_is_taken_off():
    text = text_of(one(["type: Masking, name: m", "type: LSTM, name: l, units: 2, mask: drop"]))
    assert "WithoutMask(" in text


def test_what_feeds_no_output_is_left_out_and_told():
    model = exported(
        one(["type: Dense, name: a, units: 2", "type: Dense, name: b, units: 2, from: x"])
        + "outputs: b\n"
    )
    assert [*model.layers] == ["b"]
    assert model.notes == ("what feeds no output is left out: `a`",)


def test_the_name_of_a_file_is_data(tmp_path):
    name = 'odd """ \' x.yaml'
    (tmp_path / name).write_text(
        "specc: 1\ninputs: {x: {shape: [4]}}\nlayers: [{type: Dense, name: d, units: 4}]\n"
    )
    (tmp_path / "model.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        f"imports: {{m: {json.dumps(name)}}}\nlayers: [{{use: m, name: n}}]\n"
    )
    found = Diagnostics()
    program = program_of_file(tmp_path / "model.yaml", diagnostics=found, weights=False)
    compile(program_text(keras_program(program, found)), "model.py", "exec")


def test_names_are_data():
    name = 'x"); import os #\\'
    model = one(["type: Lambda, name: l, function: 'x * 2'"], more=f"name: '{name}'\n")
    text = text_of(model)
    assert "import os" not in text.replace("import_os", "")
    compile(text, "model.py", "exec")


def test_masked_attention_in_a_block_is_one_function():
    text = text_of("""
specc: 1
inputs: {x: {shape: [null, 4]}}
blocks:
  encoder:
    inputs: {x: {shape: [s, 4]}}
    outputs: a
    layers: [{type: MultiHeadAttention, name: a, num_heads: 2, key_dim: 2, from: [x, x]}]
layers:
  - {type: Masking, name: m}
  - {use: encoder, name: e, repeat: 2}
""")
    assert text.count("return_attention_scores=True") == 1
    assert '    for i in range(2):\n        e = encoder_block(e, name=f"e_{i}")\n' in text


def test_keras_tells_no_shape_of_what_is_called_a_mask():
    text = """
specc: 1
inputs: {x: {shape: [3, 4]}, kept: {shape: [3], dtype: bool}}
layers: [{type: LSTM, units: 2, from: x, mask: kept, zero_output_for_mask: true}]
"""
    (written,) = keras_program(program_of_text(text), Diagnostics()).classes.values()
    assert "def build(self, x_shape):" in written
    assert "def call(self, x, mask):" in written


CELLS = """
specc: 1
inputs: {x: {shape: [3]}, h: {shape: [4]}, c: {shape: [4]}, s: {shape: [null, 3]}}
layers:
  - {type: LSTMCell, name: one, units: 4, from: [x, h, c], bias_initializer: constant}
  - type: RNN
    name: several
    from: s
    return_state: true
    cell: {type: StackedRNNCells, cells: [{type: GRUCell, units: 2}, {type: LSTMCell, units: 2}]}
outputs: {a: one.output, b: several.output}
"""


def test_states_are_in_lists_as_keras_gives_them():
    text = text_of(CELLS)
    assert "one_output, [one_state_h, one_state_c] = layers.LSTMCell(" in text
    assert "bias_initializer=initializers.Constant()" in text
    assert "several_output, several_state_0, [several_state_1_h, several_state_1_c] =" in " ".join(
        text.split()
    )


WHOLE = """
specc: 1
dims: {n: {min: 3}, m: {}}
inputs: {image: {shape: [4, 4, 3], dtype: uint8}, long: {shape: [n, 2]}, any: {shape: [m, 2]}}
layers:
  - {type: Rescaling, name: scaled, scale: 0.5, from: image}
  - {type: Cropping1D, name: shorter, from: long}
  - {type: Cropping1D, name: emptied, from: any}
outputs: [scaled, shorter, emptied]
"""


def test_whole_numbers_stay_with_keras_and_what_it_refuses_does_not():
    text = text_of(WHOLE)
    assert "layers.Rescaling(0.5, " in text
    assert text.count("layers.Cropping1D(") == 1
    assert "Cropping1D, as specc computes it: Keras leaves at least one entry" in text
