"""The examples do on real data what their pages say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import spec_compiler as sc

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def digits() -> tuple[sc.Model, dict[str, np.ndarray]]:
    return (
        sc.compile_file(EXAMPLES / "digits" / "model.yaml"),
        dict(np.load(EXAMPLES / "digits" / "digits.npz")),
    )


@pytest.fixture(scope="module")
def names() -> tuple[sc.Model, dict[str, np.ndarray]]:
    return (
        sc.compile_file(EXAMPLES / "sequence" / "model.yaml"),
        dict(np.load(EXAMPLES / "sequence" / "sequences.npz")),
    )


def stated(folder: str) -> tuple[int, int]:
    """How many of how many are right, as the example's page says."""
    text = (EXAMPLES / folder / "README.md").read_text()
    found = re.search(r"accuracy: [\d.]+ %\*\* \(([\d,]+) of ([\d,]+)", text)
    assert found
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


def test_digits_are_read_as_well_as_stated(digits) -> None:
    model, data = digits
    right = int((model(data["pixels"]).argmax(axis=1) == data["labels"]).sum())
    assert (right, len(data["labels"])) == stated("digits")
    assert right / len(data["labels"]) >= 0.97


def test_languages_are_told_as_well_as_stated(names) -> None:
    model, data = names
    right = int((model(data["tokens"]).argmax(axis=1) == data["labels"]).sum())
    assert (right, len(data["labels"])) == stated("sequence")


@pytest.mark.parametrize(("folder", "turns"), [("digits_cnn", 0), ("lora", 1)])
def test_other_models_of_digits_are_as_good_as_stated(folder, turns, digits) -> None:
    _, data = digits
    model = sc.compile_file(EXAMPLES / folder / "model.yaml")
    probs = model(np.rot90(data["pixels"], turns, axes=(1, 2)))
    right = int((probs.argmax(axis=1) == data["labels"]).sum())
    assert (right, len(data["labels"])) == stated(folder)


def test_lora_keeps_the_weights_of_the_base() -> None:
    base, tuned = (
        sc.compile_file(EXAMPLES / "lora" / name).weights for name in ("base.yaml", "model.yaml")
    )
    kept = [name for name in base if name not in {"first.bias", "second.bias"}]
    assert len(kept) == 4
    for name in kept:
        np.testing.assert_array_equal(base[name], tuned[name])


def test_padding_does_not_change_an_answer(names) -> None:
    model, data = names
    tokens, lengths = data["tokens"][:200], data["lengths"][:200]
    padded = model(np.pad(tokens, ((0, 0), (0, 24))))
    np.testing.assert_array_equal(model(tokens), padded)
    for row, length in enumerate(lengths[:40]):
        alone = model(tokens[row : row + 1, :length])
        np.testing.assert_allclose(alone[0], padded[row], rtol=1e-5, atol=1e-6)


def test_the_mask_is_what_makes_it_so(names) -> None:
    _, data = names
    text = (EXAMPLES / "sequence" / "model.yaml").read_text()
    unmasked = sc.compile_text(
        text.replace("mask_zero: true", "mask_zero: false"),
        file=str(EXAMPLES / "sequence" / "model.yaml"),
    )
    tokens = data["tokens"][:200]
    assert np.abs(unmasked(tokens) - unmasked(np.pad(tokens, ((0, 0), (0, 24))))).max() > 0.1


def test_the_weights_are_those_that_the_spec_names(digits) -> None:
    model, _ = digits
    assert model.program.core.header.weights is not None
    assert model.program.core.header.weights.sha256 is not None
    assert sum(array.size for array in model.weights.values()) == 8970
