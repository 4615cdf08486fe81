"""Models within models, and classes that are no more, as Keras 1 and 2 wrote them."""

import numpy as np
import pytest
from test_older_forms import DENSE, chain, layer, merge, refused

import spec_compiler
from spec_compiler.diagnostics import SpecError
from spec_compiler.keras.read import import_keras
from spec_compiler.keras.saved import ByLayer
from spec_compiler.writing.yaml_text import to_yaml


def numbered(*shape):
    return np.arange(np.prod(shape), dtype="f").reshape(shape) / 7 - 1


def only_finding(whole):
    with pytest.raises(SpecError) as caught:
        import_keras(whole)
    (finding,) = caught.value.diagnostics
    return finding


def bare(*layers):
    """A sequential model as it stood in another: a list, without a name."""
    found = chain(*layers)
    del found["keras_version"]
    return found


def first(name, size, **config):
    return layer("Dense", name, batch_input_shape=[None, size], **{**DENSE, **config})


def test_sequential_models_inside_have_the_names_that_keras_would_give():
    whole = chain(first("a", 3), bare(first("b", 2)), bare(first("c", 2)), version="2.1.5")
    assert [item["name"] for item in import_keras(whole).document["layers"]] == [
        "a", "sequential_1_b", "sequential_2_c"]  # fmt: skip
    taken = chain(first("sequential_1", 3), bare(first("b", 2)), version="2.1.5")
    assert import_keras(taken).document["layers"][1]["name"] == "sequential_2_b"
    deep = chain(bare(first("a", 3), bare(first("b", 2))), version="1.2.2")
    names = [item["name"] for item in import_keras(deep).document["layers"]]
    assert names == ["sequential_1_a", "sequential_1_sequential_2_b"]


@pytest.mark.parametrize("kernel", ["{}/kernel:0", "{}_W"])
def test_weights_saved_under_a_name_say_what_a_model_inside_was_called(kernel):
    version = "1.2.2" if kernel == "{}_W" else "2.1.5"
    size = {"output_dim": 2} if version == "1.2.2" else {"units": 2}
    inner = [{**first(name, 2), "config": {**first(name, 2)["config"], **size}} for name in "bc"]
    for item in inner:
        item["config"]["use_bias" if version == "2.1.5" else "bias"] = False
    whole = chain(*(bare(item) for item in inner), version=version)
    w, v = numbered(2, 2), numbered(2, 2) + 9
    arrays = ByLayer({"sequential_4": [(kernel.format("c"), v)],
                      "sequential_7": [(kernel.format("b"), w)]})  # fmt: skip
    imported = import_keras(whole, arrays, version=version)
    assert imported.weights.keys() == {"sequential_7_b.kernel", "sequential_4_c.kernel"}
    np.testing.assert_array_equal(imported.weights["sequential_7_b.kernel"], w)
    np.testing.assert_array_equal(imported.weights["sequential_4_c.kernel"], v)


def dense1(name, size):
    return layer("Dense", name, batch_input_shape=[None, size], output_dim=2, init="zero")


def test_a_merge_may_be_the_first_of_a_branch():
    """Each of the three models that are read has an input, in the order of the file."""
    pair = bare(merge(mode="sum", layers=[bare(dense1("p", 3)), bare(dense1("q", 4))]),
                layer("Dense", "r", output_dim=2))  # fmt: skip
    outer = layer("Merge", "k", mode="concat", concat_axis=-1, layers=[pair, bare(dense1("z", 5))])
    imported = import_keras(chain(outer, version="1.1.0"))
    shapes = [item["shape"] for item in imported.document["inputs"].values()]
    assert shapes == [[3], [4], [5]]
    kinds = [item["type"] for item in imported.document["layers"]]
    assert sorted(kinds) == ["Add", "Concatenate", *["Dense"] * 4]
    spec_compiler.compile_text(to_yaml(imported.document))


def test_a_model_that_begins_with_a_merge_may_be_the_first_of_another():
    pair = bare(merge(mode="sum", layers=[bare(dense1("p", 3)), bare(dense1("q", 4))]))
    imported = import_keras(chain(pair, layer("Dense", "r", output_dim=2), version="1.1.0"))
    shapes = [item["shape"] for item in imported.document["inputs"].values()]
    assert shapes == [[3], [4]]


@pytest.mark.parametrize("module", [
    "tensorflow.python.ops.init_ops_v2", "tensorflow.python.ops.init_ops",
    "tensorflow.python.keras.initializers.initializers_v2", "keras.initializers.initializers_v2",
    "keras_core.src.initializers", "tf_keras.src.initializers", "keras.src.initializers",
])  # fmt: skip
def test_an_initializer_is_of_keras_by_whatever_name_its_module_had(module):
    bias = {"module": module, "class_name": "Constant", "config": {"value": 2.0},
            "registered_name": None}  # fmt: skip
    (item,) = import_keras(chain(first("a", 3, bias_initializer=bias))).document["layers"]
    assert item["bias_initializer"] == {"type": "Constant", "value": 2.0}


def test_what_is_somebodys_own_says_so_in_a_sentence():
    bias = {"module": "mine", "class_name": "Constant", "config": {}, "registered_name": None}
    assert (
        only_finding(chain(first("a", 3, bias_initializer=bias))).help
        == "write one of Keras's own in its place, and save the model again"
    )


@pytest.mark.parametrize(("kind", "config", "source"), [
    ("IntegerLookup", {"vocabulary": [4, 5]}, "int64"),
    ("Discretization", {"bin_boundaries": [0.0, 1.0]}, "float32"),
    ("CategoryEncoding", {"num_tokens": 3, "output_mode": "one_hot"}, "int64"),
])  # fmt: skip
def test_a_dtype_of_whole_numbers_says_what_a_layer_gives(kind, config, source):
    ends = layer("InputLayer", "x", batch_input_shape=[None, 1], dtype=source)
    whole = chain(ends, layer(kind, "a", dtype="int64", **config), version="2.15.0")
    (item,) = import_keras(whole).document["layers"]
    assert item["type"] == kind
    assert "dtype" not in item


@pytest.mark.parametrize(("kind", "padding", "written"), [
    ("ZeroPadding2D", [1, 2, 0, 3], [[1, 2], [0, 3]]),
    ("ZeroPadding2D", {"top_pad": 1, "left_pad": 2}, [[1, 0], [2, 0]]),
    ("ZeroPadding2D", [1, 2], [1, 2]),
    ("ZeroPadding1D", {"left_pad": 2, "right_pad": 3}, [2, 3]),
])  # fmt: skip
def test_keras_1_wrote_padding_in_more_ways(kind, padding, written):
    shape = [None, *[4] * int(kind[-2]), 3]
    only = layer(kind, "z", batch_input_shape=shape, padding=padding)
    (item,) = import_keras(chain(only, version="1.2.2")).document["layers"]
    assert item["padding"] == written


def test_a_recurrent_convolution_of_keras_1():
    only = layer("ConvLSTM2D", "c", batch_input_shape=[None, 4, 8, 8, 1], nb_filter=2, nb_row=3,
                 nb_col=5, init="glorot_uniform", inner_init="orthogonal", forget_bias_init="one",
                 inner_activation="hard_sigmoid", border_mode="same", subsample=[1, 1],
                 dim_ordering="tf", dropout_W=0.0)  # fmt: skip
    (item,) = import_keras(chain(only, version="1.2.2")).document["layers"]
    assert item == {
        "type": "ConvLSTM2D", "name": "c", "filters": 2, "kernel_size": [3, 5], "padding": "same",
        "recurrent_activation": {"type": "hard_sigmoid", "slope": 0.2}}  # fmt: skip


@pytest.mark.parametrize(("kind", "told"), [
    ("Highway", "std.highway"), ("MaxoutDense", "max"), ("LocallyConnected2D", "windows"),
    ("TextVectorization", "a tensor holds no text"),
])  # fmt: skip
def test_what_to_write_for_a_class_of_keras_that_is_not_read(kind, told):
    finding = only_finding(chain(layer(kind, "a", batch_input_shape=[None, 3])))
    assert finding.code == "SPC0803"
    assert told in finding.help


@pytest.mark.parametrize(("mode", "told"), [(1, "LayerNormalization"), (2, "rows of the batch")])
def test_modes_of_normalization_say_what_they_need(mode, told):
    only = layer("BatchNormalization", "a", mode=mode, batch_input_shape=[None, 3])
    assert told in only_finding(chain(only, version="1.2.0")).help


def test_a_class_that_its_author_registered_is_no_slip():
    own = {**first("a", 3), "class_name": "MyDense"}
    assert "did you mean `Dense`?" in only_finding(chain(own)).help
    whole = chain(first("a", 3))
    whole["config"][0] = {**own, "registered_name": "Custom>MyDense"}
    assert "did you mean" not in only_finding(whole).help


@pytest.mark.parametrize("whole", [
    {"class_name": "Graph", "keras_version": "0.3.3", "inputs": {}, "nodes": {}},
    {"name": "Sequential", "layers": [{"name": "Dense", "output_dim": 3}]},
])  # fmt: skip
def test_files_of_keras_0_are_said_to_be_that(whole):
    assert refused(whole) == [("SPC0801", "the model is one of Keras 0, whose files are not read")]


def test_keras_core_was_keras_3():
    dense = {"module": "keras_core.layers", "class_name": "Dense", "registered_name": None,
             "config": {"name": "d", "units": 2, "dtype": "float32"}}  # fmt: skip
    ends = {"module": "keras_core.layers", "class_name": "InputLayer", "registered_name": None,
            "config": {"name": "x", "batch_shape": [None, 3], "dtype": "float32"}}  # fmt: skip
    whole = {"module": "keras_core", "class_name": "Sequential", "registered_name": None,
             "config": {"name": "s", "layers": [ends, dense]}}  # fmt: skip
    document = import_keras(whole).document
    assert document["layers"] == [{"type": "Dense", "name": "d", "units": 2}]
