"""What Keras 1 and 2 wrote becomes the spec that the same model of Keras 3 would."""

import copy
from contextlib import suppress

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from test_keras import STRANGE, paths_of

import spec_compiler
from spec_compiler.diagnostics import SpecError
from spec_compiler.keras.json_data import JsonPlace
from spec_compiler.keras.older import modern
from spec_compiler.keras.read import import_keras
from spec_compiler.writing.yaml_text import to_yaml


def layer(kind, name, *nodes, **config):
    return {"class_name": kind, "name": name, "config": {"name": name, **config},
            "inbound_nodes": list(nodes)}  # fmt: skip


def source(name, shape, **more):
    return layer("InputLayer", name, batch_input_shape=[None, *shape], sparse=False, **more)


def model(*layers, ins, outs, name="m", kind="Model"):
    ends = {"input_layers": [[it, 0, 0] for it in ins], "output_layers": outs}
    return {"class_name": kind, "config": {"name": name, "layers": list(layers), **ends}}


def chain(*layers, version="2.2.4"):
    bare = [{"class_name": it["class_name"], "config": it["config"]} for it in layers]
    return {"class_name": "Sequential", "config": bare, "keras_version": version}


def lines(config, **options):
    document = import_keras(config, **options).document
    text = to_yaml(document)
    assert yaml.safe_load(text) == document
    body = text.split("layers:\n")[1].split("outputs:")[0]
    return [line.strip().removeprefix("- ") for line in body.splitlines()]


def refused(config):
    with pytest.raises(SpecError) as caught:
        import_keras(config)
    return [(item.code, item.message) for item in caught.value.diagnostics]


DENSE = {"units": 2, "activation": "linear"}


def test_the_first_layer_says_what_comes_in():
    first = layer("Dense", "a", batch_input_shape=[None, 3], **DENSE)
    imported = import_keras(chain(first, layer("Dense", "b", **DENSE)))
    assert imported.document["inputs"] == {"a_input": {"shape": [3]}}
    named = {**chain(first), "config": {"name": "s", "layers": [first]}}
    assert import_keras(named).document["name"] == "s"
    inside = layer("Sequential", "inner", layers=[first])
    assert import_keras(chain(inside)).document["inputs"] == {"inner_input": {"shape": [3]}}


def test_calls_are_lists_and_keywords_hold_tensors():
    config = model(
        source("x", [4, 3]), source("h", [2]), source("c", [2]),
        layer("LSTM", "l", [["x", 0, 0, {"initial_state": [["h", 0, 0], ["c", 0, 0]]}]], units=2),
        layer("Dense", "d", [["l", 0, 0]], [["h", 0, 0, {}]], **DENSE),
        layer("Add", "s", [["d", 0, 0, {}], ["d", 1, 0, {}]]),
        ins=["x", "h", "c"], outs=[["s", 0, 0]],
    )  # fmt: skip
    first, *others = import_keras(config).document["layers"]
    assert first["from"] == {"sequence": "x", "initial_state_h": "h", "initial_state_c": "c"}
    assert others == [
        {"type": "Dense", "name": "d", "units": 2},
        {"reuse": "d", "name": "d_call_1", "from": "h"},
        {"type": "Add", "name": "s", "from": ["d", "d_call_1"]},
    ]
    assert import_keras(config).document["outputs"] == "s"


@pytest.mark.parametrize("first", [0, 1])
def test_calls_of_nested_models_are_counted_from_nought_or_one(first):
    inner = model(source("i", [2]), layer("Dense", "d", [["i", 0, 0]], **DENSE), ins=["i"],
                  outs=[["d", 0, 0]], name="n")  # fmt: skip
    nested = {**inner, "name": "n", "inbound_nodes": [[["x", 0, 0]], [["n", first, 0]]]}
    config = model(source("x", [2]), nested, ins=["x"], outs=[["n", first + 1, 0]])
    document = import_keras(config).document
    assert document["outputs"] == "n_d_call_1"


@pytest.mark.parametrize(
    ("kind", "config", "written"),
    [
        ("LeakyReLU", {"alpha": 0.1}, "LeakyReLU, name: a, negative_slope: 0.1"),
        ("LeakyReLU", {"alpha": {"type": "ndarray", "value": 0.1}}, "negative_slope: 0.1"),
        ("ThresholdedReLU", {"theta": 2.0}, "type: threshold, threshold: 2.0, default_value: 0.0"),
        ("Activation", {"activation": "hard_sigmoid"}, "{type: hard_sigmoid, slope: 0.2}"),
        ("Dense", {"units": 1, "activation": {"class_name": "function", "config": "hard_sigmoid"}},
         "{type: hard_sigmoid, slope: 0.2}"),
        ("Dense", {"units": 1, "activation": {"class_name": "LeakyReLU", "config": {"alpha": 0.1}}},
         "{type: leaky_relu, negative_slope: 0.1}"),
        ("LSTM", {"units": 1, "time_major": False, "implementation": 2, "input_length": 3},
         "units: 1}"),
        ("CuDNNLSTM", {"units": 1}, "{type: LSTM, name: a, units: 1}"),
        ("Dense", {"units": 1, "kernel_initializer": {"class_name": "Zeros", "config": {
            "dtype": "float32"}}}, "kernel_initializer: zeros"),
        ("Dense", {"units": 1, "dtype": {"class_name": "Policy", "config": {
            "name": "float16"}}}, "units: 1"),
    ],
)  # fmt: skip
def test_arguments_of_keras_2_have_their_names_of_today(kind, config, written):
    first = layer(kind, "a", batch_input_shape=[None, 4, 3], **config)
    assert written in " ".join(lines(chain(first, version="2.4.0")))


def test_the_gates_of_old_recurrent_layers_are_what_they_were():
    named = layer("LSTM", "l", batch_input_shape=[None, 4, 3], units=2,
                  recurrent_activation="hard_sigmoid")  # fmt: skip
    silent = layer("LSTM", "l", batch_input_shape=[None, 4, 3], units=2)
    gates = "recurrent_activation: {type: hard_sigmoid, slope: 0.2}"
    assert gates in lines(chain(named))[0]
    assert gates in lines(chain(silent, version="2.2.0"))[0]
    assert gates not in lines(chain(silent, version="2.4.0"))[0]
    assert gates not in lines(chain(silent, version="2.2.4-tf"))[0]


def test_old_gates_give_the_numbers_that_they_gave():
    """Against the formula of Keras 2: `max(0, min(1, 0.2 * x + 0.5))`."""
    config = chain(layer("Activation", "a", batch_input_shape=[None, 5], activation="hard_sigmoid"))
    x = np.array([[-3, -2.4, 0.1, 2.4, 3]], "f")
    result = spec_compiler.compile_text(to_yaml(import_keras(config).document))(x)
    np.testing.assert_allclose(result, np.clip(0.2 * x + 0.5, 0, 1), rtol=1e-6)


def test_argument_names_of_classes_that_are_not_there_yet():
    """The form is right before the layer is."""

    def renewed(kind, version="2.4.0", **config):
        first = layer(kind, "a", batch_input_shape=[None, 4, 4, 3], **config)
        place = modern(JsonPlace(chain(first, version=version)))
        made = place.get("config").get("layers").items()[1]
        plain = {key: at.value for key, at in made.get("config").entries().items() if key != "name"}
        return made.get("class_name").value, plain

    assert renewed("GRU", units=2) == ("GRU", {"units": 2, "reset_after": False})
    assert renewed("GRU", units=2, reset_after=True)[1]["reset_after"] is True
    assert renewed("CuDNNGRU", units=2) == ("GRU", {"units": 2})
    assert renewed("BatchNormalizationV1", axis=[3], fused=None) == ("BatchNormalization", {
        "axis": 3})  # fmt: skip
    assert renewed("DepthwiseConv2D", kernel_size=3, groups=1, kernel_initializer="zeros") == (
        "DepthwiseConv2D", {"kernel_size": 3})  # fmt: skip
    assert renewed("Conv2D", filters=4, groups=2)[1] == {"filters": 4, "groups": 2}
    old = {"version": "1.2.2"}
    kind, config = renewed(
        "Convolution2D", **old, nb_filter=5, nb_row=3, nb_col=2, border_mode="same",
        subsample=[2, 1], dim_ordering="tf", init="glorot_uniform", bias=True, activation="relu",
        W_regularizer=None, b_constraint=None,
    )  # fmt: skip
    assert kind == "Conv2D"
    assert [it.value for it in config.pop("kernel_size")] == [3, 2]
    assert config == {
        "filters": 5, "padding": "same", "strides": [2, 1], "data_format": "channels_last",
        "kernel_initializer": "glorot_uniform", "use_bias": True, "activation": "relu",
        "kernel_regularizer": None, "bias_constraint": None,
    }  # fmt: skip
    assert renewed("Convolution1D", **old, nb_filter=5, filter_length=3, subsample_length=2) == (
        "Conv1D", {"filters": 5, "kernel_size": 3, "strides": 2})  # fmt: skip
    assert renewed("MaxPooling1D", **old, pool_length=2, stride=2, border_mode="valid")[1] == {
        "pool_size": 2, "strides": 2, "padding": "valid"}  # fmt: skip
    assert renewed("UpSampling2D", **old, size=[2, 2], dim_ordering="th")[1] == {
        "size": [2, 2], "data_format": "channels_first"}  # fmt: skip
    assert renewed("GRU", **old, output_dim=3, inner_activation="sigmoid", dropout_W=0.1) == (
        "GRU", {"units": 3, "recurrent_activation": "sigmoid", "dropout": 0.1,
                "reset_after": False})  # fmt: skip
    assert renewed("BatchNormalization", **old, mode=0, axis=1, gamma_init="one")[1] == {
        "axis": 1, "gamma_initializer": "one"}  # fmt: skip
    assert refused({**chain(layer("BatchNormalization", "a", mode=2, batch_input_shape=[
        None, 3])), "keras_version": "1.2.0"})[0][0] == "SPC0805"  # fmt: skip


REGULARIZER = {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5}
KERAS_1 = [
    layer("Embedding", "e", batch_input_shape=[None, 6], input_dtype="int32", input_dim=9,
          output_dim=3, init="uniform", W_regularizer=None, W_constraint=None, dropout=0.1,
          mask_zero=True, input_length=6),
    layer("LSTM", "l", output_dim=4, init="glorot_uniform", inner_init="orthogonal",
          forget_bias_init="one", activation="tanh", inner_activation="hard_sigmoid",
          W_regularizer=None, U_regularizer=None, b_regularizer=None, dropout_W=0.0, dropout_U=0.0,
          return_sequences=False, go_backwards=False, stateful=False, unroll=False,
          consume_less="cpu", input_dim=3, input_length=6),
    layer("Dropout", "p", p=0.5),
    layer("Dense", "d", output_dim=2, init="he_normal", activation="softmax", bias=False,
          W_regularizer=REGULARIZER, b_regularizer=None, activity_regularizer=None,
          W_constraint={"name": "MaxNorm", "m": 2, "axis": 0}, b_constraint=None, input_dim=None),
]  # fmt: skip
"""As `model.to_json()` of Keras 1.2 writes it."""


@pytest.mark.parametrize("version", ["1.2.2", None])
def test_keras_1_has_other_names_for_everything(version):
    config = chain(*KERAS_1, version=version)
    assert import_keras(config).document["layers"] == [
        {"type": "Embedding", "name": "e", "input_dim": 9, "output_dim": 3, "mask_zero": True},
        {"type": "LSTM", "name": "l", "units": 4,
         "recurrent_activation": {"type": "hard_sigmoid", "slope": 0.2}},
        {"type": "Dropout", "name": "p", "rate": 0.5},
        {"type": "Dense", "name": "d", "units": 2, "activation": "softmax", "use_bias": False,
         "kernel_initializer": "he_normal",
         "kernel_regularizer": {"type": "L1L2", "l2": 0.5}, "kernel_constraint": "max_norm"},
    ]  # fmt: skip


def merge(*nodes, **config):
    return layer("Merge", "j", *nodes, mode_type="raw", output_shape=None, **config)


@pytest.mark.parametrize(
    ("config", "written"),
    [
        ({"mode": "sum"}, "{type: Add, name: j, from: [a, b]}"),
        ({"mode": "mul"}, "{type: Multiply, name: j, from: [a, b]}"),
        ({"mode": "ave"}, "{type: Average, name: j, from: [a, b]}"),
        ({"mode": "max"}, "{type: Maximum, name: j, from: [a, b]}"),
        ({"mode": "concat", "concat_axis": 1},
         "{type: Concatenate, name: j, from: [a, b], axis: 1}"),
        ({"mode": "dot", "dot_axes": [[1], [1]]},
         "{type: Dot, name: j, from: [a, b], axes: [1, 1]}"),
    ],
)  # fmt: skip
def test_merge_is_the_layer_that_its_mode_names(config, written):
    nodes = [["a", 0, 0], ["b", 0, 0]]
    merged = merge(nodes, **config)
    whole = model(source("a", [3]), source("b", [3]), merged, ins="ab", outs=[["j", 0, 0]])
    assert lines(whole) == [written]


def test_a_sequential_model_may_begin_with_two():
    def branch(name):
        first = layer("Dense", name, batch_input_shape=[None, 3], output_dim=2, init="zero")
        return {"class_name": "Sequential", "config": [first]}

    config = chain(merge(mode="concat", concat_axis=-1, layers=[branch("p"), branch("q")]),
                   layer("Dense", "d", output_dim=1), version="1.1.0")  # fmt: skip
    imported = import_keras(config)
    assert list(imported.document["inputs"].values()) == [{"shape": [3]}] * 2
    assert [item["type"] for item in imported.document["layers"]] == [
        "Dense", "Dense", "Concatenate", "Dense"]  # fmt: skip
    model = spec_compiler.compile_text(to_yaml(imported.document))
    assert len(model.inputs) == 2


@pytest.mark.parametrize(
    ("config", "code"),
    [({"mode": "cos"}, "SPC0803"), ({"mode": "lambda", "mode_type": "raw"}, "SPC0803"),
     ({"mode": "x", "mode_type": "lambda"}, "SPC0804"), ({"mode": None}, "SPC0803")],
)  # fmt: skip
def test_a_mode_that_means_code_is_refused(config, code):
    merged = layer("Merge", "j", [["a", 0, 0], ["a", 0, 0]], **config)
    whole = model(source("a", [3]), merged, ins="a", outs=[["j", 0, 0]])
    assert refused(whole)[0][0] == code


@pytest.mark.parametrize("kind", ["Highway", "MaxoutDense", "SReLU"])
def test_classes_that_are_no_more_are_named(kind):
    config = chain(layer(kind, "a", batch_input_shape=[None, 3]), layer(kind, "b"))
    (finding,) = refused(config)
    assert finding == ("SPC0803", f"2 layers are of class `{kind}`, which cannot be imported")


def test_a_finding_says_where_the_author_of_the_file_wrote_it():
    config = chain(layer("Dense", "d", batch_input_shape=[None, 3], output_dim="x"),
                   version="1.0.0")  # fmt: skip
    with pytest.raises(SpecError) as caught:
        import_keras(config)
    (finding,) = caught.value.diagnostics
    assert "it stands at `config[0].config.output_dim`" in finding.notes


def operation(function, name, node, kind="TFOpLambda"):
    return layer(kind, name, node, function=function, trainable=True, dtype="float32")


def test_operations_of_tensorflow_between_layers_are_expressions():
    """As tf-keras 2.21 writes them."""
    config = model(
        source("a", [4, 6]), layer("Dense", "d", [["a", 0, 0, {}]], **DENSE),
        operation("__operators__.add", "p", ["a", 0, 0, {"y": ["d", 0, 0], "name": None}]),
        operation("math.subtract", "m", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["p", 0, 0]}]),
        operation("__operators__.getitem", "s", ["m", 0, 0, {"slice_spec": [
            {"start": None, "stop": None, "step": None}, {"start": 1, "stop": None, "step": None},
            0]}], "SlicingOpLambda"),
        operation("concat", "c", [["s", 0, 0, {"axis": -1}], ["s", 0, 0, {"axis": -1}]]),
        operation("math.reduce_mean", "r", ["c", 0, 0, {"axis": 1, "keepdims": True}]),
        operation("linalg.band_part", "k", ["r", 0, 0, {"num_lower": 1, "num_upper": 0}]),
        ins=["a"], outs=[["r", 0, 0], ["k", 0, 0]],
    )  # fmt: skip
    assert refused(config) == [
        (
            "SPC0803",
            "operation `k` of class `tf.linalg.band_part` between layers cannot be imported",
        )
    ]
    del config["config"]["layers"][-1], config["config"]["output_layers"][-1]
    functions = [item.get("function") for item in import_keras(config).document["layers"]]
    assert functions == [
        None, "x1 + x2", "1.0 - x", "x[:, 1:, 0]", "concat([x, x], axis=-1)",
        "mean(x, axis=1, keepdims=True)",
    ]  # fmt: skip


EVERYTHING = [
    model(
        source("x", [4, 3]), source("h", [2]), source("c", [2]),
        layer("LSTM", "l", [["x", 0, 0, {"initial_state": [["h", 0, 0], ["c", 0, 0]]}]], units=2),
        {**chain(layer("Dense", "d", batch_input_shape=[None, 2], **DENSE)), "name": "n",
         "inbound_nodes": [[["l", 0, 0, {}]], [["n", 1, 0]]]},
        operation("__operators__.add", "p", ["l", 0, 0, {"y": ["n", 2, 0], "name": None}]),
        ins=["x", "h", "c"], outs=[["p", 0, 0]], kind="Functional",
    ),
    chain(*KERAS_1, version="1.2.0"),
    chain(merge(mode="sum", layers=[chain(KERAS_1[0]), chain(KERAS_1[0])]), version="1.0.0"),
]  # fmt: skip
ODD = [*STRANGE, "Merge", "GRU", "2.1.0", ["x", 0, 0, {}], [["x", 0, 0]], {"name": "L1"}]
CHANGES = [(index, path) for index, whole in enumerate(EVERYTHING) for path in paths_of(whole)
           if path]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_strangers_wrote_then_only_findings_come_out(data):
    index = data.draw(st.integers(0, len(EVERYTHING) - 1))
    whole = copy.deepcopy(EVERYTHING[index])
    paths = [path for at, path in CHANGES if at == index]
    for path, value in data.draw(
        st.lists(st.tuples(st.sampled_from(paths), st.sampled_from([*ODD, ...])), max_size=3)
    ):
        parent = whole
        try:
            for key in path[:-1]:
                parent = parent[key]
            if value is ...:
                del parent[path[-1]]
            else:
                parent[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    with suppress(SpecError):
        document = import_keras(whole).document
        assert yaml.safe_load(to_yaml(document)) == document


def test_how_a_layer_of_keras_2_draws_in_training_says_nothing_here():
    first = layer("RandomFlip", "flip", batch_input_shape=[None, 4, 4, 1], rng_type="stateful")
    imported = import_keras(chain(first, version="2.15.0"))
    assert imported.document["layers"] == [{"type": "RandomFlip", "name": "flip"}]
