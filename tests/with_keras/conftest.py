"""What needs Keras: `make keras` runs it in build/keras, and no other test run finds it."""

import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path += [str(Path(__file__).parents[1] / name) for name in ("properties", "plan")]


def pytest_configure(config):
    config.addinivalue_line("filterwarnings", "ignore")  # Keras's and its backends' own
