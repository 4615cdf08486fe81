"""Models of vectors: perceptrons, autoencoders, towers, tables of features."""

from __future__ import annotations

import keras
from keras import layers

from models.registry import model, of


@model
def mlp() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((20,)),
            layers.Dense(32, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(16, activation="tanh", use_bias=False),
            layers.Dense(4, activation="softmax"),
        ]
    )


@model
def mlp_with_norms() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((12,)),
            layers.Dense(16),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dense(16),
            layers.LayerNormalization(),
            layers.Activation("gelu"),
            layers.Dense(16),
            layers.UnitNormalization(),
            layers.LeakyReLU(0.1),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )


@model
def residual_mlp() -> keras.Model:
    x = keras.Input((16,))
    y = x
    for _ in range(4):
        z = layers.LayerNormalization()(y)
        z = layers.Dense(32, activation="silu")(z)
        z = layers.Dense(16)(z)
        y = layers.Add()([y, z])
    return of(x, layers.Dense(1)(y))


@model
def operators() -> keras.Model:
    a, b = keras.Input((8,), name="a"), keras.Input((8,), name="b")
    y = a + b
    y = y * 2.0 - a / 3.0
    y = keras.ops.tanh(y)
    return of([a, b], layers.Dense(2)(y))


@model
def autoencoder() -> keras.Model:
    x = keras.Input((24,))
    code = layers.Dense(6, activation="elu", name="code")(layers.Dense(12, activation="relu")(x))
    y = layers.Dense(24, activation="sigmoid")(layers.Dense(12, activation="relu")(code))
    return of(x, [y, code])


@model
def variational_autoencoder() -> keras.Model:
    """The mean in the place of a sample, as at inference."""
    x = keras.Input((16,), name="x")
    h = layers.Dense(12, activation="relu")(x)
    mean, spread = layers.Dense(3, name="mean")(h), layers.Dense(3, name="spread")(h)
    noise = keras.Input((3,), name="noise")
    z = layers.Add()([mean, layers.Multiply()([layers.Activation("exponential")(spread), noise])])
    y = layers.Dense(16, activation="sigmoid", name="decoded")(
        layers.Dense(12, activation="relu")(z)
    )
    return of([x, noise], [y, mean, spread])


@model
def siamese() -> keras.Model:
    a, b = keras.Input((10,), name="a"), keras.Input((10,), name="b")
    tower = keras.Sequential(
        [layers.Input((10,)), layers.Dense(8, activation="relu"), layers.Dense(4)], name="tower"
    )
    return of([a, b], layers.Dot(axes=1, normalize=True)([tower(a), tower(b)]))


@model
def two_towers() -> keras.Model:
    user, item = (
        keras.Input((1,), dtype="int32", name="user"),
        keras.Input((1,), dtype="int32", name="item"),
    )
    left = layers.Flatten()(layers.Embedding(50, 6, name="users")(user))
    right = layers.Flatten()(layers.Embedding(80, 6, name="items")(item))
    return of([user, item], layers.Dot(axes=1)([left, right]))


@model
def wide_and_deep() -> keras.Model:
    wide, deep = keras.Input((5,), name="wide"), keras.Input((9,), name="deep")
    h = layers.Dense(8, activation="relu")(layers.Dense(16, activation="relu")(deep))
    return of([wide, deep], layers.Dense(1, activation="sigmoid")(layers.Concatenate()([wide, h])))


@model
def multi_task() -> keras.Model:
    x = keras.Input((14,))
    h = layers.Dense(16, activation="selu")(x)
    return of(
        x,
        {
            "age": layers.Dense(1, activation="softplus", name="age")(h),
            "kind": layers.Dense(5, activation="softmax", name="kind")(h),
            "flags": layers.Dense(3, activation="sigmoid", name="flags")(h),
        },
    )


@model
def mixture_of_experts() -> keras.Model:
    x = keras.Input((12,))
    gate = layers.Dense(3, activation="softmax")(x)
    experts = [layers.Reshape((1, 8))(layers.Dense(8, activation="relu")(x)) for _ in range(3)]
    joined = layers.Concatenate(axis=1)(experts)
    return of(x, layers.Dense(2)(layers.Dot(axes=1)([gate, joined])))


@model
def highway() -> keras.Model:
    x = keras.Input((10,))
    y = x
    for _ in range(2):
        gate = layers.Dense(10, activation="sigmoid")(y)
        change = layers.Dense(10, activation="relu")(y)
        kept = layers.Multiply()([layers.Subtract()([layers.Activation("linear")(y), y]), gate])
        y = layers.Add()([layers.Multiply()([gate, change]), kept, y])
    return of(x, y)


@model
def factorisation() -> keras.Model:
    x = keras.Input((6,), dtype="int32")
    e = layers.Embedding(30, 4)(x)
    pooled = layers.GlobalAveragePooling1D()(e)
    top = layers.GlobalMaxPooling1D()(e)
    return of(x, layers.Dense(1)(layers.Average()([pooled, top])))


@model
def einsum_projection() -> keras.Model:
    x = keras.Input((None, 12))
    y = layers.EinsumDense("abc,cde->abde", output_shape=(None, 3, 4), bias_axes="de")(x)
    y = layers.EinsumDense("abde,def->abf", output_shape=(None, 6), activation="relu")(y)
    return of(x, y)


@model
def tabular_preprocessing() -> keras.Model:
    x, kind = keras.Input((3,), name="x"), keras.Input((1,), dtype="int64", name="kind")
    scaled = layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])(x)
    coded = layers.CategoryEncoding(num_tokens=5, output_mode="one_hot")(kind)
    return of([x, kind], layers.Dense(2)(layers.Concatenate()([scaled, coded])))


@model
def activations() -> keras.Model:
    x = keras.Input((7, 6))
    y = x
    for part in (
        layers.PReLU(shared_axes=[1]), layers.ELU(0.7), layers.LeakyReLU(),
        layers.ReLU(3.0, 0.1, 0.2),
        *(layers.Activation(name) for name in ("mish", "hard_silu", "softsign", "log_softmax")),
    ):  # fmt: skip
        y = part(y)
    return of(x, y)


@model
def noise_layers() -> keras.Model:
    x = keras.Input((6, 8))
    y = layers.GaussianNoise(0.1)(x)
    y = layers.SpatialDropout1D(0.2)(y)
    y = layers.AlphaDropout(0.1)(y)
    y = layers.GaussianDropout(0.3)(y)
    y = layers.ActivityRegularization(l2=0.01)(y)
    return of(x, layers.Dense(3)(layers.Dropout(0.4)(y)))


@model
def discriminator() -> keras.Model:
    x = keras.Input((8, 8, 3))
    y = layers.SpectralNormalization(layers.Conv2D(4, 3, strides=2))(x)
    y = layers.SpectralNormalization(layers.Conv2D(4, 3), power_iterations=2)(layers.LeakyReLU()(y))
    return of(x, layers.SpectralNormalization(layers.Dense(1))(layers.Flatten()(y)))
