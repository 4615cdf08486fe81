"""Models that read sequences step by step."""

from __future__ import annotations

from tf_keras import Input, Model, Sequential, layers

from models.registry import model


@model
def lstm_classifier() -> Model:
    return Sequential(
        [
            layers.Embedding(30, 8, mask_zero=True, input_length=6),
            layers.LSTM(10, dropout=0.2, recurrent_dropout=0.2),
            layers.Dense(3, activation="softmax"),
        ]
    )


@model
def lstm_tagger() -> Model:
    x = Input((None,), dtype="int32")
    y = layers.Embedding(30, 8, mask_zero=True)(x)
    y = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(y)
    return Model(x, layers.TimeDistributed(layers.Dense(5, activation="softmax"))(y))


@model
def old_gates() -> Model:
    x = Input((6, 4))
    y = layers.LSTM(5, recurrent_activation="hard_sigmoid", return_sequences=True)(x)
    y = layers.GRU(5, recurrent_activation="hard_sigmoid", reset_after=False)(y)
    return Model(x, layers.Dense(2)(y))


@model
def stacked_gru() -> Model:
    return Sequential(
        [
            layers.Masking(0.0, input_shape=(None, 5)),
            layers.GRU(8, return_sequences=True),
            layers.GRU(6, reset_after=False, return_sequences=True),
            layers.GRU(4, use_bias=False),
            layers.Dense(1),
        ]
    )


@model
def simple_rnn() -> Model:
    return Sequential(
        [
            layers.SimpleRNN(6, return_sequences=True, activation="relu", input_shape=(7, 4)),
            layers.SimpleRNN(5, go_backwards=True),
            layers.Dense(2),
        ]
    )


@model
def sequence_to_sequence() -> Model:
    source, target = (Input((None,), name=name) for name in ("source", "target"))
    h = layers.Embedding(20, 6, mask_zero=True)(source)
    _, state_h, state_c = layers.LSTM(8, return_state=True)(h)
    y = layers.Embedding(25, 6)(target)
    y = layers.LSTM(8, return_sequences=True)(y, initial_state=[state_h, state_c])
    return Model([source, target], layers.Dense(25, activation="softmax")(y))


@model
def cells() -> Model:
    x = Input((None, 4))
    y = layers.RNN([layers.LSTMCell(5), layers.GRUCell(6)], return_sequences=True)(x)
    y = layers.RNN(layers.SimpleRNNCell(4), return_sequences=True)(y)
    return Model(x, y)


@model
def bidirectional_modes() -> Model:
    x = Input((None, 4))
    y = layers.Masking()(x)
    modes = ("ave", "mul", "sum", "concat")
    return Model(x, [layers.Bidirectional(layers.LSTM(5), merge_mode=mode)(y) for mode in modes])


@model
def states_of_both_directions() -> Model:
    x = Input((6, 4))
    return Model(x, layers.Bidirectional(layers.GRU(3, return_state=True))(x))


@model
def shared_reader() -> Model:
    a, b = Input((None, 4), name="a"), Input((None, 4), name="b")
    read = layers.LSTM(5)
    return Model([a, b], layers.Minimum()([read(a), read(b)]))


@model
def video_classifier() -> Model:
    x = Input((None, 8, 8, 2))
    y = layers.TimeDistributed(layers.Conv2D(4, 3, activation="relu"))(x)
    y = layers.TimeDistributed(layers.MaxPooling2D())(y)
    y = layers.TimeDistributed(layers.Flatten())(y)
    return Model(x, layers.Dense(2)(layers.LSTM(6)(y)))


@model
def model_of_each_frame() -> Model:
    i = Input((8, 8, 2))
    y = layers.BatchNormalization()(layers.Conv2D(2, 3, padding="same")(i))
    y = layers.Concatenate(axis=1)([layers.Add()([y, i]), i])
    y = layers.Dense(5, activation="relu")(layers.GlobalAveragePooling2D()(y))
    frame = Model(i, y, name="frame")
    x = Input((None, 8, 8, 2))
    return Model(x, layers.Dense(2)(layers.LSTM(6)(layers.TimeDistributed(frame)(x))))


@model
def words_and_sentences() -> Model:
    words = Input((None,), dtype="int32")
    y = layers.Embedding(30, 8, mask_zero=True)(words)
    sentence = Model(words, layers.Bidirectional(layers.GRU(4))(y), name="sentence")
    x = Input((None, 6), dtype="int32")
    return Model(x, layers.Dense(3)(layers.GRU(5)(layers.TimeDistributed(sentence)(x))))


@model
def repeat_vector_decoder() -> Model:
    x = Input((6, 3))
    y = layers.RepeatVector(6)(layers.LSTM(5, activation="relu")(x))
    y = layers.LSTM(5, return_sequences=True, unit_forget_bias=False)(y)
    return Model(x, layers.TimeDistributed(layers.Dense(3))(y))


@model
def conv_lstm() -> Model:
    x = Input((4, 8, 8, 1))
    y = layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True)(x)
    y = layers.BatchNormalization()(y)
    y = layers.ConvLSTM2D(2, (3, 2), strides=2, recurrent_activation="sigmoid")(y)
    return Model(x, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(y))


@model
def conv_lstm_states() -> Model:
    x = Input((4, 6, 2))
    y = layers.ConvLSTM1D(3, 3, return_state=True, dilation_rate=2, go_backwards=True)(x)
    z = layers.Bidirectional(layers.ConvLSTM1D(2, 2, return_sequences=True), merge_mode="sum")(x)
    return Model(x, [*y, z])
