"""Models as people built them with Keras 2, of every kind of layer that an import reads."""

from __future__ import annotations

from models import convolution, functions, mixed, recurrent, vectors
from models.registry import MODELS

__all__ = ["MODELS", "convolution", "functions", "mixed", "recurrent", "vectors"]
