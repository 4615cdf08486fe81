"""Models that read sequences step by step."""

from __future__ import annotations

import keras
from keras import layers

from models.registry import model, of


@model
def lstm_classifier() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((None,), dtype="int32"),
            layers.Embedding(30, 8, mask_zero=True),
            layers.LSTM(10),
            layers.Dense(3, activation="softmax"),
        ]
    )


@model
def lstm_tagger() -> keras.Model:
    x = keras.Input((None,), dtype="int32")
    y = layers.Embedding(30, 8, mask_zero=True)(x)
    y = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(y)
    y = layers.TimeDistributed(layers.Dense(5, activation="softmax"))(y)
    return of(x, y)


@model
def stacked_gru() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((None, 5)),
            layers.Masking(),
            layers.GRU(8, return_sequences=True),
            layers.GRU(6, reset_after=False, return_sequences=True),
            layers.GRU(4),
            layers.Dense(1),
        ]
    )


@model
def bigru_with_ctc_head() -> keras.Model:
    x = keras.Input((None, 13))
    y = layers.Conv1D(8, 5, strides=2, padding="same", activation="relu")(x)
    y = layers.BatchNormalization()(y)
    y = layers.Bidirectional(layers.GRU(6, return_sequences=True), merge_mode="sum")(y)
    y = layers.Bidirectional(layers.GRU(6, return_sequences=True))(y)
    return of(x, layers.Dense(29, activation="softmax")(y))


@model
def simple_rnn() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((7, 4)),
            layers.SimpleRNN(6, return_sequences=True, activation="relu"),
            layers.SimpleRNN(5, go_backwards=True),
            layers.Dense(2),
        ]
    )


@model
def sequence_to_sequence() -> keras.Model:
    source, target = (
        keras.Input((None,), dtype="int32", name=name) for name in ("source", "target")
    )
    h = layers.Embedding(20, 6, mask_zero=True)(source)
    _, state_h, state_c = layers.LSTM(8, return_state=True)(h)
    y = layers.Embedding(25, 6)(target)
    y = layers.LSTM(8, return_sequences=True)(y, initial_state=[state_h, state_c])
    return of([source, target], layers.Dense(25, activation="softmax")(y))


@model
def repeat_vector_decoder() -> keras.Model:
    x = keras.Input((6, 3))
    y = layers.RepeatVector(6)(layers.LSTM(5, activation="relu")(x))
    y = layers.LSTM(5, return_sequences=True, activation="relu")(y)
    return of(x, layers.TimeDistributed(layers.Dense(3))(y))


@model
def cells() -> keras.Model:
    x = keras.Input((None, 4))
    y = layers.RNN([layers.LSTMCell(5), layers.GRUCell(6)], return_sequences=True)(x)
    y = layers.RNN(layers.SimpleRNNCell(4), return_sequences=True)(y)
    return of(x, y)


@model
def bidirectional_modes() -> keras.Model:
    x = keras.Input((None, 4))
    y = layers.Masking()(x)
    ends = [
        layers.Bidirectional(layers.LSTM(5), merge_mode=mode)(y)
        for mode in ("ave", "mul", "concat")
    ]
    return of(x, ends)


@model
def both_directions_apart() -> keras.Model:
    x = keras.Input((6, 4))
    forward, backward = layers.Bidirectional(layers.GRU(5), merge_mode=None)(x)
    return of(x, layers.Subtract()([forward, backward]))


@model
def states_of_both_directions() -> keras.Model:
    x = keras.Input((6, 4))
    outs = layers.Bidirectional(layers.LSTM(3, return_state=True, return_sequences=True))(x)
    return of(x, outs)


@model
def video_classifier() -> keras.Model:
    x = keras.Input((None, 8, 8, 2))
    y = layers.TimeDistributed(layers.Conv2D(4, 3, activation="relu"))(x)
    y = layers.TimeDistributed(layers.MaxPooling2D())(y)
    y = layers.TimeDistributed(layers.Flatten())(y)
    return of(x, layers.Dense(2)(layers.LSTM(6)(y)))


@model
def model_of_each_frame() -> keras.Model:
    i = keras.Input((8, 8, 2))
    y = layers.BatchNormalization()(layers.Conv2D(2, 3, padding="same")(i))
    y = layers.Concatenate(axis=1)([layers.Add()([y, i]), i])
    y = layers.Dense(5, activation="relu")(layers.GlobalAveragePooling2D()(y))
    frame = keras.Model(i, y, name="frame")
    x = keras.Input((None, 8, 8, 2))
    return of(x, layers.Dense(2)(layers.LSTM(6)(layers.TimeDistributed(frame)(x))))


@model
def words_and_sentences() -> keras.Model:
    words = keras.Input((None,), dtype="int32")
    y = layers.Embedding(30, 8, mask_zero=True)(words)
    sentence = keras.Model(words, layers.Bidirectional(layers.GRU(4))(y), name="sentence")
    x = keras.Input((None, 6), dtype="int32")
    return of(x, layers.Dense(3)(layers.GRU(5)(layers.TimeDistributed(sentence)(x))))


@model
def conv_lstm() -> keras.Model:
    x = keras.Input((4, 8, 8, 1))
    y = layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True)(x)
    y = layers.BatchNormalization()(y)
    y = layers.ConvLSTM2D(2, 3, padding="same")(y)
    return of(x, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(y))


@model
def conv_lstm_1d() -> keras.Model:
    x = keras.Input((4, 9, 2))
    return of(x, layers.ConvLSTM1D(3, 3, strides=2, return_sequences=True)(x))


@model
def conv_lstm_both_ways() -> keras.Model:
    x, kept = keras.Input((None, 6, 6, 2)), keras.Input((None,), dtype="bool")
    inner = layers.ConvLSTM2D(3, 2, return_sequences=True, return_state=True)
    y, h, *_ = layers.Bidirectional(inner)(x, mask=kept)
    y = layers.TimeDistributed(layers.GlobalAveragePooling2D())(y)
    return of([x, kept], [layers.GRU(3)(y), h])


@model
def forecaster() -> keras.Model:
    x = keras.Input((24, 3))
    y = layers.LSTM(8, return_sequences=True, recurrent_activation="hard_sigmoid")(x)
    y = layers.LSTM(8, unit_forget_bias=False, use_bias=True)(y)
    return of(x, layers.Reshape((4, 2))(layers.Dense(8)(y)))
