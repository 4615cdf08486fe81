"""Layers inside of others in Keras's files: arguments, names in the paths of weights, mistakes."""

import numpy as np
import pytest
from test_keras import functional, inputs, layer, lines, refused, tensor

from spec_compiler.diagnostics import SpecError
from spec_compiler.keras.read import import_keras

POLICY = {"class_name": "DTypePolicy", "module": "keras", "config": {"name": "float16"}}


def model(kind, **config):
    return functional(
        inputs(), layer(kind, "l", (tensor("x"), {}), **config), outputs=[["l", 0, 0]]
    )


def both(forward="forward_a", backward="backward_a", kind="LSTM", **settings):
    return {
        "layer": layer(kind, forward, units=2, go_backwards=False, **settings),
        "backward_layer": layer(kind, backward, units=2, go_backwards=True, **settings),
    }


def weights(paths, kinds=3):
    """An array for each path, of which entry 0 says which it is."""
    shapes = [(3, 8), (2, 8), (8,)][:kinds]
    names = ["kernel", "recurrent_kernel", "bias"]
    return [
        (f"{path}/{name}", np.full(shape, index, "f"))
        for index, path in enumerate(paths)
        for name, shape in zip(names, shapes, strict=False)
    ]


def test_a_backward_layer_that_is_the_same_is_not_written():
    settings = {"return_sequences": True, "zero_output_for_mask": True}
    found = import_keras(model("Bidirectional", merge_mode="sum", **both(**settings))).document
    assert found["layers"] == [
        {
            "type": "Bidirectional",
            "name": "l",
            "layer": {"type": "LSTM", "units": 2, "return_sequences": True},
            "merge_mode": "sum",
        }
    ]


def test_a_backward_layer_of_its_own_is_kept():
    config = both()
    config["backward_layer"]["config"]["units"] = 3
    (item,) = import_keras(model("Bidirectional", **config)).document["layers"]
    assert item["layer"] == {"type": "LSTM", "units": 2}
    assert item["backward_layer"] == {"type": "LSTM", "units": 3, "go_backwards": True}


@pytest.mark.parametrize(
    "paths",
    [
        ["l/forward_a/lstm_cell", "l/backward_a/lstm_cell"],
        ["m/l/forward_a/lstm_cell_4", "m/l/backward_a/lstm_cell_5"],
        ["forward_a/lstm_cell", "backward_a/lstm_cell"],
    ],
)
def test_weights_of_both_directions_are_found_by_their_paths(paths):
    found = import_keras(model("Bidirectional", **both()), weights(paths)).weights
    assert [name.removeprefix("l.") for name in found] == [
        f"{way}_layer.{name}"
        for way in ("forward", "backward")
        for name in ("kernel", "recurrent_kernel", "bias")
    ]
    assert {name: array.flat[0] for name, array in found.items() if "bias" in name} == {
        "l.forward_layer.bias": 0,
        "l.backward_layer.bias": 1,
    }


def test_a_file_before_keras_3_names_the_layer_that_both_are_made_of():
    paths = ["l/forward_a/lstm_cell", "l/backward_a/lstm_cell"]
    config = {"layer": layer("LSTM", "a", units=2)}
    assert len(import_keras(model("Bidirectional", **config), weights(paths)).weights) == 6


def test_two_cells_of_one_path_are_told_by_their_order():
    """Keras loses the names around a cell when it loads a model."""
    cell = layer("LSTMCell", "cell", units=2)
    config = {
        "layer": layer("RNN", "forward_r", cell=cell),
        "backward_layer": layer("RNN", "backward_r", cell=cell, go_backwards=True),
    }
    given = [("cell/kernel", np.full((3, 8), index, "f")) for index in (0, 1)]
    given += [("cell/recurrent_kernel", np.zeros((2, 8), "f"))] * 2
    given += [("cell/bias", np.zeros(8, "f"))] * 2
    found = import_keras(model("Bidirectional", **config), given).weights
    assert found["l.forward_layer.cell.kernel"].flat[0] == 0
    assert found["l.backward_layer.cell.kernel"].flat[0] == 1


def test_cells_in_a_stack_have_their_own_weights():
    cells = [layer("LSTMCell", "a", units=2), layer("LSTMCell", "b", units=2)]
    stack = layer("StackedRNNCells", "s", cells=cells)
    config = model("RNN", cell=stack)
    found = import_keras(config, weights(["l/s/a", "l/s/b"])).weights
    assert found["l.cell.cells.0.bias"].flat[0] == 0
    assert found["l.cell.cells.1.bias"].flat[0] == 1


def test_what_is_inside_keeps_its_own_dtype_and_whether_it_is_trained():
    inner = layer("Dense", "d", units=2, dtype=POLICY, trainable=False)
    (item,) = import_keras(model("TimeDistributed", layer=inner)).document["layers"]
    assert item["layer"] == {"type": "Dense", "units": 2, "dtype": "float16", "trainable": False}


def test_a_layer_inside_that_only_trains_stays_what_it_is():
    inner = layer("GaussianNoise", "n", stddev=0.1)
    assert lines(model("TimeDistributed", layer=inner)) == [
        "{type: TimeDistributed, name: l, layer: {type: GaussianNoise, stddev: 0.1}}"
    ]


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"layer": layer("TFSMLayer", "c")}, "SPC0803"),
        ({"layer": layer("Crf", "c", module="somebody.else")}, "SPC0804"),
        ({"layer": "Dense"}, "SPC0802"),
        ({}, "SPC0802"),
        ({"layer": layer("Dense", "d", units=2, surprise=1)}, "SPC0805"),
        ({"layer": layer("Dense", "d", units=0)}, "SPC0805"),
    ],
)
def test_what_cannot_stand_inside_is_refused(config, code):
    (found,) = refused(model("TimeDistributed", **config))
    assert found[0] == code


def test_layers_inside_of_layers_without_end_are_refused():
    inner = layer("Dense", "d", units=2)
    for index in range(400):
        inner = layer("TimeDistributed", f"t{index}", layer=inner)
    assert {code for code, _ in refused(model("TimeDistributed", layer=inner))} == {"SPC0810"}


def test_an_activation_that_is_code_is_said_to_be_some():
    """As Keras 3 keeps `activation=lambda x: x * 2`."""
    bytecode = {"value": ["4wEAAAA=", None, None]}
    assert refused(model("Dense", units=2, activation=bytecode)) == [
        (
            "SPC0804",
            "`lambda` at `config.layers[1].config.activation` is somebody's own code, which is "
            "not run",
        )
    ]


def test_a_model_that_is_a_class_is_told_to_be_built_of_layers():
    with pytest.raises(SpecError) as caught:
        import_keras({"module": None, "class_name": "Mine", "config": {}, "registered_name": "M"})
    (finding,) = caught.value.diagnostics
    assert finding.code == "SPC0801"
    assert finding.help.startswith("build it of `keras.Input` and layers, and save that")
