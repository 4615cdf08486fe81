"""Compare the written probabilities with the labels: python score.py probs.npz."""

import sys
from pathlib import Path

import numpy as np

labels = np.load(Path(__file__).with_name("digits.npz"))["labels"]
probs = np.load(sys.argv[1])["probs"]
right = int((probs.argmax(axis=-1) == labels).sum())
print(f"accuracy: {right / len(labels):.2%} ({right} of {len(labels)})".replace("%", " %"))
