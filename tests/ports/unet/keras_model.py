"""U-Net, two levels."""

import keras
from keras import layers


def double_conv(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)


def build(width=8, classes=3):
    image = keras.Input((None, None, 3))
    down1 = double_conv(image, width)
    x = layers.MaxPooling2D()(down1)
    down2 = double_conv(x, 2 * width)
    x = layers.MaxPooling2D()(down2)
    x = double_conv(x, 4 * width)
    x = layers.Conv2DTranspose(2 * width, 2, strides=2)(x)
    x = layers.Concatenate()([x, down2])
    x = double_conv(x, 2 * width)
    x = layers.Conv2DTranspose(width, 2, strides=2)(x)
    x = layers.Concatenate()([x, down1])
    x = double_conv(x, width)
    classes = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(image, classes)
