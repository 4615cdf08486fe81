"""A Keras model's JSON becomes a spec of the same meaning, or a finding: no guess, no crash."""

import copy
import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.keras.read import import_keras
from spec_compiler.keras.table import CLASSES, ROWS, Row
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.interface import Roles
from spec_compiler.source import read
from spec_compiler.writing.yaml_text import to_yaml


def tensor(layer, output=0, node=0, dtype="float32", shape=(None, 4, 3)):
    history = {"keras_history": [layer, node, output], "dtype": dtype, "shape": list(shape)}
    return {"class_name": "__keras_tensor__", "config": history}


def layer(kind, name, *calls, module="keras.layers", **config):
    nodes = [{"args": list(args), "kwargs": kwargs} for *args, kwargs in calls]
    return {
        "module": module, "class_name": kind, "registered_name": None, "name": name,
        "config": {"name": name, **config}, "inbound_nodes": nodes,
    }  # fmt: skip


def op(kind, name, *args, **config):
    return layer(kind, name, (*args, {}), module="keras.src.ops.numpy", **config)


def inputs(name="x", shape=(None, 4, 3), dtype="float32"):
    return layer("InputLayer", name, batch_shape=list(shape), dtype=dtype)


def functional(*layers, outputs, name="m", ins=("x",), calls=()):
    config = {
        "layers": list(layers),
        "input_layers": [[item, 0, 0] for item in ins],
        "output_layers": outputs,
    }
    return layer("Functional", name, *calls, module="keras.src.models.functional", **config)


def sequential(*layers, name="s", calls=(), **extra):
    return {**layer("Sequential", name, *calls, module="keras", layers=list(layers)), **extra}


def dense(name, *calls, **config):
    return layer("Dense", name, *calls, units=2, **config)


def lines(model, **options):
    """The layers as an author reads them."""
    text = to_yaml(import_keras(model, **options).document)
    assert yaml.safe_load(text)["specc"] == 1
    body = text.split("layers:\n")[1].split("outputs:")[0]
    return [line.strip().removeprefix("- ") for line in body.splitlines()]


def refused(model, weights=None):
    """The codes and messages of the findings."""
    with pytest.raises(SpecError) as caught:
        import_keras(model, weights)
    return [(item.code, item.message) for item in caught.value.diagnostics]


GLOROT = {
    "module": "keras.initializers", "class_name": "GlorotUniform", "registered_name": None,
    "config": {"seed": None, "input_axes": None, "output_axes": None},
}  # fmt: skip
MASK = [
    op("NotEqual", "ne", tensor("x"), 0.0),
    op("Any", "any", tensor("ne", dtype="bool"), axis=-1, keepdims=False),
]


def test_a_chain_needs_no_from_and_no_defaults():
    model = sequential(
        inputs(shape=(None, 3)),
        dense("a", activation="linear", use_bias=True, kernel_initializer=GLOROT),
        dense("b", activation="relu", use_bias=False, trainable=False),
    )
    imported = import_keras(model)
    assert imported.document == {
        "specc": 1,
        "name": "s",
        "mask_policy": "keras",
        "inputs": {"x": {"shape": [3]}},
        "layers": [
            {"type": "Dense", "name": "a", "units": 2},
            {"type": "Dense", "name": "b", "units": 2, "activation": "relu", "use_bias": False,
             "trainable": False},
        ],
        "outputs": "b",
    }  # fmt: skip


def test_a_functional_model_has_two_names():
    model = functional(inputs(), dense("d", (tensor("x"), {})), outputs=[["d", 0, 0]])
    for name in ("Functional", "Model"):
        assert lines({**model, "class_name": name}) == ["{type: Dense, name: d, units: 2}"]


@pytest.mark.parametrize(
    ("given_value", "written"),
    [
        ({"kernel_initializer": "he_normal"}, {"kernel_initializer": "he_normal"}),
        ({"kernel_initializer": "HeNormal"}, {"kernel_initializer": "he_normal"}),
        ({"bias_initializer": {"class_name": "Constant", "config": {"value": 0.5}}},
         {"bias_initializer": {"type": "Constant", "value": 0.5}}),
        ({"kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.009999999776482582}}},
         {"kernel_regularizer": "l2"}),
        ({"kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.1}}},
         {"kernel_regularizer": {"type": "L1L2", "l2": 0.1}}),
        ({"kernel_constraint": {"class_name": "MaxNorm", "config": {
            "max_value": 3, "axis": {"class_name": "__tuple__", "items": [0, 1]}}}},
         {"kernel_constraint": {"type": "MaxNorm", "max_value": 3, "axis": [0, 1]}}),
        ({"activation": {"class_name": "function", "module": "builtins", "config": "relu"}},
         {"activation": "relu"}),
        ({"activation": {"class_name": "ReLU", "module": "keras.layers", "config": {
            "name": "r", "max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}}},
         {"activation": {"type": "relu", "max_value": 6.0}}),
        ({"lora_rank": 2, "lora_alpha": 8}, {"lora_rank": 2, "lora_alpha": 8}),
        ({"quantization_config": None, "kernel_initializer": None}, {}),
    ],
)  # fmt: skip
def test_arguments_keep_their_names_and_lose_their_wrapping(given_value, written):
    document = import_keras(sequential(inputs(), dense("d", **given_value))).document
    assert document["layers"] == [{"type": "Dense", "name": "d", "units": 2, **written}]


def test_the_commonest_policy_is_the_file_s_dtype_and_inputs_keep_theirs():
    policy = {"class_name": "DTypePolicy", "module": "keras", "config": {"name": "float16"}}
    model = sequential(
        inputs(shape=(2, 3)),
        dense("a", dtype=policy), dense("b", dtype="float16"), dense("c", dtype="mixed_float16"),
    )  # fmt: skip
    document = import_keras(model).document
    assert document["dtype"] == "float16"
    assert document["inputs"] == {"x": {"shape": [3], "batch_size": 2, "dtype": "float32"}}
    assert [item.get("dtype") for item in document["layers"]] == [None, None, "mixed_float16"]


def test_a_second_call_reuses_the_layer():
    model = functional(
        inputs("a"), inputs("b"),
        dense("d", (tensor("a"), {}), (tensor("b"), {})),
        layer("Add", "sum", ([tensor("d"), tensor("d", node=1)], {})),
        ins=("a", "b"), outputs=["sum", 0, 0],
    )  # fmt: skip
    assert lines(model) == [
        "{type: Dense, name: d, from: a, units: 2}",
        "{reuse: d, name: d_call_1, from: b}",
        "{type: Add, name: sum, from: [d, d_call_1]}",
    ]


@pytest.mark.parametrize("form", ["list", "tuple", "positional", "first"])
def test_states_get_their_roles(form):
    states = [tensor("enc", 1), tensor("enc", 2)]
    call = {
        "list": (tensor("x"), {"initial_state": states}),
        "tuple": (tensor("x"), {"initial_state": {"class_name": "__tuple__", "items": states}}),
        "positional": (tensor("x"), states, {}),
        "first": ([tensor("x"), *states], {}),
    }[form]
    model = functional(
        inputs(),
        layer("LSTM", "enc", (tensor("x"), {"training": False, "mask": None}), units=2,
              return_state=True),
        layer("LSTM", "dec", call, units=2),
        outputs=[["enc", 0, 0], ["enc", 0, 2], ["dec", 0, 0]],
    )  # fmt: skip
    document = import_keras(model).document
    roles = {"sequence": "x", "initial_state_h": "enc.state_h", "initial_state_c": "enc.state_c"}
    assert document["layers"][1]["from"] == roles
    assert document["outputs"] == {"enc": "enc.output", "enc_state_c": "enc.state_c", "dec": "dec"}


def test_what_follows_a_layer_with_several_outputs_says_which():
    model = functional(
        inputs(),
        layer("LSTM", "l", (tensor("x"), {}), units=2, return_state=True),
        dense("d", (tensor("l"), {})),
        outputs=["d", 0, 0],
    )
    assert lines(model)[1] == "{type: Dense, name: d, from: l.output, units: 2}"


@pytest.mark.parametrize("through", [[], [dense("between", (tensor("m"), {}))]])
def test_a_mask_that_is_implied_anyway_is_dropped_with_its_operations(through):
    source = "between" if through else "m"
    model = functional(
        inputs(), *MASK, layer("Masking", "m", (tensor("x"), {}), mask_value=0.0), *through,
        layer("LSTM", "l", (tensor(source), {"mask": tensor("any", dtype="bool")}), units=2),
        outputs=["l", 0, 0],
    )  # fmt: skip
    document = import_keras(model).document
    assert "mask" not in document["layers"][-1]
    kinds = [item["type"] for item in document["layers"]]
    assert kinds == ["Masking", *["Dense"] * len(through), "LSTM"]


@pytest.mark.parametrize(("cast", "implied"), [("float16", True), ("float64", False)])
def test_a_mask_is_implied_through_the_cast_that_a_layer_makes(cast, implied):
    """Masking compares in the dtype that it computes in."""
    policy = {"class_name": "DTypePolicy", "module": "keras", "config": {"name": "mixed_float16"}}
    model = functional(
        inputs(), op("Cast", "cast", tensor("x"), dtype=cast),
        op("NotEqual", "ne", tensor("cast", dtype=cast), 0.0),
        op("Any", "any", tensor("ne", dtype="bool"), axis=-1, keepdims=False),
        layer("Masking", "m", (tensor("x"), {}), dtype=policy),
        layer("LSTM", "l", (tensor("m"), {"mask": tensor("any", dtype="bool")}), units=2),
        outputs=["l", 0, 0],
    )  # fmt: skip
    mask = import_keras(model).document["layers"][-1].get("mask")
    assert mask == (None if implied else "any")


def test_a_mask_that_is_not_the_implied_one_is_computed():
    model = functional(
        inputs(), *MASK, layer("Masking", "m", (tensor("x"), {}), mask_value=1.0),
        layer("LSTM", "l", (tensor("m"), {"mask": tensor("any", dtype="bool")}), units=2),
        outputs=["l", 0, 0],
    )  # fmt: skip
    assert lines(model) == [
        "{type: Lambda, name: ne, function: x != 0.0}",
        '{type: Lambda, name: any, function: "any(x, axis=-1)"}',
        "{type: Masking, name: m, from: x, mask_value: 1.0}",
        "{type: LSTM, name: l, units: 2, mask: any}",
    ]


def test_a_mask_that_no_boolean_tensor_is_cannot_be_given():
    given = layer("LSTM", "l", (tensor("x"), {"mask": tensor("x")}), units=2)
    assert refused(functional(inputs(), given, outputs=["l", 0, 0]))[0][0] == "SPC0807"


def test_a_boolean_input_may_be_the_mask_whatever_its_name():
    model = functional(
        inputs(), inputs("drop", (None, 4), "bool"),
        layer("LSTM", "l", (tensor("x"), {"mask": tensor("drop", dtype="bool")}), units=2),
        ins=("x", "drop"), outputs=["l", 0, 0],
    )  # fmt: skip
    document = import_keras(model).document
    mask = document["layers"][0]["mask"]
    assert document["inputs"][mask]["dtype"] == "bool"
    assert mask not in ("drop", "pass", "none")


def test_indices_are_integers_where_only_embeddings_read_them():
    embedding = layer("Embedding", "e", (tensor("x"), {}), input_dim=5, output_dim=2)
    alone = functional(inputs(shape=(None, 4)), embedding, outputs=["e", 0, 0])
    imported = import_keras(alone)
    assert imported.document["inputs"] == {"x": {"shape": [4], "dtype": "int32"}}
    assert len(imported.notes) == 1
    shared = functional(inputs(), embedding, dense("d", (tensor("x"), {})), outputs=["d", 0, 0])
    assert refused(shared)[0][0] == "SPC0811"
    also_output = functional(inputs(), embedding, outputs=[["e", 0, 0], ["x", 0, 0]])
    assert refused(also_output)[0][0] == "SPC0811"


def nested(*calls):
    return functional(
        inputs("i"),
        dense("a", (tensor("i"), {})),
        sequential(inputs("j"), dense("b"), name="s", calls=[(tensor("a"), {"mask": None})]),
        name="n", ins=("i",), outputs=["s", 0, 0], calls=calls,
    )  # fmt: skip


def test_nested_models_are_inlined_and_their_second_call_reuses_each_layer():
    model = functional(
        inputs(),
        nested((tensor("x"), {"mask": None}), (tensor("n"), {})),
        dense("n_a", (tensor("n", node=1), {})),
        outputs=[["n_a", 0, 0], ["n", 2, 0]],  # Keras counts from 1 here
    )
    imported = import_keras(model)
    written = [(item.get("reuse"), item["name"]) for item in imported.document["layers"]]
    assert written == [
        (None, "n_a_1"), (None, "n_s_b"), ("n_a_1", "n_a_1_call_1"), ("n_s_b", "n_s_b_call_1"),
        (None, "n_a"),
    ]  # fmt: skip
    assert imported.document["outputs"] == ["n_a", "n_s_b_call_1"]
    assert imported.references["n"] == [["n_s_b"], ["n_s_b_call_1"]]


def test_calls_are_ordered_by_what_they_need_and_a_cycle_is_refused():
    late = functional(
        inputs(), dense("b", (tensor("a"), {})), dense("a", (tensor("x"), {})),
        outputs=["b", 0, 0],
    )  # fmt: skip
    assert [line.split(",")[1] for line in lines(late)] == [" name: a", " name: b"]
    cycle = functional(
        inputs(), dense("a", (tensor("b"), {})), dense("b", (tensor("a"), {})),
        outputs=["b", 0, 0],
    )  # fmt: skip
    assert refused(cycle)[0] == ("SPC0806", "`a`, `b` wait for each other")


def test_names_are_made_legal_and_unique():
    model = sequential(inputs(), dense("a/b"), dense("a.b"), dense("a b"), dense("1"))
    names = [item["name"] for item in import_keras(model).document["layers"]]
    assert names == ["a_b", "a_b_1", "a_b_2", "_1"]


def test_every_layer_that_cannot_be_imported_is_named_in_one_run():
    lambda_code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}
    model = sequential(
        inputs(),
        layer("Lambda", "f", function=lambda_code),
        dense("mine", activation={"class_name": "Act", "module": "pkg", "config": {}}),
        layer("Conv9D", "c"),
        dense("q", quantization_config={"class_name": "Int8", "config": {}}),
    )
    findings = refused(model)
    assert sorted(code for code, _ in findings) == ["SPC0803", "SPC0804", "SPC0804", "SPC0805"]
    text = " ".join(message for _, message in findings)
    assert all(name in text for name in ("`f`", "`Lambda`", "`Act`", "`c`", "`Conv9D`", "`q`"))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ((tensor("x"), {"training": True}), "SPC0805"),
        ((tensor("x"), {"strange": 1}), "SPC0805"),
        (([tensor("x"), 1.0], {}), "SPC0805"),
        ((tensor("y"), {}), "SPC0806"),
        ((tensor("x", output=1), {}), "SPC0806"),
        ((tensor("x", node=1), {}), "SPC0806"),
        (({},), "SPC0806"),
    ],
)
def test_a_call_that_a_spec_cannot_say_is_refused(call, code):
    model = functional(inputs(), layer("Add", "d", call), outputs=["d", 0, 0])
    assert {found for found, _ in refused(model)} == {code}


def test_an_operation_between_layers_is_refused_by_name():
    model = functional(
        inputs(), op("Median", "half", tensor("x")), dense("d", (tensor("half"), {})),
        outputs=["d", 0, 0],
    )  # fmt: skip
    assert refused(model) == [
        ("SPC0803", "operation `half` of class `Median` between layers cannot be imported")
    ]


def test_weights_are_matched_by_the_ends_of_their_paths():
    model = functional(
        inputs(),
        layer("LSTM", "l", (tensor("x"), {}), units=2),
        sequential(inputs("j"), dense("l2"), name="s", calls=[(tensor("l"), {})]),
        dense("d", (tensor("s"), {}), lora_rank=1),
        outputs=["d", 0, 0],
    )
    paths = {
        "l/lstm_cell/kernel": "l.kernel",
        "m/l/lstm_cell_3/recurrent_kernel": "l.recurrent_kernel",
        "l/lstm_cell/bias": "l.bias",
        "s/l2/kernel": "s_l2.kernel",
        "l2/bias": "s_l2.bias",
        "d/kernel": "d.kernel",
        "d/bias": "d.bias",
        "d/lora_kernel_a": "d.lora_kernel_a",
        "d/lora_kernel_b": "d.lora_kernel_b",
    }
    diagnostics = Diagnostics()
    imported = import_keras(model, {path: path for path in paths}, diagnostics)
    assert imported.weights == {name: path for path, name in paths.items()}
    assert not diagnostics.items


def test_equal_paths_of_nested_models_are_told_apart_by_their_order_only():
    def inner(name, source):
        return functional(
            inputs("i"), dense("d", (tensor("i"), {}), use_bias=False),
            name=name, ins=("i",), outputs=["d", 0, 0], calls=[(tensor(source), {})],
        )  # fmt: skip

    model = functional(inputs(), inner("a", "x"), inner("b", "a"), outputs=["b", 1, 0])
    pairs = [("d/kernel", 1), ("d/kernel", 2)]
    assert import_keras(model, pairs).weights == {"a_d.kernel": 1, "b_d.kernel": 2}
    assert refused(model, {"d/kernel": 1})[0][0] == "SPC0808"


def test_no_array_is_lost_and_no_weight_is_missed():
    model = sequential(inputs(), dense("d"))
    findings = refused(model, {"d/kernel": 0, "d/gamma": 0, "e/kernel": 0, "kernel": 0})
    assert [code for code, _ in findings] == ["SPC0808"]
    assert all(path in findings[0][1] for path in ("`d/gamma`", "`e/kernel`", "`kernel`"))
    assert refused(model, {"d/kernel": 0}) == [("SPC0809", "there is no array for `d.bias`")]


def test_keys_that_are_no_paths_at_all_are_said_once():
    with pytest.raises(SpecError) as caught:
        import_keras(sequential(inputs(), dense("d")), {"kernel0": 0, "bias0": 0})
    (finding,) = caught.value.diagnostics
    assert finding.message.startswith("the keys are not Keras's weight paths")
    assert "np.savez" in finding.help


def test_a_sequential_model_without_input_layer_takes_the_shape_that_it_was_built_with():
    built = sequential(dense("d"), build_config={"input_shape": [None, 7]})
    assert import_keras(built).document["inputs"] == {"input_layer": {"shape": [7]}}
    assert refused(sequential(dense("d")))[0][0] == "SPC0801"


def test_models_that_multiply_by_nesting_are_refused():
    model = sequential(inputs(), dense("d"))
    for index in range(20):
        model = functional(
            inputs("i"),
            {**model, "inbound_nodes": [
                {"args": [tensor("i")], "kwargs": {}},
                {"args": [tensor(model["name"])], "kwargs": {}},
            ]},
            name=f"m{index}", ins=("i",),
            outputs=[model["name"], 1 if index == 0 else 2, 0],
        )  # fmt: skip
    assert refused(model)[0][0] == "SPC0810"


def test_findings_point_into_the_text_where_it_is_known():
    text = json.dumps(sequential(inputs(), layer("Conv9D", "c")), indent=1)
    diagnostics = Diagnostics()
    node = read(text, "m.json", diagnostics)
    with pytest.raises(SpecError):
        import_keras(node.plain(), None, diagnostics, node=node)
    span = diagnostics.errors[0].span
    assert text.splitlines()[span.line - 1][span.column - 1 :].startswith('"Conv9D"')


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("SpatialDropout1D", {"rate": 0.5}), ("AlphaDropout", {"rate": 0.5}),
        ("GaussianDropout", {"rate": 0.5}), ("GaussianNoise", {"stddev": 0.5}),
        ("ActivityRegularization", {"l1": 0.5}),
    ],
)  # fmt: skip
def test_what_acts_in_training_only_keeps_its_arguments_and_the_mask(kind, config):
    generator = {"class_name": "SeedGenerator", "config": {"seed": 1}}
    config = config if kind.startswith("Activity") else {**config, "seed": generator}
    model = functional(
        inputs(), *MASK, layer("Masking", "m", (tensor("x"), {})),
        layer(kind, "r", (tensor("m"), {"training": False}), **config),
        layer("LSTM", "l", (tensor("r"), {"mask": tensor("any", dtype="bool")}), units=2),
        outputs=["l", 0, 0],
    )  # fmt: skip
    imported = import_keras(model)
    config.pop("seed", None)
    assert imported.document["layers"][1:] == [
        {"type": kind, "name": "r", **config},
        {"type": "LSTM", "name": "l", "units": 2},
    ]
    assert imported.notes == ()


def test_a_layer_of_whole_numbers_that_casts_nothing_needs_no_dtype():
    flat = layer("Flatten", "f", dtype="int32")
    blur = layer("RandomBrightness", "r", dtype="int32", factor=0.2)
    document = import_keras(sequential(inputs(dtype="int32"), blur, flat)).document
    assert document["layers"] == [
        {"type": "RandomBrightness", "name": "r", "factor": 0.2},
        {"type": "Flatten", "name": "f"},
    ]


@pytest.mark.parametrize(
    ("kind", "config", "activation"),
    [
        ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}, "relu"),
        ("LeakyReLU", {"negative_slope": 0.30000001192092896},
         {"type": "leaky_relu", "negative_slope": 0.3}),
        ("LeakyReLU", {}, {"type": "leaky_relu", "negative_slope": 0.3}),
        ("LeakyReLU", {"negative_slope": 0.2}, "leaky_relu"),
        ("ELU", {"alpha": 2.0}, {"type": "elu", "alpha": 2.0}),
    ],
)  # fmt: skip
def test_a_layer_as_an_activation_becomes_one(kind, config, activation):
    given = {"module": "keras.layers", "class_name": kind, "config": config}
    document = import_keras(sequential(inputs(), dense("d", activation=given))).document
    assert document["layers"][0].get("activation") == activation


@pytest.mark.parametrize(
    ("kind", "config", "arguments"),
    [
        ("Softmax", {"axis": [1, 2]}, {"axis": [1, 2]}),
        ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}, {}),
        ("ReLU", {"max_value": 6.0, "negative_slope": 0.5, "threshold": 1.0},
         {"max_value": 6.0, "negative_slope": 0.5, "threshold": 1.0}),
        ("LeakyReLU", {"negative_slope": 0.30000001192092896}, {}),
        ("LeakyReLU", {"negative_slope": 0.2}, {"negative_slope": 0.2}),
        ("ELU", {"alpha": 2.0}, {"alpha": 2.0}),
        ("PReLU", {"shared_axes": [1], "alpha_initializer": GLOROT, "alpha_constraint": None},
         {"shared_axes": [1], "alpha_initializer": "glorot_uniform"}),
        ("IntegerLookup", {"vocabulary": [3, 1], "vocabulary_size": 3, "idf_weights": None,
                           "vocabulary_dtype": "int64", "oov_method": "floormod", "salt": None,
                           "mask_token": 0, "max_tokens": None},
         {"vocabulary": [3, 1], "mask_token": 0}),
        ("Discretization", {"bin_boundaries": [0.0, 1.0], "num_bins": 3, "epsilon": 0.01},
         {"bin_boundaries": [0.0, 1.0], "num_bins": 3}),
        ("RandomContrast", {"factor": [0, 0.2], "value_range": [0, 255], "seed": None,
                            "data_format": "channels_last"}, {"factor": [0, 0.2]}),
        ("Dropout", {"rate": 0.5, "noise_shape": None, "seed": {
            "class_name": "SeedGenerator", "config": {"seed": 1}}}, {"rate": 0.5}),
        ("LayerNormalization", {"axis": [-1], "rms_scaling": False, "scale": False},
         {"scale": False}),
        ("Reshape", {"target_shape": {"class_name": "__tuple__", "items": [-1]}},
         {"target_shape": [-1]}),
    ],
)  # fmt: skip
def test_a_layer_of_the_same_name_keeps_its_arguments(kind, config, arguments):
    document = import_keras(sequential(inputs(), layer(kind, "a", **config))).document
    assert document["layers"] == [{"type": kind, "name": "a", **arguments}]


@pytest.mark.parametrize(
    ("config", "named"),
    [({"rms_scaling": True, "scale": False}, "`rms_scaling`"), ({"axis": [-1, 1]}, "`axis`")],
)
def test_a_normalization_that_means_something_else_is_refused(config, named):
    (finding,) = refused(sequential(inputs(), layer("LayerNormalization", "n", **config)))
    assert finding[0] == "SPC0805"
    assert named in finding[1]


def test_only_the_weights_that_a_normalization_has_are_wanted():
    model = sequential(inputs(), layer("LayerNormalization", "n", center=False))
    assert import_keras(model, {"n/gamma": 1}).weights == {"n.gamma": 1}
    assert refused(model, {"n/gamma": 1, "n/beta": 2})[0][0] == "SPC0808"


def attention(*calls, **more):
    sizes = {"num_heads": 2, "key_dim": 3, "attention_axes": [1]}
    return layer("MultiHeadAttention", "a", *calls, **sizes, **more)


def test_attention_has_roles_settings_and_scores_and_its_implied_masks_are_dropped():
    mask = tensor("any", dtype="bool")
    model = functional(
        inputs(), inputs("own", (None, 4, 4), "bool"), *MASK,
        layer("Masking", "m", (tensor("x"), {})),
        attention((tensor("m"), tensor("x"), {
            "key": tensor("m"), "query_mask": mask, "value_mask": None, "key_mask": mask,
            "attention_mask": tensor("own", dtype="bool"), "return_attention_scores": True,
            "use_causal_mask": True})),
        layer("LSTM", "l", (tensor("a"), {"mask": mask}), units=2),
        ins=("x", "own"), outputs=[["l", 0, 0], ["a", 0, 1]],
    )  # fmt: skip
    document = import_keras(model).document
    assert document["layers"][1:] == [
        {"type": "MultiHeadAttention", "name": "a",
         "from": {"query": "m", "value": "x", "key": "m", "attention_mask": "own"},
         "num_heads": 2, "key_dim": 3, "attention_axes": [1], "return_attention_scores": True,
         "use_causal_mask": True},
        {"type": "LSTM", "name": "l", "from": "a.output", "units": 2},
    ]  # fmt: skip
    assert document["outputs"] == {"l": "l", "a_scores": "a.scores"}


@pytest.mark.parametrize(
    ("calls", "code"),
    [
        ([{"value_mask": tensor("own", dtype="bool")}], "SPC0807"),
        ([{"use_causal_mask": 3}], "SPC0805"),
        ([{"use_causal_mask": True}, {}], "SPC0805"),
    ],
)
def test_attention_that_a_spec_cannot_say_is_refused(calls, code):
    calls = [(tensor("x"), tensor("x"), kwargs) for kwargs in calls]
    model = functional(
        inputs(), inputs("own", (None, 4), "bool"), attention(*calls),
        ins=("x", "own"), outputs=["a", 0, 0],
    )  # fmt: skip
    assert refused(model)[0][0] == code


@pytest.mark.parametrize("gate", [(), ("gate",)])
def test_attention_s_weights_are_those_of_its_projections(gate):
    called = attention((tensor("x"), tensor("x"), {}), use_gate=bool(gate))
    model = functional(inputs(), called, outputs=["a", 0, 0])
    owners = ("query", "key", *gate, "value", "attention_output")
    paths = [f"a/{owner}/{weight}" for owner in owners for weight in ("kernel", "bias")]
    carried = import_keras(model, {path: path for path in [*paths, "a/seed_generator_state"]})
    assert carried.weights == {path.replace("/", "."): path for path in paths}


@pytest.mark.parametrize(
    ("config", "named"),
    [({"units": 0}, "`units`"), ({"units": 2, "stateful": True}, "`stateful`"),
     ({"units": 2, "dropout": 3.0, "unroll": "no"}, "`unroll`")],
)  # fmt: skip
def test_a_value_that_the_spec_s_layer_refuses_is_refused_here(config, named):
    findings = refused(sequential(inputs(), layer("LSTM", "l", **config)))
    assert {code for code, _ in findings} == {"SPC0805"}
    assert any(named in message and "`l`" in message for _, message in findings)


def test_an_input_inside_a_chain_is_refused_by_name():
    model = sequential(inputs(), dense("d"), inputs("late"))
    assert refused(model)[0][0] == "SPC0806"
    assert "`late`" in refused(model)[0][1]


EVERYTHING = functional(
    inputs(), inputs("t", (None, 4), "int32"), *MASK,
    layer("Masking", "m", (tensor("x"), {}), mask_value=0.0),
    layer("LSTM", "l", (tensor("m"), {"mask": tensor("any", dtype="bool")}), units=2,
          return_state=True, return_sequences=True),
    layer("Embedding", "e", (tensor("t", dtype="int32"), {}), input_dim=5, output_dim=3),
    nested((tensor("e"), {"mask": None}), (tensor("x"), {})),
    layer("Concatenate", "c", ([tensor("l"), tensor("n"), tensor("n", node=1)], {}), axis=-1),
    layer("EinsumDense", "d", (tensor("c"), {}), equation="abc,cd->abd", bias_axes="d",
          output_shape={"class_name": "__tuple__", "items": [None, 4]}, kernel_initializer=GLOROT),
    ins=("x", "t"), outputs={"p": ["d", 0, 0], "q": ["n", 1, 0], "r": ["l", 0, 1]},
)  # fmt: skip
STRANGE = [
    None, True, -1, 10**30, 1.5, "", "x", "\ud800", "l", [], {}, [[]], {"class_name": "__tuple__"},
    tensor("x"), tensor("l"), {"class_name": "Dense", "config": {}}, ["x", 0, 0], "Functional",
    "__keras_tensor__", "keras.src.ops.numpy", {"class_name": "Zeros", "module": 3, "config": 0},
]  # fmt: skip


def paths_of(value, path=()):
    yield path
    children = ()
    if isinstance(value, dict | list):
        children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        yield from paths_of(child, (*path, key))


PATHS = [path for path in paths_of(EVERYTHING) if path]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from([*STRANGE, ...])), max_size=3))
def test_whatever_strangers_send_only_findings_come_out(changes):
    model = copy.deepcopy(EVERYTHING)
    for path, value in changes:
        parent = model
        try:
            for key in path[:-1]:
                parent = parent[key]
            if value is ...:
                del parent[path[-1]]
            else:
                parent[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    try:
        document = import_keras(model, {"l/lstm_cell/kernel": 1}).document
    except SpecError as error:
        findings = error.diagnostics
    else:
        findings = None
        assert yaml.safe_load(to_yaml(document)) == document
    assert findings is None or findings.errors
    assert not any("\n" in item.message for item in findings or ())


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_any_other_json_is_not_a_model(data):
    assert {code for code, _ in refused(json.loads(json.dumps(data)))} <= {"SPC0801", "SPC0802"}


def test_the_mask_that_a_layer_is_told_is_the_one_that_its_result_has():
    told = {"mask": tensor("m", dtype="bool")}
    model = functional(
        inputs(), inputs("m", (None, 4), "bool"),
        layer("Softmax", "s", (tensor("x"), told)),
        layer("LSTM", "r", (tensor("s"), told), units=2),
        outputs=[["r", 0, 0]], ins=("x", "m"),
    )  # fmt: skip
    assert lines(model) == [
        "{type: Softmax, name: s, from: x, mask: m}",
        "{type: LSTM, name: r, units: 2}",
    ]


@pytest.mark.parametrize("kind", sorted(set(CLASSES) & set(LAYERS)))
def test_a_layer_is_imported_by_what_it_declares_or_has_a_row_for_the_rest(kind):
    """Keras's files hold no names of ports, and compute the mask that a layer makes."""
    cls, row = LAYERS[kind], ROWS.get(kind, Row())
    assert cls.masks.makes == (row.makes is not None)
    if isinstance(cls.ports, Roles) and len(cls.ports.names) > 1:
        fed = [port for ports in row.ports(cls, {}).values() for port in ports]
        assert sorted(fed) == sorted(cls.ports.names)
    assert row.settings == tuple(name for name in row.settings if name in cls.model_fields)


def test_what_only_training_reads_is_left_out():
    drop = layer("Dropout", "d", rate=0.5, noise_shape=[3], seed=None)
    assert lines(sequential(inputs(), drop)) == ["{type: Dropout, name: d, rate: 0.5}"]


def test_what_would_not_validate_is_refused_at_its_layer(specc, tmp_path):
    joined = layer("Concatenate", "j", axis=3)
    (tmp_path / "model.json").write_text(json.dumps(sequential(inputs(), joined)))
    ran = specc("import", "model.json", "-o", "model.yaml", folder=tmp_path)
    assert ran.status == 1
    assert "error[SPC0812]: the spec would be refused: Concatenate " in ran.err
    assert "= it stands at `config.layers[1]" in ran.err
    assert not (tmp_path / "model.yaml").exists()
