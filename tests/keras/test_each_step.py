"""A model inside of TimeDistributed: its layers run at every step, with the mask of the steps."""

import numpy as np
import pytest
from test_keras import functional, inputs, layer, op, refused, sequential, tensor

import spec_compiler
from spec_compiler.keras.read import import_keras
from spec_compiler.keras.saved import ByCount
from spec_compiler.writing.yaml_text import to_yaml

STEPS = (None, 5, 4, 3)


def every_step(inner, shape=STEPS, dtype="float32", before=(), source="x"):
    """A model that runs another at every step."""
    read = tensor(source, shape=shape, dtype=dtype)
    return functional(
        inputs("x", shape, dtype),
        *before,
        layer("TimeDistributed", "each", (read, {}), layer=inner),
        outputs=["each", 0, 0],
    )


def one(*layers, outputs, shape=(None, 4, 3)):
    return functional(inputs("i", shape), *layers, ins=("i",), outputs=[[outputs, 0, 0]], name="n")


def layers_of(model):
    return import_keras(model).document["layers"]


def test_each_layer_runs_at_every_step():
    inner = sequential(
        inputs("i", (None, 4, 3)), layer("Flatten", "f"), layer("Dense", "d", units=2), name="n"
    )
    assert layers_of(every_step(inner)) == [
        {"type": "TimeDistributed", "name": "each_f", "layer": {"type": "Flatten"}},
        {"type": "TimeDistributed", "name": "each_d", "layer": {"type": "Dense", "units": 2}},
    ]


def test_what_merges_does_so_with_the_steps_in_front():
    inner = one(
        layer("Dense", "d", (tensor("i"), {}), units=3),
        layer("Add", "a", ([tensor("d"), tensor("i")], {})),
        layer("Concatenate", "c", ([tensor("a"), tensor("i")], {}), axis=1),
        layer("Concatenate", "e", ([tensor("c"), tensor("c")], {}), axis=-1),
        outputs="e",
    )
    _, added, joined, again = layers_of(every_step(inner))
    assert added == {"type": "Add", "name": "each_a", "from": ["each_d", "x"]}
    assert joined["axis"] == 2
    assert "axis" not in again


def test_an_operation_of_one_tensor_is_an_expression_of_a_step():
    inner = one(op("Sum", "s", tensor("i"), axis=1, keepdims=False), outputs="s")
    (found,) = layers_of(every_step(inner))
    assert found["layer"] == {"type": "Lambda", "function": "sum(x, axis=1)"}
    model = spec_compiler.compile_text(to_yaml(import_keras(every_step(inner)).document))
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("f")
    np.testing.assert_allclose(model(x), x.sum(axis=2), rtol=1e-6)


def test_what_reads_several_tensors_is_refused():
    inner = one(layer("Dot", "d", ([tensor("i"), tensor("i")], {}), axes=[2, 2]), outputs="d")
    assert refused(every_step(inner)) == [
        (
            "SPC0805",
            "`d` reads several tensors at every step of a TimeDistributed, and a spec's "
            "TimeDistributed runs layers of one",
        )
    ]


def test_a_mask_that_the_model_makes_ends_with_it():
    inner = functional(
        inputs("i", (None, 4), "int32"),
        layer("Embedding", "e", (tensor("i"), {}), input_dim=9, output_dim=3, mask_zero=True),
        layer("GRU", "g", (tensor("e"), {}), units=2),
        ins=("i",), outputs=[["g", 0, 0]], name="n",
    )  # fmt: skip
    embedding, _, last = layers_of(every_step(inner, (None, 5, 4), "int32"))
    assert embedding["type"] == "Embedding"
    assert last == {"type": "Identity", "name": "each_output", "mask": "drop"}


def test_the_mask_of_the_steps_is_that_of_the_result():
    masking = layer("Masking", "m", (tensor("x", shape=(None, 5, 3)), {}))
    inner = one(op("Sin", "s", tensor("i", shape=(None, 3))), outputs="s", shape=(None, 3))
    model = every_step(inner, (None, 5, 3), before=[masking], source="m")
    *_, told, last = layers_of(model)
    assert told == {"type": "Lambda", "name": "each_mask", "from": "m", "function": "mask(x)"}
    assert last == {
        "type": "Identity", "name": "each_output", "from": "each_s", "mask": "each_mask",
    }  # fmt: skip
    compiled = spec_compiler.compile_text(to_yaml(import_keras(model).document))
    x = np.ones((1, 5, 3), "f")
    x[0, 3:] = 0
    _, mask = compiled(x, masks=True).values()
    assert mask.tolist() == [[True, True, True, False, False]]


@pytest.mark.parametrize("path", ["each/n/d", "n/d", "d", "m/each/n/d"])
def test_weights_are_found_by_their_paths(path):
    inner = sequential(inputs("i", (None, 4, 3)), layer("Dense", "d", units=2), name="n")
    arrays = {f"{path}/kernel": np.ones((3, 2)), f"{path}/bias": np.ones(2)}
    found = import_keras(every_step(inner), arrays).weights
    assert [*found] == ["each_d.layer.kernel", "each_d.layer.bias"]


def test_weights_are_found_where_an_archive_counts_layers():
    inner = sequential(
        inputs("i", (None, 4, 3)),
        layer("Dense", "z", units=3),
        layer("Dense", "a", units=2),
        name="n",
    )
    at = ("time_distributed", "layer")
    arrays = ByCount({
        (*at, "dense"): [((), np.ones((3, 3))), ((), np.ones(3))],
        (*at, "dense_1"): [((), np.ones((3, 2))), ((), np.ones(2))],
    })  # fmt: skip
    found = import_keras(every_step(inner), arrays).weights
    assert {name: array.shape for name, array in found.items()} == {
        "each_z.layer.kernel": (3, 3), "each_z.layer.bias": (3,),
        "each_a.layer.kernel": (3, 2), "each_a.layer.bias": (2,),
    }  # fmt: skip
