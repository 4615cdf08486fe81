"""TextCNN."""

import keras
from keras import layers


def build(vocab=1000, width=16, filters=12, classes=3):
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocab, width)(tokens)
    branches = []
    for kernel_size in (3, 4, 5):
        y = layers.Conv1D(filters, kernel_size, activation="relu")(x)
        branches.append(layers.GlobalMaxPooling1D()(y))
    x = layers.Concatenate()(branches)
    x = layers.Dropout(0.5)(x)
    probs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(tokens, probs)
