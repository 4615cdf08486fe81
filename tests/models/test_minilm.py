"""What can be tested of the published encoder without its weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import spec_compiler as sc

SPEC = Path(__file__).parents[2] / "examples" / "minilm" / "model.yaml"


def test_it_is_short() -> None:
    assert len(SPEC.read_text().splitlines()) <= 90


def test_it_is_proved() -> None:
    found = sc.validate(SPEC.read_text(), file=str(SPEC))
    assert {item.code for item in found} <= {"SPC0610"}  # the weights are not kept here


@pytest.fixture(scope="module")
def twin() -> sc.Model:
    """The same graph, small, with weights from the seed."""
    text = SPEC.read_text().partition("weights:\n")[0]
    return sc.compile_text(text, params={"width": 24, "heads": 3, "depth": 2, "vocab": 50})


def test_padding_changes_nothing(twin: sc.Model) -> None:
    tokens = np.array([[7, 3, 9, 4]], np.int32)
    padded = np.pad(tokens, ((0, 0), (0, 5)))
    np.testing.assert_allclose(twin(padded), twin(tokens), atol=1e-6)


def test_a_batch_of_one_and_of_sixteen_agree(twin: sc.Model) -> None:
    tokens = np.random.default_rng(0).integers(1, 50, (16, 6)).astype(np.int32)
    together = twin(tokens)
    for row in range(16):
        np.testing.assert_allclose(twin(tokens[row : row + 1])[0], together[row], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
