"""Which layer an array of an `.h5` file belongs to, by the groups and names that Keras 2 writes."""

import json

import h5py
import numpy as np
import pytest
from test_keras import functional, inputs, layer, tensor

import spec_compiler


def written(path, model, groups):
    """A file as Keras writes one: for each layer its group with its weights, in their order."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(model)
        root = file.create_group("model_weights")
        for name, arrays in groups.items():
            group = root.require_group(name)
            group.attrs["weight_names"] = [f"{key}:0".encode() for key in arrays]
            for key, array in arrays.items():
                group[f"{key}:0"] = array


@pytest.fixture
def weights(specc, tmp_path):
    """The weights of the spec that a model and groups give."""

    def run(model, groups):
        written(tmp_path / "model.h5", model, groups)
        ran = specc("import", "model.h5", "-o", "model.yaml", folder=tmp_path)
        assert ran.status == 0, ran.err
        return spec_compiler.compile_file(tmp_path / "model.yaml").weights

    return run


def numbered(*shapes):
    return [np.full(shape, 1 + index, "f") for index, shape in enumerate(shapes)]


def test_names_with_slashes_lead_through_other_layers(weights):
    model = functional(
        inputs(),
        layer("Dense", "a", (tensor("x"), {}), units=2),
        layer("Dense", "a/b", (tensor("a"), {}), units=2),
        layer("Dense", "c/b", (tensor("a/b"), {}), units=2),
        outputs=[["c/b", 0, 0]],
    )
    a, b, c = numbered((3, 2), (2, 2), (2, 2))
    found = weights(
        model,
        {
            "a": {"a/kernel": a, "a/bias": a[0]},
            "a/b": {"a/b/kernel": b, "a/b/bias": b[0]},
            "c/b": {"c/b/kernel": c, "c/b/bias": c[0]},
        },
    )
    assert {name: array.max() for name, array in found.items()} == {
        "a.kernel": 1, "a.bias": 1, "a_b.kernel": 2, "a_b.bias": 2, "c_b.kernel": 3, "c_b.bias": 3,
    }  # fmt: skip


STEPS = (None, 4, 6, 6, 3)


@pytest.mark.parametrize(
    ("kind", "settings", "names"),
    [
        ("DepthwiseConv2D", {"kernel_size": 2}, {"depthwise_kernel": (2, 2, 3, 1), "bias": (3,)}),
        (
            "SeparableConv2D",
            {"filters": 2, "kernel_size": 2},
            {"depthwise_kernel": (2, 2, 3, 1), "pointwise_kernel": (1, 1, 3, 2), "bias": (2,)},
        ),
        (
            "ConvLSTM2D",
            {"filters": 2, "kernel_size": 2},
            {"kernel": (2, 2, 3, 8), "recurrent_kernel": (2, 2, 2, 8), "bias": (8,)},
        ),
        (
            "TimeDistributed",
            {"layer": layer("Dense", "inner", units=2)},
            {"kernel": (3, 2), "bias": (2,)},
        ),
        (
            "TimeDistributed",
            {"layer": layer("DepthwiseConv2D", "inner", kernel_size=2)},
            {"depthwise_kernel": (2, 2, 3, 1), "bias": (3,)},
        ),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_what_keras_2_calls_weights_within_a_model(weights, kind, settings, names):
    rank = 5 if kind in ("ConvLSTM2D", "TimeDistributed") else 4
    shape = STEPS if rank == 5 else (None, *STEPS[2:])
    inner = functional(
        inputs("i", shape),
        layer("BatchNormalization", "n", (tensor("i", shape=shape), {}), axis=-1),
        layer(kind, "l", (tensor("n", shape=shape), {}), **settings),
        ins=("i",), outputs=[["l", 0, 0]], name="inner_model",
        calls=[(tensor("x", shape=shape), {})],
    )  # fmt: skip
    model = functional(inputs("x", shape), inner, outputs=[["inner_model", 1, 0]])
    arrays = numbered(*names.values())
    one = np.ones(3, "f")
    found = weights(
        model,
        {
            "inner_model": {
                "n/gamma": one,
                "n/beta": one,
                **{f"l/{name}": array for name, array in zip(names, arrays, strict=True)},
                "n/moving_mean": one,
                "n/moving_variance": one,
            }
        },
    )
    own = [array for name, array in found.items() if name.split(".")[1] == "l"]
    assert [array.shape for array in own] == [*names.values()]
    assert [array.max() for array in own] == [1 + index for index in range(len(names))]


@pytest.mark.parametrize("backend", ["theano", "tensorflow"])
def test_windows_of_kernels_are_the_other_way_round_on_theano(specc, tmp_path, backend):
    shape = (None, 6, 6, 1)
    model = functional(
        inputs("x", shape),
        layer("Conv2D", "c", (tensor("x", shape=shape), {}), filters=1, kernel_size=2),
        layer("Dense", "d", (tensor("c", shape=shape), {}), units=2),
        outputs=[["d", 0, 0]],
    )
    kernel, dense = np.arange(4.0, dtype="f").reshape(2, 2, 1, 1), np.array([[1, 2]], "f")
    zeros = np.zeros(2, "f")
    groups = {
        "c": {"c/kernel": kernel, "c/bias": zeros[:1]},
        "d": {"d/kernel": dense, "d/bias": zeros},
    }
    written(tmp_path / "model.h5", model, groups)
    with h5py.File(tmp_path / "model.h5", "a") as file:
        file["model_weights"].attrs["backend"] = backend
    ran = specc("import", "model.h5", "-o", "model.yaml", folder=tmp_path)
    assert ran.status == 0, ran.err
    found = spec_compiler.compile_file(tmp_path / "model.yaml").weights
    wanted = [3, 2, 1, 0] if backend == "theano" else [0, 1, 2, 3]
    assert found["c.kernel"].ravel().tolist() == wanted
    np.testing.assert_array_equal(found["d.kernel"], dense)
