"""Rows that no target names one by one: what else models are made of."""

from __future__ import annotations

from workloads.asked import Make, encoders
from workloads.network import Array, Network
from workloads.sequences import padded, recurrent_weights


def normed(network: Network, x: str, channels: int, activation: str | None = "relu") -> str:
    """BatchNormalization as after training, and an activation."""
    weights = {
        "gamma": 1 + network.normal(channels, scale=0.1),
        "beta": network.normal(channels, scale=0.1),
        "moving_mean": network.normal(channels, scale=0.1),
        "moving_variance": 1 + abs(network.normal(channels, scale=0.1)),
    }
    x = network.add("BatchNormalization", x, weights=weights)
    return network.add("Activation", x, activation=activation) if activation else x


def conv(network: Network, x: str, read: int, filters: int, size: int, strides: int = 1) -> str:
    """A Conv2D without a bias, as before a normalisation."""
    weights = {
        "kernel": network.normal(size, size, read, filters, scale=(size * size * read) ** -0.5)
    }
    settings = {"filters": filters, "kernel_size": size, "strides": strides, "padding": "same"}
    return network.add("Conv2D", x, weights=weights, use_bias=False, **settings)


def head(network: Network, x: str, channels: int) -> None:
    """An average over the picture, and 10 classes."""
    x = network.add("GlobalAveragePooling2D", x)
    kernel = network.normal(channels, 10, scale=channels**-0.5)
    network.dense(x, kernel, network.normal(10, scale=0.1), "softmax")


def residual(network: Network, x: str, read: int, filters: int, strides: int) -> str:
    """Two convolutions, added to what went in."""
    y = normed(network, conv(network, x, read, filters, 3, strides), filters)
    y = normed(network, conv(network, y, filters, filters, 3), filters, None)
    if strides > 1:
        x = normed(network, conv(network, x, read, filters, 1, strides), filters, None)
    return network.add("Activation", network.add("Add", x, y), activation="relu")


def resnet(batch: int) -> Network:
    """Six residual blocks; sizes are odd, so that `same` pads both sides alike in every engine."""
    network = Network()
    x = network.feed("x", network.normal(batch, 65, 65, 3))
    x = normed(network, conv(network, x, 3, 64, 3, 2), 64)
    read = 64
    for filters, strides in ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1)):
        x, read = residual(network, x, read, filters, strides), filters
    head(network, x, read)
    return network


def inverted(network: Network, x: str, channels: int) -> str:
    """Widen, convolve each channel alone, narrow, add: MobileNet's block."""
    inner = 6 * channels
    y = normed(network, conv(network, x, channels, inner, 1), inner, "relu6")
    weights = {"kernel": network.normal(3, 3, inner, 1, scale=1 / 3)}
    settings = {"kernel_size": 3, "padding": "same", "use_bias": False}
    y = network.add("DepthwiseConv2D", y, weights=weights, **settings)
    y = normed(network, y, inner, "relu6")
    return network.add(
        "Add", x, normed(network, conv(network, y, inner, channels, 1), channels, None)
    )


def mobilenet(batch: int) -> Network:
    """Three of MobileNet's blocks."""
    network = Network()
    x = network.feed("x", network.normal(batch, 65, 65, 3))
    x = normed(network, conv(network, x, 3, 32, 3, 2), 32, "relu6")
    for _ in range(3):
        x = inverted(network, x, 32)
    head(network, x, 32)
    return network


def recurrent(kind: str, gates: int) -> Network:
    """A recurrent layer over whole sequences."""
    network = Network()
    x = network.feed("x", network.normal(32, 100, 64), shape=["steps", 64])
    network.add(kind, x, weights=recurrent_weights(network, 64, 128, gates), units=128)
    return network


def masked_bigru() -> Network:
    """A GRU in both directions over sequences of many lengths."""
    network = Network()
    data = network.normal(32, 100, 64)
    data[~padded(network, 32, 100, 50)] = 0
    x = network.add("Masking", network.feed("x", data, shape=["steps", 64]))
    weights: dict[str, Array] = {}
    for direction in ("forward_layer", "backward_layer"):
        drawn = recurrent_weights(network, 64, 128, 3)
        weights |= {f"{direction}.{name}": array for name, array in drawn.items()}
    network.add("Bidirectional", x, weights=weights, layer={"type": "GRU", "units": 128})
    return network


def text_convolution() -> Network:
    """Words, a convolution over them, the strongest answer of each filter."""
    network = Network()
    ids = network.random.integers(0, 20_000, (32, 256)).astype("i4")
    x = network.feed("x", ids, shape=["steps"], values={"min": 0, "max": 19_999})
    weights = {"embeddings": network.normal(20_000, 128)}
    x = network.add("Embedding", x, weights=weights, input_dim=20_000, output_dim=128)
    kernel = network.normal(5, 128, 128, scale=640**-0.5)
    weights = {"kernel": kernel, "bias": network.normal(128, scale=0.1)}
    settings = {"filters": 128, "kernel_size": 5, "padding": "same", "activation": "relu"}
    x = network.add("GlobalMaxPooling1D", network.add("Conv1D", x, weights=weights, **settings))
    network.dense(x, network.normal(128, 1, scale=0.1), network.normal(1), "sigmoid")
    return network


OTHERS: dict[str, Make] = {
    "resnet_b1": lambda: resnet(1),
    "resnet_b8": lambda: resnet(8),
    "mobilenet_b1": lambda: mobilenet(1),
    "bigru_masked": masked_bigru,
    "gru": lambda: recurrent("GRU", 3),
    "simple_rnn": lambda: recurrent("SimpleRNN", 1),
    "causal_b4_s256": lambda: encoders(4, 256, 1, causal=True),
    "text_convolution": text_convolution,
}
