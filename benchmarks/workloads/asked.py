"""The 24 rows that the targets are about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workloads.network import Network
from workloads.sequences import encoder, encoder_weights, padded, recurrent_weights

Make = Callable[[], Network]

# equation, shape of the data, shape of the kernel
DENSE_EINSUMS = {
    "einsum_ab_bc": ("ab,bc->ac", (256, 512), (512, 512)),
    "einsum_abc_cd": ("abc,cd->abd", (32, 128, 384), (384, 384)),
    "einsum_ellipsis": ("...x,xy->...y", (8, 16, 32, 256), (256, 256)),
    "einsum_to_heads": ("abc,cde->abde", (8, 128, 384), (384, 12, 32)),
    "einsum_from_heads": ("abcd,cde->abe", (8, 128, 12, 32), (12, 32, 384)),
}
# equation, shapes of two inputs
EINSUMS = {
    "einsum_scores": ("aecd,abcd->acbe", (8, 128, 12, 32), (8, 128, 12, 32)),
    "einsum_context": ("acbe,aecd->abcd", (8, 12, 128, 128), (8, 128, 12, 32)),
    "einsum_turned": ("bij,bjk->ikb", (16, 96, 64), (16, 64, 80)),
    "einsum_middle": ("abc,bcd->bad", (64, 24, 96), (24, 96, 80)),
    "einsum_middle_turned": ("ibj,jbk->kib", (96, 16, 64), (64, 16, 80)),
    "einsum_vector": ("abc,ac->ab", (256, 128, 256), (256, 256)),
}


def mlp(batch: int) -> Network:
    """784-512-512-10 with relu and a softmax."""
    network = Network()
    x = network.feed("x", network.normal(batch, 784))
    for rows, columns, activation in ((784, 512, "relu"), (512, 512, "relu"), (512, 10, "softmax")):
        kernel = network.normal(rows, columns, scale=rows**-0.5)
        x = network.dense(x, kernel, network.normal(columns, scale=0.1), activation)
    return network


def wide_dense(batch: int, width: int) -> Network:
    """One square Dense layer."""
    network = Network()
    x = network.feed("x", network.normal(batch, width))
    kernel = network.normal(width, width, scale=width**-0.5)
    network.dense(x, kernel, network.normal(width, scale=0.1))
    return network


def chain(layers: int) -> Network:
    """Many Dense layers of width 8 on one row; kernels only turn it, so that numbers stay alive."""
    network = Network()
    x = network.feed("x", network.normal(1, 8))
    for _ in range(layers):
        kernel = np.linalg.qr(network.random.standard_normal((8, 8)))[0].astype("f")
        x = network.dense(x, kernel, network.random.uniform(0, 0.2, 8).astype("f"), "relu")
    return network


def dense_einsum(equation: str, data: tuple[int, ...], kernel: tuple[int, ...]) -> Network:
    """An EinsumDense without a bias."""
    network = Network()
    x = network.feed("x", network.normal(*data))
    inputs, result = equation.split("->")
    letters = inputs.split(",")[1]
    sizes = dict(zip(letters, kernel, strict=True))
    free = {
        letter: sizes[letter]
        for letter in result
        if letter in sizes and letter not in inputs.split(",")[0]
    }
    weights = {"kernel": network.normal(*kernel, scale=0.1)}
    network.add("EinsumDense", x, weights=weights, equation=equation, sizes=free)
    return network


def einsum(equation: str, first: tuple[int, ...], second: tuple[int, ...]) -> Network:
    """An einsum of two inputs that come whole, without a batch."""
    network = Network()
    takes = [
        network.feed(name, network.normal(*shape, scale=scale), batch_shape=list(shape))
        for name, shape, scale in (("p", first, 1.0), ("q", second, 0.1))
    ]
    network.add("Einsum", *takes, equation=equation)
    return network


def embedding_mean() -> Network:
    """Words looked up and averaged over the steps that hold one."""
    network = Network()
    ids = network.random.integers(1, 50_000, (32, 512)).astype("i4")
    ids[~padded(network, 32, 512, 128)] = 0
    x = network.feed("x", ids, shape=["steps"], values={"min": 0, "max": 49_999})
    weights = {"embeddings": network.normal(50_000, 256)}
    x = network.add(
        "Embedding", x, weights=weights, input_dim=50_000, output_dim=256, mask_zero=True
    )
    network.add("GlobalAveragePooling1D", x)
    return network


def masked_lstm() -> Network:
    """An LSTM over sequences of many lengths."""
    network = Network()
    data = network.normal(32, 100, 64)
    data[~padded(network, 32, 100, 50)] = 0
    x = network.add("Masking", network.feed("x", data, shape=["steps", 64]))
    network.add("LSTM", x, weights=recurrent_weights(network, 64, 128, 4), units=128)
    return network


def encoders(batch: int, steps: int, layers: int, causal: bool = False) -> Network:
    """Encoders of width 384 with 12 heads."""
    network = Network()
    x = network.feed("x", network.normal(batch, steps, 384), shape=["steps", 384])
    for _ in range(layers):
        x = encoder(network, x, encoder_weights(network, 384, 12, 1536), 1e-6, causal)
    return network


def elementwise() -> Network:
    """Four activations, nothing else."""
    network = Network()
    x = network.feed("x", network.normal(4096, 1024, scale=2))
    for activation in ("gelu", "tanh", "softmax", "sigmoid"):
        x = network.add("Activation", x, activation=activation)
    return network


ASKED: dict[str, Make] = {
    **{f"mlp_b{batch}": lambda batch=batch: mlp(batch) for batch in (1, 32, 1024, 65_536)},
    "dense4096_b256": lambda: wide_dense(256, 4096),
    **{name: lambda shapes=shapes: dense_einsum(*shapes) for name, shapes in DENSE_EINSUMS.items()},
    **{name: lambda shapes=shapes: einsum(*shapes) for name, shapes in EINSUMS.items()},
    "embedding_mean": embedding_mean,
    "lstm": masked_lstm,
    "encoder_b1_s16": lambda: encoders(1, 16, 1),
    "encoder_b8_s128": lambda: encoders(8, 128, 1),
    "encoder6_b1_s16": lambda: encoders(1, 16, 6),
    "encoder6_b8_s128": lambda: encoders(8, 128, 6),
    "chain1000": lambda: chain(1000),
    "elementwise": elementwise,
}
