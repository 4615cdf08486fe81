"""`--check` gives the same random data to Keras; here something stands for it."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

CONFIG = """{"class_name": "Sequential", "config": {"name": "m", "layers": [
  {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, null, 3]}},
  {"class_name": "Dense", "config": {"name": "d", "units": 2, "use_bias": false}}]}}"""
KERNEL = np.array([[1, 2], [3, 4], [5, 6]], "f")


class Model:
    def __init__(self, factor=1.0, mask=None, outputs=1):
        self.weights = [SimpleNamespace(path="d/kernel", value=KERNEL)]
        self.factor, self.mask, self.outputs, self.seen = factor, mask, outputs, []

    def __call__(self, x, training):
        assert training is False
        self.seen.append(x.shape)
        result = (x @ KERNEL * np.float32(self.factor)).view(Array)
        result._keras_mask = self.mask
        return [result] * self.outputs


class Array(np.ndarray):
    pass


@pytest.fixture
def keras(monkeypatch):
    """A function that makes Keras build a model."""

    def builds(model):
        def from_json(text):
            if isinstance(model, Exception):
                raise model
            return model

        module = SimpleNamespace(
            __version__="3.0",
            models=SimpleNamespace(model_from_json=from_json),
            ops=SimpleNamespace(convert_to_numpy=lambda it: getattr(it, "value", it)),
            tree=SimpleNamespace(flatten=list),
        )
        monkeypatch.setitem(sys.modules, "keras", module)
        return model

    return builds


def check(specc, folder):
    (folder / "model.json").write_text(CONFIG)
    return specc("import", "model.json", "-o", "m.yaml", "--check", "--force", folder=folder)


def test_the_same_numbers_at_three_sizes(keras, specc, tmp_path):
    model = keras(Model())
    ran = check(specc, tmp_path)
    assert ran.status == 0, ran.err
    assert "Keras 3.0 gives the same outputs and masks at three sizes" in ran.out
    assert len(set(model.seen)) == 3
    assert len({shape[1] for shape in model.seen}) == 3


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Model(factor=1.01), "`d` differs from Keras's"),
        (Model(mask=np.ones((1, 8), bool)), "Keras gives it a mask"),
        (Model(outputs=2), "2 outputs in Keras, and 1 here"),
        (TypeError("no such\nclass"), "Keras 3.0 does not build the model: no such"),
    ],
)
def test_what_differs_is_an_error(model, said, keras, specc, tmp_path):
    keras(model)
    ran = check(specc, tmp_path)
    assert ran.status == 1
    assert "error[SPC0814]" in ran.err
    assert said in ran.err
