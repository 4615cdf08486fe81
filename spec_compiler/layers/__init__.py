"""The catalogue of layers: a file each; what stands here is the whole language of layers."""

from __future__ import annotations

from spec_compiler.catalogue import Catalogue
from spec_compiler.layers.layer import Layer

LAYERS = Catalogue[type[Layer]](
    __name__,
    {
        "Activation": "activation.Activation",
        "Add": "add.Add",
        "Average": "average.Average",
        "Concatenate": "concatenate.Concatenate",
        "Dense": "dense.Dense",
        "Dot": "dot.Dot",
        "Dropout": "dropout.Dropout",
        "EinsumDense": "einsum_dense.EinsumDense",
        "Embedding": "embedding.Embedding",
        "Flatten": "flatten.Flatten",
        "GlobalAveragePooling1D": "global_average_pooling.GlobalAveragePooling1D",
        "Identity": "identity.Identity",
        "LayerNormalization": "layer_normalization.LayerNormalization",
        "LSTM": "lstm.LSTM",
        "Lambda": "lambda_.Lambda",
        "Masking": "masking.Masking",
        "Maximum": "extremum.Maximum",
        "Minimum": "extremum.Minimum",
        "MultiHeadAttention": "multi_head_attention.MultiHeadAttention",
        "Multiply": "multiply.Multiply",
        "Permute": "permute.Permute",
        "RepeatVector": "repeat_vector.RepeatVector",
        "Reshape": "reshape.Reshape",
        "Softmax": "softmax.Softmax",
        "Subtract": "subtract.Subtract",
    },
)

__all__ = ["LAYERS"]
