"""Weights of Keras 1 and of cuDNN: what lay otherwise is what today's layers have."""

from contextlib import suppress

import numpy as np
import pytest
from test_older_forms import chain, layer, model, source

from spec_compiler.data.handle import Handle
from spec_compiler.diagnostics import SpecError
from spec_compiler.keras.read import import_keras
from spec_compiler.keras.saved import ByLayer


def numbered(*shape):
    """Numbers of which no two are the same."""
    return np.arange(np.prod(shape), dtype="float32").reshape(shape) + sum(shape) / 64


def handles(arrays):
    """The arrays as those of a file, by names that say nothing."""
    return [(f"l_W{at}", Handle.of(array, "", "old.h5")) for at, array in enumerate(arrays)]


def imported(one, arrays, shape, version="1.2.2"):
    """The weights of a model of one layer, by their own names."""
    kind, config = one
    first = {"name": "l", "batch_input_shape": [None, *shape], **config}
    old = chain({"class_name": kind, "config": first}, version=version)
    found = import_keras(old, ByLayer({"l": handles(arrays)}), version=version).weights
    for array in found.values():
        assert array.load().shape == array.shape
    return {name.removeprefix("l."): array.load() for name, array in found.items()}


def same(found, **wanted):
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_array_equal(found[name], array, name)


@pytest.mark.parametrize(("kind", "order"), [("LSTM", (0, 2, 1, 3)), ("GRU", (0, 1, 2))])
def test_an_array_for_each_gate_is_a_part_of_one(kind, order):
    gates = [
        (numbered(3, 2) + 100 * gate, numbered(2, 2) - gate, numbered(2) + gate / 8)
        for gate in range(len(order))
    ]
    found = imported((kind, {"output_dim": 2}), [array for gate in gates for array in gate], (4, 3))
    kernel, recurrent, bias = (
        np.concatenate([gates[gate][which] for gate in order], axis=-1) for which in range(3)
    )
    same(found, kernel=kernel, recurrent_kernel=recurrent, bias=bias)


def test_a_kernel_over_steps_was_one_over_images_of_one_column():
    conv = ("Convolution1D", {"nb_filter": 5, "filter_length": 3})
    kernel, bias = numbered(3, 2, 5), numbered(5)
    same(imported(conv, [kernel[:, None], bias], (9, 2)), kernel=kernel, bias=bias)
    early = kernel[:, None].transpose(3, 2, 0, 1)  # with the filters first
    same(imported(conv, [early, bias], (9, 2)), kernel=kernel, bias=bias)


def test_kernels_over_images_had_their_axes_otherwise():
    settings = {"nb_filter": 5, "nb_row": 3, "nb_col": 2}
    kernel, bias = numbered(3, 2, 4, 5), numbered(5)
    first = ("Convolution2D", {**settings, "dim_ordering": "th"})
    found = imported(first, [kernel.transpose(3, 2, 0, 1), bias], (4, 9, 9))
    same(found, kernel=kernel, bias=bias)
    last = ("Convolution2D", {**settings, "dim_ordering": "tf"})
    same(imported(last, [kernel, bias], (9, 9, 4)), kernel=kernel, bias=bias)


@pytest.mark.parametrize("first", [False, True])
def test_a_transposed_convolution_had_its_channels_the_other_way_round(first):
    kernel, bias = numbered(3, 2, 5, 4), numbered(5)
    settings = {"nb_filter": 5, "nb_row": 3, "nb_col": 2, "dim_ordering": "th" if first else "tf"}
    settings["output_shape"] = [None, 5, 11, 10] if first else [None, 11, 10, 5]
    old = kernel.transpose(2, 3, 0, 1) if first else kernel.transpose(0, 1, 3, 2)
    shape = (4, 9, 9) if first else (9, 9, 4)
    same(imported(("Deconvolution2D", settings), [old, bias], shape), kernel=kernel, bias=bias)


@pytest.mark.parametrize(("kind", "gates"), [("LSTM", 4), ("GRU", 3)])
def test_what_cudnn_has_is_turned_gate_by_gate(kind, gates):
    kernels = [numbered(3, 2) + 100 * gate for gate in range(gates)]
    recurrent = [numbered(2, 2) - gate for gate in range(gates)]
    bias = numbered(2 * gates * 2)
    held = [
        np.concatenate([kernel.T.reshape(3, 2) for kernel in kernels], axis=1),
        np.concatenate([kernel.T for kernel in recurrent], axis=1),
        bias,
    ]
    found = imported((f"CuDNN{kind}", {"units": 2}), held, (4, 3), version="2.1.6")
    same(
        found,
        kernel=np.concatenate(kernels, axis=1),
        recurrent_kernel=np.concatenate(recurrent, axis=1),
        bias=bias[:8] + bias[8:] if kind == "LSTM" else bias.reshape(2, 6),
    )


def test_a_model_inside_of_another_has_what_it_trains_first():
    inner = model(
        source("i", [3]),
        layer("Dense", "a", [["i", 0, 0]], output_dim=2),
        layer("BatchNormalization", "b", [["a", 0, 0]], axis=1, mode=0),
        layer("Dense", "c", [["b", 0, 0]], output_dim=1),
        ins=["i"], outs=[["c", 0, 0]], name="part",
    )  # fmt: skip
    whole = model(
        source("x", [3]), {**inner, "name": "part", "inbound_nodes": [[["x", 0, 0]]]},
        ins=["x"], outs=[["part", 1, 0]],
    )  # fmt: skip
    shapes = [(3, 2), (2,), (2,), (2,), (2, 1), (1,), (2,), (2,)]
    arrays = [numbered(*shape) + 100 * at for at, shape in enumerate(shapes)]
    found = import_keras(whole, ByLayer({"part": handles(arrays)}), version="1.2.2").weights
    names = ["a.kernel", "a.bias", "b.gamma", "b.beta", "c.kernel", "c.bias"]
    names += ["b.moving_mean", "b.moving_variance"]
    for own, array in zip(names, arrays, strict=True):
        (key,) = (key for key in found if key.endswith(own))
        np.testing.assert_array_equal(found[key].load(), array, own)


@pytest.mark.parametrize(
    ("one", "shapes", "shape"),
    [
        (("LSTM", {"output_dim": 2}), [(3, 2), (2, 2), (3,)] * 4, (4, 3)),
        (("LSTM", {"output_dim": 2}), [(3, 2)] * 5, (4, 3)),
        (("CuDNNGRU", {"units": 2}), [(3, 6), (2,), (12,)], (4, 3)),
        (("CuDNNGRU", {"units": 2}), [(3, 6), (), (12,)], (4, 3)),
        (("Convolution1D", {"nb_filter": 5, "filter_length": 3}), [(3, 2, 2, 5), (5,)], (9, 2)),
        (("Convolution1D", {"nb_filter": 5, "filter_length": 3}), [(3,), (5,)], (9, 2)),
    ],
)
def test_what_fits_no_layout_is_left_to_be_refused(one, shapes, shape):
    """Nothing else than a refusal comes of it."""
    arrays = [numbered(*sizes) if sizes else np.ones((), "float32") for sizes in shapes]
    with suppress(SpecError):
        imported(one, arrays, shape)
