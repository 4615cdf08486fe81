"""Models of images, of sequences read by windows, and of volumes."""

from __future__ import annotations

from tf_keras import Input, Model, Sequential, layers

from models.registry import model


@model
def lenet() -> Model:
    return Sequential(
        [
            layers.Conv2D(6, 5, padding="same", activation="tanh", input_shape=(28, 28, 1)),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(30, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@model
def any_image_size() -> Model:
    x = Input((None, None, 3))
    y = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.MaxPooling2D(3, strides=2, padding="same")(y)
    return Model(x, layers.GlobalMaxPooling2D()(y))


@model
def resnet() -> Model:
    x = Input((16, 16, 3))
    y = layers.Conv2D(8, 3, padding="same")(x)
    for _ in range(3):
        z = layers.Conv2D(8, 3, padding="same", use_bias=False)(y)
        z = layers.Activation("relu")(layers.BatchNormalization(axis=3)(z))
        z = layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(z))
        y = layers.Activation("relu")(layers.add([y, z]))
    return Model(x, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(y)))


@model
def unet() -> Model:
    x = Input((16, 16, 1))
    a = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    b = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D()(a))
    c = layers.Conv2DTranspose(4, 2, strides=2, padding="same")(b)
    d = layers.concatenate([a, c, layers.UpSampling2D(2, interpolation="bilinear")(b)])
    return Model(x, layers.Conv2D(1, 1, activation="sigmoid")(d))


@model
def mobilenet() -> Model:
    x = Input((16, 16, 3))
    y = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    y = layers.Conv2D(8, 3, strides=2, use_bias=False)(y)
    for filters, strides in ((8, 1), (16, 2)):
        y = layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.ReLU(6.0)(layers.BatchNormalization()(layers.Conv2D(filters, 1)(y)))
    y = layers.GlobalAveragePooling2D(keepdims=True)(y)
    return Model(x, layers.Reshape((4,))(layers.Conv2D(4, 1)(y)))


@model
def squeeze_and_excite() -> Model:
    x = Input((8, 8, 6))
    y = layers.Conv2D(6, 3, padding="same", activation="swish")(x)
    s = layers.GlobalAveragePooling2D()(y)
    s = layers.Dense(6, activation="sigmoid")(layers.Dense(2, activation="relu")(s))
    return Model(x, layers.Multiply()([y, layers.Reshape((1, 1, 6))(s)]))


@model
def separable() -> Model:
    x = Input((10, 10, 3))
    y = layers.SeparableConv2D(8, 3, depth_multiplier=2, activation="relu")(x)
    y = layers.SeparableConv2D(8, 3, strides=2, padding="same")(y)
    return Model(x, layers.GlobalMaxPooling2D()(y))


@model
def densenet() -> Model:
    x = y = Input((8, 8, 4))
    for _ in range(3):
        z = layers.Activation("relu")(layers.BatchNormalization()(y))
        y = layers.Concatenate()([y, layers.Conv2D(3, 3, padding="same")(z)])
    return Model(x, layers.AveragePooling2D(2, strides=2)(layers.Conv2D(6, 1)(y)))


@model
def generator() -> Model:
    return Sequential(
        [
            layers.Dense(4 * 4 * 6, use_bias=False, input_shape=(8,)),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Reshape((4, 4, 6)),
            layers.Conv2DTranspose(4, 5, strides=1, padding="same", use_bias=False),
            layers.Conv2DTranspose(1, 4, strides=2, activation="tanh"),
        ]
    )


@model
def discriminator() -> Model:
    return Sequential(
        [
            layers.Conv2D(4, 5, strides=2, padding="same", input_shape=(16, 16, 1)),
            layers.LeakyReLU(0.2),
            layers.SpatialDropout2D(0.3),
            layers.GroupNormalization(4),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


@model
def text_cnn() -> Model:
    x = Input((None,), dtype="int32")
    e = layers.Embedding(40, 6)(x)
    pooled = [
        layers.GlobalMaxPooling1D()(layers.Conv1D(5, size, padding="same", activation="relu")(e))
        for size in (2, 3, 4)
    ]
    return Model(x, layers.Dense(3, activation="softmax")(layers.Concatenate()(pooled)))


@model
def wavenet() -> Model:
    x = Input((None, 1))
    y = layers.Conv1D(6, 2, padding="causal")(x)
    for rate in (1, 2, 4):
        tanh = layers.Conv1D(6, 2, dilation_rate=rate, padding="causal", activation="tanh")(y)
        gate = layers.Conv1D(6, 2, dilation_rate=rate, padding="causal", activation="sigmoid")(y)
        y = layers.Add()([y, layers.Conv1D(6, 1)(layers.Multiply()([tanh, gate]))])
    return Model(x, layers.Conv1D(4, 1, activation="softmax")(y))


@model
def temporal_cnn() -> Model:
    return Sequential(
        [
            layers.Conv1D(8, 5, strides=2, activation="relu", input_shape=(40, 3)),
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
def audio_decoder() -> Model:
    x = Input((None, 4))
    y = layers.Conv1DTranspose(6, 4, strides=2, padding="same", activation="relu")(x)
    return Model(x, layers.Conv1D(1, 3)(layers.ZeroPadding1D(1)(layers.UpSampling1D(2)(y))))


@model
def volumes() -> Model:
    x = Input((8, 8, 8, 1))
    y = layers.MaxPooling3D(2)(layers.Conv3D(4, 3, padding="same", activation="relu")(x))
    y = layers.Conv3DTranspose(3, 2, strides=2)(y)
    y = layers.UpSampling3D(1)(layers.Cropping3D(1)(layers.ZeroPadding3D(1)(y)))
    return Model(x, layers.GlobalAveragePooling3D()(layers.AveragePooling3D(2)(y)))


@model
def image_preparation() -> Model:
    x = Input((12, 12, 3))
    y = layers.RandomFlip("horizontal")(layers.Rescaling(1 / 255, offset=-0.5)(x))
    y = layers.RandomZoom(0.2)(layers.RandomRotation(0.1)(y))
    y = layers.CenterCrop(6, 6)(layers.Resizing(8, 8, interpolation="nearest")(y))
    return Model(x, layers.Conv2D(2, 3)(layers.Cropping2D(1)(y)))


@model
def frozen_backbone() -> Model:
    """Transfer learning: part of it frozen, names with slashes, of which one ends another."""
    i = Input((12, 12, 3))
    y = layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False, name="Conv")(i)
    y = layers.BatchNormalization(name="Conv/BatchNorm")(y)
    for block in ("expanded_conv", "expanded_conv_1"):
        z = layers.DepthwiseConv2D(3, padding="same", name=f"{block}/depthwise")(y)
        z = layers.BatchNormalization(name=f"{block}/BatchNorm")(z)
        z = layers.Activation("relu", name=f"{block}/relu")(z)
        z = layers.Conv2D(6, 1, name=f"{block}/Conv", trainable=block != "expanded_conv")(z)
        y = layers.Add(name=f"{block}/Add")([y, z])
    backbone = Sequential([Model(i, y, name="small"), layers.SeparableConv2D(4, 3)], name="body")
    x = Input((12, 12, 3))
    y = layers.GlobalAveragePooling2D()(backbone(layers.Rescaling(1 / 127.5, offset=-1.0)(x)))
    return Model(x, layers.Dense(3, activation="softmax", name="head/logits")(y))
