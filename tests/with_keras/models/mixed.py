"""Models with parts that are shared, nested or of several kinds."""

from __future__ import annotations

import keras
from keras import layers

from models.registry import model, of


@model
def captioner() -> keras.Model:
    image, words = (
        keras.Input((8, 8, 3), name="image"),
        keras.Input((None,), dtype="int32", name="words"),
    )
    seen = layers.Flatten()(layers.MaxPooling2D(4)(layers.Conv2D(4, 3, padding="same")(image)))
    state = layers.Dense(6, activation="tanh")(seen)
    y = layers.GRU(6, return_sequences=True)(layers.Embedding(20, 5)(words), initial_state=state)
    return of([image, words], layers.Dense(20)(y))


@model
def visual_question_answering() -> keras.Model:
    image, question = (
        keras.Input((8, 8, 3), name="image"),
        keras.Input((5,), dtype="int32", name="question"),
    )
    seen = layers.GlobalMaxPooling2D()(layers.Conv2D(6, 3, activation="relu")(image))
    read = layers.LSTM(6)(layers.Embedding(15, 4)(question))
    return of(
        [image, question], layers.Dense(4, activation="softmax")(layers.multiply([seen, read]))
    )


@model
def nested() -> keras.Model:
    inner_in = keras.Input((6,))
    inner = keras.Model(inner_in, layers.Dense(6, activation="relu")(inner_in), name="inner")
    x = keras.Input((6,))
    return of(x, layers.Dense(2)(layers.Maximum()([inner(x), inner(inner(x))])))


@model
def nested_twice() -> keras.Model:
    block = keras.Sequential(
        [layers.Input((4, 4, 2)), layers.Conv2D(2, 3, padding="same")], name="block"
    )
    stage_in = keras.Input((4, 4, 2))
    stage = keras.Model(stage_in, layers.Add()([stage_in, block(stage_in)]), name="stage")
    x = keras.Input((4, 4, 2))
    return of(x, layers.Flatten()(stage(x)))


@model
def transfer_learning() -> keras.Model:
    image = keras.Input((8, 8, 3))
    y = layers.Conv2D(4, 3, padding="same")(image)
    for strides in (1, 1, 1):
        z = layers.BatchNormalization()(y)
        z = layers.DepthwiseConv2D(3, strides, padding="same", activation="relu6")(z)
        z = layers.Dropout(0.1)(layers.Conv2D(4, 1)(z))
        y = layers.Add()([y, z])
    body = keras.Model(image, y, name="body")
    body.trainable = False
    x = keras.Input((8, 8, 3))
    flipped = keras.Sequential([layers.Input((8, 8, 3)), layers.Rescaling(0.5)], name="prepare")(x)
    return of(x, layers.Dense(3)(layers.GlobalAveragePooling2D()(body(flipped))))


@model
def one_encoder_for_two_texts() -> keras.Model:
    words = keras.Input((None,), dtype="int32", name="words")
    steps = layers.Embedding(12, 5, mask_zero=True)(words)
    summary, state, _ = layers.LSTM(4, return_state=True)(steps)
    encoder = keras.Model(words, [summary, state, steps], name="encoder")
    a, b = (keras.Input((None,), dtype="int32", name=name) for name in "ab")
    left, _, steps = encoder(a)
    _, right, _ = encoder(b)
    return of([a, b], [layers.Dot(1)([left, right]), layers.GRU(3)(steps)])


@model
def shared_layer() -> keras.Model:
    a, b = keras.Input((None, 4), name="a"), keras.Input((None, 4), name="b")
    read = layers.LSTM(5)
    return of([a, b], layers.Minimum()([read(a), read(b)]))


@model
def mapping_in_and_out() -> keras.Model:
    given = {"left": keras.Input((4,), name="left"), "right": keras.Input((4,), name="right")}
    y = layers.Concatenate()([given["left"], given["right"]])
    return of(
        given, {"sum": layers.Dense(1, name="sum")(y), "both": layers.Dense(2, name="both")(y)}
    )


@model
def mixed_precision() -> keras.Model:
    x = keras.Input((6,))
    y = layers.Dense(8, activation="relu", dtype="mixed_float16")(x)
    return of(x, layers.Dense(2, dtype="float32")(y))


@model
def low_rank() -> keras.Model:
    x = keras.Input((6,), dtype="int32")
    y = layers.Embedding(12, 8)(x)
    y = layers.Dense(8, lora_rank=2)(y)
    return of(x, layers.Dense(2)(layers.Flatten()(y)))


@model
def keypoints() -> keras.Model:
    x = keras.Input((16, 16, 3))
    y = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x)
    heat = layers.Conv2D(2, 1, name="heat")(y)
    offsets = layers.Conv2D(4, 1, activation="tanh", name="offsets")(y)
    return of(x, [heat, offsets])


@model
def object_detector() -> keras.Model:
    x = keras.Input((16, 16, 3))
    a = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(a)
    a = layers.Add()([a, layers.UpSampling2D()(b)])
    heads = [
        layers.Reshape((-1, 5))(layers.Conv2D(10, 3, padding="same")(level)) for level in (a, b)
    ]
    return of(x, layers.Concatenate(axis=1)(heads))


@model
def graph_convolution() -> keras.Model:
    nodes, edges = keras.Input((5, 4), name="nodes"), keras.Input((5, 5), name="edges")
    y = nodes
    for _ in range(2):
        y = layers.Dense(4, activation="relu")(layers.Dot(axes=(2, 1))([edges, y]))
    return of([nodes, edges], layers.GlobalAveragePooling1D()(y))


@model
def dueling_network() -> keras.Model:
    x = keras.Input((8,))
    h = layers.Dense(12, activation="relu")(x)
    value, advantage = layers.Dense(1)(h), layers.Dense(4)(h)
    mean = keras.ops.mean(advantage, axis=1, keepdims=True)
    return of(x, value + (advantage - mean))
