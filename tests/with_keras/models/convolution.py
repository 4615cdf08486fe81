"""Models of images, of sequences read by windows, and of volumes."""

from __future__ import annotations

import keras
from keras import layers

from models.registry import model, of


@model
def lenet() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(30, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@model
def small_cnn() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.5),
            layers.Dense(4),
        ]
    )


@model
def any_image_size() -> keras.Model:
    x = keras.Input((None, None, 3))
    y = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU(6.0)(y)
    y = layers.MaxPooling2D(3, strides=2, padding="same")(y)
    return of(x, layers.GlobalMaxPooling2D()(y))


def _residual(x, filters: int, strides: int = 1):
    short = x
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    y = layers.Activation("relu")(y)
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    if strides > 1 or x.shape[-1] != filters:
        short = layers.Conv2D(filters, 1, strides=strides, use_bias=False)(x)
        short = layers.BatchNormalization()(short)
    return layers.Activation("relu")(layers.Add()([y, short]))


@model
def resnet() -> keras.Model:
    x = keras.Input((16, 16, 3))
    y = layers.Conv2D(8, 3, padding="same")(x)
    for filters, strides in ((8, 1), (8, 1), (16, 2), (16, 1)):
        y = _residual(y, filters, strides)
    return of(x, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(y)))


@model
def resnet_v2_bottleneck() -> keras.Model:
    x = keras.Input((12, 12, 4))
    y = x
    for _ in range(3):
        z = layers.Activation("relu")(layers.BatchNormalization()(y))
        z = layers.Conv2D(2, 1, activation="relu")(z)
        z = layers.Conv2D(2, 3, padding="same", activation="relu")(z)
        y = layers.add([y, layers.Conv2D(4, 1)(z)])
    return of(x, y)


@model
def unet() -> keras.Model:
    x = keras.Input((16, 16, 1))
    a = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    b = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D()(a))
    c = layers.Conv2D(16, 3, padding="same", activation="relu")(layers.MaxPooling2D()(b))
    d = layers.Conv2DTranspose(8, 2, strides=2, padding="same")(c)
    d = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.concatenate([b, d]))
    e = layers.UpSampling2D(2, interpolation="bilinear")(d)
    e = layers.Conv2D(4, 3, padding="same", activation="relu")(layers.concatenate([a, e]))
    return of(x, layers.Conv2D(1, 1, activation="sigmoid")(e))


@model
def fully_convolutional() -> keras.Model:
    x = keras.Input((None, None, 2))
    y = layers.Conv2D(4, 3, padding="same", dilation_rate=2, activation="relu")(x)
    y = layers.Conv2DTranspose(3, 4, strides=2, padding="same")(y)
    return of(x, layers.Softmax()(y))


@model
def mobilenet() -> keras.Model:
    x = keras.Input((16, 16, 3))
    y = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    y = layers.Conv2D(8, 3, strides=2, use_bias=False)(y)
    for filters, strides in ((8, 1), (16, 2)):
        y = layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.Conv2D(filters, 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.GlobalAveragePooling2D(keepdims=True)(y)
    return of(x, layers.Reshape((4,))(layers.Conv2D(4, 1)(y)))


@model
def inverted_residuals() -> keras.Model:
    x = keras.Input((8, 8, 4))
    y = x
    for _ in range(2):
        z = layers.Conv2D(12, 1, activation="relu6")(y)
        z = layers.DepthwiseConv2D(3, padding="same", activation="relu6")(z)
        y = layers.Add()([y, layers.Conv2D(4, 1)(z)])
    return of(x, y)


@model
def squeeze_and_excite() -> keras.Model:
    x = keras.Input((8, 8, 6))
    y = layers.Conv2D(6, 3, padding="same", activation="swish")(x)
    s = layers.GlobalAveragePooling2D()(y)
    s = layers.Dense(6, activation="sigmoid")(layers.Dense(2, activation="relu")(s))
    return of(x, layers.Multiply()([y, layers.Reshape((1, 1, 6))(s)]))


@model
def separable() -> keras.Model:
    x = keras.Input((10, 10, 3))
    y = layers.SeparableConv2D(8, 3, depth_multiplier=2, activation="relu")(x)
    y = layers.SeparableConv2D(8, 3, strides=2, padding="same")(y)
    return of(x, layers.GlobalMaxPooling2D()(y))


@model
def densenet() -> keras.Model:
    x = keras.Input((8, 8, 4))
    y = x
    for _ in range(3):
        z = layers.Activation("relu")(layers.BatchNormalization()(y))
        y = layers.Concatenate()([y, layers.Conv2D(3, 3, padding="same")(z)])
    return of(x, layers.AveragePooling2D(2, strides=2)(layers.Conv2D(6, 1)(y)))


@model
def inception() -> keras.Model:
    x = keras.Input((9, 9, 4))
    branches = [
        layers.Conv2D(3, 1, activation="relu")(x),
        layers.Conv2D(3, (1, 5), padding="same")(layers.Conv2D(2, (5, 1), padding="same")(x)),
        layers.Conv2D(2, 1)(layers.AveragePooling2D(3, strides=1, padding="same")(x)),
        layers.MaxPooling2D(3, strides=1, padding="same")(x),
    ]
    return of(x, layers.Concatenate()(branches))


@model
def super_resolution() -> keras.Model:
    x = keras.Input((None, None, 1))
    y = layers.Conv2D(4, 5, padding="same", activation="relu")(x)
    y = layers.UpSampling2D((2, 2))(y)
    return of(x, layers.Conv2D(1, 3, padding="same")(y))


@model
def generator() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((8,)),
            layers.Dense(4 * 4 * 6, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Reshape((4, 4, 6)),
            layers.Conv2DTranspose(4, 5, strides=1, padding="same", use_bias=False),
            layers.Conv2DTranspose(2, 5, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(1, 4, strides=2, activation="tanh"),
        ]
    )


@model
def discriminator() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((16, 16, 1)),
            layers.Conv2D(4, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(8, 5, strides=(2, 2), padding="same"),
            layers.GroupNormalization(4),
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


@model
def text_cnn() -> keras.Model:
    x = keras.Input((None,), dtype="int32")
    e = layers.Embedding(40, 6)(x)
    pooled = [
        layers.GlobalMaxPooling1D()(layers.Conv1D(5, size, padding="same", activation="relu")(e))
        for size in (2, 3, 4)
    ]
    return of(x, layers.Dense(3, activation="softmax")(layers.Concatenate()(pooled)))


@model
def wavenet() -> keras.Model:
    x = keras.Input((None, 1))
    y = layers.Conv1D(6, 2, padding="causal")(x)
    skips = []
    for rate in (1, 2, 4):
        tanh = layers.Conv1D(6, 2, dilation_rate=rate, padding="causal", activation="tanh")(y)
        gate = layers.Conv1D(6, 2, dilation_rate=rate, padding="causal", activation="sigmoid")(y)
        z = layers.Multiply()([tanh, gate])
        skips.append(layers.Conv1D(6, 1)(z))
        y = layers.Add()([y, skips[-1]])
    y = layers.Activation("relu")(layers.Add()(skips))
    return of(x, layers.Conv1D(4, 1, activation="softmax")(y))


@model
def temporal_cnn() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((40, 3)),
            layers.Conv1D(8, 5, strides=2, activation="relu"),
            layers.MaxPooling1D(2),
            layers.SeparableConv1D(8, 3, activation="relu"),
            layers.DepthwiseConv1D(3, padding="same"),
            layers.AveragePooling1D(2),
            layers.Cropping1D(1),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2),
        ]
    )


@model
def audio_decoder() -> keras.Model:
    x = keras.Input((None, 4))
    y = layers.Conv1DTranspose(6, 4, strides=2, padding="same", activation="relu")(x)
    y = layers.UpSampling1D(2)(y)
    y = layers.ZeroPadding1D(1)(y)
    return of(x, layers.Conv1D(1, 3)(y))


@model
def volumes() -> keras.Model:
    x = keras.Input((8, 8, 8, 1))
    y = layers.Conv3D(4, 3, padding="same", activation="relu")(x)
    y = layers.MaxPooling3D(2)(y)
    y = layers.Conv3DTranspose(3, 2, strides=2)(y)
    y = layers.UpSampling3D(1)(layers.Cropping3D(1)(layers.ZeroPadding3D(1)(y)))
    return of(x, layers.GlobalAveragePooling3D()(layers.AveragePooling3D(2)(y)))


@model
def channels_first() -> keras.Model:
    first = {"data_format": "channels_first"}
    x = keras.Input((3, 12, 12))
    y = layers.Conv2D(6, 3, groups=3, activation="relu", **first)(x)
    y = layers.BatchNormalization(axis=1)(y)
    y = layers.MaxPooling2D(2, **first)(y)
    y = layers.Conv2D(4, 3, padding="same", **first)(y)
    return of(x, layers.GlobalAveragePooling2D(**first)(y))


@model
def adaptive_pooling() -> keras.Model:
    x = keras.Input((11, 13, 4))
    y = layers.AdaptiveAveragePooling2D((3, 4))(layers.Conv2D(4, 3)(x))
    return of(x, layers.Flatten()(layers.AdaptiveMaxPooling2D(2)(y)))


@model
def augmented() -> keras.Model:
    x = keras.Input((12, 12, 3))
    y = layers.RandomFlip("horizontal")(x)
    y = layers.RandomRotation(0.1)(y)
    y = layers.RandomZoom(0.2)(y)
    y = layers.Resizing(8, 8, interpolation="nearest")(y)
    y = layers.CenterCrop(6, 6)(y)
    return of(x, layers.Conv2D(2, 3)(y))


@model
def frozen_backbone() -> keras.Model:
    """Transfer learning: a model in a model in a model, of which part is frozen."""
    i = keras.Input((12, 12, 3))
    y = layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False)(i)
    for block in range(2):
        z = layers.DepthwiseConv2D(3, padding="same", trainable=block > 0)(y)
        z = layers.Activation("relu6")(layers.BatchNormalization(trainable=block > 0)(z))
        y = layers.Add()([y, layers.Conv2D(6, 1)(z)])
    small = keras.Model(i, y, name="small")
    body = keras.Sequential([small, layers.SeparableConv2D(4, 3)], name="body")
    x = keras.Input((12, 12, 3))
    y = layers.GlobalAveragePooling2D()(body(layers.Rescaling(1 / 127.5, offset=-1.0)(x)))
    return of(x, layers.Dense(3, activation="softmax")(y))
