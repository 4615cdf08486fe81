"""Make `train.npz` and `digits.npz` from the digits that ship with scikit-learn: python data.py.

It needs scikit-learn; training and running the model do not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 7
TEST_SHARE = 0.4
GREY_LEVELS = 16  # the data counts the inked points, 0 to 16, of each 4 × 4 cell

HERE = Path(__file__).parent


def with_shifts(pixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add each image moved by one pixel left, right, up and down, with an empty edge."""
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    corners = [(1, 1), (0, 1), (2, 1), (1, 0), (1, 2)]
    moved = [padded[:, row : row + 8, column : column + 8] for row, column in corners]
    return np.concatenate(moved), np.tile(labels, len(corners))


def main() -> None:
    """Split by class, and save both parts; the part to train on with shifts."""
    digits = load_digits()
    pixels = (digits.images / GREY_LEVELS).astype(np.float32)
    labels = digits.target.astype(np.int32)
    train_pixels, test_pixels, train_labels, test_labels = train_test_split(
        pixels, labels, test_size=TEST_SHARE, stratify=labels, random_state=SEED
    )
    train_pixels, train_labels = with_shifts(train_pixels, train_labels)
    np.savez_compressed(HERE / "train.npz", pixels=train_pixels, labels=train_labels)
    np.savez_compressed(HERE / "digits.npz", pixels=test_pixels, labels=test_labels)
    print(f"{len(train_labels)} images to train on, {len(test_labels)} to test with")


if __name__ == "__main__":
    main()
