"""Models of vectors and of sequences that attend."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras
from tf_keras import Input, Model, Sequential, layers

from models.registry import model


@model
def mlp() -> Model:
    return Sequential(
        [
            layers.Dense(32, activation="relu", input_shape=(20,)),
            layers.Dropout(0.3),
            layers.Dense(16, activation="tanh", use_bias=False, kernel_regularizer="l2"),
            layers.Dense(4, activation="softmax"),
        ]
    )


@model
def mlp_with_norms() -> Model:
    return Sequential(
        [
            Input((12,)),
            layers.Dense(16, kernel_initializer="he_normal", kernel_constraint="non_neg"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
            layers.ReLU(),
            layers.Dense(16),
            layers.LayerNormalization(),
            layers.Activation("gelu"),
            layers.Dense(16),
            layers.BatchNormalization(center=False, scale=False),
            layers.UnitNormalization(),
            layers.LeakyReLU(0.1),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )


@model
def old_activations() -> Model:
    x = Input((7, 6))
    y = layers.Dense(6, activation="hard_sigmoid")(x)
    for part in (
        layers.PReLU(shared_axes=[1]), layers.ELU(0.7), layers.LeakyReLU(),
        layers.ThresholdedReLU(0.3),
        layers.ReLU(3.0, 0.1, 0.2), layers.ReLU(6.0),
        *(layers.Activation(name) for name in ("hard_sigmoid", "swish", "softsign", "elu", "selu")),
        layers.Activation(keras.activations.exponential), layers.Activation(tf.nn.relu),
    ):  # fmt: skip
        y = part(y)
    return Model(x, y)


@model
def residual_mlp() -> Model:
    x = y = Input((16,))
    for _ in range(4):
        z = layers.LayerNormalization(epsilon=1e-6)(y)
        y = layers.Add()([y, layers.Dense(16)(layers.Dense(32, activation="elu")(z))])
    return Model(x, layers.Dense(1)(y))


@model
def operators() -> Model:
    a, b = Input((8,), name="a"), Input((8,), name="b")
    y = (a + b) * 2.0 - a / 3.0
    y = tf.nn.relu(tf.tanh(y)) + tf.reduce_mean(y, axis=-1, keepdims=True)
    return Model([a, b], 1.0 - layers.Dense(3)(tf.concat([y[:, :3], y[:, 4:]], axis=-1)))


@model
def attention_by_operators() -> Model:
    x = Input((5, 8))
    q, k, v = tf.split(layers.Dense(24)(x), 3, axis=-1)
    scores = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / 8.0**0.5)
    y = tf.math.l2_normalize(tf.matmul(scores, v), axis=-1)
    y = tf.transpose(tf.pad(y, [[0, 0], [1, 1], [0, 0]]), [0, 2, 1])
    y = tf.math.squared_difference(y, tf.repeat(tf.ones_like(y)[:, :1], 8, axis=1))
    y = tf.nn.bias_add(tf.reverse(y, [1]), [0.5, -1.0, 2.0, 0.0, 1.0, 1.0, 0.25])
    return Model(x, tf.nn.log_softmax(tf.cumsum(y, axis=1)) + tf.math.reciprocal(y + 9.0))


@model
def siamese() -> Model:
    a, b = Input((10,), name="a"), Input((10,), name="b")
    tower = Sequential(
        [layers.Dense(8, activation="relu", input_shape=(10,)), layers.Dense(4)], name="tower"
    )
    return Model([a, b], layers.Dot(axes=1, normalize=True)([tower(a), tower(b)]))


@model
def wide_and_deep() -> Model:
    wide, deep = Input((5,), name="wide"), Input((9,), name="deep")
    h = layers.Dense(8, activation="relu")(layers.Dense(16, activation="relu")(deep))
    joined = layers.concatenate([wide, h])
    return Model([wide, deep], layers.Dense(1, activation="sigmoid")(joined))


@model
def two_towers() -> Model:
    user = Input((1,), dtype="int32", name="user")
    item = Input((1,), dtype="int32", name="item")
    left = layers.Flatten()(layers.Embedding(50, 6, input_length=1, name="users")(user))
    right = layers.Flatten()(layers.Embedding(80, 6, input_length=1, name="items")(item))
    return Model([user, item], layers.Dot(axes=1)([left, right]))


@model
def merges() -> Model:
    a, b = Input((4, 6), name="a"), Input((4, 6), name="b")
    made = [merge([a, b]) for merge in (
        layers.Add(), layers.Subtract(), layers.Multiply(), layers.Average(), layers.Maximum(),
        layers.Minimum(), layers.Concatenate(axis=1), layers.Dot(axes=(2, 2)),
    )]  # fmt: skip
    return Model([a, b], made)


@model
def noise_layers() -> Model:
    x = Input((6, 8))
    y = layers.GaussianNoise(0.1)(x)
    y = layers.SpatialDropout1D(0.2)(y)
    y = layers.AlphaDropout(0.1)(y)
    y = layers.GaussianDropout(0.3)(y)
    y = layers.ActivityRegularization(l2=0.01)(y)
    return Model(x, layers.Dense(3)(layers.Dropout(0.4, noise_shape=(None, 1, 8))(y)))


@model
def moves() -> Model:
    x = Input((4, 6))
    y = layers.Permute((2, 1))(x)
    y = layers.Reshape((3, -1))(y)
    y = layers.Flatten()(y)
    return Model(x, layers.Dense(2)(layers.RepeatVector(3)(y)))


@model
def einsum_projection() -> Model:
    x = Input((None, 12))
    y = layers.EinsumDense("abc,cde->abde", output_shape=(None, 3, 4), bias_axes="de")(x)
    return Model(x, layers.EinsumDense("abde,def->abf", (None, 6), activation="relu")(y))


@model
def tabular_preprocessing() -> Model:
    x, kind = Input((3,), name="x"), Input((1,), dtype="int64", name="kind")
    scaled = layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])(x)
    coded = layers.CategoryEncoding(num_tokens=5, output_mode="one_hot")(kind)
    return Model([x, kind], layers.Dense(2)(layers.Concatenate()([scaled, coded])))


@model
def encoder() -> Model:
    x = y = Input((None, 8))
    for _ in range(2):
        z = layers.MultiHeadAttention(2, 4, dropout=0.1)(y, y)
        y = layers.LayerNormalization(epsilon=1e-6)(y + z)
        z = layers.Dense(8)(layers.Dense(16, activation="relu")(y))
        y = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([y, z]))
    return Model(x, y)


@model
def dot_attention() -> Model:
    query, value = Input((None, 6), name="query"), Input((None, 6), name="value")
    y = layers.Attention(use_scale=True)([query, value])
    z = layers.AdditiveAttention()([query, value])
    return Model([query, value], layers.Concatenate()([y, z]))
