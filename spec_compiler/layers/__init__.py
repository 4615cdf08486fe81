"""The catalogue of layers: a file each; what stands here is the whole language of layers."""

from __future__ import annotations

from spec_compiler.layers.activation import Activation
from spec_compiler.layers.add import Add
from spec_compiler.layers.average import Average
from spec_compiler.layers.concatenate import Concatenate
from spec_compiler.layers.dense import Dense
from spec_compiler.layers.dot import Dot
from spec_compiler.layers.dropout import Dropout
from spec_compiler.layers.einsum_dense import EinsumDense
from spec_compiler.layers.embedding import Embedding
from spec_compiler.layers.extremum import Maximum, Minimum
from spec_compiler.layers.flatten import Flatten
from spec_compiler.layers.global_average_pooling import GlobalAveragePooling1D
from spec_compiler.layers.identity import Identity
from spec_compiler.layers.lambda_ import Lambda
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.layer_normalization import LayerNormalization
from spec_compiler.layers.lstm import LSTM
from spec_compiler.layers.masking import Masking
from spec_compiler.layers.multi_head_attention import MultiHeadAttention
from spec_compiler.layers.multiply import Multiply
from spec_compiler.layers.permute import Permute
from spec_compiler.layers.repeat_vector import RepeatVector
from spec_compiler.layers.reshape import Reshape
from spec_compiler.layers.softmax import Softmax
from spec_compiler.layers.subtract import Subtract

LAYERS: dict[str, type[Layer]] = {
    layer.__name__: layer
    for layer in (
        Activation,
        Add,
        Average,
        Concatenate,
        Dense,
        Dot,
        Dropout,
        EinsumDense,
        Embedding,
        Flatten,
        GlobalAveragePooling1D,
        Identity,
        LayerNormalization,
        LSTM,
        Lambda,
        Masking,
        Maximum,
        Minimum,
        MultiHeadAttention,
        Multiply,
        Permute,
        RepeatVector,
        Reshape,
        Softmax,
        Subtract,
    )
}

__all__ = ["LAYERS"]
