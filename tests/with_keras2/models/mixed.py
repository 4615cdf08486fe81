"""Models with parts that are shared, nested or of several kinds."""

from __future__ import annotations

import tensorflow as tf
from tf_keras import Input, Model, Sequential, layers

from models.registry import model


@model
def captioner() -> Model:
    image, words = Input((8, 8, 3), name="image"), Input((None,), dtype="int32", name="words")
    seen = layers.Flatten()(layers.MaxPooling2D(4)(layers.Conv2D(4, 3, padding="same")(image)))
    state = layers.Dense(6, activation="tanh")(seen)
    y = layers.GRU(6, return_sequences=True)(layers.Embedding(20, 5)(words), initial_state=state)
    return Model([image, words], layers.Dense(20)(y))


@model
def nested() -> Model:
    inner_in = Input((6,))
    inner = Model(inner_in, layers.Dense(6, activation="relu")(inner_in), name="inner")
    x = Input((6,))
    return Model(x, layers.Dense(2)(layers.Maximum()([inner(x), inner(inner(x))])))


@model
def nested_twice() -> Model:
    block = Sequential(
        [
            layers.Conv2D(2, 3, padding="same", input_shape=(4, 4, 2)),
            layers.BatchNormalization(),
            layers.Conv2D(2, 1),
        ],
        name="block",
    )
    stage_in = Input((4, 4, 2))
    z = layers.Conv2D(2, 1)(block(stage_in))
    stage = Model(stage_in, layers.BatchNormalization()(layers.Add()([stage_in, z])), name="stage")
    x = Input((4, 4, 2))
    return Model(x, layers.Flatten()(stage(x)))


@model
def frozen_part() -> Model:
    """What transfer learning does: weights that are trained no more go last in Keras's order."""
    part = Sequential(
        [
            layers.Conv2D(3, 3, input_shape=(6, 6, 2)),
            layers.BatchNormalization(),
            layers.Conv2D(3, 1),
        ],
        name="base",
    )
    part.layers[0].trainable = False
    x = Input((6, 6, 2))
    return Model(x, layers.Dense(2)(layers.GlobalAveragePooling2D()(part(x, training=False))))


@model
def mapping_in_and_out() -> Model:
    given = {"left": Input((4,), name="left"), "right": Input((4,), name="right")}
    y = layers.Concatenate()([given["left"], given["right"]])
    return Model(
        given, {"sum": layers.Dense(1, name="sum")(y), "both": layers.Dense(2, name="both")(y)}
    )


@model
def several_outputs() -> Model:
    x = Input((16, 16, 3))
    y = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x)
    return Model(x, [layers.Conv2D(2, 1, name="heat")(y), layers.Conv2D(4, 1, name="offsets")(y)])


@model
def graph_convolution() -> Model:
    nodes, edges = Input((5, 4), name="nodes"), Input((5, 5), name="edges")
    y = nodes
    for _ in range(2):
        y = layers.Dense(4, activation="relu")(layers.Dot(axes=(2, 1))([edges, y]))
    return Model([nodes, edges], layers.GlobalAveragePooling1D()(y))


@model
def dueling_network() -> Model:
    x = Input((8,))
    h = layers.Dense(12, activation="relu")(x)
    value, advantage = layers.Dense(1)(h), layers.Dense(4)(h)
    return Model(x, value + (advantage - tf.reduce_mean(advantage, axis=1, keepdims=True)))


@model
def masked_pooling() -> Model:
    x = Input((6,), dtype="int32")
    y = layers.Embedding(12, 8, mask_zero=True)(x)
    y = layers.Dropout(0.1)(layers.Dense(8, activation="relu")(y))
    return Model(x, [y, layers.Dense(2)(layers.GlobalAveragePooling1D()(y))])
