"""The last step of docs/from_keras.md: on to Keras 3, and back to the same spec."""

import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def specc(tmp_path):
    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "spec_compiler", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_a_model_of_keras_2_goes_on_in_keras_3(specc, tmp_path):
    specc("import", str(ROOT / "examples/keras2/sentiment.h5"), "-o", "sentiment.yaml")
    told = specc("export", "keras", "sentiment.yaml", "-o", "sentiment.keras")
    found = re.search(r"3 runs on \w+ differ from specc's by at most ([\d.e-]+)", told)
    assert float(found[1]) < 1e-6
    words = np.array([[4, 7, 0, 0], [9, 2, 5, 0]])
    np.save(tmp_path / "words.npy", words.astype("int32"))
    specc("run", "sentiment.yaml", "-i", "words=words.npy", "-o", "mood.npy")
    sys.path.insert(0, str(tmp_path))
    try:
        __import__("sentiment_layers")
        mood = keras.saving.load_model(tmp_path / "sentiment.keras").predict(words, verbose=0)
    finally:
        sys.path.remove(str(tmp_path))
    np.testing.assert_allclose(mood["mood"] if isinstance(mood, dict) else mood,
                               np.load(tmp_path / "mood.npy"), rtol=1e-5)  # fmt: skip
    specc("import", "sentiment.keras", "-o", "again.yaml")
    assert specc("hash", "again.yaml") == specc("hash", "sentiment.yaml")
