"""Twelve models of `keras.applications`, as their users save them, with small inputs."""

from __future__ import annotations

from collections.abc import Callable

import keras
from keras import applications

SMALL = {
    "MobileNetV2": 32, "MobileNetV3Small": 32, "ResNet50": 32, "ResNet50V2": 32,
    "EfficientNetB0": 32, "EfficientNetV2B0": 32, "DenseNet121": 32, "InceptionV3": 75,
    "Xception": 71, "VGG16": 32, "NASNetMobile": 32, "ConvNeXtTiny": 32,
}  # fmt: skip
"""The rows and columns of their inputs."""
ON_JAX = {"NASNetMobile"}
"""Those that Keras does not build with torch."""


def _builder(name: str, size: int) -> Callable[[], keras.Model]:
    def build() -> keras.Model:
        return getattr(applications, name)(weights=None, input_shape=(size, size, 3), classes=10)

    return build


MODELS = {name: _builder(name, size) for name, size in SMALL.items()}
