"""The ten models of `tests/ports` compute what their Keras programs compute."""

from importlib import util
from pathlib import Path

import keras
import numpy as np
import pytest

from spec_compiler.compile import program_of_file
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes

PORTS = Path(__file__).parents[1] / "ports"
NAMES = sorted(path.parent.name for path in PORTS.glob("*/model.yaml"))


def built(name, monkeypatch):
    """The Keras model, and its layers with weights in the order in which they are called."""
    spec = util.spec_from_file_location(name, PORTS / name / "keras_model.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    called, depth = {}, [0]
    call = keras.layers.Layer.__call__

    def recorded(layer, *given, **options):
        depth[0] += 1
        try:
            result = call(layer, *given, **options)
        finally:
            depth[0] -= 1
        if depth[0] == 0 and layer.weights:
            called[id(layer)] = layer
        return result

    with monkeypatch.context() as patched:
        patched.setattr(keras.layers.Layer, "__call__", recorded)
        model = module.build()
    return model, list(called.values())


def randomised(layers):
    """Random weights for layers, and all of them in order."""
    rng = np.random.default_rng(7)
    made = []
    for layer in layers:
        for weight in layer.weights:
            if "seed" in weight.path:
                continue
            drawn = rng.standard_normal(weight.shape).astype("float32") * 0.4
            if any(word in weight.path for word in ("gamma", "scale", "variance")):
                drawn = np.abs(drawn) + 0.5
            weight.assign(drawn)
            made.append(drawn)
    return made


def fed(program):
    """Random data for a spec; at the end of sequences there is padding."""
    sizes = random_sizes(program, {"batch": 3})
    data = random_inputs(program, sizes, seed=3)
    if "attention_mask" in data:
        length = data["attention_mask"].shape[1]
        data["attention_mask"] = (np.arange(length) < np.array([[length], [2], [1]])).astype(
            "int32"
        )
    if "history" in data:
        data["history"][1, 1:] = 0
    return data


@pytest.mark.parametrize("name", NAMES)
def test_a_port_computes_what_keras_computes(name, monkeypatch):
    keras.utils.clear_session()
    model, layers = built(name, monkeypatch)
    arrays = randomised(layers)
    assert sum(array.size for array in arrays) == model.count_params()
    program = program_of_file(PORTS / name / "model.yaml")
    spec = Model(program, Diagnostics())
    own = list(spec.weights)
    assert [spec.weights[weight].shape for weight in own] == [array.shape for array in arrays]
    spec.weights = dict(zip(own, arrays, strict=True))
    data = fed(program)
    ours = spec(data)
    ours = list(ours.values()) if isinstance(ours, dict) else [ours]
    given = list(data.values())
    theirs = model(given if len(given) > 1 else given[0], training=False)
    theirs = [keras.ops.convert_to_numpy(it) for it in keras.tree.flatten(theirs)]
    keep = data.get("attention_mask")
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.shape == other.shape
        if keep is not None and mine.ndim == 3:  # what stands at padding counts for nobody
            mine, other = mine[keep > 0], other[keep > 0]
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=2e-5)
