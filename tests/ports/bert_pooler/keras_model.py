"""BERT with its pooler."""

import keras
from keras import layers, ops


class Positions(layers.Layer):
    def __init__(self, places, width):
        super().__init__()
        self.table = layers.Embedding(places, width)

    def call(self, x):
        return x + self.table(ops.arange(ops.shape(x)[1]))


def block(x, keep, heads, ff):
    width = x.shape[-1]
    x = x + layers.MultiHeadAttention(heads, width // heads)(x, x, attention_mask=keep)
    x = layers.LayerNormalization(epsilon=1e-12)(x)
    fed = layers.Dense(ff, activation="gelu")(x)
    fed = layers.Dense(width)(fed)
    return layers.LayerNormalization(epsilon=1e-12)(x + fed)


def build(vocab=100, width=16, heads=2, depth=2, ff=64, places=32):
    input_ids = keras.Input((None,), dtype="int32", name="input_ids")
    attention_mask = keras.Input((None,), dtype="int32", name="attention_mask")
    token_type_ids = keras.Input((None,), dtype="int32", name="token_type_ids")
    words = layers.Embedding(vocab, width)(input_ids)
    x = Positions(places, width)(words)
    x = x + layers.Embedding(2, width)(token_type_ids)
    x = layers.LayerNormalization(epsilon=1e-12)(x)
    keep = ops.expand_dims(attention_mask > 0, 1)
    for _ in range(depth):
        x = block(x, keep, heads, ff)
    pooler = layers.Dense(width, activation="tanh")(x[:, 0])
    return keras.Model([input_ids, attention_mask, token_type_ids], [x, pooler])
