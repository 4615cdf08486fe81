"""Models that attend."""

from __future__ import annotations

import keras
from keras import layers

from models.registry import model, of


def _encoder(x, heads: int = 2, width: int = 8, inner: int = 16):
    y = layers.MultiHeadAttention(heads, width // heads, dropout=0.1)(x, x)
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, y]))
    y = layers.Dense(width)(layers.Dense(inner, activation="relu")(x))
    return layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, layers.Dropout(0.1)(y)]))


@model
def encoder() -> keras.Model:
    x = keras.Input((None, 8))
    y = x
    for _ in range(3):
        y = _encoder(y)
    return of(x, y)


@model
def text_encoder() -> keras.Model:
    x = keras.Input((None,), dtype="int32")
    y = layers.Embedding(30, 8, mask_zero=True)(x)
    y = _encoder(y)
    return of(x, layers.Dense(2)(layers.GlobalAveragePooling1D()(y)))


@model
def decoder_with_cross_attention() -> keras.Model:
    memory, x = keras.Input((None, 8), name="memory"), keras.Input((None, 8), name="x")
    y = layers.LayerNormalization()(x)
    y = x + layers.MultiHeadAttention(2, 4)(y, y, use_causal_mask=True)
    z = layers.LayerNormalization()(y)
    y = y + layers.MultiHeadAttention(2, 4)(z, memory)
    z = layers.Dense(8)(layers.Dense(16, activation="gelu")(layers.LayerNormalization()(y)))
    return of([memory, x], y + z)


@model
def grouped_queries() -> keras.Model:
    x = keras.Input((None, 8))
    y = layers.RMSNormalization()(x)
    y = layers.GroupQueryAttention(4, 4, 2, use_bias=False)(y, y, use_causal_mask=True)
    return of(x, layers.Add()([x, y]))


@model
def swiglu() -> keras.Model:
    x = keras.Input((None, 8))
    gate = layers.Dense(12, activation="silu", use_bias=False)(x)
    up = layers.Dense(12, use_bias=False)(x)
    return of(x, layers.Dense(8, use_bias=False)(layers.Multiply()([gate, up])))


@model
def vision_transformer() -> keras.Model:
    x = keras.Input((16, 16, 3))
    y = layers.Conv2D(8, 4, strides=4)(x)
    y = layers.Reshape((16, 8))(y)
    for _ in range(2):
        z = layers.LayerNormalization()(y)
        y = layers.Add()([y, layers.MultiHeadAttention(2, 4)(z, z)])
        z = layers.Dense(16, activation="gelu")(layers.LayerNormalization()(y))
        y = layers.Add()([y, layers.Dense(8)(z)])
    return of(x, layers.Dense(4)(layers.GlobalAveragePooling1D()(layers.LayerNormalization()(y))))


@model
def mlp_mixer() -> keras.Model:
    x = keras.Input((9, 8))
    y = x
    for _ in range(2):
        z = layers.Permute((2, 1))(layers.LayerNormalization()(y))
        z = layers.Dense(9)(layers.Dense(12, activation="gelu")(z))
        y = layers.Add()([y, layers.Permute((2, 1))(z)])
        z = layers.Dense(12, activation="gelu")(layers.LayerNormalization()(y))
        y = layers.Add()([y, layers.Dense(8)(z)])
    return of(x, layers.GlobalAveragePooling1D()(y))


@model
def dot_attention() -> keras.Model:
    query, value = keras.Input((None, 6), name="query"), keras.Input((None, 6), name="value")
    y = layers.Attention(use_scale=True)([query, value])
    z = layers.AdditiveAttention()([query, value])
    return of([query, value], layers.Concatenate()([y, z]))


@model
def attention_over_rnn() -> keras.Model:
    x = keras.Input((None, 5))
    h = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(x)
    return of(x, layers.GlobalAveragePooling1D()(layers.Attention()([h, h])))


@model
def attention_scores() -> keras.Model:
    x = keras.Input((5, 8))
    y, scores = layers.MultiHeadAttention(2, 3, value_dim=4, output_shape=6)(
        x, x, return_attention_scores=True
    )
    return of(x, [y, scores])


@model
def conformer_block() -> keras.Model:
    x = keras.Input((None, 8))
    y = layers.Dense(8)(layers.Dense(16, activation="swish")(layers.LayerNormalization()(x)))
    y = layers.Add()([x, layers.Rescaling(0.5)(y)])
    z = layers.LayerNormalization()(y)
    y = layers.Add()([y, layers.MultiHeadAttention(2, 4)(z, z)])
    z = layers.LayerNormalization()(y)
    z = layers.Multiply()([layers.Dense(8)(z), layers.Dense(8, activation="sigmoid")(z)])
    z = layers.DepthwiseConv1D(5, padding="same")(z)
    z = layers.Activation("swish")(layers.BatchNormalization()(z))
    return of(x, layers.LayerNormalization()(layers.Add()([y, layers.Dense(8)(z)])))
