"""Wide and deep: structured data, forest cover types."""

import keras
from keras import layers


def build():
    numeric = keras.Input((10,), name="numeric")
    wilderness = keras.Input((), dtype="int32", name="wilderness")
    soil = keras.Input((), dtype="int32", name="soil")
    wilderness_hot = layers.CategoryEncoding(4, output_mode="one_hot")(wilderness)
    soil_hot = layers.CategoryEncoding(40, output_mode="one_hot")(soil)
    wide = layers.Concatenate()([numeric, wilderness_hot, soil_hot])
    wide = layers.BatchNormalization()(wide)
    wilderness_embed = layers.Embedding(4, 2)(wilderness)
    soil_embed = layers.Embedding(40, 6)(soil)
    deep = layers.Concatenate()([numeric, wilderness_embed, soil_embed])
    deep = layers.Dense(32)(deep)
    deep = layers.BatchNormalization()(deep)
    deep = layers.ReLU()(deep)
    deep = layers.Dropout(0.1)(deep)
    deep = layers.Dense(32, activation="relu")(deep)
    x = layers.Concatenate()([wide, deep])
    probs = layers.Dense(7, activation="softmax")(x)
    return keras.Model([numeric, wilderness, soil], probs)
