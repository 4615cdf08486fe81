"""The catalogue of layers: a file each; what stands here is the whole language of layers."""

from __future__ import annotations

from spec_compiler.layers.activation import Activation
from spec_compiler.layers.add import Add
from spec_compiler.layers.concatenate import Concatenate
from spec_compiler.layers.dense import Dense
from spec_compiler.layers.einsum_dense import EinsumDense
from spec_compiler.layers.embedding import Embedding
from spec_compiler.layers.identity import Identity
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.lstm import LSTM
from spec_compiler.layers.masking import Masking

LAYERS: dict[str, type[Layer]] = {
    layer.__name__: layer
    for layer in (
        Activation,
        Add,
        Concatenate,
        Dense,
        EinsumDense,
        Embedding,
        Identity,
        LSTM,
        Masking,
    )
}

__all__ = ["LAYERS"]
