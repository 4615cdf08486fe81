"""Bidirectional GRU, log probabilities for CTC."""

import keras
from keras import layers


def build(features=8, units=6, classes=5):
    frames = keras.Input((None, features))
    x = layers.Bidirectional(layers.GRU(units, return_sequences=True))(frames)
    logits = layers.Dense(classes + 1, activation="log_softmax")(x)
    return keras.Model(frames, logits)
