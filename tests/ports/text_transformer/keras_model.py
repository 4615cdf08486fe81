"""Text classification with a transformer block."""

import keras
from keras import layers, ops


class Positions(layers.Layer):
    def __init__(self, places, width):
        super().__init__()
        self.table = layers.Embedding(places, width)

    def call(self, x):
        return x + self.table(ops.arange(ops.shape(x)[1]))


def build(vocab=20000, maxlen=200, width=32, heads=2, ff=32):
    tokens = keras.Input((maxlen,), dtype="int32")
    x = layers.Embedding(vocab, width)(tokens)
    x = Positions(maxlen, width)(x)
    attended = layers.MultiHeadAttention(heads, key_dim=width)(x, x)
    attended = layers.Dropout(0.1)(attended)
    x = layers.LayerNormalization(epsilon=1e-6)(x + attended)
    fed = layers.Dense(ff, activation="relu")(x)
    fed = layers.Dense(width)(fed)
    fed = layers.Dropout(0.1)(fed)
    x = layers.LayerNormalization(epsilon=1e-6)(x + fed)
    x = layers.GlobalAveragePooling1D()(x)
    x = layers.Dropout(0.1)(x)
    x = layers.Dense(20, activation="relu")(x)
    x = layers.Dropout(0.1)(x)
    probs = layers.Dense(2, activation="softmax")(x)
    return keras.Model(tokens, probs)
