"""Models in which functions of TensorFlow are called between layers."""

from __future__ import annotations

import tensorflow as tf
from tf_keras import Input, Model, backend, layers

from models.registry import model


@model
def moved_and_joined() -> Model:
    x = Input((4, 6))
    y = tf.transpose(x, [0, 2, 1])
    y = tf.reshape(y, [-1, 3, 8])
    y = tf.pad(y, [[0, 0], [1, 2], [0, 0]])
    y = tf.pad(y, [[0, 0], [0, 0], [1, 1]], mode="REFLECT")
    y = tf.pad(y, [[0, 0], [0, 0], [1, 0]], constant_values=2.5)
    y = tf.tile(y, [1, 2, 1])
    y = tf.repeat(y, 2, axis=2)
    y = tf.roll(tf.reverse(y, [1]), 1, axis=1)
    y = tf.expand_dims(tf.squeeze(tf.expand_dims(y, 1), 1), -1)
    y = y[..., 0][:, 1:, ::2]
    return Model(x, tf.concat([y, tf.stack([y[..., 0], y[..., 1]], axis=2)], axis=-1))


@model
def parts_of_tensors() -> Model:
    x = Input((6, 4))
    a, b, c = tf.split(x, 3, axis=1)
    d, e = tf.split(x, [1, 3], axis=-1)
    rows = tf.unstack(x, axis=1)
    columns = tf.unstack(x, axis=-1)
    best = tf.math.top_k(x, 2)
    y = tf.concat([a * b - c, best.values[:, :2, :2]], axis=-1)
    z = tf.concat([d, e * 2.0, best.values], axis=-1)
    return Model(x, [y, z, rows[0] + rows[3], columns[1] / (2.0 + columns[2] ** 2)])


@model
def products_and_lengths() -> Model:
    x = Input((5, 3))
    y = tf.matmul(x, x, transpose_b=True)
    y = tf.nn.softmax(y / 3.0**0.5)
    y = tf.linalg.matmul(y, x)
    z = tf.matmul(x, y, transpose_a=True)
    n = tf.math.l2_normalize(x, axis=-1)
    m = tf.nn.l2_normalize(y, axis=[1, 2], epsilon=0.5)
    return Model(x, [y, z, n, m, tf.norm(x, axis=-1), tf.nn.log_softmax(y)])


@model
def numbers_one_by_one() -> Model:
    x = Input((7,))
    y = tf.clip_by_value(x, -0.5, 0.7)
    y = tf.where(x > 0.1, x, tf.zeros_like(x)) + tf.ones_like(x) * y
    y = tf.math.squared_difference(x, y) + tf.math.cumsum(x, axis=1)
    y = tf.nn.bias_add(y, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    y = tf.nn.leaky_relu(tf.abs(y) - 3.0) + tf.math.floordiv(x, 0.3) + tf.math.floormod(x, 0.3)
    y = tf.nn.swish(y) + tf.nn.gelu(y) + tf.math.atan2(x, 2.0) + tf.math.reciprocal(1.0 + x * x)
    total = tf.reduce_sum(y, axis=-1, keepdims=True) + tf.reduce_max(x, 1, keepdims=True)
    spread = tf.math.reduce_std(x, axis=1, keepdims=True) * tf.math.reduce_variance(x, 1, True)
    best = tf.one_hot(tf.argmax(x, axis=-1), 7) + tf.cast(x > 0, "float32")
    return Model(x, [layers.Dense(3)(y) + total, spread, tf.gather(x, [2, 0], axis=1) * 1.0, best])


@model
def images_by_functions() -> Model:
    x = Input((4, 6, 8))
    y = x[..., ::-1] - [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    y = tf.nn.depth_to_space(layers.Conv2D(8, 3, padding="same")(y), 2)
    z = tf.nn.space_to_depth(y, 2)
    big = tf.image.resize(x, [8, 3])
    near = tf.image.resize(x, (7, 9), method="nearest")
    return Model(x, [y, z, big, near])


@model
def sizes_that_are_left() -> Model:
    x = Input((None, 6))
    y = tf.reshape(x, [tf.shape(x)[0], -1, 3])
    return Model(x, layers.Dense(2)(y))


@model
def sizes_of_the_batch() -> Model:
    x = Input((4, 6))
    y = tf.reshape(x, (tf.shape(x)[0], 8, 3))
    return Model(x, layers.Dense(2)(y))


@model
def windows_of_images() -> Model:
    """As window attention parts them."""
    x = Input((None, None, 4))
    rows, columns = tf.shape(x)[1], tf.shape(x)[2]
    y = tf.image.resize(x, (4, 6))
    y = tf.reshape(y, [-1, 2, 2, 3, 2, 4])
    y = tf.reshape(tf.transpose(y, [0, 1, 3, 2, 4, 5]), [-1, 4, 4])
    y = layers.Dense(3)(y)
    flat = tf.reshape(x, [tf.shape(x)[0], rows * columns, 4])
    return Model(x, [y, layers.Dense(2)(flat)])


@model
def heads_of_attention() -> Model:
    x = Input((None, 8))
    batch, steps = tf.shape(x)[0], tf.shape(x)[1]

    def apart(name: str) -> tf.Tensor:
        y = tf.reshape(layers.Dense(8, name=name)(x), (batch, steps, 2, 4))
        return tf.transpose(y, perm=[0, 2, 1, 3])

    q, k, v = map(apart, ("query", "key", "value"))
    scores = tf.matmul(q, k, transpose_b=True) / tf.math.sqrt(4.0)
    y = tf.transpose(tf.matmul(tf.nn.softmax(scores, axis=-1), v), perm=[0, 2, 1, 3])
    y = layers.Dense(8, name="out")(tf.reshape(y, (batch, -1, 8)))
    return Model(x, layers.LayerNormalization()(x + y))


@model
def shapes_of_others() -> Model:
    x, z = Input((4, 6)), Input((1, 6))
    wide = tf.broadcast_to(z, tf.shape(x))
    return Model([x, z], [wide * x, tf.reshape(tf.reshape(x, [-1, 24]), tf.shape(x)) + 1.0])


@model
def made_of_sizes() -> Model:
    x = Input((None, 4))
    first = tf.zeros((tf.shape(x)[0], 1, 4))
    places = tf.cast(tf.range(tf.shape(x)[1]), "float32")[None, :, None]
    return Model(x, tf.add_n([x, places * x, tf.concat([first, x[:, 1:]], axis=1)]))


@model
def by_the_backend() -> Model:
    x = Input((3, 4))
    y = backend.permute_dimensions(backend.reshape(x, (-1, 4, 3)), (0, 2, 1))
    y = backend.concatenate([y, backend.l2_normalize(x, axis=-1)])
    y = backend.relu(y, max_value=0.5) + backend.mean(x, axis=-1, keepdims=True)
    return Model(x, backend.batch_dot(y, y, axes=[2, 2]))
