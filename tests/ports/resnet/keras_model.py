"""A residual network for small images."""

import keras
from keras import layers


def conv_norm(x, filters, kernel_size, strides=1):
    x = layers.Conv2D(filters, kernel_size, strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def residual(x, filters, strides):
    y = conv_norm(x, filters, 3, strides)
    y = layers.ReLU()(y)
    y = conv_norm(y, filters, 3)
    shortcut = conv_norm(x, filters, 1, strides)
    return layers.ReLU()(shortcut + y)


def build(width=16, classes=10):
    image = keras.Input((None, None, 3))
    x = conv_norm(image, width, 3)
    x = layers.ReLU()(x)
    for filters, strides in ((width, 1), (2 * width, 2), (4 * width, 2)):
        x = residual(x, filters, strides)
    x = layers.GlobalAveragePooling2D()(x)
    logits = layers.Dense(classes)(x)
    return keras.Model(image, logits)
