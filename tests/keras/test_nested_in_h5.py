"""Which layer of a nested model an array of an `.h5` file is of, by its name or by its place."""

import json

import h5py
import numpy as np
import pytest
from test_keras import functional, inputs, layer, tensor

import spec_compiler


def written(path, model, groups, *, listed=True, scope=""):
    """A file as Keras 2 writes one: for each layer of the model its arrays, in their order."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(model)
        root = file.create_group("model_weights")
        for name, arrays in groups.items():
            group = root.require_group(name)
            names = [f"{scope}{key}:0" for key, _ in arrays]
            if listed:
                group.attrs["weight_names"] = names
            for key, (_, array) in zip(names, arrays, strict=True):
                group[key] = array


@pytest.fixture
def imported(specc, tmp_path):
    """What a command says of a file, and the largest number of each weight of the spec."""

    def run(model, groups, **how):
        written(tmp_path / "model.h5", model, groups, **how)
        ran = specc("import", "model.h5", "-o", "model.yaml", "--force", folder=tmp_path)
        if ran.status:
            return ran.err
        found = spec_compiler.compile_file(tmp_path / "model.yaml").weights
        return {name.rpartition("inner.")[2]: array.max() for name, array in found.items()}

    return run


def nested(*layers, out):
    """A model around a model."""
    inner = functional(
        inputs("i"), *layers, ins=("i",), outputs=[[out, 0, 0]], name="inner",
        calls=[(tensor("x"), {})],
    )  # fmt: skip
    return functional(inputs("x"), inner, outputs=[["inner", 1, 0]])


def arrays(**shapes):
    """Arrays by name, each of another number: 1, 2, …"""
    return [(name.replace("__", "/"), np.full(shape, at, "f"))
            for at, (name, shape) in enumerate(shapes.items(), 1)]  # fmt: skip


DENSE_NORM = (
    layer("Dense", "d", (tensor("i"), {}), units=3),
    layer("BatchNormalization", "n", (tensor("d"), {}), axis=-1),
    layer("Dense", "e", (tensor("n"), {}), units=3),
)
FROZEN = (
    layer("Dense", "d", (tensor("i"), {}), units=3, trainable=False),
    *DENSE_NORM[1:],
)
NORM = {"n_1__gamma": (3,), "n_1__beta": (3,)}
MOVING = {"n_1__moving_mean": (3,), "n_1__moving_variance": (3,)}
D, E = ({f"{name}_1__kernel": (3, 3), f"{name}_1__bias": (3,)} for name in "de")


@pytest.mark.parametrize(
    ("layers", "held"),
    [(DENSE_NORM, {**D, **NORM, **E, **MOVING}), (FROZEN, {**NORM, **E, **D, **MOVING})],
)
def test_names_of_another_session_say_nothing_and_what_is_trained_comes_first(
    imported, layers, held
):
    found = imported(nested(*layers, out="e"), {"inner": arrays(**held)})
    assert found == {
        name.replace("_1__", "."): at for at, name in enumerate(held, 1)
    }  # each at its place among those that the file lists


def test_without_a_list_there_is_no_order(imported):
    held = arrays(**D, **NORM, **E, **MOVING)
    said = imported(nested(*DENSE_NORM, out="e"), {"inner": held}, listed=False)
    assert said.startswith("error[SPC0808]")
    named = [(name.replace("_1/", "/"), array) for name, array in held]
    found = imported(nested(*DENSE_NORM, out="e"), {"inner": named}, listed=False)
    assert found["e.kernel"] == 5


def test_what_normalization_counts_is_left_out(imported):
    model = nested(
        layer("Normalization", "n", (tensor("i"), {}), axis=[-1]),
        layer("Dense", "d", (tensor("n"), {}), units=3), out="d",
    )  # fmt: skip
    shapes = {"d__kernel": (3, 3), "d__bias": (3,), "mean": (3,), "variance": (3,), "count": ()}
    found = imported(model, {"inner": arrays(**shapes)})
    assert found == {"d.kernel": 1, "d.bias": 2, "n.mean": 3, "n.variance": 4}


def test_a_name_that_ends_another_name_is_not_that_one(imported):
    model = nested(
        layer("Dense", "Conv", (tensor("i"), {}), units=3),
        layer("Dense", "block/Conv", (tensor("Conv"), {}), units=3), out="block/Conv",
    )  # fmt: skip
    shapes = {"block__Conv__kernel": (3, 3), "block__Conv__bias": (3,),
              "Conv__kernel": (3, 3), "Conv__bias": (3,)}  # fmt: skip
    found = imported(model, {"inner": arrays(**shapes)})
    assert found["Conv.kernel"] == 3
    assert found["block_Conv.kernel"] == 1


def test_without_lists_layers_are_found_by_names_with_slashes(imported):
    model = functional(
        inputs(),
        layer("Dense", "a/b", (tensor("x"), {}), units=2),
        layer("Dense", "a/c", (tensor("a/b"), {}), units=2),
        outputs=[["a/c", 0, 0]],
    )
    b, c = (arrays(**{f"a__{name}__kernel": shape, f"a__{name}__bias": (2,)})
            for name, shape in (("b", (3, 2)), ("c", (2, 2))))  # fmt: skip
    found = imported(model, {"a/b": b, "a/c": c}, listed=False)
    assert found == {"a_b.kernel": 1, "a_b.bias": 2, "a_c.kernel": 1, "a_c.bias": 2}
