"""The models: each a function that builds one with Keras's API, by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Builder = Callable[[], keras.Model]
MODELS: dict[str, Builder] = {}


def model(build: Builder) -> Builder:
    """Register a function under its name."""
    MODELS[build.__name__] = build
    return build


def of(inputs: Any, outputs: Any) -> keras.Model:
    """The functional model of these tensors."""
    return keras.Model(inputs, outputs)
