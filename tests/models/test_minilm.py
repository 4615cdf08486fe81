"""What can be tested of the published encoder without its weights: a small twin under its names."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc

SPEC = Path(__file__).parents[2] / "examples" / "minilm" / "model.yaml"
WIDTH, HEADS, DEPTH, VOCAB = 24, 3, 2, 50


def test_it_is_short() -> None:
    assert len(SPEC.read_text().splitlines()) <= 91


def test_it_is_proved() -> None:
    found = sc.validate(SPEC.read_text(), file=str(SPEC))
    assert {item.code for item in found} <= {"SPC0610"}  # the weights are not kept here


def published_tensors() -> dict[str, np.ndarray]:
    """Random tensors with the names and the layouts of the published file."""
    rng = np.random.default_rng(1)
    tensors = {}

    def linear(name: str, read: int, written: int) -> None:
        tensors[f"{name}.weight"] = rng.normal(0, 0.3, (written, read))
        tensors[f"{name}.bias"] = rng.normal(0, 0.3, written)

    def norm(name: str) -> None:
        tensors[f"{name}.LayerNorm.weight"] = rng.normal(1, 0.2, WIDTH)
        tensors[f"{name}.LayerNorm.bias"] = rng.normal(0, 0.2, WIDTH)

    for name, rows in (("word", VOCAB), ("position", 512), ("token_type", 2)):
        tensors[f"embeddings.{name}_embeddings.weight"] = rng.normal(0, 1, (rows, WIDTH))
    norm("embeddings")
    for i in range(DEPTH):
        layer = f"encoder.layer.{i}"
        for part in ("query", "key", "value"):
            linear(f"{layer}.attention.self.{part}", WIDTH, WIDTH)
        linear(f"{layer}.attention.output.dense", WIDTH, WIDTH)
        norm(f"{layer}.attention.output")
        linear(f"{layer}.intermediate.dense", WIDTH, 4 * WIDTH)
        linear(f"{layer}.output.dense", 4 * WIDTH, WIDTH)
        norm(f"{layer}.output")
    linear("pooler.dense", WIDTH, WIDTH)  # the published file has it, too
    return {name: array.astype(np.float32) for name, array in tensors.items()}


def bert(tensors: dict[str, np.ndarray], tokens: np.ndarray) -> np.ndarray:
    """Sentences to vectors in float64, from the papers: no line of specc takes part."""
    w = {name: array.astype(np.float64) for name, array in tensors.items()}
    erf = np.vectorize(math.erf)

    def linear(name: str, x: np.ndarray) -> np.ndarray:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(name: str, x: np.ndarray) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        unit = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return unit * w[f"{name}.LayerNorm.weight"] + w[f"{name}.LayerNorm.bias"]

    kept = tokens != 0
    x = w["embeddings.word_embeddings.weight"][tokens]
    x = x + w["embeddings.position_embeddings.weight"][: tokens.shape[1]]
    x = norm("embeddings", x + w["embeddings.token_type_embeddings.weight"][0])
    for i in range(DEPTH):
        layer = f"encoder.layer.{i}"
        query, key, value = (
            np.stack(np.split(linear(f"{layer}.attention.self.{part}", x), HEADS, axis=-1), axis=1)
            for part in ("query", "key", "value")
        )
        scores = np.einsum("bhqd,bhkd->bhqk", query, key) / math.sqrt(WIDTH / HEADS)
        weights = np.exp(scores - scores.max(-1, keepdims=True)) * kept[:, None, None, :]
        weights /= weights.sum(-1, keepdims=True)
        read = np.concatenate(list(np.moveaxis(weights @ value, 1, 0)), axis=-1)
        x = norm(f"{layer}.attention.output", x + linear(f"{layer}.attention.output.dense", read))
        inner = linear(f"{layer}.intermediate.dense", x)
        inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
        x = norm(f"{layer}.output", x + linear(f"{layer}.output.dense", inner))
    mean = (x * kept[..., None]).sum(1) / kept.sum(1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> sc.Model:
    """The same spec, small, with a file that is named and laid out as the published one."""
    folder = tmp_path_factory.mktemp("minilm")
    shutil.copy(SPEC, folder / "model.yaml")
    save_file(published_tensors(), folder / "model.safetensors")
    sizes = {"width": WIDTH, "heads": HEADS, "depth": DEPTH, "vocab": VOCAB}
    return sc.compile_file(folder / "model.yaml", params=sizes)


def test_it_agrees_with_bert_in_plain_numpy(twin: sc.Model) -> None:
    tokens = np.random.default_rng(0).integers(1, VOCAB, (5, 9)).astype(np.int32)
    for row, length in enumerate((9, 1, 4, 7, 2)):
        tokens[row, length:] = 0
    np.testing.assert_allclose(twin(tokens), bert(published_tensors(), tokens), atol=1e-5)


def test_padding_changes_nothing(twin: sc.Model) -> None:
    tokens = np.array([[7, 3, 9, 4]], np.int32)
    padded = np.pad(tokens, ((0, 0), (0, 5)))
    np.testing.assert_allclose(twin(padded), twin(tokens), atol=1e-6)


def test_a_batch_of_one_and_of_sixteen_agree(twin: sc.Model) -> None:
    tokens = np.random.default_rng(0).integers(1, VOCAB, (16, 6)).astype(np.int32)
    together = twin(tokens)
    for row in range(16):
        np.testing.assert_allclose(twin(tokens[row : row + 1])[0], together[row], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
