"""The models: each a function that builds one with Keras 2's API, by its name."""

from __future__ import annotations

from collections.abc import Callable

import tf_keras

Builder = Callable[[], tf_keras.Model]
MODELS: dict[str, Builder] = {}


def model(build: Builder) -> Builder:
    """Register a function under its name."""
    MODELS[build.__name__] = build
    return build
