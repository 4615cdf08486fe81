"""Models as people build them with Keras, of every kind of layer that an import reads."""

from __future__ import annotations

from models import attention, convolution, dense, mixed, recurrent
from models.registry import MODELS

__all__ = ["MODELS", "attention", "convolution", "dense", "mixed", "recurrent"]
