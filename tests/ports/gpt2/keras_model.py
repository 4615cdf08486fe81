"""GPT-2."""

import keras
from keras import layers, ops


class Positions(layers.Layer):
    def __init__(self, places, width):
        super().__init__()
        self.table = layers.Embedding(places, width)

    def call(self, x):
        return x + self.table(ops.arange(ops.shape(x)[1]))


def gelu(x):
    return keras.activations.gelu(x, approximate=True)


def block(x, heads):
    width = x.shape[-1]
    normed = layers.LayerNormalization(epsilon=1e-5)(x)
    x = x + layers.MultiHeadAttention(heads, width // heads)(normed, normed, use_causal_mask=True)
    normed = layers.LayerNormalization(epsilon=1e-5)(x)
    fed = layers.Dense(4 * width, activation=gelu)(normed)
    return x + layers.Dense(width)(fed)


def build(vocab=100, width=16, heads=4, depth=2, places=32):
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocab, width)(tokens)
    x = Positions(places, width)(x)
    for _ in range(depth):
        x = block(x, heads)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    logits = layers.Dense(vocab, use_bias=False)(x)
    return keras.Model(tokens, logits)
