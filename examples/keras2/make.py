"""Makes sentiment.h5 as a user of Keras 2 has it: with tf-keras, which is Keras 2."""

from pathlib import Path

import tf_keras as keras

keras.utils.set_random_seed(7)
words = keras.Input((None,), dtype="int32", name="words")
x = keras.layers.Embedding(60, 8, mask_zero=True, name="embedding")(words)
x = keras.layers.LSTM(12, recurrent_activation="hard_sigmoid", name="memory")(x)
x = keras.layers.Dense(8, activation="relu", name="hidden")(x)
mood = keras.layers.Dense(3, activation="softmax", name="mood")(x)
keras.Model(words, mood, name="sentiment").save(Path(__file__).with_name("sentiment.h5"))
