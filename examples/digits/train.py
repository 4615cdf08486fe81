"""Make `weights.safetensors` and `digits.npz` from the digits that ship with scikit-learn.

Run it with Keras's torch backend: `KERAS_BACKEND=torch python examples/digits/train.py`.
It needs keras, torch, scikit-learn and safetensors; running the model needs none of them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import keras
import numpy as np
import torch
from safetensors.numpy import save
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 7
WIDTH = 64
CLASSES = 10
EPOCHS = 60
BATCH = 32
TEST_SHARE = 0.4
GREY_LEVELS = 16  # the data counts the inked points, 0 to 16, of each 4 × 4 cell

HERE = Path(__file__).parent


def build() -> keras.Model:
    """The layers of `model.yaml`, with dropout, which acts only while training."""
    pixels = keras.Input((8, 8), name="pixels")
    strokes = keras.layers.EinsumDense(
        "brc,rch->bh", output_shape=WIDTH, bias_axes="h", activation="relu", name="strokes"
    )(pixels)
    x = keras.layers.Dropout(0.2)(strokes)
    hidden = keras.layers.Dense(WIDTH, activation="relu", name="hidden")(x)
    x = keras.layers.Add(name="merged")([strokes, hidden])
    x = keras.layers.Dropout(0.2)(x)
    probs = keras.layers.Dense(CLASSES, activation="softmax", name="probs")(x)
    return keras.Model(pixels, probs)


def with_shifts(pixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add each image moved by one pixel left, right, up and down, with an empty edge."""
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    corners = [(1, 1), (0, 1), (2, 1), (1, 0), (1, 2)]
    moved = [padded[:, row : row + 8, column : column + 8] for row, column in corners]
    return np.concatenate(moved), np.tile(labels, len(corners))


def fit(model: keras.Model, pixels: np.ndarray, labels: np.ndarray) -> None:
    """Train for a fixed number of epochs: nothing is chosen by looking at test data."""
    pixels, labels = with_shifts(pixels, labels)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, EPOCHS * (len(labels) // BATCH + 1))
    model.compile(keras.optimizers.AdamW(rate), "sparse_categorical_crossentropy")
    model.fit(pixels, labels, BATCH, EPOCHS, verbose=0)


def save_weights(model: keras.Model) -> str:
    """Write each weight under the name that the spec gives it; return the file's SHA-256."""
    weights = {
        f"{layer.name}.{weight.name}": keras.ops.convert_to_numpy(weight)
        for layer in model.layers
        for weight in layer.weights
        if weight.name != "seed_generator_state"
    }
    content = save(weights)
    (HERE / "weights.safetensors").write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Split, train, save, and print what the README and the spec state."""
    keras.utils.set_random_seed(SEED)
    torch.set_num_threads(1)  # so that sums are added in the same order on every run
    digits = load_digits()
    pixels = (digits.images / GREY_LEVELS).astype(np.float32)
    labels = digits.target.astype(np.int32)
    train_pixels, test_pixels, train_labels, test_labels = train_test_split(
        pixels, labels, test_size=TEST_SHARE, stratify=labels, random_state=SEED
    )
    model = build()
    fit(model, train_pixels, train_labels)
    correct = model.predict(test_pixels, verbose=0).argmax(axis=-1) == test_labels
    digest = save_weights(model)
    np.savez_compressed(HERE / "digits.npz", pixels=test_pixels, labels=test_labels)
    print(f"trained on {len(train_labels)} digits")
    print(f"test accuracy: {correct.mean():.4f} ({correct.sum()} of {len(correct)})")
    print(f"sha256 for model.yaml: {digest}")


if __name__ == "__main__":
    main()
