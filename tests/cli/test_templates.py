"""What is true of the model that a template is, beside that its numbers are finite."""

from __future__ import annotations

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.cli.new import TEMPLATES, text_of

ROWS = 3
CLOSE = {"rtol": 1e-4, "atol": 1e-5}
SIZES = {"length": 5, "steps": 5, "m": 4, "n": 5}


@pytest.fixture(scope="module")
def models():
    return {name: sc.compile_text(text_of(name)) for name in TEMPLATES}


def drawn(model, rows):
    """Random data for each input, without padding."""
    rng = np.random.default_rng(5)
    found = {}
    for name, port in model.inputs.items():
        shape = [rows, *(SIZES.get(f"{size}", size) for size in port.type.shape[1:])]
        whole = port.type.dtype == "int32"
        found[name] = rng.integers(1, 9, shape, "int32") if whole else rng.random(shape, "float32")
    return found


@pytest.mark.parametrize("template", TEMPLATES)
def test_rows_do_not_depend_on_each_other(template, models):
    model, data = models[template], drawn(models[template], ROWS)
    together = model(data)
    for row in range(ROWS):
        alone = model({name: array[row : row + 1] for name, array in data.items()})
        np.testing.assert_allclose(alone[0], together[row], **CLOSE)


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_goes_in_matters(template, models):
    """Each input, and not the number of rows alone, decides what comes out."""
    model, data = models[template], drawn(models[template], ROWS)
    before = model(data)
    for name, array in data.items():
        assert not np.allclose(model({**data, name: array[::-1].copy()}), before, **CLOSE), name


def test_a_later_token_does_not_change_an_earlier_place(models):
    data = drawn(models["decoder"], 1)["tokens"]
    other = data.copy()
    other[0, 3] += 1
    one, two = models["decoder"](data), models["decoder"](other)
    np.testing.assert_allclose(one[:, :3], two[:, :3], **CLOSE)
    assert not np.allclose(one[:, 3], two[:, 3], **CLOSE)


def test_a_tag_depends_on_both_sides(models):
    data = drawn(models["tagger"], 1)["tokens"]
    for changed, read in ((0, 4), (4, 0)):
        other = data.copy()
        other[0, changed] += 1
        assert not np.array_equal(models["tagger"](data)[:, read], models["tagger"](other)[:, read])


@pytest.mark.parametrize("template", ["encoder", "text-classifier"])
def test_the_order_of_words_matters(template, models):
    data = np.array([[1, 2, 3, 4, 5]], "int32")
    there, back = (models[template](each) for each in (data, data[:, ::-1].copy()))
    assert not np.array_equal(there, back)


def test_which_text_comes_first_does_not_matter(models):
    data = drawn(models["siamese"], ROWS)
    turned = {"left": data["right"], "right": data["left"]}
    np.testing.assert_allclose(models["siamese"](turned), models["siamese"](data), **CLOSE)
