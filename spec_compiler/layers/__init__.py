"""The catalogue of layers: a file each; what stands here is the whole language of layers."""

from __future__ import annotations

from spec_compiler.catalogue import Catalogue
from spec_compiler.layers.base.layer import Layer

LAYERS = Catalogue[type[Layer]](
    __name__,
    {
        "Activation": "core.activation.Activation",
        "Add": "merging.add.Add",
        "Average": "merging.average.Average",
        "Bidirectional": "recurrent.bidirectional.Bidirectional",
        "Concatenate": "merging.concatenate.Concatenate",
        "Dense": "core.dense.Dense",
        "Dot": "merging.dot.Dot",
        "Dropout": "regularization.dropout.Dropout",
        "EinsumDense": "core.einsum_dense.EinsumDense",
        "Embedding": "core.embedding.Embedding",
        "Flatten": "reshaping.flatten.Flatten",
        "GRU": "recurrent.gru.GRU",
        "GRUCell": "recurrent.gru.GRUCell",
        "GlobalAveragePooling1D": "pooling.global_average_pooling.GlobalAveragePooling1D",
        "Identity": "core.identity.Identity",
        "LayerNormalization": "normalization.layer_normalization.LayerNormalization",
        "LSTM": "recurrent.lstm.LSTM",
        "LSTMCell": "recurrent.lstm.LSTMCell",
        "Lambda": "core.lambda_.Lambda",
        "Masking": "core.masking.Masking",
        "Maximum": "merging.extremum.Maximum",
        "Minimum": "merging.extremum.Minimum",
        "MultiHeadAttention": "attention.multi_head_attention.MultiHeadAttention",
        "Multiply": "merging.multiply.Multiply",
        "Permute": "reshaping.permute.Permute",
        "RNN": "recurrent.rnn.RNN",
        "RepeatVector": "reshaping.repeat_vector.RepeatVector",
        "Reshape": "reshaping.reshape.Reshape",
        "SimpleRNN": "recurrent.simple_rnn.SimpleRNN",
        "SimpleRNNCell": "recurrent.simple_rnn.SimpleRNNCell",
        "Softmax": "core.softmax.Softmax",
        "StackedRNNCells": "recurrent.stacked.StackedRNNCells",
        "Subtract": "merging.subtract.Subtract",
        "TimeDistributed": "recurrent.time_distributed.TimeDistributed",
        "Weight": "core.weight.Weight",
    },
)

__all__ = ["LAYERS"]
