"""Make `base.keras`, a model of Keras, and `turned.npz`, the digits of ../digits turned by 90°.

Run it with any backend: `KERAS_BACKEND=jax python examples/lora/make.py`.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

HERE = Path(__file__).parent
DIGITS = HERE.parent / "digits"
UPRIGHT = 1078  # the first images of the data are not shifted


def main() -> None:
    """Train the model on upright digits, and turn the others."""
    keras.utils.set_random_seed(7)
    train, test = np.load(DIGITS / "train.npz"), np.load(DIGITS / "digits.npz")
    pixels = keras.Input((8, 8), name="pixels")
    x = keras.layers.Flatten(name="flat")(pixels)
    x = keras.layers.Dense(64, activation="relu", name="first")(x)
    x = keras.layers.Dense(64, activation="relu", name="second")(x)
    probs = keras.layers.Dense(10, activation="softmax", name="probs")(x)
    model = keras.Model(pixels, probs, name="upright")
    model.compile("adamw", "sparse_categorical_crossentropy")
    model.fit(train["pixels"], train["labels"], 64, 20, verbose=0)
    plain = keras.models.clone_model(model)  # without the optimizer's numbers
    plain.set_weights(model.get_weights())
    plain.save(HERE / "base.keras")
    np.savez_compressed(
        HERE / "turned.npz",
        pixels=np.rot90(train["pixels"][:UPRIGHT], axes=(1, 2)),
        labels=train["labels"][:UPRIGHT],
    )
    right = model.predict(test["pixels"], verbose=0).argmax(axis=1) == test["labels"]
    print(f"upright: {right.sum()} of {len(right)}")


if __name__ == "__main__":
    main()
