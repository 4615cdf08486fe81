"""Two tower retrieval."""

import keras
from keras import layers


def build(users=1000, items=1700, width=32):
    user = keras.Input((), dtype="int32", name="user")
    history = keras.Input((None,), dtype="int32", name="history")
    candidates = keras.Input((None,), dtype="int32", name="candidates")
    user_embed = layers.Embedding(users, width)(user)
    item_embed = layers.Embedding(items + 1, width, mask_zero=True)
    seen_items = layers.GlobalAveragePooling1D()(item_embed(history))
    x = layers.Concatenate()([user_embed, seen_items])
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(width)(x)
    user_vector = layers.UnitNormalization()(x)
    y = item_embed(candidates)
    y = layers.Dense(64, activation="relu")(y)
    y = layers.Dense(width)(y)
    item_vector = layers.UnitNormalization()(y)
    scores = layers.Dot(axes=[2, 1])([item_vector, user_vector])
    return keras.Model([user, history, candidates], scores)
