"""Llama with RoPE, RMSNorm, SwiGLU and grouped query attention."""

import keras
from keras import layers, ops


class Rotary(layers.Layer):
    def __init__(self, theta):
        super().__init__()
        self.theta = theta

    def call(self, x):
        half = x.shape[-1] // 2
        places = ops.arange(ops.shape(x)[1], dtype="float32")
        angle = ops.outer(places, self.theta ** (-ops.arange(half, dtype="float32") / half))[:, None]
        first, second = x[..., :half], x[..., half:]
        cos, sin = ops.cos(angle), ops.sin(angle)
        return ops.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def attention(x, heads, kv_heads, theta):
    size = x.shape[-1] // heads
    query = layers.EinsumDense("btd,dhk->bthk", (None, heads, size))(x)
    key = layers.EinsumDense("btd,dhk->bthk", (None, kv_heads, size))(x)
    value = layers.EinsumDense("btd,dhk->bthk", (None, kv_heads, size))(x)
    key = ops.repeat(Rotary(theta)(key), heads // kv_heads, axis=2)
    value = ops.repeat(value, heads // kv_heads, axis=2)
    mixed = ops.dot_product_attention(Rotary(theta)(query), key, value, is_causal=True)
    return layers.EinsumDense("bthk,hkd->btd", (None, x.shape[-1]))(mixed)


def swiglu(x, ff):
    gate = layers.Dense(ff, activation="silu", use_bias=False)(x)
    up = layers.Dense(ff, use_bias=False)(x)
    return layers.Dense(x.shape[-1], use_bias=False)(gate * up)


def build(vocab=64, width=32, heads=4, kv_heads=2, ff=80, depth=2, theta=10000.0):
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocab, width)(tokens)
    for _ in range(depth):
        normed = layers.RMSNormalization(epsilon=1e-5)(x)
        x = x + attention(normed, heads, kv_heads, theta)
        normed = layers.RMSNormalization(epsilon=1e-5)(x)
        x = x + swiglu(normed, ff)
    x = layers.RMSNormalization(epsilon=1e-5)(x)
    logits = layers.Dense(vocab, use_bias=False)(x)
    return keras.Model(tokens, logits)
