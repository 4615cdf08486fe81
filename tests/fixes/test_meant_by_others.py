"""What other tools write for a product, a state, a weight: the edit keeps to what is meant."""

import pytest
from test_text_edits import HEAD, mend

IMAGE = "specc: 1\ninputs: {x: {shape: [8, 8, 3]}}\nparams: {h: 2, w: 4}\nlayers:\n  - @\n"


@pytest.mark.parametrize(
    ("wrong", "right", "safe"),
    [
        ("{type: Dense, units: 7 x 7 x 64}", "{type: Dense, units: 7 * 7 * 64}", True),
        ("{type: Dense, units: 16x16}", "{type: Dense, units: 16 * 16}", True),
        ("{type: Dense, units: h x w}", "{type: Dense, units: h * w}", False),
        ("{type: Dense, units: h x 4 x w}", "{type: Dense, units: h * 4 * w}", False),
        (
            "{type: Conv2D, filters: 4, kernel_size: 3x3}",
            "{type: Conv2D, filters: 4, kernel_size: [3, 3]}",
            True,
        ),
        (
            "{type: Conv2D, filters: 4, kernel_size: 3, strides: 2 x 1}",
            "{type: Conv2D, filters: 4, kernel_size: 3, strides: [2, 1]}",
            True,
        ),
        ("{type: MaxPooling2D, pool_size: 2×2}", "{type: MaxPooling2D, pool_size: [2, 2]}", True),
        ("{type: Reshape, target_shape: 16x12}", "{type: Reshape, target_shape: [16, 12]}", True),
    ],
)
def test_x_between_numbers_is_a_product_or_a_list(tmp_path, wrong, right, safe):
    text = IMAGE.replace("@", wrong)
    now, done = mend(tmp_path, text)
    assert now == IMAGE.replace("@", right)
    assert done.found.errors == []
    assert mend(tmp_path, text, unsafe=False)[0] == (now if safe else text)


TEST = (
    "{type: Dense, units: 2, name: y}\ntests: [{name: a, dims: {batch: @}, expect: {y: {max: 9}}}]"
)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("1..4", "[1, 4]"), ("1-4", "[1, 4]"), ("2 to 8", "[2, 8]"), ("1...3", "[1, 3]")],
)
def test_a_range_of_sizes_of_a_test_is_two_cases(tmp_path, wrong, right):
    text = f"{HEAD}  - {TEST}\n"
    now, done = mend(tmp_path, text.replace("@", wrong))
    assert now == text.replace("@", right)
    assert done.found.errors == []
    assert mend(tmp_path, text.replace("@", "9 - 1"))[1].found.errors == []


TOKENS = """\
specc: 1
inputs: {t: {shape: [5], dtype: int32, values: {min: 0, max: 9}}}
layers:
  - @
"""


@pytest.mark.parametrize("key", ["mask_value", "padding_value", "pad_token_id", "ignore_index"])
def test_the_index_of_padding_is_masked_where_it_is_0(tmp_path, key):
    text = TOKENS.replace("@", f"{{type: Embedding, input_dim: 10, output_dim: 4, {key}: 0}}")
    right = TOKENS.replace("@", "{type: Embedding, input_dim: 10, output_dim: 4, mask_zero: true}")
    assert mend(tmp_path, text)[0] == right
    assert mend(tmp_path, text.replace(": 0}\n", ": 1}\n"))[0] == text.replace(": 0}\n", ": 1}\n")


READ = """\
specc: 1
inputs: {x: {shape: [5, 4]}}
layers:
  - {type: @, name: enc, units: 4, return_sequences: true, return_state: true}
  - {type: Dense, name: y, units: 2, from: «}
"""


@pytest.mark.parametrize(
    ("layer", "wrong", "right"),
    [
        ("LSTM", '"enc[1]"', '"enc.state_h"'),
        ("LSTM", '"enc[2]"', '"enc.state_c"'),
        ("LSTM", '"enc[-1]"', '"enc.state_c"'),
        ("LSTM", "enc.0", "enc.output"),
        ("GRU", '"enc[1]"', '"enc.state"'),
        ("GRU", '"enc[2]"', '"enc[2]"'),
    ],
)
def test_an_index_is_an_output_as_keras_counts_them(tmp_path, layer, wrong, right):
    text = READ.replace("@", layer)
    assert mend(tmp_path, text.replace("«", wrong))[0] == text.replace("«", right)


def test_an_index_of_a_single_output_is_the_layer(tmp_path):
    text = f"{HEAD}  - {{type: Dense, name: a, units: 3}}\n  - {{type: ReLU, from: @}}\n"
    now, _ = mend(tmp_path, text.replace("@", '"a[0]"'), unsafe=False)
    assert now == text.replace("@", '"a"')
    assert mend(tmp_path, text.replace("@", '"a[1]"'))[0] == text.replace("@", '"a[1]"')


@pytest.mark.parametrize(
    "fed",
    [
        "[enc.output, enc.state_h, enc.state_c]",
        "{sequence: enc.output, initial_state_h: enc.state_h, initial_state_c: enc.state_c}",
    ],
)
def test_two_states_are_those_of_an_lstm(tmp_path, fed):
    text = READ.replace("Dense, name: y, units: 2", "LSTM, name: y, units: 4").replace("«", fed)
    now, done = mend(tmp_path, text.replace("@", "GRU"))
    assert now == text.replace("@", "LSTM")
    assert done.found.errors == []


TABLE = """\
specc: 1
inputs: {t: {shape: [5], dtype: int32, values: {min: 0, max: 9}}}
layers:
  - {type: Embedding, name: wte, input_dim: 10, output_dim: 4}
  - {type: LayerNormalization, name: ln}
  - {type: Dense, name: d, units: 4, use_bias: true}
  - {type: Lambda, from: {x: d, w: ¤}, function: «}
"""


@pytest.mark.parametrize(
    ("wrong", "right", "function"),
    [
        ("wte.weight", "wte.embeddings", '"x @ transpose(w)"'),
        ("wte.table", "wte.embeddings", '"x @ transpose(w)"'),
        ("d.weight", "d.kernel", "x @ w"),
        ("d.W", "d.kernel", "x @ w"),
        ("d.b", "d.bias", "x + w"),
        ("ln.weight", "ln.gamma", "x * w"),
        ("ln.bias", "ln.beta", "x + w"),
    ],
)
def test_a_weight_as_pytorch_calls_it(tmp_path, wrong, right, function):
    text = TABLE.replace("«", function)
    now, done = mend(tmp_path, text.replace("¤", wrong))
    assert now == text.replace("¤", right)
    assert done.found.errors == []


SIZES = """\
specc: 1
params: {width: 8, heads: 2}
inputs: {x: {shape: [width]}}
@layers: [{type: Dense, units: heads}]
"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("[{width: '% heads == 0'}]", "[width % heads == 0]"),
        ("[{width: '>= heads'}]", "[width >= heads]"),
        ("[{heads: divides width}]", "[width % heads == 0]"),
    ],
)
def test_a_relation_that_a_colon_parts_keeps_its_beginning(tmp_path, wrong, right):
    text = SIZES.replace("@", f"constraints: {wrong}\n")
    assert mend(tmp_path, text)[0] == SIZES.replace("@", f"constraints: {right}\n")
